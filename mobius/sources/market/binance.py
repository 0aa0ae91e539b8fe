"""Binance spot market data, keyless, through the host that has no geographic block.

Here: SPEC, rows, parse and fetch of 24-hour tickers and klines. Quotes are USDT and a few others, never US dollars. One
unknown symbol spoils a whole batch (-1121), so a refused batch is halved until only the unknown ones are left out.
Not here: converting USDT to dollars (desk), futures, streams.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import BOOK
from mobius.core.keeping import candles as candles_policy
from mobius.core.needs import CandlesQuery, SpotQuery, SpotTicker
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

if TYPE_CHECKING:
    from mobius.core.candles import Candles
    from mobius.sources.bars import Row

SPEC = SourceSpec(
    name="binance",
    title="Binance",
    kind="venue",
    base_url="https://data-api.binance.vision",
    limits=Limits(per_minute=1200, burst=20, concurrent=6, timeout_s=4.0),  # weight 6000 a minute; a ticker weighs 2
    needs=("spot", "candles"),
    rights=Rights(attribution="Market data: Binance"),
    probe="/api/v3/ping",
    missing=(b'{"code":-1121',),
)
TICKERS, KLINES = "/api/v3/ticker/24hr", "/api/v3/klines"
QUOTES = frozenset({"USDT", "USDC", "FDUSD", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "JPY", "PLN", "MXN", "ZAR"})
INTERVALS = {
    60: "1m", 180: "3m", 300: "5m", 900: "15m", 1_800: "30m", 3_600: "1h", 7_200: "2h", 14_400: "4h", 21_600: "6h",
    28_800: "8h", 43_200: "12h", 86_400: "1d", 259_200: "3d", 604_800: "1w",
}  # fmt: skip
MOST_BARS = 1_000
MOST_PAGES = 5
_UNKNOWN_SYMBOL = -1121


class _Fault(Struct, frozen=True):
    code: int = 0
    msg: str = ""


class _Ticker(Struct, frozen=True, rename="camel"):
    symbol: str
    bid_price: Decimal | None = None
    ask_price: Decimal | None = None
    last_price: Decimal | None = None
    price_change_percent: Decimal | None = None
    """In percent."""
    high_price: Decimal | None = None
    low_price: Decimal | None = None
    volume: Decimal | None = None
    quote_volume: Decimal | None = None


class _Kline(Struct, frozen=True, array_like=True):
    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class _UnknownSymbol(Exception):
    """The batch holds a symbol that Binance does not list."""


# ---------------------------------------------------------------------------------------------------------------- spot


def symbols_of(query: SpotQuery) -> dict[str, tuple[str, str]]:
    """Binance's symbol of each pair asked for that it may list: `{"BTCUSDT": ("BTC", "USDT")}`."""
    return {
        _symbol(asset, quote): (asset, quote)
        for asset in query.assets
        for quote in query.quotes
        if quote in QUOTES and quote != asset and asset in ASSETS and SPEC.name in ASSETS[asset].ids
    }


def parse_spot(body: bytes, query: SpotQuery) -> tuple[SpotTicker, ...]:
    """The pairs of `query` in a reply. A field's place reads `[symbol=BTCUSDT].bidPrice`, whichever batch it came in."""
    wanted = symbols_of(query)
    return tuple(
        _ticker(row, *wanted[row.symbol])
        for row in decode(body, tuple[_Ticker, ...], SPEC.name)
        if row.symbol in wanted
    )


def _ticker(row: _Ticker, asset: str, quote: str) -> SpotTicker:
    read = Figures(SPEC.name, f"[symbol={row.symbol}]")
    return SpotTicker(
        asset=asset,
        quote=quote,
        bid=read.price("bid", row.bid_price, "bidPrice"),
        ask=read.price("ask", row.ask_price, "askPrice"),
        last=read.price("last", row.last_price, "lastPrice"),
        change_24h_pct=read.signed("change_24h_pct", row.price_change_percent, "priceChangePercent"),
        high_24h=read.price("high_24h", row.high_price, "highPrice"),
        low_24h=read.price("low_24h", row.low_price, "lowPrice"),
        volume_24h=read.amount("volume_24h", row.volume, "volume"),
        turnover_24h=read.amount("turnover_24h", row.quote_volume, "quoteVolume"),
        fields=read.fields,
    )


async def spot(query: SpotQuery, http: Http) -> Sourced[tuple[SpotTicker, ...]]:
    """Tickers of the pairs Binance lists; the rest are left out. Raises NoData when it lists none."""
    symbols = tuple(sorted(symbols_of(query)))
    replies = await _batches(symbols, http) if symbols else []
    rows = tuple(row for reply in replies for row in parse_spot(reply.body, query))
    if not rows:
        raise NoData(
            SPEC.name, f"{SPEC.title} lists none of {', '.join(query.assets)} against {', '.join(query.quotes)}."
        )
    where = endpoint(TICKERS, _symbols(symbols)) if len(replies) == 1 else TICKERS
    return sourced(rows, SPEC.name, where, replies)


async def _batches(symbols: tuple[str, ...], http: Http) -> list[Reply]:
    """Replies that together hold every listed symbol."""
    try:
        reply = await http.get(TICKERS, _symbols(symbols), keep=BOOK)
        _expect_ok(reply)
        return [reply]
    except _UnknownSymbol:
        if len(symbols) == 1:
            return []
    half = len(symbols) // 2
    parts = await asyncio.gather(_batches(symbols[:half], http), _batches(symbols[half:], http))
    return [*parts[0], *parts[1]]


def _symbols(symbols: tuple[str, ...]) -> dict[str, str]:
    return {"symbols": msgspec.json.encode(symbols).decode()}


def _symbol(asset: str, quote: str) -> str:
    base = ASSETS[asset].ids.get(SPEC.name, asset) if asset in ASSETS else asset
    return base + (ASSETS[quote].ids.get(SPEC.name, quote) if quote in ASSETS else quote)


def _expect_ok(reply: Reply) -> None:
    if reply.status == 400:
        fault = decode(reply.body, _Fault, SPEC.name)
        if fault.code == _UNKNOWN_SYMBOL:
            raise _UnknownSymbol
        raise SourceChanged(SPEC.name, f"refused the request: {fault.code} {fault.msg[:100]}")
    expect_ok(reply, SPEC.name)


# ------------------------------------------------------------------------------------------------------------- candles


def parse_candles(body: bytes) -> list[Row]:
    """Rows of one page of klines, oldest first, the newest usually still open."""
    rows = decode(body, list[_Kline], SPEC.name, strict=False)  # numbers stand in quotes
    return [(row.open_ms, row.open, row.high, row.low, row.close, row.volume) for row in rows]


async def candles(query: CandlesQuery, http: Http) -> Sourced[Candles]:
    """Closed bars, oldest first. Raises NoData for an unlisted pair or an interval Binance has not."""
    from mobius.sources.bars import closed_bars

    listed = query.quote in QUOTES and query.asset in ASSETS and SPEC.name in ASSETS[query.asset].ids
    if not listed or query.interval_s not in INTERVALS:
        raise NoData(SPEC.name, f"{SPEC.title} has no such bars of {query.asset}/{query.quote}.")
    first = {"symbol": _symbol(query.asset, query.quote), "interval": INTERVALS[query.interval_s]}
    # one more than asked, since the newest is usually still open
    first["limit"] = str(MOST_BARS if query.start_ms is not None else min(MOST_BARS, query.n_bars + 1))
    if query.start_ms is not None:
        first["startTime"] = str(query.start_ms)
    rows, replies = await _pages(query, first, http)
    value = closed_bars(
        rows, interval_s=query.interval_s, known_at=replies[0].date, source=SPEC.name, place="",
        n_bars=query.n_bars if query.start_ms is None else None,
    )  # fmt: skip
    return sourced(value, SPEC.name, endpoint(KLINES, first), replies)


async def _pages(query: CandlesQuery, first: Mapping[str, str], http: Http) -> tuple[list[Row], list[Reply]]:
    """Page after page, newer ones from `start_ms` on, else older ones, until there is enough; at most five."""
    rows: list[Row] = []
    replies: list[Reply] = []
    params = dict(first)
    while len(replies) < MOST_PAGES:
        # closed bars do not change; only the open one does
        reply = await http.get(KLINES, params, keep=candles_policy(query.interval_s))
        try:
            _expect_ok(reply)
        except _UnknownSymbol as error:
            raise NoData(SPEC.name, f"{SPEC.title} does not list {query.asset}/{query.quote}.") from error
        page = parse_candles(reply.body)
        replies.append(reply)
        rows = page + rows if query.start_ms is None else rows + page
        if len(page) < MOST_BARS or (query.start_ms is None and len(rows) > query.n_bars):
            break
        if query.start_ms is None:
            params["endTime"] = str(page[0][0] - 1)
        else:
            params["startTime"] = str(page[-1][0] + 1)
    return rows, replies


OFFERS = {"spot": spot, "candles": candles}
