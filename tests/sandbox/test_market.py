"""The simulated market agrees with itself at every resolution, and knows nothing of what comes later."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.sandbox.bars import Bars
from mobius.sandbox.catalogue import COINS, PEGS, TICKERS
from mobius.sandbox.market import Market, Series
from mobius.sandbox.paths import BEGINS_S, BIRTH_S, columns, draw_paths
from mobius.sandbox.venues import binance_pairs, kraken_pairs
from mobius.sandbox.world import SimulatedWorld, series

SERIES = [pair.series for pair in (*binance_pairs().values(), *kraken_pairs().values())]
LINES = st.sampled_from(SERIES)
SECONDS = st.integers(BEGINS_S + 2 * 86_400, BIRTH_S + 30 * 86_400)


def same(one: Bars, other: Bars) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("open", "high", "low", "close", "lots", "quote", "trades")
    )


@settings(max_examples=40, deadline=None)
@given(line=LINES, second=SECONDS)
def test_a_minute_is_the_sum_of_its_seconds(world: SimulatedWorld, line: Series, second: int) -> None:
    opening = second - second % 60
    prices = world.market.prices_at(line, opening + np.arange(60))
    bar = world.market.bars(line, np.array([opening, opening + 60]), now_s=opening + 60)
    assert (bar.open[0], bar.close[0]) == (prices[0], prices[-1])
    assert (bar.high[0], bar.low[0]) == (prices.max(), prices.min())


@settings(max_examples=40, deadline=None)
@given(line=LINES, second=SECONDS, length=st.sampled_from([300, 900, 3600, 14_400, 86_400]))
def test_a_longer_bar_is_the_sum_of_its_minutes(world: SimulatedWorld, line: Series, second: int, length: int) -> None:
    opening = second - second % length
    end = opening + length
    whole = world.market.bars(line, np.array([opening, end]), now_s=end)
    minutes = world.market.bars(line, np.arange(opening, end + 1, 60), now_s=end)
    assert same(whole, minutes.whole())


@settings(max_examples=40, deadline=None)
@given(line=LINES, first=SECONDS, length=st.integers(0, 90_000), cut=st.floats(0.0, 1.0))
def test_a_span_is_the_sum_of_its_two_parts(
    world: SimulatedWorld, line: Series, first: int, length: int, cut: float
) -> None:
    last = first + length + 1
    middle = first + int(cut * length)
    one, other = world.market.window(line, first, middle), world.market.window(line, middle + 1, last)
    whole = world.market.window(line, first, last)
    assert whole.high[0] == max(one.high[0], other.high[0])
    assert whole.low[0] == min(one.low[0], other.low[0])
    assert (whole.open[0], whole.close[0]) == (one.open[0], other.close[0])
    for name in ("lots", "quote", "trades"):
        assert getattr(whole, name)[0] == getattr(one, name)[0] + getattr(other, name)[0]


@settings(max_examples=40, deadline=None)
@given(line=LINES, now=SECONDS, length=st.sampled_from([60, 900, 3600, 86_400]))
def test_the_open_bar_holds_what_has_happened_and_nothing_more(
    world: SimulatedWorld, line: Series, now: int, length: int
) -> None:
    opening = now - now % length
    bar = world.market.bars(line, np.array([opening, opening + length]), now_s=now)
    assert same(bar, world.market.window(line, opening, now))
    assert bar.close[0] == world.market.price(line, now)


@settings(max_examples=30, deadline=None)
@given(line=LINES, seconds=st.lists(SECONDS, min_size=1, max_size=30))
def test_a_price_does_not_depend_on_what_else_is_asked(world: SimulatedWorld, line: Series, seconds: list[int]) -> None:
    together = world.market.prices_at(line, np.array(seconds))
    assert together.tolist() == [world.market.price(line, second) for second in seconds]


@settings(max_examples=40, deadline=None)
@given(line=LINES, minute=st.integers(3000, (BIRTH_S - BEGINS_S) // 60))
def test_a_minute_opens_where_the_last_one_closed(world: SimulatedWorld, line: Series, minute: int) -> None:
    bars = world.market.minutes(line, minute - 70, minute)
    assert np.array_equal(bars.open[1:], bars.close[:-1])
    assert np.all(bars.low <= np.minimum(bars.open, bars.close))
    assert np.all(bars.high >= np.maximum(bars.open, bars.close))
    assert np.all(bars.lots >= 1)


def test_the_same_seed_is_the_same_world_to_the_last_bit() -> None:
    one, other = draw_paths(3, until_s=BIRTH_S), draw_paths(3, until_s=BIRTH_S)
    assert one.log_price.tobytes() == other.log_price.tobytes()
    assert one.vol.tobytes() == other.vol.tobytes()


def test_another_seed_is_another_world() -> None:
    one, other = draw_paths(3, until_s=BEGINS_S + 10 * 86_400), draw_paths(4, until_s=BEGINS_S + 10 * 86_400)
    assert not np.any(one.log_price[1:] == other.log_price[1:])


def test_nothing_depends_on_what_comes_after() -> None:
    """A world that ends soon and one that goes on for years agree on every instant both have."""
    line = binance_pairs()["ETHBTC"].series
    short, long = Market(5, until_s=BEGINS_S + 60 * 86_400), Market(5, until_s=BEGINS_S + 700 * 86_400)
    rows = short.paths(BEGINS_S).n_hours
    for name in ("log_price", "vol", "activity"):
        one, other = getattr(short.paths(BEGINS_S), name), getattr(long.paths(BEGINS_S), name)
        assert np.array_equal(one, other[: len(one)])
    seconds = BEGINS_S + np.arange(0, (rows - 26) * 3600, 7919)
    assert np.array_equal(short.prices_at(line, seconds), long.prices_at(line, seconds))


def test_time_never_runs_out() -> None:
    line = binance_pairs()["BTCUSDT"].series
    market = Market(5, until_s=BEGINS_S + 60 * 86_400)
    far = BEGINS_S + 200 * 86_400
    assert market.price(line, far) == Market(5, until_s=far + 86_400 * 400).price(line, far)


def test_prices_stay_plausible_for_years(world: SimulatedWorld) -> None:
    paths = world.market.paths(BIRTH_S)
    prices = np.exp(paths.log_price)
    for coin in COINS:
        path = prices[:, paths.columns[coin.ticker]]
        assert path.min() / coin.level_usd > 0.03
        assert path.max() / coin.level_usd < 30
        moves = np.diff(np.log(path[::24]))
        assert 0.05 < moves.std() * 365**0.5 < 1.6, coin.ticker
    for peg in PEGS:
        deviation = paths.log_price[:, paths.columns[peg.ticker]]
        assert abs(float(np.median(deviation))) < 0.002
        assert float(np.abs(deviation).max()) < 0.35


def test_stablecoins_break_rarely_and_come_back() -> None:
    breaks = 0
    for seed in range(4):
        paths = draw_paths(seed, until_s=BIRTH_S)
        usdt = paths.log_price[:, paths.columns["USDT"]]
        breaks += int(np.any(usdt < -0.004))
        assert np.mean(np.abs(usdt) > 0.004) < 0.03
    assert breaks >= 2


def test_coins_move_together_with_the_market(world: SimulatedWorld) -> None:
    paths = world.market.paths(BIRTH_S)
    moves = np.diff(paths.log_price[::24, : len(COINS)], axis=0)
    correlation = np.asarray(np.corrcoef(moves.T))
    column = columns()
    assert correlation[column["BTC"], column["ETH"]] > 0.6
    assert correlation[column["BTC"], column["PAXG"]] < 0.3
    assert correlation[column["SOL"], column["AVAX"]] > correlation[column["SOL"], column["DOGE"]] > 0.2


def test_volume_is_larger_when_the_price_moves(world: SimulatedWorld) -> None:
    line = binance_pairs()["BTCUSDT"].series
    bars = world.market.minutes(line, 500_000, 520_000)
    moves = np.abs(np.log(bars.close / bars.open))
    busy = moves > np.median(moves)
    assert bars.lots[busy].mean() > 1.25 * bars.lots[~busy].mean()


def test_a_thing_in_itself_costs_one(world: SimulatedWorld) -> None:
    assert world.standing("BTC", "BTC", BIRTH_S).price == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("ticker", TICKERS)
def test_every_asset_has_a_price_in_every_currency(world: SimulatedWorld, ticker: str) -> None:
    for quote in (*world.currencies(), "BTC"):
        line = series(ticker, quote, name="probe", turnover_usd=1e6)
        assert world.market.price(line, BIRTH_S) > 0


def test_staked_ether_is_worth_a_little_less_than_ether_and_its_wrapper_earns(world: SimulatedWorld) -> None:
    line = world.index("wstETH", "ETH")
    early, late = world.market.price(line, BIRTH_S - 700 * 86_400), world.market.price(line, BIRTH_S)
    assert 0.9 < world.market.price(world.index("stETH", "ETH"), BIRTH_S) < 1.01
    assert late > early * 1.04
