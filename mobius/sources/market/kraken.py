"""Kraken spot market data, keyless: tickers, bars and exchange rates of currencies.

Here: SPEC, rows, parse and fetch. Pairs are asked by their plain names (XBTUSD) and come back under historical ones
(XXBTZUSD). Faults are strings inside a status of 200, and one unknown pair spoils a whole request: then the list of all
tickers is read instead, in one request. Not here: consensus, conversion of prices (desk), streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import BOOK, FX, Policy
from mobius.core.keeping import candles as candles_policy
from mobius.core.needs import CandlesQuery, FxQuery, FxRate, SpotQuery, SpotTicker
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

if TYPE_CHECKING:
    from mobius.core.candles import Candles
    from mobius.sources.bars import Row

SPEC = SourceSpec(
    name="kraken",
    title="Kraken",
    kind="venue",
    base_url="https://api.kraken.com",
    limits=Limits(per_minute=60, burst=15, concurrent=4, timeout_s=4.0),
    needs=("spot", "candles", "fx"),
    rights=Rights(attribution="Market data: Kraken"),
    probe="/0/public/Time",
    refusals=(b'{"error":["E', b'{"error": ["E'),
    missing=(b'{"error":["EQuery:Unknown asset pair', b'{"error": ["EQuery:Unknown asset pair'),
)
TICKER, OHLC = "/0/public/Ticker", "/0/public/OHLC"
QUOTES = {
    "USD": "USD", "EUR": "EUR", "GBP": "GBP", "CAD": "CAD", "JPY": "JPY", "CHF": "CHF", "AUD": "AUD", "USDT": "USDT",
    "USDC": "USDC", "BTC": "XBT", "ETH": "ETH",
}  # fmt: skip
MONEY = frozenset(
    {
        "EURUSD",
        "GBPUSD",
        "AUDUSD",
        "USDJPY",
        "USDCAD",
        "USDCHF",
        "EURGBP",
        "EURJPY",
        "EURCHF",
        "EURAUD",
        "EURCAD",
        "AUDJPY",
    }
)
"""Pairs of two currencies, as Kraken turns them round."""
INTERVALS_MIN = {60: 1, 300: 5, 900: 15, 1_800: 30, 3_600: 60, 14_400: 240, 86_400: 1_440, 604_800: 10_080}
MOST_BARS = 720
_RATE = Context(prec=12)


class _Envelope(Struct, frozen=True):
    error: tuple[str, ...] = ()
    result: dict[str, msgspec.Raw] = {}


class _Ticker(Struct, frozen=True):
    """Arrays hold today's figure, then that of the last 24 hours; a, b, c begin with the price."""

    a: tuple[Decimal, ...] = ()
    b: tuple[Decimal, ...] = ()
    c: tuple[Decimal, ...] = ()
    v: tuple[Decimal, ...] = ()
    low: tuple[Decimal, ...] = msgspec.field(name="l", default=())
    high: tuple[Decimal, ...] = msgspec.field(name="h", default=())


class _Bar(Struct, frozen=True, array_like=True):
    open_s: int
    open: float
    high: float
    low: float
    close: float
    vwap: float
    volume: float


class _UnknownPair(Exception):
    """The request names a pair that Kraken does not list."""


def _result(reply: Reply) -> dict[str, msgspec.Raw]:
    """The `result` of a reply. Raises the error that a string in `error` stands for; warnings (W...) are no faults."""
    expect_ok(reply, SPEC.name)
    envelope = decode(reply.body, _Envelope, SPEC.name)
    faults = [fault for fault in envelope.error if not fault.startswith("W")]
    if not faults:
        return envelope.result
    fault = faults[0][:100]
    if "Unknown asset pair" in fault:
        raise _UnknownPair(fault)
    if "Too many requests" in fault or "Rate limit" in fault or "Throttled" in fault:
        raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
    if fault.startswith("EService"):
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered {fault}.")
    raise SourceChanged(SPEC.name, f"refused the request: {fault}", path="$.error[0]")


# --------------------------------------------------------------------------------------------------------------- pairs


def pair_of(asset: str, quote: str) -> str | None:
    """Kraken's plain name of a pair it may list, `XBTUSD`; None where it cannot."""
    if asset == quote or quote not in QUOTES:
        return None
    if asset + quote in MONEY:
        return asset + quote
    if asset not in ASSETS or ASSETS[asset].kind == "fiat" or SPEC.name not in ASSETS[asset].ids:
        return None
    return ASSETS[asset].ids[SPEC.name] + QUOTES[quote]


def pairs_of(query: SpotQuery) -> dict[str, tuple[str, str]]:
    """Pairs to ask for. Against USDT only where dollars are not asked: few pairs have such a book, and thinner ones."""
    quotes = [quote for quote in query.quotes if quote != "USDT" or "USD" not in query.quotes]
    return {
        pair: (asset, quote)
        for asset in query.assets
        for quote in quotes
        if (pair := pair_of(asset, quote)) is not None
    }


def _by_key(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Every key a pair may come back under: XBTUSD, XXBTZUSD, USDTZUSD, XETHXXBT, ZEURZUSD, BTC/USD."""
    keys: dict[str, tuple[str, str]] = {}
    for asset, quote in pairs:
        base = ASSETS[asset].ids.get(SPEC.name, asset) if asset in ASSETS else asset
        term = QUOTES[quote]
        for key in (
            base + term,
            *(p + base + q + term for p in ("X", "Z", "") for q in ("Z", "X", "")),
            f"{asset}/{quote}",
        ):
            keys.setdefault(key, (asset, quote))
    return keys


# ---------------------------------------------------------------------------------------------------------------- spot


def parse_spot(result: Mapping[str, msgspec.Raw], query: SpotQuery) -> tuple[SpotTicker, ...]:
    """The pairs of `query` among the tickers of a result, which may hold many others."""
    wanted = _by_key(pairs_of(query).values())
    return tuple(_row(key, bytes(result[key]), *pair) for key, pair in wanted.items() if key in result)


def _row(key: str, body: bytes, asset: str, quote: str) -> SpotTicker:
    ticker = decode(body, _Ticker, SPEC.name, at=f"$.result.{key}")
    read = Figures(SPEC.name, f"result.{key}")
    return SpotTicker(
        asset=asset,
        quote=quote,
        bid=read.price("bid", _at(ticker.b, 0), "b[0]"),
        ask=read.price("ask", _at(ticker.a, 0), "a[0]"),
        last=read.price("last", _at(ticker.c, 0), "c[0]"),
        high_24h=read.price("high_24h", _at(ticker.high, 1), "h[1]"),
        low_24h=read.price("low_24h", _at(ticker.low, 1), "l[1]"),
        volume_24h=read.amount("volume_24h", _at(ticker.v, 1), "v[1]"),
        fields=read.fields,
    )


def _at(values: tuple[Decimal, ...], place: int) -> Decimal | None:
    return values[place] if place < len(values) else None


async def spot(query: SpotQuery, http: Http) -> Sourced[tuple[SpotTicker, ...]]:
    """Tickers of the pairs Kraken lists. It tells no change over 24 hours, only since midnight: that stays unknown."""
    pairs = sorted(pairs_of(query))
    nothing = NoData(
        SPEC.name, f"{SPEC.title} lists none of {', '.join(query.assets)} against {', '.join(query.quotes)}."
    )
    if not pairs:
        raise nothing
    result, reply, params = await _tickers(pairs, http, keep=BOOK)
    rows = parse_spot(result, query)
    if not rows:
        raise nothing
    return sourced(rows, SPEC.name, endpoint(TICKER, params), [reply])


async def _tickers(
    pairs: list[str], http: Http, *, keep: Policy
) -> tuple[dict[str, msgspec.Raw], Reply, dict[str, str]]:
    """Tickers of `pairs`; of everything, about half a megabyte, when one of several is not listed."""
    params = {"pair": ",".join(pairs)}
    reply = await http.get(TICKER, params, keep=keep)
    try:
        return _result(reply), reply, params
    except _UnknownPair:
        if len(pairs) == 1:
            return {}, reply, params
    reply = await http.get(TICKER, keep=keep)
    try:
        return _result(reply), reply, {}
    except _UnknownPair as error:
        raise SourceChanged(SPEC.name, "does not list all tickers any more", path="$.error[0]") from error


# ------------------------------------------------------------------------------------------------------------- candles


def parse_candles(result: Mapping[str, msgspec.Raw]) -> list[Row]:
    """Rows of an OHLC result, oldest first, the newest still open; `vwap` and the count of trades are left out."""
    key = next((key for key in result if key != "last"), None)
    if key is None:
        raise SourceChanged(SPEC.name, "no pair in the reply", path="$.result")
    rows = decode(bytes(result[key]), list[_Bar], SPEC.name, at=f"$.result.{key}", strict=False)
    return [(row.open_s * 1000, row.open, row.high, row.low, row.close, row.volume) for row in rows]


async def candles(query: CandlesQuery, http: Http) -> Sourced[Candles]:
    """Closed bars, oldest first, never more than 719. Raises NoData for an unlisted pair or interval."""
    from mobius.sources.bars import closed_bars

    pair, minutes = pair_of(query.asset, query.quote), INTERVALS_MIN.get(query.interval_s)
    if pair is None or minutes is None:
        raise NoData(SPEC.name, f"{SPEC.title} has no such bars of {query.asset}/{query.quote}.")
    params = {"pair": pair, "interval": str(minutes)}
    if query.start_ms is not None:
        params["since"] = str(query.start_ms // 1000 - 1)  # rows after this second
    reply = await http.get(OHLC, params, keep=candles_policy(query.interval_s))
    try:
        rows = parse_candles(_result(reply))
    except _UnknownPair as error:
        raise NoData(SPEC.name, f"{SPEC.title} does not list {query.asset}/{query.quote}.") from error
    rows = [row for row in rows if query.start_ms is None or row[0] >= query.start_ms]
    value = closed_bars(
        rows, interval_s=query.interval_s, known_at=reply.date, source=SPEC.name, place=".result",
        n_bars=query.n_bars if query.start_ms is None else None,
    )  # fmt: skip
    return sourced(value, SPEC.name, endpoint(OHLC, params), [reply])


# ------------------------------------------------------------------------------------------------------------------ fx


def legs_of(query: FxQuery) -> tuple[tuple[str, bool], ...]:
    """Pairs that lead from base to quote, each with whether it is turned round; through the dollar where none is direct.

    >>> legs_of(FxQuery(base="USD", quote="EUR")), legs_of(FxQuery(base="GBP", quote="JPY"))
    ((('EURUSD', True),), (('GBPUSD', False), ('USDJPY', False)))
    """
    direct = _leg(query.base, query.quote)
    if direct is not None:
        return (direct,)
    legs = (_leg(query.base, "USD"), _leg("USD", query.quote))
    return tuple(leg for leg in legs if leg is not None) if None not in legs else ()


def _leg(base: str, quote: str) -> tuple[str, bool] | None:
    if base + quote in MONEY:
        return base + quote, False
    return (quote + base, True) if quote + base in MONEY else None


def parse_fx(result: Mapping[str, msgspec.Raw], query: FxQuery) -> FxRate:
    """The rate as the mean of bid and ask; `field` is the formula over the document's own places."""
    rate, how = Decimal(1), []
    for name, turned in legs_of(query):
        pair = (name[:3], name[3:])
        key = next((key for key in _by_key([pair]) if key in result), None)
        if key is None:
            raise NoData(SPEC.name, f"{SPEC.title} gave no rate of {pair[0]}/{pair[1]}.")
        row = _row(key, bytes(result[key]), *pair)
        if row.bid is None or row.ask is None:
            raise NoData(SPEC.name, f"The book of {pair[0]}/{pair[1]} at {SPEC.title} has an empty side.")
        mid = (row.bid + row.ask) / 2
        rate = _RATE.divide(rate, mid) if turned else _RATE.multiply(rate, mid)
        mean = f"mean({row.fields['bid']}, {row.fields['ask']})"
        how.append(f"1/{mean}" if turned else mean)
    return FxRate(base=query.base, quote=query.quote, rate=rate, field=" x ".join(how))


async def fx(query: FxQuery, http: Http) -> Sourced[FxRate]:
    """The rate of two currencies. Raises NoData where Kraken has no way from one to the other."""
    legs = legs_of(query)
    if not legs:
        raise NoData(SPEC.name, f"{SPEC.title} has no rate of {query.base}/{query.quote}.")
    result, reply, params = await _tickers(sorted(pair for pair, _ in legs), http, keep=FX)
    return sourced(parse_fx(result, query), SPEC.name, endpoint(TICKER, params), [reply])


OFFERS = {"spot": spot, "candles": candles, "fx": fx}
