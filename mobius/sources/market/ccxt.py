"""The long tail of exchanges, by ccxt's adapters over our own pool. Here: SPECS, the adapter, tickers of one exchange.

ccxt knows some hundred exchanges and takes about a second to load, so it is an extra (`mobius[exchanges]`), loaded in a
thread when one of these exchanges is asked for by name, or when an asset stands nowhere else. Its requests go through
our wrappers: limits, cache, deadline and the world's marks hold as for every source, and no socket of its own is opened.
Not here: the main venues (their own files), candles, anything private: no key ever reaches ccxt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from mobius.core.assets import ASSETS
from mobius.core.errors import MissingExtra, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import BOOK, LISTING, Policy
from mobius.core.needs import SpotTicker, TailQuery
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import Figures, expect_ok, sourced

HOSTS = {
    "kucoin": ("KuCoin", "https://api.kucoin.com"),
    "gate": ("Gate", "https://api.gateio.ws"),
    "bitget": ("Bitget", "https://api.bitget.com"),
    "mexc": ("MEXC", "https://api.mexc.com"),
    "bitstamp": ("Bitstamp", "https://www.bitstamp.net"),
    "bitfinex": ("Bitfinex", "https://api-pub.bitfinex.com"),
    "gemini": ("Gemini", "https://api.gemini.com"),
    "htx": ("HTX", "https://api.huobi.pro"),
    "cryptocom": ("Crypto.com", "https://api.crypto.com"),
    "upbit": ("Upbit", "https://api.upbit.com"),
    "bithumb": ("Bithumb", "https://api.bithumb.com"),
    "bitvavo": ("Bitvavo", "https://api.bitvavo.com"),
}
"""By ccxt's id: title and the one host that is asked."""
FAMILY = "ccxt"
SPECS = tuple(
    SourceSpec(
        name=f"{FAMILY}_{exchange}",
        title=title,
        kind="venue",
        base_url=host,
        limits=Limits(per_minute=60, burst=5, concurrent=2, timeout_s=4.0),
        needs=("tail_spot",),
        rights=Rights(attribution=f"Prices: {title}, read by ccxt"),
        family=FAMILY,
    )
    for exchange, (title, host) in HOSTS.items()
)
_SPOT_ALONE: dict[str, Any] = {
    "gate": {"types": ["spot"]},
    "htx": {"types": {"spot": True, "linear": False, "inverse": False}},
    "kucoin": {"types": ["spot"], "fetchTickersFees": False},
}
"""What keeps ccxt from listing futures as well, on other hosts."""
_MOST_CHARS = 200


async def tail_spot(query: TailQuery, http: Http) -> Sourced[tuple[SpotTicker, ...]]:
    """Tickers of `query.venue` in any of the query's quotes. Raises NoData when it lists none of these pairs."""
    exchange = query.venue.removeprefix(f"{FAMILY}_")
    adapter = await _adapter(exchange, http, query.venue)
    rows: list[SpotTicker] = []
    try:
        markets = await adapter.load_markets()
        adapter.keep = BOOK
        for asset in query.assets:
            for quote in query.quotes:
                symbol = f"{_code(asset)}/{quote}"
                market = markets.get(symbol)
                if market is not None and market.get("spot", True) and asset != quote:
                    rows.append(_row(asset, quote, symbol, await adapter.fetch_ticker(symbol), query.venue))
    except adapter.faults as error:
        raise _ours(error, query.venue) from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise SourceChanged(query.venue, f"ccxt cannot read the reply ({type(error).__name__})") from error
    if not rows:
        raise NoData(query.venue, f"{HOSTS[exchange][0]} lists none of these pairs.")
    newest = adapter.replies[-1]
    where = urlsplit(newest.url)
    return sourced(tuple(rows), query.venue, where.path + (f"?{where.query}" if where.query else ""), [newest])


def _code(asset: str) -> str:
    return ASSETS[asset].ticker.upper() if asset in ASSETS else asset.upper()


def _row(asset: str, quote: str, symbol: str, ticker: Mapping[str, Any], source: str) -> SpotTicker:
    """ccxt's own ticker; its fields are named as ccxt names them, since each exchange writes them otherwise."""
    read = Figures(source, f"ticker[{symbol}]", {})

    def number(name: str) -> Decimal | None:
        value = ticker.get(name)
        return None if value is None else Decimal(str(value))

    traded_ms = ticker.get("timestamp")
    return SpotTicker(
        asset=asset,
        quote=quote,
        bid=read.price("bid", number("bid"), "bid"),
        ask=read.price("ask", number("ask"), "ask"),
        last=read.price("last", number("last"), "last"),
        last_at=datetime.fromtimestamp(traded_ms / 1000, tz=UTC) if isinstance(traded_ms, int | float) else None,
        change_24h_pct=read.signed("change_24h_pct", number("percentage"), "percentage"),
        high_24h=read.price("high_24h", number("high"), "high"),
        low_24h=read.price("low_24h", number("low"), "low"),
        volume_24h=read.amount("volume_24h", number("baseVolume"), "baseVolume"),
        turnover_24h=read.amount("turnover_24h", number("quoteVolume"), "quoteVolume"),
        fields=read.fields,
    )


# ----------------------------------------------------------------------------------------------------------- the adapter


async def _adapter(exchange: str, http: Http, source: str) -> Any:
    """ccxt's class for an exchange, asking through `http`. Raises MissingExtra where ccxt is not installed."""
    import json

    try:
        ccxt = await asyncio.to_thread(_load)
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"{HOSTS[exchange][0]} is read by ccxt, which is not installed.", hint="pip install 'mobius[exchanges]'"
        ) from error
    base: Any = getattr(ccxt, exchange)

    class Adapter(base):  # type: ignore[misc]  # a class of ccxt's, known at run time
        faults = ccxt.BaseError
        replies: list[Reply]
        keep: Policy = LISTING  # until the markets are known

        async def fetch(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
            """What ccxt would send, sent by us: to this exchange's one host, and only to read."""
            parts = urlsplit(url)
            host = urlsplit(HOSTS[exchange][1]).netloc
            if method != "GET" or parts.netloc != host:
                raise ccxt.NotSupported(f"{exchange} wants to be asked at {parts.netloc[:_MOST_CHARS]}")
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            reply = await http.get(path, keep=self.keep)
            self.replies.append(reply)
            if reply.status in (418, 429) or reply.status >= 500:
                expect_ok(reply, source)
            text = reply.body.decode("utf-8", "replace")
            try:
                document = json.loads(text)
            except ValueError:
                document = None
            said: tuple[Any, ...] = (reply.status, "", url, method, dict(reply.headers), text, document, {}, None)
            self.handle_errors(*said)
            self.handle_http_status_code(reply.status, "", url, method, text)
            if document is None:
                raise SourceChanged(source, "the reply is no JSON")
            return document

    options = {"defaultType": "spot"}
    if exchange in _SPOT_ALONE:
        options["fetchMarkets"] = _SPOT_ALONE[exchange]
    made = Adapter({"enableRateLimit": False, "options": options})
    made.replies = []
    made.has = {**made.has, "fetchCurrencies": False}  # coins' networks need a key on most, and nothing of them is used
    return made


def _load() -> Any:
    import ccxt.async_support

    return ccxt.async_support


def _ours(error: Exception, source: str) -> Exception:
    """One of ccxt's errors as ours; the names are those of its tree."""
    names = {kind.__name__ for kind in type(error).__mro__}
    title = HOSTS[source.removeprefix(f"{FAMILY}_")][0]
    if "RateLimitExceeded" in names or "DDoSProtection" in names:
        return RateLimited(source, f"{title} asks us to slow down.")
    if "BadSymbol" in names:
        return NoData(source, f"{title} does not list this pair.")
    if "NetworkError" in names or "NotSupported" in names:
        return SourceUnavailable(source, f"{title} cannot be asked just now.")
    return SourceUnavailable(source, f"{title} refuses the request.")


OFFERS = {"tail_spot": tail_spot}
