"""Pivots and the levels they gather at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.analytics.levels import levels, pivots
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter


def swing(n_bars: int = 120, low: float = 90.0, high: float = 110.0) -> FloatArray:
    """A wave that turns at the same two prices every time."""
    middle, reach = (low + high) / 2, (high - low) / 2
    return middle + reach * np.sin(np.arange(n_bars) * 2 * np.pi / 24)


def test_turning_prices_become_levels_on_their_own_side() -> None:
    close = swing()
    found = levels(close, close, close)
    assert [level.kind for level in found] == ["support", "resistance"]
    assert found[0].price == pytest.approx(90.0, rel=0.01) and found[1].price == pytest.approx(110.0, rel=0.01)
    assert min(level.touches for level in found) >= 4


def test_a_pivot_is_known_only_after_its_wing() -> None:
    close = np.concatenate([np.linspace(50, 100, 20), np.linspace(98, 90, 4)])
    assert pivots(close, close)[0].tolist() == []
    longer = np.append(close, [88.0, 86.0])
    assert pivots(longer, longer)[0].tolist() == [19]


def test_few_bars_or_none_have_no_levels() -> None:
    for n_bars in (0, 1, 10):
        close = np.full(n_bars, 5.0)
        assert levels(close, close, close) == ()


def test_a_flat_series_has_no_levels() -> None:
    close = np.full(60, 5.0)
    assert levels(close, close, close) == ()


@given(st.integers(0, 500), st.floats(1e-7, 1e7))
def test_levels_scale_with_the_price_and_lie_on_their_side(seed: int, factor: float) -> None:
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.03, 150)))
    plain, scaled = levels(close, close, close), levels(close * factor, close * factor, close * factor)
    assert [level.touches for level in plain] == [level.touches for level in scaled]
    for level, other in zip(plain, scaled, strict=True):
        assert other.price == pytest.approx(level.price * factor)
        assert (level.price < close[-1]) == (level.kind == "support")


def test_prices_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(BadParameter):
        levels(np.array([1.0, np.nan]), np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    with pytest.raises(BadParameter):
        levels(np.array([1.0]), np.array([0.0]), np.array([1.0]))
