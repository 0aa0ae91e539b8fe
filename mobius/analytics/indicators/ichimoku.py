"""Ichimoku. Here: the five lines, each on the bar where it is drawn. Not here: a reading of the cloud (technical)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mobius.analytics.columns import blank, checked, same_length, whole_bars
from mobius.core.candles import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Ichimoku:
    """All in the quote of the prices.

    `span_a` and `span_b` (the cloud) stand on the bar they are drawn at: computed `base_bars` earlier, so today's cloud is
    known today. `lagging` is the close drawn `base_bars` back, so its value at a bar was **not** known at that bar: for
    pictures only.
    """

    conversion: FloatArray
    base: FloatArray
    span_a: FloatArray
    span_b: FloatArray
    lagging: FloatArray


def ichimoku(
    high: FloatArray, low: FloatArray, close: FloatArray, *, conversion_bars: int = 9, base_bars: int = 26,
    span_bars: int = 52,
) -> Ichimoku:  # fmt: skip
    """Midpoints (highest + lowest) / 2 over three windows (Hosoda).

    Conversion over 9 bars, base over 26; span A is their mean and span B the midpoint over 52, both drawn 26 bars ahead. NaN
    until a window is full: 8, 25, 51 and 77 bars for conversion, base, span A and span B; lagging for the last 26.
    """
    for name, n_bars in (("conversion_bars", conversion_bars), ("base_bars", base_bars), ("span_bars", span_bars)):
        whole_bars(name, n_bars)
    highs, lows, closes = checked("high", high), checked("low", low), checked("close", close)
    same_length(high=highs, low=lows, close=closes)
    conversion = _midpoint(highs, lows, conversion_bars)
    base = _midpoint(highs, lows, base_bars)
    lagging = blank(len(closes))
    lagging[: max(0, len(closes) - base_bars)] = closes[base_bars:]
    return Ichimoku(
        conversion, base, _later((conversion + base) / 2.0, base_bars),
        _later(_midpoint(highs, lows, span_bars), base_bars), lagging,
    )  # fmt: skip


def _midpoint(highs: FloatArray, lows: FloatArray, n_bars: int) -> FloatArray:
    middle = blank(len(highs))
    if len(highs) >= n_bars:
        top = sliding_window_view(highs, n_bars).max(axis=1)
        middle[n_bars - 1 :] = (top + sliding_window_view(lows, n_bars).min(axis=1)) / 2.0
    return middle


def _later(column: FloatArray, n_bars: int) -> FloatArray:
    moved = blank(len(column))
    moved[n_bars:] = column[: max(0, len(column) - n_bars)]
    return moved


def cloud(lines: Ichimoku) -> tuple[FloatArray, FloatArray]:
    """Top and bottom of the cloud at each bar."""
    return np.maximum(lines.span_a, lines.span_b), np.minimum(lines.span_a, lines.span_b)
