"""Tables for a terminal. Here: columns that fit, wrap or fold into records. Not here: which table (the answer).

Written by hand: a table library costs 100 ms of CPU to load, twice what the rest of a cached answer may spend.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from mobius.core.answers import Cell, TableBlock
from mobius.frontends.cli.escape import cell_width
from mobius.frontends.cli.plain import NO_BREAK, Page, Span, Style, wrap

_COUNT = re.compile(r"[0-9][0-9,.]*(?: ms|/min)?")
_BLANKS = ("", "–", "-")
GAP = 2
"""Columns of space between two columns of the table."""
FEWEST = 8
"""Columns a text column may be narrowed to before rows are folded into records."""


class _Column(Struct, frozen=True):
    figures: bool
    """Every cell is a figure: right-aligned, never wrapped."""
    natural: int
    least: int


def write_table(page: Page, block: TableBlock) -> None:
    """Write a table within the page; too wide for columns, each row becomes a record of `name  value` lines."""
    if block.title:
        page.line((block.title, "bold"))
    head = [page.safe(name) for name in block.columns]
    rows = [[_cell(page, cell) for cell in row] for row in block.rows]
    if not rows:
        return
    figures = [is_figures([row[at] for row in block.rows]) for at in range(len(head))]
    columns = [_column(head[at], [row[at] for row in rows], figures[at]) for at in range(len(head))]
    widths = _widths(columns, page.look.width)
    if widths is None:
        _write_records(page, head, rows)
        return
    _write_row(page, [(name, "dim") for name in head], columns, widths)
    page.drawn([page.paint("  ".join(("-" if page.look.ascii else "─") * width for width in widths), "dim")])
    for row in rows:
        _write_row(page, row, columns, widths)


def is_figures(cells: Sequence[Cell]) -> bool:
    """Whether a column holds figures or bare counts, and perhaps blanks: names and other texts of facts are no figures."""
    told = [cell for cell in cells if not (isinstance(cell, str) and cell in _BLANKS)]
    return bool(told) and all(
        _COUNT.fullmatch(cell) is not None if isinstance(cell, str) else cell.format != "text" for cell in told
    )


def sign_style(text: str) -> Style:
    """The colour of a change, which its sign or word says already."""
    if text.startswith(("+", "up ")):
        return "good"
    return "bad" if text.startswith(("−", "-", "down ")) else ""


def _cell(page: Page, cell: Cell) -> Span:
    if isinstance(cell, str):
        return page.safe(cell), ""
    text = page.safe(cell.text)
    return text, sign_style(text) if cell.format in ("signed", "change") else ""


def _column(head: str, cells: Sequence[Span], figures: bool) -> _Column:
    natural = max(cell_width(head), max((cell_width(text) for text, _ in cells), default=0))
    longest = max(
        (cell_width(word) for text in (head, *(text for text, _ in cells)) for word in text.split(" ")), default=0
    )
    if figures:
        body = max(cell_width(text) for text, _ in cells)
        return _Column(True, natural, max(body, *(cell_width(word) for word in head.split(" "))))
    return _Column(False, natural, min(natural, max(FEWEST, min(longest, 2 * FEWEST))))


def _widths(columns: Sequence[_Column], room: int) -> list[int] | None:
    """Widths that fit in `room`, the widest narrowed first; None when even the least do not."""
    room -= GAP * (len(columns) - 1)
    widths = [column.natural for column in columns]
    if sum(column.least for column in columns) > room:
        return None
    while sum(widths) > room:
        widest = max(range(len(columns)), key=lambda at: (widths[at] - columns[at].least, widths[at]))
        widths[widest] -= 1
    return widths


def _write_row(page: Page, cells: Sequence[Span], columns: Sequence[_Column], widths: Sequence[int]) -> None:
    wrapped = [
        wrap([cell], width) or [[]] if not column.figures or cell_width(cell[0]) > width else [[cell]]
        for cell, column, width in zip(cells, columns, widths, strict=True)
    ]
    for at in range(max(map(len, wrapped))):
        parts = []
        for lines, column, width in zip(wrapped, columns, widths, strict=True):
            line = lines[at] if at < len(lines) else []
            space = " " * (width - sum(cell_width(text) for text, _ in line))
            painted = page.paint_all(line)
            parts.append(space + painted if column.figures else painted + space)
        page.drawn(["  ".join(parts).rstrip()])


def _write_records(page: Page, head: Sequence[str], rows: Sequence[Sequence[Span]]) -> None:
    """Rows one below the other: the first cell names the record."""
    label = min(max(map(cell_width, head[1:]), default=0), page.look.width // 2)
    for row in rows:
        page.line((row[0][0] or head[0], "bold"))
        for name, (text, style) in zip(head[1:], row[1:], strict=True):
            pad = NO_BREAK * max(0, label - cell_width(name))
            page.line((name.replace(" ", NO_BREAK) + pad, "dim"), " ", (text, style), indent="  ", hang="    ")
