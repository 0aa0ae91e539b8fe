"""Average directional index. Here: Wilder's ADX with both directions. Not here: other measures of trend."""

from __future__ import annotations

from dataclasses import dataclass

from mobius.analytics.columns import blank, checked, lift, same_length, whole_bars
from mobius.core.candles import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Adx:
    """All 0 to 100: `adx` how strong a trend is, `plus_di` and `minus_di` the strength of rises and falls."""

    adx: FloatArray
    plus_di: FloatArray
    minus_di: FloatArray


def adx(high: FloatArray, low: FloatArray, close: FloatArray, window_bars: int = 14) -> Adx:
    """Wilder's running mean of 100 * |+DI - -DI| / (+DI + -DI), where ±DI is the share of directional movement in range.

    NaN for the first 2 * window_bars - 1 bars (the directions for the first `window_bars`), and everywhere in a series
    that never moved, where TA-Lib says 0.
    """
    import talib

    whole_bars("window_bars", window_bars, least=2)
    highs, lows, closes = checked("high", high), checked("low", low), checked("close", close)
    same_length(high=highs, low=lows, close=closes)
    if len(closes) <= window_bars or (float(highs.max()) == float(lows.min())):
        return Adx(blank(len(closes)), blank(len(closes)), blank(len(closes)))
    factor = lift(highs, lows, closes)
    if factor != 1.0:
        highs, lows, closes = highs * factor, lows * factor, closes * factor
    return Adx(
        talib.ADX(highs, lows, closes, timeperiod=window_bars),
        talib.PLUS_DI(highs, lows, closes, timeperiod=window_bars),
        talib.MINUS_DI(highs, lows, closes, timeperiod=window_bars),
    )
