"""Live bars: one series from the first source that has it, the next when it fails or is slow. Not here: the past (past)."""

from __future__ import annotations

import asyncio
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

PATIENCE_S = 1.2
"""How long a source is waited for before the next one is asked beside it."""


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
    short: tuple[str, Sourced[Candles]] | None = None
    waiting = list(ranked)
    asked: dict[asyncio.Task[Sourced[Candles]], tuple[Source, str]] = {}
    try:
        while waiting or asked:
            if waiting:
                busy = {other.spec.name for other, _ in asked.values()}
                free = next((n for n, (other, _) in enumerate(waiting) if other.spec.name not in busy), 0)
                source, each = waiting.pop(free)
                query = CandlesQuery(asset=asset, quote=each, interval_s=interval_s, n_bars=n_bars)
                asked[asyncio.ensure_future(source.offers["candles"](query, source.http))] = source, each
            done, _ = await asyncio.wait(
                asked, timeout=PATIENCE_S if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                source, each = asked.pop(task)
                try:
                    got = task.result()
                except NoData:
                    continue
                except (SourceError, DeadlineExceeded) as error:
                    failures.append(SourceFailure(source=source.spec.name, kind=error.kind, message=error.message))
                    continue
                if len(got.value) >= n_bars:
                    slow = (_slow(other) for other, _ in asked.values())
                    return _view(asset, each, interval_s, n_bars, got, [*failures, *slow])
                if len(got.value) and (short is None or len(got.value) > len(short[1].value)):
                    short = each, got
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    if short is not None:
        return _view(asset, short[0], interval_s, n_bars, short[1], failures)
    raise _none(asset, quote, failures, sources)


def _slow(source: Source) -> SourceFailure:
    return SourceFailure(source=source.spec.name, kind="slow", message="did not answer in time")


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
