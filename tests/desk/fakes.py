"""Sources that answer from memory, for tests of the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from mobius.core.facts import Sourced
from mobius.core.needs import OverviewRow, Source, SpotTicker
from mobius.core.sources import Limits, Need, Rights, SourceSpec

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def spec(
    name: str, kind: Literal["venue", "aggregator", "index"] = "venue", needs: tuple[Need, ...] = ("spot",)
) -> SourceSpec:
    return SourceSpec(
        name=name,
        title=name.title(),
        kind=kind,
        base_url="http://127.0.0.1:1",
        limits=Limits(per_minute=60),
        needs=needs,
        rights=Rights(attribution=f"Data from {name.title()}"),
    )


def source(
    name: str,
    offers: Mapping[Need, Callable[..., Awaitable[Any]]],
    kind: Literal["venue", "aggregator", "index"] = "venue",
) -> Source:
    return Source(spec=spec(name, kind, tuple(offers)), offers=offers, http=None)


def sourced(value: Any, name: str, *, as_of: datetime = NOW) -> Sourced[Any]:
    return Sourced(value=value, source=name, endpoint="/ticker", as_of=as_of, fetched_at=NOW)


def ticker(
    asset: str, quote: str, mid: str, *, turnover: str = "1000000", spread: str = "0.0002", **more: Any
) -> SpotTicker:
    middle, half = Decimal(mid), Decimal(mid) * Decimal(spread) / 2
    return SpotTicker(
        asset=asset, quote=quote, bid=middle - half, ask=middle + half, last=middle, last_at=NOW,
        turnover_24h=Decimal(turnover), change_24h_pct=Decimal("1.5"), high_24h=middle * 2, low_24h=middle / 2,
        fields={"bid": f"{asset}{quote}.bid", "ask": f"{asset}{quote}.ask"}, **more,
    )  # fmt: skip


def venue(name: str, *tickers: SpotTicker) -> Source:
    async def spot(query: Any, http: Any) -> Sourced[Any]:
        rows = tuple(t for t in tickers if t.asset in query.assets and t.quote in query.quotes)
        return sourced(rows, name)

    return source(name, {"spot": spot})


def failing(name: str, error: Exception, need: Need = "spot") -> Source:
    async def fail(query: Any, http: Any) -> Sourced[Any]:
        raise error

    return source(name, {need: fail}, "venue" if need == "spot" else "aggregator")


def aggregator(name: str, *rows: OverviewRow) -> Source:
    async def overview(query: Any, http: Any) -> Sourced[Any]:
        return sourced(tuple(row for row in rows if not query.assets or row.asset in query.assets), name)

    return source(name, {"overview": overview}, "aggregator")


def row(asset: str, price: str, **more: Any) -> OverviewRow:
    return OverviewRow(asset=asset, name=asset.title(), symbol=asset, price=Decimal(price), updated_at=NOW, **more)
