"""Instants and spans as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.errors import BadParameter
from mobius.core.instants import DAY_S, end_of_day, from_ms, parse_instant, span_s, span_text, to_ms


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15m", 900),
        ("1h", 3600),
        ("4H", 14_400),
        ("1d", DAY_S),
        (" 7 d ", 7 * DAY_S),
        ("1w", 7 * DAY_S),
        ("٧d", 7 * DAY_S),
        ("1y", 365 * DAY_S),
    ],
)
def test_spans_are_read(text: str, seconds: int) -> None:
    assert span_s(text) == seconds


@pytest.mark.parametrize("text", ["", "d", "0d", "7", "-1d", "1.5h", "7 days", "1M", "6M", "1mo", "999999d", "1d" * 99])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(BadParameter) as caught:
        span_s(text)
    assert len(caught.value.message) < 100


@pytest.mark.parametrize(
    ("seconds", "text"), [(60, "1m"), (3600, "1h"), (DAY_S, "1d"), (7 * DAY_S, "7d"), (5400, "90m"), (61, "61s")]
)
def test_spans_are_written_shortest(seconds: int, text: str) -> None:
    assert span_text(seconds) == text


@given(st.integers(1, 5000), st.sampled_from("mhdw"))
def test_a_written_span_reads_back(number: int, unit: str) -> None:
    assert span_s(span_text(span_s(f"{number}{unit}"))) == span_s(f"{number}{unit}")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-03-05", datetime(2024, 3, 6, tzinfo=UTC)),
        (" 2024-02-28 ", datetime(2024, 2, 29, tzinfo=UTC)),
        ("20240305", datetime(2024, 3, 6, tzinfo=UTC)),
        ("2024-W10-2", datetime(2024, 3, 6, tzinfo=UTC)),
        ("2024-03-05T14:00:00Z", datetime(2024, 3, 5, 14, tzinfo=UTC)),
        ("2024-03-05T14:00", datetime(2024, 3, 5, 14, tzinfo=UTC)),
        ("2024-03-05T14:00:00+09:00", datetime(2024, 3, 5, 5, tzinfo=UTC)),
    ],
)
def test_a_bare_day_means_its_end_and_an_instant_itself(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2024-13-01",
        "2023-02-29",
        "9999-12-31",
        "0001-01-01T00:00+14:00",
        "2024-03-05T25:00",
        "x" * 10_000,
    ],
)
def test_what_is_no_day_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(BadParameter) as caught:
        parse_instant(text)
    assert len(caught.value.message) < 100


@given(st.text(max_size=40))
def test_any_text_is_an_instant_or_refused(text: str) -> None:
    with suppress(BadParameter):
        assert parse_instant(text).utcoffset() == timedelta(0)


@given(st.dates(max_value=date(9999, 12, 30)))
def test_a_day_ends_where_the_next_begins(day: date) -> None:
    assert end_of_day(day) == datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


@given(st.integers(0, 4_000_000_000_000))
def test_milliseconds_go_there_and_back(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms
