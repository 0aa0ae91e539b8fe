"""The outermost wrapper: what is under way, how long it took, and bugs caught. Here: nothing a person sees but those.

Ending the server needs to know which requests are under way: those that stream are told by `closing`, the others are
given a little time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any

from mobius.frontends.web.asgi import Asgi, Message, Receive, Scope, Send, refusal, refuse
from mobius.frontends.web.problems import problem_of
from mobius.observe.metrics import Metrics

logger = logging.getLogger("mobius.web")

_STREAMS = {"/v1/stream": "stream", "/v1/watch": "watch"}
_AREAS = ("v1", "fragments", "static", "answers")


@dataclass(slots=True)
class Outermost:
    """Times and counts every request, and turns what nobody caught into a problem document."""

    inner: Asgi
    metrics: Metrics
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return
        started = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                took_ms = (time.perf_counter() - started) * 1000
                message["headers"] = [*message["headers"], (b"server-timing", b"app;dur=%.3f" % took_ms)]
            await send(message)

        if scope["type"] == "http" and scope["method"] == "HEAD" and not scope["path"].startswith("/v1/"):
            scope["method"] = "GET"  # the server leaves out the body
        task = asyncio.current_task()
        assert task is not None
        self.under_way.add(task)
        try:
            if self.closing.is_set():
                await refuse(scope, noted, refusal("closing", "The server is ending."), [(b"connection", b"close")])
            else:
                await self.inner(scope, receive, noted)
        except Exception as error:  # the process's outermost loop for one request
            logger.exception("request failed", extra={"path": scope["path"]})
            if not status:
                await refuse(scope, noted, problem_of(error))
        finally:
            self.under_way.discard(task)
            self._count(scope, status, time.perf_counter() - started)

    def _count(self, scope: Scope, status: int, took_s: float) -> None:
        route = route_of(scope["path"])
        self.metrics.count("mobius_http_requests", route=route, status=str(status or 101))
        if route not in ("stream", "watch"):  # they last as long as somebody looks
            self.metrics.observe("mobius_http_request_seconds", took_s, route=route)


def route_of(path: str) -> str:
    """A path's label in the metrics: few, and never with what a person asked."""
    if path in _STREAMS:
        return _STREAMS[path]
    area, _, rest = path.strip("/").partition("/")
    if area not in _AREAS:
        return area if area in ("", "doctor", "healthz", "metrics", "openapi.json") else "other"
    part = rest.partition("/")[0]
    return f"v1/{part}" if area == "v1" and part in ("ask", "tools", "answers") else area
