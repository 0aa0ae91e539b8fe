"""What indicators say of a series' last bar. Here: the result types and their names. Not here: computing them (technical)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mobius.analytics.levels import Level
    from mobius.analytics.past_meaning import PastMeaning

Indicator = Literal[
    "rsi", "macd", "bollinger", "sma", "ema", "atr", "stochastic", "adx", "obv", "vwap", "ichimoku"
]  # fmt: skip
State = Literal[
    "overbought", "oversold", "neutral",  # rsi, stochastic
    "above_band", "below_band", "upper_half", "lower_half",  # bollinger
    "rising", "falling", "turned_up", "turned_down",  # macd
    "above", "below", "mixed", "above_short", "below_short",  # sma, ema, vwap, ichimoku
    "quiet", "usual", "wild",  # atr
    "trend_up", "trend_down", "weak_trend", "no_trend",  # adx
    "buying", "selling", "balanced",  # obv
    "unknown",
]  # fmt: skip
Event = Literal[
    "rsi_above_70", "rsi_below_30", "close_above_band", "close_below_band", "macd_turned_up", "macd_turned_down",
    "stochastic_above_80", "stochastic_below_20", "close_above_sma_50", "close_below_sma_50",
]  # fmt: skip
Mood = Literal["stretched_up", "stretched_down", "rising", "falling", "calm", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of an indicator. `unit` is `quote`, `base`, `index`, `pct` or `ratio`; `value` None while not warm."""

    key: str
    value: float | None
    unit: Literal["quote", "base", "index", "pct", "ratio"]
    how: str
    needs_bars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One indicator at the last bar; the first figure is the one to show. `event` is the condition `past` is about."""

    indicator: Indicator
    figures: tuple[Figure, ...]
    state: State
    event: Event | None = None
    past: PastMeaning | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Technicals:
    """Everything read from one series. `bands` are mean, upper and lower for each bar, None while not warm."""

    readings: tuple[Reading, ...]
    mood: Mood
    levels: tuple[Level, ...]
    bands: tuple[tuple[float | None, ...], tuple[float | None, ...], tuple[float | None, ...]]
