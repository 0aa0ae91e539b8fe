"""Bybit v5: spot tickers and candles, tickers of its USDT perpetuals. Keyless; some countries are refused with 403.

Here: SPEC, rows, parse and fetch. Numbers stand in quotes, "" where there is none; changes are fractions; a refusal is a
retCode inside a status of 200. One request a pair, or the list of all for more than a few. Not here: converting USDT to dollars
(desk), dated futures, options, streams.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import BOOK, DERIVATIVES
from mobius.core.keeping import candles as candles_policy
from mobius.core.needs import CandlesQuery, PerpetualRow, PerpetualsQuery, SpotQuery, SpotTicker
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.asking import ask_each
from mobius.sources.quoted import instant_ms, quoted
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

if TYPE_CHECKING:
    from mobius.core.candles import Candles
    from mobius.sources.bars import Row

T = TypeVar("T")

SPEC = SourceSpec(
    name="bybit",
    title="Bybit",
    kind="venue",
    base_url="https://api.bybit.com",
    limits=Limits(per_minute=600, burst=20, concurrent=6, timeout_s=4.0),  # 600 in five seconds by address
    needs=("spot", "candles", "perpetuals"),
    rights=Rights(attribution="Market data: Bybit"),
    probe="/v5/market/time",
    refusals=(b'{"retCode":1', b'{"retCode":3'),
    missing=(
        b'{"retCode":10001,"retMsg":"Not supported symbols',
        b'{"retCode":10001,"retMsg":"params error: symbol invalid',
    ),
)
TICKERS, KLINE = "/v5/market/tickers", "/v5/market/kline"
ONE_BY_ONE = 4
"""Up to so many pairs are asked one by one; beyond, the list of all (some 300 kB) is read once."""
LISTED = frozenset(
    """BTC ETH XRP BNB SOL USDC TRX DOGE ADA HYPE WBTC BCH LINK XLM SUI AVAX LTC HBAR SHIB TON DOT UNI MNT AAVE PEPE NEAR APT
    ICP ETC ONDO POL ENA WLD ALGO ARB ATOM RENDER FIL TRUMP SEI JUP BONK TIA OP INJ STX IMX GRT LDO CRV FLOKI WIF XAUT
    SAND MANA AXS GALA THETA EGLD FLOW DYDX COMP ENS ZRO EIGEN ETHFI PENDLE JTO PYTH STRK ZK KAS QNT DAI
    USDE""".split()
)
"""Assets with a book there; one more or less costs a request or a price, nothing else."""
QUOTES = frozenset({"USDT", "USDC", "EUR", "BTC"})
PERPETUALS = (LISTED | {"ZEC", "DASH", "XMR"}) - {
    "USDC",
    "DAI",
    "USDE",
    "WBTC",
    "XAUT",
    "SHIB",
    "PEPE",
    "BONK",
    "FLOKI",
}
THOUSANDS = {"SHIB": "SHIB1000", "PEPE": "1000PEPE", "BONK": "1000BONK", "FLOKI": "1000FLOKI"}
"""Perpetuals over a thousand of their asset."""
INTERVALS = {
    60: "1", 180: "3", 300: "5", 900: "15", 1_800: "30", 3_600: "60", 7_200: "120", 14_400: "240", 21_600: "360",
    43_200: "720", 86_400: "D", 604_800: "W",
}  # fmt: skip
MOST_BARS = 1_000
MOST_PAGES = 5


class _Envelope(Struct, frozen=True, rename="camel"):
    ret_code: int
    ret_msg: str = ""
    result: msgspec.Raw = msgspec.Raw(b"{}")


class _List(Struct, frozen=True):
    list: msgspec.Raw = msgspec.Raw(b"[]")


class _Spot(Struct, frozen=True, rename="camel"):
    symbol: str
    bid1_price: str = ""
    ask1_price: str = ""
    last_price: str = ""
    price24h_pcnt: str = ""
    """A fraction."""
    high_price24h: str = msgspec.field(name="highPrice24h", default="")
    low_price24h: str = msgspec.field(name="lowPrice24h", default="")
    volume24h: str = ""
    turnover24h: str = ""


class _Linear(Struct, frozen=True, rename="camel"):
    symbol: str
    mark_price: str = ""
    index_price: str = ""
    funding_rate: str = ""
    funding_interval_hour: str | int = ""
    next_funding_time: str = ""
    open_interest: str = ""
    open_interest_value: str = ""
    turnover24h: str = ""


class _Bar(Struct, frozen=True, array_like=True):
    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float


def _list(reply: Reply, kind: type[T]) -> T:
    """`result.list` of a reply. Raises the error that its retCode stands for, whatever the status."""
    if reply.status != 200:
        expect_ok(reply, SPEC.name)
    envelope = decode(reply.body, _Envelope, SPEC.name)
    if envelope.ret_code == 0:
        rows = decode(bytes(envelope.result), _List, SPEC.name, at="$.result")
        return decode(bytes(rows.list), kind, SPEC.name, at="$.result.list", strict=False)
    what = f"{envelope.ret_code} {envelope.ret_msg[:100]}"
    if envelope.ret_code == 10001 and "symbol" in envelope.ret_msg.lower():
        raise NoData(SPEC.name, f"{SPEC.title} does not list this: {what}")
    if envelope.ret_code in (10006, 10018):
        raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
    if envelope.ret_code in (10000, 10016):
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered {what}.")
    raise SourceChanged(SPEC.name, f"refused the request: {what}", path="$.retCode")


# ---------------------------------------------------------------------------------------------------------------- spot


def symbols_of(query: SpotQuery) -> dict[str, tuple[str, str]]:
    """Bybit's symbol of each pair asked for that it may list: `{"BTCUSDT": ("BTC", "USDT")}`."""
    return {
        asset.upper() + quote: (asset, quote)
        for asset in query.assets
        for quote in query.quotes
        if quote in QUOTES and asset.upper() in LISTED and asset != quote
    }


def parse_spot(rows: tuple[_Spot, ...], query: SpotQuery) -> tuple[SpotTicker, ...]:
    """The pairs of `query` among `rows`. A field's place reads `result.list[symbol=BTCUSDT].bid1Price`."""
    wanted = symbols_of(query)
    return tuple(_ticker(row, *wanted[row.symbol]) for row in rows if row.symbol in wanted)


def _ticker(row: _Spot, asset: str, quote: str) -> SpotTicker:
    read = Figures(SPEC.name, f"result.list[symbol={row.symbol}]", {})
    change = quoted(row.price24h_pcnt)
    return SpotTicker(
        asset=asset,
        quote=quote,
        bid=read.price("bid", quoted(row.bid1_price), "bid1Price"),
        ask=read.price("ask", quoted(row.ask1_price), "ask1Price"),
        last=read.price("last", quoted(row.last_price), "lastPrice"),
        change_24h_pct=read.signed("change_24h_pct", None if change is None else change * 100, "price24hPcnt x 100"),
        high_24h=read.price("high_24h", quoted(row.high_price24h), "highPrice24h"),
        low_24h=read.price("low_24h", quoted(row.low_price24h), "lowPrice24h"),
        volume_24h=read.amount("volume_24h", quoted(row.volume24h), "volume24h"),
        turnover_24h=read.amount("turnover_24h", quoted(row.turnover24h), "turnover24h"),
        fields=read.fields,
    )


async def spot(query: SpotQuery, http: Http) -> Sourced[tuple[SpotTicker, ...]]:
    """Tickers of the pairs Bybit lists; the rest are left out. Raises NoData when it lists none."""
    symbols = sorted(symbols_of(query))
    one_by_one = len(symbols) <= ONE_BY_ONE

    async def ask(symbol: str) -> tuple[Reply, tuple[_Spot, ...]]:
        params = {"category": "spot", "symbol": symbol} if one_by_one else {"category": "spot"}
        reply = await http.get(TICKERS, params, keep=BOOK)
        return reply, _list(reply, tuple[_Spot, ...])

    got = await ask_each(symbols if one_by_one else ["all"], ask)
    rows = tuple(row for _, found in got.values() for row in parse_spot(found, query))
    if not rows:
        raise NoData(
            SPEC.name, f"{SPEC.title} lists none of {', '.join(query.assets)} against {', '.join(query.quotes)}."
        )
    more = {"symbol": symbols[0]} if len(symbols) == 1 else {}
    where = endpoint(TICKERS, {"category": "spot", **more})
    return sourced(rows, SPEC.name, where, [reply for reply, _ in got.values()])


# ------------------------------------------------------------------------------------------------------------- candles


async def candles(query: CandlesQuery, http: Http) -> Sourced[Candles]:
    """Closed bars, oldest first, at most 5,000. Raises NoData for an unlisted pair or interval."""
    from mobius.sources.bars import closed_bars

    symbols = symbols_of(SpotQuery(assets=(query.asset,), quotes=(query.quote,)))
    if not symbols or query.interval_s not in INTERVALS:
        raise NoData(SPEC.name, f"{SPEC.title} has no such bars of {query.asset}/{query.quote}.")
    first = {"category": "spot", "symbol": next(iter(symbols)), "interval": INTERVALS[query.interval_s]}
    # one more than asked, since the newest is usually still open
    first["limit"] = str(MOST_BARS if query.start_ms is not None else min(MOST_BARS, query.n_bars + 1))
    rows, replies = await _pages(query, first, http)
    value = closed_bars(
        [row for row in rows if query.start_ms is None or row[0] >= query.start_ms], interval_s=query.interval_s,
        known_at=replies[0].date, source=SPEC.name, place=".result.list",
        n_bars=query.n_bars if query.start_ms is None else None,
    )  # fmt: skip
    return sourced(value, SPEC.name, endpoint(KLINE, first), replies)


async def _pages(query: CandlesQuery, first: Mapping[str, str], http: Http) -> tuple[list[Row], list[Reply]]:
    """Older and older pages, newest first within each, until there is enough; at most five."""
    rows: list[Row] = []
    replies: list[Reply] = []
    params = dict(first)
    while len(replies) < MOST_PAGES:
        reply = await http.get(KLINE, params, keep=candles_policy(query.interval_s))
        page = parse_candles(_list(reply, list[_Bar]))
        replies.append(reply)
        rows += page
        reached = query.start_ms is not None and bool(page) and page[-1][0] <= query.start_ms
        if len(page) < MOST_BARS or reached or (query.start_ms is None and len(rows) > query.n_bars):
            break
        params["end"] = str(page[-1][0] - 1)
    return rows, replies


def parse_candles(rows: list[_Bar]) -> list[Row]:
    """Rows of one page, newest first, the newest usually still open; `volume` in base units."""
    return [(row.open_ms, row.open, row.high, row.low, row.close, row.volume) for row in rows]


# ---------------------------------------------------------------------------------------------------------- perpetuals


def parse_perpetuals(rows: tuple[_Linear, ...], asset: str) -> tuple[PerpetualRow, ...]:
    """The USDT perpetual of `asset` among `rows`; one over a thousand of it is told for one."""
    wanted = THOUSANDS.get(asset, asset) + "USDT"
    return tuple(_perpetual(row, asset, 1000 if asset in THOUSANDS else 1) for row in rows if row.symbol == wanted)


def _perpetual(row: _Linear, asset: str, units: int) -> PerpetualRow:
    read = Figures(SPEC.name, f"result.list[symbol={row.symbol}]", {})
    per, times = (" / 1000", " x 1000") if units > 1 else ("", "")
    mark, index, held = (quoted(text) for text in (row.mark_price, row.index_price, row.open_interest))
    return PerpetualRow(
        asset=asset,
        symbol=row.symbol,
        quote="USDT",
        funding_rate=read.signed("funding_rate", quoted(row.funding_rate), "fundingRate"),
        interval_h=read.price("interval_h", quoted(str(row.funding_interval_hour)), "fundingIntervalHour"),
        next_funding_at=instant_ms(row.next_funding_time),
        mark=read.price("mark", None if mark is None else mark / units, f"markPrice{per}"),
        index=read.price("index", None if index is None else index / units, f"indexPrice{per}"),
        open_interest=read.amount("open_interest", None if held is None else held * units, f"openInterest{times}"),
        open_interest_value=read.amount("open_interest_value", quoted(row.open_interest_value), "openInterestValue"),
        value_unit="USDT",
        turnover_24h=read.amount("turnover_24h", quoted(row.turnover24h), "turnover24h"),
        fields=read.fields,
    )


async def perpetuals(query: PerpetualsQuery, http: Http) -> Sourced[tuple[PerpetualRow, ...]]:
    """USDT perpetuals of `query.assets`, a request each. Raises NoData when Bybit lists none."""

    async def ask(asset: str) -> tuple[Reply, tuple[PerpetualRow, ...]]:
        params = {"category": "linear", "symbol": THOUSANDS.get(asset, asset) + "USDT"}
        reply = await http.get(TICKERS, params, keep=DERIVATIVES)
        return reply, parse_perpetuals(_list(reply, tuple[_Linear, ...]), asset)

    got = await ask_each([asset for asset in query.assets if asset in PERPETUALS or asset in THOUSANDS], ask)
    rows = tuple(row for _, found in got.values() for row in found)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} lists no perpetual of {', '.join(query.assets)}.")
    where = endpoint(TICKERS, {"category": "linear"})
    return sourced(rows, SPEC.name, where, [reply for reply, _ in got.values()])


OFFERS = {"spot": spot, "candles": candles, "perpetuals": perpetuals}
