"""One-line pictures. Here: sparklines, rows of bars. Not here: charts with axes (terminal)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mobius.charts.axis import scale_of
from mobius.charts.text import clean, columns_of, fit, plain_ascii

_BLOCKS = "▁▂▃▄▅▆▇█"
_BLOCKS_ASCII = "_.-=+*#@"
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def sparkline(values: Sequence[float | None], width: int, *, ascii: bool = False) -> str:  # noqa: A002
    """Values, oldest first, as one row of at most `width` glyphs; unknown values leave a space.

    More values than glyphs are averaged by neighbourhood. Equal values stand in the middle. Empty for no values at all.

    >>> sparkline([1, 2, 3, None, 3], 10)
    '▁▅█ █'
    """
    shown = _averaged(values, width)
    scale = scale_of(shown)
    if scale is None:
        return ""
    glyphs = _BLOCKS_ASCII if ascii else _BLOCKS
    top = len(glyphs) - 1
    return "".join(
        " " if value is None or not math.isfinite(value) else glyphs[math.floor(scale.share(value) * top + 0.5)]
        for value in shown
    )


def bar_rows(rows: Sequence[tuple[str, float | None, str]], width: int, *, ascii: bool = False) -> list[str]:  # noqa: A002
    """One line for each (label, value, value as text): label, a bar from the zero line, text; at most `width` columns.

    Bars of one call share a scale. Negative values reach left of the zero line, an unknown value has no bar.
    """
    known = [value for _, value, _ in rows if value is not None and math.isfinite(value)]
    labels = [_said(label, ascii) for label, _, _ in rows]
    texts = [_said(text, ascii) for _, _, text in rows]
    label_width = min(max((columns_of(label) for label in labels), default=0), max(1, width // 3))
    text_width = min(max((columns_of(text) for text in texts), default=0), max(1, width // 3))
    room = max(1, width - label_width - text_width - 2)
    reach = max((abs(value) for value in known), default=0.0)
    left = 0 if all(value >= 0 for value in known) else room // 2
    lines = []
    for (_, value, _), label, text in zip(rows, labels, texts, strict=True):
        share = value / reach if value is not None and math.isfinite(value) and reach else 0.0
        bar = _bar(share, left, room - left, ascii)
        said = fit(text, min(columns_of(text), text_width))
        lines.append(f"{fit(label, label_width)} {bar} {' ' * (text_width - columns_of(said))}{said}".rstrip()[:width])
    return lines


def _bar(share: float, left: int, right: int, plain: bool) -> str:
    full = "#" if plain else "█"
    if share < 0:
        n_cells = math.floor(-share * left + 0.5)
        return (" " * (left - n_cells) + full * n_cells).ljust(left + right)
    if plain:
        return (" " * left + full * math.floor(share * right + 0.5)).ljust(left + right)
    whole, part = divmod(math.floor(share * right * 8 + 0.5), 8)
    return (" " * left + full * whole + (_EIGHTHS[part] if part else "")).ljust(left + right)


def _said(text: str, plain: bool) -> str:
    return plain_ascii(clean(text)) if plain else clean(text)


def _averaged(values: Sequence[float | None], width: int) -> list[float | None]:
    if width < 1 or len(values) <= width:
        return list(values) if width >= 1 else []
    shown: list[float | None] = []
    for column in range(width):
        part = values[column * len(values) // width : (column + 1) * len(values) // width]
        known = [value for value in part if value is not None and math.isfinite(value)]
        shown.append(math.fsum(value / len(known) for value in known) if known else None)
    return shown
