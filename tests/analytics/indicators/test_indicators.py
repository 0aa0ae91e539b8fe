"""Every indicator: warm-up, ranges, invariances, flat and short series, refused input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.analytics.indicators.adx import adx
from mobius.analytics.indicators.atr import atr
from mobius.analytics.indicators.averages import ema, sma
from mobius.analytics.indicators.bollinger import EXACT_BARS, bollinger
from mobius.analytics.indicators.ichimoku import cloud, ichimoku
from mobius.analytics.indicators.macd import macd
from mobius.analytics.indicators.obv import obv, obv_net_share
from mobius.analytics.indicators.rsi import rsi
from mobius.analytics.indicators.stochastic import stochastic
from mobius.analytics.indicators.vwap import vwap_anchored, vwap_rolling, vwap_session
from mobius.core.candles import FloatArray, IntArray
from mobius.core.errors import BadParameter

Columns = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
HOUR_MS = 3_600_000


def walk(n_bars: int, seed: int = 1, start: float = 100.0) -> Columns:
    """High, low, close and volume of a random walk."""
    rng = np.random.default_rng(seed)
    close = start * np.exp(np.cumsum(rng.normal(0, 0.02, n_bars)))
    high = close * (1 + rng.uniform(0, 0.02, n_bars))
    low = close * (1 - rng.uniform(0, 0.02, n_bars))
    return high, low, close, rng.uniform(1, 1000, n_bars)


def hours(n_bars: int) -> IntArray:
    return np.arange(n_bars, dtype=np.int64) * HOUR_MS


ALL: dict[str, Callable[[Columns], tuple[FloatArray, ...]]] = {
    "sma": lambda c: (sma(c[2], 5),),
    "ema": lambda c: (ema(c[2], 5),),
    "rsi": lambda c: (rsi(c[2]),),
    "macd": lambda c: (macd(c[2]).line, macd(c[2]).signal, macd(c[2]).histogram),
    "bollinger": lambda c: (bollinger(c[2]).mean, bollinger(c[2]).upper, bollinger(c[2]).lower),
    "atr": lambda c: (atr(c[0], c[1], c[2]),),
    "stochastic": lambda c: (stochastic(c[0], c[1], c[2]).k, stochastic(c[0], c[1], c[2]).d),
    "adx": lambda c: (adx(c[0], c[1], c[2]).adx,),
    "obv": lambda c: (obv(c[2], c[3]), obv_net_share(c[2], c[3])),
    "vwap_anchored": lambda c: (vwap_anchored(*c),),
    "vwap_rolling": lambda c: (vwap_rolling(*c, window_bars=5),),
    "vwap_session": lambda c: (vwap_session(hours(len(c[2])), *c),),
    "ichimoku": lambda c: (ichimoku(c[0], c[1], c[2]).conversion, *cloud(ichimoku(c[0], c[1], c[2]))),
}
WARM_UP = {
    "sma": (4,), "ema": (4,), "rsi": (14,), "macd": (33, 33, 33), "bollinger": (19, 19, 19), "atr": (14,),
    "stochastic": (17, 17), "adx": (27,), "obv": (0, 20), "vwap_anchored": (0,), "vwap_rolling": (4,),
    "vwap_session": (0,), "ichimoku": (8, 77, 77),
}  # fmt: skip
INDICATORS = pytest.mark.parametrize("name", ALL)


@INDICATORS
def test_warm_up_is_nan_and_nothing_after_it_is(name: str) -> None:
    for column, n_blank in zip(ALL[name](walk(200)), WARM_UP[name], strict=True):
        assert len(column) == 200
        assert np.isnan(column[:n_blank]).all()
        assert not np.isnan(column[n_blank:]).any()


@INDICATORS
@pytest.mark.parametrize("n_bars", [0, 1, 2, 13])
def test_short_series_give_as_many_values_and_no_error(name: str, n_bars: int) -> None:
    assert {len(column) for column in ALL[name](walk(n_bars))} == {n_bars}


@INDICATORS
def test_a_value_depends_on_no_later_bar(name: str) -> None:
    whole, part = walk(150), tuple(column[:110] for column in walk(150))
    for long, short in zip(ALL[name](whole), ALL[name](part), strict=True):  # type: ignore[arg-type]
        np.testing.assert_allclose(long[:110], short, rtol=1e-9)


@INDICATORS
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_price_that_is_no_number_is_refused(name: str, bad: float) -> None:
    high, low, close, volume = walk(100)
    close[50] = bad
    with pytest.raises(BadParameter):
        ALL[name]((high, low, close, volume))


@INDICATORS
@given(factor=st.sampled_from([1e-9, 1e-5, 0.01, 7.0, 1e6]))
def test_prices_scaled_scale_what_is_a_price_and_nothing_else(name: str, factor: float) -> None:
    high, low, close, volume = walk(120)
    plain = ALL[name]((high, low, close, volume))
    scaled = ALL[name]((high * factor, low * factor, close * factor, volume))
    keeps = name in {"rsi", "stochastic", "adx", "obv"}
    for before, after in zip(plain, scaled, strict=True):
        np.testing.assert_allclose(after, before if keeps else before * factor, rtol=1e-7, atol=1e-12 * factor)


@given(seed=st.integers(0, 10_000), n_bars=st.integers(40, 150))
def test_oscillators_stay_within_their_range_and_bands_in_order(seed: int, n_bars: int) -> None:
    high, low, close, volume = walk(n_bars, seed)
    for column in (rsi(close), *ALL["stochastic"]((high, low, close, volume)), adx(high, low, close).adx):
        known = column[~np.isnan(column)]
        assert ((known >= -1e-9) & (known <= 100 + 1e-9)).all()
    bands = bollinger(close)
    assert (bands.lower[19:] <= bands.mean[19:]).all() and (bands.mean[19:] <= bands.upper[19:]).all()
    assert (atr(high, low, close)[14:] >= 0).all()
    shares = obv_net_share(close, volume)[20:]
    assert (np.abs(shares) <= 1 + 1e-12).all()
    rolling = vwap_rolling(high, low, close, volume)[19:]
    assert (rolling <= high.max()).all() and (rolling >= low.min()).all()


def test_a_series_that_never_moved_has_no_rsi_stochastic_or_adx() -> None:
    flat = np.full(80, 5.0)
    for column in (rsi(flat), stochastic(flat, flat, flat).k, adx(flat, flat, flat).adx, bollinger(flat).z_score(flat)):
        assert np.isnan(column).all()
    assert (bollinger(flat).upper[19:] == 5.0).all()
    assert (atr(flat, flat, flat)[14:] == 0.0).all()
    assert (obv(flat, flat) == 0.0).all()


def test_rsi_of_a_steady_fall_is_0_and_of_a_rise_100() -> None:
    assert rsi(np.linspace(100, 50, 40))[-1] == 0.0
    assert rsi(np.linspace(50, 100, 40))[-1] == 100.0


def test_stochastic_recovers_once_a_flat_window_is_over() -> None:
    high, low, close, _ = walk(80)
    high[20:40] = low[20:40] = close[20:40] = 100.0
    lines = stochastic(high, low, close)
    assert np.isnan(lines.k[33:40]).all()
    assert not np.isnan(lines.k[45:]).any()


def test_bands_of_a_coin_of_many_zeros_have_a_width() -> None:
    bands = bollinger(walk(EXACT_BARS + 50, start=1e-6)[2])
    assert (bands.upper[19:] > bands.lower[19:]).all()


def test_running_bands_of_a_long_series_agree_with_exact_ones() -> None:
    close = walk(EXACT_BARS + 500)[2]
    long, short = bollinger(close), bollinger(close[-400:])
    np.testing.assert_allclose(long.upper[-100:], short.upper[-100:], rtol=1e-8)


def test_bands_stay_exact_after_a_fall_of_a_millionfold() -> None:
    close = np.concatenate([np.linspace(80, 85, 60), 1e-4 * (1 + 0.3 * np.sin(np.arange(60)))])
    np.testing.assert_allclose(bollinger(close).upper[-30:], bollinger(close[-60:]).upper[-30:], rtol=1e-12)


def test_unknown_volume_leaves_the_balance_unknown_from_there_on() -> None:
    high, low, close, volume = walk(60)
    volume[30] = np.nan
    balance = obv(close, volume)
    assert not np.isnan(balance[:30]).any() and np.isnan(balance[30:]).all()
    assert np.isnan(obv_net_share(close, volume, 10)[30:40]).all()
    assert not np.isnan(obv_net_share(close, volume, 10)[41:]).any()
    assert np.isnan(vwap_anchored(high, low, close, volume)[30:]).all()
    assert np.isnan(vwap_rolling(high, low, close, volume, window_bars=5)[30:35]).all()


def test_no_volume_at_all_gives_no_average_price() -> None:
    high, low, close, _ = walk(30)
    for column in (vwap_anchored(high, low, close, np.zeros(30)), vwap_rolling(high, low, close, np.full(30, np.nan))):
        assert np.isnan(column).all()


def test_a_session_begins_at_midnight_utc() -> None:
    high, low, close, volume = walk(50)
    values = vwap_session(hours(50), high, low, close, volume)
    for start in (0, 24, 48):
        assert values[start] == pytest.approx((high[start] + low[start] + close[start]) / 3)
    np.testing.assert_allclose(values[24:48], vwap_anchored(high[24:48], low[24:48], close[24:48], volume[24:48]))


def test_the_cloud_of_today_was_known_a_base_window_ago() -> None:
    high, low, close, _ = walk(160)
    lines = ichimoku(high, low, close)
    later = ichimoku(np.append(high[:-26], high[-26:] * 9), low, close)
    np.testing.assert_array_equal(lines.span_b, later.span_b)
    np.testing.assert_array_equal(lines.lagging[:-26], close[26:])


@pytest.mark.parametrize(
    "call",
    [
        lambda c: sma(c, 0),
        lambda c: ema(c, -3),
        lambda c: rsi(c, 1),
        lambda c: bollinger(c, 1),
        lambda c: bollinger(c, 20, width=0.0),
        lambda c: macd(c, fast_bars=26, slow_bars=12),
        lambda c: vwap_rolling(c, c, c, c, window_bars=0),
        lambda c: atr(c, c[:-1], c),
        lambda c: rsi(c.reshape(2, -1)),
    ],
)
def test_parameters_that_make_no_sense_are_refused(call: Callable[[FloatArray], object]) -> None:
    with pytest.raises(BadParameter):
        call(walk(60)[2])


def test_inputs_are_left_as_they_were() -> None:
    columns = walk(120, start=1e-6)
    before = [column.copy() for column in columns]
    for compute in ALL.values():
        compute(columns)
    for column, kept in zip(columns, before, strict=True):
        np.testing.assert_array_equal(column, kept)
