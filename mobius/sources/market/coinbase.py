"""Coinbase Exchange: spot tickers and candles against US dollars and a few others. Keyless.

Here: SPEC, rows, parse and fetch. One product a request, its book and its day apart; candles come newest first with low before
high. It also trades USDT against dollars, a second place for that rate. Not here: Advanced Trade (another API), streams.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import BOOK
from mobius.core.keeping import candles as candles_policy
from mobius.core.needs import CandlesQuery, SpotQuery, SpotTicker
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.asking import ask_each
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

if TYPE_CHECKING:
    from mobius.core.candles import Candles
    from mobius.sources.bars import Row

SPEC = SourceSpec(
    name="coinbase",
    title="Coinbase",
    kind="venue",
    base_url="https://api.exchange.coinbase.com",
    limits=Limits(per_minute=480, burst=10, concurrent=6, timeout_s=4.0),  # 10 a second by address
    needs=("spot", "candles"),
    rights=Rights(attribution="Market data: Coinbase"),
    probe="/time",
    refusals=(b'{"message"',),
)
LISTED = frozenset(
    """BTC ETH XRP SOL USDT DOGE ADA HYPE BCH LINK XLM SUI AVAX LTC HBAR SHIB DOT UNI AAVE PEPE NEAR APT ICP ETC ONDO POL ENA
    WLD ALGO ARB ATOM RENDER FIL TRUMP SEI JUP BONK TIA OP INJ STX IMX GRT LDO CRV FLOKI WIF PAXG SAND MANA AXS EGLD
    FLOW COMP SNX ENS ZRO EIGEN ETHFI PENDLE JTO PYTH STRK ZK QNT VET TAO BNB ZEC DASH DAI MKR TON TRX XTZ LRC
    CBETH""".split()
)
"""Assets with a product there; one more or less costs a request or a price, nothing else."""
QUOTES = frozenset({"USD", "EUR", "GBP", "USDT", "BTC"})
GRANULARITIES = frozenset({60, 300, 900, 3_600, 21_600, 86_400})
MOST_BARS = 300
MOST_PAGES = 5


class _Ticker(Struct, frozen=True):
    bid: Decimal | None = None
    ask: Decimal | None = None
    price: Decimal | None = None
    time: datetime | None = None
    volume: Decimal | None = None


class _Stats(Struct, frozen=True):
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    last: Decimal | None = None
    volume: Decimal | None = None


class _Bar(Struct, frozen=True, array_like=True):
    open_s: int
    low: float
    high: float
    open: float
    close: float
    volume: float


# ---------------------------------------------------------------------------------------------------------------- spot


def products_of(query: SpotQuery) -> dict[str, tuple[str, str]]:
    """Coinbase's name of each pair it may list. Against USDT only where dollars are not asked: those books are thin."""
    quotes = [quote for quote in query.quotes if quote in QUOTES and (quote != "USDT" or "USD" not in query.quotes)]
    return {
        f"{asset.upper()}-{quote}": (asset, quote)
        for asset in query.assets
        for quote in quotes
        if asset.upper() in LISTED and asset != quote
    }


def parse_spot(ticker: bytes, stats: bytes | None, product: str, asset: str, quote: str) -> SpotTicker:
    """One pair of its two replies; a field's place reads `BTC-USD/ticker.bid`. Without `stats` the day is not known."""
    book = decode(ticker, _Ticker, SPEC.name)
    day = decode(stats, _Stats, SPEC.name) if stats is not None else _Stats()
    read = Figures(SPEC.name, "", {})
    now, past = f"{product}/ticker.", f"{product}/stats."
    opened, last = read.price("open", day.open, past + "open"), read.price("close", day.last, past + "last")
    change = None if opened is None or last is None else round((last / opened - 1) * 100, 4)
    return SpotTicker(
        asset=asset,
        quote=quote,
        bid=read.price("bid", book.bid, now + "bid"),
        ask=read.price("ask", book.ask, now + "ask"),
        last=read.price("last", book.price, now + "price"),
        last_at=book.time if book.time is not None and book.time.tzinfo else None,
        change_24h_pct=read.signed("change_24h_pct", change, past + "(last/open - 1) x 100"),
        high_24h=read.price("high_24h", day.high, past + "high"),
        low_24h=read.price("low_24h", day.low, past + "low"),
        volume_24h=read.amount("volume_24h", book.volume, now + "volume"),
        fields=read.fields,
    )


async def spot(query: SpotQuery, http: Http) -> Sourced[tuple[SpotTicker, ...]]:
    """Tickers of the pairs Coinbase lists, two requests each; the rest are left out. Raises NoData when it lists none."""
    products = products_of(query)

    async def ask(name: str) -> Reply:
        reply = await http.get(f"/products/{name}", keep=BOOK)
        expect_ok(reply, SPEC.name)
        return reply

    got = await ask_each((f"{product}/{part}" for product in sorted(products) for part in ("ticker", "stats")), ask)
    rows = tuple(
        parse_spot(got[f"{product}/ticker"].body, _body(got.get(f"{product}/stats")), product, *pair)
        for product, pair in sorted(products.items())
        if f"{product}/ticker" in got
    )
    if not rows:
        raise NoData(
            SPEC.name, f"{SPEC.title} lists none of {', '.join(query.assets)} against {', '.join(query.quotes)}."
        )
    return sourced(rows, SPEC.name, "/products", list(got.values()))


def _body(reply: Reply | None) -> bytes | None:
    return reply.body if reply is not None else None


# ------------------------------------------------------------------------------------------------------------- candles


def parse_candles(body: bytes) -> list[Row]:
    """Rows of one page, newest first, the newest usually still open."""
    rows = decode(body, list[_Bar], SPEC.name)
    return [(row.open_s * 1000, row.open, row.high, row.low, row.close, row.volume) for row in rows]


async def candles(query: CandlesQuery, http: Http) -> Sourced[Candles]:
    """Closed bars, oldest first, at most 1,500. Raises NoData for an unlisted pair or interval."""
    from mobius.sources.bars import closed_bars

    products = products_of(SpotQuery(assets=(query.asset,), quotes=(query.quote,)))
    if not products or query.interval_s not in GRANULARITIES:
        raise NoData(SPEC.name, f"{SPEC.title} has no such bars of {query.asset}/{query.quote}.")
    path, first = f"/products/{next(iter(products))}/candles", {"granularity": str(query.interval_s)}
    rows, replies = await _pages(query, path, first, http)
    value = closed_bars(
        [row for row in rows if query.start_ms is None or row[0] >= query.start_ms], interval_s=query.interval_s,
        known_at=replies[0].date, source=SPEC.name, place="", n_bars=query.n_bars if query.start_ms is None else None,
    )  # fmt: skip
    return sourced(value, SPEC.name, endpoint(path, first), replies)


async def _pages(query: CandlesQuery, path: str, first: dict[str, str], http: Http) -> tuple[list[Row], list[Reply]]:
    """Older and older pages, newest first within each, until there is enough; at most five."""
    rows: list[Row] = []
    replies: list[Reply] = []
    params = dict(first)
    while len(replies) < MOST_PAGES:
        reply = await http.get(path, params, keep=candles_policy(query.interval_s))
        expect_ok(reply, SPEC.name)
        page = parse_candles(reply.body)
        replies.append(reply)
        rows += page
        # minutes without a trade have no bar, so a page may be short and not the last; an empty one is
        reached = query.start_ms is not None and bool(page) and page[-1][0] <= query.start_ms
        if not page or reached or (query.start_ms is None and len(rows) > query.n_bars):
            break
        end_s = page[-1][0] // 1000 - query.interval_s
        start_s = end_s - (MOST_BARS - 1) * query.interval_s
        params |= {"start": _iso(start_s), "end": _iso(end_s)}
    return rows, replies


def _iso(epoch_s: int) -> str:
    try:
        return datetime.fromtimestamp(epoch_s, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError) as error:
        raise SourceChanged(SPEC.name, "an instant out of all bounds", path="$") from error


OFFERS = {"spot": spot, "candles": candles}
