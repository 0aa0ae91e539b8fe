"""What a protocol says of its own rate, beside what the aggregator lists. Here: finding the one row that is meant. Not here:
asking (yields), judging (rate_guards)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from mobius.core.facts import Fact, Sourced
from mobius.core.needs import Source
from mobius.core.rate_needs import (
    LendingMarketRow,
    LendingMarketsQuery,
    PoolRateRow,
    StakingRateQuery,
    StakingRateRow,
    VaultRow,
    VaultsQuery,
    YieldPoolRow,
)
from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = ("lending_markets", "vaults", "staking_rate")
NEAR_SIZE = Decimal("0.25")
"""Two figures of one pool's size lie within this part of each other."""


class Own(Struct, frozen=True):
    """A protocol's own figure of a listed pool."""

    rate: Fact
    in_use: Fact | None = None


def queries(assets: tuple[str, ...], chains: tuple[str, ...]) -> dict[Need, Any]:
    return {
        "lending_markets": LendingMarketsQuery(chains=chains),
        "vaults": VaultsQuery(chains=chains),
        "staking_rate": StakingRateQuery(assets=assets),
    }


def speaks_for(source: Source, protocols: tuple[str, ...], chains: tuple[str, ...]) -> bool:
    """Whether a source can say something of these protocols and chains; all of them where none is named."""
    spec = source.spec
    return (not protocols or spec.module in protocols) and (not chains or spec.chain is None or spec.chain in chains)


def own_of(row: YieldPoolRow, stem: str, heard: Mapping[str, Sourced[Any]]) -> Own | None:
    """What the protocol itself says of `row`; nothing where it is not among those heard, or cannot be told apart."""
    for key, sourced in heard.items():
        need = key.rpartition(":")[2]
        found = _FINDERS[need](row, sourced, f"{stem}.%s.{sourced.source}") if need in _FINDERS else None
        if found is not None:
            return found
    return None


def _lending(row: YieldPoolRow, sourced: Sourced[tuple[LendingMarketRow, ...]], name: str) -> Own | None:
    if not row.single:
        return None
    markets = [
        market
        for market in sourced.value
        if (market.protocol, market.chain) == (row.protocol, row.chain)
        and _same_token(row, market.token, market.symbol)
    ]
    market = _market(markets, row.note)
    if market is None or market.supply_pct is None or not market.open:
        return None
    place = market.fields.get
    rate = sourced.leaf(name % "own", market.supply_pct, "pct", place("supply_pct", "supply_pct"))
    if market.utilisation_pct is None:
        return Own(rate)
    in_use = sourced.leaf(name % "in_use", market.utilisation_pct, "pct", place("utilisation_pct", "utilisation_pct"))
    return Own(rate, in_use)


def _market(markets: Sequence[LendingMarketRow], note: str) -> LendingMarketRow | None:
    """The market that a note names (`lido-market`), else the main one, whose name is the shortest."""
    named = [one for one in markets if note and _plain(note).removesuffix("market") in _plain(one.market)]
    return min(named or markets, key=lambda one: len(one.market), default=None)


def _vault(row: YieldPoolRow, sourced: Sourced[tuple[VaultRow, ...]], name: str) -> Own | None:
    names = {_plain(row.symbol), _plain(row.note)} - {""}
    for vault in sourced.value:
        here = (vault.protocol, vault.chain) == (row.protocol, row.chain)
        if here and names & {_plain(vault.name), _plain(vault.symbol)} and vault.net_pct is not None:
            return Own(sourced.leaf(name % "own", vault.net_pct, "pct", vault.fields.get("net_pct", "net_pct")))
    return None


def _staking(row: YieldPoolRow, sourced: Sourced[tuple[StakingRateRow, ...]], name: str) -> Own | None:
    for one in sourced.value:
        if one.protocol == row.protocol and one.receipt.upper() == row.symbol.upper() and one.net_pct is not None:
            field = one.fields.get("net_pct", "net_pct")
            return Own(sourced.leaf(name % "own", one.net_pct, "pct", field, as_of=one.updated_at))
    return None


def _pool(row: YieldPoolRow, sourced: Sourced[tuple[PoolRateRow, ...]], name: str) -> Own | None:
    """The pool of the same tokens that is nearest in size."""
    same = [
        pool
        for pool in sourced.value
        if pool.kind == "pool" and (pool.protocol, pool.chain) == (row.protocol, row.chain) and not pool.broken
        and pool.daily_pct is not None and set(filter(_real, pool.tokens)) == set(filter(_real, row.tokens))
        and near_size(pool.tvl_usd, row.tvl_usd)
    ]  # fmt: skip
    if not same:
        return None
    pool = min(same, key=lambda one: abs((one.tvl_usd or Decimal(0)) - (row.tvl_usd or Decimal(0))))
    return Own(sourced.leaf(name % "own", pool.daily_pct, "pct", pool.fields.get("daily_pct", "daily_pct")))


_FINDERS: Mapping[str, Callable[[YieldPoolRow, Sourced[Any], str], Own | None]] = {
    "lending_markets": _lending, "vaults": _vault, "staking_rate": _staking, "pool_rates": _pool,
}  # fmt: skip


def near_size(left: Decimal | None, right: Decimal | None) -> bool:
    return left is not None and right is not None and abs(left - right) <= NEAR_SIZE * max(left, right)


def _same_token(row: YieldPoolRow, token: str, symbol: str) -> bool:
    return token in row.tokens if token and any(row.tokens) else row.symbol.upper() == symbol.upper()


def _plain(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _real(address: str) -> bool:
    return bool(address) and int(address.removeprefix("0x") or "0", 16) != 0 if _is_hex(address) else False


def _is_hex(address: str) -> bool:
    return address.startswith("0x") and all(char in "0123456789abcdef" for char in address[2:])


def curve_chains(rows: Iterable[YieldPoolRow]) -> tuple[str, ...]:
    """Chains whose pools of Curve are to be asked about: those of rows that will be shown."""
    return tuple(dict.fromkeys(row.chain for row in rows if row.protocol == "curve" and row.chain is not None))
