"""The page and the HTTP API on a socket, beside whatever else the process does. Here: `serving`, tokens, the end.

async with serving(application, "127.0.0.1", 8765) as address:
    ...
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from mobius.core.application import Application
from mobius.core.errors import MobiusError
from mobius.frontends.web.binding import PORT, bind
from mobius.frontends.web.engines import Engine, running
from mobius.frontends.web.guard import LOOPBACK, Access, host_name
from mobius.frontends.web.shown import WATCHLIST
from mobius.frontends.web.stack import Web, build
from mobius.frontends.web.watching import EVERY_S

HOST = "127.0.0.1"
FINISH_S = 2.0
"""Seconds that requests under way may still take at the end."""


@asynccontextmanager
async def serving(
    application: Application,
    host: str = HOST,
    port: int = PORT,
    *,
    names: Sequence[str] = (),
    engine: Engine | None = None,
    every_s: float = EVERY_S,
) -> AsyncIterator[str]:
    """Serve the application for as long as the block lasts; yields the address to open.

    A taken port is no error: the next free one is used, and the address names it. Bound to anything but this machine's
    loopback, an access token is asked for and the address carries it. `names` are further host names to answer for;
    `every_s` seconds lie between two looks at watched prices.
    """
    bound = bind(host, port)
    access = access_of(bound, host, names)
    web = build(application, access, every_s=every_s)
    warming = asyncio.create_task(_warm(application))
    async with running(web.asgi, bound, engine):
        try:
            yield address_of(bound, host, access)
        finally:
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)
            await _finish(web)


async def _warm(application: Application) -> None:
    """Load what the first question needs while a person still opens the page.

    Nobody outside is asked for it: in the simulated world its server is started, in the live one no request is made.
    """
    await asyncio.to_thread(importlib.import_module, "mobius.language.understand")
    if application.world.simulated:
        with contextlib.suppress(MobiusError):
            await application.desk.prices(WATCHLIST)


def access_of(bound: socket.socket, host: str, names: Sequence[str] = ()) -> Access:
    """Who is answered on that socket: on loopback the owner without more ado, elsewhere whoever has the token."""
    address, port = bound.getsockname()[:2]
    known = LOOPBACK | {host_name(name) for name in names}
    if _is_loopback(address):
        return Access(names=known, cookie=f"mobius_{port}")
    return Access(
        names=known | {host_name(host), socket.gethostname().lower()}, any_address=True,
        token=secrets.token_urlsafe(24), cookie=f"mobius_{port}",
    )  # fmt: skip


def address_of(bound: socket.socket, host: str, access: Access) -> str:
    """The address a person opens, with the token where one is asked for."""
    address, port = bound.getsockname()[:2]
    everywhere = address in ("0.0.0.0", "::")  # noqa: S104  # compared, not bound
    shown = socket.gethostname() if everywhere else address if host == "localhost" else host
    at = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    return at if access.token is None else f"{at}/?token={access.token}"


def _is_loopback(address: str) -> bool:
    return address.startswith("127.") or address == "::1"


async def _finish(web: Web) -> None:
    """Let streams go, give what is under way a moment, and cancel the rest, so that nobody holds the end up."""
    web.site.closing.set()
    under_way = web.asgi.under_way
    if under_way:
        _, late = await asyncio.wait(set(under_way), timeout=FINISH_S)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=FINISH_S)
    await web.aclose()
