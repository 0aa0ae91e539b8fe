"""Deribit: perpetuals, dated futures, options and the volatility index (DVOL). Keyless.

Here: SPEC, instrument names, rows, parse and fetch. Bitcoin and ether are margined in themselves (currency BTC, ETH; open
interest of futures in dollars), other assets in USDC. Volatilities are percent a year. One list of a currency's instruments
serves every question about it. Not here: what a smile says (analytics.options), books, trades.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import DERIVATIVES
from mobius.core.needs import (
    FutureRow,
    FuturesQuery,
    OptionRow,
    OptionsQuery,
    PerpetualRow,
    PerpetualsQuery,
    VolatilityIndexPoint,
    VolatilityIndexQuery,
)
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.asking import ask_each
from mobius.sources.quoted import instant_ms
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

T = TypeVar("T")

SPEC = SourceSpec(
    name="deribit",
    title="Deribit",
    kind="venue",
    base_url="https://www.deribit.com/api/v2",
    limits=Limits(per_minute=120, burst=8, concurrent=4, timeout_s=4.0),
    needs=("perpetuals", "futures", "options", "volatility_index"),
    rights=Rights(attribution="Derivatives data: Deribit"),
    probe="/public/get_time",
    refusals=(b'{"jsonrpc":"2.0","error"', b'{"error"'),
)
SUMMARY, TIME, INDEX = "/public/get_book_summary_by_currency", "/public/get_time", "/public/get_volatility_index_data"
OWN_MARGIN = frozenset({"BTC", "ETH"})
USDC_MARGIN = frozenset(
    {"SOL", "XRP", "AVAX", "TRX", "DOGE", "ADA", "LINK", "DOT", "UNI", "NEAR", "LTC", "BCH", "ALGO"}
)
OPTIONS = OWN_MARGIN | {"SOL", "XRP", "AVAX", "TRX"}
VOLATILITY_INDEX = OWN_MARGIN
EXPIRES_AT_H = 8
_NAME = re.compile(
    r"(?P<base>[A-Z0-9]{2,10})(?:_(?P<quote>USDC))?-(?:(?P<perpetual>PERPETUAL)"
    r"|(?P<day>\d{1,2})(?P<month>[A-Z]{3})(?P<year>\d{2})(?:-(?P<strike>\d{1,12}(?:[d.]\d{1,8})?)-(?P<kind>[CP]))?)"
)
_MONTHS = {
    name: n for n, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), start=1)
}  # fmt: skip


class Instrument(Struct, frozen=True, kw_only=True):
    """What an instrument's name says: `BTC-27NOV26-60000-C`, `SOL_USDC-PERPETUAL`."""

    asset: str
    linear: bool
    """Margined and counted in USDC."""
    expires_at: datetime | None = None
    """None of a perpetual."""
    strike: Decimal | None = None
    kind: Literal["call", "put"] | None = None


@lru_cache(maxsize=4_096)
def instrument(name: str) -> Instrument | None:
    """Read an instrument's name; None for combinations and whatever else is no plain contract.

    >>> instrument("XRP_USDC-27NOV26-2d2-P").strike
    Decimal('2.2')
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    linear = found["quote"] is not None
    if found["perpetual"]:
        return Instrument(asset=found["base"], linear=linear)
    try:
        expires_at = datetime(
            2000 + int(found["year"]), _MONTHS[found["month"]], int(found["day"]), EXPIRES_AT_H, tzinfo=UTC
        )
    except (KeyError, ValueError):
        return None
    if found["strike"] is None:
        return Instrument(asset=found["base"], linear=linear, expires_at=expires_at)
    return Instrument(
        asset=found["base"], linear=linear, expires_at=expires_at, strike=Decimal(found["strike"].replace("d", ".")),
        kind="call" if found["kind"] == "C" else "put",
    )  # fmt: skip


class _Fault(Struct, frozen=True):
    code: int = 0
    message: str = ""


class _Envelope(Struct, frozen=True):
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: _Fault | None = None


class _Future(Struct, frozen=True):
    instrument_name: str
    mark_price: Decimal | None = None
    estimated_delivery_price: Decimal | None = None
    open_interest: Decimal | None = None
    volume_usd: Decimal | None = None
    funding_8h: Decimal | None = None
    creation_timestamp: int | None = None


class _Option(Struct, frozen=True):
    instrument_name: str
    mark_iv: Decimal | None = None
    underlying_price: Decimal | None = None
    open_interest: Decimal | None = None


class _Candle(Struct, frozen=True, array_like=True):
    open_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


class _Index(Struct, frozen=True):
    data: tuple[_Candle, ...] = ()


def _result(reply: Reply, kind: type[T]) -> T:
    """The `result` of a reply. Raises the error that a fault stands for, whatever the status."""
    if reply.status not in (200, 400):
        expect_ok(reply, SPEC.name)
    envelope = decode(reply.body, _Envelope, SPEC.name)
    if envelope.error is not None:
        what = f"{envelope.error.code} {envelope.error.message[:100]}"
        if envelope.error.code == 10028:
            raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
        if envelope.error.code in (11094, 13028, -32603):
            raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered {what}.")
        raise SourceChanged(SPEC.name, f"refused the request: {what}", path="$.error.code")
    if bytes(envelope.result) == b"null":
        raise SourceChanged(SPEC.name, "a reply without a result", path="$.result")
    return decode(bytes(envelope.result), kind, SPEC.name, at="$.result")


def currency_of(asset: str) -> str | None:
    """The currency whose list holds an asset's contracts; None where Deribit has none."""
    return asset if asset in OWN_MARGIN else "USDC" if asset in USDC_MARGIN else None


# ------------------------------------------------------------------------------------------------ perpetuals, futures


def parse_perpetuals(rows: tuple[_Future, ...], asset: str) -> tuple[PerpetualRow, ...]:
    """The perpetual of `asset` in a currency's list. Its funding is that of the last eight hours."""
    return tuple(
        _perpetual(row, asset, found.linear)
        for row in rows
        if (found := instrument(row.instrument_name)) is not None and _is_of(found, asset) and found.expires_at is None
    )


def _is_of(found: Instrument, asset: str) -> bool:
    return found.asset == asset and found.linear == (asset not in OWN_MARGIN)


def _perpetual(row: _Future, asset: str, linear: bool) -> PerpetualRow:
    read = Figures(SPEC.name, f"result[instrument_name={row.instrument_name}]", {})
    held = read.amount("open_interest" if linear else "open_interest_value", row.open_interest, "open_interest")
    return PerpetualRow(
        asset=asset,
        symbol=row.instrument_name,
        quote="USD",
        funding_rate=read.signed("funding_rate", row.funding_8h, "funding_8h"),
        interval_h=Decimal(8) if row.funding_8h is not None else None,
        mark=read.price("mark", row.mark_price, "mark_price"),
        index=read.price("index", row.estimated_delivery_price, "estimated_delivery_price"),
        open_interest=held if linear else None,
        open_interest_value=None if linear else held,
        turnover_24h=read.amount("turnover_24h", row.volume_usd, "volume_usd"),
        updated_at=instant_ms(row.creation_timestamp),
        fields=read.fields,
    )


def parse_futures(rows: tuple[_Future, ...], asset: str) -> tuple[FutureRow, ...]:
    """The dated futures of `asset` in a currency's list, the next to expire first."""
    found = []
    for row in rows:
        named = instrument(row.instrument_name)
        if named is None or not _is_of(named, asset) or named.expires_at is None or named.strike is not None:
            continue
        read = Figures(SPEC.name, f"result[instrument_name={row.instrument_name}]", {})
        found.append(
            FutureRow(
                asset=asset,
                symbol=row.instrument_name,
                quote="USD",
                expires_at=named.expires_at,
                mark=read.price("mark", row.mark_price, "mark_price"),
                index=read.price("index", row.estimated_delivery_price, "estimated_delivery_price"),
                open_interest_value=None
                if named.linear
                else read.amount("open_interest_value", row.open_interest, "open_interest"),
                updated_at=instant_ms(row.creation_timestamp),
                fields=read.fields,
            )
        )
    return tuple(sorted(found, key=lambda row: row.expires_at))


async def _lists(assets: tuple[str, ...], http: Http) -> dict[str, tuple[Reply, tuple[_Future, ...]]]:
    """A currency's list of futures for each that holds one of `assets`."""
    currencies = list(dict.fromkeys(name for asset in assets if (name := currency_of(asset)) is not None))
    if not currencies:
        raise NoData(SPEC.name, f"{SPEC.title} has no contract on {', '.join(assets)}.")

    async def ask(currency: str) -> tuple[Reply, tuple[_Future, ...]]:
        reply = await http.get(SUMMARY, {"currency": currency, "kind": "future"}, keep=DERIVATIVES)
        return reply, _result(reply, tuple[_Future, ...])

    return await ask_each(currencies, ask)


async def perpetuals(query: PerpetualsQuery, http: Http) -> Sourced[tuple[PerpetualRow, ...]]:
    """Perpetuals of `query.assets`, one request a currency. Raises NoData when there is none."""
    lists = await _lists(query.assets, http)
    rows = tuple(
        row
        for asset in query.assets
        if (currency := currency_of(asset)) in lists
        for row in parse_perpetuals(lists[str(currency)][1], asset)
    )
    return _listed(rows, query.assets, lists)


async def futures(query: FuturesQuery, http: Http) -> Sourced[tuple[FutureRow, ...]]:
    """Dated futures of `query.assets`, from the same lists as the perpetuals. Raises NoData when there is none."""
    lists = await _lists(query.assets, http)
    rows = tuple(
        row
        for asset in query.assets
        if (currency := currency_of(asset)) in lists
        for row in parse_futures(lists[str(currency)][1], asset)
    )
    return _listed(rows, query.assets, lists)


def _listed(
    rows: tuple[T, ...], assets: tuple[str, ...], lists: dict[str, tuple[Reply, tuple[_Future, ...]]]
) -> Sourced[tuple[T, ...]]:
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no such contract on {', '.join(assets)}.")
    more = {"currency": next(iter(lists)), "kind": "future"} if len(lists) == 1 else {"kind": "future"}
    return sourced(rows, SPEC.name, endpoint(SUMMARY, more), [reply for reply, _ in lists.values()])


# ------------------------------------------------------------------------------------------------------------- options

_MOST = Decimal(10) ** 30
_OPTION_FIELDS = {"iv_pct": "mark_iv", "forward": "underlying_price", "open_interest": "open_interest"}


def parse_options(rows: tuple[_Option, ...], asset: str) -> tuple[OptionRow, ...]:
    """The options on `asset` in a currency's list, in its order. Hundreds at a time: each is looked at once, quickly."""
    found = []
    for row in rows:
        named = instrument(row.instrument_name)
        if named is None or not _is_of(named, asset) or named.expires_at is None or named.strike is None:
            continue
        place = f"result[instrument_name={row.instrument_name}]"
        for name in ("mark_iv", "underlying_price", "open_interest"):
            value = getattr(row, name)
            if value is not None and not (value.is_finite() and 0 <= value < _MOST):
                Figures(SPEC.name, place, {}).amount(name, value, name)  # says what is wrong with it, and where
        found.append(
            OptionRow(
                symbol=row.instrument_name,
                expires_at=named.expires_at,
                strike=named.strike,
                kind=named.kind or "call",
                iv_pct=row.mark_iv or None,
                forward=row.underlying_price or None,
                open_interest=row.open_interest,
                place=place,
                fields=_OPTION_FIELDS,
            )
        )
    return tuple(found)


async def options(query: OptionsQuery, http: Http) -> Sourced[tuple[OptionRow, ...]]:
    """Every option on `query.asset`. Raises NoData when Deribit has none."""
    currency = currency_of(query.asset)
    if currency is None or query.asset not in OPTIONS:
        raise NoData(SPEC.name, f"{SPEC.title} has no options on {query.asset}.")
    params = {"currency": currency, "kind": "option"}
    reply = await http.get(SUMMARY, params, keep=DERIVATIVES)
    rows = parse_options(_result(reply, tuple[_Option, ...]), query.asset)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no options on {query.asset}.")
    return sourced(rows, SPEC.name, endpoint(SUMMARY, params), [reply])


# ---------------------------------------------------------------------------------------------------- volatility index


def parse_volatility_index(index: _Index) -> tuple[VolatilityIndexPoint, ...]:
    """The closes of its hourly candles, oldest first; the newest is of now."""
    read = Figures(SPEC.name, "result", {})
    points = []
    for n, candle in enumerate(index.data):
        value = read.price("close", candle.close, f"data[{n}][4]")
        opened = instant_ms(candle.open_ms)
        if value is not None and opened is not None:
            points.append(VolatilityIndexPoint(value=value, at=opened, field=read.fields["close"]))
    return tuple(sorted(points, key=lambda point: point.at))


async def volatility_index(query: VolatilityIndexQuery, http: Http) -> Sourced[tuple[VolatilityIndexPoint, ...]]:
    """The last `hours` hourly values. Raises NoData for assets without such an index."""
    if query.asset not in VOLATILITY_INDEX:
        raise NoData(SPEC.name, f"{SPEC.title} has no volatility index of {query.asset}.")
    now = await http.get(TIME, keep=DERIVATIVES)  # the interval must be named, and only the server knows its time
    end_ms = _result(now, int)
    params = {
        "currency": query.asset, "resolution": "3600", "start_timestamp": str(end_ms - query.hours * 3_600_000),
        "end_timestamp": str(end_ms),
    }  # fmt: skip
    reply = await http.get(INDEX, params, keep=DERIVATIVES)
    points = parse_volatility_index(_result(reply, _Index))
    if not points:
        raise NoData(SPEC.name, f"{SPEC.title} gave no volatility index of {query.asset}.")
    where = endpoint(INDEX, {"currency": query.asset, "resolution": "3600"})
    return sourced(points, SPEC.name, where, [reply])


OFFERS = {"perpetuals": perpetuals, "futures": futures, "options": options, "volatility_index": volatility_index}
