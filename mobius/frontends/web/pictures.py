"""Charts on the page. Here: the data a script draws from, the picture and the table that need none. Not here: drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from mobius.charts.svg import draw
from mobius.core.answers import ChartBlock, SeriesData
from mobius.core.facts import Fact
from mobius.core.instants import DAY_S, from_ms
from mobius.core.words import Format, render
from mobius.frontends.web.safe_text import clean, script_json

MOST_ROWS = 40
"""Newest bars in the table beside a chart; the export has them all."""
_SIZES = {"candles": (720, 340), "line": (720, 300), "bar": (720, 240), "sparkline": (360, 96)}
"""Width and height in pixels of the picture that needs no script."""
_DRAWN = {
    "candles": ("open", "high", "low", "close", "volume"),
    "line": ("close", "mean", "upper", "lower"),
    "bar": ("value",),
    "sparkline": ("value", "close"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartTable:
    """The newest bars in words, newest first."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_bars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series for the script; times are whole epoch seconds, strictly rising."""

    name: str
    unit: str
    time: tuple[int, ...]
    columns: dict[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    value: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    figure: str
    title: str
    simulated: bool
    as_of: str | None
    daily: bool
    series: tuple[Series, ...]
    levels: tuple[Level, ...]


def chart_payload(
    block: ChartBlock, *, facts: Mapping[str, Fact], simulated: bool = False, as_of: str | None = None
) -> Payload:
    """What the script draws; `as_of` is the past day in words."""
    series = [data for data in _series(block) if data.ts]
    return Payload(
        figure=block.figure, title=clean(block.title), simulated=simulated, as_of=as_of,
        daily=_daily(series), series=tuple(_rising(data, _DRAWN[block.figure]) for data in series),
        levels=tuple(_levels(block, facts)),
    )  # fmt: skip


def picture(block: ChartBlock, *, facts: Mapping[str, Fact], simulated: bool, as_of: str | None) -> Markup:
    """The chart as an inline SVG; `charts` escapes every text in it."""
    width, height = _SIZES[block.figure]
    svg = draw(block, width=width, height=height, simulated=simulated, as_of=as_of, facts=facts)
    return Markup(svg)  # noqa: S704


def payload_json(payload: Payload) -> Markup:
    return script_json(payload)


def chart_table(block: ChartBlock) -> ChartTable:
    """The newest bars of all series by time; a value that a series has not at that time is left empty."""
    series = [data for data in _series(block) if data.ts]
    columns = [(data, name) for data in series for name in _DRAWN[block.figure] if any(
        value is not None for value in data.columns.get(name, ()))]  # fmt: skip
    times = sorted({ts for data in series for ts in data.ts}, reverse=True)
    daily = _daily(series)
    cells = {(at, ts): value for at, (data, name) in enumerate(columns)
             for ts, value in zip(data.ts, data.columns[name], strict=False)}  # fmt: skip
    rows = tuple(
        (_when(ts, daily), *(_number(cells.get((at, ts)), data, name) for at, (data, name) in enumerate(columns)))
        for ts in times[:MOST_ROWS]
    )
    named = len(series) > 1
    heads = tuple(clean(f"{data.name} {name}" if named else name) for data, name in columns)
    return ChartTable(columns=("day (UTC)" if daily else "time (UTC)", *heads), rows=rows, n_bars=len(times))


def _series(block: ChartBlock) -> Iterator[SeriesData]:
    return (block.data[name] for name in block.series if name in block.data)


def _daily(series: list[SeriesData]) -> bool:
    return all(ts % (DAY_S * 1000) == 0 for data in series for ts in data.ts)


def _rising(data: SeriesData, names: tuple[str, ...]) -> Series:
    """The drawn columns in order of time, the first of two bars of one second kept: the script refuses others."""
    firsts: dict[int, int] = {}
    for at, ts in enumerate(data.ts):
        firsts.setdefault(ts // 1000, at)
    times = sorted(firsts)
    return Series(
        name=clean(data.name), unit=clean(data.unit), time=tuple(times),
        columns={
            name: tuple(data.columns[name][firsts[ts]] if firsts[ts] < len(data.columns[name]) else None for ts in times)
            for name in names if name in data.columns
        },
    )  # fmt: skip


def _levels(block: ChartBlock, facts: Mapping[str, Fact]) -> Iterator[Level]:
    for ref in block.levels:
        value = facts[ref.fact].number() if ref.fact in facts else None
        if value is not None:
            yield Level(value=value, text=clean(ref.text))


def _when(ts: int, daily: bool) -> str:
    return f"{from_ms(ts):%Y-%m-%d}" if daily else f"{from_ms(ts):%Y-%m-%d %H:%M}"


def _number(value: float | None, data: SeriesData, name: str) -> str:
    if value is None:
        return ""
    fmt: Format = "big" if name == "volume" else "index" if data.unit in ("index", "count", "ratio") else "price"
    unit = "count" if name == "volume" else data.unit
    return clean(render(Fact(id=name, value=value, unit=unit, source="question", path="question:#bar"), fmt))
