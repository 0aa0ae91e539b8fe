"""Answers of tools that many ask for at once. Here: whole replies kept up to a second. Not here: the caches of values.

A page that asks for a price four times a second, and three people who do, need one run of the pipeline a second: its facts
come from a cache that is older than that anyway. The reply says its age in whole seconds, as HTTP has it, so 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mobius.frontends.web.asgi import Asgi, Header, Message, Receive, Scope, Send

KEEP_S = 1.0
MOST_REPLIES = 256
MOST_BYTES = 8_000_000
PREFIX = "/v1/tools/"


@dataclass(frozen=True, slots=True)
class _Kept:
    headers: list[Header]
    body: bytes
    made_s: float
    made_at: datetime


@dataclass(slots=True)
class Hot:
    """Gives the same GET of a tool the same bytes for `keep_s` seconds, by real time and by the world's clock."""

    inner: Asgi
    now: Callable[[], datetime]
    """The world's clock: in a world that runs faster than time a reply ages faster, and a clock may jump."""
    monotonic: Callable[[], float]
    keep_s: float = KEEP_S
    _kept: dict[tuple[str, str, bytes], _Kept] = field(default_factory=dict)
    _bytes: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PREFIX):
            await self.inner(scope, receive, send)
            return
        key = (scope["person"].id, scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is not None and self._fresh(kept):
            await send({"type": "http.response.start", "status": 200, "headers": [*kept.headers]})
            await send({"type": "http.response.body", "body": kept.body})
            return
        await self._through(key, scope, receive, send)

    async def _through(self, key: tuple[str, str, bytes], scope: Scope, receive: Receive, send: Send) -> None:
        made_s, made_at = self.monotonic(), self.now()  # before it runs: a reply is as old as its beginning
        head: list[Message] = []

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.append({**message, "headers": [*message["headers"], (b"age", b"0")]})
                message = head[0] if message["status"] == 200 else message
            elif head and head[0]["status"] == 200 and not message.get("more_body", False):
                self._keep(key, _Kept(head[0]["headers"], message.get("body", b""), made_s, made_at))
            await send(message)

        await self.inner(scope, receive, watched)

    def _fresh(self, kept: _Kept) -> bool:
        aged_s = (self.now() - kept.made_at).total_seconds()
        return self.monotonic() - kept.made_s < self.keep_s and 0 <= aged_s < self.keep_s

    def _keep(self, key: tuple[str, str, bytes], reply: _Kept) -> None:
        if len(reply.body) > MOST_BYTES // 4:
            return
        self._drop(key)
        while self._kept and (len(self._kept) >= MOST_REPLIES or self._bytes + len(reply.body) > MOST_BYTES):
            self._drop(next(iter(self._kept)))
        self._kept[key] = reply
        self._bytes += len(reply.body)

    def _drop(self, key: tuple[str, str, bytes]) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= len(gone.body)
