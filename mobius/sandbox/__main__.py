"""The simulated world as a process of its own: `python -m mobius.sandbox --seed 7 --port 0 --speed 60`.

Prints one JSON line with the base URLs, then serves until SIGTERM, SIGINT, or the end of a piped standard input: a parent
that dies takes its world with it.
"""

from __future__ import annotations

import argparse
import os
import signal
import stat
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from mobius.core.errors import MobiusError
from mobius.core.instants import parse_instant
from mobius.core.world import DEFAULT_SEED
from mobius.sandbox.clock import BIRTH, SandboxClock, open_clock
from mobius.sandbox.server import SandboxServer


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; the exit code is 0, or that of the error that kept it from starting."""
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        server = SandboxServer.start(options.seed, _clock(options), port=options.port, limited=not options.unlimited)
    except MobiusError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    with server:
        line = {"seed": server.seed, "port": server.port, "base_urls": server.base_urls}
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()
        if stat.S_ISFIFO(os.fstat(0).st_mode) or stat.S_ISSOCK(os.fstat(0).st_mode):
            threading.Thread(target=_until_closed, args=(ended,), daemon=True).start()
        ended.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mobius.sandbox", description="Serve the simulated world.")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="which world (default %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--speed", type=float, default=None, help="times real time (default 1, or the folder's)")
    parser.add_argument("--folder", type=Path, default=None, help="keep the world's time in this folder")
    parser.add_argument("--start", default=None, help="first instant of a new world, ISO 8601")
    parser.add_argument("--unlimited", action="store_true", help="lift the providers' request limits")
    return parser


def _clock(options: argparse.Namespace) -> SandboxClock:
    start: datetime | None = parse_instant(options.start) if options.start else None
    if options.folder is not None:
        return open_clock(options.folder, speed=options.speed, start=start)
    return SandboxClock(start=(start or BIRTH).astimezone(UTC), anchor_s=time.monotonic(), speed=options.speed or 1.0)


def _until_closed(ended: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    ended.set()


if __name__ == "__main__":
    raise SystemExit(main())
