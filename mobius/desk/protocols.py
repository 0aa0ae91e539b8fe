"""Protocols side by side: locked value, fees, market value, lending and staking rates, incidents. Here: asking, and each
protocol's versions together.

A protocol is several entries at the source, one a version: what is shown is their sum, with the names of what was counted.
Changes are of the sum, too: each version's earlier value follows from its own change. Not here: flows (flows), chains (chains).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from msgspec.structs import replace

from mobius.core.errors import MobiusError, NoData
from mobius.core.facts import Fact, Sourced, derive, unknown
from mobius.core.gather import gather
from mobius.core.incidents import incidents_of
from mobius.core.needs import Source
from mobius.core.notices import Notice, SourceFailure
from mobius.core.protocol_needs import (
    DexPool,
    DexPoolsQuery,
    ProtocolRow,
    ProtocolsQuery,
    ProtocolTurnover,
    Turnover,
    TurnoverQuery,
)
from mobius.core.protocol_views import CompareView, IncidentView, LendingSide, PoolSide, ProtocolSide, StakeSide
from mobius.core.protocols import PROTOCOLS
from mobius.core.provider_names import defillama_slugs
from mobius.core.rate_needs import LendingMarketsQuery, YieldPoolsQuery
from mobius.core.rate_views import StakingView
from mobius.core.receipts import RECEIPTS
from mobius.core.sources import Need
from mobius.desk.failures import once, told
from mobius.desk.lending_sides import lending_sides
from mobius.desk.parents import ancestry
from mobius.desk.rounds import ROUND_S, Round, ask
from mobius.desk.staking import staking_told
from mobius.desk.tvl_days import tvl_by_day

NEEDS: tuple[Need, ...] = ("protocols", "fees", "protocol_history")
RATE_NEEDS: tuple[Need, ...] = ("lending_markets", "yield_pools", "dex_pools", "staking_rate")
REGISTRY = "registry"
"""The source of facts that come from lists of our own."""
MOST_POOLS = 6
CHART_S = 0.6
"""How much longer a chart may take than the figures."""
WHOLE_S = 4.3
"""A little more than one round."""
USUAL_CHAIN = "ethereum"
"""Where rates are compared when no chain is named."""


async def live_compare(
    sources: Sequence[Source], protocols: tuple[str, ...], *, assets: tuple[str, ...], chains: tuple[str, ...],
    since: datetime | None = None,
) -> CompareView:  # fmt: skip
    """A side for each protocol that a source told of, in the order asked; rates of `assets` on `chains` where there are any.

    Where nobody told what is locked, the sides hold what else was told. With `since`, locked value by day from then on, as far
    as histories come in time. Raises NoData when nothing was told.
    """
    questions: dict[str, tuple[Need, Any]] = {
        "protocols": ("protocols", ProtocolsQuery(protocols=protocols)),
        "fees": ("fees", TurnoverQuery()),
    }
    lenders = tuple(one for one in protocols if one in PROTOCOLS and PROTOCOLS[one].does == "lending")
    if assets and lenders:
        questions["markets"] = ("lending_markets", LendingMarketsQuery(chains=chains or (USUAL_CHAIN,)))
        questions["pools"] = ("yield_pools", YieldPoolsQuery(assets=assets, chains=chains, protocols=lenders))
    exchanges = tuple(one for one in protocols if one in PROTOCOLS and PROTOCOLS[one].does == "decentralised exchange")
    if assets and exchanges:
        questions["dexs"] = ("dex_pools", DexPoolsQuery(asset=assets[0], limit=30))
    stakers = tuple(one for one in protocols if one in PROTOCOLS and PROTOCOLS[one].does == "liquid staking")
    jobs: dict[str, Callable[[], Awaitable[Any]]] = {"round": partial(ask, sources, questions)}
    if stakers == protocols:
        jobs["stakes"] = partial(staking_told, sources, _staked(stakers), stakers, timeout_s=ROUND_S)
    if since is not None:
        jobs["days"] = partial(tvl_by_day, sources, protocols, since)
    got = await gather(
        jobs, limit=len(jobs), enough=lambda told_of: told_of.keys() >= jobs.keys() - {"days"}, linger=lambda _: CHART_S,
        grace_s=WHOLE_S, timeout_s=WHOLE_S,
    )  # fmt: skip
    for error in got.failures.values():
        if not isinstance(error, MobiusError):
            raise error
    if "round" in got.failures:
        raise got.failures["round"]
    heard: Round = got.results["round"]
    days, day_parts = got.results.get("days", ({}, ()))
    stakes, unstaked = got.results.get("stakes", ((), _unheard(sources) if "stakes" in jobs else ()))
    failures = once((*heard.failures, *unstaked))
    listed = heard.first("protocols")
    parts: list[Fact] = list(day_parts)
    sides: list[ProtocolSide] = []
    for protocol in protocols:
        rows = [row for row in listed.value if row.protocol == protocol] if listed is not None else []
        lending = lending_sides(protocol, assets, chains or (USUAL_CHAIN,), heard) if protocol in lenders else ()
        stake = _stake(protocol, stakes, parts)
        if rows and listed is not None:
            side = _side(protocol, listed, rows, heard, lending, parts)
        elif listed is None or lending or stake is not None:
            side = _unsized(protocol, heard, lending, parts, silent=listed is None)
        else:
            continue
        sides.append(replace(side, stake=stake, incidents=_incidents(protocol), daily=days.get(protocol)))
    pools = _pools(exchanges, heard)
    if not pools and not any(_told(side) for side in sides):
        said = told(failures, sources)
        raise NoData(
            "protocols", f"No source told about {_named(protocols)}{': ' + said if said else ''}.",
            hint="`mobius doctor` shows which sources answer.",
        )  # fmt: skip
    return CompareView(
        sides=tuple(sides),
        times=_times(sides),
        rate_gap=_rate_gap(sides),
        pools=pools,
        missing=tuple(protocol for protocol in protocols if all(side.protocol != protocol for side in sides)),
        parts=tuple(parts),
        notices=_notices(sides),
        failures=failures,
    )


def _unheard(sources: Sequence[Source]) -> tuple[SourceFailure, ...]:
    """Who tells what staking pays, and had not when the time was over."""
    return tuple(
        SourceFailure(source=one.spec.name, kind="slow", message="did not answer in time")
        for one in sources
        if "yield_pools" in one.offers
    )


def _told(side: ProtocolSide) -> bool:
    """Whether anything of it is known but what our own list has."""
    rates = any(one.supply.value is not None for one in side.lending) or side.stake is not None
    return rates or bool(side.versions) or side.fees_24h.value is not None or side.daily is not None


def _staked(stakers: Sequence[str]) -> tuple[str, ...]:
    """What is staked with these protocols."""
    slugs = {slug for protocol in stakers for slug in (protocol, *defillama_slugs(protocol))}
    return tuple(dict.fromkeys(one.asset for one in RECEIPTS.values() if slugs.intersection(one.projects)))


def _stake(protocol: str, views: Sequence[StakingView], parts: list[Fact]) -> StakeSide | None:
    """What its largest stake pays."""
    for view in views:
        for stake in view.stakes:
            if stake.protocol == protocol and stake.rate.value is not None:
                parts += ancestry(stake.rate, view.parts)
                return StakeSide(asset=view.asset, rate=stake.rate)
    return None


def _incidents(protocol: str) -> tuple[IncidentView, ...]:
    """What our own list has of it, as facts whose instant is the day."""
    views = []
    for one in incidents_of(protocol):
        day = f"{one.at:%Y-%m-%d}"
        stem, place = f"{protocol}.incident.{day}", f"{REGISTRY}:incidents#{protocol}.{day} ({one.note})"
        reason = "accounts differ, or nothing was taken" if one.lost_usd is None else None
        views.append(
            IncidentView(
                what=Fact(id=f"{stem}.what", value=one.what, unit="text", source=REGISTRY, path=place, as_of=one.at),
                lost=Fact(
                    id=f"{stem}.lost", value=one.lost_usd, unit="USD", source=REGISTRY, path=place, as_of=one.at,
                    reason=reason,
                ),
            )
        )  # fmt: skip
    return tuple(views)


def _pools(exchanges: Sequence[str], heard: Round) -> tuple[PoolSide, ...]:
    """The deepest pools of these exchanges, whoever told of them; an exchange that tells its own pools goes first."""
    found = [
        (sourced, row)
        for sourced in sorted(heard.answers.get("dexs", ()), key=lambda sourced: sourced.source not in exchanges)
        for row in sourced.value
        if row.dex.partition(" ")[0] in exchanges and row.liquidity_usd is not None
    ]
    ranked = sorted(found, key=lambda pair: -(pair[1].liquidity_usd or Decimal(0)))
    seen: dict[str, PoolSide] = {}
    for sourced, row in ranked:
        if row.pool.lower() not in seen and len(seen) < MOST_POOLS:
            seen[row.pool.lower()] = _pool(f"pool{len(seen)}", sourced, row)
    return tuple(seen.values())


def _pool(stem: str, sourced: Sourced[Any], row: DexPool) -> PoolSide:
    def leaf(what: str, value: Any, unit: str) -> Fact:
        return sourced.leaf(f"{stem}.{what}", value, unit, row.fields.get(what, f"{row.pool}.{what}"))

    return PoolSide(
        dex=leaf("dex", row.dex, "text"), base=leaf("base", row.base, "text"), quote=leaf("quote", row.quote, "text"),
        chain=row.chain, liquidity=leaf("liquidity_usd", row.liquidity_usd, "USD"),
        volume_24h=leaf("volume_24h_usd", row.volume_24h_usd, "USD"), fee_apr=leaf("fee_apr_pct", row.fee_apr_pct, "pct"),
    )  # fmt: skip


def _times(sides: Sequence[ProtocolSide]) -> Fact:
    ranked = sorted((side.tvl for side in sides if side.tvl.value is not None), key=lambda tvl: -(tvl.number() or 0.0))
    if len(ranked) < 2:
        return unknown("compare.times", "ratio", "fewer than two locked values are known")
    return ratio("compare.times", ranked[0], ranked[1], "the largest locked value over the next")


def _rate_gap(sides: Sequence[ProtocolSide]) -> Fact:
    """Between markets of the same asset on the same chain, or stakes of the same asset, only."""
    first = [side.lending[0] for side in sides if side.lending]
    told_of = [one.supply for one in first if (one.asset, one.chain) == (first[0].asset, first[0].chain)]
    stakes = [side.stake for side in sides if side.stake is not None]
    if not first and stakes:
        told_of = [one.rate for one in stakes if one.asset == stakes[0].asset]
    known = sorted((fact for fact in told_of if fact.value is not None), key=lambda fact: -(fact.number() or 0.0))
    if len(known) < 2:
        return unknown("compare.rate_gap", "points", "fewer than two rates are known")
    gap = Decimal(str(known[0].value)) - Decimal(str(known[1].value))
    return derive("compare.rate_gap", gap, "points", known[:2], "the best rate less the next")


def _named(protocols: Sequence[str]) -> str:
    return ", ".join(PROTOCOLS[one].name if one in PROTOCOLS else one for one in protocols)


def _notices(sides: Sequence[ProtocolSide]) -> tuple[Notice, ...]:
    """What a reader of locked values should know: lenders' leave out what is lent."""
    lent = [side.name for side in sides if side.borrowed.value is not None]
    return (Notice(kind="tvl_without_loans", names={"protocols": ", ".join(lent)}),) if lent else ()


def _side(
    protocol: str, listed: Sourced[Any], rows: Sequence[ProtocolRow], heard: Round, lending: tuple[LendingSide, ...],
    parts: list[Fact],
) -> ProtocolSide:  # fmt: skip
    def leaf(row: ProtocolRow, what: str, unit: str) -> Fact:
        stem = f"{protocol}.{row.slug}.{what}"
        return listed.leaf(stem, getattr(row, what), unit, row.fields.get(what, what))

    tvls = [leaf(row, "tvl_usd", "USD") for row in rows]
    caps = [leaf(row, "market_cap_usd", "USD") for row in rows]
    borrowed = [leaf(row, "borrowed_usd", "USD") for row in rows if row.borrowed_usd is not None]
    parts += [*tvls, *caps, *borrowed]
    tvl = total(f"{protocol}.tvl", tvls, "USD")
    cap = next((fact for fact in caps if fact.value is not None), None)
    fees = _fees(protocol, heard.first("fees"), [row.slug for row in rows], parts)
    by_chain: dict[str, Decimal] = {}
    for row in rows:
        for chain, value in row.chains.items():
            by_chain[chain] = by_chain.get(chain, Decimal(0)) + value
    main = max(by_chain, key=lambda chain: by_chain[chain], default="")
    on_main = [
        listed.leaf(f"{protocol}.{row.slug}.main", row.chains[main], "USD", row.fields[f"chains.{main}"])
        for row in rows
        if main in row.chains
    ]
    parts += on_main
    there = total(f"{protocol}.main", on_main, "USD")
    parts.append(there)
    share = ratio(f"{protocol}.main_ratio", there, tvl, "what stands on the main chain over all")
    parts.append(share)
    return ProtocolSide(
        protocol=protocol,
        name=PROTOCOLS[protocol].name if protocol in PROTOCOLS else protocol,
        category=listed.leaf(f"{protocol}.category", rows[0].category or None, "text", rows[0].slug),
        versions=tuple(listed.leaf(f"{protocol}.{row.slug}.name", row.name, "text", row.slug) for row in rows),
        tvl=tvl,
        change_1d=change_of_sum(f"{protocol}.change_1d", [leaf(row, "change_1d_pct", "pct") for row in rows], tvls, parts),
        change_7d=change_of_sum(f"{protocol}.change_7d", [leaf(row, "change_7d_pct", "pct") for row in rows], tvls, parts),
        fees_24h=fees[0],
        fees_7d=fees[1],
        fees_30d=fees[2],
        borrowed=total(f"{protocol}.borrowed", borrowed, "USD")
        if borrowed
        else unknown(f"{protocol}.borrowed", "USD", "the source tells no loans"),
        market_cap=cap if cap is not None else caps[0],
        cap_to_tvl=ratio(f"{protocol}.cap_to_tvl", cap, tvl, "market value over locked value"),
        chains=derive(f"{protocol}.chains", len(by_chain), "count", (tvl,), "chains with locked value"),
        main_chain=main or None,
        main_share=percent(f"{protocol}.main_share", share),
        lending=lending,
    )  # fmt: skip


def _unsized(
    protocol: str, heard: Round, lending: tuple[LendingSide, ...], parts: list[Fact], *, silent: bool
) -> ProtocolSide:  # fmt: skip
    """A protocol whose size nobody told: what it pays, and its fees where those were told."""
    why = "the source of locked values did not answer" if silent else "no source here lists it"

    def gap(name: str, unit: str) -> Fact:
        return unknown(f"{protocol}.{name}", unit, why)

    fees = _fees(protocol, heard.first("fees"), defillama_slugs(protocol), parts)
    return ProtocolSide(
        protocol=protocol, name=PROTOCOLS[protocol].name if protocol in PROTOCOLS else protocol,
        category=gap("category", "text"), versions=(), tvl=gap("tvl", "USD"), change_1d=gap("change_1d", "pct"),
        change_7d=gap("change_7d", "pct"), fees_24h=fees[0], fees_7d=fees[1], fees_30d=fees[2],
        borrowed=gap("borrowed", "USD"), market_cap=gap("market_cap", "USD"), cap_to_tvl=gap("cap_to_tvl", "ratio"),
        chains=gap("chains", "count"), main_chain=None, main_share=gap("main_share", "pct"), lending=lending,
    )  # fmt: skip


def _fees(
    protocol: str, sourced: Sourced[Turnover] | None, slugs: Sequence[str], parts: list[Fact]
) -> tuple[Fact, Fact, Fact]:
    """Fees of 24 h, 7 d and 30 d, of the versions that are told; an entry that several versions share counts once."""
    return tuple(
        turnover_of(protocol, f"fees_{span}", f"total_{span}_usd", sourced, slugs, parts)
        for span in ("24h", "7d", "30d")
    )  # type: ignore[return-value]


def turnover_of(
    protocol: str, name: str, field: str, sourced: Sourced[Turnover] | None, slugs: Sequence[str], parts: list[Fact]
) -> Fact:
    """One total of a protocol's versions together."""
    if sourced is None:
        return unknown(f"{protocol}.{name}", "USD", "the source of fees did not answer")
    seen: list[ProtocolTurnover] = []
    told_of: list[Fact] = []
    for slug in slugs:
        one = sourced.value.protocols.get(slug)
        if one is None or any(one is other for other in seen):
            continue
        seen.append(one)
        value = getattr(one, field)
        if value is not None:
            told_of.append(sourced.leaf(f"{protocol}.{slug}.{name}", value, "USD", one.fields.get(field, field)))
    parts += told_of
    return total(f"{protocol}.{name}", told_of, "USD", reason="the source tells no fees of it")


def change_of_sum(fact_id: str, changes: Sequence[Fact], tvls: Sequence[Fact], parts: list[Fact]) -> Fact:
    """The change of the sum: each version's earlier value from its own change. Versions without either are left out."""
    parts += changes
    pairs = [
        (Decimal(str(change.value)), Decimal(str(tvl.value)))
        for change, tvl in zip(changes, tvls, strict=True)
        if change.value is not None and tvl.value is not None and Decimal(str(change.value)) > -100
    ]
    how = "sum of the versions now over their sum before, less one"
    before = sum((tvl / (1 + change / 100) for change, tvl in pairs), Decimal(0))
    if not before:
        return derive(fact_id, None, "pct", (*changes, *tvls), how, reason="the source tells no change")
    after = sum((tvl for _, tvl in pairs), Decimal(0))
    return derive(fact_id, (after / before - 1) * 100, "pct", (*changes, *tvls), how)


def total(fact_id: str, facts: Sequence[Fact], unit: str, *, reason: str = "not told") -> Fact:
    """The sum of those that are known."""
    known = [Decimal(str(fact.value)) for fact in facts if fact.value is not None]
    if not known:
        return unknown(fact_id, unit, reason) if not facts else derive(fact_id, None, unit, facts, "sum", reason=reason)
    return derive(fact_id, sum(known, Decimal(0)), unit, facts, f"sum of {len(known)}")


def ratio(fact_id: str, upper: Fact | None, lower: Fact, how: str) -> Fact:
    """One figure over another, unknown where either is or the lower is nothing."""
    if upper is None or upper.value is None or not lower.value:
        return unknown(fact_id, "ratio", "not told" if upper is None or upper.value is None else "nothing is locked")
    return derive(fact_id, Decimal(str(upper.value)) / Decimal(str(lower.value)), "ratio", (upper, lower), how)


def percent(fact_id: str, ratio: Fact) -> Fact:
    """A ratio as percent."""
    value = None if ratio.value is None else Decimal(str(ratio.value)) * 100
    return derive(fact_id, value, "pct", (ratio,), "ratio x 100", reason=ratio.reason)
