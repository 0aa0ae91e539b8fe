"""What the desk gives to tools: checked facts by need. Here: the Desk port. Not here: what it gives (views), how (desk)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from decimal import Decimal

    from mobius.core.chain_views import GasView
    from mobius.core.market_views import CandleView, DerivativesView, MarketView, PriceView
    from mobius.core.mood_views import MoodView
    from mobius.core.ports import Compute
    from mobius.core.protocol_views import ChainsView, CompareView, FlowView, Ranking, RoutesView
    from mobius.core.rate_views import Appetite, StakingView, YieldsView
    from mobius.core.record_views import DevelopmentView, InstitutionsView, NewsView


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
        since: datetime | None = None, at: datetime | None = None,
    ) -> CompareView:  # fmt: skip
        """Protocols side by side, with lending rates of `assets`; those that nobody lists are named. Raises NoData.

        With `since`, locked value by day from then on, where it comes in time.
        """
        ...

    async def flow(
        self, protocol: str, *, since: datetime, days: int | None = None, at: datetime | None = None
    ) -> FlowView:
        """What flowed into or out of a protocol since a day, net, prices and earnings taken out. Raises NoData.

        With `days`, which protocols of its kind rose most over as many days, where that comes in time.
        """
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
        protocols: tuple[str, ...] = (),
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
