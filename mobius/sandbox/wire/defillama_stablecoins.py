"""DefiLlama's stablecoins (`stablecoins.llama.fi`): what circulates of each on which chain, and its past.

Here: stablecoins, stablecoin/{id}, stablecoincharts/{all or chain}, stablecoinchains, stablecoinprices. Not here: where the
figures come from (sandbox.stables).
"""

from __future__ import annotations

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox.hourly import hourly
from mobius.sandbox.ledgers import LEDGER, LEDGERS
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.stables import STABLES, circulating
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S

_IDS = {"1": "USDT", "2": "USDC", "5": "DAI"}
_NAMES = {"USDT": ("Tether", "fiat-backed"), "USDC": ("USD Coin", "fiat-backed"), "DAI": ("Dai", "crypto-backed")}
_BY_NAME = {name.lower(): ledger.slug for ledger in LEDGERS for name in (ledger.name, ledger.slug)}
_FIRST_DAY = 700


def _hour(scene: Scene) -> int:
    return scene.now_s - scene.now_s % 3600


def _days(scene: Scene) -> IntArray:
    return np.arange(BEGINS_S + _FIRST_DAY * DAY_S, scene.now_s + 1, DAY_S)


def _pegged(value: float) -> Json:
    return {"peggedUSD": round(float(value), 2)}


def _stablecoins(ask: Ask, scene: Scene) -> Said:
    priced = ask.params.get("includePrices") == "true"
    return Said(body=hourly(scene, f"stablecoins:{priced}", lambda: {"peggedAssets": _assets(scene, priced=priced)}))


def _assets(scene: Scene, *, priced: bool) -> list[Json]:
    at_s = _hour(scene) - np.array([0, DAY_S, 7 * DAY_S, 30 * DAY_S])
    rows: list[Json] = []
    for number, ticker in _IDS.items():
        held = circulating(scene.world, ticker, at_s)
        total = np.sum(list(held.values()), axis=0)
        row: dict[str, Json] = {
            "id": number, "name": _NAMES[ticker][0], "symbol": ticker, "gecko_id": scene.world.assets[ticker].ids["coingecko"],
            "pegType": "peggedUSD", "pegMechanism": _NAMES[ticker][1], "priceSource": "defillama", "delisted": False,
            **_spans(total), "chainCirculating": {LEDGER[chain].name: _current(line) for chain, line in held.items()},
            "chains": [LEDGER[chain].name for chain in held],
        }  # fmt: skip
        if priced:
            row["price"] = scene.world.market.price(scene.world.index(ticker), _hour(scene))
        rows.append(row)
    return rows


def _spans(line: FloatArray) -> dict[str, Json]:
    names = ("circulating", "circulatingPrevDay", "circulatingPrevWeek", "circulatingPrevMonth")
    return {name: _pegged(value) for name, value in zip(names, line, strict=True)}


def _current(line: FloatArray) -> Json:
    names = ("current", "circulatingPrevDay", "circulatingPrevWeek", "circulatingPrevMonth")
    return {name: _pegged(value) for name, value in zip(names, line, strict=True)}


def _one(ask: Ask, scene: Scene) -> Said:
    ticker = _IDS.get(ask.parts.get("id", ""))
    if ticker is None:
        return said({"message": "Stablecoin not found"}, status=404)
    days = _days(scene)
    chains: dict[str, Json] = {}
    for chain, line in circulating(scene.world, ticker, days).items():
        tokens: list[Json] = [
            {"date": day, "circulating": _pegged(units), "minted": _pegged(units), "bridgedTo": _pegged(0.0)}
            for day, units in zip(days.tolist(), line.tolist(), strict=True)
        ]
        chains[LEDGER[chain].name] = {"tokens": tokens}
    price = scene.world.market.price(scene.world.index(ticker), _hour(scene))
    row: dict[str, Json] = {"id": ask.parts["id"], "name": _NAMES[ticker][0], "symbol": ticker, "pegType": "peggedUSD"}
    return said(row | {"pegMechanism": _NAMES[ticker][1], "price": price, "chainBalances": chains})


def _charts(ask: Ask, scene: Scene) -> Said:
    name, number = ask.parts.get("chain", "").lower(), ask.params.get("stablecoin", "")
    if (name != "all" and name not in _BY_NAME) or (number and number not in _IDS):
        return said({"message": "Not found"}, status=404)
    chain = _BY_NAME.get(name)

    def rows() -> object:
        days, world = _days(scene), scene.world
        units: FloatArray = np.zeros(days.shape)
        dollars: FloatArray = np.zeros(days.shape)
        for ticker in (_IDS[number],) if number else STABLES:
            held = circulating(world, ticker, days)
            line: FloatArray = (
                np.sum(list(held.values()), axis=0) if chain is None else held.get(chain, np.zeros(days.shape))
            )
            units, dollars = units + line, dollars + line * world.closes(world.index(ticker), days)
        return [
            {"date": str(day), "totalCirculating": _pegged(each), "totalCirculatingUSD": _pegged(worth)}
            for day, each, worth in zip(days.tolist(), units.tolist(), dollars.tolist(), strict=True)
        ]

    return Said(body=hourly(scene, f"stablecoincharts:{chain}:{number}", rows))


def _chains(ask: Ask, scene: Scene) -> Said:
    at_s = np.array([_hour(scene)])
    total: dict[str, float] = {}
    for ticker in STABLES:
        for chain, line in circulating(scene.world, ticker, at_s).items():
            total[chain] = total.get(chain, 0.0) + float(line[0])
    return said(
        [
            {"gecko_id": None, "totalCirculatingUSD": _pegged(units), "tokenSymbol": None, "name": LEDGER[chain].name}
            for chain, units in total.items()
        ]
    )


def _prices(ask: Ask, scene: Scene) -> Said:
    hour, world = _hour(scene), scene.world
    prices = {
        world.assets[ticker].ids["coingecko"]: world.market.price(world.index(ticker), hour) for ticker in STABLES
    }
    return said([{"date": hour, "prices": prices}])


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"message": "Too Many Requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="defillama_stablecoins",
    prefix="/defillama_stablecoins",
    routes={
        "/stablecoins": _stablecoins, "/stablecoin/{id}": _one, "/stablecoincharts/{chain}": _charts,
        "/stablecoinchains": _chains, "/stablecoinprices": _prices,
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(300, 300)},
)  # fmt: skip
