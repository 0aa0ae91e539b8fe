"""Blocks and fees of the simulated chains: heights by the clock, base fees that wander and rise with trade.

The rule of EIP-1559 holds from block to block: a block's gas over half its limit is what moved the base fee by up to an eighth.
Here: the chains' pace and fees, Bitcoin's fees. Not here: contracts (wire.rpc), JSON-RPC (wire.chain_calls).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox import draws
from mobius.sandbox.drift import activity, wander
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.world import DAY_S, SimulatedWorld

_ROUGH = 0.05  # of one block: two in a row then differ by less than an eighth
GAS_LIMIT_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a chain keeps time and what it asks."""

    chain: str
    block_ms: int
    first_block: int
    """Height at the start of time."""
    base_gwei: float
    """In calm times."""
    tip_gwei: float
    floor_gwei: float
    gas_limit: int
    swing: float
    """How strongly fees follow trade."""


PACES = {
    pace.chain: pace
    for pace in (
        Pace(chain="ethereum", block_ms=12_000, first_block=16_308_190, base_gwei=0.55, tip_gwei=0.08, floor_gwei=0.02,
             gas_limit=60_000_000, swing=1.2),
        Pace(chain="polygon", block_ms=2_000, first_block=37_520_000, base_gwei=34.0, tip_gwei=30.0, floor_gwei=0.1,
             gas_limit=45_000_000, swing=0.7),
        Pace(chain="arbitrum", block_ms=250, first_block=50_084_000, base_gwei=0.012, tip_gwei=0.0, floor_gwei=0.01,
             gas_limit=32_000_000, swing=0.4),
        Pace(chain="optimism", block_ms=2_000, first_block=105_235_063, base_gwei=0.0011, tip_gwei=0.001, floor_gwei=0.0001,
             gas_limit=40_000_000, swing=0.7),
        Pace(chain="base", block_ms=2_000, first_block=1_520_000, base_gwei=0.0046, tip_gwei=0.001, floor_gwei=0.0005,
             gas_limit=120_000_000, swing=0.7),
        Pace(chain="bsc", block_ms=750, first_block=24_390_000, base_gwei=0.0, tip_gwei=0.05, floor_gwei=0.0,
             gas_limit=140_000_000, swing=0.3),
        Pace(chain="avalanche", block_ms=2_000, first_block=24_360_000, base_gwei=0.9, tip_gwei=0.05, floor_gwei=0.01,
             gas_limit=32_000_000, swing=0.8),
    )
}  # fmt: skip


def height(pace: Pace, at_ms: int) -> int:
    """The newest block at an instant, in epoch milliseconds."""
    return pace.first_block + (at_ms - BEGINS_S * 1000) // pace.block_ms


def sealed_s(pace: Pace, block: int) -> int:
    """Epoch second of a block."""
    return BEGINS_S + (block - pace.first_block) * pace.block_ms // 1000


def base_fees_wei(world: SimulatedWorld, pace: Pace, blocks: IntArray) -> IntArray:
    """Base fee of each block."""
    # Trade of the day before is needed: the first day has the fees of its last second.
    at_s = np.maximum([sealed_s(pace, block) for block in blocks.tolist()], BEGINS_S + DAY_S)
    of_day = np.cos(2 * np.pi * ((at_s % DAY_S) / DAY_S - 15.0 / 24.0))
    # Trade is told by the hour: the line between two hours keeps the fee from leaping where one begins.
    share = (at_s - BEGINS_S) % 3600 / 3600.0
    busy = activity(world, "ETH", at_s - 3600) * (1 - share) + activity(world, "ETH", at_s) * share
    line = pace.swing * busy + 0.25 * of_day
    line = line + 0.35 * wander(world.seed, f"fee:{pace.chain}", at_s, node_s=7200)
    line = line + 0.18 * wander(world.seed, f"fee:{pace.chain}", at_s, node_s=900)
    noise = draws.uniform(draws.key(world.seed, "block", pace.chain), blocks) * 2.0 - 1.0
    fees = np.maximum(pace.floor_gwei, pace.base_gwei * np.exp(line)) * (1.0 + _ROUGH * noise) * 1e9
    found: IntArray = np.rint(fees).astype(np.int64)
    return found


def used_shares(fees: IntArray) -> FloatArray:
    """Gas used over the limit of all blocks but the last, from what the next block's base fee became."""
    before = np.maximum(fees[:-1], 1)
    shares: FloatArray = np.clip(GAS_LIMIT_SHARE + 4.0 * (fees[1:] / before - 1.0), 0.02, 0.98)
    return shares


def tips_wei(world: SimulatedWorld, pace: Pace, blocks: IntArray, percentiles: tuple[float, ...]) -> list[list[int]]:
    """Priority fees of each block at some percentiles of its gas, low to high."""
    mood = np.exp(0.4 * draws.normal(draws.key(world.seed, "tip", pace.chain), blocks))
    shape = [0.12 + 1.1 * part / 50.0 + (part / 62.0) ** 4 for part in percentiles]
    return [[int(pace.tip_gwei * factor * each * 1e9) for each in shape] for factor in mood.tolist()]


BITCOIN_FIRST, BITCOIN_BLOCK_S = 769_787, 600


def bitcoin_height(world: SimulatedWorld, at_s: int) -> int:
    """Blocks come every ten minutes, a little early or late."""
    place, rest = divmod(at_s - BEGINS_S, BITCOIN_BLOCK_S)
    late = float(draws.uniform(draws.key(world.seed, "bitcoin block"), np.array([place]))[0]) * BITCOIN_BLOCK_S
    return BITCOIN_FIRST + place - (1 if rest < late else 0)


def bitcoin_fees(world: SimulatedWorld, at_s: int) -> tuple[int, int, int, int, int]:
    """Satoshi a virtual byte for the next block, half an hour, an hour, whenever, and the least that is passed on."""
    at = np.array([at_s])
    line = 1.1 * activity(world, "BTC", at) + 0.6 * wander(world.seed, "bitcoin fee", at, node_s=4 * 3600)
    fastest = max(1, round(5.0 * float(np.exp(line)[0])))
    half, hour = max(1, round(fastest * 0.8)), max(1, round(fastest * 0.6))
    return fastest, half, hour, max(1, min(hour, round(fastest * 0.3))), 1
