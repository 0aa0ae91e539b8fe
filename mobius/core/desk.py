"""What the desk gives to tools: checked facts by need. Here: the Desk port and its views. Not here: how (desk)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from mobius.core.answers import SeriesData
from mobius.core.facts import Fact

if TYPE_CHECKING:
    from decimal import Decimal

    from mobius.core.candles import Candles
    from mobius.core.chain_views import GasView
    from mobius.core.mood_views import MoodView
    from mobius.core.ports import Compute
    from mobius.core.protocol_views import ChainsView, CompareView, FlowView, Ranking, RoutesView
    from mobius.core.rate_views import Appetite, StakingView, YieldsView
    from mobius.core.record_views import DevelopmentView, InstitutionsView, NewsView


class Notice(Struct, frozen=True, kw_only=True):
    """Something the reader must be told, by kind; `compose` words it. Facts and names fill the wording."""

    kind: str
    facts: Mapping[str, Fact] = {}
    names: Mapping[str, str] = {}


class SourceFailure(Struct, frozen=True, kw_only=True):
    """A source that gave nothing, and why (an error kind of `core.errors`)."""

    source: str
    kind: str
    message: str


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


class Desk(Protocol):
    """One need to several sources, one checked fact back. `at` None is now; else the past, from history alone."""

    async def prices(
        self,
        assets: tuple[str, ...],
        quote: str = "USD",
        *,
        exchanges: tuple[str, ...] = (),
        at: datetime | None = None,
    ) -> tuple[PriceView, ...]:
        """A view for each asset that any source knows, in order; raises NoData when there is none at all.

        With `exchanges` it is the price there, whatever others say.
        """
        ...

    async def candles(
        self, asset: str, quote: str = "USD", *, interval_s: int, n_bars: int, at: datetime | None = None
    ) -> CandleView:
        """The newest `n_bars` closed bars, fewer if there are no more; raises NoData."""
        ...

    async def market(self, *, top: int = 100, quote: str = "USD", at: datetime | None = None) -> MarketView: ...

    async def derivatives(
        self, assets: tuple[str, ...], *, exchanges: tuple[str, ...] = (), at: datetime | None = None
    ) -> tuple[DerivativesView, ...]:
        """A view for each asset with a derivative anywhere, in order; only `exchanges` when given. Raises NoData."""
        ...

    async def mood(
        self,
        asset: str | None,
        *,
        hours: int,
        now: datetime,
        compute: Compute,
        press: bool = True,
        at: datetime | None = None,
    ) -> MoodView:
        """How the crowd feels about an asset (None: crypto at large), and how much it looks; posts alone without `press`.

        Raises NoData.
        """
        ...

    async def gas(self, chains: tuple[str, ...], *, at: datetime | None = None) -> GasView:
        """What each chain charges now, what usual things cost there; chains without a source are named. Raises NoData."""
        ...

    async def compare(
        self, protocols: tuple[str, ...], *, assets: tuple[str, ...] = (), chains: tuple[str, ...] = (),
        at: datetime | None = None,
    ) -> CompareView:  # fmt: skip
        """Protocols side by side, with lending rates of `assets`; those that nobody lists are named. Raises NoData."""
        ...

    async def flow(self, protocol: str, *, since: datetime, at: datetime | None = None) -> FlowView:
        """What flowed into or out of a protocol since a day, net, prices and earnings taken out. Raises NoData."""
        ...

    async def chains(
        self, chains: tuple[str, ...], *, since: datetime, now: datetime, layer_2: bool = False,
        by: Ranking = "locked", at: datetime | None = None,
    ) -> ChainsView:  # fmt: skip
        """These chains side by side, or the largest, with their changes since a day. Raises NoData."""
        ...

    async def routes(
        self, asset: str, amount: Decimal, from_chain: str, to_chain: str, *, stated: bool, at: datetime | None = None
    ) -> RoutesView:
        """What is left of an amount after moving it to another chain, by each way that is quoted. Raises NoData."""
        ...

    async def yields(
        self, assets: tuple[str, ...], *, appetite: Appetite, chains: tuple[str, ...] = (), protocols: tuple[str, ...] = (),
        least_tvl_usd: float = 0.0, stable_only: bool = False, at: datetime | None = None,
    ) -> tuple[YieldsView, ...]:  # fmt: skip
        """Where each asset earns, the best believed rate first; one view for all where none is named. Raises NoData."""
        ...

    async def staking(
        self, assets: tuple[str, ...], *, protocols: tuple[str, ...] = (), at: datetime | None = None
    ) -> tuple[StakingView, ...]:
        """What staking each asset pays, for those that anyone tells a rate of. Raises NoData."""
        ...

    async def news(
        self,
        assets: tuple[str, ...] = (),
        *,
        regulators: tuple[str, ...] = (),
        hours: int = 72,
        why: bool = False,
        now: datetime,
        at: datetime | None = None,
    ) -> NewsView:
        """Headlines of the last `hours`; with `why` the last day's move of the first asset and what came before it."""
        ...

    async def development(
        self, subjects: tuple[str, ...], *, at: datetime | None = None
    ) -> tuple[DevelopmentView, ...]:
        """A view for each of `subjects` (tickers or slugs of protocols) whose repositories are known. Raises NoData."""
        ...

    async def institutions(self, asset: str, *, now: datetime, at: datetime | None = None) -> InstitutionsView:
        """Fund flows, futures positions, holdings and filings around one asset. Raises NoData when nothing is told."""
        ...
