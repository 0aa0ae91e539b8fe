"""Yearn's Kong (`POST kong.yearn.fi/api/gql`): vaults with deposits in dollars and rates as fractions, null for young ones.

Here: `vaults` with chainId, v3, yearn and any selection of the fields clients read. Not here: strategies, timeseries.
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
from mobius.sandbox.world import DAY_S


def _gql(ask: Ask, scene: Scene) -> Said:
    def found(arguments: Arguments) -> Json:
        wanted = arguments.get("chainId")
        rows = [vault for vault in vaults() if vault.protocol == "yearn-finance"]
        if arguments.get("v3") is False:
            rows = []
        return [_vault(vault, scene) for vault in rows if wanted in (None, LEDGER[vault.token.chain].chain_id)]

    return graphql.answer(ask, {"vaults": found})


def _vault(vault: Vault, scene: Scene) -> Json:
    savings, token, days = Savings(scene.world), vault.token, scene.now_s - np.arange(31) * DAY_S
    net, units = savings.net_apy(vault, days), float(savings.deposited(vault, days[:1])[0])
    month = None if vault.young else float(np.mean(net[:30]))
    return {
        "chainId": LEDGER[token.chain].chain_id, "address": vault.address, "name": vault.title, "symbol": vault.symbol,
        "apiVersion": "3.0.4", "vaultType": 1, "erc4626": True, "v3": True, "yearn": True, "decimals": token.decimals,
        "asset": {
            "symbol": token.symbol, "name": token.symbol, "address": token.address, "decimals": token.decimals,
            "chainId": LEDGER[token.chain].chain_id,
        },
        "tvl": {"close": units * float(price(scene.world, token.ticker, days[:1])[0])},
        "apy": {
            "net": None if vault.young else float(net[0]), "weeklyNet": float(np.mean(net[:7])), "monthlyNet": month,
            "inceptionNet": month, "grossApr": float(savings.gross_apr(vault, days[:1])[0]), "pricePerShare": "1.05",
        },
        "fees": {
            "managementFee": vault.management_fee, "performanceFee": vault.performance_fee,
        },
        "totalAssets": str(int(units * 10**token.decimals)), "pricePerShare": str(int(1.05 * 10**token.decimals)),
        "isShutdown": False, "isRetired": False, "isHidden": False,
    }  # fmt: skip


PROVIDER = Provider(
    name="yearn",
    prefix="/yearn",
    routes={},
    posts={"/api/gql": _gql},
    missing=missing,
    limited=limited,
    limiters={"free": lambda: TokenBucket(120, 120)},
)
