"""Every source with its own stack of wrappers. Here: the Catalogue of sources, loaded by folder. Not here: any source.

From the outside in: cache, trace, breaker, retries, second requests, limits, the spending cap, and the pool innermost.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mobius.app.record import Record
from mobius.app.simulation import Sandbox, SandboxPool
from mobius.cache.tiers import Tiered
from mobius.core.errors import BadParameter
from mobius.core.needs import Source
from mobius.core.ports import Clock, Http
from mobius.core.sources import CostSpec, Need, SourceSpec
from mobius.core.world import World
from mobius.net.breaker import Breaker
from mobius.net.cached import Cached
from mobius.net.engine import Engines
from mobius.net.hedge import Hedged
from mobius.net.latency import Latencies
from mobius.net.limit import Limited, Turns
from mobius.net.pool import Pool
from mobius.net.retry import Retried
from mobius.net.trace import Traced
from mobius.observe.spans import SpanTracer
from mobius.settings import Settings
from mobius.sources import Definition, discover, folders

if TYPE_CHECKING:
    from mobius.core.health import SourceHealth


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
        home: Path,
    ) -> None:
        self._world = world
        self._clock = clock
        self._cache = cache
        self._tracer = tracer
        self._settings = settings
        self._sandbox = sandbox
        self._engines = engines
        self._record = Record(home / "sources.sqlite", clock)
        self._needs = folders()
        self._opened: dict[str, tuple[Source, ...]] = {}
        self._turns: dict[str, Turns] = {}
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
        """One source with its own stack."""
        spec, clock, latencies = definition.spec, self._clock, Latencies()
        key = "" if spec.key is None else self._settings.of_source(spec.key.setting)
        cap = None if spec.cost is None else cap_usd(spec.cost, self._settings.of_source(spec.cost.cap_setting))
        http = self._innermost(spec, key, cap, latencies)
        host = urlsplit(spec.base_url).netloc  # the provider's own, wherever a setting sends the requests
        limited = Limited(http, spec, clock, turns=self._turns.setdefault(host, Turns(spec.limits)))
        hedged = Hedged(
            limited, clock, latencies, may=lambda: breaker.state == "closed" and _to_spare(limited, spec),
            posts=not spec.posts_once,
        )  # fmt: skip
        breaker = Breaker(Retried(hedged, spec, clock, rng=random.Random()), spec, clock)
        traced = Traced(breaker, spec, self._tracer)
        record = self._record

        def health() -> SourceHealth:
            from mobius.core.health import SourceHealth  # for `doctor` alone

            p50_s, p95_s = latencies.quantile_s(0.5), latencies.p95_s()
            return SourceHealth(
                breaker=breaker.state, budget=limited.budget(), n_timed=len(latencies),
                p50_ms=None if p50_s is None else p50_s * 1000, p95_ms=None if p95_s is None else p95_s * 1000,
                n_hedged=hedged.hedged, drift=record.drift(spec.name),
                spent_usd=None if spec.cost is None else record.spent(spec.name), cap_usd=cap,
            )  # fmt: skip

        return Source(
            spec=spec, offers={need: record.watched(spec, need, fetch) for need, fetch in definition.offers.items()},
            http=Cached(traced, self._cache, spec, self._world), key_set=bool(key), cap_set=cap is not None,
            health=health,
        )  # fmt: skip

    def _innermost(self, spec: SourceSpec, key: str, cap: Decimal | None, latencies: Latencies) -> Http:
        """The pool, and before it the cap of a source that costs money; the simulated world costs nothing."""
        pool: Pool | SandboxPool
        if self._sandbox is not None:
            pool = SandboxPool(spec, self._clock, self._sandbox, self._engines, latencies)
        else:
            pool = Pool(
                spec, clock=self._clock, simulated=False, key=key or None, engines=self._engines, latencies=latencies,
                base_url=self._settings.of_source(f"MOBIUS_{spec.name.upper()}_URL") or spec.base_url,
                contact=self._settings.text("MOBIUS_CONTACT"),
            )  # fmt: skip
        self._pools.append(pool)
        if spec.cost is None or cap is None or self._sandbox is not None:
            return pool
        from mobius.net.spend import Capped  # few sources cost money

        return Capped(pool, spec, self._clock, self._record.ledger(), cap)


def cap_usd(cost: CostSpec, text: str) -> Decimal | None:
    """The most to spend in a month; None where nothing, or nothing above zero, is set."""
    try:
        given = Decimal(text or "0")
    except InvalidOperation:
        given = Decimal("NaN")
    if not given.is_finite() or given < 0:
        raise BadParameter(f"{cost.cap_setting} is {text[:40]!r}, which is no amount of dollars.")
    return given or None


def _to_spare(limited: Limited, spec: SourceSpec) -> bool:
    """Whether a second request would leave the next question its turn: at least half of the burst is there."""
    return spec.cost is None and limited.budget() * 2 > spec.limits.burst
