"""Live bars: one series from the first source that has it, the next when it fails. Not here: the past (past)."""

from __future__ import annotations

from collections.abc import Sequence

from mobius.core.candles import Candles
from mobius.core.errors import DeadlineExceeded, NoData, SourceError
from mobius.core.facts import Sourced
from mobius.core.market_views import CandleView
from mobius.core.needs import CandlesQuery, Source
from mobius.core.notices import Notice, SourceFailure
from mobius.core.words import DOLLARS
from mobius.desk.failures import told
from mobius.desk.past import candle_view


async def live_candles(
    sources: Sequence[Source], asset: str, quote: str, *, interval_s: int, n_bars: int
) -> CandleView:
    """The newest closed bars: exchanges before aggregators; the dollar's quotes stand for each other, and it is said."""
    quotes = ("USD", "USDT") if quote in DOLLARS else (quote,)
    ranked = sorted(
        ((source, each) for source in sources if "candles" in source.offers for each in quotes),
        key=lambda pair: (pair[0].spec.kind != "venue", -pair[0].spec.limits.per_minute, pair[1] != quote),
    )
    failures: list[SourceFailure] = []
    short: tuple[Source, str, Sourced[Candles]] | None = None
    for source, each in ranked:
        query = CandlesQuery(asset=asset, quote=each, interval_s=interval_s, n_bars=n_bars)
        try:
            got: Sourced[Candles] = await source.offers["candles"](query, source.http)
        except NoData:
            continue
        except (SourceError, DeadlineExceeded) as error:
            failures.append(SourceFailure(source=source.spec.name, kind=error.kind, message=error.message))
            continue
        if len(got.value) >= n_bars:
            return _view(asset, each, interval_s, n_bars, got, failures)
        if len(got.value) and (short is None or len(got.value) > len(short[2].value)):
            short = (source, each, got)
    if short is not None:
        return _view(asset, short[1], interval_s, n_bars, short[2], failures)
    raise _none(asset, quote, failures, sources)


def _none(asset: str, quote: str, failures: list[SourceFailure], sources: Sequence[Source]) -> NoData:
    if not failures:
        return NoData("market", f"No source has bars of {asset} in {quote}.")
    said = f"No source gave bars of {asset}: {told(failures, sources)}."
    return NoData("market", said, hint="`mobius doctor` shows which sources answer.")


def _view(
    asset: str, quote: str, interval_s: int, n_bars: int, got: Sourced[Candles], failures: list[SourceFailure]
) -> CandleView:
    notices = []
    if quote != "USD" and quote in DOLLARS:
        notices.append(Notice(kind="quoted_in", names={"unit": quote}))
    if len(got.value) < n_bars:
        notices.append(Notice(kind="fewer_bars"))
    view = candle_view(asset, quote, interval_s, got.source, f"{got.source}:{got.endpoint}#[*]", got.value.last(n_bars),
                       fetched_at=got.fetched_at, notices=tuple(notices), tier=got.tier,
                       simulated=got.simulated)  # fmt: skip
    return CandleView(asset=view.asset, quote=view.quote, interval_s=view.interval_s, source=view.source,
                      candles=view.candles, column=view.column, last_close=view.last_close, notices=view.notices,
                      failures=tuple(failures))  # fmt: skip
