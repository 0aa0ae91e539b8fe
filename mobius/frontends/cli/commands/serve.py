"""`mobius serve`: the page and the HTTP API on this machine. Here: the command and its end. Not here: the server (web)."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from mobius.core.application import Application
from mobius.core.errors import BadParameter
from mobius.core.tools import Command, Option
from mobius.frontends.cli.plain import Page


class Served(Struct, frozen=True, kw_only=True):
    """Where the page was, and for how long."""

    address: str
    world: str
    simulated: bool
    served_s: float


async def run(options: Mapping[str, Any], application: Application) -> Served:
    """Serve until the process is told to end; the address is said on the error stream as soon as it answers."""
    from mobius.frontends.web.serving import serving  # brings the server and the templates

    port = _port(options["port"])
    started_s = application.clock.monotonic()
    with _told_to_end() as end:
        async with serving(application, options["host"], port, names=options["name"] or ()) as address:
            _announce(address, application, asked_port=port)
            if options["open"]:
                await asyncio.to_thread(webbrowser.open, address)
            await end.wait()
    return Served(
        address=address.partition("/?")[0], world=application.world.name, simulated=application.world.simulated,
        served_s=round(application.clock.monotonic() - started_s, 1),
    )  # fmt: skip


def _announce(address: str, application: Application, *, asked_port: int) -> None:
    world = application.world
    mark = f"SIMULATED · world {world.name} · " if world.simulated else ""
    moved = "" if not asked_port or f":{asked_port}" in address else f" (port {asked_port} is taken)"
    sys.stderr.write(f"{mark}Möbius is at {address}{moved}. Ctrl-C ends it.\n")
    sys.stderr.flush()


@contextlib.contextmanager
def _told_to_end() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C or SIGTERM sets; where the loop takes no signals, Ctrl-C interrupts as ever."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    taken = []
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(number, end.set)
            taken.append(number)
    try:
        yield end
    finally:
        for number in taken:
            loop.remove_signal_handler(number)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) < 65_536):
        raise BadParameter(f"--port: {text[:40]!r} is no port.", hint="Ports go from 1 to 65535; 0 is any free one.")
    return int(text)


def show(result: Served, page: Page) -> None:
    page.line((f"Ended after {result.served_s:g} s.", "dim"))


COMMAND = Command(
    name="serve",
    summary="Serve the page and the HTTP API on this machine.",
    options=(
        Option(name="--host", help="address to listen on; beyond 127.0.0.1 a token is asked for", default="127.0.0.1"),
        Option(name="--port", help="port; the next free one when it is taken", default="8765"),
        Option(name="--name", help="further host names to answer for, such as mobius.lan", many=True),
        Option(name="--open", help="open the page in the browser", flag=True),
    ),
    run=run,
    show=show,
    stays=True,
    shows_progress=True,
    examples=("mobius serve", "mobius serve --sandbox --open", "mobius serve --host 0.0.0.0 --name mobius.lan"),
)
