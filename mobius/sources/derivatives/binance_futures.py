"""Binance USD-M futures: funding, mark price and open interest of its USDT perpetuals. Keyless; 451 in some places.

Here: SPEC, rows, parse and fetch. The funding rate is a fraction per interval; eight hours unless `fundingInfo` lists another.
Not here: spot (binance), dated futures, funding of the past, streams.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged, SourceError
from mobius.core.facts import Sourced
from mobius.core.keeping import DERIVATIVES, LISTING
from mobius.core.needs import PerpetualRow, PerpetualsQuery
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.asking import ask_each
from mobius.sources.quoted import instant_ms
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="binance_futures",
    title="Binance futures",
    kind="venue",
    base_url="https://fapi.binance.com",
    limits=Limits(
        per_minute=600, burst=20, concurrent=6, timeout_s=4.0
    ),  # weight 2400 a minute; each of these weighs 1
    needs=("perpetuals",),
    rights=Rights(attribution="Market data: Binance"),
    probe="/fapi/v1/ping",
    missing=(b'{"code":-1121',),
)
PREMIUM, INTEREST, INTERVALS = "/fapi/v1/premiumIndex", "/fapi/v1/openInterest", "/fapi/v1/fundingInfo"
USUAL_INTERVAL_H = 8
LISTED = frozenset(
    """BTC ETH XRP BNB SOL TRX DOGE ADA HYPE BCH LINK XLM SUI AVAX LTC XMR ZEC HBAR TON DOT UNI TAO AAVE NEAR APT ICP ETC ONDO
    ASTER POL ENA WLD ALGO KAS ARB VET ATOM RENDER PUMP FIL TRUMP SEI JUP QNT TIA OP INJ STX IMX GRT LDO CRV WIF SAND
    MANA AXS GALA THETA EGLD FLOW NEO DYDX COMP SNX ENS ZRO EIGEN ETHFI PENDLE JTO PYTH STRK ZK DASH XTZ PAXG""".split()
)
THOUSANDS = {"PEPE": "1000PEPE", "SHIB": "1000SHIB", "BONK": "1000BONK", "FLOKI": "1000FLOKI"}
"""Perpetuals over a thousand of their asset."""
_UNKNOWN_SYMBOL = -1121


class _Fault(Struct, frozen=True):
    code: int = 0
    msg: str = ""


class _Premium(Struct, frozen=True, rename="camel"):
    symbol: str
    mark_price: Decimal | None = None
    index_price: Decimal | None = None
    last_funding_rate: Decimal | None = None
    next_funding_time: int | None = None
    time: int | None = None


class _Interest(Struct, frozen=True, rename="camel"):
    open_interest: Decimal | None = None


class _Interval(Struct, frozen=True, rename="camel"):
    symbol: str
    funding_interval_hours: int | None = None


def _expect_ok(reply: Reply, asset: str) -> None:
    if reply.status == 400:
        fault = decode(reply.body, _Fault, SPEC.name)
        if fault.code == _UNKNOWN_SYMBOL:
            raise NoData(SPEC.name, f"{SPEC.title} lists no perpetual of {asset}.")
        raise SourceChanged(SPEC.name, f"refused the request: {fault.code} {fault.msg[:100]}")
    expect_ok(reply, SPEC.name)


def parse_perpetual(asset: str, premium: bytes, interest: bytes, intervals: bytes | None) -> PerpetualRow:
    """One perpetual of its replies; without the list of `intervals` its own is not known."""
    row = decode(premium, _Premium, SPEC.name)
    units = 1000 if asset in THOUSANDS else 1
    per, times = (" / 1000", " x 1000") if units > 1 else ("", "")
    held = decode(interest, _Interest, SPEC.name).open_interest
    hours = None
    if intervals is not None:
        listed = {each.symbol: each.funding_interval_hours for each in decode(intervals, list[_Interval], SPEC.name)}
        hours = Decimal(listed.get(row.symbol) or USUAL_INTERVAL_H)
    read = Figures(SPEC.name, "", {})
    mark, index, where = row.mark_price, row.index_price, f"[symbol={row.symbol}]"
    return PerpetualRow(
        asset=asset,
        symbol=row.symbol,
        quote="USDT",
        funding_rate=read.signed("funding_rate", row.last_funding_rate, f"premiumIndex{where}.lastFundingRate"),
        interval_h=read.amount(
            "interval_h", hours, f"fundingInfo{where}.fundingIntervalHours, else {USUAL_INTERVAL_H}"
        ),
        next_funding_at=instant_ms(row.next_funding_time),
        mark=read.price("mark", None if mark is None else mark / units, f"premiumIndex{where}.markPrice{per}"),
        index=read.price("index", None if index is None else index / units, f"premiumIndex{where}.indexPrice{per}"),
        open_interest=read.amount(
            "open_interest", None if held is None else held * units, f"openInterest{where}.openInterest{times}"
        ),
        updated_at=instant_ms(row.time),
        fields=read.fields,
    )


async def perpetuals(query: PerpetualsQuery, http: Http) -> Sourced[tuple[PerpetualRow, ...]]:
    """USDT perpetuals of `query.assets`, two requests each and one list kept for hours. Raises NoData when it lists none."""
    listed = [asset for asset in query.assets if asset in LISTED or asset in THOUSANDS]
    intervals = await _intervals(http) if listed else None

    async def ask(asset: str) -> tuple[PerpetualRow, list[Reply]]:
        symbol = {"symbol": THOUSANDS.get(asset, asset) + "USDT"}
        replies = [await http.get(path, symbol, keep=DERIVATIVES) for path in (PREMIUM, INTEREST)]
        for reply in replies:
            _expect_ok(reply, asset)
        return parse_perpetual(asset, replies[0].body, replies[1].body, intervals), replies

    got = await ask_each(listed, ask)
    if not got:
        raise NoData(SPEC.name, f"{SPEC.title} lists no perpetual of {', '.join(query.assets)}.")
    replies = [reply for _, both in got.values() for reply in both]
    return sourced(tuple(row for row, _ in got.values()), SPEC.name, "/fapi/v1", replies)


async def _intervals(http: Http) -> bytes | None:
    """The list of intervals; without it rates stay without a scale, and that is told."""
    try:
        reply = await http.get(INTERVALS, keep=LISTING)
        expect_ok(reply, SPEC.name)
    except SourceError:
        return None
    return reply.body


OFFERS = {"perpetuals": perpetuals}
