"""Readings of the last bar: states, reasons for silence, point-in-time."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from mobius.analytics.readings import Indicator, Technicals
from mobius.analytics.technical import READERS, read
from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter

EVERY: tuple[Indicator, ...] = get_args(Indicator)


def reading_of(
    close: FloatArray, indicators: tuple[Indicator, ...] = EVERY, volume: FloatArray | None = None
) -> Technicals:
    ts_ms = np.arange(len(close), dtype=np.int64) * 86_400_000
    volumes = np.full(len(close), 10.0) if volume is None else volume
    return read(ts_ms, close * 1.002, close * 0.998, close, volumes, indicators, 86_400, 7)


def walk(n_bars: int, drift: float = 0.0, seed: int = 5) -> FloatArray:
    return 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(drift, 0.02, n_bars)))


def states(found: Technicals) -> dict[str, str]:
    return {reading.indicator: reading.state for reading in found.readings}


def test_there_is_a_reader_for_every_indicator() -> None:
    assert set(READERS) == set(EVERY)


def test_a_strong_rise_reads_as_one() -> None:
    found = reading_of(np.linspace(50, 150, 300))
    assert found.mood == "stretched_up"
    said = states(found)
    assert said["rsi"] == said["stochastic"] == "overbought"
    assert said["sma"] == said["ema"] == said["ichimoku"] == said["vwap"] == "above"
    assert said["adx"] == "trend_up" and said["obv"] == "buying"


def test_a_strong_fall_reads_as_one() -> None:
    found = reading_of(np.linspace(150, 50, 300))
    assert found.mood == "stretched_down"
    said = states(found)
    assert said["rsi"] == said["stochastic"] == "oversold"
    assert said["sma"] == said["ema"] == said["ichimoku"] == "below" and said["adx"] == "trend_down"


def test_too_few_bars_leave_values_unknown_and_say_how_many_are_needed() -> None:
    found = reading_of(walk(10))
    assert found.mood == "unclear"
    for reading in found.readings:
        unknown = [figure for figure in reading.figures if figure.value is None]
        assert all(figure.needs_bars > 10 for figure in unknown)
    assert states(found)["rsi"] == "unknown"


def test_no_bars_are_read_as_nothing_known() -> None:
    found = reading_of(np.empty(0))
    assert found.levels == () and set(states(found).values()) == {"unknown"}


def test_the_mean_of_200_bars_is_not_claimed_before_it_is_known() -> None:
    said = states(reading_of(np.linspace(50, 150, 100), ("sma",)))
    assert said["sma"] == "above_short"


def test_without_volume_only_the_indicators_of_volume_are_silent() -> None:
    said = states(reading_of(walk(300), volume=np.full(300, np.nan)))
    assert said["obv"] == said["vwap"] == "unknown"
    assert "unknown" not in {said[name] for name in EVERY if name not in ("obv", "vwap")}


def test_a_series_that_never_moved_says_nothing() -> None:
    found = reading_of(np.full(300, 5.0))
    assert found.mood == "unclear" and states(found)["rsi"] == "unknown"


def test_bars_after_the_last_one_given_change_nothing() -> None:
    close = walk(400)
    assert reading_of(close[:300]) == reading_of(np.append(close[:300], [])) != reading_of(close)


def test_a_warm_up_is_no_occurrence() -> None:
    """RSI is above 70 from the first bar it is known: it never rose above 70."""
    found = reading_of(np.linspace(50, 150, 100), ("rsi",)).readings[0].past
    assert found is not None and found.n == 0


def test_an_indicator_nobody_knows_is_refused() -> None:
    with pytest.raises(BadParameter):
        reading_of(walk(50), ("moon_phase",))  # type: ignore[arg-type]
