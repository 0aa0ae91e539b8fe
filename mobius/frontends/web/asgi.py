"""The seam between our wrappers and the server: ASGI's types, and one whole reply. Here: no rule, no route."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Protocol, TypeAlias

from mobius.core.errors import ErrorBody
from mobius.frontends.web.problems import PROBLEM_TYPE, Problem, encoded, problem

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Header: TypeAlias = tuple[bytes, bytes]


class Asgi(Protocol):
    """What a server calls for every request; wrappers are stacked in `stack.py`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


async def reply(send: Send, status: int, body: bytes, media_type: str, headers: Iterable[Header] = ()) -> None:
    """Send one whole reply."""
    told = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


async def refuse(scope: Scope, send: Send, said: Problem, headers: Iterable[Header] = ()) -> None:
    """Answer a request, or a WebSocket that wants to open, with a problem document."""
    body = encoded(said)
    if scope["type"] == "http":
        await reply(send, said.status, body, PROBLEM_TYPE, headers)
    elif "websocket.http.response" in scope.get("extensions", {}):
        told = [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", str(len(body)).encode()), *headers]
        await send({"type": "websocket.http.response.start", "status": said.status, "headers": told})
        await send({"type": "websocket.http.response.body", "body": body})
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": said.error.message[:100]})


def refusal(kind: str, message: str, hint: str | None = None) -> Problem:
    return problem(ErrorBody(kind=kind, message=message, hint=hint))
