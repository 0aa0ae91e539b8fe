"""Volume-weighted average price. Here: anchored, rolling, by session. Not here: execution benchmarks of orders."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mobius.analytics.columns import blank, checked, same_length, whole_bars
from mobius.core.candles import FloatArray, IntArray

DAY_MS = 86_400_000


def vwap_anchored(high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray) -> FloatArray:
    """Sum of typical price * volume over sum of volume since the first bar given; typical is (high + low + close) / 3.

    NaN while no volume was seen and from the first NaN volume on.
    """
    typical, volumes = _typical(high, low, close, volume)
    return _ratio(np.cumsum(typical * volumes), np.cumsum(volumes))


def vwap_rolling(
    high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray, *, window_bars: int = 20
) -> FloatArray:
    """The same over the last `window_bars` bars, for daily and longer bars; NaN for the first window_bars - 1.

    A window with a NaN volume, or with none at all, is NaN.
    """
    whole_bars("window_bars", window_bars)
    typical, volumes = _typical(high, low, close, volume)
    values = blank(len(volumes))
    if len(volumes) >= window_bars:
        turnover = sliding_window_view(typical * volumes, window_bars).sum(axis=1)
        values[window_bars - 1 :] = _ratio(turnover, sliding_window_view(volumes, window_bars).sum(axis=1))
    return values


def vwap_session(
    ts_ms: IntArray, high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray
) -> FloatArray:
    """The same since 00:00 UTC of each bar's own day, for bars shorter than a day: a market that never closes has no other
    session. No warm-up; a NaN volume blanks the rest of its day."""
    typical, volumes = _typical(high, low, close, volume)
    values = blank(len(volumes))
    starts = np.flatnonzero(np.diff(ts_ms // DAY_MS, prepend=-(2**62)))
    for start, end in pairwise([*starts.tolist(), len(volumes)]):
        day = slice(start, end)
        values[day] = _ratio(np.cumsum(typical[day] * volumes[day]), np.cumsum(volumes[day]))
    return values


def _typical(high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray) -> tuple[FloatArray, FloatArray]:
    highs, lows, closes = checked("high", high), checked("low", low), checked("close", close)
    volumes = np.asarray(volume, dtype=np.float64)
    same_length(high=highs, low=lows, close=closes, volume=volumes)
    return (highs + lows + closes) / 3.0, volumes


def _ratio(turnover: FloatArray, volume: FloatArray) -> FloatArray:
    some = volume > 0
    return np.where(some, turnover / np.where(some, volume, 1.0), np.nan)
