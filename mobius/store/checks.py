"""Whether bars can be true. Here: order, doubles, prices, volumes, spacing. Not here: oddities, which are reported.

What cannot be true is an error that names the row: nothing is repaired, and nothing of the file is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from mobius.core.candles import FloatArray, IntArray
from mobius.core.errors import BadParameter
from mobius.core.instants import from_ms, span_text, to_ms
from mobius.store.sheets import Sheet

STANDARD_S = (60, 180, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 28_800, 43_200, 86_400, 259_200, 604_800)
"""Lengths of bars that venues offer."""
_ROUNDING = 1e-6
"""Relative; exports in single precision round the seventh digit of high and close apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Rows of one asset as columns, all of shape (n_bars,); `rows` are their places in the sheet.

    NaN stands for what a file does not give: a volume, or open, high and low in a file of closes.
    """

    ts_ms: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    rows: IntArray

    def take(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> Bars:
        return Bars(
            ts_ms=self.ts_ms[which], open=self.open[which], high=self.high[which], low=self.low[which],
            close=self.close[which], volume=self.volume[which], rows=self.rows[which],
        )  # fmt: skip


def in_order(bars: Bars) -> Bars:
    """The bars oldest first. A file that runs newest first throughout is read from its end; any other order is left."""
    if len(bars.ts_ms) > 1 and bool(np.all(np.diff(bars.ts_ms) <= 0)) and bars.ts_ms[0] != bars.ts_ms[-1]:
        return bars.take(slice(None, None, -1))
    return bars


def check(bars: Bars, sheet: Sheet, names: dict[str, str], *, at: datetime) -> None:
    """Raise BadParameter for the first row that cannot be true; `names` gives each role's column in the file."""
    top, bottom = np.fmax(bars.open, bars.close), np.fmin(bars.open, bars.close)
    faults: list[tuple[npt.NDArray[np.bool_], str, Callable[[int], str]]] = []
    for role in ("open", "high", "low", "close"):
        if role in names:
            column = getattr(bars, role)
            faults += [
                (np.isnan(column), role, lambda _: "is no price"),
                (np.isinf(column), role, lambda _: "is not finite"),
                (column <= 0, role, lambda _: "is no price: prices are above 0"),
            ]
    if "high" in names:
        faults += [
            (bars.high < bars.low * (1 - _ROUNDING), "high", lambda row: f"is below the low, {bars.low[row]:g}"),
            (bars.high < top * (1 - _ROUNDING), "high", lambda row: f"is below open or close, {top[row]:g}"),
            (bars.low > bottom * (1 + _ROUNDING), "low", lambda row: f"is above open or close, {bottom[row]:g}"),
        ]
    faults += [
        (np.isinf(bars.volume), "volume", lambda _: "is not finite"),
        (bars.volume < 0, "volume", lambda _: "is negative"),
    ]
    found = [(int(np.argmax(mask)), role, why) for mask, role, why in faults if mask.any()]
    if (ahead := bars.ts_ms > to_ms(at)).any():
        place = int(np.argmax(ahead))
        found.append((place, "time", lambda _: f"lies in the future (it is {at:%Y-%m-%d %H:%M} UTC)"))
    if (back := np.diff(bars.ts_ms) < 0).any():
        place = int(np.argmax(back)) + 1
        found.append((place, "time", lambda row: f"comes after {_when(bars.ts_ms[row - 1])}: times run backwards"))
    if found:
        place, role, why = min(found, key=lambda fault: fault[0])
        value = _when(bars.ts_ms[place]) if role == "time" else f"{getattr(bars, role)[place]:g}"
        raise sheet.bad(int(bars.rows[place]), names.get(role, role), value, why(place))


def without_doubles(bars: Bars, sheet: Sheet, time: str) -> tuple[Bars, int, int | None]:
    """Drop rows that repeat the one before exactly: the bars, how many were dropped, and the first one's instant.

    Two rows of one time that differ are an error: nobody here can know which is true.
    """
    same = np.flatnonzero(np.diff(bars.ts_ms) == 0) + 1
    if not len(same):
        return bars, 0, None
    for name in ("open", "high", "low", "close", "volume"):
        column = getattr(bars, name)
        differ = (column[same] != column[same - 1]) & ~(np.isnan(column[same]) & np.isnan(column[same - 1]))
        if differ.any():
            place = int(same[int(np.argmax(differ))])
            other = int(bars.rows[place - 1]) + 1
            raise sheet.bad(
                int(bars.rows[place]), time, _when(bars.ts_ms[place]),
                f"stands in row {other} already, with {name} {column[place - 1]:g} instead of {column[place]:g}",
            )  # fmt: skip
    keep = np.ones(len(bars.ts_ms), dtype=bool)
    keep[same] = False
    return bars.take(keep), len(same), int(bars.ts_ms[same[0]])


def interval_of(ts_ms: IntArray, *, file: str, told_s: int | None) -> int:
    """The bars' length in seconds: their median spacing, which must be one that venues offer."""
    if len(ts_ms) < 2:
        if told_s in STANDARD_S:
            return told_s
        raise BadParameter(
            f"{file} holds {len(ts_ms)} bar{'s' if len(ts_ms) != 1 else ''}, so their interval cannot be told.",
            hint="Import at least two bars, or name the interval in the file's name (BTCUSDT_1h.csv).",
        )
    spacing_s = float(np.median(np.diff(ts_ms))) / 1000
    if spacing_s not in STANDARD_S:
        raise BadParameter(
            f"{file}: the bars are {spacing_s:g} seconds apart, which is no interval of bars.",
            hint=f"Known intervals: {', '.join(span_text(length) for length in STANDARD_S)}.",
        )
    return int(spacing_s)


def _when(ts_ms: np.int64) -> str:
    return f"{from_ms(int(ts_ms)):%Y-%m-%d %H:%M}"
