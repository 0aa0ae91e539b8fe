"""Returns of a price series. Here: simple, logarithmic, total, rebased. Not here: annualising (volatility)."""

from __future__ import annotations

import numpy as np

from mobius.analytics.columns import checked
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter


def simple_returns(close: FloatArray) -> FloatArray:
    """Fractions per bar, close[i] / close[i - 1] - 1; shape (n_bars - 1,), empty for fewer than two bars.

    Raises BadParameter for prices that are not finite and above 0.
    """
    prices = _prices(close)
    return prices[1:] / prices[:-1] - 1.0


def log_returns(close: FloatArray) -> FloatArray:
    """Natural logarithms of close[i] / close[i - 1]; shape (n_bars - 1,). They add up over time, simple ones do not."""
    return np.diff(np.log(_prices(close)))


def total_return(close: FloatArray) -> float:
    """From the first to the last close, as a fraction (0.25 = up 25 %).

    >>> total_return(np.array([80.0, 90.0, 100.0]))
    0.25

    Raises BadParameter for fewer than two bars.
    """
    prices = _prices(close)
    if len(prices) < 2:
        raise BadParameter(f"a return needs two bars, there are {len(prices)}")
    return float(prices[-1] / prices[0] - 1.0)


def rebased(close: FloatArray, *, base: float, to: float = 100.0) -> FloatArray:
    """The series scaled so that a price of `base` reads `to`; shape kept, NaN stays NaN."""
    if not (np.isfinite(base) and base > 0):
        raise BadParameter(f"cannot rebase on a price of {base!r}")
    return np.asarray(close, dtype=np.float64) / base * to


def _prices(close: FloatArray) -> FloatArray:
    prices = checked("close", close)
    if len(prices) and float(prices.min()) <= 0.0:
        raise BadParameter("returns need prices above 0")
    return prices
