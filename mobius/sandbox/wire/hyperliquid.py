"""Hyperliquid's information endpoint (`POST api.hyperliquid.xyz/info`): the question is a JSON object with a `type`.

Here: meta, metaAndAssetCtxs, fundingHistory; every perpetual at once, numbers as strings, funding by the hour as a fraction.
Small coins are told by the thousand under a name with a k. Not here: users, orders, spot.
"""

from __future__ import annotations

import msgspec
import numpy as np
from msgspec import Struct

from mobius.sandbox.catalogue import COIN
from mobius.sandbox.contracts import contracts_of
from mobius.sandbox.limits import MinuteWindow, Spent
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S, turnover_usd

WEIGHT_A_MINUTE = 1200
_THOUSANDS = {"kSHIB": "SHIB", "kPEPE": "PEPE"}
_COINS = {ticker: ticker for ticker in COIN if ticker not in ("SHIB", "PEPE", "PAXG")} | _THOUSANDS
_SHARE = 0.09
_HOUR_S = 3600


class _Question(Struct, frozen=True, rename="camel"):
    type: str
    coin: str = ""
    start_time: int = 0


def _info(ask: Ask, scene: Scene) -> Said:
    try:
        question = msgspec.json.decode(ask.body, type=_Question)
    except (msgspec.MsgspecError, RecursionError):
        return _refused()
    if question.type == "meta":
        return said(_meta())
    if question.type == "metaAndAssetCtxs":
        return said([_meta(), [_context(name, scene) for name in _COINS]])
    if question.type == "fundingHistory" and question.coin in _COINS:
        return said(_funding_history(question, scene))
    return _refused()


def _refused() -> Said:
    return Said(body=b"Failed to deserialize the JSON body into the target type", status=422, content_type="text/plain")


def _meta() -> dict[str, Json]:
    universe: list[Json] = [{"szDecimals": 2, "name": name, "maxLeverage": 20, "marginTableId": 20} for name in _COINS]
    return {"universe": universe, "marginTables": []}


def _context(name: str, scene: Scene) -> Json:
    coin, units = _COINS[name], 1000 if name in _THOUSANDS else 1
    contracts, world = contracts_of(scene.world), scene.world
    oracle = contracts.index(coin, scene.now_s) * units
    premium = contracts.premium(coin, "hyperliquid", scene.now_s)
    mark = oracle * (1 + premium)
    yesterday = (scene.now_s - DAY_S) // _HOUR_S * _HOUR_S
    before = float(world.closes(world.index(coin), np.array([yesterday]))[0]) * units
    traded = 1.8 * turnover_usd(coin) * _SHARE
    return {
        "funding": f"{contracts.funding(coin, 'hyperliquid', scene.now_s, interval_h=1):.10f}",
        "openInterest": f"{contracts.open_interest(coin, _SHARE, scene.now_s) / units:.5f}", "prevDayPx": f"{before:.6g}",
        "dayNtlVlm": f"{traded:.4f}", "premium": f"{premium:.10f}", "oraclePx": f"{oracle:.8g}", "markPx": f"{mark:.8g}",
        "midPx": f"{mark:.8g}", "impactPxs": [f"{mark * 0.9999:.8g}", f"{mark * 1.0001:.8g}"],
        "dayBaseVlm": f"{traded / mark:.4f}",
    }  # fmt: skip


def _funding_history(question: _Question, scene: Scene) -> list[Json]:
    newest = scene.now_s - scene.now_s % _HOUR_S
    first = max(question.start_time // 1000, BEGINS_S + 4 * DAY_S)
    hours = range(-(-first // _HOUR_S) * _HOUR_S, newest + 1, _HOUR_S)[:500]
    contracts, coin = contracts_of(scene.world), _COINS[question.coin]
    rows: list[Json] = []
    for paid in hours:
        rate = contracts.funding_of(coin, "hyperliquid", paid - _HOUR_S, paid, interval_h=1)
        premium = contracts.premium(coin, "hyperliquid", paid)
        rows.append(
            {
                "coin": question.coin,
                "time": paid * 1000,
                "fundingRate": f"{rate:.10f}",
                "premium": f"{premium:.10f}",
            }
        )
    return rows


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(body=b"", status=404, content_type="text/plain")


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return Said(body=b"null", status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="hyperliquid",
    prefix="/hyperliquid",
    routes={},
    posts={"/info": _info},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: MinuteWindow(WEIGHT_A_MINUTE)},
    weigh=lambda ask: 20,
)
