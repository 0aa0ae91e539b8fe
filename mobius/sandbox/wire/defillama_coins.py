"""DefiLlama's coin prices (`coins.llama.fi`). Here: prices/current and prices/historical by CoinGecko ids.

An unknown id is absent. Prices lag by up to a minute and say of when they are, and how sure they are. Not here: contract
addresses, charts, blocks.
"""

from __future__ import annotations

import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole

_LAG_S = 60
_PREFIX = "coingecko:"


def _current(ask: Ask, scene: Scene) -> Said:
    return _prices(ask.parts.get("id", ""), scene, scene.now_s - scene.now_s % _LAG_S)


def _historical(ask: Ask, scene: Scene) -> Said:
    at_s = whole(ask.parts.get("time", ""))
    if at_s is None:
        return said({"message": "Invalid timestamp"}, status=400)
    if not BEGINS_S + 60 <= at_s <= scene.now_s:
        return said({"coins": {}})
    return _prices(ask.parts.get("id", ""), scene, at_s)


def _prices(names: str, scene: Scene, at_s: int) -> Said:
    world = scene.world
    by_id = {
        _PREFIX + asset.ids["coingecko"]: ticker for ticker, asset in world.assets.items() if "coingecko" in asset.ids
    }
    coins: dict[str, Json] = {}
    for name in names.split(","):
        ticker = by_id.get(name)
        if ticker is None:
            continue
        # Each coin was read at a moment of its own within the last minute.
        ago = int(draws.uniform(draws.key(world.seed, "llama", ticker), np.array([at_s]))[0] * _LAG_S)
        read_s = max(BEGINS_S, at_s - ago)
        coins[name] = {
            "price": world.market.price(world.index(ticker), read_s), "symbol": ticker.upper(), "timestamp": read_s,
            "confidence": 0.99,
        }  # fmt: skip
    return said({"coins": coins})


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"message": "Too Many Requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="defillama_coins",
    prefix="/defillama_coins",
    routes={"/prices/current/{id}": _current, "/prices/historical/{time}/{id}": _historical},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(300, 300)},
)
