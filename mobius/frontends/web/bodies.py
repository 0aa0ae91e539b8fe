"""How much a request may bring, and how long it may take. Here: bodies read whole before anything else runs.

A body within the limit is handed on in one piece, so that nothing further in waits for a slow sender; a larger one is
refused at its Content-Length, or as soon as it has grown too large, and the rest is never read.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from mobius.frontends.web.asgi import Asgi, Message, Receive, Scope, Send, refusal, refuse
from mobius.frontends.web.problems import Problem

BODY_MAX_BYTES = 64_000
BODY_S = 10.0
"""Seconds a body may take to arrive."""
LINGER_S = 1.0
LINGER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounded:
    """Reads the body, at most `max_bytes` of it within `limit_s`, before the request goes on."""

    inner: Asgi
    max_bytes: int = BODY_MAX_BYTES
    limit_s: float = BODY_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self.inner(scope, receive, send)
            return
        body = await self._body(scope, receive)
        if isinstance(body, Problem):
            await refuse(scope, send, body, [(b"connection", b"close")])
            await _linger(receive)
            return
        if body is None:  # the sender went away
            return
        given: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def whole() -> Message:
            return given.pop() if given else await receive()

        await self.inner(scope, whole, send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | Problem | None:
        large = refusal("too_large", f"A request's body may have {self.max_bytes // 1000} kB.")
        for name, value in scope["headers"]:
            if name == b"content-length" and not (value.isdigit() and int(value[:12]) <= self.max_bytes):
                return large
        parts: list[bytes] = []
        n_bytes = 0
        try:
            async with asyncio.timeout(self.limit_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    part = message.get("body", b"")
                    n_bytes += len(part)
                    if n_bytes > self.max_bytes:
                        return large
                    parts.append(part)
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            return refusal("too_slow", f"The request's body did not arrive within {self.limit_s:g} s.")


async def _linger(receive: Receive) -> None:
    """Read on a little after a refusal: a connection that is cut while its sender still writes loses the reply."""
    n_bytes = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while n_bytes < LINGER_BYTES:
                message = await receive()
                n_bytes += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return


def _has_body(scope: Scope) -> bool:
    """Whether a body is announced: without a length or chunks there is none in HTTP/1.1."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])
