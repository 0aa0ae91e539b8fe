"""Indicators and levels of an asset. Here: the technicals tool. Not here: formulas and thresholds (analytics).

The wording of each indicator, state and event stands in the tables at the end of this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from mobius.core.answers import SeriesData
from mobius.core.errors import BadParameter, DeadlineExceeded, NoData, SourceError
from mobius.core.facts import Fact, derive, unknown
from mobius.core.gather import gather
from mobius.core.instants import DAY_S, span_s, span_text
from mobius.core.market_views import CandleView
from mobius.core.notices import Notice, SourceFailure
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, ListDraft, Part, Static, Writer

if TYPE_CHECKING:
    from mobius.analytics.levels import Level
    from mobius.analytics.readings import Figure, Reading, Technicals

Indicator = Literal[
    "rsi", "macd", "bollinger", "sma", "ema", "atr", "stochastic", "adx", "obv", "vwap", "ichimoku"
]  # fmt: skip
DEFAULT: tuple[Indicator, ...] = ("rsi", "bollinger", "macd", "sma", "adx", "atr")
FOR_HEADLINE: tuple[Indicator, ...] = ("rsi", "bollinger")
ASSETS_MAX = 4
N_BARS = 400
"""Twice the longest average, and past occurrences to count; one page of every source."""
DRAWN_BARS = 120
FEW = 10
"""Fewer occurrences than this are told as too few to lean on."""


class TechnicalsQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    indicators: tuple[Indicator, ...] = ()
    interval: str | None = None
    quote: str = "USD"


class PastFacts(Struct, frozen=True, kw_only=True):
    """What an event has meant on this asset before, and what any bar meant."""

    event: str
    n: Fact
    median: Fact
    share_up: Fact
    usual_share_up: Fact


class ReadingFacts(Struct, frozen=True, kw_only=True):
    """One indicator: its figures, the one to show first, and its state by name."""

    indicator: str
    state: str
    figures: tuple[Fact, ...]
    past: PastFacts | None = None


class LevelFacts(Struct, frozen=True, kw_only=True):
    kind: Literal["support", "resistance"]
    price: Fact
    touches: Fact


class AssetTechnicals(Struct, frozen=True, kw_only=True):
    """All that was read of one asset. `drawn` is the column fact of `series`: closes with the bands around them."""

    asset: str
    quote: str
    mood: str
    readings: tuple[ReadingFacts, ...]
    rsi: Fact
    away: Fact
    """Deviations from the mean of twenty bars."""
    away_size: Fact
    levels: tuple[LevelFacts, ...]
    last_close: Fact
    column: Fact
    drawn: Fact
    series: SeriesData
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class TechnicalsReport(Struct, frozen=True, kw_only=True):
    assets: tuple[AssetTechnicals, ...]
    interval: Fact
    horizon: Fact
    """Bars that past meaning looks ahead."""
    asked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


async def run(query: TechnicalsQuery, ctx: Context) -> TechnicalsReport:
    """Read the last closed bar of each asset by its indicators, from bars closed by `ctx.as_of` alone."""
    if not query.assets:
        raise BadParameter("Which asset?", hint="Try `mobius technicals SOL`.")
    interval_s = span_s(query.interval or "1d")
    horizon_bars = 7 if interval_s == DAY_S else 4 if interval_s > DAY_S else 24
    jobs = {
        asset: partial(_one, asset, query, ctx, interval_s, horizon_bars) for asset in query.assets[:ASSETS_MAX]
    }  # fmt: skip
    got = await gather(jobs)
    for error in got.failures.values():
        if not got.results or not isinstance(error, SourceError | DeadlineExceeded):
            raise error
    source = "question" if query.interval else "default"
    interval = Fact(id="technicals.interval", value=span_text(interval_s), unit="text", source=source, path="interval")
    found = tuple(got.results.values())
    return TechnicalsReport(
        assets=found, interval=interval,
        horizon=Fact(id="technicals.horizon", value=horizon_bars, unit="count", source="default", path="horizon"),
        asked=query.indicators, missing=tuple(got.failures), left_out=query.assets[ASSETS_MAX:],
        failures=tuple(
            SourceFailure(source=error.source, kind=error.kind, message=error.message)
            for error in got.failures.values() if isinstance(error, SourceError) and not isinstance(error, NoData)
        ),
    )  # fmt: skip


async def _one(asset: str, query: TechnicalsQuery, ctx: Context, interval_s: int, horizon_bars: int) -> AssetTechnicals:
    from mobius.analytics.technical import read

    view = await ctx.desk.candles(asset, query.quote, interval_s=interval_s, n_bars=N_BARS, at=ctx.as_of)
    bars = view.bars()
    wanted = tuple(dict.fromkeys((*(query.indicators or DEFAULT), *FOR_HEADLINE)))
    found = await ctx.compute(
        read, bars.ts_ms, bars.high, bars.low, bars.close, bars.volume, wanted, interval_s, horizon_bars
    )
    return _facts(view, found, query.indicators or DEFAULT)


def _facts(view: CandleView, found: Technicals, shown: tuple[Indicator, ...]) -> AssetTechnicals:
    """Bind what was read to facts, each derived from the column of bars."""
    from mobius.analytics.columns import decimal_of
    from mobius.charts.figure import column_fact, line_series

    column, stem, bars = view.column, view.asset.lower(), view.bars()
    readings = {reading.indicator: _reading(view, reading) for reading in found.readings}
    away = readings["bollinger"].figures[0]
    size = away.number()
    last = bars.last(DRAWN_BARS)
    series = line_series(
        view.asset, view.quote, last.ts_ms.tolist(),
        {"close": last.close.tolist(), **{name: band[-len(last) :] for name, band in
                                           zip(("mean", "upper", "lower"), found.bands, strict=True)}},
    )  # fmt: skip
    return AssetTechnicals(
        asset=view.asset, quote=view.quote, mood=found.mood, readings=tuple(readings[name] for name in shown),
        rsi=readings["rsi"].figures[0], away=away,
        away_size=unknown(f"{stem}.bollinger_distance", "ratio", str(away.reason)) if size is None else derive(
            f"{stem}.bollinger_distance", abs(size), "ratio", (away,), "size of the distance from the mean"),
        levels=_levels(view, found.levels),
        last_close=derive(f"{stem}.last_close", decimal_of(float(bars.close[-1])), view.quote, (column,), "last closed bar"),
        column=column,
        drawn=column_fact(f"{stem}.bands_{span_text(view.interval_s)}", series, (column,),
                          "closes with the mean of 20 and 2 deviations around it"),
        series=series, parts=(*view.parts, *(f for r in readings.values() for f in r.figures)),
        notices=view.notices, failures=view.failures,
    )  # fmt: skip


def _reading(view: CandleView, reading: Reading) -> ReadingFacts:
    figures = tuple(_figure(view, figure) for figure in reading.figures)
    past = None
    if reading.past is not None and reading.event is not None:
        found, stem = reading.past, f"{view.asset.lower()}.{reading.event}"

        def past_fact(name: str, value: float | None, unit: str, how: str) -> Fact:
            reason = "it never happened in these bars" if value is None else None
            return derive(f"{stem}.{name}", value, unit, (view.column,), how, reason=reason)

        ahead = f"over {found.horizon_bars} bars"
        past = PastFacts(
            event=reading.event, n=past_fact("n", found.n, "count", "separate past occurrences whose outcome is known"),
            median=past_fact("median", found.median_pct, "pct", f"median return after it {ahead}"),
            share_up=past_fact("share_up", found.share_up_pct, "pct", f"share of them with a rise {ahead}"),
            usual_share_up=past_fact("usual_share_up", found.usual_share_up_pct, "pct",
                                     f"share of all bars with a rise {ahead}"),
        )  # fmt: skip
    return ReadingFacts(indicator=reading.indicator, state=reading.state, figures=figures, past=past)


def _figure(view: CandleView, figure: Figure) -> Fact:
    from mobius.analytics.columns import decimal_of

    fact_id = f"{view.asset.lower()}.{figure.key}"
    unit = {"quote": view.quote, "base": view.asset}.get(figure.unit, figure.unit)
    if figure.value is None:
        n_bars = len(view.bars())
        reason = (
            f"needs {figure.needs_bars} bars, there are {n_bars}" if n_bars < figure.needs_bars
            else "not defined for these bars: nothing moved, or no volume was given"
        )  # fmt: skip
        return derive(fact_id, None, unit, (view.column,), figure.how, reason=reason)
    value = decimal_of(figure.value) if figure.unit in ("quote", "base") else figure.value
    return derive(fact_id, value, unit, (view.column,), figure.how)


def _levels(view: CandleView, found: tuple[Level, ...]) -> tuple[LevelFacts, ...]:
    """The two nearest of each kind."""
    from mobius.analytics.columns import decimal_of

    facts = []
    for kind in ("support", "resistance"):
        for number, level in enumerate([level for level in found if level.kind == kind][:2], start=1):
            stem = f"{view.asset.lower()}.{kind}_{number}"
            price = derive(stem, decimal_of(float(f"{level.price:.6g}")), view.quote, (view.column,),
                           "mean of pivot highs and lows that lie together")  # fmt: skip
            touches = derive(f"{stem}_touches", level.touches, "count", (view.column,), "pivots at this level")
            facts.append(LevelFacts(kind=level.kind, price=price, touches=touches))
    return tuple(facts)


# ------------------------------------------------------------------------------------------------------------ words


def words(report: TechnicalsReport, say: Writer) -> Draft:
    first = report.assets[0]
    blocks: tuple[BlockDraft, ...] = (_table(report, say),)
    if len(report.assets) == 1:
        blocks = (*blocks, *_past(report, say), _chart(first, report, say))
    caveats = [say.say("No source gave bars of {asset}.", asset=asset) for asset in report.missing]
    caveats += [say.say("Left out {asset}: ask for at most four.", asset=asset) for asset in report.left_out]
    caveats.append(
        say.say("Read from {n:count} closed {interval:text} bars up to {n:clock}; the open bar is left out.",
                n=first.column, interval=report.interval)
    )  # fmt: skip
    return Draft(
        headline=_headline(report, say), blocks=blocks, caveats=tuple(caveats), followups=_followups(first, report, say),
        status="partial" if report.missing else None,
    )  # fmt: skip


def _headline(report: TechnicalsReport, say: Writer) -> Line:
    first = report.assets[0]
    if len(report.asked) == 1 and first.readings[0].figures[0].value is not None:
        reading = first.readings[0]
        return (
            *say.say("{label} of {asset} is ", label=LABELS[reading.indicator], asset=first.asset),
            _value(reading, say), *say.say(": {says}.", says=_says(reading)),
        )  # fmt: skip
    if first.rsi.value is None or first.away.value is None:
        return say.say("{asset} has too few bars for a reading, or did not move: {n:count} closed {interval:text} bars.",
                       asset=first.asset, n=first.column, interval=report.interval)  # fmt: skip
    return (
        *say.say("{asset} {mood}: RSI {rsi:level}, {away:index} deviations ", asset=first.asset, mood=MOODS[first.mood],
                 rsi=first.rsi, away=first.away_size),
        *say.say("above its mean." if (first.away.number() or 0.0) >= 0 else "below its mean."),
    )  # fmt: skip


def _value(reading: ReadingFacts, say: Writer) -> Part:
    return say.part(reading.figures[0], FORMATS.get(reading.indicator, "price"))


def _says(reading: ReadingFacts) -> Static:
    return SAYS.get(f"{reading.indicator}.{reading.state}") or SAYS[reading.state]


def _table(report: TechnicalsReport, say: Writer) -> BlockDraft:
    rows = []
    for each in report.assets:
        for reading in each.readings:
            row = [say.cell(LABELS[reading.indicator]), (_value(reading, say),), say.cell(_says(reading))]
            rows.append([say.cell(each.asset), *row] if len(report.assets) > 1 else row)
    if len(report.assets) > 1:
        return say.table(("", "indicator", "now", "says"), rows)
    return say.table(("indicator", "now", "says"), rows)


def _past(report: TechnicalsReport, say: Writer) -> tuple[BlockDraft, ...]:
    """What the present conditions meant before, and the levels around the price."""
    first = report.assets[0]
    items = [_past_line(reading.past, report, say) for reading in first.readings if reading.past is not None]
    if first.levels:
        line: list[Part] = []
        for level in first.levels:
            line += say.say(", " if line else "Turned before at: ")
            kind = SUPPORT if level.kind == "support" else RESISTANCE
            line += say.say("{price:price} ({kind}, {n:count}×)", price=level.price, kind=kind, n=level.touches)
        items.append((*line, *say.say(".")))
    return (ListDraft(tuple(items), say.say("On {asset} before", asset=first.asset)),) if items else ()


def _past_line(past: PastFacts, report: TechnicalsReport, say: Writer) -> Line:
    event = EVENTS[past.event]
    n = past.n.number() or 0
    if n == 0:
        return say.say("{event}: not once before with a known outcome.", event=event)
    line = say.say("{event}: {n:count}× before; {ahead:count} bars later {median:signed} in the median, "
                   "up in {share:pct} of cases (any bar: {usual:pct})", event=event, n=past.n, ahead=report.horizon,
                   median=past.median, share=past.share_up, usual=past.usual_share_up)  # fmt: skip
    return (*line, *say.say(": too few to lean on." if n < FEW else "."))


def _chart(each: AssetTechnicals, report: TechnicalsReport, say: Writer) -> BlockDraft:
    title = say.say("{asset} in {unit}, {interval:text} closes, mean of 20 and bands", asset=each.asset, unit=each.quote,
                    interval=report.interval)  # fmt: skip
    return say.chart("line", title, {each.drawn.id: each.series}, [(level.price, "price") for level in each.levels])


def _followups(each: AssetTechnicals, report: TechnicalsReport, say: Writer) -> tuple[Line, ...]:
    four_hours = report.interval.value == "4h"
    return (
        say.say("chart {asset} 90d", asset=each.asset),
        say.say("RSI of {asset} daily" if four_hours else "RSI of {asset} on the 4h", asset=each.asset),
        say.say("what is RSI"),
    )


LABELS: Mapping[str, Static] = {
    "rsi": Static("RSI 14"), "bollinger": Static("Bollinger 20, deviations"), "macd": Static("MACD histogram"),
    "sma": Static("SMA 50"), "ema": Static("EMA 20"), "atr": Static("ATR 14, of the price"),
    "stochastic": Static("Stochastic %K 14"), "adx": Static("ADX 14"), "obv": Static("OBV, net of 20 bars"),
    "vwap": Static("VWAP"), "ichimoku": Static("Ichimoku, cloud top"),
}  # fmt: skip
FORMATS: Mapping[str, str] = {
    "rsi": "level", "bollinger": "signed", "atr": "pct", "stochastic": "level", "adx": "level", "obv": "signed",
}  # fmt: skip
MOODS: Mapping[str, Static] = {
    "stretched_up": Static("looks stretched"),
    "stretched_down": Static("looks stretched downwards"), "rising": Static("is in an uptrend"),
    "falling": Static("is in a downtrend"), "calm": Static("looks neutral"), "unclear": Static("is hard to read"),
}  # fmt: skip
SAYS: Mapping[str, Static] = {
    "overbought": Static("stretched upwards"), "oversold": Static("stretched downwards"),
    "neutral": Static("neither stretched up nor down"), "above_band": Static("above the upper band"),
    "below_band": Static("below the lower band"), "upper_half": Static("inside, above the mean"),
    "lower_half": Static("inside, below the mean"), "rising": Static("momentum is up"),
    "falling": Static("momentum is down"), "turned_up": Static("momentum just turned up"),
    "turned_down": Static("momentum just turned down"), "above": Static("price is above"),
    "below": Static("price is below"), "mixed": Static("price is between"), "quiet": Static("quieter than usual here"),
    "usual": Static("moving as usual here"), "wild": Static("wilder than usual here"),
    "trend_up": Static("a clear uptrend"), "trend_down": Static("a clear downtrend"),
    "weak_trend": Static("a trend may be forming"), "no_trend": Static("no trend"),
    "buying": Static("more volume on rises"), "selling": Static("more volume on falls"),
    "sma.above": Static("price above the 50 and 200 bar means"), "sma.below": Static("price below the 50 and 200 bar means"),
    "sma.mixed": Static("price between the 50 and 200 bar means"), "ichimoku.above": Static("price above the cloud"),
    "ichimoku.below": Static("price below the cloud"), "ichimoku.mixed": Static("price inside the cloud"),
    "above_short": Static("price above its 50 bar mean, the 200 not known yet"),
    "below_short": Static("price below its 50 bar mean, the 200 not known yet"),
    "balanced": Static("volume on both sides"), "unknown": Static("cannot be told from these bars"),
}  # fmt: skip
EVENTS: Mapping[str, Static] = {
    "rsi_above_70": Static("RSI rose above 70"), "rsi_below_30": Static("RSI fell below 30"),
    "close_above_band": Static("Close broke the upper band"), "close_below_band": Static("Close broke the lower band"),
    "macd_turned_up": Static("MACD turned up"), "macd_turned_down": Static("MACD turned down"),
    "stochastic_above_80": Static("%K rose above 80"), "stochastic_below_20": Static("%K fell below 20"),
    "close_above_sma_50": Static("Close rose above its 50-bar mean"),
    "close_below_sma_50": Static("Close fell below its 50-bar mean"),
}  # fmt: skip
SUPPORT, RESISTANCE = Static("support"), Static("resistance")

TOOL = Tool(
    name="technicals",
    intents=("technicals",),
    query=TechnicalsQuery,
    report=TechnicalsReport,
    run=run,
    words=words,
    examples=("RSI on SOL?", "is eth overbought", "macd and bollinger for BTC on the 4h"),
    summary="Indicators, levels, and what such readings meant on this coin before.",
    positional=("assets",),
)
