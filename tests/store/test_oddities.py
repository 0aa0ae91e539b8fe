"""What is odd about bars: found, worded, and never changed."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.candles import Candles
from mobius.core.instants import from_ms
from mobius.store.chunks import chunk_number, cut, decode, encode, join
from mobius.store.gaps import find_gaps
from mobius.store.oddities import find_oddities

HOUR_MS = 3_600_000
START_MS = 1_704_067_200_000  # 2024-01-01


def candles(ts_ms: list[int], close: list[float] | None = None, volume: list[float] | None = None) -> Candles:
    closes = np.array(close if close is not None else [100.0] * len(ts_ms))
    return Candles(
        interval_s=3600, ts_ms=np.array(ts_ms, dtype=np.int64), open=closes, high=closes, low=closes, close=closes,
        volume=np.array(volume if volume is not None else [1.0] * len(ts_ms)),
    )  # fmt: skip


def hours(*places: float) -> list[int]:
    return [START_MS + int(place * HOUR_MS) for place in places]


series = st.lists(st.integers(-3_000, 9_000), unique=True, max_size=60).map(
    lambda places: candles(hours(*sorted(places)))
)


def test_plain_bars_are_not_odd() -> None:
    assert find_oddities(candles(hours(*range(50)))) == ()
    assert find_oddities(candles([])) == ()


def test_gaps_are_counted_and_the_largest_named() -> None:
    (oddity,) = find_oddities(candles(hours(0, 1, 3, 4, 9)))
    assert (oddity.kind, oddity.n) == ("gap", 2)
    assert oddity.at == datetime(2024, 1, 1, 5, tzinfo=UTC)
    assert "5 bars missing in all" in oddity.message
    assert "4 bars from 2024-01-01 05:00" in oddity.message


def test_gaps_are_listed() -> None:
    first, second = find_gaps(candles(hours(0, 1, 3, 4, 9)))
    assert (first.start.hour, first.end.hour, first.n_missing) == (2, 3, 1)
    assert (second.start.hour, second.end.hour, second.n_missing) == (5, 9, 4)


def test_bars_off_the_grid_are_found_and_are_no_gap() -> None:
    off = [3 + 28.25 / 60, 4 + 28.25 / 60]
    (oddity,) = find_oddities(candles(hours(0, 1, 2, *off, 5, 6)))
    assert (oddity.kind, oddity.n) == ("off_grid", 2)
    assert "2024-01-01 03:28:15" in oddity.message


def test_a_series_off_the_grid_throughout_is_said_once() -> None:
    (oddity,) = find_oddities(candles(hours(0.5, 1.5, 2.5)))
    assert (oddity.kind, oddity.n) == ("off_grid", 3)
    assert "30m past" in oddity.message


def test_a_jump_is_found_with_the_hole_it_crosses() -> None:
    found = {
        oddity.kind: oddity for oddity in find_oddities(candles(hours(0, 1, 438), close=[0.00006, 0.00005, 8.5558]))
    }
    assert "from 5e-05 to 8.5558 across a hole of 436 bars" in found["jump"].message
    assert find_oddities(candles(hours(0, 1), close=[10.0, 95.0])) == ()


def test_bars_without_volume_are_counted_and_the_longest_stretch_named() -> None:
    (oddity,) = find_oddities(candles(hours(*range(6)), volume=[0, 1, 0, 0, 1, 0]))
    assert (oddity.kind, oddity.n) == ("zero_volume", 4)
    assert "longest stretch is 2 bars from 2024-01-01 02:00" in oddity.message


def test_unknown_volume_is_not_no_volume() -> None:
    assert find_oddities(candles(hours(0, 1), volume=[float("nan")] * 2)) == ()


@given(series)
def test_gaps_and_bars_together_fill_the_span(bars: Candles) -> None:
    missing = sum(gap.n_missing for gap in find_gaps(bars))
    if len(bars):
        assert len(bars) + missing == (int(bars.ts_ms[-1]) - int(bars.ts_ms[0])) // HOUR_MS + 1


@given(series)
def test_chunks_together_are_the_series(bars: Candles) -> None:
    parts = list(cut(bars))
    assert [number for number, _ in parts] == sorted({chunk_number(int(ts), 3600) for ts in bars.ts_ms})
    again = join([decode(encode(part), n_bars=len(part)) for _, part in parts], 3600)
    assert again.ts_ms.tolist() == bars.ts_ms.tolist()
    assert again.close.tolist() == bars.close.tolist()
    assert not again.close.flags.writeable


def test_a_chunk_of_minutes_is_a_day() -> None:
    day_ms = 86_400_000
    assert chunk_number(5 * day_ms, 60) == 5
    assert chunk_number(6 * day_ms - 1, 60) == 5
    assert from_ms(5 * day_ms).hour == 0
