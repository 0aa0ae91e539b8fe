"""The simulated world as its servers ask for it: assets with names and ids, prices in any currency, supplies, moods.

Everything is a pure function of (seed, instant). An aggregator's figures come from the index series here; venues have
series of their own (venues) that stay close to it. Here: SimulatedWorld. Not here: wire formats (wire), time (clock).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mobius.core.assets import ASSETS, Asset
from mobius.core.candles import FloatArray, IntArray
from mobius.core.errors import BadParameter
from mobius.sandbox import catalogue
from mobius.sandbox.catalogue import COIN, PEG
from mobius.sandbox.market import Market, Series
from mobius.sandbox.paths import BEGINS_S, BIRTH_S, YEAR_H

DAY_S = 86_400
_YEAR_S = YEAR_H * 3600
_KEPT_STANDINGS = 256
_RECORD_DAYS, _NEAR = 3, 0.015


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One asset at one instant, in one currency."""

    ticker: str
    price: float
    price_before: float
    """24 hours ago."""
    high: float
    low: float
    volume: float
    """Traded in 24 hours on all venues, in the currency."""
    supply: float
    market_cap: float
    market_cap_before: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The extremes of an asset's whole past, and the epoch seconds at which their days began."""

    high: float
    high_day_s: int
    low: float
    low_day_s: int


class SimulatedWorld:
    """All that is known of one seed. Not safe for use by several threads at once."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.market = Market(seed)
        self._index: dict[tuple[str, str], Series] = {}
        self._records: dict[tuple[str, str, int], Record] = {}
        self._standings: OrderedDict[tuple[str, str, int], Standing] = OrderedDict()

    # ------------------------------------------------------------------------------------------------ what exists

    @cached_property
    def assets(self) -> dict[str, Asset]:
        """The assets that trade here, by ticker."""
        return {ticker: ASSETS[ticker] for ticker in catalogue.TICKERS}

    def currencies(self) -> tuple[str, ...]:
        """Codes prices can be asked in, besides the ticker of any asset."""
        return ("USD", *(currency.code for currency in catalogue.CURRENCIES))

    def index(self, ticker: str, quote: str = "USD") -> Series:
        """The aggregated price of `ticker` in `quote`, a currency or another asset; raises BadParameter."""
        found = self._index.get((ticker, quote))
        if found is None:
            found = self._index[ticker, quote] = series(
                ticker, quote, name=f"index:{ticker}/{quote}", turnover_usd=turnover_usd(ticker),
                quote_unit=1e-8 if quote in COIN else 1e-2,
            )  # fmt: skip
        return found

    # ----------------------------------------------------------------------------------------- one asset, one moment

    def supply(self, ticker: str, at_s: int) -> float:
        """Circulating units."""
        if ticker in PEG:
            return PEG[ticker].supply
        coin = COIN[ticker]
        grown = coin.supply * math.exp(coin.issued_annual * (at_s - BIRTH_S) / _YEAR_S)
        return min(grown, coin.max_supply) if coin.max_supply else grown

    def standing(self, ticker: str, quote: str, at_s: int) -> Standing:
        """Price, 24 hours and capitalisation of one asset at the epoch second `at_s`."""
        place = (ticker, quote, at_s)
        if place in self._standings:
            return self._standings[place]
        line = self.index(ticker, quote)
        day = self.market.window(line, at_s - DAY_S, at_s)
        price, before = float(day.close[0]), float(day.open[0])
        supply = self.supply(ticker, at_s)
        found = self._standings[place] = Standing(
            ticker=ticker, price=price, price_before=before, high=float(day.high[0]), low=float(day.low[0]),
            volume=float(day.quote[0]) * line.quote_unit, supply=supply, market_cap=price * supply,
            market_cap_before=before * self.supply(ticker, at_s - DAY_S),
        )  # fmt: skip
        if len(self._standings) > _KEPT_STANDINGS:
            self._standings.popitem(last=False)
        return found

    def volumes(self, ticker: str, quote: str, ends_s: IntArray, *, unit_s: int) -> FloatArray:
        """Volume of the 24 hours up to each of `ends_s`, which stand on whole units (3600 or 60 seconds); in `quote`.

        Shorter where time began less than 24 hours before.
        """
        line = self.index(ticker, quote)
        fine = self.market.hours if unit_s == 3600 else self.market.minutes
        ends, day = (ends_s - BEGINS_S) // unit_s, DAY_S // unit_s
        first = max(0, int(ends.min()) - day)
        traded = np.concatenate([[0], np.cumsum(fine(line, first, int(ends.max())).quote)])
        total: FloatArray = (traded[ends - first] - traded[np.maximum(ends - day - first, 0)]) * line.quote_unit
        return total

    # ------------------------------------------------------------------------------------------------ the whole market

    def standings(self, quote: str, at_s: int) -> tuple[Standing, ...]:
        """Every asset, largest capitalisation first."""
        every = [self.standing(ticker, quote, at_s) for ticker in catalogue.TICKERS]
        return tuple(sorted(every, key=lambda standing: -standing.market_cap))

    def counted(self, ticker: str) -> bool:
        """Whether an asset counts in totals: wrapped and staked ones would count what they hold twice."""
        return ticker not in PEG or PEG[ticker].follows is None

    def record(self, ticker: str, quote: str, at_s: int) -> Record:
        """Highest and lowest price on any full day before `at_s`.

        Looked for on the few days whose hourly prices reached furthest: an extreme between two hours of another day could
        be missed, by less than such a day's own reach.
        """
        today = (at_s - BEGINS_S) // DAY_S
        place = (ticker, quote, today)
        if place not in self._records:
            line = self.index(ticker, quote)
            hourly = self.closes(line, BEGINS_S + np.arange(today * 24) * 3600).reshape(today, 24)
            highest, lowest = hourly.max(axis=1), hourly.min(axis=1)
            tops = np.argsort(-highest)[:_RECORD_DAYS]
            tops = tops[highest[tops] > highest.max() * (1.0 - _NEAR)]
            bottoms = np.argsort(lowest)[:_RECORD_DAYS]
            bottoms = bottoms[lowest[bottoms] < lowest.min() * (1.0 + _NEAR)]
            highs = [float(self.market.hours(line, day * 24, day * 24 + 24).high.max()) for day in tops.tolist()]
            lows = [float(self.market.hours(line, day * 24, day * 24 + 24).low.min()) for day in bottoms.tolist()]
            top, bottom = int(np.argmax(highs)), int(np.argmin(lows))
            self._records[place] = Record(
                high=highs[top], high_day_s=BEGINS_S + int(tops[top]) * DAY_S, low=lows[bottom],
                low_day_s=BEGINS_S + int(bottoms[bottom]) * DAY_S,
            )  # fmt: skip
        return self._records[place]

    def closes(self, line: Series, hours_s: IntArray) -> FloatArray:
        """Prices at whole hours, read from the hourly state; much cheaper than `prices_at` for long stretches."""
        hours = (hours_s - BEGINS_S) // 3600
        paths = self.market.paths(int(hours_s.max()))
        logs = line.rate_log + line.rate_annual / YEAR_H * hours
        for column, exponent in line.legs:
            logs = logs + exponent * paths.log_price[hours, paths.columns[column]]
        found: FloatArray = np.exp(logs)
        return found

    def fear_greed(self, day: int) -> int:
        """The fear and greed index published at the start of `day` (days since 1970), 1 to 99, from what was known then.

        Bitcoin's fall from its 90-day high, its 30-day move and its 14-day volatility against the last 90 days.
        """
        midnights = (day - np.arange(90, -1, -1)) * DAY_S
        if midnights[0] < BEGINS_S:
            raise BadParameter(f"the fear and greed index starts {90} days after {BEGINS_S}")
        logs = np.log(self.closes(self.index("BTC"), midnights))
        moves = np.diff(logs)
        fall = logs[-1] - logs.max()
        trend = logs[-1] - logs[-31]
        agitation = math.log(float(np.std(moves[-14:])) / float(np.std(moves)))
        score = 62.0 + 95.0 * fall + 70.0 * trend - 14.0 * agitation
        return int(min(99, max(1, round(score))))


def series(
    base: str,
    quote: str,
    *,
    name: str,
    turnover_usd: float,
    offset_bps: float = 0.0,
    decimals: int | None = None,
    lot: float = 1e-6,
    quote_unit: float = 1e-4,
) -> Series:
    """The price of `base` in `quote`; raises BadParameter for what this world does not have."""
    over, under = legs(base), legs(quote)
    log, growth = _rate(base)
    log_under, growth_under = _rate(quote)
    return Series(
        name=name, base=base, legs=_product(over, under), worth=over, mood=(over or under)[0][0],
        turnover_usd=turnover_usd, worth_log=log, rate_log=log - log_under, rate_annual=growth - growth_under,
        offset_bps=offset_bps, decimals=decimals, lot=lot, quote_unit=quote_unit,
    )  # fmt: skip


def legs(name: str) -> tuple[tuple[str, int], ...]:
    """The columns whose product is the dollar price of an asset or currency; none for the dollar itself."""
    if name == "USD":
        return ()
    if name in PEG:
        followed = PEG[name].follows
        return (*(legs(followed) if followed else ()), (name, 1))
    if name in COIN or any(name == currency.code for currency in catalogue.CURRENCIES):
        return ((name, 1),)
    raise BadParameter(f"{name!r} does not exist in the simulated world.")


def turnover_usd(ticker: str) -> float:
    """Traded a day on all venues, in calm times; nothing is told of currencies."""
    if ticker in PEG:
        return PEG[ticker].turnover_usd
    return COIN[ticker].turnover_usd if ticker in COIN else 0.0


def _rate(name: str) -> tuple[float, float]:
    """Log of what one unit holds of what it follows at the start of time, and its growth a year."""
    peg = PEG.get(name)
    if peg is None:
        return 0.0, 0.0
    log, growth = _rate(peg.follows) if peg.follows else (0.0, 0.0)
    return log + math.log(peg.rate), growth + peg.rate_annual


def _product(over: tuple[tuple[str, int], ...], under: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    total: dict[str, int] = {}
    for column, exponent in (*over, *((column, -exponent) for column, exponent in under)):
        total[column] = total.get(column, 0) + exponent
    return tuple((column, exponent) for column, exponent in total.items() if exponent)
