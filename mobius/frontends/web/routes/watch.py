"""`WS /v1/watch`: live prices of a watchlist. Here: the socket. Not here: polling and queues (watching)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import asgi
from litestar.handlers import ASGIRouteHandler

from mobius.core.errors import MobiusError
from mobius.frontends.web.arguments import parameters, single
from mobius.frontends.web.asgi import Receive, Send, refuse
from mobius.frontends.web.problems import Refused, problem_of
from mobius.frontends.web.site import Site
from mobius.frontends.web.watching import Watcher

SEND_S = 20.0
"""A listener that takes nothing for this long is let go."""
HEARD_MAX = 100
"""Messages that a listener may send; there is nothing to say here."""
GOING_AWAY, POLICY = 1001, 1008


def handlers(site: Site) -> Sequence[ASGIRouteHandler]:
    @asgi("/v1/watch", copy_scope=True)
    async def watch(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            raise Refused("bad_input", "This address speaks WebSocket alone.")
        try:
            asked = single(parameters(scope["query_string"]), ("assets",))
            texts = [text.strip() for text in asked.get("assets", "").split(",") if text.strip()]
            async with site.watching.watch(texts) as watcher:
                await _serve(site, watcher, receive, send)
        except MobiusError as error:
            await refuse(scope, send, problem_of(error))

    return (watch,)


async def _serve(site: Site, watcher: Watcher, receive: Receive, send: Send) -> None:
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    writing = asyncio.create_task(_write(watcher, send))
    reading = asyncio.create_task(_read(receive))
    ending = asyncio.create_task(site.closing.wait())
    try:
        await asyncio.wait((writing, reading, ending), return_when=asyncio.FIRST_COMPLETED)
        gone = reading.done() and reading.result()
    finally:
        for task in (writing, reading, ending):
            task.cancel()
        await asyncio.gather(writing, reading, ending, return_exceptions=True)
    if not gone:
        await send({"type": "websocket.close", "code": GOING_AWAY if site.closing.is_set() else POLICY})


async def _write(watcher: Watcher, send: Send) -> None:
    try:
        async for message in watcher.messages():
            async with asyncio.timeout(SEND_S):
                await send({"type": "websocket.send", "text": message.decode()})
    except TimeoutError:
        return


async def _read(receive: Receive) -> bool:
    """Wait until the listener has gone (true) or has said more than there is to say (false)."""
    for _ in range(HEARD_MAX):
        if (await receive())["type"] == "websocket.disconnect":
            return True
    return False
