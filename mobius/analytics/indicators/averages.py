"""Moving averages. Here: simple and exponential. Not here: bands around them (bollinger)."""

from __future__ import annotations

from mobius.analytics.columns import checked, whole_bars
from mobius.core.candles import FloatArray


def sma(close: FloatArray, window_bars: int = 20) -> FloatArray:
    """Mean of the last `window_bars` closes; NaN for the first window_bars - 1."""
    import talib

    whole_bars("window_bars", window_bars)
    return talib.SMA(checked("close", close), timeperiod=window_bars) if window_bars > 1 else checked("close", close)


def ema(close: FloatArray, window_bars: int = 20) -> FloatArray:
    """Exponential mean: e[i] = e[i - 1] + 2 / (window_bars + 1) * (close[i] - e[i - 1]), begun at the first simple mean.

    NaN for the first window_bars - 1; the start still weighs 13 % after another window, 2 % after two.
    """
    import talib

    whole_bars("window_bars", window_bars)
    return talib.EMA(checked("close", close), timeperiod=window_bars) if window_bars > 1 else checked("close", close)
