"""Coinbase Exchange market data (`api.exchange.coinbase.com`), quoted in dollars and a few others.

Here: time, products, products/{id}/ticker, stats and candles. Prices are strings, candles are numbers: time, low, high, open,
close, volume, newest first; minutes without a trade have no candle (here every minute has one). Not here: accounts, books.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.listings import coinbase_pairs
from mobius.sandbox.tape import bars_of, day_of, openings
from mobius.sandbox.venues import Pair
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S

_GRANULARITIES = (60, 300, 900, 3600, 21_600, DAY_S)
_MOST_BARS = 300
_LAST_S = 253_402_300_799


class _Refused(Exception):
    """A request Coinbase answers with a message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def _answered(handler: Callable[[Ask, Scene], object]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        try:
            return said(handler(ask, scene), content_type="application/json; charset=utf-8")
        except _Refused as refused:
            return said({"message": refused.message}, status=refused.status)

    return answer


def _pair(ask: Ask) -> Pair:
    found = coinbase_pairs().get(ask.parts["id"])
    if found is None:
        raise _Refused(404, "NotFound")
    return found


def _iso(epoch_s: int) -> str:
    return datetime.fromtimestamp(epoch_s, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(ask: Ask, scene: Scene) -> object:
    return {"iso": _iso(scene.now_s), "epoch": scene.now_s}


def _products(ask: Ask, scene: Scene) -> object:
    return [
        {
            "id": pair.symbol, "base_currency": pair.base, "quote_currency": pair.quote,
            "quote_increment": f"{10.0**-pair.price_decimals:.{pair.price_decimals}f}",
            "base_increment": f"{pair.lot:.{pair.lot_decimals}f}", "display_name": pair.symbol, "min_market_funds": "1",
            "margin_enabled": False, "post_only": False, "limit_only": False, "cancel_only": False, "status": "online",
            "status_message": "", "trading_disabled": False, "auction_mode": False,
        }
        for pair in coinbase_pairs().values()
    ]  # fmt: skip


def _ticker(ask: Ask, scene: Scene) -> object:
    pair = _pair(ask)
    day = day_of(scene.world.market, pair, scene.now_s)
    price = f".{pair.price_decimals}f"
    return {
        "ask": f"{day.book.ask:{price}}", "bid": f"{day.book.bid:{price}}", "volume": f"{day.volume:.8f}",
        "trade_id": scene.now_s, "price": f"{day.last:{price}}", "size": f"{max(pair.lot, day.last_size):.8f}",
        "time": _iso(scene.now_s), "rfq_volume": "0.000000",
    }  # fmt: skip


def _stats(ask: Ask, scene: Scene) -> object:
    pair = _pair(ask)
    day = day_of(scene.world.market, pair, scene.now_s)
    price = f".{pair.price_decimals}f"
    return {
        "open": f"{day.open:{price}}", "high": f"{day.high:{price}}", "low": f"{day.low:{price}}",
        "last": f"{day.last:{price}}", "volume": f"{day.volume:.8f}", "volume_30day": f"{day.volume * 30:.8f}",
        "rfq_volume_24hour": "0.000000",
    }  # fmt: skip


def _candles(ask: Ask, scene: Scene) -> object:
    pair = _pair(ask)
    text = ask.params.get("granularity", "60")
    length = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if length not in _GRANULARITIES:
        raise _Refused(400, "Unsupported granularity")
    start, end = _instant(ask, "start"), _instant(ask, "end")
    last = scene.now_s if end is None else min(scene.now_s, end)
    first = last - (_MOST_BARS - 1) * length if start is None else start
    if end is not None and start is not None and (end - start) // length > _MOST_BARS:
        raise _Refused(
            400, "granularity too small for the requested time range. Count of aggregations requested exceeds 300"
        )
    opens = openings(length, first, last)[-_MOST_BARS:]
    if not len(opens):
        return []
    bars = bars_of(scene.world.market, pair, opens, length, now_s=scene.now_s)
    columns = (bars.low, bars.high, bars.open, bars.close)
    rows: list[Json] = [
        [
            int(opens[i]),
            *(round(float(column[i]), pair.price_decimals) for column in columns),
            round(pair.volume(int(bars.lots[i])), 8),
        ]
        for i in range(len(opens))
    ]
    return rows[::-1]


def _instant(ask: Ask, name: str) -> int | None:
    """An ISO instant or epoch seconds."""
    text = ask.params.get(name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 20:
        return min(int(text), _LAST_S)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _Refused(400, f"{name} is not a valid time") from None
    return int((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp())


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Route not found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"message": "Public rate limit exceeded"}, status=429)


PROVIDER = Provider(
    name="coinbase",
    prefix="/coinbase",
    routes={
        "/time": _answered(_time),
        "/products": _answered(_products),
        "/products/{id}/ticker": _answered(_ticker),
        "/products/{id}/stats": _answered(_stats),
        "/products/{id}/candles": _answered(_candles),
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(15, 600)},
)
