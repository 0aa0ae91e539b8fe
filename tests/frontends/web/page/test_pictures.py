"""Charts of cards: the data for the script, the table beside."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mobius.core.answers import ChartBlock, SeriesData
from mobius.frontends.web.pictures import chart_payload, chart_table, payload_json
from tests.frontends.web.page import answers

DAY = 86_400_000


def block(ts: list[int], closes: list[float | None], figure: Any = "line") -> ChartBlock:
    data = SeriesData(name="BTC", unit="USD", ts=tuple(ts), columns={"close": tuple(closes)})
    return ChartBlock(figure=figure, title="t", series=("s",), data={"s": data})


def test_times_are_whole_seconds_that_strictly_rise() -> None:
    payload = chart_payload(block([3 * DAY, DAY, DAY + 5, 2 * DAY], [3.0, 1.0, 9.0, 2.0]), facts={})
    (series,) = payload.series
    assert series.time == (86_400, 2 * 86_400, 3 * 86_400)
    assert series.columns["close"] == (1.0, 2.0, 3.0)


@given(
    st.lists(st.tuples(st.integers(0, 2**42), st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))))
)
def test_any_series_can_be_drawn(points: list[tuple[int, float | None]]) -> None:
    made = block([ts for ts, _ in points], [value for _, value in points])
    payload = chart_payload(made, facts={})
    for series in payload.series:
        assert list(series.time) == sorted(set(series.time))
        assert all(len(column) == len(series.time) for column in series.columns.values())
    assert chart_table(made).n_bars == len({ts for ts, _ in points})


def test_levels_without_a_value_are_left_out() -> None:
    answer = answers.chart()
    (chart,) = (each for each in answer.blocks if isinstance(each, ChartBlock))
    payload = chart_payload(chart, facts=answer.facts, simulated=True)
    assert [level.value for level in payload.levels] == [1773.24, 2733.43]
    assert chart_payload(chart, facts={}).levels == ()
    assert payload.daily


def test_the_json_cannot_end_its_script() -> None:
    answer = answers.hostile()
    (chart,) = (each for each in answer.blocks if isinstance(each, ChartBlock))
    text = str(payload_json(chart_payload(chart, facts=answer.facts)))
    assert "<" not in text
    assert "&" not in text
    assert json.loads(text)["title"].startswith('<img src=x onerror="alert(1)">')
    assert "\u202e" not in json.loads(text)["title"]


def test_the_table_has_the_newest_bars_first_and_says_how_many_there_are() -> None:
    answer = answers.chart()
    (chart,) = (each for each in answer.blocks if isinstance(each, ChartBlock))
    table = chart_table(chart)
    assert table.columns == ("day (UTC)", "open", "high", "low", "close", "volume")
    assert table.n_bars == 90
    assert len(table.rows) == 40
    assert table.rows[0][0] == "2026-11-01"
    assert table.rows[0][5] == ""  # a volume the venue did not give is empty, never 0
    assert table.rows[0][0] > table.rows[1][0]


def test_series_of_different_times_share_a_table() -> None:
    one = SeriesData(name="A", unit="index", ts=(DAY, 2 * DAY), columns={"close": (1.0, 2.0)})
    two = SeriesData(name="B", unit="index", ts=(2 * DAY, 3 * DAY), columns={"close": (5.0, None)})
    table = chart_table(ChartBlock(figure="line", title="t", series=("a", "b"), data={"a": one, "b": two}))
    assert table.columns[1:] == ("A close", "B close")
    assert [row[1:] for row in table.rows] == [("", ""), ("2", "5"), ("1", "")]
