"""From columns to the series of a figure. Here: SeriesData, its column fact, thinning, rebasing. Not here: drawing.

The columns of a series are named: `open high low close volume` for candles, `close` for a line, `value` for bars and
sparklines; `mean upper lower` are drawn faintly beside a line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mobius.core.answers import SeriesData
from mobius.core.facts import Fact, column_digest, derive

if TYPE_CHECKING:
    import numpy as np

    from mobius.core.candles import Candles

MAX_BARS = 400
"""More bars than this do not show on any screen we draw for, and would swell every answer."""


def thinned(candles: Candles, *, max_bars: int = MAX_BARS) -> tuple[Candles, int]:
    """At most `max_bars` bars, and how many each gathers: 1 when nothing had to be done.

    Bars are gathered on the UTC grid of a multiple of their interval: first open, highest high, lowest low, last close, sum of
    volumes. Unlike `analytics.resample`, unfinished buckets at the ends and beside gaps are kept, since a picture should
    reach to its first and last bar; a gap wider than a bucket stays a gap.
    """
    from mobius.analytics.resample import buckets, combined

    if len(candles) <= max_bars:
        return candles, 1
    each = math.ceil(len(candles) / max_bars)
    while True:
        starts, sizes = buckets(candles.ts_ms, candles.interval_s * each)
        if len(starts) <= max_bars:
            return combined(candles, candles.interval_s * each, starts, sizes), each
        each = max(each + 1, each * 5 // 4)


def candle_series(name: str, unit: str, candles: Candles) -> SeriesData:
    """Bars as a series; a NaN (a volume the venue did not give) becomes None."""
    return SeriesData(
        name=name, unit=unit, ts=tuple(int(ts) for ts in candles.ts_ms),
        columns={column: numbers(getattr(candles, column)) for column in ("open", "high", "low", "close", "volume")},
    )  # fmt: skip


def line_series(
    name: str, unit: str, ts_ms: Sequence[int], columns: Mapping[str, Sequence[float | None]]
) -> SeriesData:
    """A line (`close`) with what is drawn beside it; all columns as long as `ts_ms`."""
    return SeriesData(
        name=name, unit=unit, ts=tuple(int(ts) for ts in ts_ms),
        columns={column: tuple(values) for column, values in columns.items()},
    )  # fmt: skip


def rebased_series(name: str, candles: Candles, *, base: float, to: float = 100.0) -> SeriesData:
    """Closes as a line that reads `to` where the price is `base`: how several assets share one scale."""
    from mobius.analytics.returns import rebased

    return line_series(
        name, "index", candles.ts_ms.tolist(), {"close": numbers(rebased(candles.close, base=base, to=to))}
    )


def numbers(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float | None, ...]:
    """A column for the wire: what is no finite number is None."""
    return tuple(float(value) if math.isfinite(value) else None for value in column)


def digest(series: SeriesData) -> str:
    """sha256 of a series' times and columns."""
    return column_digest({"ts": series.ts, **series.columns})


def column_fact(fact_id: str, series: SeriesData, parents: Sequence[Fact], how: str) -> Fact:
    """The one fact that stands for a drawn series: its length, digest and where it came from."""
    fact = derive(fact_id, len(series.ts), "count", parents, how)
    return replace(fact, n=len(series.ts), sha256=digest(series))
