"""Where an asset earns. Here: candidates from the aggregator, checked by the protocols' own figures and ranked.

Once the aggregator has answered, the protocols have two seconds more; who is later costs the check, not the answer. Without the
aggregator the protocols' own markets are shown. Not here: which rates are believed (rate_guards), staking (staking), splitting
an amount over venues.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, derive, unknown
from mobius.core.gather import gather
from mobius.core.needs import Source
from mobius.core.notices import Notice, SourceFailure
from mobius.core.protocols import CHAINS
from mobius.core.rate_needs import LendingMarketRow, PoolRatesQuery, VaultRow, YieldPoolRow, YieldPoolsQuery
from mobius.core.rate_views import Appetite, Fault, Flag, LeftOutView, VenueView, YieldsView
from mobius.core.receipts import RECEIPTS, receipts_of
from mobius.core.sources import Need
from mobius.desk.failures import failures_of, told
from mobius.desk.own_rates import NEEDS, Own, curve_chains, own_of, queries, speaks_for
from mobius.desk.rate_guards import (
    SINGLE_POINTS,
    SINGLE_TIMES,
    above_mean,
    agree,
    believed,
    fault_of,
    fits,
    peers_median,
    scaled,
)

SHOWN = 6
MOST_LEFT_OUT = 3
LURES: tuple[Fault, ...] = ("outlier", "far_above")
"""Named whatever the appetite: people see such rates elsewhere and ask why they are not here."""
MOST_APART = 2
LINGER_S = 2.0
"""How long the protocols may still take once the aggregator has answered."""
TIMEOUT_S = 4.2
"""After this the answer is made of what is there: a question has five seconds, and a price may be asked before."""
LEAST_LISTED_USD = 100_000.0
"""Smaller pools are not looked at, whatever is asked."""
_VERSION = re.compile(r"-(v[234])\b")


class Judged(Struct, frozen=True):
    """A row with what its protocol says of it, and its rank."""

    row: YieldPoolRow
    own: Own | None
    apy: Decimal
    rank: float


async def live_yields(
    sources: Sequence[Source], assets: tuple[str, ...], *, chains: tuple[str, ...], protocols: tuple[str, ...],
    appetite: Appetite, least_tvl_usd: float, stable_only: bool = False,
) -> tuple[YieldsView, ...]:  # fmt: skip
    """A view for each asset, in order; one for all where none is named. Raises NoData where nobody told a rate."""
    query = YieldPoolsQuery(
        assets=assets, chains=chains, protocols=protocols, symbols=receipts_of(assets), least_tvl_usd=LEAST_LISTED_USD
    )
    ends_at = asyncio.get_running_loop().time() + TIMEOUT_S
    asked: dict[Need, Any] = {"yield_pools": query, **queries(assets, chains)}
    needs: tuple[Need, ...] = ("yield_pools", *NEEDS)
    jobs = {
        f"{source.spec.name}:{need}": (lambda source=source, need=need: source.offers[need](asked[need], source.http))
        for source in sources
        for need in needs
        if need in source.offers and (need == "yield_pools" or speaks_for(source, protocols, chains))
    }
    got = await gather(
        jobs, limit=len(jobs) or 1, enough=_listed, linger=lambda _: LINGER_S, grace_s=TIMEOUT_S, timeout_s=TIMEOUT_S
    )
    failures = failures_of(got)
    listed = next((one for key, one in got.results.items() if key.endswith(":yield_pools")), None)
    heard = {key: one for key, one in got.results.items() if not key.endswith(":yield_pools")}
    lists_none = any(key.endswith(":yield_pools") and isinstance(error, NoData) for key, error in got.failures.items())
    if listed is None and (lists_none or not heard):
        raise _nothing(assets, failures, sources)
    if listed is not None:
        left_s = min(LINGER_S, ends_at - asyncio.get_running_loop().time())
        heard |= await _curve(sources, _shown(listed.value, assets, appetite, least_tvl_usd), left_s)
    views = tuple(
        _view(asset, listed, heard, appetite, least_tvl_usd, failures, stable_only)
        if listed is not None
        else _without_list(asset, heard, appetite, failures)
        for asset in assets or ("",)
    )
    if not any(view.venues or view.left_out or view.listed.value for view in views):
        raise _nothing(assets, failures, sources)
    return views


def _listed(results: Mapping[str, Any]) -> bool:
    return any(key.endswith(":yield_pools") for key in results)


def _nothing(assets: tuple[str, ...], failures: Sequence[SourceFailure], sources: Sequence[Source]) -> NoData:
    said, what = told(failures, sources), ", ".join(assets) or "any asset"
    message = f"No source told where {what} earns: {said}." if said else f"No source lists a place where {what} earns."
    return NoData("yields", message, hint="`mobius doctor` shows which sources answer.")


def _shown(
    rows: Sequence[YieldPoolRow], assets: tuple[str, ...], appetite: Appetite, least: float
) -> list[YieldPoolRow]:
    """Rows that may be shown, before the protocols are heard: whom to ask further."""
    fitting = [row for asset in assets or ("",) for row in rows if _takes(row, asset) and fits(row, appetite, least)]
    return sorted(fitting, key=lambda row: -(row.apy_pct or 0))[: SHOWN * 3]


async def _curve(sources: Sequence[Source], rows: Sequence[YieldPoolRow], left_s: float) -> dict[str, Sourced[Any]]:
    """Curve's own figures, asked only where its pools may be shown: its lists are long. Its failure costs the check alone."""
    chains = curve_chains(rows)
    asked = [source for source in sources if "pool_rates" in source.offers] if chains and left_s > 0 else []
    query = PoolRatesQuery(chains=chains[:2])
    jobs = {
        f"{source.spec.name}:pool_rates": (lambda source=source: source.offers["pool_rates"](query, source.http))
        for source in asked
    }
    got = await gather(jobs, limit=len(jobs) or 1, timeout_s=left_s)
    failures_of(got)
    return dict(got.results)


def _takes(row: YieldPoolRow, asset: str) -> bool:
    """Whether `asset` is put in, or the row is the stake of it."""
    if not asset or asset in row.assets:
        return True
    receipt = RECEIPTS.get(row.symbol.upper())
    return receipt is not None and receipt.asset == asset and receipt.issued_by(row.project)


# ------------------------------------------------------------------------------------------------------------- judging


def _view(
    asset: str, listed: Sourced[tuple[YieldPoolRow, ...]], heard: Mapping[str, Sourced[Any]], appetite: Appetite,
    least_tvl_usd: float, failures: tuple[SourceFailure, ...], stable_only: bool,
) -> YieldsView:  # fmt: skip
    rows = [row for row in listed.value if _takes(row, asset) and (row.stable or not stable_only)]
    judged, left_out = _judged(asset, rows, heard, appetite, least_tvl_usd)
    parts: list[Fact] = []
    notices: list[Notice] = []
    venues = tuple(_venue(asset, one, listed, parts, notices) for one in judged[:SHOWN])
    return YieldsView(
        asset=asset,
        venues=venues,
        listed=listed.leaf(f"{_named('yield', asset)}.listed", len(rows), "count", "data, the pools that take it"),
        left_out=tuple(_left_out(asset, row, fault, listed) for row, fault in left_out[:MOST_LEFT_OUT]),
        parts=tuple(parts),
        notices=tuple(notices[:MOST_APART]),
        failures=tuple(failure for failure in failures if _matters(failure, venues)),
    )


def _judged(
    asset: str,
    rows: Sequence[YieldPoolRow],
    heard: Mapping[str, Sourced[Any]],
    appetite: Appetite,
    least_tvl_usd: float,
) -> tuple[list[Judged], list[tuple[YieldPoolRow, Fault]]]:
    """Rows that are believed, the best first; and what is left out by name, the highest rate first."""
    anyone = replace(appetite, known_only=False, record=False)
    peers = {single: peers_median([row for row in rows if row.single is single]) for single in (True, False)}
    judged: list[Judged] = []
    left_out: list[tuple[YieldPoolRow, Fault]] = []
    for row in rows:
        if row.apy_pct is None or not fits(row, anyone, LEAST_LISTED_USD):
            continue
        own = own_of(row, _stem(asset, row), heard)
        truth = _decimal(own.rate) if own is not None else None
        fault = fault_of(row, peers[row.single], truth)
        fitting = fits(row, appetite, least_tvl_usd)
        if fault is not None and (fitting or fault in LURES):
            left_out.append((row, fault))
        if fault is None and fitting:
            apy = row.apy_pct if truth is None else truth + _counted(row, truth)
            judged.append(
                Judged(row, own, apy, believed(apy, row.mean_30d_pct, row.reward_pct, rewards=appetite.rewards))
            )
    judged.sort(key=lambda one: (-one.rank, -(one.row.tvl_usd or 0)))
    left_out.sort(key=lambda one: -(one[0].apy_pct or 0))
    return judged, left_out


def _matters(failure: SourceFailure, venues: Sequence[VenueView]) -> bool:
    """Whether what failed would have said something of what is shown: the aggregator, or a venue's own protocol."""
    source, _, need = failure.source.partition(":")
    protocol, _, chain = source.partition("_")
    return need == "yield_pools" or any(
        venue.protocol == protocol and (not chain or venue.chain == chain) for venue in venues
    )


def _counted(row: YieldPoolRow, truth: Decimal) -> Decimal:
    """Rewards that stand beside the protocol's own rate; none where the listed figures are of another scale."""
    reward = row.reward_pct or Decimal(0)
    return Decimal(0) if scaled(row.apy_pct or Decimal(0), truth) else max(reward, Decimal(0))


def _decimal(fact: Fact) -> Decimal:
    return Decimal(str(fact.value))


def _named(*words: str) -> str:
    return ".".join(re.sub(r"[^\w\-]+", "_", word.lower()) for word in words if word)


def _stem(asset: str, row: YieldPoolRow) -> str:
    return _named("yield", asset, row.project, row.chain or row.chain_name, row.symbol, row.pool[-6:])


def version_of(project: str) -> str:
    """The version in a project's slug that people say.

    >>> version_of("aave-v3"), version_of("lido")
    ('v3', '')
    """
    found = _VERSION.search(project)
    return found[1] if found is not None else ""


def _leaf(stem: str, listed: Sourced[Any], row: YieldPoolRow) -> Callable[[str, Any, str, str, str], Fact]:
    def leaf(name: str, value: Any, unit: str, field: str, reason: str) -> Fact:
        place = row.fields.get(field, field)
        return listed.leaf(f"{stem}.{name}", value, unit, place, reason=reason if value is None else None)

    return leaf


def _venue(
    asset: str, one: Judged, listed: Sourced[Any], parts: list[Fact], notices: list[Notice]
) -> VenueView:  # fmt: skip
    row, own, stem = one.row, one.own, _stem(asset, one.row)
    leaf = _leaf(stem, listed, row)
    told_apy = leaf("listed", row.apy_pct, "pct", "apy_pct", "the aggregator told no rate")
    told_base = leaf("base", row.base_pct, "pct", "base_pct", "the aggregator told no base rate")
    reward = leaf("reward", row.reward_pct, "pct", "reward_pct", "the aggregator told no rewards")
    apy, base = told_apy, told_base
    if own is not None:
        parts += [own.rate, told_apy, told_base]
        base = own.rate
        extra = _counted(row, _decimal(own.rate))
        apy = own.rate if not extra else derive(
            f"{stem}.apy", _decimal(own.rate) + extra, "pct", (own.rate, reward), "the protocol's own rate + rewards as listed"
        )  # fmt: skip
        if told_base.value is not None and not agree(_decimal(own.rate), _decimal(told_base)):
            notices.append(_apart(row, own.rate, told_base))
    return VenueView(
        asset=asset,
        protocol=row.protocol,
        chain=row.chain,
        version=version_of(row.project),
        project=leaf("project", row.project, "text", "project", ""),
        chain_name=leaf("chain", row.chain_name, "text", "chain", ""),
        symbol=leaf("symbol", row.symbol, "text", "symbol", ""),
        apy=apy,
        base=base,
        reward=reward,
        mean_30d=leaf("mean_30d", row.mean_30d_pct, "pct", "mean_30d_pct", "the aggregator has no month of it"),
        tvl=leaf("tvl", row.tvl_usd, "USD", "tvl_usd", "the aggregator told no size"),
        in_use=own.in_use if own is not None and own.in_use is not None else unknown(
            f"{stem}.in_use", "pct", "the protocol did not tell it"
        ),
        believed=one.rank,
        flags=_flags(one),
    )  # fmt: skip


def _apart(row: YieldPoolRow, own: Fact, listed: Fact) -> Notice:
    """Two figures of one rate that differ: both are told, and which is shown."""
    kind = "rate_scale" if scaled(_decimal(listed), _decimal(own)) else "rates_disagree"
    names = {"protocol": own.source, "chain": _chain_name(row.chain)}
    return Notice(kind=kind, facts={"own": own, "listed": listed}, names=names)


def _chain_name(chain: str | None) -> str:
    return CHAINS[chain].name if chain is not None and chain in CHAINS else "another chain"


def _flags(one: Judged) -> tuple[Flag, ...]:
    row = one.row
    flags: list[tuple[bool, Flag]] = [
        (one.own is not None, "checked"),
        (not row.single, "pool"),
        (above_mean(one.apy, row.mean_30d_pct), "above_mean"),
        ((row.reward_pct or 0) > one.apy / 2, "rewards"),
        (row.protocol is None, "unregistered"),
        (row.mean_30d_pct is None, "young"),
    ]
    return tuple(flag for raised, flag in flags if raised)


def _left_out(asset: str, row: YieldPoolRow, fault: Fault, listed: Sourced[Any]) -> LeftOutView:
    leaf = _leaf(_stem(asset, row), listed, row)
    return LeftOutView(
        project=leaf("project", row.project, "text", "project", ""),
        protocol=row.protocol,
        version=version_of(row.project),
        apy=leaf("listed", row.apy_pct, "pct", "apy_pct", "the aggregator told no rate"),
        fault=fault,
    )


# ---------------------------------------------------------------------------------------- when the aggregator is silent


def _without_list(
    asset: str, heard: Mapping[str, Sourced[Any]], appetite: Appetite, failures: tuple[SourceFailure, ...]
) -> YieldsView:
    """The protocols' own markets: sizes and months are not known then."""
    venues = [
        _own_venue(asset, sourced, row)
        for key, sourced in heard.items()
        if key.endswith((":lending_markets", ":vaults"))
        for row in sourced.value
        if _own_takes(row, asset)
    ]
    usual = median(venue.believed for venue in venues) if venues else 0.0
    highest = max(usual, 0.0) * float(SINGLE_TIMES) + float(SINGLE_POINTS)
    venues = sorted((venue for venue in venues if venue.believed <= highest), key=lambda venue: -venue.believed)
    why = "the aggregator of pools did not answer"
    return YieldsView(
        asset=asset,
        venues=tuple(venues[:SHOWN]),
        listed=unknown(f"{_named('yield', asset)}.listed", "count", why),
        notices=(Notice(kind="yields_unlisted"),) if venues else (),
        failures=failures,
    )


def _own_takes(row: LendingMarketRow | VaultRow, asset: str) -> bool:
    if isinstance(row, LendingMarketRow):
        same = {"ETH": "WETH", "BTC": "WBTC"}.get(asset, asset)
        return row.open and row.supply_pct is not None and row.asset in (asset, same)
    return row.net_pct is not None and row.asset == asset


def _own_venue(asset: str, sourced: Sourced[Any], row: LendingMarketRow | VaultRow) -> VenueView:
    lending = isinstance(row, LendingMarketRow)
    tail = row.market if isinstance(row, LendingMarketRow) else row.address[-6:]
    stem = _named("yield", asset, row.protocol, row.chain, row.symbol, tail)
    name = "supply_pct" if lending else "net_pct"

    def leaf(what: str, value: Any, unit: str, field: str) -> Fact:
        return sourced.leaf(f"{stem}.{what}", value, unit, row.fields.get(field, field), reason="not told")

    why = "the aggregator of pools did not answer"
    apy = leaf("own", getattr(row, name), "pct", name)
    return VenueView(
        asset=asset,
        protocol=row.protocol,
        chain=row.chain,
        version="v3" if row.protocol in ("aave", "compound", "yearn") else "",
        project=leaf("project", row.protocol, "text", "protocol"),
        chain_name=leaf("chain", row.chain, "text", "chain"),
        symbol=leaf("symbol", row.symbol, "text", "symbol"),
        apy=apy,
        base=apy,
        reward=unknown(f"{stem}.reward", "pct", why),
        mean_30d=unknown(f"{stem}.mean_30d", "pct", why),
        tvl=unknown(f"{stem}.tvl", "USD", why)
        if isinstance(row, LendingMarketRow)
        else leaf("tvl", row.tvl_usd, "USD", "tvl_usd"),
        in_use=leaf("in_use", row.utilisation_pct, "pct", "utilisation_pct")
        if isinstance(row, LendingMarketRow)
        else unknown(f"{stem}.in_use", "pct", "a vault does not tell it"),
        believed=float(getattr(row, name)),
        flags=("checked",),
    )
