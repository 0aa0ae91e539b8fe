"""Reads a series' last bar by its indicators. Here: thresholds, states, events. Not here: formulas (indicators), words.

The thresholds are those of the indicators' authors (70/30, 80/20, two deviations, 25 for a trend), not fitted to anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mobius.analytics.columns import checked, last_value
from mobius.analytics.indicators.adx import adx
from mobius.analytics.indicators.atr import atr
from mobius.analytics.indicators.averages import ema, sma
from mobius.analytics.indicators.bollinger import bollinger
from mobius.analytics.indicators.ichimoku import cloud, ichimoku
from mobius.analytics.indicators.macd import macd
from mobius.analytics.indicators.obv import obv, obv_net_share
from mobius.analytics.indicators.rsi import rsi
from mobius.analytics.indicators.stochastic import stochastic
from mobius.analytics.indicators.vwap import vwap_rolling, vwap_session
from mobius.analytics.levels import levels
from mobius.analytics.past_meaning import PastMeaning, past_meaning
from mobius.analytics.readings import Event, Figure, Indicator, Mood, Reading, State, Technicals
from mobius.core.candles import FloatArray, IntArray
from mobius.core.errors import BadParameter

DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """The columns a reading starts from; see core.candles.Candles."""

    ts_ms: IntArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    interval_s: int


Found = tuple[tuple[Figure, ...], State, Event | None, FloatArray | None]
"""Figures, state, and the event worth looking up in the past, with a column that is above 0 where it holds, NaN where that
is not known yet."""


def read(
    ts_ms: IntArray, high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray,
    indicators: tuple[Indicator, ...], interval_s: int, horizon_bars: int,
) -> Technicals:  # fmt: skip
    """Read `indicators` at the last of the bars given; past meaning is looked up over `horizon_bars`.

    Raises BadParameter for an indicator that is not known, NaN prices, or prices not above 0.
    """
    bars = Bars(ts_ms=ts_ms, high=high, low=low, close=checked("close", close), volume=volume, interval_s=interval_s)
    readings = tuple(_reading(name, bars, horizon_bars) for name in indicators)
    bands = bollinger(bars.close)
    return Technicals(
        readings=readings, mood=_mood(bars), levels=levels(high, low, close),
        bands=(_listed(bands.mean), _listed(bands.upper), _listed(bands.lower)),
    )  # fmt: skip


def _reading(name: Indicator, bars: Bars, horizon_bars: int) -> Reading:
    reader = READERS.get(name)
    if reader is None:
        raise BadParameter(f"I don't know the indicator {name!r}.", hint=f"Known: {', '.join(READERS)}.")
    figures, state, event, signal = reader(bars)
    past = None if signal is None else _past(bars.close, signal, horizon_bars)
    said: State = state if figures[0].value is not None else "unknown"
    return Reading(indicator=name, figures=figures, state=said, event=event, past=past)


def _past(close: FloatArray, signal: FloatArray, horizon_bars: int) -> PastMeaning:
    """Look the event up where the signal is known: the bars before would count a warm-up as an occurrence."""
    known = np.flatnonzero(~np.isnan(signal))
    first = int(known[0]) if len(known) else len(signal)
    return past_meaning(close[first:], signal[first:] > 0, horizon_bars=horizon_bars)


def _mood(bars: Bars) -> Mood:
    """One word for the whole: stretched by RSI or bands, else the trend by ADX, else calm."""
    strength = last_value(rsi(bars.close))
    away = last_value(bollinger(bars.close).z_score(bars.close))
    if strength is None or away is None:
        return "unclear"
    if strength >= 70 or away >= 2:
        return "stretched_up"
    if strength <= 30 or away <= -2:
        return "stretched_down"
    lines = adx(bars.high, bars.low, bars.close)
    trend, up, down = last_value(lines.adx), last_value(lines.plus_di), last_value(lines.minus_di)
    if trend is None or up is None or down is None or trend < 25:
        return "calm"
    return "rising" if up > down else "falling"


def _rsi(bars: Bars) -> Found:
    values = rsi(bars.close)
    now = last_value(values)
    figure = Figure(key="rsi_14", value=now, unit="index", how="RSI over 14 bars (Wilder)", needs_bars=15)
    state: State = "neutral" if now is None or 30 < now < 70 else "overbought" if now >= 70 else "oversold"
    if now is None or now >= 50:
        return (figure,), state, "rsi_above_70", values - 70
    return (figure,), state, "rsi_below_30", 30 - values


def _stochastic(bars: Bars) -> Found:
    lines = stochastic(bars.high, bars.low, bars.close)
    now = last_value(lines.k)
    figures = (
        Figure(key="stochastic_k", value=now, unit="index", how="slow %K over 14 bars, smoothed over 3", needs_bars=18),
        Figure(
            key="stochastic_d", value=last_value(lines.d), unit="index", how="mean of %K over 3 bars", needs_bars=18
        ),
    )
    state: State = "neutral" if now is None or 20 < now < 80 else "overbought" if now >= 80 else "oversold"
    if now is None or now >= 50:
        return figures, state, "stochastic_above_80", lines.k - 80
    return figures, state, "stochastic_below_20", 20 - lines.k


def _bollinger(bars: Bars) -> Found:
    bands = bollinger(bars.close)
    scores = bands.z_score(bars.close)
    now = last_value(scores)
    figures = (
        Figure(key="bollinger_z", value=now, unit="ratio", how="deviations from the mean of 20 bars", needs_bars=20),
        Figure(key="bollinger_mean", value=last_value(bands.mean), unit="quote", how="mean of 20 closes", needs_bars=20),
        Figure(key="bollinger_upper", value=last_value(bands.upper), unit="quote",
               how="mean of 20 closes plus 2 deviations", needs_bars=20),
        Figure(key="bollinger_lower", value=last_value(bands.lower), unit="quote",
               how="mean of 20 closes minus 2 deviations", needs_bars=20),
    )  # fmt: skip
    if now is None or now >= 0:
        above: State = "above_band" if now is not None and now >= 2 else "upper_half"
        return figures, above, "close_above_band", scores - 2
    return figures, "below_band" if now <= -2 else "lower_half", "close_below_band", -2 - scores


def _macd(bars: Bars) -> Found:
    lines = macd(bars.close)
    now = last_value(lines.histogram)
    figures = (
        Figure(key="macd_histogram", value=now, unit="quote", how="MACD (12, 26) minus its signal (9)", needs_bars=34),
        Figure(key="macd_line", value=last_value(lines.line), unit="quote", how="EMA 12 minus EMA 26", needs_bars=34),
        Figure(key="macd_signal", value=last_value(lines.signal), unit="quote", how="EMA 9 of the line", needs_bars=34),
    )
    before = last_value(lines.histogram[:-1])
    fresh = now is not None and before is not None and (now > 0) != (before > 0)
    if now is None or now > 0:
        return figures, "turned_up" if fresh else "rising", "macd_turned_up", lines.histogram
    return figures, "turned_down" if fresh else "falling", "macd_turned_down", -lines.histogram


def _sma(bars: Bars) -> Found:
    figures = tuple(
        Figure(
            key=f"sma_{n}", value=last_value(sma(bars.close, n)), unit="quote", how=f"mean of {n} closes", needs_bars=n
        )
        for n in (50, 200, 20)
    )
    middle = sma(bars.close, 50)
    state = _side(bars.close, figures[:2])
    if figures[1].value is None and state in ("above", "below"):
        state = "above_short" if state == "above" else "below_short"
    if state in ("below", "below_short"):
        return figures, state, "close_below_sma_50", middle - bars.close
    return figures, state, "close_above_sma_50", bars.close - middle


def _ema(bars: Bars) -> Found:
    figures = tuple(
        Figure(
            key=f"ema_{n}", value=last_value(ema(bars.close, n)), unit="quote", how=f"EMA of {n} closes", needs_bars=n
        )
        for n in (20, 50)
    )
    return figures, _side(bars.close, figures), None, None


def _side(close: FloatArray, figures: tuple[Figure, ...]) -> State:
    """Where the last close stands to those of the averages that are warm."""
    known = [figure.value for figure in figures if figure.value is not None]
    now = last_value(close)
    if now is None or not known:
        return "unknown"
    return "above" if now > max(known) else "below" if now < min(known) else "mixed"


def _atr(bars: Bars) -> Found:
    ranges = atr(bars.high, bars.low, bars.close)
    share = ranges / bars.close * 100
    now = last_value(share)
    figures = (
        Figure(key="atr_14_pct", value=now, unit="pct", how="average true range over 14 bars / close", needs_bars=15),
        Figure(
            key="atr_14", value=last_value(ranges), unit="quote", how="average true range over 14 bars", needs_bars=15
        ),
    )
    warm = share[~np.isnan(share)]
    rank = float(np.mean(warm <= now)) if now is not None and len(warm) >= 30 else 0.5
    return figures, "wild" if rank >= 0.8 else "quiet" if rank <= 0.2 else "usual", None, None


def _adx(bars: Bars) -> Found:
    lines = adx(bars.high, bars.low, bars.close)
    now, up, down = last_value(lines.adx), last_value(lines.plus_di), last_value(lines.minus_di)
    figures = (
        Figure(key="adx_14", value=now, unit="index", how="average directional index over 14 bars", needs_bars=28),
        Figure(
            key="plus_di_14", value=up, unit="index", how="directional indicator, rises, over 14 bars", needs_bars=15
        ),
        Figure(
            key="minus_di_14", value=down, unit="index", how="directional indicator, falls, over 14 bars", needs_bars=15
        ),
    )
    state: State = "no_trend" if now is None or now < 20 else "weak_trend"
    if now is not None and now >= 25:
        state = "trend_up" if (up or 0.0) > (down or 0.0) else "trend_down"
    return figures, state, None, None


def _obv(bars: Bars) -> Found:
    share = last_value(obv_net_share(bars.close, bars.volume))
    net_pct = None if share is None else share * 100
    figures = (
        Figure(key="obv_20_pct", value=net_pct, unit="pct",
               how="change of on-balance volume over 20 bars / their volume", needs_bars=21),
        Figure(key="obv", value=last_value(obv(bars.close, bars.volume)), unit="base",
               how="on-balance volume since the first bar read", needs_bars=1),
    )  # fmt: skip
    state: State = "balanced" if net_pct is None or abs(net_pct) < 10 else "buying" if net_pct > 0 else "selling"
    return figures, state, None, None


def _vwap(bars: Bars) -> Found:
    if bars.interval_s >= DAY_S:
        values = vwap_rolling(bars.high, bars.low, bars.close, bars.volume)
        figure = Figure(key="vwap_20", value=last_value(values), unit="quote",
                        how="volume-weighted average price of 20 bars", needs_bars=20)  # fmt: skip
    else:
        values = vwap_session(bars.ts_ms, bars.high, bars.low, bars.close, bars.volume)
        figure = Figure(key="vwap_day", value=last_value(values), unit="quote",
                        how="volume-weighted average price since 00:00 UTC", needs_bars=1)  # fmt: skip
    return (figure,), _side(bars.close, (figure,)), None, None


def _ichimoku(bars: Bars) -> Found:
    lines = ichimoku(bars.high, bars.low, bars.close)
    top, bottom = cloud(lines)
    figures = (
        Figure(key="ichimoku_cloud_top", value=last_value(top), unit="quote", how="higher of spans A and B", needs_bars=78),
        Figure(key="ichimoku_cloud_bottom", value=last_value(bottom), unit="quote", how="lower of spans A and B",
               needs_bars=78),
        Figure(key="ichimoku_conversion", value=last_value(lines.conversion), unit="quote", how="midpoint of 9 bars",
               needs_bars=9),
        Figure(key="ichimoku_base", value=last_value(lines.base), unit="quote", how="midpoint of 26 bars", needs_bars=26),
    )  # fmt: skip
    return figures, _side(bars.close, figures[:2]), None, None


def _listed(column: FloatArray) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in column)


READERS: Mapping[Indicator, Callable[[Bars], Found]] = {
    "rsi": _rsi, "macd": _macd, "bollinger": _bollinger, "sma": _sma, "ema": _ema, "atr": _atr,
    "stochastic": _stochastic, "adx": _adx, "obv": _obv, "vwap": _vwap, "ichimoku": _ichimoku,
}  # fmt: skip
