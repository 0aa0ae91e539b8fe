"""Forward returns after a condition, from the bars given alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.analytics.past_meaning import past_meaning
from mobius.core.errors import BadParameter


def test_only_the_first_bar_of_a_run_counts() -> None:
    close = np.array([10.0, 10, 20, 20, 20, 10, 10, 10])
    condition = np.array([False, True, True, True, False, False, False, False])
    found = past_meaning(close, condition, horizon_bars=1)
    assert found.n == 1 and found.median_pct == pytest.approx(100.0) and found.share_up_pct == 100.0


def test_an_occurrence_without_a_known_outcome_is_left_out() -> None:
    condition = np.array([False, False, False, True])
    found = past_meaning(np.array([1.0, 2, 3, 4]), condition, horizon_bars=2)
    assert found.n == 0 and found.median_pct is None and found.usual_share_up_pct == 100.0


def test_occurrences_inside_the_horizon_of_another_are_left_out() -> None:
    condition = np.array([False, True, False, True, False, True, False, False, False, False])
    assert past_meaning(np.arange(1.0, 11.0), condition, horizon_bars=3).n == 2


def test_the_first_bar_is_no_occurrence() -> None:
    assert past_meaning(np.arange(1.0, 6.0), np.array([True, False, False, False, False]), horizon_bars=1).n == 0


def test_no_bars_and_short_series_have_no_past() -> None:
    for n_bars in (0, 1, 3):
        found = past_meaning(np.arange(1.0, n_bars + 1.0), np.ones(n_bars, dtype=bool), horizon_bars=5)
        assert (found.n, found.median_pct, found.usual_median_pct) == (0, None, None)


@given(st.integers(0, 1000), st.integers(1, 8), st.integers(20, 60))
def test_later_bars_never_change_an_outcome_already_counted(seed: int, horizon_bars: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    close = np.exp(np.cumsum(rng.normal(0, 0.02, 80)))
    condition = rng.random(80) > 0.6
    before = past_meaning(close[:cut], condition[:cut], horizon_bars=horizon_bars)
    close[cut:] *= 50
    again = past_meaning(close[:cut], condition[:cut], horizon_bars=horizon_bars)
    assert before == again
    assert past_meaning(close, condition, horizon_bars=horizon_bars).n >= before.n


@pytest.mark.parametrize("close", [np.array([1.0, np.nan, 2.0]), np.array([1.0, -1.0, 2.0]), np.array([1.0])])
def test_prices_that_cannot_be_used_are_refused(close: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    with pytest.raises(BadParameter):
        past_meaning(close, np.zeros(3, dtype=bool), horizon_bars=1)
