"""The simulated world's time. Here: SandboxClock, FrozenClock, and the file that keeps a world's time going on.

A world is born at 09:00 on 2 November 2026, at the moment its folder is first opened; every later process that opens the
same folder reads the same time. An empty folder is a fresh start.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from mobius.core.errors import BadParameter

BIRTH = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FILE = "clock.json"


class SandboxClock(Struct, frozen=True):
    """`start` at the monotonic second `anchor_s`, running `speed` times as fast as real time. Never runs backwards."""

    start: datetime
    anchor_s: float
    speed: float = 1.0

    def now(self) -> datetime:
        return self.start + timedelta(seconds=max(0.0, time.monotonic() - self.anchor_s) * self.speed)

    def monotonic(self) -> float:
        return time.monotonic()


class FrozenClock(Struct):
    """A clock for tests: stands still until it is moved. `monotonic` moves with `now`."""

    at: datetime = BIRTH
    passed_s: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.passed_s

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.passed_s += seconds


class ClockFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """World instant `start` was real instant `wall` (both UTC); since then time has run `speed` times as fast."""

    format: int = 1
    start: datetime
    wall: datetime
    speed: float = 1.0


def open_clock(folder: Path, *, speed: float | None = None, start: datetime | None = None) -> SandboxClock:
    """The clock of the world kept in `folder`, started now if the folder has none.

    `start` (default BIRTH) is used by a fresh world only. A `speed` other than the world's changes it from now on, without
    a leap; None keeps it (1 in a fresh world). Raises BadParameter for a speed that is not positive, a naive `start`, or a
    file that cannot be read.
    """
    if speed is not None and not 0.0 < speed <= 1e6:
        raise BadParameter(
            f"A clock cannot run at {speed!r} times real time.", hint="Use a speed from 0.001 to 1000000."
        )
    if start is not None and start.tzinfo is None:
        raise BadParameter(f"{start!r} names no time zone.")
    file = folder / FILE
    wall, monotonic = datetime.now(UTC), time.monotonic()
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(file, ClockFile(start=start or BIRTH, wall=wall, speed=speed or 1.0), replace=False)
    kept = _read(file)
    # A wall clock set back must not take the world to before its start.
    now = kept.start + max(timedelta(0), wall - kept.wall) * kept.speed
    if speed is not None and speed != kept.speed:
        kept = ClockFile(start=now, wall=wall, speed=speed)
        _write(file, kept, replace=True)
    return SandboxClock(start=now, anchor_s=monotonic, speed=kept.speed)


def _read(file: Path) -> ClockFile:
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=ClockFile)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadParameter(
            f"The simulated world's clock cannot be read: {file}: {error}", hint="Remove that file to start afresh."
        ) from error
    if kept.format != 1 or kept.start.tzinfo is None or kept.wall.tzinfo is None or not kept.speed > 0.0:
        raise BadParameter(
            f"The simulated world's clock is of another kind: {file}", hint="Remove that file to start afresh."
        )
    return kept


def _write(file: Path, kept: ClockFile, *, replace: bool) -> None:
    """Whole or not at all; without `replace`, whoever comes first wins, and the others read what it wrote."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=file.name, delete=False) as scratch:
        scratch.write(msgspec.json.encode(kept))
    draft = Path(scratch.name)
    if replace:
        draft.replace(file)
        return
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links: the last one to come wins, a hair's breadth apart
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
