"""Days named in a question: written in any usual form they read back, days to come say nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.instants import end_of_day
from mobius.language.dates import read_as_of

NOON = datetime(2025, 6, 11, 12, tzinfo=UTC)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _day(text: str, now: datetime = NOON) -> datetime | None:
    named = read_as_of(text, now)
    return named.as_of if named else None


@given(st.dates(min_value=date(2009, 1, 3), max_value=date(2025, 6, 10)))
def test_a_past_day_reads_back_from_every_form(day: date) -> None:
    month = _MONTHS[day.month - 1]
    forms = [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day:%d.%m.%Y}",
        f"{day:%d/%m/%Y}",
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"the {day.day}th of {month} {day.year}",
        f"{day.day} {month[:3].lower()} {day.year}",
    ]
    for form in forms:
        assert _day(f"btc on {form}") == end_of_day(day), form


@given(st.dates(min_value=date(2025, 6, 11), max_value=date(2060, 1, 1)))
def test_a_day_that_is_not_over_says_nothing(day: date) -> None:
    assert _day(f"btc on {day.isoformat()}") is None


@given(st.integers(min_value=1, max_value=3000))
def test_days_ago_count_back_from_today(count: int) -> None:
    assert _day(f"eth {count} days ago") == end_of_day(NOON.date() - timedelta(days=count))


@given(st.text(max_size=120))
def test_any_text_reads_without_error_and_never_ahead(text: str) -> None:
    named = read_as_of(text, NOON)
    assert named is None or named.as_of <= NOON


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("price yesterday", date(2025, 6, 10)),
        ("the day before yesterday", date(2025, 6, 9)),
        ("03/05/2024", date(2024, 5, 3)),
        ("12/31/2023", date(2023, 12, 31)),
        ("5.3.24", date(2024, 3, 5)),
        ("last christmas", date(2024, 12, 25)),
        ("christmas 2021", date(2021, 12, 25)),
        ("new year's eve", date(2024, 12, 31)),
        ("end of 2023", date(2023, 12, 31)),
        ("start of 2024", date(2024, 1, 1)),
        ("mid 2022", date(2022, 6, 30)),
        ("in March 2024", date(2024, 3, 31)),
        ("in feb 2024", date(2024, 2, 29)),
        ("in march", date(2025, 3, 31)),
        ("in september", date(2024, 9, 30)),
        ("q2 2023", date(2023, 6, 30)),
        ("in 2021", date(2021, 12, 31)),
        ("a week ago", date(2025, 6, 4)),
        ("two months ago", date(2025, 4, 11)),
        ("a year ago", date(2024, 6, 11)),
        ("last friday", date(2025, 6, 6)),
        ("on monday", date(2025, 6, 9)),
        ("vor drei tagen gestern", date(2025, 6, 10)),
        ("am 5. märz 2024".replace("ä", "a").replace("marz", "marz"), date(2024, 3, 5)),
        ("hace 2 semanas", date(2025, 5, 28)),
        ("ayer", date(2025, 6, 10)),
        ("вчера", date(2025, 6, 10)),
        ("昨天", date(2025, 6, 10)),
        ("prix du bitcoin hier", date(2025, 6, 10)),
        ("29 february", date(2024, 2, 29)),
    ],
)
def test_words_for_days_are_read(text: str, day: date) -> None:
    assert _day(text) == end_of_day(day)


@pytest.mark.parametrize(
    "text",
    ["today", "this morning", "last week", "since march 2024", "from 2023", "btc may go up", "in 2030", "31/31/2024",
    "was kann man hier machen",
     "next friday", "version 3.12", "2024-13-45", "in a week", "by 2024-03-05", "march madness"],
)  # fmt: skip
def test_other_words_name_no_day(text: str) -> None:
    assert _day(text) is None


def test_an_instant_with_a_clock_time_is_kept() -> None:
    assert _day("btc at 2024-03-05T14:30Z") == datetime(2024, 3, 5, 14, 30, tzinfo=UTC)


def test_hours_ago_is_an_instant() -> None:
    assert _day("btc 3 hours ago") == NOON - timedelta(hours=3)
