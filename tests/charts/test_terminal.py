"""Figures as text: width, gaps, odd magnitudes, nothing that steers a terminal, no meaning in colour alone."""

from __future__ import annotations

import math
import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.charts.rows import bar_rows, sparkline
from mobius.charts.terminal import draw
from mobius.charts.text import clean, columns_of, fit
from mobius.core.answers import ChartBlock, FactRef, SeriesData
from mobius.core.facts import Fact

DAY_MS = 86_400_000
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
NASTY = "BTC\x1b[2J\x07\u202e</script>\r\n\u0000 – 漢字"

numbers = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(1e-12, 1e-6),
    st.just(5.0),
    st.floats(1e9, 1e15),
)


@st.composite
def series(draw_: st.DrawFn) -> SeriesData:
    """Any series a source could give: gaps, unknowns, one bar, equal or enormous values."""
    days = sorted(draw_(st.sets(st.integers(0, 3000), max_size=40)))
    names = draw_(
        st.sampled_from(
            [("open", "high", "low", "close", "volume"), ("close",), ("close", "mean", "upper"), ("value",)]
        )
    )
    columns = {name: tuple(draw_(st.lists(numbers, min_size=len(days), max_size=len(days)))) for name in names}
    return SeriesData(name=NASTY, unit="USD", ts=tuple(day * DAY_MS for day in days), columns=columns)


@st.composite
def blocks(draw_: st.DrawFn) -> ChartBlock:
    many = draw_(st.lists(series(), max_size=5))
    ids = tuple(f"s{i}" for i in range(len(many)))
    levels = tuple(
        FactRef(fact=f"l{i}", format="price", text=NASTY) for i in range(draw_(st.integers(0, 2)))
    )  # fmt: skip
    return ChartBlock(
        figure=draw_(st.sampled_from(["candles", "line", "bar", "sparkline"])), title=NASTY, series=ids,
        data=dict(zip(ids, many, strict=True)), levels=levels,
    )  # fmt: skip


def level(fact_id: str, value: float) -> Fact:
    return Fact(id=fact_id, value=value, unit="USD", source="test", path="test:x#y")


def candles(
    closes: list[float], *, days: list[int] | None = None, volume: float | None = 1.0, first_open: float | None = None
) -> ChartBlock:
    opens = [first_open or closes[0], *closes[:-1]]
    data = SeriesData(
        name="ETH", unit="USD", ts=tuple(day * DAY_MS for day in (days or range(len(closes)))),
        columns={
            "open": tuple(opens), "close": tuple(closes), "volume": (volume,) * len(closes),
            "high": tuple(max(pair) * 1.01 for pair in zip(opens, closes, strict=True)),
            "low": tuple(min(pair) * 0.99 for pair in zip(opens, closes, strict=True)),
        },
    )  # fmt: skip
    return ChartBlock(figure="candles", title="ETH in USD", series=("a",), data={"a": data})


@settings(max_examples=300, deadline=None)
@given(blocks(), st.integers(1, 120), st.integers(1, 30), st.booleans(), st.booleans(), numbers)
def test_anything_is_drawn_within_its_width_and_steers_no_terminal(
    block: ChartBlock, width: int, height: int, ascii_only: bool, color: bool, at: float | None
) -> None:
    facts = {"l0": level("l0", at)} if at is not None and math.isfinite(at) else {}
    lines = draw(block, width=width, height=height, ascii=ascii_only, color=color, facts=facts)
    for line in lines:
        bare = ESCAPE.sub("", line) if color else line
        assert columns_of(bare) <= width
        assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in bare)
        assert not ascii_only or bare.isascii()
    # a title, the rows, dates, and up to two lines of legend; sparklines are a line a series
    assert len(lines) <= max(height + 4, len(block.series))


def test_a_rise_and_a_fall_differ_without_colour() -> None:
    rise, fall = draw(candles([15.0, 20.0], first_open=10.0)), draw(candles([15.0, 10.0], first_open=20.0))
    assert any("┃" in line for line in rise[1:-1]) and not any("█" in line for line in rise[1:9])
    assert any("█" in line for line in fall[1:9])
    plain = draw(candles([15.0, 10.0], first_open=20.0), ascii=True)
    assert any("#" in line for line in plain[1:9]) and not any("o" in line for line in plain[1:9])


def test_a_picture_has_its_title_prices_and_dates() -> None:
    lines = draw(candles([float(1000 + 10 * i) for i in range(60)]), width=80, height=12)
    assert lines[0] == "ETH in USD"
    assert any(line.lstrip().startswith("1,200") for line in lines)
    assert "1 Jan" in lines[-2] and lines[-2].rstrip().endswith("1 Mar")
    assert len(lines) == 12 + 3


def test_a_gap_stays_empty() -> None:
    lines = draw(candles([10.0] * 20, days=[*range(10), *range(30, 40)]), width=60, height=6)
    row = max(lines[1:7], key=lambda line: len(line.strip()))
    assert " " * 15 in row.strip()


def test_prices_of_many_zeros_keep_their_digits_on_the_axis() -> None:
    lines = draw(candles([0.0000112, 0.0000121, 0.0000134, 0.0000129]), width=60)
    assert any("0.000012" in line for line in lines)


def test_without_volume_there_are_no_volume_rows() -> None:
    assert not any("vol" in line for line in draw(candles([1.0, 2.0], volume=None)))


def test_two_lines_have_two_marks_and_a_legend() -> None:
    one = SeriesData(name="BTC", unit="index", ts=(0, DAY_MS), columns={"close": (100.0, 120.0)})
    two = SeriesData(name="ETH", unit="index", ts=(0, DAY_MS), columns={"close": (100.0, 80.0)})
    block = ChartBlock(figure="line", title="both", series=("a", "b"), data={"a": one, "b": two})
    lines = draw(block, width=60)
    assert lines[-1] == "● BTC  ○ ETH"
    assert any("●" in line for line in lines[1:-2]) and any("○" in line for line in lines[1:-2])


def test_levels_are_drawn_where_their_values_are_known_and_named_in_any_case() -> None:
    block = candles([10.0, 20.0, 15.0])
    ref = FactRef(fact="s", format="price", text="$14.00")
    block = ChartBlock(figure=block.figure, title=block.title, series=block.series, data=block.data, levels=(ref,))
    drawn = draw(block, facts={"s": level("s", 14.0)})
    assert any(line.count("┄") > 20 for line in drawn) and drawn[-1].endswith("$14.00")
    assert not any(line.count("┄") > 20 for line in draw(block)) and draw(block)[-1].endswith("$14.00")


def test_nothing_to_draw_is_said() -> None:
    empty = SeriesData(name="ETH", unit="USD", ts=(), columns={"close": ()})
    assert draw(ChartBlock(figure="line", title="ETH", series=("a",), data={"a": empty})) == ["ETH", "no data to draw"]


def test_one_bar_and_equal_values_are_drawn() -> None:
    for closes in ([5.0], [5.0] * 30, [0.0] * 3):
        assert len(draw(candles(closes))) > 5


def test_a_sparkline_is_one_line() -> None:
    block = ChartBlock(
        figure="sparkline", title="7 days", series=("a",),
        data={"a": SeriesData(name="BTC", unit="USD", ts=(0, 1, 2), columns={"value": (1.0, 2.0, 3.0)})},
    )  # fmt: skip
    assert draw(block, height=1) == ["7 days ▁▅█"]


@given(st.lists(numbers, max_size=200), st.integers(0, 60), st.booleans())
def test_sparklines_fit_and_leave_unknowns_blank(values: list[float | None], width: int, ascii_only: bool) -> None:
    line = sparkline(values, width, ascii=ascii_only)
    assert len(line) <= width
    if len(values) <= width and line:
        for value, glyph in zip(values, line, strict=True):
            assert (glyph == " ") == (value is None or not math.isfinite(value))


@given(
    st.lists(st.tuples(st.text(max_size=20), numbers, st.text(max_size=12)), max_size=10),
    st.integers(1, 100),
    st.booleans(),
)
def test_rows_of_bars_fit_whatever_their_labels(
    rows: list[tuple[str, float | None, str]], width: int, ascii_only: bool
) -> None:
    lines = bar_rows(rows, width, ascii=ascii_only)
    assert len(lines) == len(rows)
    assert all(columns_of(line) <= width and clean(line) == line for line in lines)


def test_negative_bars_reach_the_other_way() -> None:
    up, down = bar_rows([("a", 2.0, "+2"), ("b", -2.0, "-2")], 40)
    assert up.index("█") > down.rindex("█")


@given(st.text(max_size=40), st.integers(0, 30))
def test_fitted_text_takes_exactly_its_width(text: str, width: int) -> None:
    assert columns_of(fit(clean(text), width)) == width


def bars(values: list[float], title: str = "net") -> ChartBlock:
    days = tuple(1_709_596_800_000 + place * 86_400_000 for place in range(len(values)))
    data = {"a": SeriesData(name="net", unit="USD", ts=days, columns={"value": tuple(values)})}
    return ChartBlock(figure="bar", title=title, series=("a",), data=data)


def test_bars_of_two_days_are_named_by_their_days_and_share_their_digits() -> None:
    _, first, second = draw(bars([30_800_000.0, -118_427_173.0]), width=60)
    assert first.startswith("5 Mar") and first.endswith(" 30.8M")
    assert second.startswith("6 Mar") and second.endswith(" −118.4M")


def test_whole_numbers_have_no_decimals() -> None:
    assert [line.split()[-1] for line in draw(bars([57.0, 150.0, 0.0]), width=60)[1:]] == ["57", "150", "0"]


def test_bars_that_stand_for_several_values_say_so() -> None:
    lines = draw(bars([float(value) for value in range(30)]), width=60, height=12)
    assert lines[-1] == "each bar the mean of up to 3 values"
    assert len(lines) == 14
