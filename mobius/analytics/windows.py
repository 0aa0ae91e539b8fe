"""What a price did over a window of time. Here: the bars of a window, its change and extremes. Not here: wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mobius.core.candles import Candles
from mobius.core.errors import BadParameter

DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSummary:
    """A window's figures; prices in the quote of the bars, instants in epoch milliseconds.

    `span_s` lies between the closing instants of the base and the last bar: less than asked when history is shorter, more
    when the bar at the window's start is missing.
    """

    first_close: float
    last_close: float
    change_pct: float
    high: float
    high_ts_ms: int
    low: float
    low_ts_ms: int
    span_s: int
    n_bars: int
    """Bars inside the window, the base bar not counted."""


def window_of(candles: Candles, window_s: int) -> Candles:
    """The bars of the last `window_s` seconds before the last close, and the one bar before them as the base.

    The base is the newest bar that had closed when the window began, so that a change over 7 days is measured from the close
    7 days ago. Where history begins later, the first bar is the base.
    """
    if not len(candles):
        return candles
    end_ms = int(candles.ts_ms[-1]) + candles.interval_s * 1000
    closes_ms = candles.ts_ms + candles.interval_s * 1000
    base = int(np.searchsorted(closes_ms, end_ms - window_s * 1000, side="right")) - 1
    return candles.take(slice(max(0, base), None))


def summary(window: Candles) -> WindowSummary:
    """Figures of what `window_of` returned; the base bar lends its close only, and its range when it is the only bar.

    Raises BadParameter for no bars, or a base that is not above 0.
    """
    if not len(window):
        raise BadParameter("a window needs a bar, there is none")
    inside = window.take(slice(1, None)) if len(window) > 1 else window
    base, last = float(window.close[0] if len(window) > 1 else window.open[0]), float(window.close[-1])
    if not base > 0:
        raise BadParameter(f"no change can be measured from a price of {base!r}")
    top, bottom = int(np.nanargmax(inside.high)), int(np.nanargmin(inside.low))
    span_ms = int(window.ts_ms[-1] - window.ts_ms[0]) if len(window) > 1 else window.interval_s * 1000
    return WindowSummary(
        first_close=base, last_close=last, change_pct=(last / base - 1.0) * 100.0,
        high=float(inside.high[top]), high_ts_ms=int(inside.ts_ms[top]),
        low=float(inside.low[bottom]), low_ts_ms=int(inside.ts_ms[bottom]),
        span_s=span_ms // 1000, n_bars=len(inside),
    )  # fmt: skip


def shared_period(windows: Sequence[Candles]) -> tuple[Candles, ...]:
    """The windows cut to the bars of the time they have in common, so that their changes can be compared.

    Empty windows come back where there is no such time.
    """
    start_ms = max(int(window.ts_ms[0]) for window in windows)
    end_ms = min(int(window.ts_ms[-1]) for window in windows)
    return tuple(window.take((window.ts_ms >= start_ms) & (window.ts_ms <= end_ms)) for window in windows)


def intervals_for(window_s: int) -> tuple[int, ...]:
    """Bar lengths fit for a window, the best first, then coarser ones for sources that have no finer bars.

    Daily from 60 days on, 4 hours from 14, 1 hour from 2, 15 minutes from 6 hours, a minute below: 24 to 360 bars.
    """
    steps = ((60 * DAY_S, DAY_S), (14 * DAY_S, 14_400), (2 * DAY_S, 3_600), (21_600, 900), (0, 60))
    best = next(interval_s for least_s, interval_s in steps if window_s >= least_s)
    return tuple(interval_s for interval_s in (60, 900, 3_600, 14_400, DAY_S) if best <= interval_s <= window_s) or (
        best,
    )
