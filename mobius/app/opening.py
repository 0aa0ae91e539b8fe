"""Opening one world. Here: `open_app`, which composes everything, and the choices that settings make. Not here: stacks."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobius import settings as settings_file
from mobius.app.application import App, LazyHistory, WallClock
from mobius.app.simulation import Sandbox
from mobius.app.stacks import Catalogue
from mobius.assistant.ask import Assistant
from mobius.assistant.compute import ThreadCompute
from mobius.assistant.registry import tools
from mobius.cache.disk import Disk
from mobius.cache.kept import Cut
from mobius.cache.memory import Memory
from mobius.cache.tiers import Tiered
from mobius.core.errors import BadParameter, NotBuilt
from mobius.core.ports import Clock
from mobius.core.world import World, parse_world
from mobius.desk.desk import MarketDesk
from mobius.frontends.cli.opening import OpenRequest
from mobius.frontends.cli.waiting import stop_waiting
from mobius.net.engine import Engines
from mobius.net.pool import USER_AGENT
from mobius.observe.logs import configure_logs
from mobius.observe.spans import SpanTracer
from mobius.security.keyfile import KEY_FILE, open_keyring, protected_file
from mobius.security.keys import Keyring
from mobius.security.sealer import AesGcmSealer
from mobius.settings import Settings
from mobius.store.answers import SealedAnswers
from mobius.store.imported import ImportedData
from mobius.store.rows import open_rows, sqlite_url

if TYPE_CHECKING:
    from mobius.app.warming import Warmer


@asynccontextmanager
async def open_app(request: OpenRequest) -> AsyncIterator[App]:
    """Open one world; on leaving, connections and files are closed and the sandbox ends."""
    settings = _settings(request)
    world = parse_world(request.world or settings.text("MOBIUS_WORLD"))
    if world.kind == "tape":
        raise NotBuilt("Tapes cannot be replayed yet.", hint="Use the live world or the sandbox.")
    configure_logs("debug" if request.verbose else settings.text("MOBIUS_LOG_LEVEL"))
    home = _home(request, settings) / world.folder
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyring = _keyring(settings, home)
    clock = _clock(world, home, settings)
    tracer = SpanTracer(clock.monotonic)
    cache = _cache(world, clock, home, settings, stays=request.stays)
    rows = open_rows(settings.text("MOBIUS_DATABASE_URL") or sqlite_url(home / "mobius.sqlite"))
    sealer = AesGcmSealer(keyring)
    answers = SealedAnswers(
        rows, sealer, world=world.name, keep_newest=int(settings.number("MOBIUS_ANSWERS_KEPT", least=1))
    )
    engines = Engines(user_agent=USER_AGENT, proxy=settings.text("MOBIUS_PROXY") or None)
    sandbox = Sandbox(world, clock) if world.kind == "sandbox" else None
    sources = Catalogue(
        world=world, clock=clock, cache=cache, tracer=tracer, settings=settings, sandbox=sandbox, engines=engines,
        home=home,
    )  # fmt: skip
    history = LazyHistory(rows, world)
    imported = ImportedData(rows, world=world.name)
    desk = MarketDesk(sources, history, imported)
    compute = ThreadCompute(clock)
    assistant = Assistant(
        desk=desk, clock=clock, world=world, compute=compute, tracer=tracer, answers=answers,
        sources=sources,
    )  # fmt: skip
    warmer = _warmer(request, settings, cache, desk=desk, clock=clock, compute=compute, tracer=tracer, world=world)
    try:
        app = App(
            world=world, home=home, clock=clock, tools=tools(), sources=sources, history=history, imported=imported,
            answers=answers,
            desk=desk, settings=settings, assistant=assistant, tracer=tracer, cache=cache, warmer=warmer,
        )  # fmt: skip
        async with warmer.running() if warmer is not None else nullcontext():
            yield app
    finally:
        compute.close()
        await cache.aclose()  # first: what is still being fetched ends before its connections do
        await sources.aclose()
        await engines.aclose()
        await rows.close()
        if sandbox is not None:
            sandbox.stop()


# ------------------------------------------------------------------------------------------------------------ pieces


def _settings(request: OpenRequest) -> Settings:
    root = request.home or Path(os.environ.get("MOBIUS_HOME") or _user_data())
    try:
        return settings_file.read_settings(os.environ, root / "settings.toml", _options_of_sources)
    except settings_file.BadSetting as error:
        raise BadParameter(str(error)) from error


def _options_of_sources() -> Iterator[settings_file.Option]:
    """Every option that a source adds. Imports every source: only for a settings file that names one."""
    from mobius.sources import discover

    for each in discover():
        yield from settings_file.options_of_source(each.spec)


def _home(request: OpenRequest, settings: Settings) -> Path:
    return request.home or Path(settings.text("MOBIUS_HOME") or _user_data())


def _user_data() -> str:
    from platformdirs import user_data_dir

    return user_data_dir("mobius", appauthor=False)


def _keyring(settings: Settings, home: Path) -> Callable[[], Keyring]:
    """How the keys are opened: the key file when it is first needed, keys under a passphrase now, while a person is there."""
    file, how = home / KEY_FILE, settings.text("MOBIUS_KEY")
    if how == "file":
        return lambda: open_keyring(file)
    if how != "passphrase":
        raise BadParameter(f"MOBIUS_KEY is {how[:40]!r}.", hint="Use file or passphrase.")
    if settings.origins["MOBIUS_PASSPHRASE"] == "settings.toml":  # noqa: S105
        raise BadParameter("A passphrase in settings.toml, beside what it protects, protects nothing.")
    from mobius.security.passphrase import open_wrapped_keyring
    from mobius.security.prompt import PassphraseSource

    given, descriptor = settings.text("MOBIUS_PASSPHRASE"), settings.text("MOBIUS_PASSPHRASE_FD")
    if not descriptor.isascii() or not (descriptor or "0").isdigit():
        raise BadParameter(f"MOBIUS_PASSPHRASE_FD is {descriptor[:40]!r}, which is no number.")
    source = PassphraseSource(given, int(descriptor) if descriptor else None)
    if not source.silent:
        stop_waiting()
    keyring = open_wrapped_keyring(protected_file(file), source.old, first=source.new)
    return lambda: keyring


def _clock(world: World, home: Path, settings: Settings) -> Clock:
    if world.kind == "live":
        return WallClock()
    from mobius.sandbox.clock import open_clock

    speed = settings.number("MOBIUS_SANDBOX_SPEED", least=0.001) if settings.text("MOBIUS_SANDBOX_SPEED") else None
    return open_clock(home, speed=speed)


def _cache(world: World, clock: Clock, home: Path, settings: Settings, *, stays: bool) -> Tiered:
    """Memory, a server shared with other processes where one is named, and a file. In a simulated world values age by its
    own time, which may run faster."""
    now_s = time.monotonic if world.kind == "live" else lambda: clock.now().timestamp()
    megabytes = settings.number("MOBIUS_CACHE_MB", least=1)
    disk = Disk(home / "cache.sqlite", lambda: clock.now().timestamp(), max_bytes=int(megabytes * 1e6))
    url = settings.text("MOBIUS_REDIS_URL")
    if not url:
        return Tiered(Memory(now_s), disk, stays=stays)
    from mobius.cache.shared import Shared

    def share(cut: Callable[[Cut], None]) -> Shared:
        return Shared(url, lambda: clock.now().timestamp(), cut=cut, noted=disk.noted, note=disk.note)

    return Tiered(Memory(now_s), disk, share=share, stays=stays)


def _warmer(request: OpenRequest, settings: Settings, cache: Tiered, **rooms: Any) -> Warmer | None:
    """What fetches ahead, where the process stays to see it used; never in the past."""
    wanted = settings.text("MOBIUS_WARMING")
    if wanted not in ("on", "off"):
        raise BadParameter(f"MOBIUS_WARMING is {wanted[:40]!r}.", hint="Use on or off.")
    if not request.stays or request.as_of is not None or wanted == "off" or cache.l3 is None:
        return None
    from mobius.app.warming import Warmer

    return Warmer(log=cache.l3, budget=settings.number("MOBIUS_WARMING_BUDGET", least=0.0), **rooms)
