"""Stablecoins of the simulated world by chain: shares that drift from one chain to another, and come to the whole supply.

Here: what is where. Not here: their prices (world), wire formats (wire).
"""

from __future__ import annotations

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox.catalogue import PEG
from mobius.sandbox.drift import wander, years
from mobius.sandbox.ledgers import LEDGERS
from mobius.sandbox.world import DAY_S, SimulatedWorld

STABLES = ("USDT", "USDC", "DAI")
_GROWING = {"base": 0.35, "solana": 0.15, "arbitrum": 0.05, "polygon": -0.05, "optimism": -0.10, "avalanche": -0.08}


def circulating(world: SimulatedWorld, ticker: str, at_s: IntArray) -> dict[str, FloatArray]:
    """Units by chain; together they are what circulates."""
    weights = {}
    for ledger in LEDGERS:
        share = ledger.stables_usd[STABLES.index(ticker)]
        if share:
            name = f"stable:{ticker}:{ledger.slug}"
            line = _GROWING.get(ledger.slug, 0.0) * years(at_s) + 0.05 * wander(
                world.seed, name, at_s, node_s=40 * DAY_S
            )
            line = line + 0.012 * wander(world.seed, name, at_s, node_s=6 * DAY_S)
            weights[ledger.slug] = share * np.exp(line)
    total = np.sum(list(weights.values()), axis=0)
    supply = PEG[ticker].supply * np.exp(0.12 * np.minimum(years(at_s), 0.0))  # it grew until the world was born
    return {chain: supply * weight / total for chain, weight in weights.items()}
