"""What works here, and what would help. Here: the checks. Not here: how they are shown (cli.health, web.views)."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from msgspec import Struct

from mobius import __version__
from mobius.core.application import Application
from mobius.core.deadline import due
from mobius.core.errors import MobiusError
from mobius.core.gone import GONE, Gone
from mobius.core.health import CacheHealth, SourceHealth
from mobius.core.needs import Source
from mobius.core.ports import Clock, Deadline, Reply
from mobius.frontends.cli.series_names import series_name

PROBE_S = 2.0
"""How long a source may take before it counts as not reachable; its own timeout with --live."""
AT_ONCE = 16
"""Sources asked at the same time: making ready for all of them at once would eat up the time they have to answer."""
CHECK_S = 1.5
"""How long a database file is read through; a large one is checked in part."""


class SourceState(Struct, frozen=True, kw_only=True):
    """One source. `reachable` is None when it was not asked, and `said` tells why or what came back."""

    name: str
    title: str
    kind: str
    needs: tuple[str, ...]
    configured: bool
    reachable: bool | None
    latency_ms: float | None
    """The middle of the requests that this process has sent, else how long this one took."""
    said: str
    per_minute: int
    key_setting: str | None
    key_set: bool
    key_adds: str | None
    attribution: str
    cap_setting: str | None = None
    cap_set: bool = False
    health: SourceHealth | None = None
    """What this process has seen of it, and what is remembered."""


class FileState(Struct, frozen=True, kw_only=True):
    """A file of the program's own: a database or the key file."""

    name: str
    bytes: int
    fine: bool
    said: str


class HistoryState(Struct, frozen=True, kw_only=True):
    n_series: int
    n_bars: int
    newest: datetime | None
    """Opening instant of the newest bar."""
    newest_series: str | None


class PackageState(Struct, frozen=True, kw_only=True):
    name: str
    version: str | None
    extra: str | None
    """The optional part of Möbius it belongs to; None for what every installation needs."""


class Health(Struct, frozen=True, kw_only=True):
    """Everything looked at."""

    version: str
    python: str
    world: str
    simulated: bool
    home: str
    now: datetime
    files: tuple[FileState, ...]
    history: HistoryState
    sources: tuple[SourceState, ...]
    packages: tuple[PackageState, ...]
    cache: CacheHealth | None = None
    gone: tuple[Gone, ...] = GONE
    """Providers that are no more, and what serves in their place."""


async def examined(options: Mapping[str, Any], application: Application) -> Health:
    """Look at everything; sources are asked once each, and not at all under an as-of.

    A simulated provider is never far away; it is given its own time, since the world may still be being drawn.
    """
    asked, patient = options.get("as_of") is None, options["live"] or application.world.simulated
    turns = asyncio.Semaphore(AT_ONCE)

    async def look(source: Source) -> SourceState:
        async with turns:
            return await _source(source, application.clock, asked, patient)

    sources, files, history = await asyncio.gather(
        asyncio.gather(*map(look, application.sources)),
        asyncio.to_thread(lambda: tuple(_files(application.home))),
        _history(application),
    )
    return Health(
        version=__version__, python=platform.python_version(), world=application.world.name,
        simulated=application.world.simulated, home=str(application.home), now=application.clock.now(), files=files,
        history=history, sources=tuple(sources), packages=tuple(_packages()),
        cache=application.cache_health(),
    )  # fmt: skip


# --------------------------------------------------------------------------------------------------------------- sources


async def _source(source: Source, clock: Clock, asked: bool, patient: bool) -> SourceState:
    spec, key = source.spec, source.spec.key
    configured = source.configured
    reachable: bool | None = None
    latency_ms: float | None = None
    if not configured:
        said = f"not asked: needs a {'key' if key is not None and key.required and not source.key_set else 'cap'}"
    elif spec.cost is not None:
        said = "not asked: each request costs money"
    elif not asked:
        said = "not asked: under --as-of no source is"
    else:
        limit_s = max(PROBE_S, spec.limits.timeout_s) if patient else PROBE_S
        started = clock.monotonic()
        reachable, said = await _probe(source, clock, limit_s)
        if reachable:
            latency_ms = round((clock.monotonic() - started) * 1000, 1)
    health = None if source.health is None else await asyncio.to_thread(source.health)
    if reachable and health is not None and health.p50_ms is not None:
        latency_ms = round(health.p50_ms, 1)  # of the requests alone, without loading what sends them
    return SourceState(
        name=spec.name, title=spec.title, kind=spec.kind, needs=tuple(spec.needs), configured=configured,
        reachable=reachable, latency_ms=latency_ms, said=said, per_minute=spec.limits.per_minute,
        key_setting=None if key is None else key.setting, key_set=source.key_set,
        key_adds=None if key is None else key.adds or None, attribution=spec.rights.attribution,
        cap_setting=None if spec.cost is None else spec.cost.cap_setting, cap_set=source.cap_set,
        health=health,
    )  # fmt: skip


async def _probe(source: Source, clock: Clock, limit_s: float) -> tuple[bool, str]:
    try:
        with due(Deadline(clock.monotonic() + limit_s)):
            async with asyncio.timeout(limit_s):
                body = source.spec.probe_body
                asked = (
                    source.http.get(source.spec.probe) if body is None else source.http.post(source.spec.probe, body)
                )
                reply: Reply = await asked
    except TimeoutError:
        return False, f"no answer within {limit_s:g} s"
    except MobiusError as error:
        return False, error.message
    if reply.status in (401, 403, 451):
        wanted = ": it wants an address to write to, MOBIUS_CONTACT" if source.spec.wants_contact else ""
        return False, f"refused with status {reply.status}{wanted}"
    if reply.status >= 400:
        return False, f"answered with status {reply.status}"
    return True, "answers"


# ----------------------------------------------------------------------------------------------------- files and history


def _files(home: Path) -> Iterator[FileState]:
    """Databases in the world's folder; key files there and in the folder of all worlds."""
    for file in sorted(home.glob("*.sqlite")):
        fine, said = _database(file)
        yield FileState(name=file.name, bytes=file.stat().st_size, fine=fine, said=said)
    for file in sorted({*home.glob("*key*"), *home.parent.glob("*key*")}):
        if file.is_file():
            fine, said = _key_file(file)
            yield FileState(name=file.name, bytes=file.stat().st_size, fine=fine, said=said)


def _database(file: Path) -> tuple[bool, str]:
    """Read the file through, as far as there is time."""
    end = time.monotonic() + CHECK_S
    try:
        database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=CHECK_S)
        try:
            database.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            database.close()
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return True, "large, checked in part"
        return False, str(error)
    except sqlite3.DatabaseError as error:
        return False, str(error)
    return (True, "whole") if found == "ok" else (False, str(found))


def _key_file(file: Path) -> tuple[bool, str]:
    mode = stat.S_IMODE(file.stat().st_mode)
    if os.name != "nt" and mode & 0o077:
        return False, f"others may read it (mode {mode:04o}): run chmod 600 {file}"
    return True, "readable by its owner alone"


async def _history(application: Application) -> HistoryState:
    series = await application.history.series()
    newest = max(series, key=lambda info: info.last, default=None)
    return HistoryState(
        n_series=len(series), n_bars=sum(info.n_bars for info in series),
        newest=None if newest is None else newest.last,
        newest_series=None if newest is None else series_name(newest.key),
    )  # fmt: skip


def _packages() -> Iterator[PackageState]:
    """What this installation declares it needs, and what of it is there."""
    try:
        wanted = metadata.requires("mobius") or []
    except metadata.PackageNotFoundError:
        return
    for line in wanted:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", line)
        assert name is not None
        try:
            version: str | None = metadata.version(name[0])
        except metadata.PackageNotFoundError:
            version = None
        yield PackageState(name=name[0], version=version, extra=extra[1] if extra else None)
