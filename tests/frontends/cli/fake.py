"""A fake application for the command line's tests: answers built by hand, a small catalogue, no room below."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from mobius.core.answers import (
    Answer,
    ChartBlock,
    FactRef,
    ListBlock,
    SeriesData,
    SourceNote,
    TableBlock,
    TextBlock,
    plain,
)
from mobius.core.facts import Fact, derive
from mobius.core.health import CacheHealth
from mobius.core.history import SeriesInfo
from mobius.core.needs import SourceList, Sources
from mobius.core.ports import Person
from mobius.core.tools import Command, Context, Tool
from mobius.core.words import Draft, Writer
from mobius.core.world import LIVE, World
from mobius.frontends.cli.catalogue import Entry, Folders
from mobius.frontends.cli.opening import OpenRequest

NOW = datetime(2026, 7, 28, 10, 0, tzinfo=UTC)
SEEN = NOW - timedelta(seconds=12)
ENCODER = msgspec.json.Encoder(decimal_format="number")
ANSWER_ID = "0198f1c2-3b4d-7abc-8def-0123456789ab"


# ------------------------------------------------------------------------------------------------------------- answers


def facts() -> dict[str, Fact]:
    """A consensus of two venues, its change, and an unknown market capitalisation."""
    leaves = [
        Fact(
            id=f"{venue}.mid", value=Decimal(value), unit="USD", source=venue, path=f"{venue}:/ticker?pair=BTCUSD#mid",
            as_of=SEEN, fetched_at=NOW, tier="l1",
        )
        for venue, value in (("kraken", "61240.1"), ("binance", "61239.9"))
    ]  # fmt: skip
    price = derive("price", Decimal("61240.0"), "USD", leaves, "median of the mids of two venues")
    change = Fact(
        id="change", value=Decimal("1.84"), unit="pct", source="kraken", path="kraken:/ticker?pair=BTCUSD#change",
        as_of=SEEN, tier="l1",
    )  # fmt: skip
    cap = Fact(id="cap", value=None, unit="USD", reason="no aggregator answered", source="mobius", how="not available")
    return {fact.id: fact for fact in (price, change, cap, *leaves)}


PRICE = FactRef(fact="price", format="price", text="$61,240")
CHANGE = FactRef(fact="change", format="change", text="up 1.8 %")


def answer(**changes: Any) -> Answer:
    """`Bitcoin is $61,240, up 1.8 % in 24 h.` with one block of each plain kind."""
    headline = ("Bitcoin is ", PRICE, ", ", CHANGE, " in 24 h.")
    made = Answer(
        id=ANSWER_ID, status="answered", question="what is btc doing", intent="price", intents=("price",),
        confidence=0.98, slots={"assets": ["BTC"]}, world="live", headline=headline, headline_plain=plain(headline),
        blocks=(TextBlock(text=("Range ", PRICE, " · market cap unknown")),),
        facts=facts(),
        caveats=(("Median of two venues, at most ", FactRef("change", "pct", "1.8 %"), " from it."),),
        sources=(
            SourceNote(name="kraken", as_of=SEEN, tier="l1", attribution="Prices by Kraken"),
            SourceNote(name="binance", as_of=SEEN, tier="origin", attribution=""),
            SourceNote(name="coingecko", failed="timed out"),
        ),
        followups=("chart BTC 90d", "RSI on BTC"), elapsed_ms=3.2,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def table(*names: str) -> TableBlock:
    rows = tuple(
        (name, PRICE, FactRef("change", "signed", "+1.8 %"), FactRef("cap", "big", "unknown")) for name in names
    )
    return TableBlock(columns=("", "price", "24 h", "market cap"), rows=rows)


def chart(figure: Literal["candles", "line", "bar", "sparkline"] = "line", title: str = "Bitcoin, days") -> ChartBlock:
    day_ms = 86_400_000
    data = SeriesData(
        name="BTC/USD", unit="USD", ts=tuple(day_ms * at for at in range(20_000, 20_030)),
        columns={"close": tuple(60_000.0 + 37 * (at % 9) for at in range(30))},
    )  # fmt: skip
    return ChartBlock(figure=figure, title=title, series=("closes",), data={"closes": data}, levels=(PRICE,))


def listed(*items: str) -> ListBlock:
    return ListBlock(items=tuple((item,) for item in items), title="Things")


# --------------------------------------------------------------------------------------------------------------- tools


class PriceQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    quote: str = "USD"


class ChartQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    window: str = "90d"
    interval: str | None = None
    bars: int = 200
    scale: Literal["linear", "log"] = "linear"
    volume: bool = True
    weights: dict[str, float] = {}
    text: str = ""


class ConvertQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    amount: float = 1.0


class ExplainQuery(Struct, frozen=True, kw_only=True):
    term: str


class NoReport(Struct, frozen=True):
    pass


async def run_tool(query: Any, ctx: Context) -> NoReport:
    raise AssertionError("the fake application answers by itself")


def no_words(report: NoReport, say: Writer) -> Draft:
    raise AssertionError("the fake application answers by itself")


def tool(name: str, query: type[Struct], positional: tuple[str, ...]) -> Tool[Any, Any]:
    return Tool(
        name=name, intents=(name.replace(" ", "_"),), query=query, report=NoReport, run=run_tool, words=no_words,
        examples=("what's 100 % of btc?",), summary=f"The {name} of assets, 100 % sourced.", positional=positional,
    )  # fmt: skip


TOOLS: tuple[Tool[Any, Any], ...] = (
    tool("price", PriceQuery, ("assets",)),
    tool("chart", ChartQuery, ("assets",)),
    tool("convert", ConvertQuery, ("amount", "assets")),
    tool("explain", ExplainQuery, ("term",)),
    tool("portfolio risk", ChartQuery, ()),
)


class FakeCatalogue:
    """The tools above, and the real commands."""

    def match(self, words: Sequence[str]) -> tuple[Command | Tool[Any, Any], int] | None:
        for item in TOOLS:
            n_words = item.name.count(" ") + 1
            if item.name == " ".join(words[:n_words]):
                return item, n_words
        found = Folders().match(words)
        return found if found is not None and isinstance(found[0], Command) else None

    def entries(self) -> tuple[Entry, ...]:
        commands = [entry for entry in Folders().entries() if not entry.is_tool]
        return tuple(sorted([*commands, *(Entry(item.name, item.summary, True) for item in TOOLS)]))


# --------------------------------------------------------------------------------------------------------- application


class FakeClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        import time

        return time.monotonic()


@dataclass
class FakeHistory:
    held: tuple[SeriesInfo, ...] = ()
    imported: list[tuple[Path, str | None, str | None, str | None]] = field(default_factory=list)
    bars: Any = None
    error: Exception | None = None

    async def series(self, asset: str | None = None) -> tuple[SeriesInfo, ...]:
        return self.held

    async def candles(self, key: Any, *, start: datetime | None = None, end: datetime | None = None) -> Any:
        return self.bars

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
        if self.error is not None and self.imported:
            raise self.error
        self.imported.append((file, asset, quote, venue))
        return self.held


@dataclass
class FakeAnswers:
    kept: dict[str, bytes] = field(default_factory=dict)

    async def keep(self, answer: bytes, *, answer_id: str, person: str, at: datetime) -> None:
        self.kept[answer_id] = answer

    async def find(self, answer_id: str, *, person: str) -> bytes | None:
        found = [body for key, body in self.kept.items() if key.startswith(answer_id)]
        return found[0] if len(found) == 1 else None

    async def recent(self, n: int, *, person: str) -> tuple[bytes, ...]:
        return tuple(reversed(self.kept.values()))[:n]


@dataclass
class Asked:
    """One thing the application was asked."""

    what: str
    arguments: Mapping[str, Any]
    as_of: datetime | None
    deadline_s: float | None


@dataclass
class FakeApplication:
    """Gives `reply` to everything, or raises it."""

    reply: Answer | BaseException = field(default_factory=answer)
    world: World = LIVE
    home: Path = Path("/nowhere")
    clock: Any = field(default_factory=FakeClock)
    tools: Mapping[str, Tool[Any, Any]] = field(default_factory=dict)
    sources: Sources = field(default_factory=SourceList)
    history: Any = field(default_factory=FakeHistory)
    imported: Any = None
    answers: Any = field(default_factory=FakeAnswers)
    desk: Any = None
    asked: list[Asked] = field(default_factory=list)
    opened: list[OpenRequest] = field(default_factory=list)
    n_closed: int = 0

    def cache_health(self) -> CacheHealth | None:
        return None

    async def ask(
        self, question: str, *, person: Person, as_of: datetime | None = None, deadline_s: float | None = None
    ) -> Answer:
        return self._reply(Asked(question, {}, as_of, deadline_s))

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        person: Person,
        as_of: datetime | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        return self._reply(Asked(tool, arguments, as_of, deadline_s))

    def _reply(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if isinstance(self.reply, BaseException):
            raise self.reply
        self.answers.kept[self.reply.id] = ENCODER.encode(self.reply)
        return self.reply

    @asynccontextmanager
    async def open(self, request: OpenRequest) -> AsyncIterator[FakeApplication]:
        self.opened.append(request)
        yield self
        self.n_closed += 1
