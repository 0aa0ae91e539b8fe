"""The composition root: settings, then wrappers, then services, then one application. The only place that knows everything.

Everything heavy is loaded when it is first used: a price answered from the cache opens no database engine, no HTTP
library and no array library.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pkgutil
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from mobius import settings as settings_file
from mobius.assistant.ask import Assistant
from mobius.assistant.compute import ThreadCompute
from mobius.assistant.registry import tools
from mobius.cache.disk import Disk
from mobius.cache.memory import Memory
from mobius.cache.tiers import Tiered
from mobius.core.answers import Answer
from mobius.core.desk import Desk
from mobius.core.errors import BadParameter, NotBuilt
from mobius.core.history import AnswerLog, History, SeriesInfo, SeriesKey
from mobius.core.needs import Source
from mobius.core.ports import OWNER, Clock, Http, Person, Reply
from mobius.core.sources import SourceSpec
from mobius.core.tools import Tool
from mobius.core.world import World, parse_world
from mobius.desk.desk import MarketDesk
from mobius.frontends.cli.opening import OpenRequest
from mobius.frontends.cli.waiting import stop_waiting
from mobius.net.breaker import Breaker
from mobius.net.cached import Cached
from mobius.net.engine import Engines
from mobius.net.limit import Limited
from mobius.net.pool import USER_AGENT, Pool
from mobius.net.retry import Retried
from mobius.net.trace import Traced
from mobius.observe.logs import configure_logs
from mobius.observe.spans import SpanTracer
from mobius.security.keyfile import KEY_FILE, open_keyring, protected_file
from mobius.security.keys import Keyring
from mobius.security.sealer import AesGcmSealer
from mobius.settings import Settings
from mobius.sources import discover
from mobius.store.answers import SealedAnswers
from mobius.store.rows import open_rows, sqlite_url

if TYPE_CHECKING:
    from mobius.core.candles import Candles
    from mobius.sandbox.server import SandboxServer

logger = logging.getLogger("mobius.app")


class WallClock:
    """The clock of the live world."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class App(Struct):
    """Implements core.application.Application."""

    world: World
    home: Path
    clock: Clock
    tools: Mapping[str, Tool[Any, Any]]
    sources: tuple[Source, ...]
    history: History
    answers: AnswerLog
    desk: Desk
    settings: Settings
    assistant: Assistant
    tracer: SpanTracer

    async def ask(
        self,
        question: str,
        *,
        person: Person = OWNER,
        as_of: datetime | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        return await self.assistant.ask(question, person=person, as_of=as_of, deadline_s=deadline_s or self._deadline_s)

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        person: Person = OWNER,
        as_of: datetime | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        return await self.assistant.call(
            tool, arguments, person=person, as_of=as_of, deadline_s=deadline_s or self._deadline_s
        )

    @property
    def _deadline_s(self) -> float:
        return self.settings.number("MOBIUS_DEADLINE_S", least=0.1)


@asynccontextmanager
async def open_app(request: OpenRequest) -> AsyncIterator[App]:
    """Open one world; on leaving, connections and files are closed and the sandbox ends."""
    specs = discover()
    settings = _settings(request, specs)
    world = parse_world(request.world or settings.text("MOBIUS_WORLD"))
    if world.kind == "tape":
        raise NotBuilt("Tapes cannot be replayed yet.", hint="Use the live world or the sandbox.")
    configure_logs("debug" if request.verbose else settings.text("MOBIUS_LOG_LEVEL"))
    home = _home(request, settings) / world.folder
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyring = _keyring(settings, home)
    clock = _clock(world, home, settings)
    tracer = SpanTracer(clock.monotonic)
    cache = _cache(world, clock, home, settings)
    rows = open_rows(settings.text("MOBIUS_DATABASE_URL") or sqlite_url(home / "mobius.sqlite"))
    sealer = AesGcmSealer(keyring)
    answers = SealedAnswers(
        rows, sealer, world=world.name, keep_newest=int(settings.number("MOBIUS_ANSWERS_KEPT", least=1))
    )
    pools: list[Pool | SandboxPool] = []
    engines = Engines(user_agent=USER_AGENT, proxy=settings.text("MOBIUS_PROXY") or None)
    sandbox = Sandbox(world, clock) if world.kind == "sandbox" else None
    sources = tuple(_source(module, world, clock, cache, tracer, settings, sandbox, pools, engines) for module in specs)
    history = LazyHistory(rows, world)
    desk = MarketDesk(sources, history)
    compute = ThreadCompute(clock)
    assistant = Assistant(
        desk=desk, clock=clock, world=world, compute=compute, tracer=tracer, answers=answers,
        specs=tuple(source.spec for source in sources),
    )  # fmt: skip
    try:
        yield App(
            world=world, home=home, clock=clock, tools=tools(), sources=sources, history=history, answers=answers,
            desk=desk, settings=settings, assistant=assistant, tracer=tracer,
        )  # fmt: skip
    finally:
        compute.close()
        for pool in pools:
            await pool.aclose()
        await engines.aclose()
        await cache.aclose()
        await rows.close()
        if sandbox is not None:
            sandbox.stop()


# ------------------------------------------------------------------------------------------------------------ pieces


def _settings(request: OpenRequest, specs: Any) -> Settings:
    extra = settings_file.options_of_sources(
        [
            (each.spec.name, each.spec.base_url, each.spec.key.setting if each.spec.key else None,
             each.spec.key.adds if each.spec.key else "")
            for each in specs
        ]
    )  # fmt: skip
    root = request.home or Path(os.environ.get("MOBIUS_HOME") or _user_data())
    try:
        return settings_file.read_settings(os.environ, root / "settings.toml", extra)
    except settings_file.BadSetting as error:
        raise BadParameter(str(error)) from error


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


def _cache(world: World, clock: Clock, home: Path, settings: Settings) -> Tiered:
    """Memory over a file. In a simulated world values age by its own time, which may run faster."""
    now_s = clock.monotonic if world.kind == "live" else lambda: clock.now().timestamp()
    megabytes = settings.number("MOBIUS_CACHE_MB", least=1)
    disk = Disk(home / "cache.sqlite", lambda: clock.now().timestamp(), max_bytes=int(megabytes * 1e6))
    return Tiered(Memory(now_s), disk)


def _source(
    module: Any,
    world: World,
    clock: Clock,
    cache: Tiered,
    tracer: SpanTracer,
    settings: Settings,
    sandbox: Sandbox | None,
    pools: list[Pool | SandboxPool],
    engines: Engines,
) -> Source:
    """One source with its own stack: cache, then trace, breaker, retries, limit, and the pool innermost."""
    spec: SourceSpec = module.spec
    innermost: Pool | SandboxPool
    key = settings.text(spec.key.setting) if spec.key is not None else ""
    if sandbox is not None:
        innermost = SandboxPool(spec, clock, sandbox, engines)
    else:
        innermost = Pool(
            spec, clock=clock, simulated=False, base_url=settings.text(f"MOBIUS_{spec.name.upper()}_URL"),
            key=key or None, engines=engines,
        )  # fmt: skip
    pools.append(innermost)
    http: Http = Limited(innermost, spec, clock)
    http = Retried(http, spec, clock, rng=random.Random())
    http = Breaker(http, spec, clock)
    http = Traced(http, spec, tracer)
    http = Cached(http, cache, spec, world)
    return Source(spec=spec, offers=module.offers, http=http, key_set=bool(key))


FIRST_DRAWN = "/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&page=1"
"""A page that needs the whole simulated market."""


class Sandbox:
    """The simulated world's server, started at the first request that no cache answered."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._server: SandboxServer | None = None
        self._starting = asyncio.Lock()

    @staticmethod
    def speaks() -> frozenset[str]:
        """Names of the sources the simulated world answers for, from its folder alone: nothing of it is loaded."""
        found = find_spec("mobius.sandbox.wire")
        places = found.submodule_search_locations if found is not None else None
        return frozenset(info.name for info in pkgutil.iter_modules(places))

    async def base_url(self, source: str) -> str:
        async with self._starting:
            if self._server is None:
                self._server = await asyncio.to_thread(self._start)
        return self._server.base_url(source)

    def _start(self) -> SandboxServer:
        """Start the server and have it draw its world: else the sources, racing, would all wait for that."""
        from mobius.sandbox.server import SandboxServer

        server = SandboxServer.start(self._world.seed, self._clock)
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
            connection.request("GET", urlsplit(server.base_url("coingecko")).path + FIRST_DRAWN)
            connection.getresponse().read()
        return server

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()


class SandboxPool:
    """The innermost wrapper in the sandbox: a pool to the simulated provider, and never to a real one."""

    def __init__(self, spec: SourceSpec, clock: Clock, sandbox: Sandbox, engines: Engines) -> None:
        self._engines = engines
        self._spec = spec
        self._clock = clock
        self._sandbox = sandbox
        self._pool: Pool | None = None

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep_s: float = 0.0) -> Reply:
        return await (await self._opened()).get(path, params, keep_s=keep_s)

    async def post(self, path: str, body: bytes, *, keep_s: float = 0.0) -> Reply:
        return await (await self._opened()).post(path, body, keep_s=keep_s)

    async def _opened(self) -> Pool:
        if self._pool is None:
            base_url = await self._sandbox.base_url(self._spec.name)
            self._pool = Pool(self._spec, clock=self._clock, simulated=True, base_url=base_url, engines=self._engines)
        return self._pool

    async def aclose(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()


class LazyHistory:
    """The history, whose room loads numpy: opened at the first question about the past."""

    def __init__(self, rows: Any, world: World) -> None:
        self._rows = rows
        self._world = world
        self._opened: History | None = None

    def _history(self) -> History:
        if self._opened is None:
            from mobius.store.history import CandleHistory

            self._opened = CandleHistory(self._rows, world=self._world.name)
        return self._opened

    async def series(self, asset: str | None = None) -> tuple[SeriesInfo, ...]:
        return await self._history().series(asset)

    async def candles(self, key: SeriesKey, *, start: datetime | None = None, end: datetime | None = None) -> Candles:
        return await self._history().candles(key, start=start, end=end)

    async def import_file(
        self,
        file: Path,
        *,
        asset: str | None,
        quote: str | None,
        venue: str | None,
        at: datetime,
        closes_only: bool = False,
    ) -> tuple[SeriesInfo, ...]:
        return await self._history().import_file(
            file, asset=asset, quote=quote, venue=venue, at=at, closes_only=closes_only
        )
