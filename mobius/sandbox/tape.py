"""What a pair did, as every venue's answers need it: its day so far, and its bars. Here: Day, day_of, bars_of. Not here: wire
formats (wire), how prices come about (market)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mobius.core.candles import IntArray
from mobius.sandbox.bars import Bars
from mobius.sandbox.market import Market
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.venues import Pair, Quote, quote_at
from mobius.sandbox.world import DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The last 24 hours of a pair, and its book's best prices."""

    open: float
    high: float
    low: float
    last: float
    volume: float
    """Base units."""
    turnover: float
    """Quote units."""
    book: Quote

    @property
    def last_size(self) -> float:
        return self.book.bid_size / 40


def day_of(market: Market, pair: Pair, now_s: int) -> Day:
    window = market.window(pair.series, now_s - DAY_S, now_s)
    return Day(
        open=float(window.open[0]), high=float(window.high[0]), low=float(window.low[0]), last=float(window.close[0]),
        volume=pair.volume(int(window.lots[0])), turnover=pair.turnover(int(window.quote[0])),
        book=quote_at(market, pair, now_s),
    )  # fmt: skip


def openings(length_s: int, first_s: int, last_s: int, *, shift_s: int = 0) -> IntArray:
    """Opening instants from `first_s` to `last_s` on the grid of `length_s`, moved by `shift_s`; none before time began."""
    first = max(first_s, BEGINS_S)
    start = -(-(first - shift_s) // length_s) * length_s + shift_s
    return np.arange(start, last_s + 1, length_s, dtype=np.int64)


def bars_of(market: Market, pair: Pair, opens: IntArray, length_s: int, *, now_s: int) -> Bars:
    """A bar for each of `opens`; the last may still be open. `opens` must not be empty."""
    return market.bars(pair.series, np.append(opens, opens[-1] + length_s), now_s=now_s)
