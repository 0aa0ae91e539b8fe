"""Relative strength index. Here: Wilder's. Not here: thresholds and what they say (technical)."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mobius.analytics.columns import blank, checked, lift, whole_bars
from mobius.core.candles import FloatArray


def rsi(close: FloatArray, window_bars: int = 14) -> FloatArray:
    """100 * gain / (gain + loss), each Wilder's running mean of the rises and falls (New Concepts, 1978); 0 to 100.

    The running mean begins as the simple mean of the first `window_bars` changes, then keeps (window_bars - 1) / window_bars
    of itself a bar. NaN for the first `window_bars`, and where nothing moved: TA-Lib says 0 there, which
    would read as oversold.
    """
    import talib

    whole_bars("window_bars", window_bars, least=2)
    prices = checked("close", close)
    if len(prices) <= window_bars:
        return blank(len(prices))
    factor = lift(prices)
    values: FloatArray = talib.RSI(prices * factor if factor != 1.0 else prices, timeperiod=window_bars)
    warm = values[window_bars:]
    if float(warm.min()) == 0.0:
        still = (sliding_window_view(np.diff(prices), window_bars) == 0.0).all(axis=1)
        warm[still & (warm == 0.0)] = np.nan
    return values
