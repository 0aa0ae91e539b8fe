"""The hourly state of the simulated world: log prices, volatility and jumps of every column, drawn once from the seed.

A column is a coin's log price, a peg's log deviation from what it follows, or a currency's log price in dollars. Row i is
the instant `BEGINS_S + i` hours and uses draws of the rows above it only, so that a longer history never changes a shorter
one, and nothing depends on what comes after. Here: that table. Not here: what happens inside an hour (market).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox.catalogue import COINS, CURRENCIES, PEGS, SECTORS
from mobius.sandbox.draws import ar1, generator, key, normal

Float32Array: TypeAlias = npt.NDArray[np.float32]

BEGINS_S = 1_672_531_200  # 2023-01-01T00:00:00Z
BIRTH_S = 1_793_610_000  # 2026-11-02T09:00:00Z: when a new world's clock starts
YEAR_H = 8766.0
MARKET_VOL_ANNUAL = 0.40
SECTOR_VOL_ANNUAL = 0.22
REVERSION_HALF_LIFE_H = 5000.0
"""Prices are drawn back to their level this slowly: about 200 days, too weak to trade on, enough to stay plausible."""
MARKET_JUMPS_PER_YEAR, MARKET_JUMP_SIZE = 14.0, 0.028
OWN_JUMPS_PER_YEAR, OWN_JUMP_SIZE = 8.0, 0.055
_SLOW_SD, _SLOW_HALF_LIFE_H = 0.40, 400.0
_FAST_SD, _FAST_HALF_LIFE_H = 0.30, 8.0
_OWN_SD, _OWN_HALF_LIFE_H = 0.35, 150.0


@dataclass(frozen=True, slots=True, eq=False)
class Jumps:
    """Sudden steps of one column: in which hours, and how large in logs. Each happens at a minute of its own."""

    hours: IntArray
    sizes: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paths:
    """`log_price` has shape (n_hours + 1, n_columns), `vol` and `activity` (n_hours, n_columns).

    `vol` is the standard deviation of the hour's move in logs without jumps; `activity` the log of how busy trade is.
    """

    seed: int
    columns: Mapping[str, int]
    log_price: FloatArray
    vol: Float32Array
    activity: Float32Array
    market_vol: FloatArray
    """The market factor's standard deviation an hour, shape (n_hours,)."""
    jumps: tuple[Jumps, ...]

    @property
    def n_hours(self) -> int:
        return len(self.vol)


def columns() -> dict[str, int]:
    """Column of each coin, peg and currency."""
    names = [coin.ticker for coin in COINS] + [peg.ticker for peg in PEGS] + [currency.code for currency in CURRENCIES]
    return {name: index for index, name in enumerate(names)}


def draw_paths(seed: int, *, until_s: int) -> Paths:
    """Draw the world of `seed` from its beginning to `until_s` (epoch seconds)."""
    n_hours = max(48, (until_s - BEGINS_S) // 3600)
    mood = _market_mood(seed, n_hours)
    coins, coin_vol, coin_activity, coin_jumps = _coins(seed, n_hours, mood)
    pegs, peg_vol, peg_jumps = _pegs(seed, n_hours, mood)
    money, money_vol = _currencies(seed, n_hours)
    quiet = np.broadcast_to(mood, (n_hours, len(PEGS) + len(CURRENCIES))).astype(np.float32)
    no_jumps = Jumps(np.zeros(0, dtype=np.int64), np.zeros(0))
    return Paths(
        seed=seed,
        columns=columns(),
        log_price=np.concatenate([coins, pegs, money], axis=1),
        vol=np.concatenate([coin_vol, peg_vol, money_vol], axis=1),
        activity=np.concatenate([coin_activity, quiet], axis=1),
        market_vol=np.exp(mood[:, 0]) * (MARKET_VOL_ANNUAL / math.sqrt(YEAR_H)),
        jumps=(*coin_jumps, *peg_jumps, *(no_jumps for _ in CURRENCIES)),
    )


def _market_mood(seed: int, n_hours: int) -> FloatArray:
    """Log of the market's volatility against its usual size: a slow and a fast part; shape (n_hours, 1)."""
    rng = generator(seed, "market mood")
    shocks = rng.standard_normal((n_hours, 2))
    slow = ar1(shocks[:, :1] * _SLOW_SD * _innovation(_SLOW_HALF_LIFE_H), half_life_h=_SLOW_HALF_LIFE_H)
    fast = ar1(shocks[:, 1:] * _FAST_SD * _innovation(_FAST_HALF_LIFE_H), half_life_h=_FAST_HALF_LIFE_H)
    # A log-normal factor has mean exp(var/2): take that off, so that the mean volatility is the one stated.
    return slow + fast - (_SLOW_SD**2 + _FAST_SD**2) / 2


def _coins(
    seed: int, n_hours: int, mood: FloatArray
) -> tuple[FloatArray, Float32Array, Float32Array, tuple[Jumps, ...]]:
    n_coins = len(COINS)
    hour_root = math.sqrt(YEAR_H)
    beta = np.array([coin.beta for coin in COINS])
    own = np.array([coin.own_vol_annual for coin in COINS]) / hour_root
    sector_of = np.array([SECTORS.index(coin.sector) for coin in COINS])
    sector_size = np.where(sector_of == 0, 0.0, SECTOR_VOL_ANNUAL / hour_root)
    own_mood = ar1(
        generator(seed, "own mood").standard_normal((n_hours, n_coins)) * (_OWN_SD * _innovation(_OWN_HALF_LIFE_H)),
        half_life_h=_OWN_HALF_LIFE_H,
    )
    common = np.exp(mood)
    own_scale = np.exp(0.5 * mood + own_mood - _OWN_SD**2 / 2) * own
    market = generator(seed, "market").standard_normal((n_hours, 1)) * (MARKET_VOL_ANNUAL / hour_root)
    sectors = generator(seed, "sectors").standard_normal((n_hours, len(SECTORS)))
    moves = common * (market * beta + sectors[:, sector_of] * sector_size)
    moves += generator(seed, "coins").standard_normal((n_hours, n_coins)) * own_scale
    vol = np.sqrt((common * MARKET_VOL_ANNUAL / hour_root * beta) ** 2 + (common * sector_size) ** 2 + own_scale**2)
    jumps = _coin_jumps(seed, n_hours, beta)
    for column, found in enumerate(jumps):
        moves[found.hours, column] += found.sizes
    prices = np.zeros((n_hours + 1, n_coins))
    prices[1:] = ar1(moves, half_life_h=REVERSION_HALF_LIFE_H)
    years = (np.arange(n_hours + 1) - (BIRTH_S - BEGINS_S) / 3600)[:, None] / YEAR_H
    prices += np.log([coin.level_usd for coin in COINS]) + years * [coin.growth_annual for coin in COINS]
    return prices, vol.astype(np.float32), (mood + 0.7 * own_mood).astype(np.float32), jumps


def _coin_jumps(seed: int, n_hours: int, beta: FloatArray) -> tuple[Jumps, ...]:
    """Jumps of the whole market, larger for larger betas, and of each coin alone."""
    rng = generator(seed, "jumps")
    happens = rng.random((n_hours, 1 + len(COINS)), dtype=np.float32)
    rare = [MARKET_JUMPS_PER_YEAR, *([OWN_JUMPS_PER_YEAR] * len(COINS))]
    market_hours = np.flatnonzero(happens[:, 0] < rare[0] / YEAR_H)
    market_sizes = normal(key(seed, "market jump"), market_hours) * MARKET_JUMP_SIZE - MARKET_JUMP_SIZE / 4
    found = []
    for column, coin in enumerate(COINS):
        hours = np.flatnonzero(happens[:, column + 1] < rare[column + 1] / YEAR_H)
        # A quiet coin such as a gold token jumps as little as it moves.
        sizes = normal(key(seed, "jump", coin.ticker), hours) * (OWN_JUMP_SIZE * min(1.0, coin.own_vol_annual / 0.5))
        both = np.union1d(market_hours, hours)
        total = np.zeros(len(both))
        total[np.searchsorted(both, market_hours)] += market_sizes * beta[column]
        total[np.searchsorted(both, hours)] += sizes
        found.append(Jumps(both, total))
    return tuple(found)


def _pegs(seed: int, n_hours: int, mood: FloatArray) -> tuple[FloatArray, Float32Array, tuple[Jumps, ...]]:
    shocks = generator(seed, "pegs").standard_normal((n_hours, len(PEGS)))
    happens = generator(seed, "breaks").random((n_hours, len(PEGS)), dtype=np.float32)
    deviation = np.zeros((n_hours + 1, len(PEGS)))
    vol = np.zeros((n_hours, len(PEGS)), dtype=np.float32)
    jumps = []
    for column, peg in enumerate(PEGS):
        size = np.exp(0.5 * mood[:, 0]) * (peg.spread_bps * 1e-4 * _innovation(peg.half_life_h))
        usual = ar1((shocks[:, column] * size)[:, None], half_life_h=peg.half_life_h)[:, 0]
        hours = np.flatnonzero(happens[:, column] < peg.breaks_per_year / YEAR_H)
        sizes = -peg.break_size * np.exp(0.7 * normal(key(seed, "break", peg.ticker), hours))
        breaks = np.zeros((n_hours, 1))
        breaks[hours, 0] = sizes
        deviation[1:, column] = usual + ar1(breaks, half_life_h=peg.break_half_life_h)[:, 0]
        vol[:, column] = size
        jumps.append(Jumps(hours, sizes))
    return deviation, vol, tuple(jumps)


def _currencies(seed: int, n_hours: int) -> tuple[FloatArray, Float32Array]:
    size = np.array([currency.vol_annual for currency in CURRENCIES]) / math.sqrt(YEAR_H)
    moves = generator(seed, "currencies").standard_normal((n_hours, len(CURRENCIES))) * size
    prices = np.zeros((n_hours + 1, len(CURRENCIES)))
    prices[1:] = ar1(moves, half_life_h=REVERSION_HALF_LIFE_H)
    prices += np.log([currency.level_usd for currency in CURRENCIES])
    return prices, np.broadcast_to(size, moves.shape).astype(np.float32)


def _innovation(half_life_h: float) -> float:
    """Size of a shock that gives an AR(1) of that half-life a standard deviation of one."""
    return math.sqrt(1.0 - 0.25 ** (1.0 / half_life_h))
