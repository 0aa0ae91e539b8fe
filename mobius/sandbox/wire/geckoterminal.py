"""GeckoTerminal's public API v2: token prices by network and contract, as text, keyed by lower-case address.

Here: networks, simple/networks/{network}/token_price/{addresses}. The contracts are the real ones of tokens this world has; a
pool's price stands a little off the market's. Not here: pools, trades, candles.
"""

from __future__ import annotations

import numpy as np

from mobius.sandbox import draws
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said

_TYPE = "application/json; charset=utf-8"
_NETWORKS = {"eth": "Ethereum", "polygon_pos": "Polygon POS", "base": "Base", "arbitrum": "Arbitrum"}
_TOKENS = {
    "eth": {
        "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2": "WETH", "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599": "WBTC",
        "0xae7ab96520de3a18e5e111b5eaab095312d7fe84": "stETH", "0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0": "wstETH",
        "0xae78736cd615f374d3085123a210448e74fc6393": "rETH", "0xdac17f958d2ee523a2206206994597c13d831ec7": "USDT",
        "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48": "USDC", "0x6b175474e89094c44da98b954eedeac495271d0f": "DAI",
        "0x6982508145454ce325ddbe97a25d4ec3d2311933": "PEPE",
    },
}  # fmt: skip
_MOST_ADDRESSES = 30
_LAG_S = 30


def _networks(ask: Ask, scene: Scene) -> Said:
    rows: list[Json] = [
        {"id": name, "type": "network", "attributes": {"name": title, "coingecko_asset_platform_id": None}}
        for name, title in _NETWORKS.items()
    ]
    return said({"data": rows}, content_type=_TYPE)


def _token_price(ask: Ask, scene: Scene) -> Said:
    network = ask.parts.get("network", "")
    if network not in _NETWORKS:
        return said({"errors": [{"status": "404", "title": "Not Found"}]}, status=404, content_type=_TYPE)
    addresses = [text.strip().lower() for text in ask.parts.get("addresses", "").split(",") if text.strip()]
    if not addresses or len(addresses) > _MOST_ADDRESSES:
        return said(
            {"errors": [{"status": "422", "title": "exceeded maximum addresses"}]}, status=422, content_type=_TYPE
        )
    prices: dict[str, Json] = {}
    at_s = scene.now_s - scene.now_s % _LAG_S
    for address in addresses:
        ticker = _TOKENS.get(network, {}).get(address)
        if ticker is None:
            continue
        off = draws.normal(draws.key(scene.world.seed, "pool", ticker), np.array([at_s // _LAG_S]))[0] * 4e-4
        price = scene.world.market.price(scene.world.index(ticker), at_s) * float(np.exp(off))
        prices[address] = repr(price) if price >= 1e-4 else f"{price:.24f}"
    data = {"id": "sandbox", "type": "simple_token_price", "attributes": {"token_prices": prices}}
    return said({"data": data}, content_type=_TYPE)


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"errors": [{"status": "404", "title": "Not Found"}]}, status=404, content_type=_TYPE)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    body = {"errors": [{"status": "429", "title": "Rate Limited"}]}
    return said(body, status=429, content_type=_TYPE, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="geckoterminal",
    prefix="/geckoterminal/api/v2",
    routes={"/networks": _networks, "/simple/networks/{network}/token_price/{addresses}": _token_price},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(30, 30)},
)
