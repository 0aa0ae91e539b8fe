"""Binance spot market data (`data-api.binance.vision`), quoted in tethers. Prices and volumes are strings of 8 decimals.

Here: `/api/v3/` ping, time, ticker/24hr, ticker/price, ticker/bookTicker, klines, depth, exchangeInfo; the documented
errors and the request weights. Not here: anything that needs an account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import msgspec
import numpy as np

from mobius.core.candles import IntArray
from mobius.sandbox.limits import MinuteWindow, Spent
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.venues import Pair, binance_pairs, book_side, quote_at
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S

WEIGHT_A_MINUTE = 6000
_SYMBOL = re.compile(r"[A-Z0-9\-_.]{1,20}")
_WEEK_FROM_S = 4 * DAY_S  # weeks open on Mondays; 1970 began on a Thursday
_FIXED_S = {
    "1m": 60, "3m": 180, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "2h": 7200, "4h": 14_400, "6h": 21_600,
    "8h": 28_800, "12h": 43_200, "1d": DAY_S, "3d": 3 * DAY_S, "1w": 7 * DAY_S,
}  # fmt: skip

_pairs = cache(binance_pairs)


class _Refused(Exception):
    """A request Binance answers with status 400."""

    def __init__(self, code: int, msg: str) -> None:
        super().__init__(msg)
        self.code = code
        self.msg = msg


def _checked(handler: Callable[[Ask, Scene], object]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        try:
            return said(handler(ask, scene), content_type="application/json;charset=UTF-8")
        except _Refused as refused:
            body = {"code": refused.code, "msg": refused.msg}
            return said(body, status=400, content_type="application/json;charset=UTF-8")

    return answer


# ---------------------------------------------------------------------------------------------------------- parameters


def _symbol(ask: Ask) -> Pair:
    text = ask.params.get("symbol", "")
    if not text:
        raise _Refused(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.")
    return _pair(text, "symbol")


def _pair(text: str, parameter: str) -> Pair:
    if not _SYMBOL.fullmatch(text):
        raise _Refused(
            -1100, f"Illegal characters found in parameter '{parameter}'; legal range is '^[A-Z0-9-_.]{{1,20}}$'."
        )
    found = _pairs().get(text)
    if found is None:
        raise _Refused(-1121, "Invalid symbol.")
    return found


def _symbols(ask: Ask) -> tuple[list[Pair], bool]:
    """The pairs asked for, and whether the answer is a list."""
    if "symbol" in ask.params and "symbols" in ask.params:
        raise _Refused(-1128, "Combination of optional parameters invalid.")
    if "symbol" in ask.params:
        return [_symbol(ask)], False
    if "symbols" not in ask.params:
        return list(_pairs().values()), True
    try:
        names = msgspec.json.decode(ask.params["symbols"], type=list[str])
    except msgspec.MsgspecError:
        raise _Refused(
            -1100,
            "Illegal characters found in parameter 'symbols'; legal range is '^\\[(\"[A-Z0-9-_.]{1,20}\"(,\"[A-Z0-9-_.]{1,20}\"){0,}){0,1}\\]$'.",  # noqa: E501
        ) from None
    if len(set(names)) != len(names):
        raise _Refused(-1151, "Symbol is present multiple times in the list.")
    return [_pair(name, "symbols") for name in names], True


def _whole(ask: Ask, name: str) -> int | None:
    text = ask.params.get(name)
    if text is None:
        return None
    if text == "":
        raise _Refused(-1105, f"Parameter '{name}' was empty.")
    value = whole(text)
    if value is None:
        raise _Refused(-1100, f"Illegal characters found in parameter '{name}'; legal range is '^[0-9]{{1,20}}$'.")
    return value


def _text(value: float) -> str:
    return f"{value:.8f}"


# ------------------------------------------------------------------------------------------------------------- answers


def _ping(ask: Ask, scene: Scene) -> object:
    return {}


def _time(ask: Ask, scene: Scene) -> object:
    return {"serverTime": scene.now_ms}


def _ticker_24h(ask: Ask, scene: Scene) -> object:
    pairs, many = _symbols(ask)
    if ask.params.get("type", "FULL") not in ("FULL", "MINI"):
        raise _Refused(-1139, "Invalid ticker type.")
    full = ask.params.get("type", "FULL") == "FULL"
    rows = [_day(pair, scene, full=full) for pair in pairs]
    return rows if many else rows[0]


def _day(pair: Pair, scene: Scene, *, full: bool) -> Json:
    day = scene.world.market.window(pair.series, scene.now_s - DAY_S, scene.now_s)
    start, last = float(day.open[0]), float(day.close[0])
    volume, turnover, trades = pair.volume(int(day.lots[0])), pair.turnover(int(day.quote[0])), int(day.trades[0])
    newest = (scene.now_s - BEGINS_S) * 1000  # ids only ever grow
    row: dict[str, Json] = {"symbol": pair.symbol}
    if full:
        book = quote_at(scene.world.market, pair, scene.now_s)
        row |= {
            "priceChange": _text(last - start), "priceChangePercent": f"{(last / start - 1) * 100:.3f}",
            "weightedAvgPrice": _text(turnover / volume), "prevClosePrice": _text(start), "lastPrice": _text(last),
            "lastQty": _text(max(pair.lot, book.bid_size / 50)), "bidPrice": _text(book.bid),
            "bidQty": _text(book.bid_size), "askPrice": _text(book.ask), "askQty": _text(book.ask_size),
        }  # fmt: skip
    row |= {"openPrice": _text(start), "highPrice": _text(float(day.high[0])), "lowPrice": _text(float(day.low[0]))}
    if not full:
        row["lastPrice"] = _text(last)
    return row | {
        "volume": _text(volume), "quoteVolume": _text(turnover), "openTime": scene.now_ms - DAY_S * 1000,
        "closeTime": scene.now_ms, "firstId": newest - trades + 1, "lastId": newest, "count": trades,
    }  # fmt: skip


def _ticker_price(ask: Ask, scene: Scene) -> object:
    pairs, many = _symbols(ask)
    rows = [
        {"symbol": pair.symbol, "price": _text(scene.world.market.price(pair.series, scene.now_s))} for pair in pairs
    ]
    return rows if many else rows[0]


def _book_ticker(ask: Ask, scene: Scene) -> object:
    pairs, many = _symbols(ask)
    rows = [_top(pair, scene) for pair in pairs]
    return rows if many else rows[0]


def _top(pair: Pair, scene: Scene) -> Json:
    book = quote_at(scene.world.market, pair, scene.now_s)
    return {
        "symbol": pair.symbol, "bidPrice": _text(book.bid), "bidQty": _text(book.bid_size),
        "askPrice": _text(book.ask), "askQty": _text(book.ask_size),
    }  # fmt: skip


def _depth(ask: Ask, scene: Scene) -> object:
    pair, limit = _symbol(ask), _whole(ask, "limit")
    n_levels = 100 if limit is None else min(limit, 1000)
    if n_levels == 0:
        raise _Refused(-1130, "Data sent for parameter 'limit' is not valid.")
    sides = {
        name: [
            [_text(float(price)), _text(float(size))]
            for price, size in book_side(scene.world.market, pair, scene.now_s, n_levels, side=side)
        ]
        for name, side in (("bids", -1), ("asks", 1))
    }
    return {"lastUpdateId": (scene.now_s - BEGINS_S) * 50, **sides}


def _klines(ask: Ask, scene: Scene) -> object:
    pair = _symbol(ask)
    interval = ask.params.get("interval", "")
    if not interval:
        raise _Refused(-1102, "Mandatory parameter 'interval' was not sent, was empty/null, or malformed.")
    if interval not in _FIXED_S and interval != "1M":
        raise _Refused(-1120, "Invalid interval.")
    limit, start_ms, end_ms = _whole(ask, "limit"), _whole(ask, "startTime"), _whole(ask, "endTime")
    if limit == 0:
        raise _Refused(-1130, "Data sent for parameter 'limit' is not valid.")
    n_bars = min(limit or 500, 1000)
    last_s = scene.now_s if end_ms is None else min(scene.now_s, end_ms // 1000)
    opens = _openings(interval, last_s)
    if start_ms is not None:
        opens = opens[opens * 1000 >= start_ms][:n_bars]
    opens = opens[-n_bars:]
    if not len(opens):
        return []
    edges = np.append(opens, _next_opening(interval, int(opens[-1])))
    bars = scene.world.market.bars(pair.series, edges, now_s=scene.now_s)
    bought = _bought_share(bars.open, bars.close)
    return [
        [
            int(edges[i]) * 1000, _text(bars.open[i]), _text(bars.high[i]), _text(bars.low[i]), _text(bars.close[i]),
            _text(pair.volume(int(bars.lots[i]))), int(edges[i + 1]) * 1000 - 1, _text(pair.turnover(int(bars.quote[i]))),
            int(bars.trades[i]), _text(pair.volume(int(bars.lots[i] * bought[i]))),
            _text(pair.turnover(int(bars.quote[i] * bought[i]))), "0",
        ]
        for i in range(len(opens))
    ]  # fmt: skip


def _openings(interval: str, last_s: int) -> IntArray:
    """Every bar's opening instant from the beginning of time to `last_s`, epoch seconds."""
    if interval == "1M":
        months = np.arange(np.datetime64(BEGINS_S, "s").astype("datetime64[M]"), np.datetime64("2300-01"))
        instants = months.astype("datetime64[s]").astype(np.int64)
        return instants[instants <= last_s]
    length, shift = _FIXED_S[interval], _WEEK_FROM_S if interval == "1w" else 0
    first = -(-(BEGINS_S - shift) // length) * length + shift
    return np.arange(first, last_s + 1, length, dtype=np.int64)


def _next_opening(interval: str, opening_s: int) -> int:
    if interval != "1M":
        return opening_s + _FIXED_S[interval]
    month = np.datetime64(opening_s, "s").astype("datetime64[M]") + 1
    return int(month.astype("datetime64[s]").astype(np.int64))


def _bought_share(start: np.ndarray, close: np.ndarray) -> np.ndarray:
    """Part of the volume that buyers took: more of it when the price rose."""
    return np.asarray(np.clip(0.5 + 4.0 * (close / start - 1.0), 0.2, 0.8))


def _exchange_info(ask: Ask, scene: Scene) -> object:
    pairs, _ = _symbols(ask)
    limits = [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": WEIGHT_A_MINUTE},
        {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
        {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200_000},
        {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 61_000},
    ]
    return {
        "timezone": "UTC", "serverTime": scene.now_ms, "rateLimits": limits, "exchangeFilters": [],
        "symbols": [_listing(pair) for pair in pairs],
    }  # fmt: skip


def _listing(pair: Pair) -> Json:
    tick, lot = 10.0**-pair.price_decimals, pair.lot
    return {
        "symbol": pair.symbol, "status": "TRADING", "baseAsset": pair.base_name, "baseAssetPrecision": 8,
        "quoteAsset": pair.quote_name, "quotePrecision": 8, "quoteAssetPrecision": 8, "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"],
        "icebergAllowed": True, "ocoAllowed": True, "otoAllowed": True, "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": True, "cancelReplaceAllowed": True, "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": _text(tick), "maxPrice": _text(tick * 1e8), "tickSize": _text(tick)},
            {"filterType": "LOT_SIZE", "minQty": _text(lot), "maxQty": _text(lot * 1e9), "stepSize": _text(lot)},
            {
                "filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True,
                "maxNotional": "9000000.00000000", "applyMaxToMarket": False, "avgPriceMins": 5,
            },
        ],
        "permissions": [], "permissionSets": [["SPOT"]], "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT"],
    }  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- limits


def _weigh(ask: Ask) -> int:
    """The documented request weight."""
    name = ask.path.removeprefix("/api/v3/")
    n_symbols = 1 if "symbol" in ask.params else ask.params["symbols"].count(",") + 1 if "symbols" in ask.params else 0
    if name == "ticker/24hr":
        return 80 if n_symbols == 0 or n_symbols > 100 else 40 if n_symbols > 20 else 2
    if name in ("ticker/price", "ticker/bookTicker"):
        return 2 if n_symbols == 1 else 4
    if name == "depth":
        levels = whole(ask.params.get("limit", "")) or 100
        return 5 if levels <= 100 else 25 if levels <= 500 else 50
    return {"klines": 2, "exchangeInfo": 20}.get(name, 1)


def _mark(spent: Spent) -> Mapping[str, str]:
    return {"X-MBX-USED-WEIGHT": str(spent.used), "X-MBX-USED-WEIGHT-1M": str(spent.used)}


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    if spent.banned:
        until = scene.now_ms + spent.retry_after_s * 1000
        msg = f"Way too much request weight used; IP banned until {until}. Please use WebSocket Streams for live updates to avoid bans."  # noqa: E501
    else:
        msg = f"Too much request weight used; current limit is {WEIGHT_A_MINUTE} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API."  # noqa: E501
    return said(
        {"code": -1003, "msg": msg}, status=418 if spent.banned else 429, content_type="application/json;charset=UTF-8",
        headers={"Retry-After": str(spent.retry_after_s)},
    )  # fmt: skip


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(body=b"<html><body><h2>404 Not found</h2></body></html>", status=404, content_type="text/html")


PROVIDER = Provider(
    name="binance",
    prefix="/binance",
    routes={
        f"/api/v3/{name}": _checked(handler)
        for name, handler in {
            "ping": _ping, "time": _time, "ticker/24hr": _ticker_24h, "ticker/price": _ticker_price,
            "ticker/bookTicker": _book_ticker, "klines": _klines, "depth": _depth, "exchangeInfo": _exchange_info,
        }.items()
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: MinuteWindow(WEIGHT_A_MINUTE)},
    weigh=_weigh,
    mark=_mark,
)  # fmt: skip
