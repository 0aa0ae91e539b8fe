"""European options on a future, after Black (J. Financial Economics 3, 1976), and what a smile says.

Here: price, delta and implied volatility of one option; the at-the-money volatility and the 25-delta points of one expiry.
Volatilities are fractions a year (0.55), times years of 365 days, prices undiscounted: the crypto options this is for are
valued on their own future with a rate of nothing. Not here: quotes (sources), percent, expiries in calendar terms (desk).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from mobius.core.errors import BadParameter

Kind = Literal["call", "put"]
YEAR_S = 365 * 86_400.0
_ROOT_2 = math.sqrt(2.0)
_MOST_VOL = 50.0


def normal_cdf(x: float) -> float:
    """Probability that a standard normal number is at most `x`."""
    return 0.5 * math.erfc(-x / _ROOT_2)


def price(forward: float, strike: float, vol: float, years: float, kind: Kind) -> float:
    """Undiscounted price of a European option on a future, in the future's own unit.

    >>> round(price(100.0, 100.0, 0.5, 1.0, "call"), 4)
    19.7413
    """
    sd = _deviation(forward, strike, vol, years)
    sign = 1.0 if kind == "call" else -1.0
    if sd == 0.0:
        return max(0.0, sign * (forward - strike))
    d1 = math.log(forward / strike) / sd + sd / 2
    return sign * (forward * normal_cdf(sign * d1) - strike * normal_cdf(sign * (d1 - sd)))


def delta(forward: float, strike: float, vol: float, years: float, kind: Kind) -> float:
    """Change of the price for one unit of the future: N(d1) of a call, N(d1) - 1 of a put.

    >>> round(delta(100.0, 100.0, 0.5, 1.0, "call"), 4)
    0.5987
    """
    sd = _deviation(forward, strike, vol, years)
    if sd == 0.0:
        in_the_money = 1.0 if forward > strike else 0.5 if forward == strike else 0.0
    else:
        in_the_money = normal_cdf(math.log(forward / strike) / sd + sd / 2)
    return in_the_money if kind == "call" else in_the_money - 1.0


def implied_vol(value: float, forward: float, strike: float, years: float, kind: Kind) -> float | None:
    """Volatility at which `price` gives `value`; None where none does (below what it is worth at once, above its bound).

    Bisection: the price rises with the volatility, and sixty halvings of [0, 50] leave 1e-16.
    """
    _deviation(forward, strike, 0.0, years)
    bound = forward if kind == "call" else strike
    if years <= 0.0 or not price(forward, strike, 0.0, years, kind) <= value < bound:
        return None
    low, high = 0.0, _MOST_VOL
    if price(forward, strike, high, years, kind) < value:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        if price(forward, strike, middle, years, kind) < value:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _deviation(forward: float, strike: float, vol: float, years: float) -> float:
    """Standard deviation of the log of the future at expiry."""
    if not (0.0 < forward < math.inf and 0.0 < strike < math.inf and 0.0 <= vol < math.inf and years >= 0.0):
        raise BadParameter(f"no option: {forward=!r}, {strike=!r}, {vol=!r}, {years=!r}")
    return vol * math.sqrt(years)


# --------------------------------------------------------------------------------------------------------------- smile


@dataclass(frozen=True, slots=True)
class Quoted:
    """One option's volatility as quoted; `row` is the caller's own number for it."""

    strike: float
    kind: Kind
    vol: float
    row: int


@dataclass(frozen=True, slots=True)
class Point:
    """A volatility read off a smile, between the quotes `rows` (one, where it was met exactly)."""

    vol: float
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Smile:
    """What one expiry says; None where the quotes do not reach so far. Nothing is extrapolated."""

    atm: Point | None
    call_25: Point | None
    put_25: Point | None


def smile(quotes: Sequence[Quoted], *, forward: float, years: float, wing: float = 0.25) -> Smile:
    """Read the at-the-money and the `wing`-delta volatilities of one expiry.

    Only options out of the money are used, whose quotes are the live ones. At the money: linear in log strike between the
    strikes on both sides of the future. The wings: linear in delta between the options on both sides of the delta wanted,
    each delta by its own quoted volatility.
    """
    if years <= 0.0 or not quotes:
        return Smile(None, None, None)
    calls = sorted((q for q in quotes if q.kind == "call" and q.strike >= forward and q.vol > 0), key=_strike)
    puts = sorted((q for q in quotes if q.kind == "put" and q.strike <= forward and q.vol > 0), key=_strike)
    atm = None
    if calls and puts:
        lower, upper = puts[-1], calls[0]
        atm = _between(
            math.log(forward), (math.log(lower.strike), lower), (math.log(upper.strike), upper)
        )  # fmt: skip
    call_deltas = [(delta(forward, q.strike, q.vol, years, "call"), q) for q in calls]
    put_deltas = [(-delta(forward, q.strike, q.vol, years, "put"), q) for q in reversed(puts)]
    return Smile(atm, _at_delta(wing, call_deltas), _at_delta(wing, put_deltas))


def _strike(quoted: Quoted) -> float:
    return quoted.strike


def _at_delta(wanted: float, ranked: Sequence[tuple[float, Quoted]]) -> Point | None:
    """From the money outwards; the first pair of neighbours with `wanted` between their deltas."""
    for near, far in pairwise(ranked):
        if near[0] >= wanted >= far[0]:
            return _between(wanted, far, near)
    return None


def _between(x: float, low: tuple[float, Quoted], high: tuple[float, Quoted]) -> Point:
    (x_low, one), (x_high, other) = low, high
    if x_high == x_low:
        rows = (one.row,) if one.row == other.row else (one.row, other.row)
        return Point((one.vol + other.vol) / 2, rows)
    share = (x - x_low) / (x_high - x_low)
    if share in (0.0, 1.0):
        met = one if share == 0.0 else other
        return Point(met.vol, (met.row,))
    return Point(one.vol + share * (other.vol - one.vol), (one.row, other.row))
