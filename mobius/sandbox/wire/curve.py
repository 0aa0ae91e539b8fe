"""Curve's prices (`api.curve.finance/v1`): pools with what lies in them, their trade and rates, each in one envelope.

Numbers of coins are text, rates percent. Here: getPools/all, getVolumes, getBaseApys, getLendingVaults/all by chain; a fault is
`success: false` with status 200. Not here: gauges, where the figures come from (sandbox.pools).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mobius.sandbox.drift import price
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.pools import Pools, TradingPool, trading_pools
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S

_CHAINS = frozenset(
    "ethereum arbitrum aurora avalanche base bsc celo fantom fraxtal harmony hyperliquid kava mantle moonbeam optimism polygon"
    " sonic x-layer xdai zkevm zksync".split()
)


def _answered(make: Callable[[tuple[TradingPool, ...], Scene], Json]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        chain = ask.parts.get("chain", "")
        if chain not in _CHAINS:
            return said({"success": False, "err": "Invalid blockchainId"})
        pools = tuple(pool for pool in trading_pools() if pool.project == "curve-dex" and pool.chain == chain)
        return said({"success": True, "data": make(pools, scene), "generatedTimeMs": scene.now_ms})

    return answer


def _now(scene: Scene) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([scene.now_s])


def _pools(pools: tuple[TradingPool, ...], scene: Scene) -> Json:
    rows = [_row(place, pool, scene) for place, pool in enumerate(pools)]
    worth = sum(float(Pools(scene.world).usd(pool, _now(scene))[0]) for pool in pools)
    return {"poolData": rows, "tvl": worth, "tvlAll": worth}


def _row(place: int, pool: TradingPool, scene: Scene) -> Json:
    state, at_s = Pools(scene.world), _now(scene)
    reward = float(state.reward_apr(pool, at_s)[0]) * 100
    coins: list[Json] = [
        {
            "address": coin.address, "symbol": coin.symbol, "name": coin.symbol, "decimals": str(coin.decimals),
            "usdPrice": float(price(scene.world, coin.ticker, at_s)[0]),
            "poolBalance": str(int(float(units[0]) * 10**coin.decimals)), "isBasePoolLpToken": False,
        }
        for coin, units in zip(pool.coins, state.amounts(pool, at_s), strict=True)
    ]  # fmt: skip
    return {
        "id": str(place), "address": pool.address, "name": f"Curve.fi {pool.title}", "symbol": pool.title, "coins": coins,
        "coinsAddresses": [coin.address for coin in pool.coins], "usdTotal": float(state.usd(pool, at_s)[0]),
        "usdTotalExcludingBasePool": float(state.usd(pool, at_s)[0]), "isMetaPool": False, "isBroken": False,
        "gaugeAddress": "0x" + pool.address[2:][::-1].lower() if pool.reward_usd else None,
        "gaugeCrvApy": [round(reward, 4), round(reward * 2.5, 4)] if pool.reward_usd else None, "gaugeRewards": [],
        "virtualPrice": "1031000000000000000", "amplificationCoefficient": "2000" if pool.alike else "400000",
        "lpTokenAddress": pool.address, "assetTypeName": "usd" if pool.alike else "unknown", "blockchainId": pool.chain,
    }  # fmt: skip


def _volumes(pools: tuple[TradingPool, ...], scene: Scene) -> Json:
    state, at_s = Pools(scene.world), _now(scene)
    rows: list[Json] = [
        {
            "address": pool.address, "type": "main" if pool.alike else "crypto",
            "volumeUSD": float(state.traded_usd(pool, at_s)[0]),
            "latestDailyApyPcnt": float(state.fee_apr(pool, at_s)[0]) * 100,
            "latestWeeklyApyPcnt": float(state.fee_apr(pool, at_s, days=7)[0]) * 100, "includedApyPcntFromLsts": 0,
            "virtualPrice": 1.031e18,
        }
        for pool in pools
    ]  # fmt: skip
    total = sum(float(state.traded_usd(pool, at_s)[0]) for pool in pools)
    return {"pools": rows, "totalVolumes": {"totalVolume": total}}


def _base_apys(pools: tuple[TradingPool, ...], scene: Scene) -> Json:
    state, at_s = Pools(scene.world), _now(scene)
    rows: list[Json] = [
        {
            "address": pool.address, "latestDailyApyPcnt": float(state.fee_apr(pool, at_s)[0]) * 100,
            "latestWeeklyApyPcnt": float(state.fee_apr(pool, at_s - DAY_S, days=7)[0]) * 100,
        }
        for pool in pools
    ]  # fmt: skip
    return {"baseApys": rows}


def _lending(pools: tuple[TradingPool, ...], scene: Scene) -> Json:
    return {"lendingVaultData": [], "tvl": 0}


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"success": False, "err": "Not found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said(
        {"success": False, "err": "Too many requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)}
    )


PROVIDER = Provider(
    name="curve",
    prefix="/curve/v1",
    routes={
        "/getPools/all/{chain}": _answered(_pools), "/getVolumes/{chain}": _answered(_volumes),
        "/getBaseApys/{chain}": _answered(_base_apys), "/getLendingVaults/all/{chain}": _answered(_lending),
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(300, 300)},
)  # fmt: skip
