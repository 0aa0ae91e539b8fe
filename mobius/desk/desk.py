"""The desk: one need to several sources, one checked fact back. Here: now or the past, for each need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mobius.core.desk import CandleView, MarketView, PriceView
from mobius.core.history import History
from mobius.core.needs import Source


@dataclass(frozen=True, slots=True)
class MarketDesk:
    """Implements core.desk.Desk over some sources and the history. Rooms of the past load numpy: only when used."""

    sources: Sequence[Source]
    history: History

    async def prices(
        self, assets: tuple[str, ...], quote: str = "USD", *, at: datetime | None = None
    ) -> tuple[PriceView, ...]:
        if at is not None:
            from mobius.desk.past import past_prices

            return await past_prices(self.history, assets, quote, at)
        from mobius.desk.live import live_prices

        return await live_prices(self.sources, assets, quote)

    async def candles(
        self, asset: str, quote: str = "USD", *, interval_s: int, n_bars: int, at: datetime | None = None
    ) -> CandleView:
        if at is not None:
            from mobius.desk.past import past_candles

            return await past_candles(self.history, asset, quote, interval_s=interval_s, n_bars=n_bars, at=at)
        from mobius.desk.candles import live_candles

        return await live_candles(self.sources, asset, quote, interval_s=interval_s, n_bars=n_bars)

    async def market(self, *, top: int = 100, quote: str = "USD", at: datetime | None = None) -> MarketView:
        from mobius.desk.market import live_market, past_market

        if at is not None:
            return await past_market(self.history, at)
        return await live_market(self.sources, top=top, quote=quote)
