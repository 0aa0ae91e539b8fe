"""What a protocol pays and asks for an asset. Here: its largest market of each asset. Not here: where rates
are best (yields), locked value (protocols)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from mobius.core.facts import Fact, Sourced, unknown
from mobius.core.protocol_views import LendingSide
from mobius.core.rate_needs import LendingMarketRow, YieldPoolRow
from mobius.desk.rounds import Round


def lending_sides(protocol: str, assets: Sequence[str], chains: Sequence[str], heard: Round) -> tuple[LendingSide, ...]:
    """One side an asset: the protocol's own figures of its largest open market, else an aggregator's of its largest pool.

    A market on one of `chains` goes before any other.
    """
    sides = []
    for asset in assets:
        own = _own(protocol, asset, chains, heard.answers.get("markets", ()))
        side = own if own is not None else _pooled(protocol, asset, chains, heard.answers.get("pools", ()))
        if side is not None:
            sides.append(side)
    return tuple(sides)


def _own(protocol: str, asset: str, chains: Sequence[str], answers: Sequence[Sourced[Any]]) -> LendingSide | None:
    found = [
        (sourced, row)
        for sourced in answers
        for row in sourced.value
        if row.protocol == protocol and row.asset == asset and row.open and row.supply_pct is not None
    ]
    if not found:
        return None
    sourced, row = max(found, key=lambda pair: (pair[1].chain in chains, pair[1].supplied or Decimal(0)))
    market: LendingMarketRow = row
    stem = f"{protocol}.{asset.lower()}.{market.chain}"

    def leaf(what: str, value: Decimal | None, unit: str, field: str) -> Fact:
        return sourced.leaf(f"{stem}.{what}", value, unit, market.fields.get(field, field))

    return LendingSide(
        asset=asset, chain=market.chain, market=market.market, source=sourced.source,
        supply=leaf("supply", market.supply_pct, "pct", "supply_pct"),
        borrow=leaf("borrow", market.borrow_pct, "pct", "borrow_pct"),
        utilisation=leaf("utilisation", market.utilisation_pct, "pct", "utilisation_pct"),
        size=leaf("supplied", market.supplied, asset, "supplied"),
    )  # fmt: skip


def _pooled(protocol: str, asset: str, chains: Sequence[str], answers: Sequence[Sourced[Any]]) -> LendingSide | None:
    found = [
        (sourced, row)
        for sourced in answers
        for row in sourced.value
        if row.protocol == protocol
        and asset in row.assets
        and row.single
        and not row.outlier
        and row.base_pct is not None
    ]
    if not found:
        return None
    sourced, row = max(found, key=lambda pair: (pair[1].chain in chains, pair[1].tvl_usd or Decimal(0)))
    pool: YieldPoolRow = row
    stem = f"{protocol}.{asset.lower()}.{pool.chain or 'other'}"
    why = "the aggregator does not tell it"
    return LendingSide(
        asset=asset, chain=pool.chain or pool.chain_name, market=pool.symbol, source=sourced.source,
        supply=sourced.leaf(f"{stem}.supply", pool.base_pct, "pct", pool.fields.get("base_pct", "base_pct")),
        borrow=unknown(f"{stem}.borrow", "pct", why),
        utilisation=unknown(f"{stem}.utilisation", "pct", why),
        size=sourced.leaf(f"{stem}.supplied", pool.tvl_usd, "USD", pool.fields.get("tvl_usd", "tvl_usd")),
    )  # fmt: skip
