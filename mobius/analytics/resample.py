"""Candles of a coarser interval. Here: aggregation on the UTC grid. Not here: thinning for pictures (charts.figure)."""

from __future__ import annotations

import numpy as np

from mobius.core.candles import Candles, FloatArray, IntArray
from mobius.core.errors import BadParameter


def resample(candles: Candles, interval_s: int) -> Candles:
    """Aggregate bars to `interval_s` on the UTC grid, complete buckets only.

    A bucket is complete when it holds all of its bars, each opening on the finer grid: one with a missing bar, one off the
    grid or one cut by either end is left out. No bar is invented, so gaps stay gaps. Open is the first, high the highest, low
    the lowest, close the last, volume the sum (NaN if any is). Weeks begin on Thursdays, as the epoch did.

    Raises BadParameter unless `interval_s` is a multiple of the bars' own.
    """
    fine_s = candles.interval_s
    if interval_s < fine_s or interval_s % fine_s:
        raise BadParameter(f"bars of {fine_s} s do not add up to bars of {interval_s} s")
    if interval_s == fine_s:
        return candles
    on_grid = candles.take(candles.ts_ms % (fine_s * 1000) == 0)
    starts, sizes = buckets(on_grid.ts_ms, interval_s)
    return combined(on_grid, interval_s, starts, sizes, sizes == interval_s // fine_s)


def buckets(ts_ms: IntArray, interval_s: int) -> tuple[IntArray, IntArray]:
    """Index of the first bar and number of bars of each bucket of the UTC grid that holds any; both of shape (n_buckets,)."""
    starts = np.flatnonzero(np.diff(ts_ms // (interval_s * 1000), prepend=-(2**62)))
    return starts, np.diff(starts, append=len(ts_ms))


def combined(candles: Candles, interval_s: int, starts: IntArray, sizes: IntArray, keep: object = None) -> Candles:
    """One bar for each run of bars given by `starts` and `sizes`; `keep` (bool, shape (n_runs,)) picks some of them."""
    which = np.ones(len(starts), dtype=bool) if keep is None else np.asarray(keep, dtype=bool)
    if not which.any():
        return candles.take(slice(0, 0)) if interval_s == candles.interval_s else _none(interval_s)
    ends = starts + sizes - 1
    return Candles(
        interval_s=interval_s,
        ts_ms=(candles.ts_ms[starts] // (interval_s * 1000) * (interval_s * 1000))[which],
        open=candles.open[starts][which],
        high=np.maximum.reduceat(candles.high, starts)[which],
        low=np.minimum.reduceat(candles.low, starts)[which],
        close=candles.close[ends][which],
        volume=np.add.reduceat(candles.volume, starts)[which],
    )


def _none(interval_s: int) -> Candles:
    empty: FloatArray = np.empty(0)
    return Candles(
        interval_s=interval_s, ts_ms=np.empty(0, dtype=np.int64), open=empty, high=empty, low=empty, close=empty,
        volume=empty,
    )  # fmt: skip
