"""What a column must be before it is computed on. Here: checks, scaling, the crossing to Decimal. Not here: formulas."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter


def checked(name: str, column: npt.ArrayLike) -> FloatArray:
    """Return `column` as contiguous float64 of shape (n,), n >= 0.

    Raises
    ------
    BadParameter
        Not one-dimensional, or holds a NaN or an infinity: TA-Lib turns one NaN into zeros or NaN for good.
    """
    values = np.ascontiguousarray(column, dtype=np.float64)
    if values.ndim != 1:
        raise BadParameter(f"{name} must be one column, not of shape {values.shape}")
    # A finite sum means finite values, at half the cost of isfinite and without a column of booleans. No BLAS here: its
    # threads wait for each other on a busy machine, which took longer than the indicator.
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(np.add.reduce(values))
    if not math.isfinite(total) and not bool(np.isfinite(values).all()):
        raise BadParameter(f"{name} holds values that are not finite numbers")
    return values


def same_length(**columns: FloatArray) -> None:
    """Raise BadParameter unless all columns have as many bars."""
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise BadParameter(f"columns differ in length: {lengths}")


def whole_bars(name: str, n_bars: int, *, least: int = 1) -> int:
    """Check a window length given in bars."""
    if n_bars < least:
        raise BadParameter(f"{name} must be at least {least}, not {n_bars}")
    return n_bars


def lift(*columns: FloatArray) -> float:
    """Power of two by which columns of very small prices are multiplied before TA-Lib sees them; 1.0 for the others.

    TA-Lib takes variances and sums below 1e-14 for zero, so that a coin at 0.00001 would have bands of no width. A power of
    two changes no digit of the result.
    """
    if not columns or not len(columns[0]):
        return 1.0
    size = max(float(np.max(column)) for column in columns)
    if size <= 0.0 or size >= 1.0:
        return 1.0
    return math.ldexp(1.0, min(10 - math.frexp(size)[1], 900))


def blank(n_bars: int) -> FloatArray:
    """A column of NaN."""
    return np.full(n_bars, np.nan)


def last_value(column: FloatArray) -> float | None:
    """The newest value, None where there is none or it is NaN."""
    return float(column[-1]) if len(column) and math.isfinite(column[-1]) else None


def decimal_of(value: float) -> Decimal:
    """The shortest decimal that reads back as this float64: where statistics cross over to money.

    >>> decimal_of(0.1)
    Decimal('0.1')
    """
    return Decimal(repr(float(value)))
