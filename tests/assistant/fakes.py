"""A desk, an answer log and a tracer in memory, for tests of the pipeline."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from mobius.assistant.ask import Assistant
from mobius.assistant.compute import ThreadCompute
from mobius.core.errors import MobiusError, NoData
from mobius.core.facts import Fact, derive, unknown
from mobius.core.intents import Understanding
from mobius.core.market_views import CandleView, MarketView, OverviewView, PriceView
from mobius.core.needs import Source, SourceList
from mobius.core.notices import Notice, SourceFailure
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.core.world import LIVE, World

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SPECS = tuple(
    SourceSpec(
        name=name, title=title, kind="venue", base_url="https://x.example", limits=Limits(per_minute=60), needs=("spot",),
        rights=Rights(attribution=f"Data from {title}"),
    )
    for name, title in (("kraken", "Kraken"), ("binance", "Binance"))
)  # fmt: skip


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return time.monotonic()


class NoTracer:
    @contextmanager
    def span(self, name: str, **fields: str | int | float) -> Iterator[None]:
        yield


class MemoryLog:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    async def keep(self, answer: bytes, *, answer_id: str, person: str, at: datetime) -> None:
        self.kept[answer_id, person] = answer

    async def find(self, answer_id: str, *, person: str) -> bytes | None:
        return self.kept.get((answer_id, person))

    async def recent(self, n: int, *, person: str) -> tuple[bytes, ...]:
        return tuple(value for (_, whose), value in reversed(self.kept.items()) if whose == person)[:n]


def price_view(
    asset: str, price: str, *, change: str | None = "1.84", quote: str = "USD", notices: tuple[Notice, ...] = (),
    failures: tuple[SourceFailure, ...] = (),
) -> PriceView:  # fmt: skip
    stem = asset.lower()

    def leaf(name: str, value: str, unit: str) -> Fact:
        return Fact(id=f"{stem}.{name}", value=Decimal(value), unit=unit, source="kraken",
                    path=f"kraken:/x#{name}", as_of=NOW, fetched_at=NOW)  # fmt: skip

    mid = leaf("mid.kraken", price, quote)
    head = derive(f"{stem}.price", Decimal(price), quote, (mid,), "mid of kraken")
    return PriceView(
        asset=asset, quote=quote, price=head,
        change_24h=leaf("change_24h", change, "pct") if change else unknown(f"{stem}.change_24h", "pct", "not given"),
        high_24h=leaf("high_24h", str(Decimal(price) * 2), quote), low_24h=leaf("low_24h", str(Decimal(price) / 2), quote),
        volume_24h=leaf("volume_24h", "29000000000", quote), market_cap=unknown(f"{stem}.market_cap", quote, "not given"),
        agreement=derive(f"{stem}.agreement", Decimal("0.03"), "pct", (head,), "largest distance"),
        venues=derive(f"{stem}.venues", 2, "count", (head,), "sources"), parts=(mid,), notices=notices, failures=failures,
    )  # fmt: skip


class MemoryDesk:
    """Prices by asset; an error in place of a view is raised."""

    def __init__(self, prices: Mapping[str, PriceView | MobiusError], market: MarketView | None = None) -> None:
        self.known = prices
        self.known_market = market
        self.asked: list[tuple[tuple[str, ...], str, datetime | None]] = []

    async def prices(
        self,
        assets: tuple[str, ...],
        quote: str = "USD",
        *,
        exchanges: tuple[str, ...] = (),
        at: datetime | None = None,
    ) -> tuple[PriceView, ...]:
        self.asked.append((assets, quote, at))
        found = []
        for asset in assets:
            view = self.known.get(asset)
            if isinstance(view, MobiusError):
                raise view
            if view is not None:
                found.append(view)
        if not found:
            raise NoData("market", f"No source lists {assets[0]}.")
        return tuple(found)

    async def candles(self, asset: str, quote: str = "USD", **_: Any) -> CandleView:
        raise NoData("market", f"No source has bars of {asset}.")

    async def market(self, *, top: int = 100, quote: str = "USD", at: datetime | None = None) -> MarketView:
        if self.known_market is None:
            raise NoData("market", "No source told about the market.")
        return self.known_market


class Understands:
    """Understands what the test says it does."""

    def __init__(self, intent: str = "price", slots: Mapping[str, Any] | None = None, **more: Any) -> None:
        self.intent, self.slots, self.more = intent, dict(slots or {}), more

    def understand(self, text: str, *, now: datetime) -> Understanding:
        return Understanding(text=text, intent=self.intent, confidence=0.9, slots=self.slots, **self.more)


def assistant(desk: Any, understander: Any, *, world: World = LIVE, specs: Sequence[SourceSpec] = SPECS) -> Assistant:
    clock = FixedClock()
    return Assistant(
        desk=desk, clock=clock, world=world, compute=ThreadCompute(clock), tracer=NoTracer(), answers=MemoryLog(),
        sources=SourceList(tuple(Source(spec=spec, offers={}, http=None) for spec in specs)),
        understander=understander,
    )  # fmt: skip


def market_view() -> MarketView:
    def leaf(name: str, value: Any, unit: str) -> Fact:
        return Fact(id=name, value=value, unit=unit, source="coingecko", path=f"coingecko:/global#{name}", as_of=NOW,
                    fetched_at=NOW)  # fmt: skip

    def asset(ticker: str, change: str, volume: str) -> OverviewView:
        stem = ticker.lower()
        return OverviewView(
            asset=ticker, name=ticker.title(), symbol=ticker, price=leaf(f"{stem}.price", Decimal(10), "USD"),
            market_cap=leaf(f"{stem}.cap", Decimal(10**9), "USD"), volume_24h=leaf(f"{stem}.vol", Decimal(volume), "USD"),
            change_24h=leaf(f"{stem}.change_24h", Decimal(change), "pct"),
            change_7d=leaf(f"{stem}.change_7d", Decimal(1), "pct"),
        )  # fmt: skip

    return MarketView(
        market_cap=leaf("market.cap", Decimal("2.31e12"), "USD"), change_24h=leaf("market.change_24h", Decimal("-2.1"), "pct"),
        volume_24h=leaf("market.volume_24h", Decimal("9.4e10"), "USD"),
        dominance={"BTC": leaf("market.dominance_btc", Decimal("57.2"), "pct")},
        fear_greed=leaf("market.fear_greed", 28, "index"), fear_greed_label=leaf("market.label", "Fear", "text"),
        assets=(asset("SOL", "7.5", "9e9"), asset("ADA", "-4", "1e9"), asset("DOGE", "40", "1000")),
    )  # fmt: skip
