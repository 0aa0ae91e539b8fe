"""The whole market: totals, mood, the largest assets. Here: the market need, live and past. Not here: single prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, derive, unknown
from mobius.core.gather import gather
from mobius.core.history import History
from mobius.core.market_views import MarketView, OverviewView, SectorView
from mobius.core.needs import (
    FearGreedDay,
    FearGreedQuery,
    MarketTotals,
    MarketTotalsQuery,
    OverviewQuery,
    OverviewRow,
    Source,
)
from mobius.core.notices import Notice
from mobius.core.protocol_needs import StablecoinsQuery, StablecoinSupply
from mobius.core.sectors import SECTORS
from mobius.desk.failures import failures_of, told

_NEEDS = ("overview", "market_totals", "fear_greed", "stablecoins")
LEAST_IN_SECTOR = 3


async def live_market(sources: Sequence[Source], *, top: int, quote: str) -> MarketView:
    """Totals, dominance, fear and greed and the `top` largest assets; each part may be missing by itself."""
    queries: dict[str, Any] = {
        "overview": OverviewQuery(top=top, quote=quote),
        "market_totals": MarketTotalsQuery(quote=quote),
        "fear_greed": FearGreedQuery(days=2),
        "stablecoins": StablecoinsQuery(),
    }
    jobs = {
        f"{source.spec.name}:{need}": (lambda source=source, need=need: source.offers[need](queries[need], source.http))
        for source in sources
        for need in _NEEDS
        if need in source.offers
    }
    got = await gather(jobs, limit=len(jobs) or 1)
    failures = failures_of(got)
    if not got.results:
        said = told(failures, sources) or "no source offers it"
        raise NoData(
            "market", f"No source told about the market: {said}.", hint="`mobius doctor` shows which sources answer."
        )
    by_need = {need: next((s for key, s in got.results.items() if key.endswith(f":{need}")), None) for need in _NEEDS}
    rows: Sourced[tuple[OverviewRow, ...]] | None = by_need["overview"]
    assets = tuple(_overview(rows, row, quote) for row in rows.value) if rows is not None else ()
    return MarketView(
        **_totals(by_need["market_totals"], quote),
        **_mood(by_need["fear_greed"]),
        **_stablecoins(by_need["stablecoins"]),
        sectors=_sectors(assets),
        assets=assets,
        failures=failures,
    )


def _stablecoins(sourced: Sourced[tuple[StablecoinSupply, ...]] | None) -> dict[str, Any]:
    """Dollar stablecoins on all chains together, and how that changed in a week; nothing when no source told."""
    rows = () if sourced is None else sourced.value
    if sourced is None or not rows:
        return {}
    leaves = [sourced.leaf(f"stablecoins.{n}", row.supply, "USD", row.field) for n, row in enumerate(rows)]
    now = sum((row.supply for row in rows), Decimal(0))
    total = derive("stablecoins.supply", now, "USD", leaves, "sum over chains")
    told = [row for row in rows if row.supply_week_ago is not None]
    before = sum((row.supply_week_ago or Decimal(0) for row in told), Decimal(0))
    since = sum((row.supply for row in told), Decimal(0))
    if before <= 0:
        change = unknown("stablecoins.change_7d", "pct", "the source tells no supply of a week ago")
    else:
        value = round((since / before - 1) * 100, 6)
        change = derive(
            "stablecoins.change_7d", value, "pct", leaves, "supply over that of a week ago, chains that tell both"
        )
    return {"stablecoins": total, "stablecoins_week": change, "parts": tuple(leaves)}


def _sectors(assets: Sequence[OverviewView]) -> tuple[SectorView, ...]:
    """Sectors by how they did, weighted by market value: what all of it is worth over what it was worth a day ago."""
    by_ticker = {row.asset: row for row in assets if row.asset is not None}
    views = []
    for name, tickers in SECTORS.items():
        rows = [
            row
            for row in (by_ticker.get(ticker) for ticker in tickers)
            if row is not None and row.market_cap.value is not None and row.change_24h.value is not None
        ]
        if len(rows) < LEAST_IN_SECTOR:
            continue
        caps = [Decimal(str(row.market_cap.value)) for row in rows]
        changes = [Decimal(str(row.change_24h.value)) for row in rows]
        before = sum((cap / (1 + change / 100) for cap, change in zip(caps, changes, strict=True)), Decimal(0))
        parents = [fact for row in rows for fact in (row.market_cap, row.change_24h)]
        stem = f"sector.{name.replace(' ', '_').lower()}"
        value = round((sum(caps, Decimal(0)) / before - 1) * 100, 6)
        change = derive(f"{stem}.change_24h", value, "pct", parents, "change weighted by market value")
        count = derive(f"{stem}.n", len(rows), "count", parents, "assets among the largest")
        views.append(SectorView(name=name, change_24h=change, n=count))
    return tuple(sorted(views, key=lambda view: -(view.change_24h.number() or 0.0)))


def _totals(sourced: Sourced[MarketTotals] | None, quote: str) -> dict[str, Any]:
    if sourced is None:
        why = "the source of totals did not answer"
        return {
            "market_cap": unknown("market.cap", quote, why),
            "change_24h": unknown("market.change_24h", "pct", why),
            "volume_24h": unknown("market.volume_24h", quote, why),
            "dominance": {},
        }
    totals = sourced.value

    def leaf(name: str, value: Decimal | None, unit: str, field: str) -> Fact:
        return sourced.leaf(name, value, unit, totals.fields.get(field, field), as_of=totals.updated_at)

    return {
        "market_cap": leaf("market.cap", totals.market_cap, quote, "market_cap"),
        "change_24h": leaf("market.change_24h", totals.change_24h_pct, "pct", "change_24h_pct"),
        "volume_24h": leaf("market.volume_24h", totals.volume_24h, quote, "volume_24h"),
        "dominance": {
            ticker: leaf(f"market.dominance_{ticker.lower()}", share, "pct", f"dominance_pct.{ticker}")
            for ticker, share in totals.dominance_pct.items()
            if ticker in ("BTC", "ETH")
        },
    }


def _mood(sourced: Sourced[tuple[FearGreedDay, ...]] | None) -> dict[str, Any]:
    if sourced is None or not sourced.value:
        why = "the fear and greed index did not answer"
        return {
            "fear_greed": unknown("market.fear_greed", "index", why),
            "fear_greed_label": unknown("market.fear_greed_label", "text", why),
        }
    today = max(sourced.value, key=lambda day: day.at)
    return {
        "fear_greed": sourced.leaf("market.fear_greed", today.value, "index", today.field, as_of=today.at),
        "fear_greed_label": sourced.leaf("market.fear_greed_label", today.label, "text", today.field, as_of=today.at),
    }


def _overview(sourced: Sourced[tuple[OverviewRow, ...]], row: OverviewRow, quote: str) -> OverviewView:
    stem = (row.asset or row.symbol).lower()

    def leaf(name: str, field: str, unit: str) -> Fact:
        place = row.fields.get(field, field)
        return sourced.leaf(f"{stem}.{name}", getattr(row, field), unit, place, as_of=row.updated_at)

    return OverviewView(
        asset=row.asset,
        name=row.name,
        symbol=row.symbol,
        rank=row.rank,
        price=leaf("price", "price", quote),
        market_cap=leaf("market_cap", "market_cap", quote),
        volume_24h=leaf("volume_24h", "volume_24h", quote),
        change_24h=leaf("change_24h", "change_24h_pct", "pct"),
        change_7d=leaf("change_7d", "change_7d_pct", "pct"),
    )


async def past_market(history: History, at: datetime) -> MarketView:
    """What the history can tell of the market on a past day: each asset's close and change, no totals."""
    from mobius.desk.past import past_prices

    series = await history.series()
    tickers = sorted(
        {info.key.asset for info in series}, key=lambda ticker: ASSETS[ticker].rank if ticker in ASSETS else 9999
    )
    rows: list[OverviewView] = []
    parts: list[Fact] = []
    notices: dict[str, Notice] = {}
    for ticker in tickers:
        if ticker in ASSETS and ASSETS[ticker].kind in ("index", "fiat", "stablecoin"):
            continue
        try:
            (view,) = await past_prices(history, (ticker,), "USD", at)
        except NoData:
            continue
        if view.asset in {row.asset for row in rows}:
            continue
        stem = view.asset.lower()
        rows.append(
            OverviewView(
                asset=view.asset,
                name=ASSETS[view.asset].name if view.asset in ASSETS else view.asset,
                symbol=view.asset,
                price=view.price,
                market_cap=view.market_cap,
                volume_24h=view.volume_24h,
                change_24h=view.change_24h,
                change_7d=unknown(f"{stem}.change_7d", "pct", "not computed for a past day"),
            )
        )
        parts += view.parts
        notices |= {notice.kind: notice for notice in view.notices if notice.kind == "quoted_in"}
    if not rows:
        raise NoData("history", f"The history on this machine holds no bars around {at:%Y-%m-%d}.",
                     hint="`mobius history import FILE` brings bars in.")  # fmt: skip
    why = "the imported history holds no market totals"
    dominance: Mapping[str, Fact] = {}
    return MarketView(
        market_cap=unknown("market.cap", "USD", why),
        change_24h=unknown("market.change_24h", "pct", why),
        volume_24h=unknown("market.volume_24h", "USD", why),
        dominance=dominance,
        fear_greed=unknown("market.fear_greed", "index", "not in the imported history"),
        fear_greed_label=unknown("market.fear_greed_label", "text", "not in the imported history"),
        assets=tuple(rows),
        parts=tuple(parts),
        notices=(Notice(kind="market_from_history"), *notices.values()),
    )
