"""Bollinger bands. Here: mean, bands, how many deviations away. Not here: other envelopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mobius.analytics.columns import blank, checked, lift, whole_bars
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter

EXACT_BARS = 20_000
"""Up to here deviations are taken from each window's own mean, which keeps every digit. TA-Lib's running sums of squares are
ten times faster, and lose digits after a coin has fallen a millionfold (LUNA, May 2022)."""


@dataclass(frozen=True, slots=True, eq=False)
class Bollinger:
    """Bands in the quote of the prices, `width` deviations to each side of `mean`."""

    mean: FloatArray
    upper: FloatArray
    lower: FloatArray
    width: float

    def z_score(self, close: FloatArray) -> FloatArray:
        """Deviations between close and mean, above it positive; NaN where the bands have no width."""
        deviation = (self.upper - self.mean) / self.width
        flat = ~(deviation > 1e-12 * np.abs(self.mean))
        return np.where(flat, np.nan, (close - self.mean) / np.where(flat, 1.0, deviation))


def bollinger(close: FloatArray, window_bars: int = 20, *, width: float = 2.0) -> Bollinger:
    """Mean of the last `window_bars` closes, and `width` standard deviations (population, as Bollinger has it) around.

    NaN for the first window_bars - 1. A constant window has bands of no width.
    """
    whole_bars("window_bars", window_bars, least=2)
    if not width > 0:
        raise BadParameter(f"bands need a width above 0, not {width!r}")
    prices = checked("close", close)
    if len(prices) < window_bars:
        return Bollinger(blank(len(prices)), blank(len(prices)), blank(len(prices)), width)
    return _exact(prices, window_bars, width) if len(prices) <= EXACT_BARS else _running(prices, window_bars, width)


def _exact(prices: FloatArray, window_bars: int, width: float) -> Bollinger:
    windows = sliding_window_view(prices, window_bars)
    mean, reach = blank(len(prices)), blank(len(prices))
    mean[window_bars - 1 :] = windows.mean(axis=1)
    reach[window_bars - 1 :] = windows.std(axis=1) * width
    return Bollinger(mean, mean + reach, mean - reach, width)


def _running(prices: FloatArray, window_bars: int, width: float) -> Bollinger:
    import talib

    factor = lift(prices)
    scaled = prices * factor if factor != 1.0 else prices
    upper, mean, lower = talib.BBANDS(scaled, timeperiod=window_bars, nbdevup=width, nbdevdn=width)
    if factor != 1.0:
        upper, mean, lower = upper / factor, mean / factor, lower / factor
    return Bollinger(mean, upper, lower, width)
