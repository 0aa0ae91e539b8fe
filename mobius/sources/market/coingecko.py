"""CoinGecko, the aggregator: market values, totals, and prices of what no venue lists. Keyless, or with a Demo key.

Here: SPEC, rows, parse and fetch. The overview of any registered asset is read from one page of the 250 largest, so that one
cached reply serves every question and tells nobody which asset was asked for. Not here: treasuries, on-chain pools, venues.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal
from math import nan
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from mobius.core.assets import ASSETS, by_provider, find
from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceError, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import OVERVIEW, QUOTE, TOTALS
from mobius.core.keeping import candles as candles_policy
from mobius.core.needs import (
    CandlesQuery,
    FxQuery,
    FxRate,
    MarketTotals,
    MarketTotalsQuery,
    OverviewQuery,
    OverviewRow,
    SpotQuery,
    SpotTicker,
)
from mobius.core.ports import Http, Reply
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

if TYPE_CHECKING:
    from mobius.core.candles import Candles
    from mobius.sources.bars import Row

SPEC = SourceSpec(
    name="coingecko",
    title="CoinGecko",
    kind="aggregator",
    base_url="https://api.coingecko.com/api/v3",
    limits=Limits(per_minute=30, burst=15, concurrent=4, timeout_s=4.0),  # a Demo key allows more; keyless is less sure
    needs=("overview", "market_totals", "spot", "candles", "fx"),
    rights=Rights(attribution="Data: CoinGecko (coingecko.com)"),
    key=KeySpec(
        setting="MOBIUS_COINGECKO_KEY",
        header="x-cg-demo-api-key",
        adds="100 requests a minute of one's own instead of a share of what the address may ask",
    ),
    probe="/ping",
    refusals=(b'{"status":{"error_code"', b'{"error"'),
)
MARKETS, GLOBAL, SIMPLE = "/coins/markets", "/global", "/simple/price"
PAGE = 250
SPARKLINES = 20
"""Up to so many assets come with a week's hourly prices: 168 numbers each."""
OHLC_DAYS = {1_800: (1,), 14_400: (7, 14, 30), 345_600: (90, 180, 365)}
"""Days that can be asked for by the bar length they come in, in seconds."""
_COIN_QUOTES = frozenset({"BTC", "ETH", "BNB", "XRP", "LTC", "BCH", "SOL", "DOT", "XLM", "LINK", "YFI"})
_RATE = Context(prec=12)


class _Status(Struct, frozen=True):
    error_code: int | None = None
    error_message: str = ""


class _Refusal(Struct, frozen=True):
    """All shapes of a fault: `{"status": {...}}`, `{"error": "..."}`, `{"error": {"status": {...}}}`."""

    status: _Status | None = None
    error: str | _Refusal | None = None


class _Id(Struct, frozen=True):
    id: str


class _Sparkline(Struct, frozen=True):
    price: tuple[float | None, ...] = ()


class _Market(Struct, frozen=True):
    id: str
    symbol: str
    name: str
    current_price: Decimal | None = None
    market_cap: Decimal | None = None
    market_cap_rank: int | None = None
    total_volume: Decimal | None = None
    high_24h: Decimal | None = None
    low_24h: Decimal | None = None
    price_change_percentage_24h: Decimal | None = None
    price_change_percentage_7d_in_currency: Decimal | None = None
    last_updated: datetime | None = None
    sparkline_in_7d: _Sparkline | None = None


class _Totals(Struct, frozen=True):
    total_market_cap: dict[str, Decimal | None] = {}
    total_volume: dict[str, Decimal | None] = {}
    market_cap_percentage: dict[str, Decimal | None] = {}
    market_cap_change_percentage_24h_usd: Decimal | None = None
    updated_at: int | None = None


class _Global(Struct, frozen=True):
    data: _Totals


class _Ohlc(Struct, frozen=True, array_like=True):
    close_ms: int
    open: float
    high: float
    low: float
    close: float


def _expect_ok(reply: Reply) -> None:
    """Read the three shapes in which CoinGecko reports a fault, with any status."""
    if reply.status == 200 and not reply.body.lstrip().startswith(SPEC.refusals):
        return
    code, message = _fault(reply.body)
    if code in (10_002, 10_005, 10_010, 10_011, 10_012):
        hint = "MOBIUS_COINGECKO_KEY must be a Demo key, and some data need a paid plan."
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} refuses the request ({code}).", hint=hint)
    if code == 429:
        wait = reply.headers.get("retry-after", "")
        raise RateLimited(
            SPEC.name, f"{SPEC.title} asks us to slow down.", retry_after_s=float(wait) if wait.isdecimal() else None
        )
    if "invalid vs_currency" in message or "not found" in message:
        raise NoData(SPEC.name, f"{SPEC.title}: {message[:100]}")
    expect_ok(reply, SPEC.name)
    raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {message[:100] or 'a fault without a message'}")


def _fault(body: bytes) -> tuple[int | None, str]:
    """Code and message of a fault, as far as the body tells."""
    try:
        said = msgspec.json.decode(body, type=_Refusal)
    except (msgspec.MsgspecError, RecursionError):
        return None, ""
    if isinstance(said.error, str):
        return None, said.error
    status = said.error.status if said.error is not None else said.status
    return (None, "") if status is None else (status.error_code, status.error_message)


def _ids(assets: Iterable[str]) -> dict[str, str]:
    """CoinGecko's id of each asset it knows, to our ticker."""
    return {
        ASSETS[asset].ids[SPEC.name]: asset for asset in assets if asset in ASSETS and SPEC.name in ASSETS[asset].ids
    }


def _currency(quote: str) -> str | None:
    """CoinGecko's code of a quote: any currency, or one of the coins it counts in."""
    known = quote in _COIN_QUOTES or (quote in ASSETS and ASSETS[quote].kind == "fiat")
    return quote.lower() if known else None


def _instant(epoch_s: int | Decimal | None) -> datetime | None:
    return datetime.fromtimestamp(int(epoch_s), tz=UTC) if epoch_s is not None and 0 < epoch_s < 10**11 else None


# ------------------------------------------------------------------------------------------------------------ overview


def parse_overview(body: bytes, query: OverviewQuery) -> tuple[OverviewRow, ...]:
    """The named assets in a page of markets, in the page's order; the first `query.top` rows when none are named."""
    raw = decode(body, list[msgspec.Raw], SPEC.name)
    if not query.assets:
        return tuple(_overview(bytes(row), n, None) for n, row in enumerate(raw[: query.top]))
    wanted = _ids(query.assets)  # a page holds 250 rows: only those wanted are read whole
    ids = decode(body, list[_Id], SPEC.name)
    return tuple(_overview(bytes(raw[n]), n, wanted[row.id]) for n, row in enumerate(ids) if row.id in wanted)


def _overview(body: bytes, n: int, asset: str | None) -> OverviewRow:
    row = decode(body, _Market, SPEC.name, at=f"$[{n}]")
    read = Figures(SPEC.name, f"[id={row.id}]")
    if asset is None:
        registered = by_provider(SPEC.name, row.id)
        asset = registered.ticker if registered is not None else None
    prices = row.sparkline_in_7d.price if row.sparkline_in_7d is not None else ()
    return OverviewRow(
        asset=asset,
        name=row.name[:80],
        symbol=row.symbol.upper()[:20],
        price=read.price("price", row.current_price, "current_price"),
        market_cap=read.price("market_cap", row.market_cap, "market_cap"),  # 0 where it does not know the supply
        rank=row.market_cap_rank,
        volume_24h=read.amount("volume_24h", row.total_volume, "total_volume"),
        high_24h=read.price("high_24h", row.high_24h, "high_24h"),
        low_24h=read.price("low_24h", row.low_24h, "low_24h"),
        change_24h_pct=read.signed("change_24h_pct", row.price_change_percentage_24h, "price_change_percentage_24h"),
        change_7d_pct=read.signed(
            "change_7d_pct", row.price_change_percentage_7d_in_currency, "price_change_percentage_7d_in_currency"
        ),
        sparkline_7d=tuple(price for price in prices if price is not None and price > 0),
        updated_at=row.last_updated if row.last_updated is None or row.last_updated.tzinfo else None,
        fields=read.fields,
    )


async def overview(query: OverviewQuery, http: Http) -> Sourced[tuple[OverviewRow, ...]]:
    """Rows of the largest assets, or of those named. Raises NoData when CoinGecko knows none of them."""
    currency = _currency(query.quote)
    if currency is None or (query.assets and not _ids(query.assets)):
        raise NoData(
            SPEC.name, f"{SPEC.title} has no overview of {', '.join(query.assets) or 'the market'} in {query.quote}."
        )
    few = 0 < query.top <= SPARKLINES and not query.assets
    params = {
        "vs_currency": currency, "order": "market_cap_desc", "per_page": str(query.top if few else PAGE), "page": "1",
        "sparkline": "true" if few else "false", "price_change_percentage": "7d",
    }  # fmt: skip
    reply = await http.get(MARKETS, params, keep=OVERVIEW)
    _expect_ok(reply)
    rows = parse_overview(reply.body, query)
    missing = set(_ids(query.assets).values()) - {row.asset for row in rows}
    if not missing:
        return sourced(rows, SPEC.name, endpoint(MARKETS, params), [reply])
    return await _with_small_ones(query, rows, missing, reply, http)


async def _with_small_ones(
    query: OverviewQuery, rows: tuple[OverviewRow, ...], missing: set[str], page: Reply, http: Http
) -> Sourced[tuple[OverviewRow, ...]]:
    """Add the assets that are not among the 250 largest; without them where that fails and there are others."""
    currency = query.quote.lower()
    params = {
        "vs_currency": currency, "ids": ",".join(sorted(_ids(missing))), "per_page": str(PAGE), "page": "1",
        "sparkline": "false", "price_change_percentage": "7d",
    }  # fmt: skip
    replies = [page]
    try:
        reply = await http.get(MARKETS, params, keep=OVERVIEW)
        _expect_ok(reply)
        rows += parse_overview(reply.body, OverviewQuery(assets=tuple(sorted(missing)), quote=query.quote))
        replies.append(reply)
    except SourceError:
        if not rows:
            raise
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} gave nothing about {', '.join(query.assets)}.")
    return sourced(rows, SPEC.name, endpoint(MARKETS, {"vs_currency": currency}), replies)


# -------------------------------------------------------------------------------------------------------------- totals


def parse_market_totals(body: bytes, query: MarketTotalsQuery) -> MarketTotals:
    """Totals in the query's quote; the change is told against the dollar alone."""
    totals = decode(body, _Global, SPEC.name).data
    currency = query.quote.lower()
    read = Figures(SPEC.name, "data")
    change = totals.market_cap_change_percentage_24h_usd if query.quote == "USD" else None
    shares: dict[str, Decimal] = {}
    for symbol, share in totals.market_cap_percentage.items():
        asset = find(symbol)
        if asset is None or asset.ticker.lower() != symbol or share is None:
            continue
        value = read.amount(f"dominance_pct.{asset.ticker}", share, f"market_cap_percentage.{symbol}")
        if value is None or value > 100:
            raise SourceChanged(SPEC.name, "a share over 100 %", path=f"$.data.market_cap_percentage.{symbol}")
        shares[asset.ticker] = value
    return MarketTotals(
        market_cap=read.price("market_cap", totals.total_market_cap.get(currency), f"total_market_cap.{currency}"),
        volume_24h=read.amount("volume_24h", totals.total_volume.get(currency), f"total_volume.{currency}"),
        change_24h_pct=read.signed("change_24h_pct", change, "market_cap_change_percentage_24h_usd"),
        dominance_pct=shares,
        updated_at=_instant(totals.updated_at),
        fields=read.fields,
    )


async def market_totals(query: MarketTotalsQuery, http: Http) -> Sourced[MarketTotals]:
    reply = await http.get(GLOBAL, keep=TOTALS)
    _expect_ok(reply)
    return sourced(parse_market_totals(reply.body, query), SPEC.name, GLOBAL, [reply])


# -------------------------------------------------------------------------------------------------------- simple prices


def _simple(body: bytes) -> dict[str, dict[str, Decimal | None]]:
    return decode(body, dict[str, dict[str, Decimal | None]], SPEC.name)


def parse_spot(body: bytes, query: SpotQuery) -> tuple[SpotTicker, ...]:
    """Last prices without a book. An id it does not know is absent, and so is the row."""
    reply = _simple(body)
    rows = []
    for coin, asset in _ids(query.assets).items():
        for quote in query.quotes:
            currency = _currency(quote)
            if currency is None or coin not in reply or reply[coin].get(currency) is None:
                continue
            figures = reply[coin]
            read = Figures(SPEC.name, coin)
            updated = read.amount("last_at", figures.get("last_updated_at"), "last_updated_at")
            rows.append(
                SpotTicker(
                    asset=asset,
                    quote=quote,
                    last=read.price("last", figures[currency], currency),
                    last_at=_instant(updated),
                    change_24h_pct=read.signed(
                        "change_24h_pct", figures.get(f"{currency}_24h_change"), f"{currency}_24h_change"
                    ),
                    turnover_24h=read.amount("turnover_24h", figures.get(f"{currency}_24h_vol"), f"{currency}_24h_vol"),
                    fields=read.fields,
                )
            )
    return tuple(rows)


async def spot(query: SpotQuery, http: Http) -> Sourced[tuple[SpotTicker, ...]]:
    """Prices averaged over venues by CoinGecko: for what no venue here lists. Raises NoData."""
    coins, currencies = _ids(query.assets), [code for quote in query.quotes if (code := _currency(quote))]
    nothing = NoData(SPEC.name, f"{SPEC.title} has no price of {', '.join(query.assets)} in {', '.join(query.quotes)}.")
    if not coins or not currencies:
        raise nothing
    params = {
        "ids": ",".join(sorted(coins)), "vs_currencies": ",".join(currencies), "include_24hr_vol": "true",
        "include_24hr_change": "true", "include_last_updated_at": "true",
    }  # fmt: skip
    reply = await http.get(SIMPLE, params, keep=QUOTE)
    _expect_ok(reply)
    rows = parse_spot(reply.body, query)
    if not rows:
        raise nothing
    return sourced(rows, SPEC.name, endpoint(SIMPLE, params), [reply])


def parse_fx(body: bytes, query: FxQuery) -> FxRate:
    """The rate that bitcoin's prices in two currencies imply; `field` is the formula over the document's own places."""
    bitcoin: Mapping[str, Decimal | None] = _simple(body).get("bitcoin", {})
    read = Figures(SPEC.name, "bitcoin")
    per_base = read.price("base", bitcoin.get(query.base.lower()), query.base.lower())
    per_quote = read.price("quote", bitcoin.get(query.quote.lower()), query.quote.lower())
    if per_base is None or per_quote is None:
        raise NoData(SPEC.name, f"{SPEC.title} has no rate of {query.base}/{query.quote}.")
    return FxRate(
        base=query.base, quote=query.quote, rate=_RATE.divide(per_quote, per_base),
        field=f"{read.fields['quote']} / {read.fields['base']}",
    )  # fmt: skip


async def fx(query: FxQuery, http: Http) -> Sourced[FxRate]:
    """The rate of two currencies, by way of bitcoin. Raises NoData for one CoinGecko does not count in."""
    currencies = [_currency(query.base), _currency(query.quote)]
    if None in currencies or query.base == query.quote:
        raise NoData(SPEC.name, f"{SPEC.title} has no rate of {query.base}/{query.quote}.")
    # whole dollars of a bitcoin would leave five digits; two places leave seven
    params = {"ids": "bitcoin", "vs_currencies": ",".join(sorted(filter(None, currencies))), "precision": "2"}
    reply = await http.get(SIMPLE, params, keep=QUOTE)
    _expect_ok(reply)
    return sourced(parse_fx(reply.body, query), SPEC.name, endpoint(SIMPLE, params), [reply])


# ------------------------------------------------------------------------------------------------------------- candles


def parse_candles(body: bytes, interval_s: int) -> list[Row]:
    """Rows without volume. CoinGecko names a candle by the instant of its close; ours go by their opening."""
    rows = decode(body, list[_Ohlc], SPEC.name)
    return [(row.close_ms - interval_s * 1000, row.open, row.high, row.low, row.close, nan) for row in rows]


async def candles(query: CandlesQuery, http: Http) -> Sourced[Candles]:
    """Bars of 30 minutes, 4 hours or 4 days: all there is without a venue. Raises NoData for other lengths."""
    from mobius.sources.bars import closed_bars

    coin, currency = next(iter(_ids([query.asset])), None), _currency(query.quote)
    spans = OHLC_DAYS.get(query.interval_s)
    if coin is None or currency is None or spans is None:
        raise NoData(SPEC.name, f"{SPEC.title} has no such bars of {query.asset}/{query.quote}.")
    enough = (days for days in spans if days * 86_400 >= (query.n_bars + 1) * query.interval_s)
    days = spans[-1] if query.start_ms is not None else next(enough, spans[-1])
    path, params = f"/coins/{coin}/ohlc", {"vs_currency": currency, "days": str(days)}
    reply = await http.get(path, params, keep=candles_policy(query.interval_s))
    _expect_ok(reply)
    rows = parse_candles(reply.body, query.interval_s)
    value = closed_bars(
        [row for row in rows if query.start_ms is None or row[0] >= query.start_ms], interval_s=query.interval_s,
        known_at=reply.date, source=SPEC.name, place="", n_bars=query.n_bars if query.start_ms is None else None,
    )  # fmt: skip
    return sourced(value, SPEC.name, endpoint(path, params), [reply])


OFFERS = {"overview": overview, "market_totals": market_totals, "spot": spot, "candles": candles, "fx": fx}
