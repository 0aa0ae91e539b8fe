"""Sources of headlines, commits and positions that answer from memory, and the answer over them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import numpy as np

from mobius.core.answers import Answer, ListBlock, TableBlock, plain
from mobius.core.candles import Candles
from mobius.core.facts import Sourced
from mobius.core.imported import ImportedInfo, ImportedPoint, ImportedSeries, SeriesKind
from mobius.core.instants import end_of_day
from mobius.core.needs import Source, SourceList
from mobius.core.record_needs import Headline
from mobius.core.sources import Kind, Limits, Need, Rights, SourceSpec
from mobius.desk.desk import MarketDesk
from tests.assistant.fakes import NOW, Understands, assistant


def source(name: str, need: Need, value: Any, *, kind: Kind = "news", as_of: datetime = NOW) -> Source:
    """A source of one need that gives `value`, by the query where it is a function, or raises it."""
    assert need in get_args(Need)

    async def fetch(query: Any, http: Any) -> Sourced[Any]:
        got = value(query) if callable(value) else value
        if isinstance(got, Exception):
            raise got
        return Sourced(value=got, source=name, endpoint=f"/{need}", as_of=as_of, fetched_at=NOW)

    spec = SourceSpec(
        name=name, title=name.removeprefix("rss_").title(), kind=kind, base_url="https://x.example", needs=(need,),
        limits=Limits(per_minute=60), rights=Rights(attribution=f"Data: {name}"),
    )  # fmt: skip
    return Source(spec=spec, offers={need: fetch}, http=None)


def headline(title: str, hours_ago: float, *, outlet: str = "CoinDesk") -> Headline:
    at = NOW - timedelta(hours=hours_ago)
    place = f"rss.channel.item[{int(hours_ago)}].title"
    return Headline(title=title, outlet=outlet, address="https://x.example/a", published_at=at, field=place)


def hourly(changes_pct: Sequence[float], *, start: float = 60_000.0) -> Source:
    """A venue with closed hourly bars up to NOW; each close changes by so many percent."""
    closes = np.asarray(start * np.cumprod(1 + np.array([0.0, *changes_pct]) / 100), dtype=np.float64)
    last_ms = int(NOW.timestamp() * 1000) - 3_600_000
    ts = last_ms - 3_600_000 * np.arange(len(closes) - 1, -1, -1, dtype=np.int64)
    bars = Candles(interval_s=3_600, ts_ms=ts, open=closes, high=closes, low=closes, close=closes, volume=closes)
    return source("kraken", "candles", bars, kind="venue")


class InMemory:
    """The Imported port over series given by name."""

    def __init__(self, **flows: Mapping[str, str]) -> None:
        self.held = {name.replace("_", "/"): days for name, days in flows.items()}

    def _info(self, name: str, days: Mapping[str, str]) -> ImportedInfo:
        ordered = sorted(datetime.fromisoformat(day).date() for day in days)
        return ImportedInfo(kind="fund_flows", name=name, unit="USD", n_points=len(days), first=ordered[0],
                            last=ordered[-1], file="flows.csv", sha256="0" * 64, imported_at=NOW)  # fmt: skip

    async def names(self, kind: SeriesKind | None = None) -> tuple[ImportedInfo, ...]:
        return tuple(self._info(name, days) for name, days in self.held.items())

    async def series(self, kind: SeriesKind, name: str, *, until: datetime | None = None) -> ImportedSeries | None:
        days = {datetime.fromisoformat(text).date(): value for text, value in self.held[name].items()}
        points = tuple(
            ImportedPoint(day=day, value=Decimal(days[day]))
            for day in sorted(days)
            if until is None or end_of_day(day) <= until
        )
        return ImportedSeries(info=self._info(name, self.held[name]), points=points) if points else None

    async def import_file(self, file: Path, *, asset: str | None, at: datetime) -> tuple[ImportedInfo, ...]:
        raise AssertionError("no question imports a file")


def ask(
    intent: str, question: str, slots: Mapping[str, Any], *sources: Source, imported: Any = None,
    as_of: datetime | None = None,
) -> Answer:  # fmt: skip
    """The composed and checked answer to a question that is understood as said."""
    desk = MarketDesk(SourceList(sources), None, imported)  # type: ignore[arg-type]
    asked = assistant(desk, Understands(intent, slots), specs=[each.spec for each in sources])
    return asyncio.run(asked.ask(question, as_of=as_of))


def listed(answer: Answer) -> list[str]:
    """Every item of the answer's lists."""
    return [plain(item) for block in answer.blocks if isinstance(block, ListBlock) for item in block.items]


def rows(answer: Answer) -> list[list[str]]:
    """Every row of the answer's tables."""
    return [
        [cell if isinstance(cell, str) else cell.text for cell in row]
        for block in answer.blocks
        if isinstance(block, TableBlock)
        for row in block.rows
    ]


def caveats(answer: Answer) -> str:
    return " ".join(plain(line) for line in answer.caveats)
