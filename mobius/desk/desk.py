"""The desk: one need to several sources, one checked fact back. Here: now or the past, for each need."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from mobius.core.errors import NoData
from mobius.core.history import History
from mobius.core.imported import Imported
from mobius.core.market_views import CandleView, DerivativesView, MarketView, PriceView
from mobius.core.needs import Sources
from mobius.core.sources import Need

if TYPE_CHECKING:
    from decimal import Decimal

    from mobius.core.chain_views import GasView
    from mobius.core.mood_views import MoodView
    from mobius.core.ports import Compute
    from mobius.core.protocol_views import ChainsView, CompareView, FlowView, Ranking, RoutesView
    from mobius.core.rate_views import Appetite, StakingView, YieldsView
    from mobius.core.record_views import DevelopmentView, InstitutionsView, NewsView


class MarketDesk(Struct, frozen=True):
    """Implements core.desk.Desk over some sources and the history. Rooms of the past load numpy: only when used."""

    sources: Sources
    history: History
    imported: Imported | None = None
    """Daily series from files, where any can be."""

    async def prices(
        self,
        assets: tuple[str, ...],
        quote: str = "USD",
        *,
        exchanges: tuple[str, ...] = (),
        at: datetime | None = None,
    ) -> tuple[PriceView, ...]:
        if at is not None:
            from mobius.desk.past import past_prices

            return await past_prices(self.history, assets, quote, at)
        from mobius.desk.live import live_prices

        sources = self.sources.offering("spot", "overview", "reference", "fx", "tail_spot")
        return await live_prices(sources, assets, quote, exchanges)

    async def candles(
        self, asset: str, quote: str = "USD", *, interval_s: int, n_bars: int, at: datetime | None = None
    ) -> CandleView:
        if at is not None:
            from mobius.desk.past import past_candles

            return await past_candles(self.history, asset, quote, interval_s=interval_s, n_bars=n_bars, at=at)
        from mobius.desk.candles import live_candles

        return await live_candles(self.sources.offering("candles"), asset, quote, interval_s=interval_s, n_bars=n_bars)

    async def market(self, *, top: int = 100, quote: str = "USD", at: datetime | None = None) -> MarketView:
        from mobius.desk.market import live_market, past_market

        if at is not None:
            return await past_market(self.history, at)
        return await live_market(
            self.sources.offering("overview", "market_totals", "fear_greed", "stablecoins"), top=top, quote=quote
        )

    async def derivatives(
        self, assets: tuple[str, ...], *, exchanges: tuple[str, ...] = (), at: datetime | None = None
    ) -> tuple[DerivativesView, ...]:
        if at is not None:
            raise NoData("history", "The history on this machine holds no funding, open interest or option prices.",
                         hint="Ask without a date for those of now.")  # fmt: skip
        from mobius.desk.derivatives import live_derivatives

        return await live_derivatives(
            self.sources.offering("perpetuals", "futures", "options", "volatility_index"), assets, exchanges
        )

    async def yields(
        self, assets: tuple[str, ...], *, appetite: Appetite, chains: tuple[str, ...] = (), protocols: tuple[str, ...] = (),
        least_tvl_usd: float = 0.0, stable_only: bool = False, at: datetime | None = None,
    ) -> tuple[YieldsView, ...]:  # fmt: skip
        if at is not None:
            raise NoData("history", "The history on this machine holds no yields.",
                         hint="Ask without a date for those of now.")  # fmt: skip
        from mobius.desk.yields import live_yields

        sources = self.sources.offering("yield_pools", "lending_markets", "vaults", "staking_rate", "pool_rates")
        return await live_yields(
            sources, assets, chains=chains, protocols=protocols, appetite=appetite, least_tvl_usd=least_tvl_usd,
            stable_only=stable_only,
        )  # fmt: skip

    async def staking(
        self, assets: tuple[str, ...], *, protocols: tuple[str, ...] = (), at: datetime | None = None
    ) -> tuple[StakingView, ...]:
        if at is not None:
            raise NoData("history", "The history on this machine holds no staking rates.",
                         hint="Ask without a date for those of now.")  # fmt: skip
        from mobius.desk.staking import live_staking

        return await live_staking(self.sources.offering("yield_pools", "staking_rate"), assets, protocols)

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
        if at is not None:
            raise NoData("history", "The history on this machine holds no headlines.",
                         hint="Ask without a date for those of now.")  # fmt: skip
        from mobius.desk.news import live_news

        bars = partial(self.candles, assets[0], interval_s=3_600, n_bars=30) if why and assets else None
        sources = self.sources.offering("headlines", "rules")
        return await live_news(sources, assets, regulators, protocols=protocols, hours=hours, now=now, bars=bars)

    async def development(
        self, subjects: tuple[str, ...], *, at: datetime | None = None
    ) -> tuple[DevelopmentView, ...]:
        if at is not None:
            raise NoData("history", "The history on this machine holds no commits.",
                         hint="Ask without a date for those of now.")  # fmt: skip
        from mobius.desk.development import live_development

        return await live_development(self.sources.offering("repository"), subjects)

    async def institutions(self, asset: str, *, now: datetime, at: datetime | None = None) -> InstitutionsView:
        from mobius.desk.institutions import live_institutions, past_institutions

        if at is not None:
            return await past_institutions(self.imported, asset, at)
        needs: tuple[Need, ...] = ("fund_flows", "positioning", "filings", "treasuries")
        return await live_institutions(self.sources.offering(*needs), self.imported, asset, now=now)

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
        if at is not None:
            raise NoData("history", "The history on this machine holds no posts.",
                         hint="Ask without a date for the mood of now.")  # fmt: skip
        from mobius.desk import mood as room

        return await room.live_mood(
            self.sources.offering(*(need for need in room.NEEDS if press or need != "tone")), self.sources.lacking("posts"),
            self.imported, self.prices, compute, asset=asset, hours=hours, now=now, press=press,
        )  # fmt: skip

    async def gas(self, chains: tuple[str, ...], *, at: datetime | None = None) -> GasView:
        if at is not None:
            raise NoData("history", "The history on this machine holds no network fees.",
                         hint="Ask without a date for those of now.")  # fmt: skip
        from mobius.desk.gas import live_gas

        return await live_gas(self.sources.offering("fee_history", "bitcoin_fees"), chains, self.prices)

    async def compare(
        self, protocols: tuple[str, ...], *, assets: tuple[str, ...] = (), chains: tuple[str, ...] = (),
        since: datetime | None = None, at: datetime | None = None,
    ) -> CompareView:  # fmt: skip
        if at is not None:
            raise NoData("history", "The history on this machine holds nothing of protocols.",
                         hint="Ask without a date for how they stand now.")  # fmt: skip
        from mobius.desk import protocols as room

        needs = (*room.NEEDS, *room.RATE_NEEDS)
        return await room.live_compare(
            self.sources.offering(*needs), protocols, assets=assets, chains=chains, since=since
        )

    async def flow(
        self, protocol: str, *, since: datetime, days: int | None = None, at: datetime | None = None
    ) -> FlowView:
        if at is not None:
            raise NoData("history", "The history on this machine holds nothing of protocols.",
                         hint="Ask without a date for the flows up to now.")  # fmt: skip
        from mobius.desk import flows as room

        return await room.live_flow(self.sources.offering(*room.NEEDS), protocol, since, days=days)

    async def chains(
        self, chains: tuple[str, ...], *, since: datetime, now: datetime, layer_2: bool = False,
        by: Ranking = "locked", at: datetime | None = None,
    ) -> ChainsView:  # fmt: skip
        if at is not None:
            raise NoData("history", "The history on this machine holds nothing of chains.",
                         hint="Ask without a date for how they stand now.")  # fmt: skip
        from mobius.desk import chains as room

        return await room.live_chains(
            self.sources.offering(*room.NEEDS), chains, layer_2=layer_2, by=by, since=since, now=now, prices=self.prices
        )

    async def routes(
        self, asset: str, amount: Decimal, from_chain: str, to_chain: str, *, stated: bool, at: datetime | None = None
    ) -> RoutesView:
        if at is not None:
            raise NoData("history", "What moving between chains cost on a past day is not known.",
                         hint="Ask without a date for what it costs now.")  # fmt: skip
        from mobius.desk import routes as room

        return await room.live_routes(
            self.sources.offering(*room.NEEDS), asset, amount, from_chain, to_chain, stated=stated
        )
