"""How much a price moves. Here: realised volatility from closes, Parkinson's from ranges. Not here: models (forecast)."""

from __future__ import annotations

import math

import numpy as np

from mobius.analytics.columns import checked, same_length
from mobius.analytics.returns import log_returns
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter

YEAR_S = 365 * 86_400


def bars_per_year(interval_s: int) -> float:
    """Bars in a year of 365 days: crypto trades every day.

    >>> bars_per_year(86_400)
    365.0
    """
    if interval_s <= 0:
        raise BadParameter(f"a bar lasts longer than {interval_s} s")
    return YEAR_S / interval_s


def realised_vol(close: FloatArray, *, bars_per_year: float) -> float:
    """Sample standard deviation of log returns times the root of `bars_per_year`: a fraction per year (0.6 = 60 %).

    Raises BadParameter for fewer than three bars (two returns), NaN, or prices not above 0.
    """
    returns = log_returns(close)
    if len(returns) < 2:
        raise BadParameter(f"volatility needs three bars, there are {len(close)}")
    return float(np.std(returns, ddof=1)) * math.sqrt(bars_per_year)


def parkinson_vol(high: FloatArray, low: FloatArray, *, bars_per_year: float) -> float:
    """Volatility from the range within bars, a fraction per year.

    sqrt(mean(ln(high / low)^2) / (4 ln 2)), annualised (Parkinson, J. Business 53(1), 1980). Blind to moves between bars, so
    it reads low where prices jump; needs about a fifth of the bars that closes need for the same precision.

    Raises BadParameter for no bars, NaN, a low not above 0 or a high below its low.
    """
    highs, lows = checked("high", high), checked("low", low)
    same_length(high=highs, low=lows)
    if not len(highs):
        raise BadParameter("volatility needs a bar, there is none")
    if float(lows.min()) <= 0.0 or bool((highs < lows).any()):
        raise BadParameter("ranges need 0 < low <= high")
    return math.sqrt(float(np.mean(np.log(highs / lows) ** 2)) / (4 * math.log(2)) * bars_per_year)
