"""OKX: spot tickers and candles, funding and open interest of its USDT perpetuals. Keyless.

Here: SPEC, rows, parse and fetch. Numbers stand in quotes, "" where there is none; a refusal is a code inside a status of 200.
One request a pair, or the list of all for more than a few. Bars of a day and longer are asked in their UTC variant, since the
plain one follows Hong Kong's days. Not here: converting USDT to dollars (desk), dated futures, streams.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
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
    name="okx",
    title="OKX",
    kind="venue",
    base_url="https://www.okx.com",
    limits=Limits(per_minute=300, burst=15, concurrent=6, timeout_s=4.0),  # 10 requests a second on the slowest route
    needs=("spot", "candles", "perpetuals"),
    rights=Rights(attribution="Market data: OKX"),
    probe="/api/v5/public/time",
    refusals=(b'{"code":"5', b'{"code":"1'),
    missing=(b'{"code":"51001"',),
)
TICKER, TICKERS, CANDLES = "/api/v5/market/ticker", "/api/v5/market/tickers", "/api/v5/market/candles"
FUNDING, OPEN_INTEREST = "/api/v5/public/funding-rate", "/api/v5/public/open-interest"
ONE_BY_ONE = 4
"""Up to so many pairs are asked one by one; beyond, the list of all (some 300 kB) is read once."""
LISTED = frozenset(
    """BTC ETH XRP BNB SOL USDC TRX DOGE ADA HYPE WBTC BCH LINK XLM SUI AVAX LTC HBAR SHIB TON DOT UNI AAVE PEPE NEAR OKB APT
    ICP ETC ONDO POL ENA WLD ALGO ARB ATOM RENDER FIL TRUMP SEI JUP BONK TIA OP INJ STX IMX GRT LDO CRV CFX FLOKI WIF PAXG
    XAUT SAND MANA AXS GALA THETA EGLD FLOW NEO DYDX COMP SNX ENS ZRO EIGEN ETHFI PENDLE JTO PYTH STRK ZK DAI
    ZEC DASH""".split()
)
"""Assets with a book there; one more or less costs a request or a price, nothing else."""
QUOTES = frozenset({"USDT", "USDC", "EUR", "BTC"})
PERPETUALS = LISTED - {"USDC", "DAI", "WBTC", "PAXG", "XAUT", "OKB"}
BARS = {
    60: "1m", 180: "3m", 300: "5m", 900: "15m", 1_800: "30m", 3_600: "1H", 7_200: "2H", 14_400: "4H", 21_600: "6Hutc",
    43_200: "12Hutc", 86_400: "1Dutc", 604_800: "1Wutc",
}  # fmt: skip
MOST_BARS = 300
MOST_PAGES = 5
_UNLISTED = frozenset({"51001", "51000", "51015"})


class _Envelope(Struct, frozen=True):
    code: str
    msg: str = ""
    data: msgspec.Raw = msgspec.Raw(b"[]")


class _Ticker(Struct, frozen=True, rename="camel"):
    inst_id: str
    last: str = ""
    bid_px: str = ""
    ask_px: str = ""
    open24h: str = ""
    high24h: str = ""
    low24h: str = ""
    vol24h: str = ""
    vol_ccy24h: str = msgspec.field(name="volCcy24h", default="")
    """In the quote, for spot."""
    ts: str = ""


class _Bar(Struct, frozen=True, array_like=True):
    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    volume_ccy: str
    volume_quote: str
    confirm: str


class _Funding(Struct, frozen=True, rename="camel"):
    inst_id: str
    funding_rate: str = ""
    funding_time: str = ""
    next_funding_time: str = ""
    premium: str = ""
    ts: str = ""


class _OpenInterest(Struct, frozen=True, rename="camel"):
    inst_id: str
    oi_ccy: str = ""
    oi_usd: str = ""
    ts: str = ""


def _data(reply: Reply, kind: type[T]) -> T:
    """The `data` of a reply. Raises the error that its code stands for, whatever the status."""
    if reply.status not in (200, 400):
        expect_ok(reply, SPEC.name)
    envelope = decode(reply.body, _Envelope, SPEC.name)
    if envelope.code == "0":
        return decode(bytes(envelope.data), kind, SPEC.name, at="$.data", strict=False)
    what = f"{envelope.code} {envelope.msg[:100]}"
    if envelope.code in _UNLISTED:
        raise NoData(SPEC.name, f"{SPEC.title} does not list this: {what}")
    if envelope.code in ("50011", "50061"):
        raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
    if envelope.code.startswith("500") or envelope.code.startswith("501"):
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered {what}.")
    raise SourceChanged(SPEC.name, f"refused the request: {what}", path="$.code")


# ---------------------------------------------------------------------------------------------------------------- spot


def pairs_of(query: SpotQuery) -> dict[str, tuple[str, str]]:
    """OKX's name of each pair asked for that it may list: `{"BTC-USDT": ("BTC", "USDT")}`."""
    return {
        f"{asset}-{quote}": (asset, quote)
        for asset in query.assets
        for quote in query.quotes
        if quote in QUOTES and asset in LISTED and asset != quote
    }


def parse_spot(rows: tuple[_Ticker, ...], query: SpotQuery) -> tuple[SpotTicker, ...]:
    """The pairs of `query` among `rows`. A field's place reads `data[instId=BTC-USDT].bidPx`, whichever reply it came in."""
    wanted = pairs_of(query)
    return tuple(_ticker(row, *wanted[row.inst_id]) for row in rows if row.inst_id in wanted)


def _ticker(row: _Ticker, asset: str, quote: str) -> SpotTicker:
    read = Figures(SPEC.name, f"data[instId={row.inst_id}]", {})
    last, opened = read.price("last", quoted(row.last), "last"), read.price("open", quoted(row.open24h), "open24h")
    change = None if last is None or opened is None else round((last / opened - 1) * 100, 4)
    return SpotTicker(
        asset=asset,
        quote=quote,
        bid=read.price("bid", quoted(row.bid_px), "bidPx"),
        ask=read.price("ask", quoted(row.ask_px), "askPx"),
        last=last,
        change_24h_pct=read.signed("change_24h_pct", change, "(last/open24h - 1) x 100"),
        high_24h=read.price("high_24h", quoted(row.high24h), "high24h"),
        low_24h=read.price("low_24h", quoted(row.low24h), "low24h"),
        volume_24h=read.amount("volume_24h", quoted(row.vol24h), "vol24h"),
        turnover_24h=read.amount("turnover_24h", quoted(row.vol_ccy24h), "volCcy24h"),
        fields=read.fields,
    )


async def spot(query: SpotQuery, http: Http) -> Sourced[tuple[SpotTicker, ...]]:
    """Tickers of the pairs OKX lists; the rest are left out. Raises NoData when it lists none."""
    pairs = sorted(pairs_of(query))
    one_by_one = len(pairs) <= ONE_BY_ONE

    async def ask(pair: str) -> tuple[Reply, tuple[_Ticker, ...]]:
        params = {"instId": pair} if one_by_one else {"instType": "SPOT"}
        reply = await http.get(TICKER if one_by_one else TICKERS, params, keep=BOOK)
        return reply, _data(reply, tuple[_Ticker, ...])

    got = await ask_each(pairs if one_by_one else ["all"], ask)
    rows = tuple(row for _, found in got.values() for row in parse_spot(found, query))
    if not rows:
        raise NoData(
            SPEC.name, f"{SPEC.title} lists none of {', '.join(query.assets)} against {', '.join(query.quotes)}."
        )
    where = endpoint(TICKER, {"instId": pairs[0]}) if len(pairs) == 1 else TICKERS
    return sourced(rows, SPEC.name, where, [reply for reply, _ in got.values()])


# ------------------------------------------------------------------------------------------------------------- candles


def parse_candles(rows: list[_Bar]) -> list[Row]:
    """Closed bars of one page; `volume` in base units."""
    return [
        (row.open_ms, row.open, row.high, row.low, row.close, row.volume) for row in rows if row.confirm == "1"
    ]  # fmt: skip


async def candles(query: CandlesQuery, http: Http) -> Sourced[Candles]:
    """Closed bars, oldest first, at most 1,500. Raises NoData for an unlisted pair or interval."""
    from mobius.sources.bars import closed_bars

    pairs, bar = pairs_of(SpotQuery(assets=(query.asset,), quotes=(query.quote,))), BARS.get(query.interval_s)
    if not pairs or bar is None:
        raise NoData(SPEC.name, f"{SPEC.title} has no such bars of {query.asset}/{query.quote}.")
    first = {"instId": next(iter(pairs)), "bar": bar, "limit": str(MOST_BARS)}
    rows, replies = await _pages(query, first, http)
    value = closed_bars(
        [row for row in rows if query.start_ms is None or row[0] >= query.start_ms], interval_s=query.interval_s,
        known_at=replies[0].date, source=SPEC.name, place=".data",
        n_bars=query.n_bars if query.start_ms is None else None,
    )  # fmt: skip
    return sourced(value, SPEC.name, endpoint(CANDLES, first), replies)


async def _pages(query: CandlesQuery, first: Mapping[str, str], http: Http) -> tuple[list[Row], list[Reply]]:
    """Older and older pages, newest first within each, until there is enough; at most five."""
    rows: list[Row] = []
    replies: list[Reply] = []
    params = dict(first)
    while len(replies) < MOST_PAGES:
        reply = await http.get(CANDLES, params, keep=candles_policy(query.interval_s))
        page = _data(reply, list[_Bar])
        replies.append(reply)
        rows += parse_candles(page)
        reached = query.start_ms is not None and bool(page) and page[-1].open_ms <= query.start_ms
        if len(page) < MOST_BARS or reached or (query.start_ms is None and len(rows) >= query.n_bars):
            break
        params["after"] = str(page[-1].open_ms)  # bars that opened before this instant
    return rows, replies


# ---------------------------------------------------------------------------------------------------------- perpetuals


def parse_perpetual(asset: str, fundings: tuple[_Funding, ...], interests: tuple[_OpenInterest, ...]) -> PerpetualRow:
    """One perpetual of its two replies. The interval is the time between two payments; the mark price is not asked for."""
    if not fundings:
        raise NoData(SPEC.name, f"{SPEC.title} lists no perpetual of {asset}.")
    funding, interest = fundings[0], interests[0] if interests else None
    read = Figures(SPEC.name, f"[instId={funding.inst_id}]", {})
    next_at, after = instant_ms(funding.funding_time), instant_ms(funding.next_funding_time)
    hours = None
    if next_at is not None and after is not None and after > next_at:
        hours = Decimal(round((after - next_at).total_seconds())) / 3600
    return PerpetualRow(
        asset=asset,
        symbol=funding.inst_id,
        quote="USDT",
        funding_rate=read.signed("funding_rate", quoted(funding.funding_rate), "fundingRate"),
        interval_h=read.amount("interval_h", hours, "nextFundingTime - fundingTime"),
        next_funding_at=next_at,
        open_interest=read.amount("open_interest", quoted(interest.oi_ccy) if interest else None, "oiCcy"),
        open_interest_value=read.amount("open_interest_value", quoted(interest.oi_usd) if interest else None, "oiUsd"),
        value_unit="USD",
        updated_at=instant_ms(funding.ts),
        fields=read.fields,
    )


async def perpetuals(query: PerpetualsQuery, http: Http) -> Sourced[tuple[PerpetualRow, ...]]:
    """USDT perpetuals of `query.assets`, two requests each. Raises NoData when OKX lists none."""

    async def ask(asset: str) -> tuple[PerpetualRow, list[Reply]]:
        swap = f"{asset}-USDT-SWAP"
        funding = await http.get(FUNDING, {"instId": swap}, keep=DERIVATIVES)
        interest = await http.get(
            OPEN_INTEREST, {"instType": "SWAP", "instId": swap}, keep=DERIVATIVES
        )  # fmt: skip
        return parse_perpetual(asset, _rows(funding, _Funding), _rows(interest, _OpenInterest)), [funding, interest]

    got = await ask_each([asset for asset in query.assets if asset in PERPETUALS], ask)
    if not got:
        raise NoData(SPEC.name, f"{SPEC.title} lists no perpetual of {', '.join(query.assets)}.")
    replies = [reply for _, both in got.values() for reply in both]
    return sourced(tuple(row for row, _ in got.values()), SPEC.name, "/api/v5/public", replies)


def _rows(reply: Reply, kind: type[T]) -> tuple[T, ...]:
    return _data(reply, tuple[kind, ...])  # type: ignore[valid-type]


OFFERS = {"spot": spot, "candles": candles, "perpetuals": perpetuals}
