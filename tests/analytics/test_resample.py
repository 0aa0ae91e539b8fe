"""Coarser bars: complete buckets of the UTC grid, nothing invented."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.analytics.resample import resample
from mobius.core.candles import Candles
from mobius.core.errors import BadParameter

HOUR_MS = 3_600_000


def hourly(slots: list[int], *, shift_ms: int = 0) -> Candles:
    """Hourly bars in the given hours since the epoch."""
    n_bars = len(slots)
    close = np.arange(100.0, 100.0 + n_bars)
    return Candles(
        interval_s=3600, ts_ms=np.array(slots, dtype=np.int64) * HOUR_MS + shift_ms, open=close - 0.5, high=close + 1,
        low=close - 1, close=close, volume=np.ones(n_bars),
    )  # fmt: skip


def test_a_day_is_first_highest_lowest_last_and_sum() -> None:
    fine = hourly(list(range(48)))
    days = resample(fine, 86_400)
    assert days.ts_ms.tolist() == [0, 24 * HOUR_MS] and days.interval_s == 86_400
    assert (days.open[0], days.high[0], days.low[0], days.close[0]) == (99.5, 124.0, 99.0, 123.0)
    assert days.volume.tolist() == [24.0, 24.0]


def test_a_day_with_a_missing_hour_is_left_out() -> None:
    days = resample(hourly([*range(24), *range(25, 72)]), 86_400)
    assert days.ts_ms.tolist() == [0, 48 * HOUR_MS]


def test_unfinished_days_at_either_end_are_left_out() -> None:
    assert resample(hourly(list(range(5, 60))), 86_400).ts_ms.tolist() == [24 * HOUR_MS]


def test_bars_off_the_grid_do_not_fill_a_bucket() -> None:
    assert len(resample(hourly(list(range(24)), shift_ms=28 * 60_000), 86_400)) == 0


def test_unknown_volume_makes_the_sum_unknown() -> None:
    fine = hourly(list(range(24)))
    fine.volume[3] = np.nan
    assert np.isnan(resample(fine, 86_400).volume[0])


def test_the_same_interval_is_the_same_series() -> None:
    fine = hourly([1, 2, 5])
    assert resample(fine, 3600) is fine


@pytest.mark.parametrize("interval_s", [0, 60, 5400])
def test_an_interval_that_does_not_fit_is_refused(interval_s: int) -> None:
    with pytest.raises(BadParameter):
        resample(hourly([1, 2]), interval_s)


@given(st.sets(st.integers(0, 200), max_size=150), st.sampled_from([2, 4, 24]))
def test_every_coarse_bar_holds_exactly_its_fine_bars(slots: set[int], each: int) -> None:
    fine = hourly(sorted(slots))
    coarse = resample(fine, 3600 * each)
    expected = [start for start in range(0, 201, each) if all(start + i in slots for i in range(each))]
    assert coarse.ts_ms.tolist() == [start * HOUR_MS for start in expected]
    for i, start in enumerate(expected):
        inside = (fine.ts_ms >= start * HOUR_MS) & (fine.ts_ms < (start + each) * HOUR_MS)
        assert coarse.high[i] == fine.high[inside].max() and coarse.low[i] == fine.low[inside].min()
        assert coarse.close[i] == fine.close[inside][-1] and coarse.volume[i] == each
