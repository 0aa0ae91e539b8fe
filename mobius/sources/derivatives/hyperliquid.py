"""Hyperliquid: funding, mark price and open interest of its perpetuals, margined in USDC. Keyless; questions are posted.

Here: SPEC, rows, parse and fetch. One reply holds every perpetual, so that it tells nobody which asset was asked about. Funding
is paid by the hour, as its contract fixes it. Also what one address holds there. Not here: orders, its spot market,
perpetuals of other makers on it.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import BOOK, DERIVATIVES
from mobius.core.needs import (
    MarginAccount,
    MarginAccountQuery,
    MarginPosition,
    PerpetualRow,
    PerpetualsQuery,
    SpotBalance,
)
from mobius.core.ports import Http
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.quoted import instant_ms, quoted
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="hyperliquid",
    title="Hyperliquid",
    kind="venue",
    base_url="https://api.hyperliquid.xyz",
    limits=Limits(per_minute=60, burst=4, concurrent=2, timeout_s=4.0),  # weight 1200 a minute; this weighs 20
    needs=("perpetuals", "margin_account"),
    rights=Rights(attribution="Market data: Hyperliquid"),
    probe="/info",
    probe_body=b'{"type":"meta"}',
)
INFO = "/info"
QUESTION = b'{"type":"metaAndAssetCtxs"}'
INTERVAL_H = Decimal(1)
THOUSANDS = {"PEPE": "kPEPE", "SHIB": "kSHIB", "BONK": "kBONK", "FLOKI": "kFLOKI"}
"""Perpetuals over a thousand of their asset."""


class _Listed(Struct, frozen=True, rename="camel"):
    name: str
    is_delisted: bool | None = None


class _Meta(Struct, frozen=True):
    universe: tuple[_Listed, ...] = ()


class _Context(Struct, frozen=True, rename="camel"):
    funding: str | None = None
    open_interest: str | None = None
    oracle_px: str | None = None
    mark_px: str | None = None
    day_ntl_vlm: str | None = None


def parse_perpetuals(body: bytes, query: PerpetualsQuery) -> tuple[PerpetualRow, ...]:
    """The assets of `query` among all perpetuals: names and figures stand in two lists of one order."""
    parts = decode(body, list[msgspec.Raw], SPEC.name)
    if len(parts) < 2:
        raise SourceChanged(SPEC.name, "expected names and figures", path="$")
    listed = decode(bytes(parts[0]), _Meta, SPEC.name, at="$[0]").universe
    figures = decode(bytes(parts[1]), list[msgspec.Raw], SPEC.name, at="$[1]")
    if len(figures) != len(listed):
        raise SourceChanged(SPEC.name, "as many figures as names expected", path="$[1]")
    wanted = {THOUSANDS.get(asset, asset): asset for asset in query.assets}
    return tuple(
        _row(n, bytes(figures[n]), one.name, wanted[one.name])
        for n, one in enumerate(listed)
        if one.name in wanted and not one.is_delisted
    )


def _row(n: int, body: bytes, name: str, asset: str) -> PerpetualRow:
    row = decode(body, _Context, SPEC.name, at=f"$[1][{n}]")
    read = Figures(SPEC.name, f"[1][name={name}]", {})
    units = 1000 if asset in THOUSANDS else 1
    per, times = (" / 1000", " x 1000") if units > 1 else ("", "")
    mark, oracle, held = (quoted(text) for text in (row.mark_px, row.oracle_px, row.open_interest))
    funding = read.signed("funding_rate", quoted(row.funding), "funding")
    return PerpetualRow(
        asset=asset,
        symbol=name,
        quote="USD",
        funding_rate=funding,
        interval_h=None if funding is None else INTERVAL_H,
        mark=read.price("mark", None if mark is None else mark / units, f"markPx{per}"),
        index=read.price("index", None if oracle is None else oracle / units, f"oraclePx{per}"),
        open_interest=read.amount("open_interest", None if held is None else held * units, f"openInterest{times}"),
        turnover_24h=read.amount("turnover_24h", quoted(row.day_ntl_vlm), "dayNtlVlm"),
        fields=read.fields,
    )


async def perpetuals(query: PerpetualsQuery, http: Http) -> Sourced[tuple[PerpetualRow, ...]]:
    """Perpetuals of `query.assets`, all in one request. Raises NoData when it lists none."""
    reply = await http.post(INFO, QUESTION, keep=DERIVATIVES)
    expect_ok(reply, SPEC.name)
    rows = parse_perpetuals(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} lists no perpetual of {', '.join(query.assets)}.")
    return sourced(rows, SPEC.name, f"{INFO}?type=metaAndAssetCtxs", [reply])


# ------------------------------------------------------------------------------------------------------------- accounts


class _Leverage(Struct, frozen=True):
    value: Decimal | None = None


class _Position(Struct, frozen=True, rename="camel"):
    coin: str
    szi: str | None = None
    entry_px: str | None = None
    position_value: str | None = None
    unrealized_pnl: str | None = None
    liquidation_px: str | None = None
    leverage: _Leverage = _Leverage()


class _Held(Struct, frozen=True):
    position: _Position


class _Summary(Struct, frozen=True, rename="camel"):
    account_value: str | None = None
    total_margin_used: str | None = None


class _Clearing(Struct, frozen=True, rename="camel"):
    margin_summary: _Summary
    withdrawable: str | None = None
    asset_positions: tuple[_Held, ...] = ()
    time: int | None = None


class _Balance(Struct, frozen=True):
    coin: str
    total: str | None = None
    hold: str | None = None


class _Balances(Struct, frozen=True):
    balances: tuple[_Balance, ...] = ()


def parse_margin(body: bytes) -> MarginAccount:
    """The perpetuals' side of an address: margin and positions."""
    state = decode(body, _Clearing, SPEC.name)
    read = Figures(SPEC.name, "", {})
    return MarginAccount(
        value=read.signed("value", quoted(state.margin_summary.account_value), "marginSummary.accountValue"),
        margin_used=read.amount(
            "margin_used", quoted(state.margin_summary.total_margin_used), "marginSummary.totalMarginUsed"
        ),
        withdrawable=read.amount("withdrawable", quoted(state.withdrawable), "withdrawable"),
        updated_at=instant_ms(state.time),
        positions=tuple(_position(n, one.position) for n, one in enumerate(state.asset_positions)),
        fields=read.fields,
    )


def _position(n: int, held: _Position) -> MarginPosition:
    read = Figures(SPEC.name, f"assetPositions[{n}].position", {})
    return MarginPosition(
        symbol=held.coin[:40],
        size=read.signed("size", quoted(held.szi), "szi"),
        entry=read.price("entry", quoted(held.entry_px), "entryPx"),
        value=read.amount("value", quoted(held.position_value), "positionValue"),
        unrealised=read.signed("unrealised", quoted(held.unrealized_pnl), "unrealizedPnl"),
        liquidation=read.price("liquidation", quoted(held.liquidation_px), "liquidationPx"),
        leverage=read.price("leverage", held.leverage.value, "leverage.value"),
        fields=read.fields,
    )


def parse_balances(body: bytes) -> tuple[SpotBalance, ...]:
    """The coins of an address."""
    rows = []
    for n, balance in enumerate(decode(body, _Balances, SPEC.name).balances):
        read = Figures(SPEC.name, f"balances[{n}]", {})
        rows.append(
            SpotBalance(
                symbol=balance.coin[:40],
                total=read.amount("total", quoted(balance.total), "total"),
                held=read.amount("held", quoted(balance.hold), "hold"),
                fields=read.fields,
            )
        )
    return tuple(rows)


async def margin_account(query: MarginAccountQuery, http: Http) -> Sourced[MarginAccount]:
    """Perpetuals and coins of one address; an address it has never seen holds nothing."""
    replies = []
    for kind in ("clearinghouseState", "spotClearinghouseState"):
        reply = await http.post(INFO, msgspec.json.encode({"type": kind, "user": query.address}), keep=BOOK)
        expect_ok(reply, SPEC.name)
        replies.append(reply)
    account = msgspec.structs.replace(parse_margin(replies[0].body), balances=parse_balances(replies[1].body))
    return sourced(account, SPEC.name, f"{INFO}?type=clearinghouseState", replies)


OFFERS = {"perpetuals": perpetuals, "margin_account": margin_account}
