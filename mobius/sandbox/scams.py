"""Tokens of the simulated chains as safety services see them: the known ones are clean, the others as their address has it.

About half of all addresses are no token; of the rest some are honeypots, some tax heavily, some hide their source. Here:
Suspect and suspect_of. Not here: the services (wire.goplus, wire.honeypot).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.ledgers import TOKEN_AT
from mobius.sandbox.world import SimulatedWorld


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    symbol: str
    open_source: bool
    proxy: bool
    mintable: bool
    pausable: bool
    blacklist: bool
    honeypot: bool
    buy_tax: float
    sell_tax: float
    """Fractions."""
    holders: int
    supply: int
    creator_share: float


def suspect_of(world: SimulatedWorld, chain: str, address: str) -> Suspect | None:
    """The token at an address in lower case; None where there is none."""
    token = TOKEN_AT.get((chain, address))
    luck = draws.uniform(draws.key(world.seed, "suspect", chain, address), np.arange(10)).tolist()
    if token is not None:
        stable = token.ticker in ("USDC", "USDT")
        return Suspect(
            symbol=token.symbol, open_source=True, proxy=stable, mintable=stable, pausable=stable, blacklist=stable,
            honeypot=False, buy_tax=0.0, sell_tax=0.0, holders=int(1e5 + 4e6 * luck[1]), supply=10**9, creator_share=0.0,
        )  # fmt: skip
    if luck[0] < 0.5:
        return None
    trap = luck[2] < 0.25
    return Suspect(
        symbol=f"TKN{int(luck[3] * 900) + 100}", open_source=luck[4] > 0.2, proxy=luck[5] < 0.2, mintable=luck[6] < 0.3,
        pausable=luck[7] < 0.2, blacklist=trap or luck[7] > 0.85, honeypot=trap, buy_tax=round(0.05 * luck[8], 3),
        sell_tax=1.0 if trap else round(0.3 * luck[9] ** 3, 3), holders=int(20 + 3000 * luck[1] ** 3), supply=10**9,
        creator_share=round(0.4 * luck[8] ** 2, 6),
    )  # fmt: skip
