"""Returns, volatility and drawdown."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.analytics.columns import decimal_of, last_value
from mobius.analytics.drawdown import current_drawdown, drawdowns, max_drawdown
from mobius.analytics.returns import log_returns, rebased, simple_returns, total_return
from mobius.analytics.volatility import bars_per_year, parkinson_vol, realised_vol
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter

prices = st.lists(st.floats(1e-8, 1e8), min_size=3, max_size=60).map(np.array)


@given(prices, st.floats(1e-4, 1e4))
def test_drawdown_and_returns_do_not_depend_on_the_unit_of_the_price(close: FloatArray, factor: float) -> None:
    assert max_drawdown(close * factor) == pytest.approx(max_drawdown(close))
    np.testing.assert_allclose(simple_returns(close * factor), simple_returns(close), rtol=1e-6, atol=1e-9)
    assert total_return(close * factor) == pytest.approx(total_return(close), rel=1e-6, abs=1e-9)


@given(prices)
def test_log_returns_add_up_to_the_total(close: FloatArray) -> None:
    assert math.expm1(float(np.sum(log_returns(close)))) == pytest.approx(total_return(close), rel=1e-6, abs=1e-9)


@given(prices)
def test_the_present_drawdown_is_never_worse_than_the_largest(close: FloatArray) -> None:
    assert 0.0 <= current_drawdown(close) <= max_drawdown(close) < 1.0
    assert drawdowns(close)[0] == 0.0


def test_realised_volatility_of_a_known_walk_comes_back() -> None:
    rng = np.random.default_rng(3)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.6 / math.sqrt(365), 20_000)))
    assert realised_vol(close, bars_per_year=bars_per_year(86_400)) == pytest.approx(0.6, rel=0.02)


def test_parkinson_reads_a_constant_range() -> None:
    low = np.full(30, 100.0)
    expected = math.log(1.05) / math.sqrt(4 * math.log(2)) * math.sqrt(365)
    assert parkinson_vol(low * 1.05, low, bars_per_year=365.0) == pytest.approx(expected)
    assert parkinson_vol(low, low, bars_per_year=365.0) == 0.0


def test_rebasing_puts_the_base_at_100_and_keeps_unknowns() -> None:
    values = rebased(np.array([50.0, np.nan, 75.0]), base=50.0)
    assert values[0] == 100.0 and values[2] == 150.0 and np.isnan(values[1])


EMPTY = np.empty(0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: total_return(np.array([1.0])),
        lambda: simple_returns(np.array([1.0, 0.0])),
        lambda: log_returns(np.array([1.0, np.nan])),
        lambda: realised_vol(np.array([1.0, 2.0]), bars_per_year=365.0),
        lambda: parkinson_vol(EMPTY, EMPTY, bars_per_year=365.0),
        lambda: parkinson_vol(np.array([1.0]), np.array([2.0]), bars_per_year=365.0),
        lambda: max_drawdown(EMPTY),
        lambda: drawdowns(np.array([1.0, -1.0])),
        lambda: bars_per_year(0),
        lambda: rebased(EMPTY, base=0.0),
    ],
)
def test_what_has_no_answer_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(BadParameter):
        call()


def test_returns_of_fewer_than_two_bars_are_empty() -> None:
    assert len(simple_returns(EMPTY)) == len(log_returns(np.array([5.0]))) == 0


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_reads_back_as_the_same_float(value: float) -> None:
    assert float(decimal_of(value)) == value


def test_the_last_value_is_none_where_it_is_unknown() -> None:
    assert (
        last_value(EMPTY) is None and last_value(np.array([1.0, np.nan])) is None and last_value(np.array([2.0])) == 2.0
    )
