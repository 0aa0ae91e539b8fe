"""OKX's public market data (`www.okx.com`), quoted in tethers. Numbers are strings; faults are codes inside a status of 200.

Here: `/api/v5/` public/time, market/ticker, market/tickers, market/candles, public/instruments, public/funding-rate,
public/open-interest, public/mark-price. Bars of six hours and more open at Hong Kong's midnight unless the `utc` variant is
asked. Not here: anything that needs an account, dated futures, options.
"""

from __future__ import annotations

from collections.abc import Callable

from mobius.sandbox.catalogue import COIN
from mobius.sandbox.contracts import contracts_of
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.listings import okx_pairs
from mobius.sandbox.tape import bars_of, day_of, openings
from mobius.sandbox.venues import Pair
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S

_BARS_S = {
    "1m": 60, "3m": 180, "5m": 300, "15m": 900, "30m": 1800, "1H": 3600, "2H": 7200, "4H": 14_400, "6H": 21_600,
    "12H": 43_200, "1D": DAY_S, "1W": 7 * DAY_S,
}  # fmt: skip
_HONG_KONG_S = 8 * 3600
_MONDAY_S = 4 * DAY_S  # 1970 began on a Thursday
_MOST_BARS = 300
_SWAPS = tuple(ticker for ticker in COIN if ticker not in ("PAXG",))
_FUNDING_H = 8
_SHARE = 0.14


class _Refused(Exception):
    """A request OKX answers with a code."""

    def __init__(self, code: str, msg: str) -> None:
        super().__init__(msg)
        self.code = code
        self.msg = msg


def _answered(handler: Callable[[Ask, Scene], list[Json]]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        try:
            return said({"code": "0", "msg": "", "data": handler(ask, scene)})
        except _Refused as refused:
            return said({"code": refused.code, "msg": refused.msg, "data": []})

    return answer


def _parameter(ask: Ask, name: str) -> str:
    if not ask.params.get(name):
        raise _Refused("50014", f"Parameter {name} can not be empty.")
    return ask.params[name]


def _pair(ask: Ask) -> Pair:
    found = okx_pairs().get(_parameter(ask, "instId"))
    if found is None:
        raise _Refused("51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")
    return found


def _swap(name: str) -> str:
    """The coin of a perpetual's name."""
    coin = name.removesuffix("-USDT-SWAP")
    if coin == name or coin not in _SWAPS:
        raise _Refused("51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")
    return coin


# ---------------------------------------------------------------------------------------------------------------- spot


def _time(ask: Ask, scene: Scene) -> list[Json]:
    return [{"ts": str(scene.now_ms)}]


def _ticker(ask: Ask, scene: Scene) -> list[Json]:
    return [_tick(_pair(ask), scene)]


def _tickers(ask: Ask, scene: Scene) -> list[Json]:
    if _parameter(ask, "instType") != "SPOT":
        raise _Refused("51000", "Parameter instType error")
    return [_tick(pair, scene) for pair in okx_pairs().values()]


def _tick(pair: Pair, scene: Scene) -> Json:
    day = day_of(scene.world.market, pair, scene.now_s)
    midnight = scene.now_s - scene.now_s % DAY_S
    market, price, size = scene.world.market, f".{pair.price_decimals}f", f".{pair.lot_decimals}f"
    return {
        "instType": "SPOT", "instId": pair.symbol, "last": f"{day.last:{price}}", "lastSz": f"{day.last_size:{size}}",
        "askPx": f"{day.book.ask:{price}}", "askSz": f"{day.book.ask_size:{size}}", "bidPx": f"{day.book.bid:{price}}",
        "bidSz": f"{day.book.bid_size:{size}}", "open24h": f"{day.open:{price}}", "high24h": f"{day.high:{price}}",
        "low24h": f"{day.low:{price}}", "volCcy24h": f"{day.turnover:.4f}", "vol24h": f"{day.volume:{size}}",
        "ts": str(scene.now_ms), "sodUtc0": f"{market.price(pair.series, midnight):{price}}",
        "sodUtc8": f"{market.price(pair.series, midnight - _HONG_KONG_S):{price}}",
    }  # fmt: skip


def _candles(ask: Ask, scene: Scene) -> list[Json]:
    pair, bar = _pair(ask), ask.params.get("bar", "1m")
    length = _BARS_S.get(bar.removesuffix("utc"))
    if length is None or (bar.endswith("utc") and length < _BARS_S["6H"]):
        raise _Refused("51000", "Parameter bar error")
    limit, after, before = (_whole(ask, name) for name in ("limit", "after", "before"))
    shift = _MONDAY_S if length == _BARS_S["1W"] else 0
    if length >= _BARS_S["6H"] and not bar.endswith("utc"):
        shift -= _HONG_KONG_S
    last = scene.now_s if after is None else min(scene.now_s, (after - 1) // 1000)
    n_bars = min(_MOST_BARS, 100 if limit is None else max(1, limit))
    opens = openings(length, last - (n_bars + 1) * length, last, shift_s=shift)
    if before is not None:
        opens = opens[opens * 1000 > before]
    opens = opens[-n_bars:]
    if not len(opens):
        return []
    bars = bars_of(scene.world.market, pair, opens, length, now_s=scene.now_s)
    price, size = f".{pair.price_decimals}f", f".{pair.lot_decimals}f"
    rows: list[Json] = [
        [
            str(int(opens[i]) * 1000),
            *(f"{float(column[i]):{price}}" for column in (bars.open, bars.high, bars.low, bars.close)),
            f"{pair.volume(int(bars.lots[i])):{size}}", f"{pair.turnover(int(bars.quote[i])):.4f}",
            f"{pair.turnover(int(bars.quote[i])):.4f}", "1" if opens[i] + length <= scene.now_s else "0",
        ]
        for i in range(len(opens))
    ]  # fmt: skip
    return rows[::-1]


def _whole(ask: Ask, name: str) -> int | None:
    if not ask.params.get(name):
        return None
    value = whole(ask.params[name])
    if value is None:
        raise _Refused("51000", f"Parameter {name} error")
    return value


def _instruments(ask: Ask, scene: Scene) -> list[Json]:
    kind = _parameter(ask, "instType")
    if kind == "SPOT":
        return [
            {
                "instType": "SPOT", "instId": pair.symbol, "baseCcy": pair.base, "quoteCcy": pair.quote, "settleCcy": "",
                "ctVal": "", "tickSz": f"{10.0**-pair.price_decimals:.{pair.price_decimals}f}",
                "lotSz": f"{pair.lot:.{pair.lot_decimals}f}", "minSz": f"{pair.lot:.{pair.lot_decimals}f}", "state": "live",
            }
            for pair in okx_pairs().values()
        ]  # fmt: skip
    if kind == "SWAP":
        return [
            {
                "instType": "SWAP", "instId": f"{coin}-USDT-SWAP", "uly": f"{coin}-USDT", "settleCcy": "USDT", "ctVal": "1",
                "ctValCcy": coin, "ctType": "linear", "state": "live",
            }
            for coin in _SWAPS
        ]  # fmt: skip
    raise _Refused("51000", "Parameter instType error")


# ---------------------------------------------------------------------------------------------------------- perpetuals


def _funding(ask: Ask, scene: Scene) -> list[Json]:
    coin = _swap(_parameter(ask, "instId"))
    contracts, length = contracts_of(scene.world), _FUNDING_H * 3600
    ends = scene.now_s - scene.now_s % length + length
    settled = contracts.funding_of(coin, "okx", ends - 2 * length, ends - length, interval_h=_FUNDING_H)
    return [
        {
            "instType": "SWAP", "instId": f"{coin}-USDT-SWAP", "formulaType": "withRate",
            "fundingRate": f"{contracts.funding(coin, 'okx', scene.now_s, interval_h=_FUNDING_H):.16f}",
            "fundingTime": str(ends * 1000), "nextFundingRate": "", "nextFundingTime": str((ends + length) * 1000),
            "interestRate": "0.0001", "minFundingRate": "-0.01", "maxFundingRate": "0.01", "method": "current_period",
            "premium": f"{contracts.premium(coin, 'okx', scene.now_s):.16f}", "settState": "settled",
            "settFundingRate": f"{settled:.16f}", "ts": str(scene.now_ms),
        }
    ]  # fmt: skip


def _open_interest(ask: Ask, scene: Scene) -> list[Json]:
    if _parameter(ask, "instType") != "SWAP":
        raise _Refused("51000", "Parameter instType error")
    coins = [_swap(ask.params["instId"])] if ask.params.get("instId") else list(_SWAPS)
    contracts = contracts_of(scene.world)
    rows: list[Json] = []
    for coin in coins:
        held = contracts.open_interest(coin, _SHARE, scene.now_s)
        rows.append(
            {
                "instType": "SWAP", "instId": f"{coin}-USDT-SWAP", "oi": f"{held:.2f}", "oiCcy": f"{held:.4f}",
                "oiUsd": f"{held * contracts.index(coin, scene.now_s):.4f}", "ts": str(scene.now_ms),
            }
        )  # fmt: skip
    return rows


def _mark_price(ask: Ask, scene: Scene) -> list[Json]:
    if _parameter(ask, "instType") != "SWAP":
        raise _Refused("51000", "Parameter instType error")
    coin, contracts = _swap(_parameter(ask, "instId")), contracts_of(scene.world)
    mark = contracts.index(coin, scene.now_s, "USDT") * (1 + contracts.premium(coin, "okx", scene.now_s))
    return [{"instType": "SWAP", "instId": f"{coin}-USDT-SWAP", "markPx": f"{mark:.6g}", "ts": str(scene.now_ms)}]


def _missing(ask: Ask, scene: Scene) -> Said:
    body = {
        "code": 404,
        "data": {},
        "detailMsg": "",
        "error_code": "404",
        "error_message": "Not Found",
        "msg": "Not Found",
    }
    return said(body, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"code": "50011", "msg": "Too Many Requests", "data": []}, status=429)


PROVIDER = Provider(
    name="okx",
    prefix="/okx",
    routes={
        f"/api/v5/{name}": _answered(handler)
        for name, handler in {
            "public/time": _time, "market/ticker": _ticker, "market/tickers": _tickers, "market/candles": _candles,
            "public/instruments": _instruments, "public/funding-rate": _funding, "public/open-interest": _open_interest,
            "public/mark-price": _mark_price,
        }.items()
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(20, 600)},
)  # fmt: skip
