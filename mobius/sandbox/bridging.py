"""Bridges of the simulated world. Here: what a move costs and how long it takes; what a chain's own bridge holds on Ethereum.

A bridge takes a share that differs by hour and by way, and a flat part in dollars for the gas it pays at the far end; the gas
of leaving is that of the chain of departure. The amount itself moves no market. What a chain's own bridge holds follows from
what stands on the chain: all its dai, wrapped bitcoin and wrapped staked ether, a part of its dollars (the rest was issued
there), and more ether than is wrapped there. Not here: wire formats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.catalogue import PEG
from mobius.sandbox.drift import wander
from mobius.sandbox.gas import PACES, base_fees_wei, height
from mobius.sandbox.ledgers import LEDGERS, TOKEN_AT, TOKENS, Ledger, Token
from mobius.sandbox.stables import STABLES, circulating
from mobius.sandbox.world import DAY_S, SimulatedWorld

HOUR_S = 3_600
LEAVING_GAS = 160_000
NATIVE = "0x" + "0" * 40


@dataclass(frozen=True, slots=True)
class Bridge:
    name: str
    share: float
    """Of the amount, in calm hours."""
    flat_usd: float
    seconds: tuple[int, int]


BRIDGES = (Bridge("Across", 0.00006, 0.04, (2, 12)), Bridge("Stargate V2", 0.00045, 0.25, (90, 260)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One way across: what is taken in the token's smallest units, what leaving costs in dollars, and the time."""

    bridge: str
    fee_units: int
    gas_usd: float
    seconds: int


def ledger_of(chain_id: str) -> Ledger | None:
    """The chain of an id, where bridges go: it keeps blocks and fees like Ethereum."""
    return next((one for one in LEDGERS if str(one.chain_id) == chain_id and one.slug in PACES), None)


def token_at(ledger: Ledger, address: str) -> tuple[str, int] | None:
    """Ticker and decimals of a contract, or of the chain's own coin."""
    if address.lower() == NATIVE:
        return ledger.gas, 18
    found = TOKEN_AT.get((ledger.slug, address.lower()))
    return None if found is None else ("ETH" if found.ticker == "WETH" else found.ticker, found.decimals)


def moves(
    world: SimulatedWorld, at_s: int, start: Ledger, end: Ledger, ticker: str, units: int, decimals: int
) -> list[Move]:
    """Every bridge's quote, the cheapest for this amount first."""
    hour = np.array([at_s // HOUR_S])
    worth = price_usd(world, ticker, at_s)
    found = []
    for bridge in BRIDGES:
        drawn = float(draws.uniform(draws.key(world.seed, "bridge", bridge.name, start.slug, end.slug), hour)[0])
        flat = bridge.flat_usd * (4.0 if end.slug == "ethereum" else 1.0) * (0.7 + 0.6 * drawn)
        fee = units * bridge.share * (0.6 + 0.8 * drawn) + flat / worth * 10**decimals
        low, high = bridge.seconds
        found.append(
            Move(
                bridge=bridge.name, fee_units=round(fee), gas_usd=leaving_usd(world, at_s, start),
                seconds=round(low + (high - low) * drawn),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: one.fee_units)


def leaving_usd(world: SimulatedWorld, at_s: int, start: Ledger) -> float:
    """Gas of the transaction that leaves."""
    pace = PACES[start.slug]
    block = height(pace, at_s * 1000)
    wei = int(base_fees_wei(world, pace, np.array([block]))[0]) + pace.tip_gwei * 1e9
    return LEAVING_GAS * wei / 1e18 * price_usd(world, start.gas, at_s)


def price_usd(world: SimulatedWorld, ticker: str, at_s: int) -> float:
    return world.market.mid(world.index(ticker), at_s)


# ------------------------------------------------------------------------------------------------------------ own bridges

_ESCROW_LINES = """
arbitrum|0x8315177aB297bA92A06054cE80a67Ed4DBd7ed3a|ETH
arbitrum|0xa3A7B6F88361F48403514059F1F16C8E78d60EeC|WBTC
arbitrum|0xcEe284F754E854890e311e3280b767F80797180d|USDC,USDT
arbitrum|0xA10c7CE4b876998858b1a9E12b10092229539400|DAI
arbitrum|0x0F25c1DC2a9922304f2eac71DCa9B07E310e8E5a|wstETH
optimism|0xbEb5Fc579115071764c7423A4f12eDde41f106Ed|ETH
optimism|0x99C9fc46f92E8a1c0deC1b1747d010903E884bE1|USDC,USDT,WBTC
optimism|0x467194771dAe2967Aef3ECbEDD3Bf9a310C76C65|DAI
optimism|0x76943C0D61395d8F2edF9060e1533529cAe05dE6|wstETH
base|0x49048044D57e1C92A77f79988d21Fa8fAF74E97e|ETH
base|0x3154Cf16ccdb4C6d922629664174b904d80F2C35|USDC,DAI
base|0x9de443AdC5A411E83F1878Ef24C3F52C61571e72|wstETH
polygon|0x8484Ef722627bf18ca5Ae6BcF031c23E6e922B30|ETH
polygon|0x40ec5B33f54e0E8A33A975908C5BA1c14e5BbbDf|USDC,USDT,DAI,WBTC,wstETH
"""
ESCROWS = {
    address.lower(): (chain, tuple(held.split(",")))
    for chain, address, held in (line.split("|") for line in _ESCROW_LINES.split())
}
"""By contract on Ethereum: the chain whose bridge it is of, and the assets it holds."""
_ETHER_PER_WETH = {"arbitrum": 3.6, "base": 3.2, "optimism": 1.4, "polygon": 1.0}
"""Ether in a bridge over what is wrapped on the chain; on Polygon there is no other."""
BRIDGED_SHARE = {"USDC": 0.15, "USDT": 0.25, "DAI": 1.0}
"""Of the dollars on a chain, those that came over its own bridge."""


def supply_on(world: SimulatedWorld, token: Token, at_s: int) -> float:
    """Units of a token on its chain; of what is native elsewhere a small part of all."""
    if token.ticker in STABLES:
        held = float(circulating(world, token.ticker, np.array([at_s]))[token.chain][0])
        return held * (BRIDGED_SHARE["USDC"] if token.symbol == "USDC.e" else 1.0)
    share = 1.0 if token.chain == "ethereum" or token.ticker not in PEG else 0.06
    return world.supply(token.ticker, at_s) * share


def locked(world: SimulatedWorld, contract: str, ticker: str, at_s: int) -> float | None:
    """Units of an asset that a contract of a chain's own bridge holds; None for any other address."""
    if contract not in ESCROWS:
        return None
    chain, held = ESCROWS[contract]
    if ticker not in held:
        return 0.0
    if ticker == "ETH":
        slow = 0.0 if chain == "polygon" else 0.04 * float(
            wander(world.seed, f"bridged ether:{chain}", np.array([at_s]), node_s=20 * DAY_S)[0]
        )  # fmt: skip
        return supply_on(world, TOKENS[chain, "WETH"], at_s) * _ETHER_PER_WETH[chain] * (1.0 + slow)
    return supply_on(world, TOKENS[chain, ticker], at_s) * BRIDGED_SHARE.get(ticker, 1.0)
