"""A figure as lines of text. Here: layout of candles, lines, bars, sparklines. Not here: cells (canvas), scales (axis).

Colour only helps: rises and falls differ by glyph, lines by their marks. Texts are cleaned, so that nothing in a title or a
name can steer the terminal; the only escape sequences are the colours, and only with `color`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mobius.charts.axis import Scale, date_label, number_label, scale_of, spacing_ms, step_of, ticks, value_labels
from mobius.charts.bars import Bar, bars_of, gathered, points_of
from mobius.charts.canvas import Canvas, Style
from mobius.charts.rows import bar_rows, sparkline
from mobius.charts.text import clean, columns_of, fit, plain_ascii
from mobius.core.answers import ChartBlock, SeriesData
from mobius.core.facts import Fact

__all__ = ["bar_rows", "draw", "sparkline"]

VOLUME_ROWS = 2
ROWS_WITH_VOLUME = 8
"""Below this height the rows are worth more to the candles."""
_MARKS, _MARKS_ASCII = "●○▲△", "*o+x"
_COLORS: tuple[Style, ...] = ("series0", "series1", "series2", "series3")


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw: columns and rows at hand, and what the terminal can show."""

    width: int
    height: int
    ascii: bool
    color: bool

    def said(self, text: str) -> str:
        return plain_ascii(clean(text)) if self.ascii else clean(text)

    def glyph(self, full: str, plain: str) -> str:
        return plain if self.ascii else full


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot beside its axis: labels of `label_width` columns, then a rule, then `plot_width` cells."""

    look: Look
    scale: Scale
    t0: int
    t1: int
    labels: Mapping[int, str]
    label_width: int
    plot_width: int
    plot_height: int


def draw(
    block: ChartBlock, *, width: int = 80, height: int = 12, ascii: bool = False, color: bool = False,  # noqa: A002
    facts: Mapping[str, Fact] | None = None,
) -> list[str]:  # fmt: skip
    """Lines of at most `width` columns: title, `height` rows of picture (volume among them), dates, legend.

    A sparkline is one line a series, whatever the height. Horizontal levels are drawn when `facts` hold their values, and are
    named below the picture in any case. Bars that do not fit their own column are gathered (first open, highest high, ...).
    """
    look = Look(max(1, width), max(1, height), ascii, color)
    series = [block.data[name] for name in block.series if name in block.data]
    if block.figure == "sparkline":
        return _sparklines(block.title, series, look)
    title = fit(look.said(block.title), look.width).rstrip()
    levels = _level_values(block, facts or {})
    if block.figure == "bar":
        body = _bar_figure(series, look)
    elif block.figure == "candles" and series and bars_of(series[0]):
        body = _candle_figure(series[0], levels, look)
    else:
        body = _line_figure(series, levels, look)
    named = _levels_line(block, look)
    return [line for line in (title, *(body or ["no data to draw"[: look.width]]), *named) if line]


# ---------------------------------------------------------------------------------------------------------- figures


def _candle_figure(series: SeriesData, levels: Sequence[float], look: Look) -> list[str]:
    bars = bars_of(series)
    volume_rows = VOLUME_ROWS if look.height >= ROWS_WITH_VOLUME and any(bar.volume for bar in bars) else 0
    scale = scale_of([*(bar.high for bar in bars), *(bar.low for bar in bars)])
    assert scale is not None
    frame = _frame(look, _reached(scale, levels), bars[0].ts, bars[-1].ts, look.height - volume_rows)
    columns = gathered(bars, frame.plot_width)
    canvas = Canvas(frame.plot_width, frame.plot_height, look.ascii)
    for column, bar in columns:
        rises: Style = "up" if bar.close >= bar.open else "down"
        shares = (bar.open, bar.high, bar.low, bar.close)
        canvas.candle(column, tuple(frame.scale.share(value) for value in shares), rises)  # type: ignore[arg-type]
    _draw_levels(canvas, frame, levels)
    lines = _framed(canvas, frame)
    if volume_rows:
        lines += _volume_lines(columns, frame, volume_rows)
    end = max(column for column, _ in columns)
    lines.append(_dates(frame, end + 1, spacing_ms(series.ts)))
    legend = f"{look.glyph('┃', 'o')} rise  {look.glyph('█', '#')} fall" + ("  vol: volume" if volume_rows else "")
    return [*lines, _dim(legend[: look.width], look)]


def _volume_lines(columns: Sequence[tuple[int, Bar]], frame: Frame, n_rows: int) -> list[str]:
    most = max((bar.volume or 0.0) for _, bar in columns)
    canvas = Canvas(frame.plot_width, n_rows, frame.look.ascii)
    for column, bar in columns:
        if bar.volume and most:
            canvas.column_bar(column, bar.volume / most, "dim")
    rule = frame.look.glyph("│", "|")
    return [
        f"{fit('vol' if row == n_rows - 1 else '', frame.label_width)[-frame.label_width or 9:]}"
        f"{rule if frame.label_width else ''}{canvas.line(row, color=frame.look.color)}".rstrip()
        for row in range(n_rows)
    ]  # fmt: skip


def _line_figure(series: Sequence[SeriesData], levels: Sequence[float], look: Look) -> list[str]:
    drawn = [each for each in series if points_of(each, "close")][:4]
    if not drawn:
        return []
    beside = [points_of(each, name) for each in drawn for name in ("mean", "upper", "lower") if len(drawn) == 1]
    values = [value for each in drawn for _, value in points_of(each, "close")]
    scale = scale_of([*values, *(value for points in beside for _, value in points)])
    assert scale is not None
    starts, ends = [each.ts[0] for each in drawn], [each.ts[-1] for each in drawn]
    frame = _frame(look, _reached(scale, levels), min(starts), max(ends), look.height)
    canvas = Canvas(frame.plot_width, frame.plot_height, look.ascii)
    for points in beside:
        spacing = spacing_ms(drawn[0].ts)
        canvas.marks(_placed(points, frame, spacing), look.glyph("·", "."), "dim", under=True)
    for number, each in enumerate(drawn):
        placed = _placed(points_of(each, "close"), frame, spacing_ms(each.ts))
        if len(drawn) == 1 and not look.ascii:
            canvas.braille(placed, _COLORS[0])
        else:
            canvas.marks(placed, (_MARKS_ASCII if look.ascii else _MARKS)[number], _COLORS[number])
    _draw_levels(canvas, frame, levels)
    lines = [*_framed(canvas, frame), _dates(frame, frame.plot_width, spacing_ms(drawn[0].ts))]
    return [*lines, *_line_legend(drawn, any(beside), look)]


def _line_legend(drawn: Sequence[SeriesData], banded: bool, look: Look) -> list[str]:
    if len(drawn) == 1:
        return [_dim(f"{look.glyph('·', '.')} mean and bands"[: look.width], look)] if banded else []
    marks = _MARKS_ASCII if look.ascii else _MARKS
    parts = [f"{marks[number]} {look.said(each.name)}" for number, each in enumerate(drawn)]
    return [fit("  ".join(parts), look.width).rstrip()]


def _bar_figure(series: Sequence[SeriesData], look: Look) -> list[str]:
    """Rows of bars, newest last; more than the height are gathered into means of neighbours."""
    points = [point for each in series[:1] for point in (points_of(each, "value") or points_of(each, "close"))]
    if not points:
        return []
    span_ms, step_ms = points[-1][0] - points[0][0], spacing_ms(tuple(ts for ts, _ in points))
    n_rows = max(look.height, 1)
    parts = [
        points[row * len(points) // n_rows : (row + 1) * len(points) // n_rows] for row in range(n_rows)
    ] if len(points) > n_rows else [[point] for point in points]  # fmt: skip
    means = [math.fsum(value / len(part) for _, value in part) for part in parts]
    dates = [date_label(part[0][0], span_ms, step_ms) for part in parts]
    lines = bar_rows(list(zip(dates, means, value_labels(means), strict=True)), look.width, ascii=look.ascii)
    if len(parts) < len(points):
        lines.append(_dim(f"each bar the mean of up to {max(map(len, parts))} values"[: look.width], look))
    return lines


def _sparklines(title: str, series: Sequence[SeriesData], look: Look) -> list[str]:
    lines = []
    for each in series:
        values = each.columns.get("value") or each.columns.get("close") or ()
        label = look.said(title if len(series) == 1 else each.name)
        label = fit(label, min(columns_of(label), look.width // 2))
        room = look.width - columns_of(label) - (1 if label else 0)
        spark = sparkline(values, room, ascii=look.ascii) or "no data"[: max(0, room)]
        lines.append(f"{label} {spark}".strip() if label else spark)
    return lines


# ------------------------------------------------------------------------------------------------------- the frame


def _frame(look: Look, scale: Scale, t0: int, t1: int, plot_height: int) -> Frame:
    n_ticks = max(2, plot_height // 3)
    step = step_of(scale, n_ticks)
    labels: dict[int, str] = {}
    grid = Canvas(1, plot_height)
    for value in ticks(scale, n_ticks):
        labels.setdefault(grid.row_of(scale.share(value)), look.said(number_label(value, step).replace("-", "−")))
    label_width = max((len(label) for label in labels.values()), default=0)
    if look.width - label_width - 1 < 10:  # too narrow for an axis: the picture comes first
        return Frame(look, scale, t0, t1, {}, 0, look.width, plot_height)
    return Frame(look, scale, t0, t1, labels, max(3, label_width), look.width - max(3, label_width) - 1, plot_height)


def _framed(canvas: Canvas, frame: Frame) -> list[str]:
    tick, rule = frame.look.glyph("┤", "+"), frame.look.glyph("│", "|")
    lines = []
    for row in range(canvas.height):
        drawn = canvas.line(row, color=frame.look.color)
        label = frame.labels.get(row)
        axis = f"{(label or '').rjust(frame.label_width)}{tick if label else rule}" if frame.label_width else ""
        lines.append((axis + drawn).rstrip())
    return lines


def _dates(frame: Frame, n_columns: int, spacing: int) -> str:
    """The instants of bars below their columns: the first, the last, and as many between as fit."""
    span_ms = frame.t1 - frame.t0
    cells = [" "] * frame.plot_width
    n_labels = max(1, min(6, n_columns // 14))
    for number in (0, n_labels, *range(1, n_labels)):
        ts = frame.t1 if number == n_labels else frame.t0 + span_ms * number // n_labels // spacing * spacing
        text = date_label(ts, span_ms, spacing)
        column = round((n_columns - 1) * (ts - frame.t0) / max(1, span_ms))
        start = max(0, min(column - len(text) // 2, n_columns - len(text), frame.plot_width - len(text)))
        room = cells[max(0, start - 1) : start + len(text) + 1]
        if len(text) <= frame.plot_width and all(cell == " " for cell in room):
            cells[start : start + len(text)] = text
    edge = " " * (frame.label_width + 1) if frame.label_width else ""
    return (edge + "".join(cells)).rstrip()


def _placed(
    points: Sequence[tuple[int, float]], frame: Frame, spacing: int
) -> list[tuple[float, float] | None]:  # fmt: skip
    """Points as shares of the frame, broken where more than two bars are missing."""
    span_ms = max(1, frame.t1 - frame.t0)
    placed: list[tuple[float, float] | None] = []
    before: int | None = None
    for ts, value in points:
        if before is not None and ts - before > 3 * spacing:
            placed.append(None)
        placed.append(((ts - frame.t0) / span_ms, frame.scale.share(value)))
        before = ts
    return placed


# -------------------------------------------------------------------------------------------------------- levels


def _level_values(block: ChartBlock, facts: Mapping[str, Fact]) -> list[float]:
    found = [facts[ref.fact].number() for ref in block.levels if ref.fact in facts]
    return [value for value in found if value is not None and math.isfinite(value)]


def _reached(scale: Scale, levels: Sequence[float]) -> Scale:
    """The scale, widened by at most half its span to show levels that lie just outside."""
    reach = (scale.high / 2 - scale.low / 2) * 1.0
    near = [value for value in levels if scale.low - reach <= value <= scale.high + reach]
    return Scale(min([scale.low, *near]), max([scale.high, *near]))


def _draw_levels(canvas: Canvas, frame: Frame, levels: Sequence[float]) -> None:
    for value in levels:
        if frame.scale.low <= value <= frame.scale.high:
            row = canvas.row_of(frame.scale.share(value))
            for column in range(canvas.width):
                canvas.put(column, row, frame.look.glyph("┄", "-"), "dim", under=True)


def _levels_line(block: ChartBlock, look: Look) -> list[str]:
    if not block.levels:
        return []
    names = ", ".join(look.said(ref.text) for ref in block.levels)
    return [_dim(fit(f"{look.glyph('┄', '-')} levels: {names}", look.width).rstrip(), look)]


def _dim(text: str, look: Look) -> str:
    return f"\x1b[2m{text}\x1b[0m" if look.color and text else text
