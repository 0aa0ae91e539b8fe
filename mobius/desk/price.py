"""One dollar price of what the sources said: voted, told, filled in. Not here: hearing them (hearing), other quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mobius.core.answers import SeriesData
from mobius.core.facts import Fact, Sourced, column_digest, derive, unknown
from mobius.core.instants import to_ms
from mobius.core.market_views import PriceView
from mobius.core.needs import OverviewRow
from mobius.core.notices import Notice
from mobius.desk.consensus import STRESS_PCT, Bid, Verdict, distance_pct, vote
from mobius.desk.hearing import DOLLAR_GROUPS, Heard, Rate, bids_for, mid_of, reference_prices

WEEK_MS = 7 * 86_400_000


def settle(asset: str, quote: str, heard: Heard, tether: Rate) -> PriceView | None:
    bids, parts = bids_for(asset, quote, heard, tether)
    notices: list[Notice] = []
    if bids:
        if any(bid.group == "USDT" for bid in bids):
            parts = [*tether.parts, *parts]
        verdict = vote(bids)
        notices += _stress(asset, bids)
        price = price_fact(asset, quote, verdict)
        notices += notices_of(verdict, price)
    else:
        found = _without_conversion(asset, heard) or _from_aggregator(asset, quote, heard)
        if found is None:
            return None
        price, verdict, extra, notices = found
        parts += extra
    return PriceView(
        asset=asset,
        quote=quote,
        price=price,
        agreement=derive(
            f"{asset.lower()}.agreement",
            round(verdict.distance_pct, 4),
            "pct",
            (price,),
            "largest distance of a source",
        ),
        venues=derive(f"{asset.lower()}.venues", len(verdict.kept), "count", (price,), "sources that agree"),
        notices=tuple(notices),
        failures=heard.failures,
        **extras_of(asset, quote, heard, verdict, parts),
    )


def price_fact(asset: str, quote: str, verdict: Verdict) -> Fact:
    kept = [bid.fact for bid in verdict.kept]
    name = f"{asset.lower()}.price" if quote == "USD" else f"{asset.lower()}.price_{quote.lower()}"
    how = {
        "agreed": f"median of {len(kept)} venues' mids",
        "disagreed": f"mid of {verdict.kept[0].source}, the deeper of two that disagree",
        "single": f"mid of {verdict.kept[0].source}, the only source",
    }[verdict.outcome]
    return derive(name, verdict.price, quote, kept, how)


def _stress(asset: str, bids: Sequence[Bid]) -> list[Notice]:
    """USD and USDT books of one asset further apart than 0.3 %, each group voted by itself."""
    groups = {group: [bid for bid in bids if bid.group == group] for group in DOLLAR_GROUPS}
    if not all(groups.values()):
        return []
    usd, usdt = (vote(groups[group]) for group in DOLLAR_GROUPS)
    if distance_pct(usdt.price, usd.price) <= STRESS_PCT:
        return []
    facts = {
        "usd": derive(f"{asset.lower()}.price_usd_books", usd.price, "USD", [b.fact for b in usd.kept], "USD books"),
        "usdt": derive(
            f"{asset.lower()}.price_usdt_books", usdt.price, "USD", [b.fact for b in usdt.kept], "USDT books"
        ),
    }
    return [Notice(kind="stablecoin_stress", facts=facts, names={"asset": asset})]


def notices_of(verdict: Verdict, price: Fact) -> list[Notice]:
    notices: list[Notice] = []
    if verdict.outcome == "single":
        notices.append(Notice(kind="one_source", names={"source": verdict.kept[0].source}))
    for bid in verdict.dropped:
        kind = "sources_disagree" if verdict.outcome == "disagreed" else "source_dropped"
        names = {"source": bid.source, "headline": verdict.kept[0].source}
        notices.append(Notice(kind=kind, facts={"price": price, "other": bid.fact}, names=names))
    return notices


_Fallback = tuple[Fact, Verdict, list[Fact], list[Notice]]


def _alone(price: Fact, source: str, group: str) -> Verdict:
    bid = Bid(source=source, price=Decimal(str(price.value)), fact=price, group=group)
    return Verdict(outcome="single", price=bid.price, kept=(bid,), dropped=(), distance_pct=Decimal(0))


def _without_conversion(asset: str, heard: Heard) -> _Fallback | None:
    """USDT books alone, when no USDT/USD rate is trusted: shown in USDT, and said."""
    for name, sourced in heard.tickers.items():
        for ticker in sourced.value:
            if ticker.asset == asset and ticker.quote == "USDT" and (found := mid_of(ticker, sourced, "")):
                price = derive(f"{asset.lower()}.price", found[0].value, "USDT", (found[0],), "USDT mid, not converted")
                notices = [Notice(kind="one_source", names={"source": name}), Notice(kind="tether_not_converted")]
                return price, _alone(price, name, "USDT"), [*found[1], found[0]], notices
    return None


def _from_aggregator(asset: str, quote: str, heard: Heard) -> _Fallback | None:
    """What aggregators say of an asset that no venue here lists: one alone, or several that check one another."""
    found = reference_prices(asset, heard) if quote == "USD" else []
    if not found:
        return None
    name = f"{asset.lower()}.price"
    if len(found) == 1:
        leaf, source = found[0]
        price = derive(name, leaf.value, quote, (leaf,), f"price of {source}, the only source")
        notices = [Notice(kind="one_source", names={"source": source})]
        return price, _alone(price, source, quote), [leaf], notices
    bids = [Bid(source=source, price=Decimal(str(leaf.value)), fact=leaf, group=quote) for leaf, source in found]
    verdict = vote(bids)
    kept = [bid.fact for bid in verdict.kept]
    price = derive(name, verdict.price, quote, kept, f"median of {len(kept)} aggregators")
    notices = [Notice(kind="from_aggregators")]
    notices += [
        Notice(kind="references_disagree", facts={"other": bid.fact}, names={"source": bid.source})
        for bid in verdict.dropped
    ]
    return price, verdict, [leaf for leaf, _ in found], notices


def extras_of(asset: str, quote: str, heard: Heard, verdict: Verdict, parts: list[Fact]) -> dict[str, Any]:
    """Change and range of the deepest agreeing venue, market cap and volume of the aggregator; all the parts."""
    stem = asset.lower()
    facts: dict[str, Any] = {
        "change_24h": unknown(f"{stem}.change_24h", "pct", "no source gave it"),
        "high_24h": unknown(f"{stem}.high_24h", quote, "no source gave it"),
        "low_24h": unknown(f"{stem}.low_24h", quote, "no source gave it"),
        "volume_24h": unknown(f"{stem}.volume_24h", quote, "no aggregator answered"),
        "market_cap": unknown(f"{stem}.market_cap", quote, "no aggregator answered"),
    }
    row, sourced_row = _overview_row(asset, heard)
    if row is not None and sourced_row is not None and quote == "USD":
        for name, unit in (("volume_24h", quote), ("market_cap", quote), ("change_24h", "pct")):
            value = row.change_24h_pct if name == "change_24h" else getattr(row, name)
            if value is not None:
                place = row.fields.get("change_24h_pct" if name == "change_24h" else name, name)
                facts[name] = sourced_row.leaf(f"{stem}.{name}", value, unit, place, as_of=row.updated_at)
        facts |= _week(stem, row, sourced_row, quote)
        if verdict.kept[0].source == sourced_row.source:
            facts |= _range(stem, row.high_24h, row.low_24h, quote, sourced_row, row.fields)
    deepest = max(verdict.kept, key=lambda bid: bid.depth)
    for ticker in heard.tickers[deepest.source].value if deepest.source in heard.tickers else ():
        if (ticker.asset, ticker.quote) == (asset, deepest.group):
            venue = heard.tickers[deepest.source]
            facts |= _range(stem, ticker.high_24h, ticker.low_24h, ticker.quote, venue, ticker.fields)
            if ticker.change_24h_pct is not None:
                place = ticker.fields.get("change_24h_pct", "change_24h_pct")
                facts["change_24h"] = venue.leaf(f"{stem}.change_24h", ticker.change_24h_pct, "pct", place)
    return {**facts, "parts": tuple(parts)}


def _week(stem: str, row: OverviewRow, sourced: Sourced[Any], quote: str) -> dict[str, Any]:
    """The aggregator's hourly line of seven days, ending when the row was updated."""
    closes = row.sparkline_7d
    if len(closes) < 2 or row.updated_at is None:
        return {}
    end_ms, step_ms = to_ms(row.updated_at), WEEK_MS // len(closes)
    times = tuple(end_ms - step_ms * (len(closes) - 1 - number) for number in range(len(closes)))
    columns = {"close": closes}
    column = Fact(
        id=f"{stem}.week", value=len(closes), unit="count", n=len(closes), sha256=column_digest({"ts": times, **columns}),
        source=sourced.source, path=f"{sourced.source}:{sourced.endpoint}#{row.fields.get('sparkline_7d', 'sparkline_7d')}",
        as_of=row.updated_at, fetched_at=sourced.fetched_at, tier=sourced.tier, simulated=sourced.simulated,
    )  # fmt: skip
    return {"week": SeriesData(name="7 days", unit=quote, ts=times, columns=dict(columns)), "week_column": column}


def _range(
    stem: str, high: Decimal | None, low: Decimal | None, unit: str, sourced: Sourced[Any], places: Mapping[str, str]
) -> dict[str, Fact]:
    if high is None or low is None:
        return {}
    return {
        "high_24h": sourced.leaf(f"{stem}.high_24h", high, unit, places.get("high_24h", "high_24h")),
        "low_24h": sourced.leaf(f"{stem}.low_24h", low, unit, places.get("low_24h", "low_24h")),
    }


def _overview_row(asset: str, heard: Heard) -> tuple[OverviewRow | None, Sourced[tuple[OverviewRow, ...]] | None]:
    for sourced in heard.overviews.values():
        for row in sourced.value:
            if row.asset == asset:
                return row, sourced
    return None, None
