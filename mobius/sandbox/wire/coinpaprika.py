"""CoinPaprika's free API v1: an aggregator with ids of its own (`btc-bitcoin`) and few requests. Figures are numbers.

Here: tickers/{id}, global. It lags by up to a minute. Not here: the list of all coins, history, exchanges.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S

_LAG_S = 60
_NAMES = {
    "BTC": "bitcoin", "ETH": "ethereum", "XRP": "xrp", "BNB": "binance-coin", "SOL": "solana", "DOGE": "dogecoin",
    "TRX": "tron", "ADA": "cardano", "LINK": "chainlink", "AVAX": "avalanche", "XLM": "stellar", "SUI": "sui",
    "BCH": "bitcoin-cash", "HBAR": "hedera", "LTC": "litecoin", "TON": "toncoin", "SHIB": "shiba-inu", "DOT": "polkadot",
    "UNI": "uniswap", "AAVE": "new", "NEAR": "near-protocol", "ETC": "ethereum-classic", "APT": "aptos", "ARB": "arbitrum",
    "OP": "optimism", "ATOM": "cosmos", "FIL": "filecoin", "LDO": "lido-dao", "CRV": "curve-dao-token", "PEPE": "pepe",
    "PAXG": "pax-gold", "USDT": "tether", "USDC": "usd-coin", "DAI": "dai", "WBTC": "wrapped-bitcoin", "WETH": "weth",
    "stETH": "lido-staked-ether",
}  # fmt: skip
_IDS = {f"{ticker.lower()}-{name}": ticker for ticker, name in _NAMES.items()}
_SPANS_S = {"1h": 3600, "12h": 43_200, "24h": DAY_S, "7d": 7 * DAY_S, "30d": 30 * DAY_S, "1y": 365 * DAY_S}


def _ticker(ask: Ask, scene: Scene) -> Said:
    ticker = _IDS.get(ask.parts["id"])
    if ticker is None:
        return said({"error": "id not found"}, status=404)
    codes = [code.strip().upper() for code in ask.params.get("quotes", "USD").split(",")]
    known = {"USD", "BTC", "ETH", *scene.world.currencies()}
    if any(code not in known for code in codes):
        return said({"error": "quotes parameter is not valid"}, status=400)
    world, at_s = scene.world, scene.now_s - scene.now_s % _LAG_S
    asset = world.assets[ticker]
    stamp = datetime.fromtimestamp(at_s, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    first = datetime.fromtimestamp(BEGINS_S, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ranks = [row.ticker for row in world.standings("USD", at_s)]
    supply = world.supply(ticker, at_s)
    row: dict[str, Json] = {
        "id": ask.parts["id"], "name": asset.name, "symbol": ticker.upper(), "rank": ranks.index(ticker) + 1,
        "total_supply": round(supply), "max_supply": 0, "beta_value": 1.0, "first_data_at": first, "last_updated": stamp,
        "quotes": {code: _quote(ticker, code, scene, at_s) for code in codes},
    }  # fmt: skip
    return said(row)


def _quote(ticker: str, code: str, scene: Scene, at_s: int) -> Json:
    world = scene.world
    now = world.standing(ticker, code, at_s)
    before = world.market.prices_at(world.index(ticker, code), at_s - np.array(list(_SPANS_S.values())))
    changes: dict[str, Json] = {
        f"percent_change_{span}": round((now.price / price - 1) * 100, 2)
        for span, price in zip(_SPANS_S, before.tolist(), strict=True)
    }
    return {
        "price": now.price, "volume_24h": now.volume, "volume_24h_change_24h": 0.0, "market_cap": round(now.market_cap),
        "market_cap_change_24h": round((now.market_cap / now.market_cap_before - 1) * 100, 2), **changes,
        "ath_price": None, "ath_date": None, "percent_from_price_ath": None,
    }  # fmt: skip


def _global(ask: Ask, scene: Scene) -> Said:
    at_s = scene.now_s - scene.now_s % _LAG_S
    counted = [row for row in scene.world.standings("USD", at_s) if scene.world.counted(row.ticker)]
    caps = sum(row.market_cap for row in counted)
    before = sum(row.market_cap_before for row in counted)
    bitcoin = next(row for row in counted if row.ticker == "BTC")
    return said(
        {
            "market_cap_usd": round(caps), "volume_24h_usd": round(sum(row.volume for row in counted)),
            "bitcoin_dominance_percentage": round(100 * bitcoin.market_cap / caps, 2),
            "cryptocurrencies_number": len(counted), "market_cap_change_24h": round((caps / before - 1) * 100, 2),
            "last_updated": at_s,
        }
    )  # fmt: skip


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"error": "not found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"error": "too many requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="coinpaprika",
    prefix="/coinpaprika/v1",
    routes={"/tickers/{id}": _ticker, "/global": _global},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 30)},
)
