"""A grid of characters to draw on. Here: cells, candles in half rows, braille lines. Not here: layout (terminal)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Style = Literal["", "up", "down", "dim", "series0", "series1", "series2", "series3"]
_CODES: dict[Style, str] = {
    "up": "32", "down": "31", "dim": "2", "series0": "36", "series1": "33", "series2": "35", "series3": "34",
}  # fmt: skip

_NONE, _WICK, _BODY = 0, 1, 2
# (upper half, lower half) of a cell. A rise is drawn thin, a fall as a block: they differ without any colour.
_RISE = {
    (0, 1): "╷", (1, 0): "╵", (1, 1): "│", (0, 2): "╻", (2, 0): "╹", (2, 2): "┃", (1, 2): "╽", (2, 1): "╿",
}  # fmt: skip
_FALL = {
    (0, 1): "╷", (1, 0): "╵", (1, 1): "│", (0, 2): "▄", (2, 0): "▀", (2, 2): "█", (1, 2): "▄", (2, 1): "▀",
}  # fmt: skip
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


@dataclass(slots=True)
class Canvas:
    """`height` rows of `width` cells, top row first; each cell one glyph and its style."""

    width: int
    height: int
    ascii: bool = False
    cells: list[list[tuple[str, Style]]] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = [[(" ", "")] * self.width for _ in range(self.height)]

    def put(self, column: int, row: int, glyph: str, style: Style = "", *, under: bool = False) -> None:
        """Set one cell; outside the grid nothing happens, and `under` leaves a cell that is taken."""
        if 0 <= column < self.width and 0 <= row < self.height and not (under and self.cells[row][column][0] != " "):
            self.cells[row][column] = (glyph, style)

    def candle(self, column: int, shares: tuple[float, float, float, float], style: Style) -> None:
        """One candle by the shares of the height (0 bottom, 1 top) of open, high, low and close."""
        opened, high, low, close = (self._half(share) for share in shares)
        body_low, body_high = min(opened, close), max(opened, close)
        rises = shares[3] >= shares[0]
        for row in range(self.height):
            upper = _part(2 * (self.height - 1 - row) + 1, low, high, body_low, body_high)
            lower = _part(2 * (self.height - 1 - row), low, high, body_low, body_high)
            if (upper, lower) != (_NONE, _NONE):
                self.put(column, row, self._candle_glyph(upper, lower, rises), style)

    def _candle_glyph(self, upper: int, lower: int, rises: bool) -> str:
        if not self.ascii:
            return (_RISE if rises else _FALL)[upper, lower]
        return ("o" if rises else "#") if _BODY in (upper, lower) else "|"

    def _half(self, share: float) -> int:
        return min(2 * self.height - 1, max(0, math.floor(share * 2 * self.height)))

    def row_of(self, share: float) -> int:
        return self.height - 1 - min(self.height - 1, max(0, math.floor(share * self.height)))

    def braille(self, points: Sequence[tuple[float, float] | None], style: Style) -> None:
        """A line through points (share of the width, share of the height); None breaks it."""
        dots: dict[tuple[int, int], int] = {}
        for x, y in _steps(points, 2 * self.width, 4 * self.height):
            cell = (x // 2, self.height - 1 - y // 4)
            dots[cell] = dots.get(cell, 0) | _DOTS[3 - y % 4][x % 2]
        for (column, row), pattern in dots.items():
            self.put(column, row, chr(0x2800 + pattern), style)

    def marks(
        self, points: Sequence[tuple[float, float] | None], glyph: str, style: Style, *, under: bool = False
    ) -> None:
        """The same with one glyph a cell, which tells several lines apart without colour."""
        for x, y in _steps(points, self.width, self.height):
            self.put(x, self.height - 1 - y, glyph, style, under=under)

    def column_bar(self, column: int, share: float, style: Style) -> None:
        """A bar from the bottom, in eighths of a row."""
        eighths = math.floor(share * self.height * 8 + 0.5)
        for row in range(self.height):
            filled = min(8, max(0, eighths - 8 * (self.height - 1 - row)))
            if filled:
                self.put(column, row, ("#" if filled >= 4 else ".") if self.ascii else "▁▂▃▄▅▆▇█"[filled - 1], style)

    def line(self, row: int, *, color: bool) -> str:
        """A row as text; runs of one style share one escape sequence."""
        if not color:
            return "".join(glyph for glyph, _ in self.cells[row])
        out: list[str] = []
        run: Style = ""
        for glyph, style in self.cells[row]:
            if style != run:
                out.append(("\x1b[0m" if run else "") + (f"\x1b[{_CODES[style]}m" if style else ""))
                run = style
            out.append(glyph)
        return "".join(out) + ("\x1b[0m" if run else "")


def _part(half: int, low: int, high: int, body_low: int, body_high: int) -> int:
    if body_low <= half <= body_high:
        return _BODY
    return _WICK if low <= half <= high else _NONE


def _steps(points: Sequence[tuple[float, float] | None], n_x: int, n_y: int) -> list[tuple[int, int]]:
    """Every dot of the line through the points, on a grid of n_x by n_y with the origin at the lower left."""
    dots: list[tuple[int, int]] = []
    before: tuple[int, int] | None = None
    for point in points:
        if point is None:
            before = None
            continue
        now = (min(n_x - 1, math.floor(point[0] * n_x)), min(n_y - 1, math.floor(point[1] * n_y)))
        start = before or now
        length = max(abs(now[0] - start[0]), abs(now[1] - start[1]), 1)
        dots += [
            (start[0] + (now[0] - start[0]) * step // length, start[1] + (now[1] - start[1]) * step // length)
            for step in range(length + 1)
        ]
        before = now
    return dots
