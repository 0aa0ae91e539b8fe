"""One world, opened. Here: App, the clock of the live world, the history opened when used. Not here: opening it (opening)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mobius.assistant.ask import Assistant
from mobius.cache.tiers import Tiered
from mobius.core.answers import Answer
from mobius.core.desk import Desk
from mobius.core.history import AnswerLog, History, SeriesInfo, SeriesKey
from mobius.core.imported import Imported
from mobius.core.needs import Sources
from mobius.core.ports import OWNER, Clock, Person
from mobius.core.tools import Tool
from mobius.core.world import World
from mobius.observe.spans import SpanTracer
from mobius.settings import Settings

if TYPE_CHECKING:
    from mobius.app.warming import Warmer
    from mobius.core.candles import Candles
    from mobius.core.health import CacheHealth


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
    sources: Sources
    history: History
    imported: Imported
    answers: AnswerLog
    desk: Desk
    settings: Settings
    assistant: Assistant
    tracer: SpanTracer
    cache: Tiered
    warmer: Warmer | None = None
    """Fetches ahead of what is asked; None where the process does not stay."""

    def cache_health(self) -> CacheHealth:
        """What the cache did since the process began."""
        from mobius.core.health import CacheHealth

        did = self.cache.counts()
        return CacheHealth(
            l1=did.l1, l2=did.l2, l3=did.l3, origin=did.origin, stale=did.stale, entries=did.entries,
            size_bytes=did.size_bytes, shared=bool(self.settings.text("MOBIUS_REDIS_URL")), faults_l2=did.faults_l2,
            faults_l3=did.faults_l3,
        )  # fmt: skip

    async def ask(
        self,
        question: str,
        *,
        person: Person = OWNER,
        as_of: datetime | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        answer = partial(
            self.assistant.ask, question, person=person, as_of=as_of, deadline_s=deadline_s or self._deadline_s
        )
        return await (answer() if self.warmer is None else self.warmer.listening(answer, person))

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        person: Person = OWNER,
        as_of: datetime | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        answer = partial(
            self.assistant.call, tool, arguments, person=person, as_of=as_of, deadline_s=deadline_s or self._deadline_s
        )
        return await (answer() if self.warmer is None else self.warmer.listening(answer, person))

    @property
    def _deadline_s(self) -> float:
        return self.settings.number("MOBIUS_DEADLINE_S", least=0.1)


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
