"""What is odd about a series and yet can be true. Here: finding and wording it. Nothing is changed because of it."""

from __future__ import annotations

import numpy as np

from mobius.core.candles import Candles
from mobius.core.history import Oddity
from mobius.core.instants import from_ms, span_text
from mobius.store.gaps import missing_between

JUMP_RATIO = 10.0
"""Closes apart by more than this factor: seen where a ticker was reused or a coin redenominated, not in trading."""


def find_oddities(candles: Candles) -> tuple[Oddity, ...]:
    """Gaps, bars off the grid, jumps, bars without volume and missing prices; each kind at most once."""
    if not len(candles):
        return ()
    found = (_gaps(candles), _off_grid(candles), _jump(candles), _zero_volume(candles), _closes_only(candles))
    return tuple(oddity for oddity in found if oddity is not None)


def _gaps(candles: Candles) -> Oddity | None:
    missing = missing_between(candles.ts_ms, candles.interval_s)
    n_gaps = int(np.count_nonzero(missing))
    if n_gaps == 0:
        return None
    largest = int(np.argmax(missing))
    start_ms = int(candles.ts_ms[largest]) + candles.interval_s * 1000
    return Oddity(
        kind="gap",
        n=n_gaps,
        at=from_ms(start_ms),
        message=(
            f"{n_gaps} gap{_s(n_gaps)}, {int(missing.sum())} bars missing in all; the largest is "
            f"{int(missing[largest])} bar{_s(int(missing[largest]))} from {_when(start_ms)}"
        ),
    )


def _off_grid(candles: Candles) -> Oddity | None:
    step_ms = candles.interval_s * 1000
    past = candles.ts_ms % step_ms
    values, counts = np.unique(past, return_counts=True)
    usual = int(values[np.argmax(counts)])
    off = np.flatnonzero(past != usual)
    if len(off) == 0 and (usual == 0 or candles.interval_s > 86_400):
        return None
    if len(off) == 0:
        return Oddity(
            kind="off_grid", n=len(candles), at=from_ms(int(candles.ts_ms[0])),
            message=f"all bars open {span_text(usual // 1000)} past the full {span_text(candles.interval_s)}",
        )  # fmt: skip
    first_ms, last_ms = int(candles.ts_ms[off[0]]), int(candles.ts_ms[off[-1]])
    return Oddity(
        kind="off_grid", n=len(off), at=from_ms(first_ms),
        message=(
            f"{len(off)} bar{_s(len(off))} open{'s' if len(off) == 1 else ''} off the {span_text(candles.interval_s)} "
            f"grid, between {_when(first_ms)}:{first_ms // 1000 % 60:02d} and {_when(last_ms)}:{last_ms // 1000 % 60:02d}"
        ),
    )  # fmt: skip


def _jump(candles: Candles) -> Oddity | None:
    ratio = candles.close[1:] / candles.close[:-1]
    size = np.maximum(ratio, 1 / ratio)
    jumps = np.flatnonzero(size > JUMP_RATIO)
    if len(jumps) == 0:
        return None
    place = int(jumps[np.argmax(size[jumps])])
    missing = int(missing_between(candles.ts_ms[place : place + 2], candles.interval_s)[0])
    hole = f" across a hole of {missing} bar{_s(missing)}" if missing else ""
    at_ms = int(candles.ts_ms[place + 1])
    return Oddity(
        kind="jump", n=len(jumps), at=from_ms(at_ms),
        message=(
            f"the close goes from {candles.close[place]:g} to {candles.close[place + 1]:g}{hole} at {_when(at_ms)}: "
            "look whether the ticker was reused or the coin redenominated"
        ),
    )  # fmt: skip


def _zero_volume(candles: Candles) -> Oddity | None:
    still = candles.volume == 0
    n_still = int(np.count_nonzero(still))
    if n_still == 0:
        return None
    edges = np.flatnonzero(np.diff(np.concatenate(([False], still, [False])).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    longest = int(np.argmax(lengths))
    at_ms = int(candles.ts_ms[edges[::2][longest]])
    return Oddity(
        kind="zero_volume", n=n_still, at=from_ms(at_ms),
        message=(
            f"{n_still} bar{_s(n_still)} without any volume; the longest stretch is {int(lengths[longest])} "
            f"bar{_s(int(lengths[longest]))} from {_when(at_ms)}"
        ),
    )  # fmt: skip


def _closes_only(candles: Candles) -> Oddity | None:
    n_bare = int(np.count_nonzero(np.isnan(candles.open)))
    if n_bare == 0:
        return None
    return Oddity(
        kind="closes_only", n=n_bare, at=from_ms(int(candles.ts_ms[np.argmax(np.isnan(candles.open))])),
        message=f"{n_bare} bar{_s(n_bare)} with a close alone: open, high and low are unknown",
    )  # fmt: skip


def _s(n: int) -> str:
    return "" if n == 1 else "s"


def _when(ts_ms: int) -> str:
    return f"{from_ms(ts_ms):%Y-%m-%d %H:%M}"
