"""What the desk tells of markets: prices, bars, the whole market, derivatives. Here: the views. Not here: the port (desk)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mobius.core.answers import SeriesData
from mobius.core.facts import Fact
from mobius.core.notices import Notice, SourceFailure

if TYPE_CHECKING:
    from mobius.core.candles import Candles


class PriceView(Struct, frozen=True, kw_only=True):
    """The consensus quote of one asset. `parts` holds every ancestor of the other facts, down to the leaves."""

    asset: str
    quote: str
    price: Fact
    change_24h: Fact
    high_24h: Fact
    low_24h: Fact
    volume_24h: Fact
    market_cap: Fact
    agreement: Fact
    """Largest distance between the agreeing sources, in percent of the price."""
    venues: Fact
    """How many sources agree on it."""
    week: SeriesData | None = None
    week_column: Fact | None = None
    """The last seven days as an aggregator draws them, and the column fact of that series."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class CandleView(Struct, frozen=True, kw_only=True):
    """Bars of one asset from one series. `candles` holds closed bars only; `column` is the series' column fact."""

    asset: str
    quote: str
    interval_s: int
    source: str
    candles: Any  # core.candles.Candles; loaded only when used
    column: Fact
    last_close: Fact
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()

    def bars(self) -> Candles:
        bars: Candles = self.candles
        return bars


class OverviewView(Struct, frozen=True, kw_only=True):
    """One asset's line in the market: facts of one aggregator."""

    asset: str | None
    name: str
    symbol: str
    price: Fact
    market_cap: Fact
    volume_24h: Fact
    change_24h: Fact
    change_7d: Fact
    rank: int | None = None


class SectorView(Struct, frozen=True, kw_only=True):
    """The larger assets of one sector together."""

    name: str
    change_24h: Fact
    """Weighted by market value, percent."""
    n: Fact
    """How many assets it rests on."""


class MarketView(Struct, frozen=True, kw_only=True):
    """The whole market: totals, dominance of BTC and ETH, fear and greed, dollar stablecoins, sectors, the largest assets."""

    market_cap: Fact
    change_24h: Fact
    volume_24h: Fact
    dominance: Mapping[str, Fact]
    fear_greed: Fact
    fear_greed_label: Fact
    stablecoins: Fact | None = None
    """All dollar stablecoins together."""
    stablecoins_week: Fact | None = None
    """Change of that in a week, percent."""
    sectors: tuple[SectorView, ...] = ()
    """Best first."""
    assets: tuple[OverviewView, ...] = ()
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class PerpetualView(Struct, frozen=True, kw_only=True):
    """One perpetual at one venue, on the scale of all. A fact without a value says why."""

    source: str
    symbol: str
    rate: Fact
    """As the venue tells it: a fraction per its own interval."""
    interval: Fact
    """Hours between two payments."""
    per_8h: Fact
    """Percent in eight hours; longs pay where it is positive."""
    per_year: Fact
    """Percent a year, simple."""
    next_at: datetime | None
    premium: Fact
    """Mark over index, percent."""
    open_interest: Fact
    """Base units."""
    open_interest_value: Fact
    """In the perpetual's quote."""


class BasisView(Struct, frozen=True, kw_only=True):
    """One dated future against the price it settles to."""

    source: str
    symbol: str
    expires_at: datetime
    expires: Fact
    """The day of expiry, as text."""
    days: Fact
    future: Fact
    basis: Fact
    """Percent of the index."""
    per_year: Fact
    """Percent a year, simple."""


class ExpiryView(Struct, frozen=True, kw_only=True):
    """The smile of one expiry, percent a year; `skew` is 25-delta puts less 25-delta calls, in points."""

    source: str
    expires_at: datetime
    expires: Fact
    days: Fact
    atm: Fact
    put_25: Fact
    call_25: Fact
    skew: Fact


class DerivativesView(Struct, frozen=True, kw_only=True):
    """Perpetuals, futures and options of one asset. `parts` holds every ancestor of the other facts."""

    asset: str
    funding_8h: Fact
    """Median of the venues, percent."""
    funding_year: Fact
    venues: Fact
    """How many venues that median rests on."""
    open_interest: Fact
    """All venues that tell it together, base units."""
    open_interest_value: Fact
    volatility_index: Fact
    volatility_change: Fact
    """Points against a day before."""
    put_call: Fact
    """Open puts for each open call."""
    perpetuals: tuple[PerpetualView, ...] = ()
    basis: tuple[BasisView, ...] = ()
    expiries: tuple[ExpiryView, ...] = ()
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()
