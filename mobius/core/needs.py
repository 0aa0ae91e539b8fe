"""What the desk asks of sources, and the rows they give back. One query and one row type a need.

A source module offers a need by a function `async def <need>(query, http) -> Sourced[...]` named in its `OFFERS`.
Rows keep `fields`: for each value its place in the reply (`bitcoin.usd`), so that a fact can name the provider's raw field.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct

from mobius.core.facts import Sourced
from mobius.core.ports import Http
from mobius.core.sources import Need, SourceSpec

if TYPE_CHECKING:
    from mobius.core.candles import Candles
    from mobius.core.health import SourceHealth


class SpotQuery(Struct, frozen=True, kw_only=True):
    """Current tickers of `assets` (canonical) in any of `quotes`; a venue answers with the pairs it lists."""

    assets: tuple[str, ...]
    quotes: tuple[str, ...] = ("USD", "USDT")


class TailQuery(SpotQuery, frozen=True, kw_only=True):
    """The same of one exchange of the long tail, where one file serves several: `venue` is the source's name."""

    venue: str


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


class ReferenceQuery(Struct, frozen=True, kw_only=True):
    """Prices of `assets` in US dollars as an aggregator reckons them, for what no book tells."""

    assets: tuple[str, ...]


class ReferencePrice(Struct, frozen=True, kw_only=True):
    """One asset's price in US dollars, without a book. `confidence` runs from 0 to 1 where the source tells it."""

    asset: str
    price: Decimal
    confidence: Decimal | None = None
    updated_at: datetime | None = None
    field: str


class PerpetualsQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]


class PerpetualRow(Struct, frozen=True, kw_only=True):
    """One perpetual. What a venue does not tell is None; `quote` is the unit of prices and turnover."""

    asset: str
    symbol: str
    quote: str
    funding_rate: Decimal | None = None
    """What longs pay shorts in `interval_h` hours, as a fraction of the position: 0.0001 is 0.01 %."""
    interval_h: Decimal | None = None
    """Hours between two payments; absent from `fields` where the venue's contract fixes it and no reply tells it."""
    next_funding_at: datetime | None = None
    mark: Decimal | None = None
    index: Decimal | None = None
    open_interest: Decimal | None = None
    """In base units, one side counted."""
    open_interest_value: Decimal | None = None
    """In `value_unit`, as the venue reckons it."""
    value_unit: str = "USD"
    turnover_24h: Decimal | None = None
    updated_at: datetime | None = None
    fields: Mapping[str, str] = {}


class FuturesQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]


class FutureRow(Struct, frozen=True, kw_only=True):
    """One future that expires; prices in `quote`."""

    asset: str
    symbol: str
    quote: str
    expires_at: datetime
    mark: Decimal | None = None
    index: Decimal | None = None
    """The price it settles to, now."""
    open_interest_value: Decimal | None = None
    """In `quote`."""
    updated_at: datetime | None = None
    fields: Mapping[str, str] = {}


class OptionsQuery(Struct, frozen=True, kw_only=True):
    asset: str


class OptionRow(Struct, frozen=True, kw_only=True):
    """One European option. `place` is where its row stands in the reply, `fields` the names within that row."""

    symbol: str
    expires_at: datetime
    strike: Decimal
    kind: Literal["call", "put"]
    iv_pct: Decimal | None = None
    """Implied volatility of its mark price, percent a year: 55 is 55 %."""
    forward: Decimal | None = None
    """Price of the future it is valued on."""
    open_interest: Decimal | None = None
    """In base units."""
    place: str
    fields: Mapping[str, str] = {}


class VolatilityIndexQuery(Struct, frozen=True, kw_only=True):
    asset: str
    hours: int = 25


class VolatilityIndexPoint(Struct, frozen=True, kw_only=True):
    """Expected volatility over the next 30 days, percent a year: the last value of the hour that began at `at`."""

    value: Decimal
    at: datetime
    field: str


class MarginAccountQuery(Struct, frozen=True, kw_only=True):
    """What an address holds on a venue that keeps its books on a chain."""

    address: str


class MarginPosition(Struct, frozen=True, kw_only=True):
    """One perpetual held; `size` in base units is negative where it is short, money in US dollars."""

    symbol: str
    size: Decimal | None
    entry: Decimal | None = None
    value: Decimal | None = None
    unrealised: Decimal | None = None
    liquidation: Decimal | None = None
    leverage: Decimal | None = None
    fields: Mapping[str, str] = {}


class SpotBalance(Struct, frozen=True, kw_only=True):
    """One coin held, in its own units, and the part of it that orders hold."""

    symbol: str
    total: Decimal | None
    held: Decimal | None = None
    fields: Mapping[str, str] = {}


class MarginAccount(Struct, frozen=True, kw_only=True):
    """Perpetuals and coins of one address; `value` is what the perpetuals' side is worth, in US dollars."""

    value: Decimal | None
    margin_used: Decimal | None = None
    withdrawable: Decimal | None = None
    updated_at: datetime | None = None
    positions: tuple[MarginPosition, ...] = ()
    balances: tuple[SpotBalance, ...] = ()
    fields: Mapping[str, str] = {}


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
    cap_set: bool = False
    """Whether the spending cap its spec names is configured."""
    health: Callable[[], SourceHealth] | None = None
    """How it is doing, where it is asked over a real stack."""

    @property
    def configured(self) -> bool:
        """Whether it can be asked at all."""
        key, cost = self.spec.key, self.spec.cost
        return (key is None or not key.required or self.key_set) and (cost is None or self.cap_set)


class Sources(Protocol):
    """The sources at hand, by what they serve. Asking for a need loads the files that serve it, no others."""

    def offering(self, *needs: Need) -> tuple[Source, ...]:
        """Configured sources that serve any of `needs`, by name."""
        ...

    def lacking(self, *needs: Need) -> tuple[SourceSpec, ...]:
        """Those that would serve them with a key or a cap that is not set."""
        ...

    def spec(self, name: str) -> SourceSpec | None:
        """The spec of a source that has been loaded."""
        ...

    def __iter__(self) -> Iterator[Source]:
        """Every source there is, configured or not."""
        ...


class SourceList(Struct, frozen=True):
    """Sources that are loaded already."""

    sources: tuple[Source, ...] = ()

    def offering(self, *needs: Need) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if source.configured and set(needs).intersection(source.offers))

    def lacking(self, *needs: Need) -> tuple[SourceSpec, ...]:
        return tuple(
            source.spec for source in self.sources if not source.configured and set(needs).intersection(source.offers)
        )

    def spec(self, name: str) -> SourceSpec | None:
        return next((source.spec for source in self.sources if source.spec.name == name), None)

    def __iter__(self) -> Iterator[Source]:
        return iter(self.sources)
