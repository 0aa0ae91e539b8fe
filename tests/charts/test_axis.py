"""Scales, round ticks and their labels."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mobius.charts.axis import Scale, date_label, number_label, scale_of, spacing_ms, step_of, ticks, value_labels

DAY_MS = 86_400_000
finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(finite, min_size=1, max_size=20))
def test_a_scale_holds_its_values(values: list[float]) -> None:
    scale = scale_of(values)
    assert scale is not None and scale.low < scale.high
    assert all(0.0 <= scale.share(value) <= 1.0 for value in values)


def test_no_known_value_has_no_scale() -> None:
    assert scale_of([]) is None and scale_of([None, math.nan, math.inf]) is None


@given(finite, finite, st.integers(2, 12))
def test_ticks_are_few_in_order_and_inside(one: float, other: float, n_ticks: int) -> None:
    scale = scale_of([one, other])
    assert scale is not None
    found = ticks(scale, n_ticks)
    assert 1 <= len(found) <= 2 * n_ticks + 11 and list(found) == sorted(found)
    slack = (scale.high / 2 - scale.low / 2) * 1e-6
    assert all(scale.low - slack <= tick <= scale.high + slack for tick in found)


@given(st.floats(1e-9, 1e12), st.floats(0.01, 10.0), st.integers(2, 6))
def test_neighbouring_ticks_read_differently(low: float, spread: float, n_ticks: int) -> None:
    scale = Scale(low, low * (1 + spread))
    step = step_of(scale, n_ticks)
    assume(step > 0)
    labels = [number_label(tick, step) for tick in ticks(scale, n_ticks)]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.0, 1.0, "0"),
        (61_240.0, 500.0, "61,240"),
        (0.5, 0.1, "0.5"),
        (0.000012, 0.000001, "0.000012"),
        (2_500_000.0, 500_000.0, "2.5M"),
        (-3.5e9, 5e8, "-3.5bn"),
        (1e-11, 1e-12, "1e-11"),
        (88.6612, 0.0, "88.66"),
    ],
)
def test_numbers_read_as_people_write_them(value: float, step: float, text: str) -> None:
    assert number_label(value, step) == text


def test_dates_are_as_short_as_the_span_allows() -> None:
    at = 1_709_649_000_000  # 5 March 2024 14:30
    assert date_label(at, DAY_MS) == "14:30"
    assert date_label(at, 30 * DAY_MS) == "5 Mar"
    assert date_label(at, 700 * DAY_MS) == "Mar 2024"
    assert date_label(10**18, DAY_MS) == "?"


def test_days_have_no_hour_however_few_they_are() -> None:
    assert date_label(1_709_596_800_000, DAY_MS, DAY_MS) == "5 Mar"
    assert date_label(1_709_596_800_000, DAY_MS, DAY_MS // 24) == "00:00"


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20))
def test_every_value_beside_a_bar_has_a_label(values: list[float]) -> None:
    labels = value_labels(values)
    assert len(labels) == len(values)
    assert all(label and "-" not in label.partition("e")[0] for label in labels)


def test_gaps_do_not_change_the_usual_spacing() -> None:
    assert spacing_ms((0, 10, 20, 30, 500)) == 10 and spacing_ms((5,)) == 1 and spacing_ms(()) == 1
