"""A column of times, however it is written, as epoch milliseconds. Here: ISO 8601, dates, epochs. Not here: order."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np

from mobius.core.candles import IntArray
from mobius.store.sheets import Sheet

_EPOCH = re.compile(r"-?\d+(\.\d*)?([eE]\+?\d+)?")
_COMPACT_DAY = re.compile(r"(19|20)\d{6}")
_TO_MS = ((1e11, 1e3), (1e14, 1.0), (1e17, 1e-3))
"""Epochs below 1e11 are seconds (until the year 5138), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds."""


def epoch_ms(sheet: Sheet, column: str) -> IntArray:
    """The times in a column of `sheet`, UTC where no zone is written; days stand for their first instant.

    Raises BadParameter naming the first cell that is no time.
    """
    cells = sheet.columns[column]
    if isinstance(cells, np.ndarray):
        return _from_array(sheet, column, cells)
    filled = [(cell or "").strip() for cell in cells]
    if filled and all(_EPOCH.fullmatch(cell) for cell in filled):
        if all(_COMPACT_DAY.fullmatch(cell) for cell in filled):
            return np.array([_from_text(sheet, column, row, cell) for row, cell in enumerate(filled)], dtype=np.int64)
        return _from_epochs(sheet, column, np.array([float(cell) for cell in filled]))
    return np.array([_from_text(sheet, column, row, cell) for row, cell in enumerate(filled)], dtype=np.int64)


def _from_array(sheet: Sheet, column: str, cells: np.ndarray[Any, Any]) -> IntArray:
    if cells.dtype.kind == "M":
        if (missing := np.flatnonzero(np.isnat(cells))).size:
            raise sheet.bad(int(missing[0]), column, "an empty cell", "is no time")
        return cells.astype("datetime64[ms]").astype(np.int64)
    return _from_epochs(sheet, column, sheet.numbers(column))


def _from_epochs(sheet: Sheet, column: str, epochs: np.ndarray[Any, np.dtype[np.float64]]) -> IntArray:
    if (wrong := np.flatnonzero(~np.isfinite(epochs))).size:
        raise sheet.bad(int(wrong[0]), column, epochs[wrong[0]], "is no time")
    if not len(epochs):
        return np.empty(0, dtype=np.int64)
    # one unit for the whole column: its median, so that one wild cell is found out by the checks that follow
    size = float(np.median(np.abs(epochs)))
    factor = next((factor for limit, factor in _TO_MS if size < limit), 1e-6)
    ms = epochs * factor
    if (wild := np.flatnonzero(np.abs(ms) > 1e15)).size:
        raise sheet.bad(int(wild[0]), column, f"{epochs[wild[0]]:.0f}", "is no time of the same unit as the others")
    return np.rint(ms).astype(np.int64)


def _from_text(sheet: Sheet, column: str, row: int, cell: str) -> int:
    text = cell.removesuffix(" UTC").replace("/", "-")
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        return round(instant.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise sheet.bad(row, column, repr(cell), "is no time I can read (ISO 8601 or an epoch)") from None
