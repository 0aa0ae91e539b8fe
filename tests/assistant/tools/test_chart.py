"""The chart tool over a small desk of synthetic bars: headline, facts, gaps, point-in-time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from mobius.assistant.checker import check_closed, check_line, check_ref
from mobius.assistant.tools.chart import TOOL, ChartQuery, ChartReport, run, words
from mobius.core.answers import FactRef
from mobius.core.candles import Candles
from mobius.core.errors import BadParameter, NoData, SourceUnavailable, UnknownSymbol
from mobius.core.facts import Fact, column_digest, derive, facts_in
from mobius.core.instants import from_ms, span_text, to_ms
from mobius.core.market_views import CandleView, DerivativesView, MarketView, PriceView
from mobius.core.notices import Notice
from mobius.core.ports import OWNER, Deadline
from mobius.core.tools import Context
from mobius.core.words import ChartDraft, Draft, Line, ListDraft, TableDraft, TextDraft, Writer
from mobius.core.world import World

NOW = datetime(2024, 3, 6, tzinfo=UTC)
DAY_S = 86_400


def bars(closes: list[float], *, interval_s: int = DAY_S, end: datetime = NOW) -> Candles:
    """Bars whose last one closes at `end`."""
    n_bars = len(closes)
    close = np.array(closes, dtype=np.float64)
    opened = np.append(close[:1], close[:-1])
    ts_ms = to_ms(end) - interval_s * 1000 * np.arange(n_bars, 0, -1, dtype=np.int64)
    return Candles(
        interval_s=interval_s, ts_ms=ts_ms, open=opened, high=np.maximum(opened, close) * 1.01,
        low=np.minimum(opened, close) * 0.99, close=close, volume=np.full(n_bars, 5.0),
    )  # fmt: skip


class FakeDesk:
    """Bars by asset and interval; an exception in place of bars is raised."""

    def __init__(self, held: Mapping[tuple[str, int], Candles | Exception]) -> None:
        self.held = held
        self.asked: list[tuple[str, int, int]] = []

    async def candles(
        self, asset: str, quote: str = "USD", *, interval_s: int, n_bars: int, at: datetime | None = None
    ) -> CandleView:
        self.asked.append((asset, interval_s, n_bars))
        found = self.held.get((asset, interval_s), NoData("test", f"No bars of {asset}."))
        if isinstance(found, Exception):
            raise found
        known = found.between(None, to_ms(at) if at else None).last(n_bars)
        if not len(known):
            raise NoData("test", f"No bars of {asset}.")
        end = from_ms(int(known.ts_ms[-1]) + interval_s * 1000)
        column = Fact(
            id=f"{asset.lower()}.bars_{span_text(interval_s)}", value=len(known), unit="count", source="test",
            path="test:/bars#[*]", as_of=end, n=len(known), sha256=column_digest({"close": known.close.tolist()}),
        )  # fmt: skip
        notices = (Notice(kind="fewer_bars"),) if len(known) < n_bars else ()
        return CandleView(
            asset=asset, quote="USDT", interval_s=interval_s, source="test", candles=known, column=column,
            last_close=derive(f"{asset.lower()}.last", float(known.close[-1]), "USDT", (column,), "last"), notices=notices,
        )  # fmt: skip

    async def prices(
        self,
        assets: tuple[str, ...],
        quote: str = "USD",
        *,
        exchanges: tuple[str, ...] = (),
        at: datetime | None = None,
    ) -> tuple[PriceView, ...]:
        raise NoData("test", "no prices here")

    async def market(self, *, top: int = 100, quote: str = "USD", at: datetime | None = None) -> MarketView:
        raise NoData("test", "no market here")

    async def derivatives(
        self, assets: tuple[str, ...], *, exchanges: tuple[str, ...] = (), at: datetime | None = None
    ) -> tuple[DerivativesView, ...]:
        raise NoData("test", "no derivatives here")


class FakeClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class NoSpans:
    def span(self, name: str, **fields: str | int | float) -> Any:
        raise AssertionError(name)


async def at_once(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


def context(desk: Any, as_of: datetime | None = None) -> Context:
    return Context(
        desk=desk, clock=FakeClock(), as_of=as_of, person=OWNER, deadline=Deadline(5.0), compute=at_once, tracer=NoSpans(),
        world=World("live"), tools={},
    )  # fmt: skip


def text(line: Line) -> str:
    return "".join(part.text if isinstance(part, FactRef) else str(part) for part in line)


def drafted(report: ChartReport) -> Draft:
    """The report in words, with every line checked as the pipeline would."""
    draft = words(report, Writer(now=NOW))
    facts = {fact.id: fact for fact in facts_in(report)}
    assert list(check_closed(facts)) == []
    lines = [draft.headline, *draft.caveats, *draft.followups]
    for block in draft.blocks:
        if isinstance(block, TextDraft):
            lines.append(block.line)
        elif isinstance(block, ListDraft):
            lines += [block.title, *block.items]
        elif isinstance(block, TableDraft):
            lines += [block.title, *block.columns, *(cell for row in block.rows for cell in row)]
        else:
            lines.append(block.title)
            assert all(name in facts for name in block.block.series)
            assert [slip for ref in block.block.levels for slip in check_ref("level", ref, facts, NOW)] == []
    assert [slip for line in lines for slip in check_line("draft", line, facts, NOW)] == []
    return draft


def rising(n_days: int = 120) -> list[float]:
    return [100.0 + i for i in range(n_days)]


async def test_the_headline_says_the_move_the_span_and_the_range() -> None:
    desk = FakeDesk({("ETH", DAY_S): bars(rising())})
    report = await run(ChartQuery(assets=("ETH",)), context(desk))
    draft = drafted(report)
    # 219 against 129 ninety days before; the lowest low is 129 * 0.99, the highest high 219 * 1.01
    assert text(draft.headline) == "ETH rose 69.8 % in 90 days, between $127.71 and $221.19."
    assert desk.asked == [("ETH", DAY_S, 91)]


async def test_a_fall_and_a_standstill_are_said_as_such() -> None:
    fell = await run(ChartQuery(assets=("ETH",)), context(FakeDesk({("ETH", DAY_S): bars(rising()[::-1])})))
    still = await run(ChartQuery(assets=("ETH",)), context(FakeDesk({("ETH", DAY_S): bars([7.0] * 100)})))
    assert text(drafted(fell).headline).startswith("ETH fell 47.4 % in 90 days")
    assert text(drafted(still).headline).startswith("ETH is where it was 90 days ago, between")


async def test_candles_with_volume_are_drawn_and_bound_to_a_column_fact() -> None:
    report = await run(ChartQuery(assets=("ETH",)), context(FakeDesk({("ETH", DAY_S): bars(rising())})))
    (chart,) = [block for block in drafted(report).blocks if isinstance(block, ChartDraft)]
    (history,) = report.histories
    assert chart.block.figure == "candles" and chart.block.series == (history.drawn.id,)
    assert set(chart.block.data[history.drawn.id].columns) == {"open", "high", "low", "close", "volume"}
    assert history.drawn.n == 90 and history.drawn.sha256 and history.drawn.derived_from == ("eth.bars_1d",)
    assert history.change.derived_from == ("eth.first_close_90d", "eth.last_close_90d")
    assert history.high.unit == "USDT"


async def test_bars_after_the_instant_asked_about_change_nothing() -> None:
    at = NOW - timedelta(days=10)
    short = FakeDesk({("ETH", DAY_S): bars(rising()[:-10], end=at)})
    long = FakeDesk({("ETH", DAY_S): bars([*rising()[:-10], *[9_999.0] * 10])})
    query = ChartQuery(assets=("ETH",))
    assert await run(query, context(short, at)) == await run(query, context(long, at))


async def test_a_shorter_history_says_its_own_span() -> None:
    report = await run(ChartQuery(assets=("NEW",)), context(FakeDesk({("NEW", DAY_S): bars(rising(31))})))
    assert " in 30 days" in text(drafted(report).headline)
    assert [notice.kind for notice in report.histories[0].notices] == ["fewer_bars"]


async def test_a_day_is_told_in_hours() -> None:
    desk = FakeDesk({("BTC", 900): bars([50_000.0 + i for i in range(200)], interval_s=900)})
    report = await run(ChartQuery(assets=("BTC",), window="24h"), context(desk))
    assert " in 24 hours, between $" in text(drafted(report).headline)


async def test_coarser_bars_serve_when_the_fine_ones_are_not_there() -> None:
    desk = FakeDesk({("BTC", 3_600): bars([50_000.0 + i for i in range(60)], interval_s=3_600)})
    report = await run(ChartQuery(assets=("BTC",), window="24h"), context(desk))
    assert [interval_s for _, interval_s, _ in desk.asked] == [900, 3_600]
    assert report.interval.value == "1h" and report.interval.source == "default"


async def test_an_interval_that_was_asked_for_is_not_replaced() -> None:
    desk = FakeDesk({("BTC", DAY_S): bars(rising())})
    with pytest.raises(NoData):
        await run(ChartQuery(assets=("BTC",), window="30d", interval="4h"), context(desk))


async def test_several_assets_are_compared_from_100_over_the_time_they_share() -> None:
    desk = FakeDesk({("BTC", DAY_S): bars(rising()), ("SOL", DAY_S): bars([100.0 - i for i in range(51)])})
    report = await run(ChartQuery(assets=("BTC", "SOL")), context(desk))
    draft = drafted(report)
    assert text(draft.headline) == "BTC did best in 50 days: up 29.6 %; SOL came last: down 50.0 %."
    chart, table = draft.blocks
    assert isinstance(chart, ChartDraft) and isinstance(table, TableDraft)
    assert chart.block.figure == "line"
    for series in chart.block.data.values():
        assert series.unit == "index" and series.columns["close"][0] == 100.0
    assert [text(row[0]) for row in table.rows] == ["BTC", "SOL"]


async def test_an_asset_without_bars_is_named_and_the_others_are_drawn() -> None:
    desk = FakeDesk({("BTC", DAY_S): bars(rising()), ("SOL", DAY_S): SourceUnavailable("kraken", "no answer")})
    report = await run(ChartQuery(assets=("BTC", "SOL", "XYZ")), context(desk))
    draft = drafted(report)
    assert report.missing == ("SOL", "XYZ") and draft.status == "partial"
    assert [failure.source for failure in report.failures] == ["kraken"]
    assert "No source gave bars of XYZ." in [text(line) for line in draft.caveats]


async def test_the_fifth_asset_is_left_out_and_said() -> None:
    desk = FakeDesk({(name, DAY_S): bars(rising()) for name in "ABCDE"})
    report = await run(ChartQuery(assets=tuple("ABCDE")), context(desk))
    assert len(report.histories) == 4 and report.left_out == ("E",)
    assert "Left out E: a picture tells four lines apart." in [text(line) for line in drafted(report).caveats]


async def test_many_bars_are_gathered_and_it_is_said() -> None:
    report = await run(
        ChartQuery(assets=("BTC",), window="5y"), context(FakeDesk({("BTC", DAY_S): bars(rising(1_500))}))
    )
    (history,) = report.histories
    assert len(history.series.ts) <= 400
    assert "Each bar drawn gathers 4 bars." in [text(line) for line in drafted(report).caveats]


async def test_no_bars_of_any_asset_is_no_data() -> None:
    with pytest.raises(NoData):
        await run(ChartQuery(assets=("BTC", "ETH")), context(FakeDesk({})))
    with pytest.raises(UnknownSymbol):
        await run(ChartQuery(assets=("BTC",)), context(FakeDesk({("BTC", DAY_S): UnknownSymbol("BTC")})))


async def test_assets_without_a_common_time_are_not_compared() -> None:
    early = bars(rising(50), end=NOW - timedelta(days=100))
    desk = FakeDesk({("BTC", DAY_S): bars(rising(50)), ("OLD", DAY_S): early})
    with pytest.raises(NoData, match="same time"):
        await run(ChartQuery(assets=("BTC", "OLD")), context(desk))


@pytest.mark.parametrize(
    "query",
    [
        ChartQuery(assets=()),
        ChartQuery(assets=("BTC",), window="soon"),
        ChartQuery(assets=("BTC",), window="1h", interval="1d"),
        ChartQuery(assets=("BTC",), window="10y", interval="1m"),
    ],
)
async def test_what_makes_no_sense_is_refused(query: ChartQuery) -> None:
    with pytest.raises(BadParameter):
        await run(query, context(FakeDesk({("BTC", DAY_S): bars(rising())})))


async def test_one_bar_is_a_chart_too() -> None:
    report = await run(ChartQuery(assets=("NEW",)), context(FakeDesk({("NEW", DAY_S): bars([5.0])})))
    assert report.histories[0].realised_vol.value is None
    assert text(drafted(report).headline).startswith("NEW is where it was")


def test_the_tool_is_named_for_its_intent() -> None:
    assert TOOL.name == "chart" and TOOL.intents == ("chart",)
