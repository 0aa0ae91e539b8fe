"""Holes in a series of bars. Here: where bars are missing, and how many. Not here: filling them; nothing does."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from msgspec import Struct

from mobius.core.candles import Candles, IntArray
from mobius.core.instants import from_ms


class Gap(Struct, frozen=True, kw_only=True):
    """A hole: `n_missing` bars from `start`, where the first one would open, until `end`, where the next one opens."""

    start: datetime
    end: datetime
    n_missing: int


def find_gaps(candles: Candles) -> tuple[Gap, ...]:
    """The holes between the bars, oldest first.

    Bars off the grid are no hole: one is counted when at least half an interval is missing.
    """
    step_ms = candles.interval_s * 1000
    missing = missing_between(candles.ts_ms, candles.interval_s)
    return tuple(
        Gap(
            start=from_ms(int(candles.ts_ms[place]) + step_ms),
            end=from_ms(int(candles.ts_ms[place + 1])),
            n_missing=int(missing[place]),
        )
        for place in np.flatnonzero(missing)
    )


def missing_between(ts_ms: IntArray, interval_s: int) -> IntArray:
    """Bars missing between each bar and the next, shape (n_bars - 1,)."""
    step_ms = interval_s * 1000
    missing: IntArray = np.maximum((np.diff(ts_ms) + step_ms // 2) // step_ms - 1, 0)
    return missing
