"""Binance USD-M futures market data (`fapi.binance.com`): perpetuals in tethers. Prices and rates are strings.

Here: `/fapi/v1/` ping, time, premiumIndex, openInterest, fundingRate, fundingInfo; the documented errors and weights. Not here:
dated futures, books, accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mobius.sandbox.catalogue import COIN
from mobius.sandbox.contracts import INTEREST_8H, contracts_of
from mobius.sandbox.limits import MinuteWindow, Spent
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S

WEIGHT_A_MINUTE = 2400
_THOUSANDS = {"1000SHIBUSDT": "SHIB", "1000PEPEUSDT": "PEPE"}
_COINS = {f"{ticker}USDT": ticker for ticker in COIN if ticker not in ("SHIB", "PEPE")} | _THOUSANDS
_INTERVALS_H = {"1000PEPEUSDT": 4, "CRVUSDT": 4}
_SHARE = 0.26


class _Refused(Exception):
    """A request Binance answers with status 400."""

    def __init__(self, code: int, msg: str) -> None:
        super().__init__(msg)
        self.code = code
        self.msg = msg


def _checked(handler: Callable[[Ask, Scene], object]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        try:
            return said(handler(ask, scene))
        except _Refused as refused:
            return said({"code": refused.code, "msg": refused.msg}, status=400)

    return answer


def _symbol(ask: Ask) -> str:
    symbol = ask.params.get("symbol", "")
    if not symbol:
        raise _Refused(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.")
    if symbol not in _COINS:
        raise _Refused(-1121, "Invalid symbol.")
    return symbol


def _interval_h(symbol: str) -> int:
    return _INTERVALS_H.get(symbol, 8)


def _ping(ask: Ask, scene: Scene) -> object:
    return {}


def _time(ask: Ask, scene: Scene) -> object:
    return {"serverTime": scene.now_ms}


def _premium_index(ask: Ask, scene: Scene) -> object:
    return _premium(_symbol(ask), scene) if "symbol" in ask.params else [_premium(name, scene) for name in _COINS]


def _premium(symbol: str, scene: Scene) -> Json:
    coin, units, length = _COINS[symbol], 1000 if symbol in _THOUSANDS else 1, _interval_h(symbol) * 3600
    contracts = contracts_of(scene.world)
    index = contracts.index(coin, scene.now_s, "USDT") * units
    mark = index * (1 + contracts.premium(coin, "binance", scene.now_s))
    return {
        "symbol": symbol, "markPrice": f"{mark:.8f}", "indexPrice": f"{index:.8f}", "estimatedSettlePrice": f"{index:.8f}",
        "lastFundingRate": f"{contracts.funding(coin, 'binance', scene.now_s, interval_h=length // 3600):.8f}",
        "interestRate": f"{INTEREST_8H:.8f}", "nextFundingTime": (scene.now_s - scene.now_s % length + length) * 1000,
        "time": scene.now_ms,
    }  # fmt: skip


def _open_interest(ask: Ask, scene: Scene) -> object:
    symbol = _symbol(ask)
    held = contracts_of(scene.world).open_interest(_COINS[symbol], _SHARE, scene.now_s)
    return {
        "symbol": symbol,
        "openInterest": f"{held / (1000 if symbol in _THOUSANDS else 1):.3f}",
        "time": scene.now_ms,
    }


def _funding_info(ask: Ask, scene: Scene) -> object:
    return [
        {
            "symbol": symbol, "adjustedFundingRateCap": "0.02000000", "adjustedFundingRateFloor": "-0.02000000",
            "fundingIntervalHours": hours, "disclaimer": False,
        }
        for symbol, hours in _INTERVALS_H.items()
    ]  # fmt: skip


def _funding_rate(ask: Ask, scene: Scene) -> object:
    symbol = _symbol(ask)
    limit = 100
    if ask.params.get("limit"):
        found = whole(ask.params["limit"])
        if found is None:
            raise _Refused(-1130, "Data sent for parameter 'limit' is not valid.")
        limit = min(1000, max(1, found))
    length, contracts = _interval_h(symbol) * 3600, contracts_of(scene.world)
    newest = scene.now_s - scene.now_s % length
    rows: list[Json] = []
    for n in range(limit):
        paid = newest - n * length
        if paid - length < BEGINS_S + 4 * DAY_S:
            break
        rate = contracts.funding_of(_COINS[symbol], "binance", paid - length, paid, interval_h=length // 3600)
        mark = contracts.index(_COINS[symbol], paid, "USDT")
        rows.append(
            {"symbol": symbol, "fundingTime": paid * 1000, "fundingRate": f"{rate:.8f}", "markPrice": f"{mark:.8f}"}
        )
    return rows[::-1]


def _weigh(ask: Ask) -> int:
    return 10 if ask.path.endswith("premiumIndex") and "symbol" not in ask.params else 1


def _mark(spent: Spent) -> Mapping[str, str]:
    return {"X-MBX-USED-WEIGHT-1M": str(spent.used)}


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    body = {"code": -1003, "msg": f"Too many requests; current limit is {WEIGHT_A_MINUTE} requests per minute."}
    return said(body, status=418 if spent.banned else 429, headers={"Retry-After": str(spent.retry_after_s)})


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(body=b"<html><body><h2>404 Not found</h2></body></html>", status=404, content_type="text/html")


PROVIDER = Provider(
    name="binance_futures",
    prefix="/binance_futures",
    routes={
        f"/fapi/v1/{name}": _checked(handler)
        for name, handler in {
            "ping": _ping, "time": _time, "premiumIndex": _premium_index, "openInterest": _open_interest,
            "fundingInfo": _funding_info, "fundingRate": _funding_rate,
        }.items()
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: MinuteWindow(WEIGHT_A_MINUTE)},
    weigh=_weigh,
    mark=_mark,
)  # fmt: skip
