"""A figure as one standalone SVG document. Here: candles, lines, bars, marks. Not here: scripts, links, fonts, PNG.

Colours are chosen to read on a light and on a dark page alike. Every text is cleaned and
escaped. A rise is hollow and a fall filled, so that they differ without colour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from mobius.charts.axis import Scale, date_label, number_label, scale_of, spacing_ms, step_of, ticks
from mobius.charts.bars import Bar, bars_of, points_of
from mobius.charts.text import clean
from mobius.core.answers import ChartBlock, SeriesData
from mobius.core.facts import Fact

_RISE, _FALL, _QUIET = "#2a9d6f", "#d1495b", "#8a8f98"
_TEXT = "#747a84"  # contrast above 4 on white and on near-black, since a picture does not know its page
_LINES = ("#3b82c4", "#d98e04", "#8e5bb5", "#3a9a9a")
_DASHES = ("", "7 3", "2 3", "9 3 2 3")
"""Lines differ by dashes as well as by colour."""
_TOP, _BOTTOM, _LEFT = 34.0, 26.0, 8.0
_LETTER = 6.6  # width of a digit at 11 px in the system fonts, a little generous
_DATE_ROOM = 20.0  # half a date at 11 px


@dataclass(frozen=True, slots=True)
class Area:
    """Where data is drawn, in pixels, and the scales that lead there."""

    left: float
    right: float
    top: float
    bottom: float
    scale: Scale
    t0: int
    t1: int

    def x(self, ts: int) -> float:
        return self.left + (self.right - self.left) * ((ts - self.t0) / max(1, self.t1 - self.t0))

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * self.scale.share(value)


def draw(
    block: ChartBlock, *, width: int = 720, height: int = 360, simulated: bool = False, as_of: str | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> str:  # fmt: skip
    """The figure as an `<svg>` string that stands alone: no scripts, no outside references.

    `simulated` writes SIMULATED across it; `as_of` is the day in words, shown beside the title. Horizontal levels are drawn
    where `facts` hold their values.
    """
    width, height = max(120, width), max(80, height)
    series = [block.data[name] for name in block.series if name in block.data]
    levels = _levels(block, facts or {})
    if block.figure == "candles" and series and bars_of(series[0]):
        body = _candles(series[0], levels, width, height)
    elif block.figure in ("bar", "sparkline"):
        body = _simple(series, width, height, bars=block.figure == "bar")
    else:
        body = _lines(series, levels, width, height)
    title = clean(block.title)
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label={quoteattr(title)} font-family="system-ui, sans-serif" font-size="11" fill="{_TEXT}">',
        f"<title>{escape(title)}</title>",
        f'<text x="{_LEFT}" y="18" font-size="14" font-weight="600">{escape(title)}</text>',
    ]
    return "".join([*head, *(body or [_text(width / 2, height / 2, "no data to draw", "middle")]),
                    *_stamps(width, height, simulated, as_of), "</svg>"])  # fmt: skip


def _stamps(width: int, height: int, simulated: bool, as_of: str | None) -> list[str]:
    parts = []
    if as_of:
        parts.append(_text(width - 8, 18, f"as of {clean(as_of)}", "end"))
    if simulated:
        parts.append(
            f'<text x="{width / 2:g}" y="{height / 2:g}" font-size="{min(width / 7, 64):g}" font-weight="700" '
            f'text-anchor="middle" fill="{_QUIET}" fill-opacity="0.35">SIMULATED</text>'
        )
    return parts


# ---------------------------------------------------------------------------------------------------------- figures


def _candles(series: SeriesData, levels: Sequence[tuple[float, str]], width: int, height: int) -> list[str]:
    bars = bars_of(series)
    with_volume = any(bar.volume for bar in bars)
    scale = scale_of([*(bar.high for bar in bars), *(bar.low for bar in bars)])
    assert scale is not None
    volume_height = (height - _TOP - _BOTTOM) * 0.18 if with_volume else 0.0
    area = _area(scale, levels, bars[0].ts, bars[-1].ts, width, height - volume_height)
    n_slots = (area.t1 - area.t0) / spacing_ms(tuple(bar.ts for bar in bars)) + 1
    wide = min(14.0, max(0.6, (area.right - area.left) / n_slots * 0.7))
    area = Area(area.left + wide / 2, area.right - wide / 2, area.top, area.bottom, area.scale, area.t0, area.t1)
    parts = [*_axis(area, width), *_dates(area, height, spacing_ms(series.ts)), *_level_lines(levels, area)]
    parts += [_candle(bar, area, wide) for bar in bars]
    if with_volume:
        most = max(bar.volume or 0.0 for bar in bars)
        foot = height - _BOTTOM
        for bar in bars:
            tall = (bar.volume or 0.0) / most * max(0.0, volume_height - 6)
            parts.append(_rect(area.x(bar.ts) - wide / 2, foot - tall, wide, tall, _QUIET, 'fill-opacity="0.5"'))
    return parts


def _candle(bar: Bar, area: Area, wide: float) -> str:
    x, rises = area.x(bar.ts), bar.close >= bar.open
    color = _RISE if rises else _FALL
    top, bottom = area.y(max(bar.open, bar.close)), area.y(min(bar.open, bar.close))
    wick = (
        f'<path d="M{x:.2f} {area.y(bar.high):.2f}V{top:.2f}M{x:.2f} {bottom:.2f}V{area.y(bar.low):.2f}" '
        f'stroke="{color}" fill="none"/>'
    )
    inside = 'fill-opacity="0.15"' if rises else ""
    tall = max(bottom - top, 0.8)
    return wick + _rect(x - wide / 2, top, wide, tall, color, f'{inside} stroke="{color}"')


def _lines(series: Sequence[SeriesData], levels: Sequence[tuple[float, str]], width: int, height: int) -> list[str]:
    drawn = [each for each in series if points_of(each, "close")]
    if not drawn:
        return []
    names = ("close", "mean", "upper", "lower") if len(drawn) == 1 else ("close",)
    scale = scale_of(value for each in drawn for name in names for _, value in points_of(each, name))
    assert scale is not None
    area = _area(scale, levels, min(each.ts[0] for each in drawn), max(each.ts[-1] for each in drawn), width, height)
    parts = [*_axis(area, width), *_dates(area, height, spacing_ms(drawn[0].ts)), *_level_lines(levels, area)]
    parts += [_path(drawn[0], name, area, _QUIET, "3 3") for name in names[1:]]
    for number, each in enumerate(drawn):
        color, dash = _LINES[number % 4], _DASHES[number % 4]
        parts.append(_path(each, "close", area, color, dash))
        if len(drawn) > 1:
            ts, value = points_of(each, "close")[-1]
            x, y = min(area.x(ts) + 4, area.right - 4), area.y(value) - 4
            parts.append(_text(x, y, clean(each.name), "end", color))
    return parts


def _path(series: SeriesData, column: str, area: Area, color: str, dash: str) -> str:
    """A line broken where more than two bars are missing; a lone point is a dot."""
    points, spacing = points_of(series, column), spacing_ms(series.ts)
    steps, before = [], None
    for ts, value in points:
        move = "M" if before is None or ts - before > 3 * spacing else "L"
        steps.append(f"{move}{area.x(ts):.2f} {area.y(value):.2f}" + ("h0.01" if move == "M" else ""))
        before = ts
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{"".join(steps)}" fill="none" stroke="{color}" stroke-width="1.6" stroke-linecap="round"{dashes}/>'
    )


def _simple(series: Sequence[SeriesData], width: int, height: int, *, bars: bool) -> list[str]:
    points = [point for each in series[:1] for point in (points_of(each, "value") or points_of(each, "close"))]
    values = [value for _, value in points]
    scale = scale_of([*values, 0.0] if bars else values)
    if scale is None or not points:
        return []
    area = _area(scale, (), points[0][0], points[-1][0], width, height)
    if not bars:
        return [_path(series[0], "value" if points_of(series[0], "value") else "close", area, _LINES[0], "")]
    wide = max(0.6, (area.right - area.left) / (len(points) + 1) * 0.7)
    zero = area.y(0.0)
    area = Area(area.left + wide / 2, area.right - wide / 2, area.top, area.bottom, area.scale, area.t0, area.t1)
    parts = [*_axis(area, width), *_dates(area, height, spacing_ms(tuple(ts for ts, _ in points)), room=wide / 2)]
    for ts, value in points:
        y = area.y(value)
        color = _RISE if value >= 0 else _FALL
        parts.append(_rect(area.x(ts) - wide / 2, min(y, zero), wide, abs(zero - y), color, ""))
    return parts


# -------------------------------------------------------------------------------------------------------- the frame


def _area(scale: Scale, levels: Sequence[tuple[float, str]], t0: int, t1: int, width: int, height: float) -> Area:
    reach = scale.high / 2 - scale.low / 2
    near = [value for value, _ in levels if scale.low - reach <= value <= scale.high + reach]
    scale = Scale(min([scale.low, *near]), max([scale.high, *near]))
    step = step_of(scale, 5)
    letters = max(len(number_label(value, step)) for value in ticks(scale, 5))
    right = max(width - letters * _LETTER - 12, _LEFT + 20)
    return Area(_LEFT, right, _TOP, max(height - _BOTTOM, _TOP + 10), scale, t0, t1)


def _axis(area: Area, width: int) -> list[str]:
    step = step_of(area.scale, 5)
    parts = []
    for value in ticks(area.scale, 5):
        y = area.y(value)
        parts.append(
            f'<path d="M{area.left:.2f} {y:.2f}H{area.right:.2f}" stroke="{_QUIET}" stroke-opacity="0.25" fill="none"/>'
        )
        parts.append(_text(width - 6, y + 4, number_label(value, step).replace("-", "−"), "end"))
    return parts


def _dates(area: Area, height: int, step_ms: int, *, room: float = 0.0) -> list[str]:
    """The instants of bars below the picture, `step_ms` apart, each once; centred where there is `room` for it."""
    span_ms = area.t1 - area.t0
    n_labels = max(1, min(6, int((area.right - area.left) // 90)))
    parts = []
    before: int | None = None
    for number in range(n_labels + 1 if span_ms else 1):
        ts = area.t0 + (span_ms if number == n_labels else span_ms * number // n_labels // step_ms * step_ms)
        if ts == before:
            continue
        before = ts
        inside = room >= _DATE_ROOM or 0 < number < n_labels
        anchor = "middle" if inside else "start" if number == 0 else "end"
        parts.append(_text(area.x(ts), height - 8, date_label(ts, span_ms, step_ms), anchor))
    return parts


def _level_lines(levels: Sequence[tuple[float, str]], area: Area) -> list[str]:
    parts = []
    for value, text in levels:
        if area.scale.low <= value <= area.scale.high:
            y = area.y(value)
            parts.append(
                f'<path d="M{area.left:.2f} {y:.2f}H{area.right:.2f}" stroke="{_QUIET}" stroke-dasharray="5 4" fill="none"/>'
            )
            parts.append(_text(area.left + 2, y - 3, text, "start"))
    return parts


def _levels(block: ChartBlock, facts: Mapping[str, Fact]) -> list[tuple[float, str]]:
    found = [(facts[ref.fact].number(), ref.text) for ref in block.levels if ref.fact in facts]
    return [(value, clean(text)) for value, text in found if value is not None and math.isfinite(value)]


def _text(x: float, y: float, text: str, anchor: str, color: str = _TEXT) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{color}">{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, color: str, more: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{color}" {more}/>'
