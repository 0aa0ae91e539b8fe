"""Perpetuals, dated futures and options of the simulated world, all of one state. Pure functions of (seed, instant).

A perpetual's premium over its index follows the market's mood: it leans with the last three days' move, wanders slowly, and is
pulled back; funding is its average over the interval by the usual formula. Open interest follows how busy trade has been. The
curve of dated futures starts at the funding of the last days and bends to a usual carry. Implied volatility starts at the
volatility the world has now and bends to its usual size; puts cost more than calls, and more so after a fall.

Here: Contracts. Not here: which venue lists what in which words (wire).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.catalogue import COIN
from mobius.sandbox.paths import BEGINS_S, MARKET_VOL_ANNUAL, SECTOR_VOL_ANNUAL, YEAR_H
from mobius.sandbox.world import DAY_S, SimulatedWorld, turnover_usd

INTEREST_8H = 0.0001
"""What money costs in eight hours: funding rests here while the premium is small."""
_CLAMP = 0.0005
_CAP_8H = 0.01
_LEAN, _WANDER = 0.00035, 0.00030
_CARRY_ANNUAL = 0.055
_CARRY_YEARS = 0.30
_VOL_HALF_LIFE_Y = 400.0 / YEAR_H
_RISK_PREMIUM = 1.05
_CURVE = 0.022
_KEPT = 8_192  # premiums at whole hours
_YEAR_S = 365 * 86_400.0
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_ROOT_2 = math.sqrt(2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionMark:
    """One option as its venue marks it."""

    strike: float
    call: bool
    vol: float
    """A fraction a year."""
    price: float
    """In dollars, undiscounted."""
    forward: float
    open_interest: float
    """Base units."""


class Contracts:
    """What derivatives of the coins are worth at any instant. Not safe for use by several threads at once."""

    def __init__(self, world: SimulatedWorld) -> None:
        self._world = world
        self._premiums: OrderedDict[tuple[str, str, int, int], float] = OrderedDict()

    # ------------------------------------------------------------------------------------------------------ perpetuals

    def index(self, ticker: str, at_s: int, quote: str = "USD") -> float:
        """What a perpetual follows: the price over all venues."""
        return self._world.market.price(self._world.index(ticker, quote), at_s)

    def premium(self, ticker: str, venue: str, at_s: int) -> float:
        """Perpetual over index, less one, as a fraction."""
        hour = (at_s - BEGINS_S) // 3600
        share = (at_s - BEGINS_S) % 3600 / 3600.0
        start, end = self._premium_at(ticker, venue, hour), self._premium_at(ticker, venue, hour + 1, known=hour)
        return start + share * (end - start)

    def _premium_at(self, ticker: str, venue: str, hour: int, *, known: int | None = None) -> float:
        """At a whole hour, from prices up to the hour `known` only."""
        world = self._world
        last = hour if known is None else known
        place = (ticker, venue, hour, last)
        if place not in self._premiums:
            logs = np.log(world.closes(world.index(ticker), BEGINS_S + np.array([max(0, last - 72), last]) * 3600))
            usual = self._usual_vol(ticker) / math.sqrt(YEAR_H) * math.sqrt(72.0)
            lean = _LEAN * math.tanh(float(logs[1] - logs[0]) / usual)
            slow = self._smooth("premium", ticker, hour, span_h=16) * _WANDER
            own = self._smooth("premium", f"{ticker}:{venue}", hour, span_h=6) * _WANDER * 0.35
            self._premiums[place] = 0.5 * INTEREST_8H + lean + slow + own
            if len(self._premiums) > _KEPT:
                self._premiums.popitem(last=False)
        return self._premiums[place]

    def _smooth(self, kind: str, name: str, hour: int, *, span_h: int) -> float:
        """A slow standard normal line: nodes `span_h` hours apart, a smooth curve between them."""
        key = draws.key(self._world.seed, kind, name)
        node, rest = divmod(hour, span_h)
        one, other = draws.normal(key, np.array([node, node + 1]))
        share = 0.5 - 0.5 * math.cos(math.pi * rest / span_h)
        return float(one + share * (other - one))

    def funding(self, ticker: str, venue: str, at_s: int, *, interval_h: int) -> float:
        """The rate of the interval that runs at `at_s`, from its premium so far: a fraction per interval."""
        began = at_s - at_s % (interval_h * 3600)
        return self.funding_of(ticker, venue, began, at_s, interval_h=interval_h)

    def funding_of(self, ticker: str, venue: str, first_s: int, last_s: int, *, interval_h: int) -> float:
        """The rate by the premium between two instants: its mean, and what money costs within half a thousandth of it."""
        first, last = (first_s - BEGINS_S) // 3600, (last_s - BEGINS_S) // 3600
        hours = [self._premium_at(ticker, venue, hour) for hour in range(first, last + 1)]
        mean = sum(hours) / len(hours)
        rate_8h = mean + min(_CLAMP, max(-_CLAMP, INTEREST_8H - mean))
        return min(_CAP_8H, max(-_CAP_8H, rate_8h)) * interval_h / 8

    def open_interest(self, ticker: str, venue_share: float, at_s: int) -> float:
        """Base units open at a venue that holds `venue_share` of a day's turnover: more in busy weeks."""
        world = self._world
        hour = (at_s - BEGINS_S) // 3600
        paths = world.market.paths(at_s)
        mood = float(np.mean(paths.activity[max(0, hour - 72) : hour + 1, paths.columns[ticker]]))
        wander = 0.12 * self._smooth("open interest", ticker, hour, span_h=24)
        price = float(world.closes(world.index(ticker), np.array([BEGINS_S + hour * 3600]))[0])
        return turnover_usd(ticker) * venue_share * math.exp(0.5 * mood + wander) / price

    # --------------------------------------------------------------------------------------------------- dated futures

    def carry_annual(self, ticker: str, at_s: int) -> float:
        """Growth of the curve at its short end: what funding has paid lately, a fraction a year."""
        days = [self.funding(ticker, "curve", at_s - n * 28_800, interval_h=8) for n in range(9)]
        return min(0.35, max(-0.12, sum(days) / len(days) * 3 * 365))

    def forward(self, ticker: str, at_s: int, expires_s: int) -> float:
        """Price of the future that settles at `expires_s`, in dollars."""
        years = max(0.0, (expires_s - at_s) / _YEAR_S)
        short = math.exp(-years / _CARRY_YEARS)
        basis = self.carry_annual(ticker, at_s) * short + _CARRY_ANNUAL * (1.0 - short)
        return self.index(ticker, at_s) * math.exp(basis * years)

    # --------------------------------------------------------------------------------------------------------- options

    def _usual_vol(self, ticker: str) -> float:
        coin = COIN[ticker]
        sector = 0.0 if coin.sector == "none" else SECTOR_VOL_ANNUAL
        return math.sqrt((coin.beta * MARKET_VOL_ANNUAL) ** 2 + sector**2 + coin.own_vol_annual**2)

    def vol_now(self, ticker: str, at_s: int) -> float:
        """The volatility of this hour, a fraction a year."""
        hour = (at_s - BEGINS_S) // 3600
        paths = self._world.market.paths(at_s)
        return float(paths.vol[hour, paths.columns[ticker]]) * math.sqrt(YEAR_H)

    def atm_vol(self, ticker: str, at_s: int, years: float) -> float:
        """Implied volatility at the money for a time to expiry: from the one of now to the usual one."""
        now, usual = self.vol_now(ticker, at_s) ** 2, self._usual_vol(ticker) ** 2
        pull = math.log(2.0) / _VOL_HALF_LIFE_Y
        weight = (1.0 - math.exp(-pull * years)) / (pull * years) if years > 0 else 1.0
        return _RISK_PREMIUM * math.sqrt(usual + (now - usual) * weight)

    def _slope(self, ticker: str, at_s: int) -> float:
        """How much dearer the puts are, a standard deviation out: more after a fall."""
        world = self._world
        week = np.log(world.closes(world.index(ticker), np.array([at_s - 7 * DAY_S, at_s]) // 3600 * 3600))
        fall = math.tanh(-float(week[1] - week[0]) / (self._usual_vol(ticker) * math.sqrt(7 / 365)))
        return -0.05 - 0.025 * fall

    def volatility_index(self, ticker: str, at_s: int) -> float:
        """Expected volatility over 30 days, percent a year: a little over the money's, since it counts the wings."""
        return 100.0 * 1.03 * self.atm_vol(ticker, at_s, 30 / 365)

    def chain(self, ticker: str, at_s: int, expires_s: int) -> list[OptionMark]:
        """Both kinds of every strike listed for an expiry, lowest strike first."""
        years = (expires_s - at_s) / _YEAR_S
        forward = self.forward(ticker, at_s, expires_s)
        base_oi = self.open_interest(ticker, 0.25, at_s)
        atm, slope = self.atm_vol(ticker, at_s, years), self._slope(ticker, at_s)
        strikes = self.strikes(ticker, at_s, expires_s)
        # Counted by the strike itself: what is open in one does not change when the list moves with the price.
        luck = draws.uniform(
            draws.key(self._world.seed, "option interest", ticker, expires_s),
            np.array([round(strike * 1e6) * 2 + call for strike in strikes for call in (1, 0)], dtype=np.int64),
        ).tolist()
        marks = []
        for place, strike in enumerate(strikes):
            deviations = math.log(strike / forward) / (atm * math.sqrt(max(years, 0.5 / 365)))
            reach = min(3.0, max(-3.0, deviations))
            vol = atm * max(0.4, 1.0 + slope * reach + _CURVE * reach * reach)
            usual = base_oi * 0.02 * math.exp(-2.5 * abs(math.log(strike / forward)))
            for call in (True, False):
                popular = 1.1 if call == (strike > forward) else 0.5
                marks.append(
                    OptionMark(
                        strike=strike, call=call, vol=vol, forward=forward,
                        price=_black(forward, strike, vol * math.sqrt(years), call),
                        open_interest=usual * popular * (0.2 + luck[2 * place + (not call)]),
                    )
                )  # fmt: skip
        return marks

    def strikes(self, ticker: str, at_s: int, expires_s: int) -> list[float]:
        """Round strikes around the price at the start of the day, as far as the expiry may reach; the same all day."""
        world = self._world
        midnight = at_s - at_s % DAY_S
        level = float(world.closes(world.index(ticker), np.array([midnight]))[0])
        years = max(1 / 365, (expires_s - midnight) / _YEAR_S)
        reach = min(1.4, 2.8 * self._usual_vol(ticker) * math.sqrt(years))
        step = _round_step(level * max(0.01, reach / 14))
        first, last = math.ceil(level * math.exp(-reach) / step), math.floor(level * math.exp(reach) / step)
        digits = max(0, -math.floor(math.log10(step)) + 1)
        return [round(n * step, digits) for n in range(max(1, first), last + 1)]


_CONTRACTS: WeakKeyDictionary[SimulatedWorld, Contracts] = WeakKeyDictionary()


def contracts_of(world: SimulatedWorld) -> Contracts:
    """The contracts of a world, the same at every call."""
    found = _CONTRACTS.get(world)
    if found is None:
        found = _CONTRACTS[world] = Contracts(world)
    return found


def _round_step(size: float) -> float:
    """1, 2 or 5 times a power of ten, not under `size`."""
    power = 10.0 ** math.floor(math.log10(size))
    return float(next(n * power for n in (1, 2, 5, 10) if n * power >= size * 0.999))


def _black(forward: float, strike: float, deviation: float, call: bool) -> float:
    """Undiscounted price on a future (Black 1976)."""
    sign = 1.0 if call else -1.0
    if deviation <= 0.0:
        return max(0.0, sign * (forward - strike))
    d1 = math.log(forward / strike) / deviation + deviation / 2
    return sign * (forward * _cdf(sign * d1) - strike * _cdf(sign * (d1 - deviation)))


def _cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / _ROOT_2)


# ------------------------------------------------------------------------------------------------------------ calendar


@lru_cache(maxsize=64)
def expiries(day: int, *, options: bool) -> tuple[int, ...]:
    """Expiry instants (epoch seconds, 08:00 UTC) listed on `day` (days since 1970), soonest first.

    Fridays of two weeks (three, and the next two days, for options), last Fridays of this month and the next two, of the
    next four quarters.
    """
    now = datetime.fromtimestamp(day * DAY_S, tz=UTC)
    days = [now + timedelta(days=n) for n in (1, 2)] if options else []
    friday = now + timedelta(days=(4 - now.weekday()) % 7)
    days += [friday + timedelta(weeks=n) for n in range(3 if options else 2)]
    month = now.replace(day=1)
    months = [_later(month, n) for n in range(3)]
    months += [each for n in range(13) if (each := _later(month, n)).month % 3 == 0][:4]
    days += [_last_friday(each) for each in months]
    instants = {int(each.replace(hour=8).timestamp()) for each in days}
    return tuple(sorted(instant for instant in instants if instant > day * DAY_S + DAY_S))


def _later(month: datetime, n: int) -> datetime:
    total = month.year * 12 + month.month - 1 + n
    return datetime(total // 12, total % 12 + 1, 1, tzinfo=UTC)


def _last_friday(month: datetime) -> datetime:
    last = _later(month, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - 4) % 7)


def day_name(expires_s: int) -> str:
    """As venues write an expiry: 27NOV26, 6NOV26."""
    day = datetime.fromtimestamp(expires_s, tz=UTC)
    return f"{day.day}{_MONTHS[day.month - 1]}{day.year % 100:02d}"
