"""A picture of an answer as one standalone SVG. Here: headline, figure, table, notes on a page. Not here: figures (svg), PNG.

What it says is given as plain text, cleaned and escaped here; lines break at plain spaces, never at those that do not break.
Widths are those of Inter, a little generous, so that other system fonts fit as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from mobius.charts.text import clean, columns_of

_INK, _QUIET, _RULE, _PAPER, _MARK = "#1c2026", "#626975", "#d9dde3", "#ffffff", "#9a5b00"
_EDGE = 24.0
_NARROW, _BROAD = frozenset("iljI.,:;'|!()[] ftr·\u00a0"), frozenset("mwMW%@—…")
ROWS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands in the picture, in its order. `figure` is a chart drawn by `svg.draw`, of `figure_height`."""

    headline: str
    figure: str | None = None
    figure_height: int = 0
    paragraphs: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    figures: Sequence[bool] = ()
    """Which columns hold figures, and stand right; names and words stand left. Without it all but the first hold figures."""
    notes: Sequence[str] = ()
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A standalone SVG document and its size in its own units."""

    svg: str
    width: int
    height: int


def draw_card(card: Card, *, width: int = 720) -> Picture:
    """Lay the card out from top to bottom on white; as high as it needs to be."""
    room = width - 2 * _EDGE
    parts: list[str] = []
    y = _EDGE
    if card.simulated:
        parts.append(_rect(_EDGE, y, text_width("SIMULATED", 12) + 14, 22))
        parts.append(_text(_EDGE + 9, y + 15.5, "SIMULATED", size=12, weight=600, color=_MARK))
        y += 34
    for line in wrapped(card.headline, room, 20, limit=6):
        parts.append(_text(_EDGE, y + 18, line, size=20, weight=600))
        y += 28
    if card.figure is not None:
        parts.append(card.figure.replace("<svg ", f'<svg x="{_EDGE - 8:g}" y="{y + 4:g}" ', 1))
        y += card.figure_height + 8
    for paragraph in card.paragraphs:
        y += 6
        for line in wrapped(paragraph, room, 14, limit=6):
            parts.append(_text(_EDGE, y + 14, line, size=14))
            y += 21
    if card.rows:
        grid, y = _grid(card, y + 14, room)
        parts += grid
    y += 18
    parts.append(f'<path d="M{_EDGE:g} {y:g}H{width - _EDGE:g}" stroke="{_RULE}" fill="none"/>')
    y += 8
    for note in card.notes:
        for line in wrapped(note, room, 11, limit=4):
            parts.append(_text(_EDGE, y + 12, line, size=11, color=_QUIET))
            y += 16
    height = int(y + _EDGE - 8)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label={quoteattr(clean(card.headline))} font-family="Inter, system-ui, sans-serif">'
        f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>'
    )
    return Picture("".join([head, *parts, "</svg>"]), width, height)


def _grid(card: Card, y: float, room: float) -> tuple[list[str], float]:
    """A table: names left, figures right; columns from the right on are left out where they do not fit."""
    shown = [[clean(cell) for cell in row] for row in card.rows[:ROWS_MAX]]
    titles = [clean(title) for title in card.columns]
    n_columns = max([len(titles), *map(len, shown)])
    body = [[*row, *[""] * (n_columns - len(row))] for row in [titles, *shown]]
    wide = [max(text_width(row[at], 13.5) for row in body) + 18 for at in range(n_columns)]
    wide[0] = min(wide[0], room / 2)
    while n_columns > 2 and sum(wide[:n_columns]) > room:
        n_columns -= 1
    gap = max(0.0, room - sum(wide[:n_columns])) / max(1, n_columns - 1)
    rights = [_EDGE + sum(wide[: at + 1]) + min(gap, 60.0) * at for at in range(n_columns)]
    parts = []
    for number, row in enumerate(body):
        if number == 0 and not any(row):
            continue
        weight, color = (400, _QUIET) if number == 0 else (600, _INK)
        first = wrapped(row[0], wide[0], 13.5, limit=1)
        parts += [_text(_EDGE, y + 14, text, size=13.5, color=color) for text in first]
        for at in range(1, n_columns):
            if at >= len(card.figures) or card.figures[at]:
                parts.append(_text(rights[at], y + 14, row[at], size=13.5, weight=weight, color=color, anchor="end"))
            else:
                parts.append(_text(rights[at] - wide[at] + 18, y + 14, row[at], size=13.5, color=color))
        y += 23
    if len(card.rows) > ROWS_MAX:
        parts.append(
            _text(_EDGE, y + 12, f"and {len(card.rows) - ROWS_MAX} more", size=11, color=_QUIET)
        )  # a count of rows, no figure of the answer
        y += 20
    return parts, y


def text_width(text: str, size: float) -> float:
    """About how wide a cleaned text is, in pixels, at `size` pixels."""
    return 1.03 * size * sum(_advance(char) for char in text)


def _advance(char: str) -> float:
    if char in _NARROW:
        return 0.34
    if char in _BROAD:
        return 0.92
    return 0.69 if char.isupper() else 0.6 * columns_of(char)


def wrapped(text: str, room: float, size: float, *, limit: int) -> Iterator[str]:
    """Lines of at most `room` pixels, `limit` of them; what is cut off ends in an ellipsis."""
    lines = [""]
    for word in clean(text).split(" "):
        for piece in _pieces(word, room, size):
            joined = f"{lines[-1]} {piece}".strip()
            if text_width(joined, size) > room and lines[-1]:
                lines.append(piece)
            else:
                lines[-1] = joined
    if len(lines) > limit:
        last = lines[limit - 1]
        while last and text_width(f"{last}…", size) > room:
            last = last[:-1]
        lines[limit - 1 :] = [f"{last.rstrip()}…"]
    yield from (line for line in lines if line)


def _pieces(word: str, room: float, size: float) -> Iterator[str]:
    """A word too wide for a line, in parts that fit."""
    start = 0
    for end in range(1, len(word) + 1):
        if end - start > 1 and text_width(word[start:end], size) > room:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]


def _text(
    x: float, y: float, text: str, *, size: float, weight: int = 400, color: str = _INK, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" font-weight="{weight}" fill="{color}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _rect(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:g}" rx="4" fill="{_MARK}" '
        f'fill-opacity="0.1" stroke="{_MARK}"/>'
    )
