"""Prices where a market turned before. Here: pivots, and the levels they gather at. Not here: drawing them (charts)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from mobius.analytics.columns import checked, same_length, whole_bars
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The mean price of pivots that lie close together; `last_bar` is the index of the newest of them."""

    kind: Literal["support", "resistance"]
    price: float
    touches: int
    last_bar: int


def pivots(high: FloatArray, low: FloatArray, *, wing_bars: int = 5) -> tuple[npt.NDArray[np.int64], ...]:
    """Indices of pivot highs and of pivot lows, oldest first.

    A pivot high is the highest bar of itself and `wing_bars` on either side (the first of equals), so it is known
    `wing_bars` later: the newest bars cannot be pivots. Five daily bars a side make it the extreme of eleven days.
    """
    whole_bars("wing_bars", wing_bars)
    span = 2 * wing_bars + 1
    if len(high) < span:
        none = np.empty(0, dtype=np.int64)
        return none, none
    tops = np.argmax(sliding_window_view(high, span), axis=1) == wing_bars
    bottoms = np.argmin(sliding_window_view(low, span), axis=1) == wing_bars
    return np.flatnonzero(tops) + wing_bars, np.flatnonzero(bottoms) + wing_bars


def levels(
    high: FloatArray, low: FloatArray, close: FloatArray, *, wing_bars: int = 5, tolerance: float = 0.015
) -> tuple[Level, ...]:
    """Support below and resistance above the last close, nearest first, supports before resistances.

    Pivot highs and lows together are sorted by price and cut into groups wherever the step to the next exceeds `tolerance`
    (a fraction; 1.5 %) of the price or the group would grow wider than twice that; a level is the mean of a group. A
    pivot high broken upwards may turn into support, which is why both kinds are pooled. Groups within a tenth of the tolerance
    of the last close are neither.

    Raises BadParameter for NaN, prices not above 0 or columns of different length; too few bars give no levels.
    """
    highs, lows, closes = checked("high", high), checked("low", low), checked("close", close)
    same_length(high=highs, low=lows, close=closes)
    if not len(closes):
        return ()
    if float(lows.min()) <= 0.0:
        raise BadParameter("levels need prices above 0")
    tops, bottoms = pivots(highs, lows, wing_bars=wing_bars)
    points = sorted([(float(highs[i]), int(i)) for i in tops] + [(float(lows[i]), int(i)) for i in bottoms])
    now = float(closes[-1])
    found = [_level(group, now) for group in _groups(points, tolerance)]
    apart = [level for level in found if abs(level.price / now - 1.0) > tolerance / 10]
    below = sorted((lv for lv in apart if lv.kind == "support"), key=lambda lv: -lv.price)
    above = sorted((lv for lv in apart if lv.kind == "resistance"), key=lambda lv: lv.price)
    return (*below, *above)


def _groups(points: list[tuple[float, int]], tolerance: float) -> list[list[tuple[float, int]]]:
    groups: list[list[tuple[float, int]]] = []
    for price, bar in points:
        last = groups[-1] if groups else None
        if last and price <= last[-1][0] * (1 + tolerance) and price <= last[0][0] * (1 + 2 * tolerance):
            last.append((price, bar))
        else:
            groups.append([(price, bar)])
    return groups


def _level(group: list[tuple[float, int]], now: float) -> Level:
    price = sum(price for price, _ in group) / len(group)
    kind: Literal["support", "resistance"] = "support" if price < now else "resistance"
    return Level(kind=kind, price=price, touches=len(group), last_bar=max(bar for _, bar in group))
