"""Scales and their labels. Here: ranges, round ticks, numbers and dates on an axis. Not here: drawing."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mobius.core.instants import from_ms

_SUFFIXES = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY_MS = 86_400_000
_MOST = sys.float_info.max
LAST_MS = 253_402_300_799_000  # the end of the year 9999, where datetime ends


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high`, low < high, both finite."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Where a value stands, 0 at the low end to 1 at the high one, never outside."""
        # Halved before the difference: float64's own ends would overflow.
        span = self.high / 2 - self.low / 2
        return min(1.0, max(0.0, (value / 2 - self.low / 2) / span))


def scale_of(values: Iterable[float | None]) -> Scale | None:
    """The range of the finite values; widened around a single one; None when there are none."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return None
    low, high = min(known), max(known)
    if high / 2 - low / 2 <= 1e-12 * max(abs(low), abs(high)):
        reach = abs(high) * 0.01 or 1.0
        return Scale(max(low - reach, -_MOST), min(high + reach, _MOST))
    return Scale(low, high)


def ticks(scale: Scale, n_ticks: int) -> tuple[float, ...]:
    """About `n_ticks` round values inside the scale (steps of 1, 2 or 5 times a power of ten), lowest first."""
    step = step_of(scale, n_ticks)
    if not step:
        return (scale.low, scale.high)
    first = math.ceil(scale.low / step - 1e-9)
    last = math.floor(scale.high / step + 1e-9)
    found = tuple(number * step for number in range(first, min(last, first + 2 * n_ticks + 10) + 1))
    return found or (scale.low, scale.high)


def step_of(scale: Scale, n_ticks: int) -> float:
    """The round step between ticks, 0.0 where float64 has none (a span at its very ends)."""
    rough = (scale.high / 2 - scale.low / 2) / max(1, n_ticks) * 2
    if not (math.isfinite(rough) and rough > 1e-300):
        return 0.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((times * power for times in (1, 2, 5) if rough <= times * power * 1.25), 10 * power)
    biggest = max(abs(scale.low), abs(scale.high))
    return step if math.isfinite(step) and biggest / step < 1e12 else 0.0


def number_label(value: float, step: float = 0.0) -> str:
    """A value on an axis, with the digits that tell it from the next tick.

    >>> number_label(61_240.0, 20.0), number_label(1.25e-05, 5e-07), number_label(2.4e12, 2e11)
    ('61,240', '0.0000125', '2.4tn')
    """
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e15 or size < 1e-10 or not math.isfinite(value):
        return f"{value:.3g}"
    for unit, suffix in _SUFFIXES:
        if size >= unit:
            return f"{_fixed(value / unit, step / unit if step else unit * 0.0)}{suffix}"
    return _fixed(value, step)


def value_labels(values: Sequence[float]) -> list[str]:
    """Values beside their bars: three digits of the largest for all of them, whole numbers without decimals.

    >>> value_labels([30_800_000, -118_427_173, 4_206_000]), value_labels([57, 150, 0])
    (['30.8M', '−118.4M', '4.2M'], ['57', '150', '0'])
    """
    known = [abs(value) for value in values if math.isfinite(value) and value]
    step = 10.0 ** (math.floor(math.log10(max(known))) - 3) if known else 0.0
    if all(value == round(value) for value in known if value < 1e15):
        step = max(step, 1.0)
    return [number_label(value, step).replace("-", "−") for value in values]


def _fixed(value: float, step: float) -> str:
    finest = step if step > 0 else 10.0 ** (math.floor(math.log10(abs(value))) - 3)
    places = min(12, max(0, -math.floor(math.log10(finest) + 1e-9)))
    return f"{value:,.{places}f}"


def date_label(ts_ms: int, span_ms: int, step_ms: int = 0) -> str:
    """A UTC instant as short as the span of the axis allows: `14:30`, `5 Mar`, `Mar 2024`.

    What comes a day apart (`step_ms`) has no hour, however short the span.
    """
    if not 0 <= ts_ms <= LAST_MS:
        return "?"
    at = from_ms(ts_ms)
    if span_ms < 2 * DAY_MS and step_ms < DAY_MS:
        return f"{at:%H:%M}"
    if span_ms < 300 * DAY_MS:
        return f"{at.day} {_MONTHS[at.month - 1]}"
    return f"{_MONTHS[at.month - 1]} {at.year}"


def spacing_ms(ts: tuple[int, ...]) -> int:
    """The usual distance of neighbouring bars: the median, so that gaps do not count."""
    steps = sorted(later - earlier for earlier, later in pairwise(ts))
    return max(1, steps[len(steps) // 2]) if steps else 1
