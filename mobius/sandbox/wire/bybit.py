"""Bybit's v5 market data (`api.bybit.com`), quoted in tethers. Numbers are strings; faults are retCodes inside a status of 200.

Here: `/v5/market/` time, tickers (spot, linear), kline (spot), funding/history (linear), instruments-info (spot). Changes are
fractions; bars come newest first. Not here: anything that needs an account, inverse contracts, options.
"""

from __future__ import annotations

from collections.abc import Callable

from mobius.sandbox.catalogue import COIN
from mobius.sandbox.contracts import contracts_of
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.listings import bybit_pairs
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.tape import bars_of, day_of, openings
from mobius.sandbox.venues import Pair
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S, turnover_usd

_INTERVALS_S = {
    "1": 60, "3": 180, "5": 300, "15": 900, "30": 1800, "60": 3600, "120": 7200, "240": 14_400, "360": 21_600,
    "720": 43_200, "D": DAY_S, "W": 7 * DAY_S,
}  # fmt: skip
_MONDAY_S = 4 * DAY_S  # 1970 began on a Thursday
_THOUSANDS = {"SHIB1000USDT": "SHIB", "1000PEPEUSDT": "PEPE"}
_LINEAR = {f"{ticker}USDT": ticker for ticker in COIN if ticker not in ("PAXG", "SHIB", "PEPE")} | _THOUSANDS
_FOUR_HOURLY = frozenset({"1000PEPEUSDT", "ARBUSDT", "OPUSDT"})
_SHARE = 0.16


class _Refused(Exception):
    """A request Bybit answers with a retCode."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _answered(handler: Callable[[Ask, Scene], dict[str, Json]]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        try:
            return _said(0, "OK", handler(ask, scene), scene)
        except _Refused as refused:
            return _said(refused.code, refused.message, {}, scene)

    return answer


def _said(code: int, message: str, result: dict[str, Json], scene: Scene) -> Said:
    return said({"retCode": code, "retMsg": message, "result": result, "retExtInfo": {}, "time": scene.now_ms})


def _category(ask: Ask, *allowed: str) -> str:
    category = ask.params.get("category", "")
    if category not in allowed:
        raise _Refused(10001, "params error: Category is invalid")
    return category


def _whole(ask: Ask, name: str) -> int | None:
    if not ask.params.get(name):
        return None
    value = whole(ask.params[name])
    if value is None:
        raise _Refused(10001, f"params error: {name} is invalid")
    return value


def _pair(ask: Ask) -> Pair:
    found = bybit_pairs().get(ask.params.get("symbol", ""))
    if found is None:
        raise _Refused(10001, "Not supported symbols")
    return found


# ---------------------------------------------------------------------------------------------------------------- spot


def _time(ask: Ask, scene: Scene) -> dict[str, Json]:
    return {"timeSecond": str(scene.now_s), "timeNano": str(scene.now_ms * 1_000_000)}


def _tickers(ask: Ask, scene: Scene) -> dict[str, Json]:
    if _category(ask, "spot", "linear") == "linear":
        symbols = [ask.params["symbol"]] if ask.params.get("symbol") else list(_LINEAR)
        if any(symbol not in _LINEAR for symbol in symbols):
            raise _Refused(10001, "params error: symbol invalid")
        return {"category": "linear", "list": [_contract(symbol, scene) for symbol in symbols]}
    pairs = [_pair(ask)] if ask.params.get("symbol") else list(bybit_pairs().values())
    return {"category": "spot", "list": [_tick(pair, scene) for pair in pairs]}


def _tick(pair: Pair, scene: Scene) -> Json:
    day = day_of(scene.world.market, pair, scene.now_s)
    price, size = f".{pair.price_decimals}f", f".{pair.lot_decimals}f"
    row: dict[str, Json] = {
        "symbol": pair.symbol, "bid1Price": f"{day.book.bid:{price}}", "bid1Size": f"{day.book.bid_size:{size}}",
        "ask1Price": f"{day.book.ask:{price}}", "ask1Size": f"{day.book.ask_size:{size}}", "lastPrice": f"{day.last:{price}}",
        "prevPrice24h": f"{day.open:{price}}", "price24hPcnt": f"{day.last / day.open - 1:.4f}",
        "highPrice24h": f"{day.high:{price}}", "lowPrice24h": f"{day.low:{price}}", "turnover24h": f"{day.turnover:.4f}",
        "volume24h": f"{day.volume:{size}}",
    }  # fmt: skip
    if pair.base in COIN:
        row["usdIndexPrice"] = f"{scene.world.market.price(scene.world.index(pair.base), scene.now_s):.6f}"
    return row


def _kline(ask: Ask, scene: Scene) -> dict[str, Json]:
    _category(ask, "spot")
    pair, interval = _pair(ask), ask.params.get("interval", "")
    length = _INTERVALS_S.get(interval)
    if length is None:
        raise _Refused(10001, "params error: Invalid period!")
    limit, start_ms, end_ms = (_whole(ask, name) for name in ("limit", "start", "end"))
    n_bars = min(1000, max(1, 200 if limit is None else limit))
    last = scene.now_s if end_ms is None else min(scene.now_s, end_ms // 1000)
    first = max(last - (n_bars + 1) * length, 0 if start_ms is None else -(-start_ms // 1000))
    opens = openings(length, first, last, shift_s=_MONDAY_S if interval == "W" else 0)[-n_bars:]
    rows: list[Json] = []
    if len(opens):
        bars = bars_of(scene.world.market, pair, opens, length, now_s=scene.now_s)
        price, size = f".{pair.price_decimals}f", f".{pair.lot_decimals}f"
        rows = [
            [
                str(int(opens[i]) * 1000),
                *(f"{float(column[i]):{price}}" for column in (bars.open, bars.high, bars.low, bars.close)),
                f"{pair.volume(int(bars.lots[i])):{size}}", f"{pair.turnover(int(bars.quote[i])):.4f}",
            ]
            for i in range(len(opens))
        ]  # fmt: skip
    return {"category": "spot", "symbol": pair.symbol, "list": rows[::-1]}


def _instruments(ask: Ask, scene: Scene) -> dict[str, Json]:
    _category(ask, "spot")
    rows: list[Json] = [
        {
            "symbol": pair.symbol, "baseCoin": pair.base, "quoteCoin": pair.quote, "innovation": "0", "status": "Trading",
            "marginTrading": "utaOnly",
            "priceFilter": {"tickSize": f"{10.0**-pair.price_decimals:.{pair.price_decimals}f}"},
        }
        for pair in bybit_pairs().values()
    ]  # fmt: skip
    return {"category": "spot", "nextPageCursor": "", "list": rows}


# ---------------------------------------------------------------------------------------------------------- perpetuals


def _interval_h(symbol: str) -> int:
    return 4 if symbol in _FOUR_HOURLY else 8


def _contract(symbol: str, scene: Scene) -> Json:
    coin, units = _LINEAR[symbol], 1000 if symbol in _THOUSANDS else 1
    contracts, interval_h = contracts_of(scene.world), _interval_h(symbol)
    index = contracts.index(coin, scene.now_s, "USDT") * units
    mark = index * (1 + contracts.premium(coin, "bybit", scene.now_s))
    before = scene.world.market.price(scene.world.index(coin, "USDT"), scene.now_s - DAY_S) * units
    held = contracts.open_interest(coin, _SHARE, scene.now_s) / units
    length = interval_h * 3600
    traded = 2.2 * turnover_usd(coin) * _SHARE
    return {
        "symbol": symbol, "lastPrice": f"{mark:.8g}", "indexPrice": f"{index:.8g}", "markPrice": f"{mark:.8g}",
        "prevPrice24h": f"{before:.8g}", "price24hPcnt": f"{mark / before - 1:.6f}", "highPrice24h": f"{max(mark, before):.8g}",
        "lowPrice24h": f"{min(mark, before):.8g}", "openInterest": f"{held:.3f}", "openInterestValue": f"{held * mark:.2f}",
        "turnover24h": f"{traded:.4f}", "volume24h": f"{traded / mark:.4f}",
        "fundingRate": f"{contracts.funding(coin, 'bybit', scene.now_s, interval_h=interval_h):.8f}",
        "nextFundingTime": str((scene.now_s - scene.now_s % length + length) * 1000),
        "fundingIntervalHour": str(interval_h), "fundingCap": "0.01", "predictedDeliveryPrice": "", "basisRate": "",
        "deliveryFeeRate": "", "deliveryTime": "0", "basis": "", "bid1Price": f"{mark * 0.99999:.8g}",
        "ask1Price": f"{mark * 1.00001:.8g}", "bid1Size": "1.5", "ask1Size": "1.2",
    }  # fmt: skip


def _funding_history(ask: Ask, scene: Scene) -> dict[str, Json]:
    _category(ask, "linear")
    symbol = ask.params.get("symbol", "")
    if symbol not in _LINEAR:
        raise _Refused(10001, "params error: symbol invalid")
    limit = _whole(ask, "limit")
    length = _interval_h(symbol) * 3600
    newest = scene.now_s - scene.now_s % length
    contracts = contracts_of(scene.world)
    rows: list[Json] = []
    for n in range(min(200, max(1, 200 if limit is None else limit))):
        paid = newest - n * length
        if paid - length < BEGINS_S + 4 * DAY_S:
            break
        rate = contracts.funding_of(_LINEAR[symbol], "bybit", paid - length, paid, interval_h=length // 3600)
        rows.append({"symbol": symbol, "fundingRate": f"{rate:.8f}", "fundingRateTimestamp": str(paid * 1000)})
    return {"category": "linear", "list": rows}


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(body=b"", status=404, content_type="text/plain")


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return _said(10006, "Too many visits!", {}, scene)


PROVIDER = Provider(
    name="bybit",
    prefix="/bybit",
    routes={
        f"/v5/market/{name}": _answered(handler)
        for name, handler in {
            "time": _time, "tickers": _tickers, "kline": _kline, "funding/history": _funding_history,
            "instruments-info": _instruments,
        }.items()
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(600, 7200)},
)  # fmt: skip
