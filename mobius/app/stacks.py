"""Every source with its own stack of wrappers. Here: the Catalogue of sources, loaded by folder. Not here: any source."""

from __future__ import annotations

import random
from collections.abc import Iterator

from mobius.app.simulation import Sandbox, SandboxPool
from mobius.cache.tiers import Tiered
from mobius.core.needs import Source
from mobius.core.ports import Clock, Http
from mobius.core.sources import Need, SourceSpec
from mobius.core.world import World
from mobius.net.breaker import Breaker
from mobius.net.cached import Cached
from mobius.net.engine import Engines
from mobius.net.limit import Limited
from mobius.net.pool import Pool
from mobius.net.retry import Retried
from mobius.net.trace import Traced
from mobius.observe.spans import SpanTracer
from mobius.settings import Settings
from mobius.sources import Definition, discover, folders


class Catalogue:
    """Implements core.needs.Sources: a folder's files are imported when a need that it serves is first asked for."""

    def __init__(
        self,
        *,
        world: World,
        clock: Clock,
        cache: Tiered,
        tracer: SpanTracer,
        settings: Settings,
        sandbox: Sandbox | None,
        engines: Engines,
    ) -> None:
        self._world = world
        self._clock = clock
        self._cache = cache
        self._tracer = tracer
        self._settings = settings
        self._sandbox = sandbox
        self._engines = engines
        self._needs = folders()
        self._opened: dict[str, tuple[Source, ...]] = {}
        self._pools: list[Pool | SandboxPool] = []

    def offering(self, *needs: Need) -> tuple[Source, ...]:
        return tuple(source for source in self._serving(needs) if source.configured)

    def lacking(self, *needs: Need) -> tuple[SourceSpec, ...]:
        return tuple(source.spec for source in self._serving(needs) if not source.configured)

    def spec(self, name: str) -> SourceSpec | None:
        for sources in self._opened.values():
            for source in sources:
                if source.spec.name == name:
                    return source.spec
        return None

    def __iter__(self) -> Iterator[Source]:
        every = [source for folder in self._needs for source in self._folder(folder)]
        return iter(sorted(every, key=lambda source: source.spec.name))

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()

    def _serving(self, needs: tuple[Need, ...]) -> Iterator[Source]:
        wanted = set(needs)
        for folder, served in self._needs.items():
            if wanted.intersection(served):
                yield from (source for source in self._folder(folder) if wanted.intersection(source.offers))

    def _folder(self, folder: str) -> tuple[Source, ...]:
        if folder not in self._opened:
            found = (
                definition
                for definition in discover(folder)
                if self._sandbox is None or definition.spec.module in self._sandbox.speaks()
            )
            self._opened[folder] = tuple(self._stacked(definition) for definition in found)
        return self._opened[folder]

    def _stacked(self, definition: Definition) -> Source:
        """One source with its own stack: cache, then trace, breaker, retries, limit, and the pool innermost."""
        spec = definition.spec
        innermost: Pool | SandboxPool
        key = "" if spec.key is None else self._settings.of_source(spec.key.setting)
        if self._sandbox is not None:
            innermost = SandboxPool(spec, self._clock, self._sandbox, self._engines)
        else:
            innermost = Pool(
                spec, clock=self._clock, simulated=False, key=key or None, engines=self._engines,
                base_url=self._settings.of_source(f"MOBIUS_{spec.name.upper()}_URL") or spec.base_url,
            )  # fmt: skip
        self._pools.append(innermost)
        http: Http = Limited(innermost, spec, self._clock)
        http = Retried(http, spec, self._clock, rng=random.Random())
        http = Breaker(http, spec, self._clock)
        http = Traced(http, spec, self._tracer)
        http = Cached(http, self._cache, spec, self._world)
        return Source(spec=spec, offers=definition.offers, http=http, key_set=bool(key))
