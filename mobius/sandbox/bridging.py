"""Bridges of the simulated world. Here: what a move costs and how long it takes, by bridge. Not here: balances, wire formats.

A bridge takes a share that differs by hour and by way, and a flat part in dollars for the gas it pays at the far end; the gas
of leaving is that of the chain of departure. The amount itself moves no market.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.gas import PACES, base_fees_wei, height
from mobius.sandbox.ledgers import LEDGERS, TOKEN_AT, Ledger
from mobius.sandbox.world import SimulatedWorld

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
