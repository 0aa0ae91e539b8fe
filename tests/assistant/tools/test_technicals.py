"""The technicals tool over a small desk of synthetic bars: headline, facts, reasons for silence, point-in-time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import numpy as np
import pytest

from mobius.analytics import readings
from mobius.assistant.checker import check_closed, check_line, check_ref
from mobius.assistant.tools import technicals
from mobius.assistant.tools.technicals import TOOL, TechnicalsQuery, TechnicalsReport, run, words
from mobius.core.answers import FactRef
from mobius.core.candles import Candles
from mobius.core.errors import BadParameter, NoData, SourceUnavailable
from mobius.core.facts import Fact, derive, facts_in
from mobius.core.instants import from_ms, span_text, to_ms
from mobius.core.market_views import CandleView, DerivativesView, MarketView, PriceView
from mobius.core.notices import Notice
from mobius.core.ports import OWNER, Deadline
from mobius.core.tools import Context
from mobius.core.words import ChartDraft, Draft, Line, ListDraft, TableDraft, Writer
from mobius.core.world import World

NOW = datetime(2024, 3, 6, tzinfo=UTC)
DAY_S = 86_400


def bars(closes: list[float], *, interval_s: int = DAY_S, end: datetime = NOW, volume: float = 5.0) -> Candles:
    """Bars whose last one closes at `end`."""
    n_bars = len(closes)
    close = np.array(closes, dtype=np.float64)
    ts_ms = to_ms(end) - interval_s * 1000 * np.arange(n_bars, 0, -1, dtype=np.int64)
    return Candles(
        interval_s=interval_s, ts_ms=ts_ms, open=close, high=close * 1.002, low=close * 0.998, close=close,
        volume=np.full(n_bars, volume),
    )  # fmt: skip


def waves(n_bars: int = 400, *, last: float = 1.0) -> list[float]:
    """A price that swings between about 80 and 120, its newest close times `last`."""
    rng = np.random.default_rng(11)
    values = 100 + 20 * np.sin(np.arange(n_bars) / 6.0) + rng.normal(0, 1.0, n_bars)
    return [*values[:-1].tolist(), float(values[-1] * last)]


class FakeDesk:
    def __init__(self, held: Mapping[str, Candles | Exception]) -> None:
        self.held = held
        self.asked: list[tuple[str, int, int]] = []

    async def candles(
        self, asset: str, quote: str = "USD", *, interval_s: int, n_bars: int, at: datetime | None = None
    ) -> CandleView:
        self.asked.append((asset, interval_s, n_bars))
        found = self.held.get(asset, NoData("test", f"No bars of {asset}."))
        if isinstance(found, Exception):
            raise found
        known = found.between(None, to_ms(at) if at else None).last(n_bars)
        column = Fact(
            id=f"{asset.lower()}.bars_{span_text(interval_s)}", value=len(known), unit="count", source="test",
            path="test:/bars#[*]", as_of=from_ms(int(known.ts_ms[-1]) + interval_s * 1000), n=len(known), sha256="0",
        )  # fmt: skip
        return CandleView(
            asset=asset, quote=quote, interval_s=interval_s, source="test", candles=known, column=column,
            last_close=derive(f"{asset.lower()}.last", float(known.close[-1]), quote, (column,), "last"),
            notices=(Notice(kind="fewer_bars"),) if len(known) < n_bars else (),
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


class Counted:
    """Runs the work at once and counts it: heavy sums must come through here."""

    calls = 0

    async def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        self.calls += 1
        return function(*args)


def context(desk: Any, as_of: datetime | None = None, compute: Counted | None = None) -> Context:
    return Context(
        desk=desk, clock=FakeClock(), as_of=as_of, person=OWNER, deadline=Deadline(5.0), compute=compute or Counted(),
        tracer=NoSpans(), world=World("live"), tools={},
    )  # fmt: skip


def text(line: Line) -> str:
    return "".join(part.text if isinstance(part, FactRef) else str(part) for part in line)


def drafted(report: TechnicalsReport) -> Draft:
    """The report in words, with every line checked as the pipeline would."""
    draft = words(report, Writer(now=NOW))
    facts = {fact.id: fact for fact in facts_in(report)}
    assert list(check_closed(facts)) == []
    lines = [draft.headline, *draft.caveats, *draft.followups]
    for block in draft.blocks:
        if isinstance(block, ListDraft):
            lines += [block.title, *block.items]
        elif isinstance(block, TableDraft):
            assert all(len(cell) == 1 for row in block.rows for cell in row)
            lines += [*block.columns, *(cell for row in block.rows for cell in row)]
        elif isinstance(block, ChartDraft):
            lines.append(block.title)
            assert all(name in facts for name in block.block.series)
            assert [slip for ref in block.block.levels for slip in check_ref("level", ref, facts, NOW)] == []
    assert [slip for line in lines for slip in check_line("draft", line, facts, NOW)] == []
    return draft


async def test_a_price_far_above_its_mean_looks_stretched() -> None:
    closes = [*np.linspace(100, 101, 380).tolist(), *np.linspace(101, 140, 20).tolist()]
    report = await run(TechnicalsQuery(assets=("SOL",)), context(FakeDesk({"SOL": bars(closes)})))
    (read,) = report.assets
    headline = text(drafted(report).headline)
    assert read.mood == "stretched_up" and read.rsi.number() == pytest.approx(100.0, abs=1.0)
    assert headline.startswith("SOL looks stretched: RSI 100.0, 1.") and headline.endswith(
        " deviations above its mean."
    )


async def test_a_price_far_below_its_mean_is_told_without_a_minus_sign() -> None:
    report = await run(TechnicalsQuery(assets=("SOL",)), context(FakeDesk({"SOL": bars(waves(last=0.6))})))
    headline = text(drafted(report).headline)
    assert headline.startswith("SOL looks stretched downwards: RSI ") and headline.endswith(
        " deviations below its mean."
    )
    assert "−" not in headline


async def test_one_indicator_asked_for_is_the_headline_and_the_only_row() -> None:
    report = await run(TechnicalsQuery(assets=("SOL",), indicators=("rsi",)), context(FakeDesk({"SOL": bars(waves())})))
    draft = drafted(report)
    table = draft.blocks[0]
    assert isinstance(table, TableDraft) and len(table.rows) == 1
    assert text(draft.headline).startswith("RSI 14 of SOL is ")


@pytest.mark.parametrize("indicator", get_args(technicals.Indicator))
async def test_every_indicator_is_read_worded_and_bound_to_the_bars(indicator: technicals.Indicator) -> None:
    report = await run(
        TechnicalsQuery(assets=("SOL",), indicators=(indicator,)), context(FakeDesk({"SOL": bars(waves())}))
    )
    drafted(report)
    (reading,) = report.assets[0].readings
    assert reading.indicator == indicator and reading.state != "unknown"
    for fact in reading.figures:
        assert fact.id.startswith("sol.") and fact.derived_from == ("sol.bars_1d",) and fact.value is not None


async def test_the_default_set_has_a_table_a_past_and_a_picture() -> None:
    compute = Counted()
    desk = FakeDesk({"SOL": bars(waves())})
    report = await run(TechnicalsQuery(assets=("SOL",)), context(desk, compute=compute))
    draft = drafted(report)
    table, past, chart = draft.blocks
    assert isinstance(table, TableDraft) and isinstance(past, ListDraft) and isinstance(chart, ChartDraft)
    assert len(table.rows) == len(technicals.DEFAULT)
    assert set(chart.block.data["sol.bands_1d"].columns) == {"close", "mean", "upper", "lower"}
    assert any("× before; 7 bars later" in text(item) for item in past.items)
    assert any(text(item).startswith("Turned before at: ") for item in past.items)
    assert desk.asked == [("SOL", DAY_S, 400)] and compute.calls == 1
    assert text(draft.caveats[-1]) == (
        "Read from 400 closed 1d bars up to 6 March 2024 00:00 UTC; the open bar is left out."
    )  # fmt: skip


async def test_past_meaning_stands_beside_the_usual_and_says_when_it_is_thin() -> None:
    report = await run(
        TechnicalsQuery(assets=("SOL",), indicators=("rsi",)), context(FakeDesk({"SOL": bars(waves(80))}))
    )
    past = report.assets[0].readings[0].past
    assert past is not None and past.usual_share_up.value is not None
    block = drafted(report).blocks[1]
    assert isinstance(block, ListDraft)
    assert text(block.items[0]).endswith((": too few to lean on.", "not once before with a known outcome."))


async def test_bars_after_the_instant_asked_about_change_nothing() -> None:
    at = NOW - timedelta(days=30)
    closes = waves()
    long = FakeDesk({"SOL": bars([*closes, *[500.0] * 30])})
    short = FakeDesk({"SOL": bars(closes, end=at)})
    query = TechnicalsQuery(assets=("SOL",), indicators=get_args(technicals.Indicator))
    assert await run(query, context(long, at)) == await run(query, context(short, at))


async def test_too_few_bars_leave_figures_unknown_with_a_reason() -> None:
    report = await run(TechnicalsQuery(assets=("NEW",)), context(FakeDesk({"NEW": bars(waves(9))})))
    assert text(drafted(report).headline) == (
        "NEW has too few bars for a reading, or did not move: 9 closed 1d bars."
    )  # fmt: skip
    rsi = report.assets[0].rsi
    assert rsi.value is None and rsi.reason == "needs 15 bars, there are 9"
    assert [notice.kind for notice in report.assets[0].notices] == ["fewer_bars"]


async def test_without_volume_its_indicators_are_unknown_with_a_reason() -> None:
    desk = FakeDesk({"SOL": bars(waves(), volume=float("nan"))})
    report = await run(TechnicalsQuery(assets=("SOL",), indicators=("obv", "vwap")), context(desk))
    drafted(report)
    for reading in report.assets[0].readings:
        assert reading.state == "unknown" and "no volume" in str(reading.figures[0].reason)


async def test_several_assets_share_a_table_and_the_one_without_bars_is_named() -> None:
    desk = FakeDesk(
        {"SOL": bars(waves()), "ETH": bars(waves(last=1.3)), "ADA": SourceUnavailable("kraken", "no answer")}
    )
    report = await run(TechnicalsQuery(assets=("SOL", "ETH", "ADA"), indicators=("rsi", "adx")), context(desk))
    draft = drafted(report)
    (table,) = draft.blocks
    assert isinstance(table, TableDraft)
    assert [(text(row[0]), text(row[1])) for row in table.rows] == [
        ("SOL", "RSI 14"), ("SOL", "ADX 14"), ("ETH", "RSI 14"), ("ETH", "ADX 14"),
    ]  # fmt: skip
    assert report.missing == ("ADA",) and draft.status == "partial"
    assert text(draft.caveats[0]) == "No source gave bars of ADA."


async def test_a_coin_of_many_zeros_has_bands_and_levels_with_its_digits() -> None:
    closes = [value * 1e-7 for value in waves()]
    report = await run(TechnicalsQuery(assets=("SHIB",)), context(FakeDesk({"SHIB": bars(closes)})))
    drafted(report)
    (read,) = report.assets
    assert read.away.value is not None and read.levels
    assert all(5e-6 < (level.price.number() or 0) < 2e-5 for level in read.levels)


async def test_no_bars_at_all_and_no_asset_are_errors() -> None:
    with pytest.raises(NoData):
        await run(TechnicalsQuery(assets=("SOL",)), context(FakeDesk({})))
    with pytest.raises(BadParameter):
        await run(TechnicalsQuery(assets=()), context(FakeDesk({})))
    with pytest.raises(BadParameter):
        await run(TechnicalsQuery(assets=("SOL",), interval="soon"), context(FakeDesk({})))


async def test_the_interval_asked_for_is_used() -> None:
    desk = FakeDesk({"SOL": bars(waves(), interval_s=14_400)})
    report = await run(TechnicalsQuery(assets=("SOL",), interval="4h"), context(desk))
    assert desk.asked == [("SOL", 14_400, 400)] and report.horizon.value == 24
    assert "closed 4h bars" in text(drafted(report).caveats[-1])


def test_every_indicator_state_event_and_mood_has_words() -> None:
    assert get_args(technicals.Indicator) == get_args(readings.Indicator)
    assert set(technicals.LABELS) == set(get_args(readings.Indicator))
    assert set(get_args(readings.State)) <= set(technicals.SAYS)
    assert set(get_args(readings.Event)) == set(technicals.EVENTS)
    assert set(get_args(readings.Mood)) == set(technicals.MOODS)
    assert TOOL.name == "technicals" and TOOL.intents == ("technicals",)
