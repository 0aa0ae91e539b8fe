"""Moving average convergence and divergence. Here: line, signal, histogram. Not here: the averages alone (averages)."""

from __future__ import annotations

from dataclasses import dataclass

from mobius.analytics.columns import blank, checked, whole_bars
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter


@dataclass(frozen=True, slots=True, eq=False)
class Macd:
    """All in the quote of the prices; `histogram` is line - signal."""

    line: FloatArray
    signal: FloatArray
    histogram: FloatArray


def macd(close: FloatArray, *, fast_bars: int = 12, slow_bars: int = 26, signal_bars: int = 9) -> Macd:
    """EMA(fast) - EMA(slow), and its own EMA as the signal (Appel).

    Both averages begin at bar slow_bars, as in TA-Lib: charts that begin the fast one earlier differ by under 1e-6 after some
    200 bars. All three are NaN for the first slow_bars + signal_bars - 2.
    """
    import talib

    whole_bars("signal_bars", signal_bars)
    if not 1 < fast_bars < slow_bars:
        raise BadParameter(f"need 1 < {fast_bars=} < {slow_bars=}")
    prices = checked("close", close)
    if not len(prices):
        return Macd(blank(0), blank(0), blank(0))
    return Macd(*talib.MACD(prices, fastperiod=fast_bars, slowperiod=slow_bars, signalperiod=signal_bars))
