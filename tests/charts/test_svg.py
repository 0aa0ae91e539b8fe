"""Figures as SVG: well-formed whatever comes, nothing active, nothing unescaped."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.charts import svg
from mobius.core.answers import ChartBlock, FactRef, SeriesData
from mobius.core.facts import Fact

DAY_MS = 86_400_000
NASTY = "</text><script>alert(1)</script>\x00\x1b[31m\u202e\"' & ETH"
ALLOWED = {"svg", "title", "text", "path", "rect"}

numbers = st.one_of(st.none(), st.floats(), st.floats(1e-12, 1e-6), st.just(5.0), st.floats(1e9, 1e15))


@st.composite
def blocks(draw: st.DrawFn) -> ChartBlock:
    data = {}
    for number in range(draw(st.integers(0, 4))):
        days = sorted(draw(st.sets(st.integers(0, 3000), max_size=30)))
        names = draw(st.sampled_from([("open", "high", "low", "close", "volume"), ("close", "upper"), ("value",)]))
        columns = {name: tuple(draw(st.lists(numbers, min_size=len(days), max_size=len(days)))) for name in names}
        data[f"s{number}"] = SeriesData(name=NASTY, unit="USD", ts=tuple(day * DAY_MS for day in days), columns=columns)
    return ChartBlock(
        figure=draw(st.sampled_from(["candles", "line", "bar", "sparkline"])), title=NASTY, series=tuple(data), data=data,
        levels=(FactRef(fact="l", format="price", text=NASTY),),
    )  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(blocks(), st.integers(1, 2000), st.integers(1, 1000), st.floats(allow_nan=False, allow_infinity=False))
def test_any_figure_is_well_formed_and_holds_nothing_active(
    block: ChartBlock, width: int, height: int, at: float
) -> None:
    facts = {"l": Fact(id="l", value=at, unit="USD", source="test", path="test:x#y")}
    text = svg.draw(block, width=width, height=height, simulated=True, as_of=NASTY, facts=facts)
    root = ElementTree.fromstring(text)
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in ALLOWED
        assert not any(name.startswith("on") or name.endswith("href") for name in element.attrib)
        for name in ("x", "y", "width", "height"):
            value = float(element.attrib.get(name, 0.0))
            assert math.isfinite(value) and (value >= 0 or name in "xy")
    assert "nan" not in text.replace("\u202e", "") and "inf" not in text


def line(n_bars: int = 30) -> ChartBlock:
    data = SeriesData(
        name="ETH",
        unit="USD",
        ts=tuple(i * DAY_MS for i in range(n_bars)),
        columns={"close": tuple(map(float, range(n_bars)))},
    )
    return ChartBlock(figure="line", title="ETH & co", series=("a",), data={"a": data})


def test_title_day_and_simulation_are_on_the_picture() -> None:
    text = svg.draw(line(), simulated=True, as_of="5 March 2024")
    assert "<title>ETH &amp; co</title>" in text and "SIMULATED" in text and "as of 5 March 2024" in text
    assert "SIMULATED" not in svg.draw(line())


def test_a_gap_breaks_the_line() -> None:
    whole = svg.draw(line())
    data = line().data["a"]
    holed = SeriesData(
        name="ETH", unit="USD", ts=tuple(ts + (20 * DAY_MS if i > 14 else 0) for i, ts in enumerate(data.ts)),
        columns=data.columns,
    )  # fmt: skip
    broken = svg.draw(ChartBlock(figure="line", title="ETH & co", series=("a",), data={"a": holed}))
    assert broken.count("h0.01") == whole.count("h0.01") + 1


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
def test_text_reads_on_light_and_on_dark(page: str) -> None:
    root = ElementTree.fromstring(svg.draw(line()))
    colors = {element.get("fill", root.get("fill")) for element in root.iter() if element.tag.endswith("text")}
    for color in colors:
        assert color is not None
        lighter, darker = sorted((luminance(color), luminance(page)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) > 4.0


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2)."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_few_days_are_each_named_once() -> None:
    text = svg.draw(line(3))
    assert [text.count(f">{day} Jan<") for day in (1, 2, 3)] == [1, 1, 1]
    assert ":00<" not in text


def test_bars_wide_enough_have_their_day_below_their_middle_and_minus_is_a_minus() -> None:
    days = tuple(i * DAY_MS for i in range(3))
    data = SeriesData(name="net", unit="USD", ts=days, columns={"value": (5e6, -2e7, 1e6)})
    text = svg.draw(ChartBlock(figure="bar", title="net", series=("a",), data={"a": data}))
    assert 'text-anchor="start"' not in text.partition(">1 Jan<")[0].rpartition("<text")[2]
    assert ">−20M<" in text
    assert ">-" not in text
