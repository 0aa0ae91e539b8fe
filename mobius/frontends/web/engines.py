"""The HTTP server below the application. Here: Granian in our own event loop, uvicorn where Granian is missing.

One worker: the application, its caches and its world live in this loop. Not here: what is served (stack).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from mobius.core.errors import MissingExtra
from mobius.frontends.web.asgi import Asgi
from mobius.frontends.web.binding import BACKLOG

Engine = Literal["granian", "uvicorn"]

HEADERS_S = 10.0
"""Seconds a client may take over the head of a request, the first as well as the next on a connection kept open."""
HEADERS_MAX_BYTES = 65_536
STOP_S = 2.0
_FILES_KEPT_BACK = 128

logger = logging.getLogger("mobius.web")


@asynccontextmanager
async def running(application: Asgi, bound: socket.socket, engine: Engine | None = None) -> AsyncIterator[None]:
    """Answer on `bound` for as long as the block lasts; the socket is closed at the end."""
    try:
        if engine == "uvicorn" or (engine is None and not _has_granian()):
            async with _uvicorn(application, bound):
                yield
        else:
            async with _granian(application, bound):
                yield
    finally:
        with contextlib.suppress(OSError):  # wakes whoever still waits to be accepted
            bound.shutdown(socket.SHUT_RDWR)
        bound.close()


def _has_granian() -> bool:
    try:
        import granian.server.embed  # noqa: F401
    except ImportError:
        return False
    return True


def most_connections() -> int:
    """Connections at a time: within what the process may open, so that accepting never fails."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 512
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2_000 if soft == resource.RLIM_INFINITY else max(64, min(2_000, soft - _FILES_KEPT_BACK))


@asynccontextmanager
async def _granian(application: Asgi, bound: socket.socket) -> AsyncIterator[None]:
    from granian import net
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    untyped: Any = net
    holder = untyped.SocketHolder(os.dup(bound.fileno()), False, BACKLOG)

    class OnSocket(Server):
        """Granian on a socket that is bound already, so that the port is known and surely ours."""

        def _init_shared_socket(self) -> None:
            self._ssp = None
            self._shd = holder

    server: Any = OnSocket(
        application, interface=Interfaces.ASGINL, http=HTTPModes.http1, log_enabled=False,
        backpressure=most_connections(),
        http1_settings=HTTP1Settings(
            header_read_timeout=round(HEADERS_S * 1000), max_buffer_size=HEADERS_MAX_BYTES
        ),
    )  # fmt: skip
    serving = asyncio.create_task(server.serve())
    await asyncio.sleep(0)
    try:
        yield
    finally:
        server.stop()
        _, late = await asyncio.wait((serving,), timeout=STOP_S)
        if late:  # a client that neither reads nor leaves
            logger.info("a connection was left behind")
        else:
            serving.result()


@asynccontextmanager
async def _uvicorn(application: Asgi, bound: socket.socket) -> AsyncIterator[None]:
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtra("Neither Granian nor uvicorn is installed.", hint="pip install granian") from error

    ready = asyncio.Event()

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # signals are the process's own

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready.set()

    config = uvicorn.Config(
        application, log_config=None, access_log=False, lifespan="off", server_header=False, limit_concurrency=None,
        timeout_graceful_shutdown=round(STOP_S), h11_max_incomplete_event_size=HEADERS_MAX_BYTES,
    )  # fmt: skip
    server = Quiet(config)
    serving = asyncio.create_task(server.serve(sockets=[bound.dup()]))
    await ready.wait()
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait((serving,), timeout=2 * STOP_S)
