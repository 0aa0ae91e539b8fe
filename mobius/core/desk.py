"""What the desk gives to tools: checked facts by need. Here: the Desk port and its views. Not here: how (desk)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from mobius.core.answers import SeriesData
from mobius.core.facts import Fact

if TYPE_CHECKING:
    from mobius.core.candles import Candles


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


class MarketView(Struct, frozen=True, kw_only=True):
    """The whole market: totals, dominance of BTC and ETH, fear and greed, the largest assets."""

    market_cap: Fact
    change_24h: Fact
    volume_24h: Fact
    dominance: Mapping[str, Fact]
    fear_greed: Fact
    fear_greed_label: Fact
    assets: tuple[OverviewView, ...] = ()
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class Desk(Protocol):
    """One need to several sources, one checked fact back. `at` None is now; else the past, from history alone."""

    async def prices(
        self, assets: tuple[str, ...], quote: str = "USD", *, at: datetime | None = None
    ) -> tuple[PriceView, ...]:
        """A view for each asset that any source knows, in order; raises NoData when there is none at all."""
        ...

    async def candles(
        self, asset: str, quote: str = "USD", *, interval_s: int, n_bars: int, at: datetime | None = None
    ) -> CandleView:
        """The newest `n_bars` closed bars, fewer if there are no more; raises NoData."""
        ...

    async def market(self, *, top: int = 100, quote: str = "USD", at: datetime | None = None) -> MarketView: ...
