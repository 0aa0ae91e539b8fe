"""What staking an asset pays. Here: tokens that stand for a stake, by the aggregator and by the protocols themselves.

A rate by the protocol itself is shown in place of the aggregator's; where they differ both are told. Not here: validators of
one's own, terms and queues (no source tells them), yields at large (yields).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, derive, unknown
from mobius.core.gather import gather
from mobius.core.needs import Source
from mobius.core.notices import Notice, SourceFailure
from mobius.core.protocols import CHAINS
from mobius.core.rate_needs import StakingRateQuery, StakingRateRow, YieldPoolRow, YieldPoolsQuery
from mobius.core.rate_views import StakeView, StakingView
from mobius.core.receipts import RECEIPTS, receipts_of
from mobius.desk.failures import failures_of, told
from mobius.desk.own_rates import own_of
from mobius.desk.rate_guards import agree, fault_of, peers_median, scaled
from mobius.desk.yields import LINGER_S, TIMEOUT_S

SHOWN = 8
LEAST_USD = 1_000_000.0
"""Smaller ones are not shown: few people tried whether they pay out."""


async def live_staking(
    sources: Sequence[Source], assets: tuple[str, ...], protocols: tuple[str, ...] = ()
) -> tuple[StakingView, ...]:
    """A view for each asset that anyone tells a staking rate of, in order. Raises NoData where there is none."""
    views, failures = await staking_told(sources, assets, protocols)
    if not views:
        raise _nothing(assets, failures, sources)
    return views


async def staking_told(
    sources: Sequence[Source], assets: tuple[str, ...], protocols: tuple[str, ...] = (), *, timeout_s: float = TIMEOUT_S
) -> tuple[tuple[StakingView, ...], tuple[SourceFailure, ...]]:
    """The same without an error: what was told, and who failed."""
    symbols = receipts_of(assets)
    queries: dict[str, Any] = {
        "yield_pools": YieldPoolsQuery(symbols=symbols, protocols=protocols, least_tvl_usd=LEAST_USD),
        "staking_rate": StakingRateQuery(assets=assets),
    }
    jobs = {
        f"{source.spec.name}:{need}": (lambda source=source, need=need: source.offers[need](queries[need], source.http))
        for source in sources
        for need in ("yield_pools", "staking_rate")
        if symbols and need in source.offers and _speaks(source, need, protocols)
    }
    got = await gather(
        jobs, limit=len(jobs) or 1, enough=_listed, linger=lambda _: LINGER_S, grace_s=timeout_s, timeout_s=timeout_s
    )
    failures = failures_of(got)
    listed = next((one for key, one in got.results.items() if key.endswith(":yield_pools")), None)
    heard = {key: one for key, one in got.results.items() if key.endswith(":staking_rate")}
    views = (_view(asset, listed, heard, failures) for asset in assets)
    return tuple(view for view in views if view is not None), failures


def _listed(results: Mapping[str, Any]) -> bool:
    return any(key.endswith(":yield_pools") for key in results)


def _speaks(source: Source, need: str, protocols: tuple[str, ...]) -> bool:
    return need == "yield_pools" or not protocols or source.spec.module in protocols


def _nothing(assets: tuple[str, ...], failures: Sequence[SourceFailure], sources: Sequence[Source]) -> NoData:
    said, what = told(failures, sources), " and ".join(assets)
    message = (
        f"No source told what staking {what} pays: {said}."
        if said
        else f"No source here tells what staking {what} pays."
    )
    return NoData("staking", message, hint="`mobius doctor` shows which sources answer.")


def _view(
    asset: str, listed: Sourced[tuple[YieldPoolRow, ...]] | None, heard: Mapping[str, Sourced[Any]],
    failures: tuple[SourceFailure, ...],
) -> StakingView | None:  # fmt: skip
    rows = _rows(asset, listed)
    if not rows or listed is None:
        return _own_alone(asset, heard, failures)
    parts: list[Fact] = []
    notices: list[Notice] = []
    sizes = {row.pool: _leaf(listed, asset, row, "tvl", row.tvl_usd, "USD", "tvl_usd") for row in rows}
    parts += sizes.values()
    known = [fact for fact in sizes.values() if fact.value is not None]
    sum_usd = sum((_decimal(fact) for fact in known), Decimal(0))
    total = derive(f"stake.{asset.lower()}.listed", sum_usd, "USD", known, "the listed ones together")
    parts.append(total)
    stakes = tuple(_stake(asset, row, listed, heard, total, sizes[row.pool], parts, notices) for row in rows)
    return StakingView(
        asset=asset,
        stakes=stakes[:SHOWN],
        typical=_typical(asset, stakes),
        parts=(*parts, *(fact for stake in stakes[SHOWN:] for fact in (stake.rate, stake.tvl))),
        notices=tuple(notices),
        failures=failures,
    )


def _rows(asset: str, listed: Sourced[tuple[YieldPoolRow, ...]] | None) -> list[YieldPoolRow]:
    """The stakes of `asset`, one an issuer and chain, the largest first; what cannot be believed is not among them."""
    rows = [] if listed is None else [row for row in listed.value if _is_stake(row, asset) and row.apy_pct is not None]
    peers = peers_median(rows)
    sound = [row for row in rows if fault_of(row, peers) is None]
    return sorted(sound, key=lambda row: -(row.tvl_usd or 0))


def _is_stake(row: YieldPoolRow, asset: str) -> bool:
    receipt = RECEIPTS.get(row.symbol.upper())
    return receipt is not None and receipt.asset == asset and receipt.issued_by(row.project)


def _leaf(
    listed: Sourced[Any], asset: str, row: YieldPoolRow, name: str, value: Any, unit: str, field: str
) -> Fact:  # fmt: skip
    stem = f"stake.{asset.lower()}.{row.symbol.lower()}.{row.pool[-6:]}"
    reason = "the aggregator did not tell it" if value is None else None
    return listed.leaf(f"{stem}.{name}", value, unit, row.fields.get(field, field), reason=reason)


def _stake(
    asset: str, row: YieldPoolRow, listed: Sourced[Any], heard: Mapping[str, Sourced[Any]], total: Fact, tvl: Fact,
    parts: list[Fact], notices: list[Notice],
) -> StakeView:  # fmt: skip
    stem = f"stake.{asset.lower()}.{row.symbol.lower()}.{row.pool[-6:]}"
    rate = _leaf(listed, asset, row, "rate", row.apy_pct, "pct", "apy_pct")
    own = own_of(row, stem, heard)
    if own is not None:
        parts.append(rate)
        if not agree(_decimal(own.rate), _decimal(rate)):
            kind = "rate_scale" if scaled(_decimal(rate), _decimal(own.rate)) else "rates_disagree"
            names = {"protocol": own.rate.source, "chain": CHAINS[row.chain or "ethereum"].name}
            notices.append(Notice(kind=kind, facts={"own": own.rate, "listed": rate}, names=names))
    return StakeView(
        protocol=row.protocol,
        project=_leaf(listed, asset, row, "project", row.project, "text", "project"),
        receipt=_leaf(listed, asset, row, "receipt", row.symbol, "text", "symbol"),
        chain=row.chain,
        chain_name=_leaf(listed, asset, row, "chain", row.chain_name, "text", "chain"),
        rate=rate if own is None else own.rate,
        mean_30d=_leaf(listed, asset, row, "mean_30d", row.mean_30d_pct, "pct", "mean_30d_pct"),
        tvl=tvl,
        share=_share(f"{stem}.share", tvl, total),
        own=own is not None,
    )


def _share(fact_id: str, tvl: Fact, total: Fact) -> Fact:
    if tvl.value is None or not _decimal(total):
        return unknown(fact_id, "pct", "its size is not told")
    return derive(
        fact_id, _decimal(tvl) / _decimal(total) * 100, "pct", (tvl, total), "of what the listed ones hold together"
    )


def _typical(asset: str, stakes: Sequence[StakeView]) -> Fact:
    """The rates weighted by size; a plain one where only one is told."""
    name = f"stake.{asset.lower()}.typical"
    told_of = [stake for stake in stakes if stake.rate.value is not None and stake.tvl.value is not None]
    held = sum((_decimal(stake.tvl) for stake in told_of), Decimal(0))
    if not held:
        return unknown(name, "pct", "no rate with a size was told")
    mean = sum((_decimal(stake.rate) * _decimal(stake.tvl) for stake in told_of), Decimal(0)) / held
    facts = [fact for stake in told_of for fact in (stake.rate, stake.tvl)]
    return derive(name, mean, "pct", facts, "rates of the listed ones, weighted by what they hold")


def _own_alone(
    asset: str, heard: Mapping[str, Sourced[tuple[StakingRateRow, ...]]], failures: tuple[SourceFailure, ...]
) -> StakingView | None:
    """What protocols tell of themselves, where the aggregator is silent."""
    stakes: list[StakeView] = []
    why = "the aggregator of pools did not answer"
    for sourced in heard.values():
        for row in sourced.value:
            if row.asset != asset or row.net_pct is None:
                continue
            stem = f"stake.{asset.lower()}.{row.receipt.lower()}"
            place = row.fields.get("net_pct", "net_pct")
            stakes.append(
                StakeView(
                    protocol=row.protocol,
                    project=sourced.leaf(f"{stem}.project", row.protocol, "text", place),
                    receipt=sourced.leaf(f"{stem}.receipt", row.receipt, "text", place),
                    chain=None,
                    chain_name=unknown(f"{stem}.chain", "text", why),
                    rate=sourced.leaf(f"{stem}.rate", row.net_pct, "pct", place, as_of=row.updated_at),
                    mean_30d=unknown(f"{stem}.mean_30d", "pct", why),
                    tvl=unknown(f"{stem}.tvl", "USD", why),
                    share=unknown(f"{stem}.share", "pct", why),
                    own=True,
                )
            )
    if not stakes:
        return None
    one = stakes[0].rate
    typical = derive(f"stake.{asset.lower()}.typical", one.value, "pct", (one,), "the one rate that was told")
    return StakingView(
        asset=asset, stakes=tuple(stakes), typical=typical, notices=(Notice(kind="yields_unlisted"),), failures=failures
    )


def _decimal(fact: Fact) -> Decimal:
    return Decimal(str(fact.value))
