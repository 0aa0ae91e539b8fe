"""Numbers as people write them: any number written in a usual form reads back as itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.language.numbers import decimal_of, is_amount, plain, read_numbers
from mobius.language.tokens import clean, tokenize


def _values(text: str) -> list[int | float]:
    return [plain(number.value) for number in read_numbers(tokenize(clean(text)))]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10k", [10_000]),
        ("1.5m usd", [1_500_000]),
        ("1,200 xrp", [1200]),
        ("2 million", [2_000_000]),
        ("half a bitcoin", [0.5]),
        ("a quarter of a coin", [0.25]),
        ("a hundred dollars", [100]),
        ("two hundred and fifty thousand", [250_000]),
        ("one and a half eth", [1.5]),
        ("twenty-five sol", [25]),
        ("0,5 eth", [0.5]),
        ("1.234,56", [1234.56]),
        ("60.000 euro", [60_000]),
        ("10 000 usdc", [10_000]),
        ("5 mil euros", [5000]),
        ("3 lakh", [300_000]),
        ("2.5bn", [2_500_000_000]),
        (".5 btc", [0.5]),
        ("1_000_000", [1_000_000]),
        ("五万", [50_000]),
        ("no number here", []),
        ("1inch", [1]),
    ],
)
def test_usual_forms_are_read(text: str, values: list[float]) -> None:
    assert _values(text) == values


@given(st.integers(min_value=0, max_value=10**12))
def test_grouped_integers_read_back(value: int) -> None:
    assert _values(f"{value:,} btc") == [value]
    assert _values(str(value)) == [value]


@given(st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False, allow_infinity=False))
def test_decimals_read_back_with_point_and_grouping(value: Decimal) -> None:
    assert decimal_of(f"{value:,.4f}") == value


@given(
    st.integers(min_value=1, max_value=9999),
    st.sampled_from([("k", 3), ("m", 6), ("bn", 9), (" thousand", 3), (" million", 6)]),
)
def test_multipliers_multiply(value: int, suffix: tuple[str, int]) -> None:
    assert _values(f"{value}{suffix[0]}") == [value * 10 ** suffix[1]]


@given(st.text(max_size=80))
def test_numbers_never_overlap_and_stay_inside(text: str) -> None:
    tokens = tokenize(clean(text))
    end = 0
    for number in read_numbers(tokens):
        assert end <= number.start < number.end <= len(tokens)
        end = number.end


def test_a_number_with_a_unit_of_time_is_no_amount() -> None:
    (number,) = read_numbers(tokenize("4h"))
    assert not is_amount(number)


def test_absurd_numbers_are_left_out() -> None:
    assert _values("9" * 60) == []
