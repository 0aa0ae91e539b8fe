"""Hearing the sources: every venue asked at once, their books as bids in the asked quote. Not here: the vote (consensus).

USDT books are converted to dollars before any vote, by a USDT/USD rate that is itself a median of at least two sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from msgspec import Struct

from mobius.core.desk import SourceFailure
from mobius.core.facts import Fact, Sourced, derive
from mobius.core.gather import gather
from mobius.core.needs import OverviewQuery, OverviewRow, Source, SpotQuery, SpotTicker
from mobius.desk.consensus import Bid, enough
from mobius.desk.failures import failures_of

GRACE_S = 0.4
"""Return when two agree, or this long after the first answer."""
LAST_TRADE_MAX_AGE = timedelta(seconds=5)
DOLLAR_GROUPS = ("USD", "USDT")


class Heard(Struct, frozen=True):
    """What the sources said, by source name."""

    tickers: Mapping[str, Sourced[tuple[SpotTicker, ...]]]
    overviews: Mapping[str, Sourced[tuple[OverviewRow, ...]]]
    failures: tuple[SourceFailure, ...]


class Rate(Struct, frozen=True):
    """A conversion rate and the facts it rests on; `fact` is None when too few sources know it."""

    fact: Fact | None
    parts: tuple[Fact, ...]
    why_not: str = ""


async def listen(sources: Sequence[Source], assets: tuple[str, ...], quote: str) -> Heard:
    with_tether = tuple(dict.fromkeys((*assets, "USDT")))
    quotes = tuple(dict.fromkeys((*DOLLAR_GROUPS, quote)))
    spot_query = SpotQuery(assets=with_tether, quotes=quotes)
    overview_query = OverviewQuery(assets=with_tether, quote="USD")
    jobs = {
        source.spec.name: (lambda source=source: source.offers["spot"](spot_query, source.http))
        for source in sources
        if "spot" in source.offers and source.spec.kind == "venue"
    } | {
        source.spec.name: (lambda source=source: source.offers["overview"](overview_query, source.http))
        for source in sources
        if "overview" in source.offers
    }

    def settled(results: Mapping[str, Sourced[Any]]) -> bool:
        heard = _sorted(results, ())
        tether = tether_rate(heard)
        return bool(heard.overviews) and all(enough(bids_for(asset, "USD", heard, tether)[0]) for asset in assets)

    got = await gather(jobs, limit=len(jobs) or 1, enough=settled, grace_s=GRACE_S)
    return _sorted(got.results, failures_of(got, enough=settled(got.results)))


def _sorted(results: Mapping[str, Sourced[Any]], failures: tuple[SourceFailure, ...]) -> Heard:
    tickers: dict[str, Sourced[tuple[SpotTicker, ...]]] = {}
    overviews: dict[str, Sourced[tuple[OverviewRow, ...]]] = {}
    for name, sourced in results.items():
        if any(isinstance(row, OverviewRow) for row in sourced.value):
            overviews[name] = sourced
        else:
            tickers[name] = sourced
    return Heard(tickers, overviews, failures)


def mid_of(
    ticker: SpotTicker, sourced: Sourced[tuple[SpotTicker, ...]], suffix: str
) -> tuple[Fact, tuple[Fact, ...]] | None:
    """The mid of a venue's book, else its last trade if that is fresh; with the leaves it rests on."""
    stem = f"{ticker.asset.lower()}.%s.{sourced.source}{suffix}"
    where = ticker.fields
    if ticker.bid and ticker.ask and ticker.bid > 0 and ticker.ask >= ticker.bid:
        bid = sourced.leaf(stem % "bid", ticker.bid, ticker.quote, where.get("bid", "bid"))
        ask = sourced.leaf(stem % "ask", ticker.ask, ticker.quote, where.get("ask", "ask"))
        mid = derive(stem % "mid", (ticker.bid + ticker.ask) / 2, ticker.quote, (bid, ask), "mean of bid and ask")
        return mid, (bid, ask)
    if ticker.last and ticker.last > 0 and ticker.last_at and sourced.as_of - ticker.last_at <= LAST_TRADE_MAX_AGE:
        last = sourced.leaf(stem % "last", ticker.last, ticker.quote, where.get("last", "last"), as_of=ticker.last_at)
        return last, ()
    return None


def tether_rate(heard: Heard) -> Rate:
    """US dollars for one USDT: the median of at least two sources."""
    seen: list[Fact] = []
    parts: list[Fact] = []
    for sourced in heard.tickers.values():
        for ticker in sourced.value:
            if (ticker.asset, ticker.quote) == ("USDT", "USD") and (found := mid_of(ticker, sourced, "")):
                seen.append(found[0])
                parts += [*found[1], found[0]]
    for sourced_overview in heard.overviews.values():
        for row in sourced_overview.value:
            if row.asset == "USDT" and row.price:
                leaf = sourced_overview.leaf(
                    f"usdt.price.{sourced_overview.source}", row.price, "USD", row.fields.get("price", "price"),
                    as_of=row.updated_at,
                )  # fmt: skip
                seen.append(leaf)
                parts.append(leaf)
    if len(seen) < 2:
        return Rate(None, tuple(parts), "fewer than two sources gave a USDT/USD rate")
    value = median(Decimal(str(fact.value)) for fact in seen)
    fact = derive("usdt.usd", value, "USD/USDT", seen, f"median of {len(seen)} sources")
    return Rate(fact, (*parts, fact))


def bids_for(asset: str, quote: str, heard: Heard, tether: Rate) -> tuple[list[Bid], list[Fact]]:
    """Every venue's bid for `asset` in `quote`, USDT books converted to dollars; and the facts they rest on."""
    bids: list[Bid] = []
    parts: list[Fact] = []
    for name, sourced in heard.tickers.items():
        for ticker in sourced.value:
            direct = ticker.quote == quote
            by_tether = quote == "USD" and ticker.quote == "USDT" and asset != "USDT"
            if ticker.asset != asset or not (direct or by_tether) or (by_tether and tether.fact is None):
                continue
            found = mid_of(ticker, sourced, "" if direct else ".usdt")
            if found is None:
                continue
            mid, leaves = found
            parts += [*leaves, mid]
            rate = Decimal(1)
            if by_tether and tether.fact is not None:
                rate = Decimal(str(tether.fact.value))
                mid = derive(
                    f"{asset.lower()}.mid_usd.{name}", Decimal(str(mid.value)) * rate, "USD", (mid, tether.fact),
                    "USDT mid x USDT/USD rate",
                )  # fmt: skip
                parts.append(mid)
            spread = None
            if ticker.bid and ticker.ask:
                spread = (ticker.ask - ticker.bid) / ((ticker.ask + ticker.bid) / 2) * 100
            bids.append(
                Bid(
                    source=name,
                    price=Decimal(str(mid.value)),
                    fact=mid,
                    group=ticker.quote,
                    spread_pct=spread,
                    depth=_turnover(ticker) * rate,
                )
            )
    return bids, parts


def _turnover(ticker: SpotTicker) -> Decimal:
    if ticker.turnover_24h is not None:
        return ticker.turnover_24h
    price = ticker.last or ticker.bid
    return ticker.volume_24h * price if ticker.volume_24h is not None and price else Decimal(0)
