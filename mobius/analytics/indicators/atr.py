"""Average true range. Here: Wilder's. Not here: volatility per year (volatility)."""

from __future__ import annotations

from mobius.analytics.columns import blank, checked, same_length, whole_bars
from mobius.core.candles import FloatArray


def atr(high: FloatArray, low: FloatArray, close: FloatArray, window_bars: int = 14) -> FloatArray:
    """Wilder's running mean of the true range max(high, close[i - 1]) - min(low, close[i - 1]), in the quote; >= 0.

    Begins as the simple mean of the first `window_bars` true ranges; NaN for the first `window_bars` bars.
    """
    import talib

    whole_bars("window_bars", window_bars)
    highs, lows, closes = checked("high", high), checked("low", low), checked("close", close)
    same_length(high=highs, low=lows, close=closes)
    return talib.ATR(highs, lows, closes, timeperiod=window_bars) if len(closes) else blank(0)
