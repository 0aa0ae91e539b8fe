"""History drawn as a picture. Here: the chart tool, for one asset or several compared. Not here: drawing (charts)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mobius.core.answers import SeriesData
from mobius.core.errors import BadParameter, DeadlineExceeded, NoData, SourceError
from mobius.core.facts import Fact, derive, unknown
from mobius.core.gather import gather
from mobius.core.instants import from_ms, span_s, span_text
from mobius.core.market_views import CandleView
from mobius.core.notices import Notice, SourceFailure
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TextDraft, Writer

if TYPE_CHECKING:
    from mobius.core.candles import Candles

ASSETS_MAX = 4
BARS_MAX = 10_000
"""What a question may load; more bars than a picture has columns by far."""
_DAYS_FROM_S = 48 * 3600
"""Spans are told in hours below, in days from here on."""


class ChartQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    quote: str = "USD"
    window: str = "90d"
    interval: str | None = None


class AssetHistory(Struct, frozen=True, kw_only=True):
    """One asset over the window. `drawn` is the column fact of `series`, `column` that of all the bars read."""

    asset: str
    quote: str
    first_close: Fact
    last_close: Fact
    change: Fact
    move: Fact
    """The change without its sign."""
    high: Fact
    low: Fact
    largest_fall: Fact
    realised_vol: Fact
    span: Fact
    in_hours: bool
    column: Fact
    drawn: Fact
    series: SeriesData
    bars_each: Fact | None = None
    """How many bars one drawn bar gathers, where it is more than one."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class ChartReport(Struct, frozen=True, kw_only=True):
    histories: tuple[AssetHistory, ...]
    interval: Fact
    compared: bool = False
    """Several assets were asked for, so lines rebased to 100 are drawn."""
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Assets beyond what one picture can tell apart."""
    failures: tuple[SourceFailure, ...] = ()


async def run(query: ChartQuery, ctx: Context) -> ChartReport:
    """Closed bars of each asset over the window, up to `ctx.as_of`; what no source has is named, never filled."""
    from mobius.analytics.windows import intervals_for, shared_period, window_of

    if not query.assets:
        raise BadParameter("A chart needs an asset.", hint="Try `mobius chart ETH`.")
    window_s = span_s(query.window)
    intervals = (span_s(query.interval),) if query.interval else intervals_for(window_s)
    _check(query, window_s, intervals[0])
    views, errors = await _views(query, ctx, window_s, intervals)
    interval_s = views[0].interval_s
    windows: tuple[Candles, ...] = tuple(window_of(view.bars(), window_s) for view in views)
    compared = len(query.assets) > 1
    if compared:
        windows = shared_period(windows)
        if not all(len(window) for window in windows):
            raise NoData("history", f"{' and '.join(view.asset for view in views)} have no bars at the same time.")
    interval = Fact(
        id="chart.interval", value=span_text(interval_s), unit="text", path="interval",
        source="question" if query.interval else "default",
    )  # fmt: skip
    return ChartReport(
        histories=tuple(_history(view, window, query.window, compared) for view, window in zip(views, windows, strict=True)),
        interval=interval, compared=compared, missing=tuple(errors), left_out=query.assets[ASSETS_MAX:],
        failures=tuple(
            SourceFailure(source=error.source, kind=error.kind, message=error.message)
            for error in errors.values() if isinstance(error, SourceError) and not isinstance(error, NoData)
        ),
    )  # fmt: skip


def _check(query: ChartQuery, window_s: int, interval_s: int) -> None:
    if interval_s > window_s:
        raise BadParameter(f"A window of {query.window} is shorter than one bar of {span_text(interval_s)}.")
    if window_s // interval_s > BARS_MAX:
        raise BadParameter(
            f"{query.window} in bars of {span_text(interval_s)} are more than {BARS_MAX:,} bars.",
            hint="Take longer bars.",
        )


async def _views(
    query: ChartQuery, ctx: Context, window_s: int, intervals: Sequence[int]
) -> tuple[list[CandleView], dict[str, Exception]]:
    """The views by the first interval that any asset has, and why the other assets have none. Raises when none has."""
    errors: dict[str, Exception] = {}
    for interval_s in intervals:
        n_bars = -(-window_s // interval_s) + 1  # and the bar before, whose close is where the change starts
        jobs = {
            asset: partial(ctx.desk.candles, asset, query.quote, interval_s=interval_s, n_bars=n_bars, at=ctx.as_of)
            for asset in query.assets[:ASSETS_MAX]
        }
        got = await gather(jobs)
        errors = dict(got.failures)
        for error in errors.values():
            if not isinstance(error, SourceError | DeadlineExceeded):
                raise error
        if got.results:
            return list(got.results.values()), errors
        if not any(isinstance(error, NoData) for error in errors.values()):
            break
    raise next(iter(errors.values()))


def _history(view: CandleView, window: Candles, span_name: str, compared: bool) -> AssetHistory:
    """The facts of one asset's window, each derived from the column of its bars."""
    from mobius.analytics.columns import decimal_of
    from mobius.analytics.drawdown import max_drawdown
    from mobius.analytics.volatility import bars_per_year, realised_vol
    from mobius.analytics.windows import summary
    from mobius.charts.figure import candle_series, column_fact, rebased_series, thinned

    found, column, stem, unit = summary(window), view.column, view.asset.lower(), view.quote
    name = span_name.strip().lower()
    first = derive(f"{stem}.first_close_{name}", decimal_of(found.first_close), unit, (column,),
                   "close of the bar that ended when the window began")  # fmt: skip
    last = derive(
        f"{stem}.last_close_{name}", decimal_of(found.last_close), unit, (column,), "close of the last closed bar"
    )
    change = derive(f"{stem}.change_{name}", found.change_pct, "pct", (first, last), "last close against the first")
    in_hours = found.span_s < _DAYS_FROM_S
    # The base bar gives a comparison its 100; candles begin with the window, or its range would not be that of the headline.
    bars, each = thinned(window if compared or len(window) == 1 else window.take(slice(1, None)))
    if compared:
        series = rebased_series(view.asset, bars, base=found.first_close)
        how = "closes of the window, 100 at its start"
    else:
        series = candle_series(view.asset, unit, bars)
        how = "bars of the window"
    drawn = column_fact(f"{stem}.chart_{name}", series, (column, first) if compared else (column,), how)
    vol_id, per_year = f"{stem}.realised_vol_{name}", bars_per_year(window.interval_s)
    if len(window) > 2:
        vol_pct = 100 * realised_vol(window.close, bars_per_year=per_year)
        vol = derive(vol_id, vol_pct, "pct", (column,), "standard deviation of log returns, per year of 365 days")
    else:
        vol = unknown(vol_id, "pct", "fewer than three bars")
    return AssetHistory(
        asset=view.asset, quote=unit, first_close=first, last_close=last, change=change,
        move=derive(f"{stem}.move_{name}", abs(found.change_pct), "pct", (change,), "size of the change"),
        high=_extreme(f"{stem}.high_{name}", decimal_of(found.high), view, found.high_ts_ms, "highest price of the window"),
        low=_extreme(f"{stem}.low_{name}", decimal_of(found.low), view, found.low_ts_ms, "lowest price of the window"),
        largest_fall=derive(f"{stem}.max_drawdown_{name}", 100 * max_drawdown(window.close), "pct", (column,),
                            "largest fall of closes from a peak within the window"),
        realised_vol=vol,
        span=derive(f"{stem}.span_{name}", found.span_s / (3600 if in_hours else 86_400), "h" if in_hours else "d", (column,),
                    "time between the first and the last close"),
        in_hours=in_hours, column=column, drawn=drawn, series=series,
        bars_each=None if each == 1 else derive(f"{stem}.bars_each", each, "count", (column,), "bars gathered into one"),
        parts=view.parts, notices=view.notices, failures=view.failures,
    )  # fmt: skip


def _extreme(fact_id: str, value: Decimal, view: CandleView, ts_ms: int, how: str) -> Fact:
    """An extreme describes the bar it stands in, so its instant is that bar's."""
    return replace(derive(fact_id, value, view.quote, (view.column,), how), as_of=from_ms(ts_ms))


# ------------------------------------------------------------------------------------------------------------ words


def words(report: ChartReport, say: Writer) -> Draft:
    caveats = [say.say("No source gave bars of {asset}.", asset=asset) for asset in report.missing]
    caveats += [
        say.say("Left out {asset}: a picture tells four lines apart.", asset=asset) for asset in report.left_out
    ]
    first = report.histories[0]
    if first.bars_each is not None:
        caveats.append(say.say("Each bar drawn gathers {n:count} bars.", n=first.bars_each))
    if report.compared:
        headline, blocks = _leaders(report, say), (_comparison(report, say), _table(report, say))
    else:
        headline, blocks = _headline(first, say), (_candles(report, say), _details(first, say))
    return Draft(
        headline=headline, blocks=blocks, caveats=tuple(caveats), followups=_followups(first, say),
        status="partial" if report.missing else None,
    )  # fmt: skip


def _headline(history: AssetHistory, say: Writer) -> Line:
    moved = history.change.number() or 0.0
    if abs(moved) < 0.05:
        start = say.say(
            "{asset} is where it was {span:count} hours ago" if history.in_hours
            else "{asset} is where it was {span:count} days ago", asset=history.asset, span=history.span,
        )  # fmt: skip
    else:
        start = (
            *say.say("{asset} rose {move:pct}" if moved > 0 else "{asset} fell {move:pct}", asset=history.asset,
                     move=history.move),
            *_span(history, say),
        )  # fmt: skip
    return (*start, *say.say(", between {low:price} and {high:price}.", low=history.low, high=history.high))


def _span(history: AssetHistory, say: Writer) -> Line:
    if history.in_hours:
        return say.say(" in {span:count} hours", span=history.span)
    return say.say(" in {span:count} days", span=history.span)


def _details(history: AssetHistory, say: Writer) -> BlockDraft:
    fmt = "clock" if history.in_hours else "date"  # where the whole window is hours, an extreme has an hour too
    line = [
        *say.say("From {first:price} to {last:price}", last=history.last_close, first=history.first_close),
        *say.say(" · low at " if history.in_hours else " · low on "),
        say.part(history.low, fmt),
        *say.say(", high at " if history.in_hours else ", high on "),
        say.part(history.high, fmt),
        *say.say(" · largest fall from a peak {fall:pct}", fall=history.largest_fall),
    ]
    if history.realised_vol.value is not None:
        line += say.say(" · realised volatility {vol:pct} a year", vol=history.realised_vol)
    return TextDraft(tuple(line))


def _candles(report: ChartReport, say: Writer) -> BlockDraft:
    history = report.histories[0]
    title = say.say("{asset} in {unit}, {interval:text} bars", asset=history.asset, unit=history.quote,
                    interval=report.interval)  # fmt: skip
    return say.chart("candles", title, {history.drawn.id: history.series})


def _leaders(report: ChartReport, say: Writer) -> Line:
    ranked = sorted(report.histories, key=lambda each: each.change.number() or 0.0)
    best, worst = ranked[-1], ranked[0]
    line = (
        *say.say("{asset} did best", asset=best.asset), *_span(best, say),
        *say.say(": {change:change}", change=best.change),
    )  # fmt: skip
    if len(ranked) == 1:
        return (*line, *say.say("."))
    return (*line, *say.say("; {asset} came last: {change:change}.", asset=worst.asset, change=worst.change))


def _comparison(report: ChartReport, say: Writer) -> BlockDraft:
    title = say.say("All at 100 to begin with, {interval:text} bars", interval=report.interval)
    return say.chart("line", title, {each.drawn.id: each.series for each in report.histories})


def _table(report: ChartReport, say: Writer) -> BlockDraft:
    rows = []
    for each in report.histories:
        fmt = "clock" if each.in_hours else "date"
        rows.append(
            (
                say.cell(each.asset), say.cell(each.change, "signed"), say.cell(each.low, "price"), say.cell(each.low, fmt),
                say.cell(each.high, "price"), say.cell(each.high, fmt),
            )
        )  # fmt: skip
    return say.table(("", "change", "low", "on", "high", "on"), rows)


def _followups(history: AssetHistory, say: Writer) -> tuple[Line, ...]:
    longer = history.in_hours or (history.span.number() or 0.0) < 300
    return (
        say.say("chart {asset} 1y", asset=history.asset) if longer else say.say("chart {asset} 30d", asset=history.asset),
        say.say("RSI and bands on {asset}", asset=history.asset),
        say.say("{asset} price", asset=history.asset),
    )  # fmt: skip


TOOL = Tool(
    name="chart",
    intents=("chart",),
    query=ChartQuery,
    report=ChartReport,
    run=run,
    words=words,
    examples=("show me eth, daily, last 6 months", "chart SOL 7d", "chart btc vs eth over a year"),
    summary="Price history as candles with volume, or several assets rebased to 100.",
    positional=("assets",),
)
