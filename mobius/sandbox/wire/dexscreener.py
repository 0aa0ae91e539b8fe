"""DexScreener (`api.dexscreener.com`): pairs of decentralised exchanges by words or by token, prices as text.

Here: latest/dex/search, tokens/v1/{chain}/{addresses}. Not here: boosts, profiles.
"""

from __future__ import annotations

import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.drift import price
from mobius.sandbox.ledgers import Token
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.pools import Pools, TradingPool, trading_pools
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S

_DEXES = {"uniswap-v3": "uniswap", "curve-dex": "curve", "aerodrome-slipstream": "aerodrome", "velodrome-v3": "velodrome",
          "sushiswap": "sushiswap", "balancer-v2": "balancer"}  # fmt: skip
_DOLLARS = ("USDC", "USDT", "DAI", "USDC.e")
_MOST_ADDRESSES, _MOST_PAIRS = 30, 30


def _search(ask: Ask, scene: Scene) -> Said:
    wanted = ask.params.get("q", "").strip().lower()
    if not wanted:
        return said({"schemaVersion": "1.0.0", "pairs": []})
    words = wanted.replace("/", " ").replace("-", " ").split()
    found = [
        pool
        for pool in trading_pools()
        if pool.address.lower() == wanted
        or all(any(word in (coin.symbol.lower(), coin.address.lower()) for coin in pool.coins) for word in words)
    ]
    rows = [_pair(pool, scene) for pool in found[:_MOST_PAIRS]]
    return said({"schemaVersion": "1.0.0", "pairs": rows})


def _tokens(ask: Ask, scene: Scene) -> Said:
    addresses = {text.strip().lower() for text in ask.parts.get("addresses", "").split(",") if text.strip()}
    if not addresses or len(addresses) > _MOST_ADDRESSES:
        return said({"error": "invalid token addresses"}, status=400)
    found = [
        pool
        for pool in trading_pools()
        if pool.chain == ask.parts.get("chain") and addresses.intersection(coin.address.lower() for coin in pool.coins)
    ]
    return said([_pair(pool, scene) for pool in found[:_MOST_PAIRS]])


def _pair(pool: TradingPool, scene: Scene) -> Json:
    """The first two coins of a pool; what is no dollar is the base where there is one."""
    state, at_s = Pools(scene.world), np.array([scene.now_s])
    base, quote = sorted(pool.coins, key=lambda coin: (coin.symbol in _DOLLARS, coin.symbol == "WETH"))[:2]
    worth = {coin.symbol: float(price(scene.world, coin.ticker, at_s)[0]) for coin in (base, quote)}
    before = float(price(scene.world, base.ticker, at_s - DAY_S)[0])
    units = dict(zip((coin.symbol for coin in pool.coins), state.amounts(pool, at_s), strict=True))
    traded = float(state.traded_usd(pool, at_s)[0])
    supply = scene.world.supply(base.ticker, scene.now_s)
    buying = 0.5 + 0.08 * float(draws.normal(draws.key(scene.world.seed, "buys", pool.name), at_s // 3600)[0])
    trades = max(4, int(traded / 2500))
    return {
        "chainId": pool.chain, "dexId": _DEXES.get(pool.project, pool.project), "pairAddress": pool.address,
        "url": f"https://dexscreener.com/{pool.chain}/{pool.address.lower()}", "labels": ["v3"] if "v3" in pool.project else [],
        "baseToken": _coin(base), "quoteToken": _coin(quote),
        "priceNative": f"{worth[base.symbol] / worth[quote.symbol]:.10g}", "priceUsd": f"{worth[base.symbol]:.10g}",
        "txns": {"h24": {"buys": int(trades * buying), "sells": trades - int(trades * buying)}},
        "volume": {"h24": round(traded, 2), "h6": round(traded / 4, 2), "h1": round(traded / 24, 2)},
        "priceChange": {"h24": round((worth[base.symbol] / before - 1.0) * 100, 2)},
        "liquidity": {
            "usd": round(float(state.usd(pool, at_s)[0]), 2), "base": round(float(units[base.symbol][0]), 6),
            "quote": round(float(units[quote.symbol][0]), 6),
        },
        "fdv": round(worth[base.symbol] * supply), "marketCap": round(worth[base.symbol] * supply),
        "pairCreatedAt": BEGINS_S * 1000,
    }  # fmt: skip


def _coin(token: Token) -> Json:
    return {"address": token.address, "name": token.symbol, "symbol": token.symbol}


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"error": "Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"error": "Too Many Requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="dexscreener",
    prefix="/dexscreener",
    routes={"/latest/dex/search": _search, "/tokens/v1/{chain}/{addresses}": _tokens},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(300, 300)},
)
