"""A series as the points and bars that can be drawn. Here: dropping unknowns, gathering into columns. Not here: glyphs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mobius.charts.axis import spacing_ms
from mobius.core.answers import SeriesData


@dataclass(frozen=True, slots=True)
class Bar:
    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float | None


def bars_of(series: SeriesData) -> list[Bar]:
    """Bars with four finite prices, in order; a bar with an unknown price is left out, an unknown volume stays unknown."""
    columns = [series.columns.get(name, ()) for name in ("open", "high", "low", "close")]
    volumes = series.columns.get("volume") or (None,) * len(series.ts)
    bars = []
    for ts, opened, high, low, close, volume in zip(series.ts, *columns, volumes, strict=False):
        if opened is None or high is None or low is None or close is None:
            continue
        if all(map(math.isfinite, (opened, high, low, close))):
            # A venue's rounding can leave a close outside its range; the picture covers all four.
            high, low = max(opened, high, low, close), min(opened, high, low, close)
            known = volume if volume is not None and math.isfinite(volume) and volume >= 0 else None
            bars.append(Bar(ts, opened, high, low, close, known))
    return bars


def points_of(series: SeriesData, column: str) -> list[tuple[int, float]]:
    """(instant, value) of the finite values of a column."""
    values = series.columns.get(column, ())
    return [
        (ts, value)
        for ts, value in zip(series.ts, values, strict=False)
        if value is not None and math.isfinite(value)
    ]  # fmt: skip


def gathered(bars: Sequence[Bar], n_columns: int) -> list[tuple[int, Bar]]:
    """Bars with the column each stands in, by time, so that a gap is an empty column; those of one column become one bar."""
    spacing = spacing_ms(tuple(bar.ts for bar in bars))
    t0, n_slots = bars[0].ts, (bars[-1].ts - bars[0].ts) // spacing + 1
    stride = max(1, min(3, n_columns // n_slots))
    places: dict[int, list[Bar]] = {}
    for bar in bars:
        slot = (bar.ts - t0) // spacing
        column = slot * stride + (stride - 1) // 2 if n_slots <= n_columns else slot * n_columns // n_slots
        places.setdefault(min(column, n_columns - 1), []).append(bar)
    return [(column, _one(part)) for column, part in places.items()]


def _one(part: Sequence[Bar]) -> Bar:
    volumes = [bar.volume for bar in part if bar.volume is not None]
    return Bar(
        part[0].ts, part[0].open, max(bar.high for bar in part), min(bar.low for bar in part), part[-1].close,
        math.fsum(volumes) if volumes else None,
    )  # fmt: skip
