"""Stochastic oscillator. Here: slow %K and %D. Not here: the stochastic of the RSI."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mobius.analytics.columns import blank, checked, same_length, whole_bars
from mobius.core.candles import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Stochastic:
    """Both 0 to 100; `d` is the mean of the last `k`."""

    k: FloatArray
    d: FloatArray


def stochastic(
    high: FloatArray, low: FloatArray, close: FloatArray, *, window_bars: int = 14, smooth_bars: int = 3, signal_bars: int = 3
) -> Stochastic:  # fmt: skip
    """Where the close stands in the range of the last `window_bars`: 100 * (close - lowest) / (highest - lowest) (Lane).

    %K is the mean of the last `smooth_bars` of it, %D of the last `signal_bars` of %K. Both are NaN for the first
    window_bars + smooth_bars + signal_bars - 3 bars, and while they rest on a window without a range, where TA-Lib says 0.
    """
    import talib

    whole_bars("window_bars", window_bars)
    whole_bars("smooth_bars", smooth_bars)
    whole_bars("signal_bars", signal_bars)
    highs, lows, closes = checked("high", high), checked("low", low), checked("close", close)
    same_length(high=highs, low=lows, close=closes)
    if len(closes) < window_bars + smooth_bars + signal_bars - 2:
        return Stochastic(blank(len(closes)), blank(len(closes)))
    k, d = talib.STOCH(
        highs, lows, closes, fastk_period=window_bars, slowk_period=smooth_bars, slowd_period=signal_bars
    )
    flat = _flat(highs, lows, window_bars)
    if flat.any():
        k[_recent(flat, smooth_bars)] = np.nan
        d[_recent(flat, smooth_bars + signal_bars - 1)] = np.nan
    return Stochastic(k, d)


def _flat(highs: FloatArray, lows: FloatArray, window_bars: int) -> FloatArray:
    """1.0 for each bar whose window has no range; shape (n_bars,)."""
    flat = np.zeros(len(highs))
    spans = sliding_window_view(highs, window_bars).max(axis=1) - sliding_window_view(lows, window_bars).min(axis=1)
    flat[window_bars - 1 :] = spans == 0.0
    return flat


def _recent(flat: FloatArray, n_bars: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether any of the last `n_bars` bars was flat, for each bar."""
    return np.convolve(flat, np.ones(n_bars))[: len(flat)] > 0
