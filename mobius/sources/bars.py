"""Bars of any source as Candles. Here: columns, checked, in order, closed ones only. Loaded when used: it imports numpy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from mobius.core.candles import Candles
from mobius.core.errors import NoData, SourceChanged
from mobius.core.instants import to_ms

Row = tuple[int, float, float, float, float, float]
"""Opening instant in epoch milliseconds, open, high, low, close, volume (NaN: the source gives none)."""


def closed_bars(
    rows: Sequence[Row],
    *,
    interval_s: int,
    known_at: datetime,
    n_bars: int | None,
    source: str,
    place: str,
) -> Candles:
    """Candles of those `rows` that were closed at `known_at`, oldest first, the newest `n_bars` (None: all).

    Raises SourceChanged naming the row (under `place`) where a price is not a positive number or a high lies under a low,
    NoData when no closed bar is left. Of two rows with one opening the later in the reply stands.
    """
    if not rows:
        raise NoData(source, f"{source} has no bars for this.")
    try:
        ts_ms = np.array([row[0] for row in rows], dtype=np.int64)
    except OverflowError as error:
        raise SourceChanged(source, "an instant out of all bounds", path=f"${place}") from error
    open_, high, low, close, volume = np.array([row[1:] for row in rows], dtype=np.float64).T
    prices = np.stack((open_, high, low, close))
    sound = np.isfinite(prices).all(axis=0) & (prices > 0).all(axis=0)
    sound &= (high >= np.maximum(open_, close)) & (low <= np.minimum(open_, close)) & ~(volume < 0)
    if not bool(sound.all()):
        raise SourceChanged(source, "a bar that cannot be", path=f"${place}[{int(np.argmin(sound))}]")
    order = np.argsort(ts_ms, kind="stable")
    last_of_its_time = np.append(np.diff(ts_ms[order]) > 0, True)
    keep = order[last_of_its_time & (ts_ms[order] + interval_s * 1000 <= to_ms(known_at))]
    if n_bars is not None:
        keep = keep[max(0, len(keep) - n_bars) :]
    if not len(keep):
        raise NoData(source, f"{source} has no closed bars for this yet.")
    return Candles(
        interval_s=interval_s, ts_ms=ts_ms[keep], open=open_[keep], high=high[keep], low=low[keep], close=close[keep],
        volume=volume[keep],
    )  # fmt: skip
