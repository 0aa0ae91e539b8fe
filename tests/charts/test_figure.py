"""From candles to series: thinning, rebasing, digests."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.charts.figure import candle_series, column_fact, digest, line_series, rebased_series, thinned
from mobius.core.candles import Candles
from mobius.core.errors import BadParameter
from mobius.core.facts import Fact, column_digest

HOUR_MS = 3_600_000


def hourly(slots: list[int]) -> Candles:
    close = np.linspace(100.0, 200.0, len(slots))
    return Candles(
        interval_s=3600, ts_ms=np.array(slots, dtype=np.int64) * HOUR_MS, open=close - 0.5, high=close + 1, low=close - 1,
        close=close, volume=np.ones(len(slots)),
    )  # fmt: skip


@given(st.sets(st.integers(0, 5000), min_size=1, max_size=300), st.integers(1, 60))
def test_thinning_keeps_the_extremes_the_ends_and_the_volume(slots: set[int], max_bars: int) -> None:
    bars = hourly(sorted(slots))
    few, each = thinned(bars, max_bars=max_bars)
    assert 1 <= len(few) <= max_bars and (each == 1) == (len(bars) <= max_bars)
    assert few.high.max() == bars.high.max() and few.low.min() == bars.low.min()
    assert few.open[0] == bars.open[0] and few.close[-1] == bars.close[-1]
    assert few.volume.sum() == len(bars)
    if each > 1:
        assert (few.ts_ms % (3600 * 1000 * each) == 0).all()


def test_no_bars_stay_no_bars() -> None:
    few, each = thinned(hourly([]))
    assert len(few) == 0 and each == 1 and candle_series("ETH", "USD", few).ts == ()


def test_an_unknown_volume_is_none_in_the_series() -> None:
    bars = hourly([1, 2])
    bars.volume[0] = np.nan
    assert candle_series("ETH", "USD", bars).columns["volume"] == (None, 1.0)


def test_rebased_lines_start_at_100() -> None:
    series = rebased_series("ETH", hourly(list(range(10))), base=100.0)
    assert series.columns["close"][0] == 100.0 and series.columns["close"][-1] == 200.0 and series.unit == "index"
    with pytest.raises(BadParameter):
        rebased_series("ETH", hourly([1]), base=0.0)


def test_a_column_fact_names_its_parents_and_the_digest_of_what_is_drawn() -> None:
    parent = Fact(id="eth.bars_1h", value=2, unit="count", source="test", path="test:x#y")
    series = line_series("ETH", "USD", [0, 1], {"close": (1.0, None)})
    fact = column_fact("eth.chart", series, (parent,), "closes")
    assert (fact.value, fact.n, fact.derived_from) == (2, 2, ("eth.bars_1h",))
    assert fact.sha256 == digest(series) == column_digest({"ts": (0, 1), "close": (1.0, None)})
    assert digest(line_series("ETH", "USD", [0, 1], {"close": (1.0, 2.0)})) != fact.sha256
