"""Hearing the sources: every venue asked at once, their books as bids in the asked quote. Not here: the vote (consensus).

USDT books are converted to dollars before any vote, by a USDT/USD rate that is itself a median of at least two sources.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

from msgspec import Struct

from mobius.core.errors import DeadlineExceeded, NoData, SourceError
from mobius.core.facts import Fact, Sourced, derive
from mobius.core.gather import gather
from mobius.core.needs import (
    OverviewQuery,
    OverviewRow,
    ReferencePrice,
    ReferenceQuery,
    Source,
    SpotQuery,
    SpotTicker,
)
from mobius.core.notices import SourceFailure
from mobius.core.sources import Need
from mobius.desk.consensus import Bid, enough
from mobius.desk.failures import failures_of

GRACE_S = 0.4
"""Return when two agree, or this long after the first answer."""
VENUES_GRACE_S = 2.0
"""The same where only a cache or an aggregator has answered: connecting to the venues may take longer than a grace, and
a kept reply that is there at once says nothing of how fast they are."""
LINGER_S = 0.08
"""Once two agree, how much longer to hear who is about to answer, where something had to be fetched anyway."""
TURN_S = 0.003
"""Likewise where all came from the cache: time for the rest to be read from there, and to wait for no request."""
LAST_TRADE_MAX_AGE = timedelta(seconds=5)
DOLLAR_GROUPS = ("USD", "USDT")


class Heard(Struct, frozen=True):
    """What the sources said, by source name."""

    tickers: Mapping[str, Sourced[tuple[SpotTicker, ...]]]
    overviews: Mapping[str, Sourced[tuple[OverviewRow, ...]]]
    failures: tuple[SourceFailure, ...]
    references: tuple[Sourced[tuple[ReferencePrice, ...]], ...] = ()


class Rate(Struct, frozen=True):
    """A conversion rate and the facts it rests on; `fact` is None when too few sources know it."""

    fact: Fact | None
    parts: tuple[Fact, ...]
    why_not: str = ""


async def listen(sources: Sequence[Source], assets: tuple[str, ...], quote: str) -> Heard:
    """Ask every venue, and one aggregator for the overview; more aggregators only for what is still missing then.

    Aggregators have tight limits, so the one that allows the most requests is asked, and the next when that one fails.
    """
    with_tether = tuple(dict.fromkeys((*assets, "USDT")))
    quotes = tuple(dict.fromkeys((*DOLLAR_GROUPS, quote)))
    spot_query = SpotQuery(assets=with_tether, quotes=quotes)
    jobs: dict[str, Callable[[], Awaitable[Sourced[Any]]]] = {
        source.spec.name: partial(source.offers["spot"], spot_query, source.http)
        for source in sources
        if "spot" in source.offers and source.spec.kind == "venue"
    }
    passed_over: list[SourceFailure] = []
    ranked = _by_allowance(sources, "overview")
    if ranked:
        overview = OverviewQuery(assets=with_tether, quote="USD")
        jobs[ranked[0].spec.name] = partial(_first, ranked, "overview", overview, passed_over)

    def agreed(heard: Heard) -> bool:
        tether = tether_rate(heard)
        return all(enough(bids_for(asset, "USD", heard, tether)[0]) for asset in assets)

    def settled(results: Mapping[str, Sourced[Any]]) -> bool:
        heard = _sorted(results, ())
        return bool(heard.overviews) and agreed(heard)

    got = await gather(jobs, limit=len(jobs) or 1, enough=settled, linger=_linger, grace_s=GRACE_S, grace_of=_grace)
    heard = _sorted(got.results, ())
    # what only an aggregator tells is missing without one, whoever else agrees
    missed = {name for name in got.late if name in _names(ranked)} if not heard.overviews else set()
    failures = [*passed_over, *(one for one in failures_of(got, enough=agreed(heard)) if one.source not in missed)]
    failures += [one for one in failures_of(got) if one.source in missed]
    return await _with_references(sources, assets, Heard(heard.tickers, heard.overviews, tuple(failures)))


def _names(sources: Sequence[Source]) -> set[str]:
    return {source.spec.name for source in sources}


def _grace(sourced: Sourced[Any]) -> float:
    fetched_book = sourced.tier == "origin" and any(isinstance(row, SpotTicker) for row in sourced.value)
    return GRACE_S if fetched_book else VENUES_GRACE_S


def _linger(results: Mapping[str, Sourced[Any]]) -> float:
    return LINGER_S if any(sourced.tier == "origin" for sourced in results.values()) else TURN_S


def _by_allowance(sources: Sequence[Source], need: Need) -> list[Source]:
    return sorted((s for s in sources if need in s.offers), key=lambda source: -source.spec.limits.per_minute)


async def _first(ranked: Sequence[Source], need: Need, query: Any, passed_over: list[SourceFailure]) -> Sourced[Any]:
    """What the first source gives, else the next. Failures are noted under the name of whose they are; raises NoData."""
    for source in ranked:
        try:
            sourced: Sourced[Any] = await source.offers[need](query, source.http)
        except NoData:
            continue
        except (SourceError, DeadlineExceeded) as error:
            passed_over.append(SourceFailure(source=source.spec.name, kind=error.kind, message=error.message))
        else:
            return sourced
    raise NoData("market", f"no source gave {need}")


async def _with_references(sources: Sequence[Source], assets: tuple[str, ...], heard: Heard) -> Heard:
    """Second opinions where books do not tell: on an asset no venue lists, and on a USDT whose rate they do not settle.

    One aggregator after the other, until each of these has two prices.
    """
    references, failures = list(heard.references), list(heard.failures)
    for source in _by_allowance(sources, "reference"):
        so_far = Heard(heard.tickers, heard.overviews, (), tuple(references))
        bare = _without_two_prices(assets, so_far)
        if not bare:
            break
        try:
            references.append(await source.offers["reference"](ReferenceQuery(assets=bare), source.http))
        except NoData:
            continue
        except (SourceError, DeadlineExceeded) as error:
            failures.append(SourceFailure(source=source.spec.name, kind=error.kind, message=error.message))
    return Heard(heard.tickers, heard.overviews, tuple(failures), tuple(references))


def _without_two_prices(assets: tuple[str, ...], heard: Heard) -> tuple[str, ...]:
    tether = tether_rate(heard)
    bare = [
        asset
        for asset in assets
        if len(reference_prices(asset, heard)) < 2 and not bids_for(asset, "USD", heard, tether)[0]
    ]
    in_tether = any(ticker.quote == "USDT" for sourced in heard.tickers.values() for ticker in sourced.value)
    if tether.fact is None and in_tether and len(reference_prices("USDT", heard)) < 2:
        bare.append("USDT")
    return tuple(dict.fromkeys(bare))


def _sorted(results: Mapping[str, Sourced[Any]], failures: tuple[SourceFailure, ...]) -> Heard:
    tickers: dict[str, Sourced[tuple[SpotTicker, ...]]] = {}
    overviews: dict[str, Sourced[tuple[OverviewRow, ...]]] = {}
    for name, sourced in results.items():
        if any(isinstance(row, OverviewRow) for row in sourced.value):
            overviews[sourced.source] = sourced
        else:
            tickers[name] = sourced
    return Heard(tickers, overviews, failures)


def reference_prices(asset: str, heard: Heard) -> list[tuple[Fact, str]]:
    """Dollar prices of aggregators, without a book behind them, each with its source; one a source."""
    found: dict[str, Fact] = {}
    for name, overview in heard.overviews.items():
        for row in overview.value:
            if row.asset == asset and row.price is not None:
                found[name] = overview.leaf(
                    f"{asset.lower()}.price.{name}",
                    row.price,
                    "USD",
                    row.fields.get("price", "price"),
                    as_of=row.updated_at,
                )
    for sourced in heard.references:
        for reference in sourced.value:
            if reference.asset == asset and sourced.source not in found:
                found[sourced.source] = sourced.leaf(
                    f"{asset.lower()}.price.{sourced.source}", reference.price, "USD", reference.field,
                    as_of=reference.updated_at,
                )  # fmt: skip
    return [(fact, name) for name, fact in found.items()]


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
    """US dollars for one USDT: the median of the books, and of what aggregators say where there are fewer than two."""
    seen: list[Fact] = []
    parts: list[Fact] = []
    for sourced in heard.tickers.values():
        for ticker in sourced.value:
            if (ticker.asset, ticker.quote) == ("USDT", "USD") and (found := mid_of(ticker, sourced, "")):
                seen.append(found[0])
                parts += [*found[1], found[0]]
    for leaf, _ in reference_prices("USDT", heard) if len(seen) < 2 else ():
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
