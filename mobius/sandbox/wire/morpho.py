"""Morpho's GraphQL (`POST api.morpho.org/graphql`): vaults with their state, rates as fractions.

Here: `vaults` with `first`, `skip` and a filter of chains. Not here: markets, positions.
"""

from __future__ import annotations

import numpy as np

from mobius.sandbox import graphql
from mobius.sandbox.drift import price
from mobius.sandbox.graphql import Arguments, limited, missing
from mobius.sandbox.ledgers import LEDGER
from mobius.sandbox.limits import TokenBucket
from mobius.sandbox.vaults import Savings, Vault, vaults
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene

_USUAL = 100


def _graphql(ask: Ask, scene: Scene) -> Said:
    def found(arguments: Arguments) -> Json:
        where = arguments.get("where")
        chains = where.get("chainId_in") if isinstance(where, dict) else None
        every = [vault for vault in vaults() if vault.protocol == "morpho-blue"]
        rows = [
            _vault(vault, scene)
            for vault in every
            if not isinstance(chains, list) or LEDGER[vault.token.chain].chain_id in chains
        ]
        skip, first = (_count(arguments.get(name), usual) for name, usual in (("skip", 0), ("first", _USUAL)))
        shown = rows[skip : skip + first]
        page: Json = {"countTotal": len(rows), "count": len(shown), "limit": first, "skip": skip}
        return {"items": shown, "pageInfo": page}

    return graphql.answer(ask, {"vaults": found})


def _count(given: Json, usual: int) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= 1000 else usual


def _vault(vault: Vault, scene: Scene) -> Json:
    savings, token, at_s = Savings(scene.world), vault.token, np.array([scene.now_s])
    units, worth = float(savings.deposited(vault, at_s)[0]), float(price(scene.world, token.ticker, at_s)[0])
    net = float(savings.net_apy(vault, at_s)[0])
    gross = float(savings.gross_apr(vault, at_s)[0])
    ledger = LEDGER[token.chain]
    return {
        "address": vault.address, "name": vault.title, "symbol": vault.symbol, "whitelisted": True, "listed": True,
        "chain": {"id": ledger.chain_id, "network": token.chain},
        "asset": {"symbol": token.symbol, "address": token.address, "decimals": token.decimals, "priceUsd": worth},
        "state": {
            "apy": gross, "netApy": net, "dailyNetApy": net, "avgNetApy": net, "netApyWithoutRewards": net, "fee":
            vault.performance_fee, "totalAssets": str(int(units * 10**token.decimals)), "totalAssetsUsd": units * worth,
            "totalSupply": str(int(units * 10**18)), "timestamp": scene.now_s,
        },
    }  # fmt: skip


PROVIDER = Provider(
    name="morpho",
    prefix="/morpho",
    routes={},
    posts={"/graphql": _graphql},
    missing=missing,
    limited=limited,
    limiters={"free": lambda: TokenBucket(120, 120)},
)
