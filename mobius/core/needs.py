"""What the desk asks of sources, and the rows they give back. One query and one row type a need.

A source module offers a need by a function `async def <need>(query, http) -> Sourced[...]` named in its `OFFERS`.
Rows keep `fields`: for each value its place in the reply (`bitcoin.usd`), so that a fact can name the provider's raw field.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mobius.core.facts import Sourced
from mobius.core.ports import Http
from mobius.core.sources import Need, SourceSpec

if TYPE_CHECKING:
    from mobius.core.candles import Candles


class SpotQuery(Struct, frozen=True, kw_only=True):
    """Current tickers of `assets` (canonical) in any of `quotes`; a venue answers with the pairs it lists."""

    assets: tuple[str, ...]
    quotes: tuple[str, ...] = ("USD", "USDT")


class SpotTicker(Struct, frozen=True, kw_only=True):
    """One pair on one venue. Prices and `turnover_24h` in `quote`, `volume_24h` in base units, change in percent."""

    asset: str
    quote: str
    bid: Decimal | None = None
    ask: Decimal | None = None
    last: Decimal | None = None
    last_at: datetime | None = None
    """Instant of the last trade where the venue tells it."""
    change_24h_pct: Decimal | None = None
    high_24h: Decimal | None = None
    low_24h: Decimal | None = None
    volume_24h: Decimal | None = None
    turnover_24h: Decimal | None = None
    fields: Mapping[str, str] = {}


class CandlesQuery(Struct, frozen=True, kw_only=True):
    """The `n_bars` newest bars of `asset`/`quote`, or those from `start_ms` on; `interval_s` is a bar's length."""

    asset: str
    quote: str
    interval_s: int
    n_bars: int = 200
    start_ms: int | None = None


class OverviewQuery(Struct, frozen=True, kw_only=True):
    """Market capitalisation, volume and change of `assets`, or of the `top` largest when none are named."""

    assets: tuple[str, ...] = ()
    top: int = 0
    quote: str = "USD"


class OverviewRow(Struct, frozen=True, kw_only=True):
    """An aggregator's view of one asset, in the query's quote; changes in percent. `asset` is None when unregistered."""

    asset: str | None
    name: str
    symbol: str
    price: Decimal | None = None
    market_cap: Decimal | None = None
    rank: int | None = None
    volume_24h: Decimal | None = None
    high_24h: Decimal | None = None
    low_24h: Decimal | None = None
    change_24h_pct: Decimal | None = None
    change_7d_pct: Decimal | None = None
    sparkline_7d: tuple[float, ...] = ()
    updated_at: datetime | None = None
    fields: Mapping[str, str] = {}


class MarketTotalsQuery(Struct, frozen=True, kw_only=True):
    quote: str = "USD"


class MarketTotals(Struct, frozen=True, kw_only=True):
    """The whole market; dominance and change in percent."""

    market_cap: Decimal | None = None
    volume_24h: Decimal | None = None
    change_24h_pct: Decimal | None = None
    dominance_pct: Mapping[str, Decimal] = {}
    """By canonical ticker."""
    updated_at: datetime | None = None
    fields: Mapping[str, str] = {}


class FearGreedQuery(Struct, frozen=True, kw_only=True):
    days: int = 30


class FearGreedDay(Struct, frozen=True, kw_only=True):
    """One day of the fear and greed index, 0 (fear) to 100 (greed)."""

    value: int
    label: str
    at: datetime
    field: str


class FxQuery(Struct, frozen=True, kw_only=True):
    """How many `quote` one `base` buys; both ISO currencies."""

    base: str
    quote: str


class FxRate(Struct, frozen=True, kw_only=True):
    base: str
    quote: str
    rate: Decimal
    field: str


SpotFetch = Callable[[SpotQuery, Http], Awaitable[Sourced[tuple[SpotTicker, ...]]]]
CandlesFetch = Callable[[CandlesQuery, Http], Awaitable[Sourced["Candles"]]]
OverviewFetch = Callable[[OverviewQuery, Http], Awaitable[Sourced[tuple[OverviewRow, ...]]]]
MarketTotalsFetch = Callable[[MarketTotalsQuery, Http], Awaitable[Sourced[MarketTotals]]]
FearGreedFetch = Callable[[FearGreedQuery, Http], Awaitable[Sourced[tuple[FearGreedDay, ...]]]]
FxFetch = Callable[[FxQuery, Http], Awaitable[Sourced[FxRate]]]


class Source(Struct, frozen=True, kw_only=True):
    """One source as the desk sees it: its spec, what it offers, and its own stack of HTTP wrappers."""

    spec: SourceSpec
    offers: Mapping[Need, Callable[[Any, Http], Awaitable[Sourced[Any]]]]
    http: Any  # an Http; msgspec cannot check a protocol
    key_set: bool = False
    """Whether the key its spec names is configured."""
