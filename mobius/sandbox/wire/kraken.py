"""Kraken spot market data (`api.kraken.com`), quoted in dollars and euros. Faults are strings inside a status of 200.

Here: `/0/public/` Time, SystemStatus, Ticker, OHLC, AssetPairs, Depth. Old assets keep their X and Z names in the keys of
answers (XXBTZUSD), `assetVersion=1` asks for the new ones (BTC/USD). Not here: anything that needs an account.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.venues import Pair, book_side, kraken_pairs, quote_at
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S

_INTERVALS_MIN = (1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600)
_MOST_BARS = 720
_OLD_COINS = frozenset({"XBT", "ETH", "XRP", "LTC", "XLM", "ETC"})
_OLD_MONEY = frozenset({"USD", "EUR", "GBP", "JPY", "CAD"})
_CROSS_MONEY = frozenset({"EURGBP", "EURJPY", "EURCAD"})  # listed later, under their plain names


class _Refused(Exception):
    """A request Kraken answers with a string in `error`."""


def _answered(handler: Callable[[Ask, Scene], object]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        try:
            return said({"error": [], "result": handler(ask, scene)}, headers={"Cache-Control": "public, max-age=2"})
        except _Refused as refused:
            return said({"error": [str(refused)]})

    return answer


# --------------------------------------------------------------------------------------------------------------- names


def _asset_name(name: str) -> str:
    """The name of an asset in AssetPairs: old ones carry an X or a Z."""
    if name in _OLD_COINS or name == "XDG":
        return f"X{name}"
    return f"Z{name}" if name in _OLD_MONEY or name == "AUD" else name


def _key(pair: Pair) -> str:
    """The pair's name in the keys of answers."""
    base, quote = pair.base_name, pair.quote_name
    if pair.symbol == "USDTUSD":
        return "USDTZUSD"
    old_base, old_quote = base in _OLD_COINS | _OLD_MONEY, quote in _OLD_COINS | _OLD_MONEY
    if old_base and old_quote and pair.symbol not in _CROSS_MONEY:
        return _asset_name(base) + _asset_name(quote)
    return pair.symbol


def _ws_name(pair: Pair) -> str:
    return f"{pair.base_name}/{pair.quote_name}"


def _new_name(pair: Pair) -> str:
    return f"{pair.base}/{pair.quote}"


@cache
def _pairs() -> dict[str, Pair]:
    return kraken_pairs()


@cache
def _by_name() -> dict[str, Pair]:
    """Every name a pair can be asked by."""
    return {
        name: pair for pair in _pairs().values() for name in (pair.symbol, _key(pair), _ws_name(pair), _new_name(pair))
    }


def _asked(ask: Ask) -> list[Pair]:
    """The pairs of the parameter `pair`; all when it is absent. One unknown name spoils the request."""
    if "pair" not in ask.params:
        return list(_pairs().values())
    return [_named(name) for name in ask.params["pair"].split(",")]


def _one(ask: Ask) -> Pair:
    if not ask.params.get("pair"):
        raise _Refused("EGeneral:Invalid arguments")
    return _named(ask.params["pair"])


def _named(name: str) -> Pair:
    found = _by_name().get(name.strip().upper())
    if found is None:
        raise _Refused("EQuery:Unknown asset pair")
    return found


def _shown(ask: Ask, pair: Pair) -> str:
    return _new_name(pair) if ask.params.get("assetVersion") == "1" else _key(pair)


def _whole(ask: Ask, name: str, default: int) -> int:
    value = whole(ask.params[name]) if name in ask.params else default
    if value is None:
        raise _Refused("EGeneral:Invalid arguments")
    return value


def _long(pair: Pair, price: float) -> str:
    """A price as tickers and books show it: five decimals at least, three for yen."""
    return f"{price:.{3 if pair.quote == 'JPY' else max(5, pair.price_decimals)}f}"


def _whole_lots(size: float) -> tuple[str, str]:
    lots = max(1, round(size))
    return str(lots), f"{lots}.000"


def _volume(amount: float) -> str:
    return f"{amount:.8f}"


# ------------------------------------------------------------------------------------------------------------- answers


def _time(ask: Ask, scene: Scene) -> object:
    return {"unixtime": scene.now_s, "rfc1123": scene.now.strftime("%a, %d %b %y %H:%M:%S +0000")}


def _status(ask: Ask, scene: Scene) -> object:
    return {"status": "online", "timestamp": scene.now.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _ticker(ask: Ask, scene: Scene) -> object:
    return {_shown(ask, pair): _tick(pair, scene) for pair in _asked(ask)}


def _tick(pair: Pair, scene: Scene) -> Json:
    market, now_s = scene.world.market, scene.now_s
    spans = [
        market.window(pair.series, first_s, now_s) for first_s in (now_s - now_s % DAY_S, now_s - DAY_S)
    ]  # today and the last 24 hours, in this order in every field
    book = quote_at(market, pair, now_s)
    volumes = [pair.volume(int(span.lots[0])) for span in spans]
    means = [
        pair.turnover(int(span.quote[0])) / volume if volume else float(span.close[0])
        for span, volume in zip(spans, volumes, strict=True)
    ]
    return {
        "a": [_long(pair, book.ask), *_whole_lots(book.ask_size)],
        "b": [_long(pair, book.bid), *_whole_lots(book.bid_size)],
        "c": [_long(pair, float(spans[1].close[0])), _volume(max(pair.lot, book.bid_size / 30))],
        "v": [_volume(volume) for volume in volumes],
        "p": [_long(pair, mean) for mean in means],
        "t": [int(span.trades[0]) for span in spans],
        "l": [_long(pair, float(span.low[0])) for span in spans],
        "h": [_long(pair, float(span.high[0])) for span in spans],
        "o": _long(pair, float(spans[0].open[0])),
    }


def _ohlc(ask: Ask, scene: Scene) -> object:
    pair, interval_min = _one(ask), _whole(ask, "interval", 1)
    if interval_min not in _INTERVALS_MIN:
        raise _Refused("EGeneral:Invalid arguments")
    length = interval_min * 60
    last = scene.now_s // length * length
    first = max(-(-BEGINS_S // length) * length, last - (_MOST_BARS - 1) * length)
    edges = np.arange(first, last + length + 1, length)
    bars = scene.world.market.bars(pair.series, edges, now_s=scene.now_s)
    since = _whole(ask, "since", 0)
    decimals = pair.price_decimals
    rows: list[Json] = []
    for i in range(len(bars)):
        if edges[i] <= since and i < len(bars) - 1:  # the open bar always comes along
            continue
        prices = [float(column[i]) for column in (bars.open, bars.high, bars.low, bars.close)]
        volume = pair.volume(int(bars.lots[i]))
        mean = pair.turnover(int(bars.quote[i])) / volume if volume else 0.0
        within = min(max(mean, prices[2]), prices[1]) if volume else 0.0
        rows.append(
            [
                int(edges[i]),
                *(f"{price:.{decimals}f}" for price in (*prices, within)),
                _volume(volume),
                int(bars.trades[i]),
            ]
        )
    return {_shown(ask, pair): rows, "last": int(edges[-3]) if len(bars) > 1 else int(edges[0])}


def _depth(ask: Ask, scene: Scene) -> object:
    pair, count = _one(ask), _whole(ask, "count", 100)
    if not 1 <= count <= 500:
        raise _Refused("EGeneral:Invalid arguments")
    sides = {
        name: [
            [_long(pair, float(price)), f"{size:.3f}", scene.now_s - place % 40]
            for place, (price, size) in enumerate(book_side(scene.world.market, pair, scene.now_s, count, side=side))
        ]
        for name, side in (("asks", 1), ("bids", -1))
    }
    return {_shown(ask, pair): sides}


def _asset_pairs(ask: Ask, scene: Scene) -> object:
    return {_shown(ask, pair): _listing(pair) for pair in _asked(ask)}


def _listing(pair: Pair) -> Json:
    fee = pair.taker_fee_pct
    return {
        "altname": pair.symbol, "wsname": _ws_name(pair), "aclass_base": "currency",
        "base": _asset_name(pair.base_name), "aclass_quote": "currency", "quote": _asset_name(pair.quote_name),
        "lot": "unit", "cost_decimals": 5, "pair_decimals": pair.price_decimals, "lot_decimals": 8, "lot_multiplier": 1,
        "leverage_buy": [], "leverage_sell": [],
        "fees": [[0, fee], [10_000, round(fee * 0.875, 4)], [1_000_000, round(fee * 0.4, 4)]],
        "fees_maker": [[0, round(fee * 0.625, 4)], [10_000, round(fee * 0.5, 4)], [1_000_000, round(fee * 0.2, 4)]],
        "fee_volume_currency": "ZUSD", "margin_call": 80, "margin_stop": 40, "ordermin": f"{pair.lot:.8f}",
        "costmin": "0.5", "tick_size": f"{10.0**-pair.price_decimals:.{pair.price_decimals}f}", "status": "online",
    }  # fmt: skip


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"error": ["EGeneral:Unknown method"]}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"error": ["EGeneral:Too many requests"]})


PROVIDER = Provider(
    name="kraken",
    prefix="/kraken",
    routes={
        f"/0/public/{name}": _answered(handler)
        for name, handler in {
            "Time": _time, "SystemStatus": _status, "Ticker": _ticker, "OHLC": _ohlc, "Depth": _depth,
            "AssetPairs": _asset_pairs,
        }.items()
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 60)},
)  # fmt: skip
