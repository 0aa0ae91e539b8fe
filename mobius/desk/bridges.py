"""What the chains' own bridges hold on Ethereum. Here: asking a node for balances in one call, and their worth as facts.

Ether and the tokens of `core.bridges` are counted, each by its contract. A contract that does not answer leaves its chain's
sum unknown: a part of it would read as less. A token without a price is left out and named. Not here: which contracts (core).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from mobius.core.bridges import BRIDGED_ASSETS, BRIDGES, HOME, BridgeContract, bridges_of
from mobius.core.chain_needs import Call, MulticallQuery, MulticallResult
from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, derive, unknown
from mobius.core.needs import Source
from mobius.core.notices import Notice
from mobius.core.protocol_views import BridgeHolding
from mobius.core.protocols import CHAINS
from mobius.core.sources import Need
from mobius.desk.protocols import percent, ratio

NEED: Need = "multicall"
MULTICALL = "0xcA11bde05977b3631167028862bE2a173976CA11"
GET_ETH_BALANCE = bytes.fromhex("4d2301cc")  # getEthBalance(address), of Multicall3
BALANCE_OF = bytes.fromhex("70a08231")  # balanceOf(address)
WORD = 32
MOST_UNITS = 2**112
"""More than there is of any token that is counted here."""


class Balances(Struct, frozen=True, kw_only=True):
    """What a node told of some bridges: a result for each asset that a contract may hold."""

    told: Sourced[tuple[MulticallResult, ...]]
    asked: tuple[tuple[BridgeContract, str], ...]
    """Contract and ticker of each result."""


def priced_assets() -> tuple[str, ...]:
    """Whose prices value what bridges hold."""
    return tuple(dict.fromkeys(asset.priced_as for asset in BRIDGED_ASSETS.values()))


async def bridge_balances(sources: Sequence[Source], chains: Sequence[str]) -> Balances:
    """Balances of the bridges of `chains`, all at one block. Raises NoData where no node of Ethereum is at hand."""
    node = next((one for one in sources if one.spec.chain == HOME and NEED in one.offers), None)
    if node is None:
        raise NoData("bridges", f"No node of {CHAINS[HOME].name} is configured.")
    asked = tuple((bridge, ticker) for bridge in BRIDGES if bridge.chain in chains for ticker in bridge.holds)
    calls = tuple(_call(bridge, ticker) for bridge, ticker in asked)
    return Balances(told=await node.offers[NEED](MulticallQuery(chain=HOME, calls=calls), node.http), asked=asked)


def _call(bridge: BridgeContract, ticker: str) -> Call:
    owner = int(bridge.address, 16).to_bytes(WORD, "big")
    token = BRIDGED_ASSETS[ticker].address
    return (
        Call(to=MULTICALL, data=GET_ETH_BALANCE + owner) if token is None else Call(to=token, data=BALANCE_OF + owner)
    )


def bridge_of(
    chain: str, balances: Balances | None, prices: Mapping[str, Fact], parts: list[Fact], notices: list[Notice]
) -> BridgeHolding | None:
    """What the bridge of `chain` holds, at `prices` (by ticker); None where no bridge of it is registered."""
    stem = f"chain.{chain}.bridge"
    if not bridges_of(chain):
        return None
    if balances is None:
        return _unknown(stem, "no node told what it holds")
    amounts: dict[str, list[Fact]] = {}
    for (bridge, ticker), row in zip(balances.asked, balances.told.value, strict=True):
        if bridge.chain != chain:
            continue
        units = _units(row)
        if units is None:
            return _unknown(stem, "a contract of it did not answer")
        if units:
            amounts.setdefault(ticker, []).append(_leaf(stem, balances.told, bridge, ticker, units, row.field))
    worths: dict[str, Fact] = {}
    for ticker, leaves in amounts.items():
        price = prices.get(BRIDGED_ASSETS[ticker].priced_as)
        parts += leaves
        if price is not None and price.value is not None:
            worths[ticker] = _worth(f"{stem}.{ticker.lower()}", ticker, leaves, price, parts)
    unpriced = ", ".join(ticker for ticker in amounts if ticker not in worths)
    if amounts and not worths:
        return _unknown(stem, "no price of what it holds was told")
    if unpriced:
        notices.append(Notice(kind="bridge_unpriced", names={"chain": CHAINS[chain].name, "tokens": unpriced}))
    return _holding(stem, worths, balances.told, parts)


def _units(row: MulticallResult) -> int | None:
    """A balance in base units; None for what is none."""
    units = int.from_bytes(row.data, "big") if row.success and len(row.data) == WORD else None
    return units if units is not None and units < MOST_UNITS else None


def _leaf(stem: str, told: Sourced[tuple[MulticallResult, ...]], bridge: BridgeContract, ticker: str, units: int,
          field: str) -> Fact:  # fmt: skip
    decimals = BRIDGED_ASSETS[ticker].decimals
    place = f"{field} ({ticker} of {bridge.name} {bridge.address}, {decimals} decimals)"
    amount = Decimal(units).scaleb(-decimals)
    return told.leaf(f"{stem}.{ticker.lower()}.{bridge.address[2:10].lower()}", amount, ticker, place)


def _worth(name: str, ticker: str, leaves: Sequence[Fact], price: Fact, parts: list[Fact]) -> Fact:
    held = sum((Decimal(str(leaf.value)) for leaf in leaves), Decimal(0))
    amount = derive(name, held, ticker, leaves, f"sum of {len(leaves)}")
    worth = derive(f"{name}.usd", held * Decimal(str(price.value)), "USD", (amount, price), "amount x price")
    parts += [amount, worth]
    return worth


def _holding(stem: str, worths: Mapping[str, Fact], told: Sourced[Any], parts: list[Fact]) -> BridgeHolding:
    if not worths:
        empty = told.leaf(f"{stem}.total", 0, "USD", "every balance")
        return BridgeHolding(total=empty, share=unknown(f"{stem}.share", "pct", "nothing lies there"))
    sum_usd = sum((Decimal(str(worth.value)) for worth in worths.values()), Decimal(0))
    total = derive(f"{stem}.total", sum_usd, "USD", tuple(worths.values()), f"sum of {len(worths)}")
    most = max(worths, key=lambda ticker: Decimal(str(worths[ticker].value)))
    part = ratio(f"{stem}.ratio", worths[most], total, "the largest part over all")
    parts.append(part)
    return BridgeHolding(total=total, most=most, share=percent(f"{stem}.share", part))


def _unknown(stem: str, why: str) -> BridgeHolding:
    return BridgeHolding(total=unknown(f"{stem}.total", "USD", why), share=unknown(f"{stem}.share", "pct", why))
