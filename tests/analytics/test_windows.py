"""What a price did over a window."""

from __future__ import annotations

import numpy as np
import pytest

from mobius.analytics.windows import intervals_for, shared_period, summary, window_of
from mobius.core.candles import Candles
from mobius.core.errors import BadParameter

DAY_MS = 86_400_000


def daily(closes: list[float], *, first_day: int = 0, skip: frozenset[int] = frozenset()) -> Candles:
    days = [i for i in range(len(closes)) if i not in skip]
    close = np.array([closes[i] for i in days])
    return Candles(
        interval_s=86_400, ts_ms=(np.array(days, dtype=np.int64) + first_day) * DAY_MS, open=close, high=close * 1.1,
        low=close * 0.9, close=close, volume=np.ones(len(days)),
    )  # fmt: skip


def test_a_change_over_seven_days_starts_at_the_close_seven_days_ago() -> None:
    found = summary(window_of(daily([float(i) for i in range(1, 31)]), 7 * 86_400))
    assert (found.first_close, found.last_close, found.n_bars, found.span_s) == (23.0, 30.0, 7, 7 * 86_400)
    assert found.change_pct == pytest.approx(700 / 23)
    assert found.high == pytest.approx(33.0) and found.high_ts_ms == 29 * DAY_MS
    assert found.low == pytest.approx(24 * 0.9) and found.low_ts_ms == 23 * DAY_MS


def test_a_shorter_history_tells_its_own_span() -> None:
    found = summary(window_of(daily([10.0, 11.0, 12.0]), 90 * 86_400))
    assert found.span_s == 2 * 86_400 and found.first_close == 10.0


def test_a_missing_bar_at_the_start_makes_the_span_longer_not_the_price_wrong() -> None:
    bars = daily([float(i) for i in range(1, 31)], skip=frozenset({22}))
    found = summary(window_of(bars, 7 * 86_400))
    assert found.first_close == 22.0 and found.span_s == 8 * 86_400


def test_one_bar_changes_from_its_open() -> None:
    found = summary(daily([50.0]))
    assert found.change_pct == 0.0 and found.n_bars == 1 and found.high == pytest.approx(55.0)


def test_no_bars_are_refused_and_stay_no_bars() -> None:
    assert len(window_of(daily([]), 86_400)) == 0
    with pytest.raises(BadParameter):
        summary(daily([]))


def test_windows_are_compared_over_the_time_they_share() -> None:
    long, short = shared_period((daily([1.0] * 30), daily([2.0] * 10, first_day=15)))
    assert long.ts_ms.tolist() == short.ts_ms.tolist() and len(long) == 10


@pytest.mark.parametrize(
    ("window_s", "best"),
    [
        (365 * 86_400, 86_400),
        (60 * 86_400, 86_400),
        (30 * 86_400, 14_400),
        (7 * 86_400, 3_600),
        (86_400, 900),
        (3_600, 60),
    ],
)
def test_bars_get_finer_with_the_window_and_coarser_ones_follow(window_s: int, best: int) -> None:
    found = intervals_for(window_s)
    assert found[0] == best and list(found) == sorted(found) and window_s // best <= 370
    assert all(interval_s <= window_s for interval_s in found)
