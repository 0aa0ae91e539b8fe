"""Falls from a peak. Here: the largest and the present drawdown. Not here: risk of portfolios (portfolio)."""

from __future__ import annotations

import numpy as np

from mobius.analytics.columns import checked
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter


def drawdowns(equity: FloatArray) -> FloatArray:
    """Fall from the running peak at each bar, as a fraction of that peak; shape (n_bars,), 0 at a new peak."""
    values = checked("equity", equity)
    if len(values) and float(values.min()) <= 0.0:
        raise BadParameter("a drawdown needs values above 0")
    return 1.0 - values / np.maximum.accumulate(values)


def max_drawdown(equity: FloatArray) -> float:
    """Largest fall from a running peak, as a fraction of that peak (0.35 = 35 %).

    >>> max_drawdown(np.array([100.0, 120.0, 90.0, 130.0]))
    0.25

    Raises BadParameter for no bars, NaN, or values not above 0.
    """
    return float(np.max(_some(equity)))


def current_drawdown(equity: FloatArray) -> float:
    """How far the last value stands below the highest one so far, as a fraction of the highest."""
    return float(_some(equity)[-1])


def _some(equity: FloatArray) -> FloatArray:
    falls = drawdowns(equity)
    if not len(falls):
        raise BadParameter("a drawdown needs a bar, there is none")
    return falls
