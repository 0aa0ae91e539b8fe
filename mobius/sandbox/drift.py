"""Slow lines of the simulated world: how deposits, tastes and fees wander, and how far a price has come lately.

A line is a pure function of (seed, name, instant): nodes of standard normal size at even distances, a smooth curve between.
Here: wander, prices by the hour, momentum. Not here: what wanders (lending, pools, vaults, protocols, gas, crowd).
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox import draws
from mobius.sandbox.paths import BEGINS_S, BIRTH_S, YEAR_H
from mobius.sandbox.world import DAY_S, SimulatedWorld

YEAR_S = YEAR_H * 3600
_FORTNIGHT_S = 14 * DAY_S
_KEPT_LINES = 300  # the same few assets at the same few instants are asked for by every market
_KEPT: WeakKeyDictionary[SimulatedWorld, OrderedDict[tuple[str, str, bytes], FloatArray]] = WeakKeyDictionary()
_STEEPEST = 0.35  # a larger move of a fortnight excites no more than this


def wander(seed: int, name: str, at_s: IntArray, *, node_s: int) -> FloatArray:
    """A line of about standard normal size whose nodes stand `node_s` apart; same shape as `at_s`."""
    node, rest = np.divmod(at_s - BEGINS_S, node_s)
    one, other = draws.normal(_key(seed, name, node_s), np.stack((node, node + 1)))
    share = 0.5 - 0.5 * np.cos(rest * (np.pi / node_s))
    line: FloatArray = one + share * (other - one)
    return line


@lru_cache(maxsize=8192)
def _key(seed: int, name: str, node_s: int) -> draws.Key:
    return draws.key(seed, "wander", name, node_s)


def price(world: SimulatedWorld, ticker: str, at_s: IntArray) -> FloatArray:
    """In dollars at the whole hour before each instant."""
    kept, place = _KEPT.setdefault(world, OrderedDict()), ("price", ticker, at_s.tobytes())
    if place not in kept:
        kept[place] = world.closes(world.index(ticker), at_s - (at_s - BEGINS_S) % 3600)
        if len(kept) > _KEPT_LINES:
            kept.popitem(last=False)
    return kept[place]


def momentum(world: SimulatedWorld, ticker: str, at_s: IntArray) -> FloatArray:
    """The log move of the last fortnight, bounded."""
    kept, place = _KEPT.setdefault(world, OrderedDict()), ("momentum", ticker, at_s.tobytes())
    if place not in kept:
        before = np.maximum(at_s - _FORTNIGHT_S, BEGINS_S)
        moved = np.log(price(world, ticker, at_s) / price(world, ticker, before))
        kept[place] = np.clip(moved, -_STEEPEST, _STEEPEST)
    return kept[place]


def years(at_s: IntArray) -> FloatArray:
    """Years since the world's birth."""
    passed: FloatArray = (at_s - BIRTH_S) / YEAR_S
    return passed


def tide(
    world: SimulatedWorld, name: str, at_s: IntArray, *, growth_annual: float, lean: float, restless: float = 1.0
) -> FloatArray:
    """Units held against the world's birth: deposits grow, wander over months and days, and come when prices rise.

    `lean` is how much more is deposited after a rise of ether (negative where a rise draws deposits away), `restless` how
    much of the usual coming and going there is.
    """
    slow, middle, quick = (wander(world.seed, name, at_s, node_s=days * DAY_S) for days in (60, 11, 2))
    line = growth_annual * years(at_s) + lean * momentum(world, "ETH", at_s)
    units: FloatArray = np.exp(line + restless * (0.14 * slow + 0.04 * middle + 0.008 * quick))
    return units


def activity(world: SimulatedWorld, ticker: str, at_s: IntArray) -> FloatArray:
    """Log of how busy trade was, on average over the 24 hours before each instant."""
    hours = (at_s - BEGINS_S) // 3600
    first, last = max(0, int(hours.min()) - 24), int(hours.max())
    paths = world.market.paths(BEGINS_S + last * 3600)
    column = paths.activity[first : last + 1, paths.columns[ticker]].astype(np.float64)
    summed = np.concatenate([[0.0], np.cumsum(column)])
    starts = np.maximum(hours - 24, 0)
    mean: FloatArray = (summed[hours + 1 - first] - summed[starts - first]) / (hours + 1 - starts)
    return mean
