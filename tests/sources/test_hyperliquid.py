"""Hyperliquid: one posted question, names and figures in two lists, funding by the hour."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import MarginAccountQuery, PerpetualsQuery
from mobius.core.ports import Reply
from mobius.sources.derivatives.hyperliquid import margin_account, perpetuals

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

ETH = PerpetualsQuery(assets=("ETH",))


def context(**changed: Any) -> dict[str, Any]:
    return {
        "funding": "0.0000125", "openInterest": "400000.5", "prevDayPx": "2990.0", "dayNtlVlm": "900000000.5",
        "premium": "0.0003", "oraclePx": "3000.0", "markPx": "3001.0", "midPx": "3001.0", "impactPxs": ["3000", "3002"],
        "dayBaseVlm": "1.0",
    } | changed  # fmt: skip


def said(**contexts: dict[str, Any]) -> bytes:
    universe = [{"szDecimals": 4, "name": name, "maxLeverage": 25, "marginTableId": 1} for name in contexts]
    return json.dumps([{"universe": universe, "marginTables": []}, list(contexts.values())]).encode()


async def test_every_perpetual_comes_in_one_posted_question(provider: Providers) -> None:
    http = provider(
        said(BTC=context(funding="0.00002"), ETH=context(), kPEPE=context(markPx="0.0065", openInterest="7"))
    )
    got = await perpetuals(PerpetualsQuery(assets=("ETH", "PEPE", "LEO")), http)
    assert http.asked == [("/info", {"body": '{"type":"metaAndAssetCtxs"}'})]
    eth, pepe = got.value
    assert (eth.symbol, eth.quote, eth.funding_rate, eth.interval_h) == ("ETH", "USD", Decimal("0.0000125"), Decimal(1))
    assert (eth.mark, eth.index, eth.open_interest) == (Decimal(3001), Decimal(3000), Decimal("400000.5"))
    assert eth.fields["funding_rate"] == "[1][name=ETH].funding"
    assert "interval_h" not in eth.fields
    assert (pepe.asset, pepe.symbol, pepe.mark, pepe.open_interest) == (
        "PEPE",
        "kPEPE",
        Decimal("0.0000065"),
        Decimal(7000),
    )
    assert got.endpoint == "/info?type=metaAndAssetCtxs"


async def test_what_it_does_not_list_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData):
        await perpetuals(ETH, provider(said(BTC=context())))
    gone = json.dumps([{"universe": [{"name": "ETH", "isDelisted": True}]}, [context()]]).encode()
    with pytest.raises(NoData):
        await perpetuals(ETH, provider(gone))


async def test_a_missing_figure_is_unknown(provider: Providers) -> None:
    (eth,) = (await perpetuals(ETH, provider(said(ETH={"funding": None, "markPx": "", "oraclePx": "0"})))).value
    assert (eth.funding_rate, eth.interval_h, eth.mark, eth.index, eth.open_interest) == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"null", 429, RateLimited),
        (b"Failed to deserialize the JSON body into the target type", 422, SourceChanged),
        (b"", 500, SourceUnavailable),
        (b"<html></html>", 200, SourceChanged),
        (b"null", 200, SourceChanged),
        (b"[]", 200, SourceChanged),
        (b'[{"universe":[{"name":"ETH"}]},[]]', 200, SourceChanged),
        (said(ETH=context(funding="x")), 200, SourceChanged),
        (said(ETH=context(funding=1)), 200, SourceChanged),
        (said(ETH=context(markPx="-1")), 200, SourceChanged),
        (said(ETH=context(openInterest="1e99")), 200, SourceChanged),
        (said(ETH=context())[:90], 200, SourceUnavailable),
    ],
)
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await perpetuals(ETH, provider(make_reply(body, status=status)))


async def test_what_an_address_holds(provider: Callable[..., Any]) -> None:
    margin = {
        "marginSummary": {"accountValue": "520.5", "totalMarginUsed": "501.04"}, "withdrawable": "18.9",
        "assetPositions": [{"type": "oneWay", "position": {
            "coin": "ETH", "szi": "-1.5", "leverage": {"type": "cross", "value": 5}, "entryPx": "2300.1",
            "positionValue": "3450.2", "unrealizedPnl": "-6.2", "liquidationPx": None}}],
        "time": 1793530800000,
    }  # fmt: skip
    spot = {"balances": [{"coin": "HYPE", "token": 150, "total": "14.7", "hold": "0.5", "entryNtl": "275.5"}]}

    def answer(_: str, given: Any) -> bytes:
        kind = json.loads(given["body"])["type"]
        return json.dumps(margin if kind == "clearinghouseState" else spot).encode()

    got = await margin_account(MarginAccountQuery(address="0x" + "ab" * 20), provider(answer))
    (short,) = got.value.positions
    assert (short.size, short.liquidation, short.leverage) == (Decimal("-1.5"), None, Decimal(5))
    assert short.fields["size"] == "assetPositions[0].position.szi"
    (coin,) = got.value.balances
    assert (coin.symbol, coin.total, coin.held) == ("HYPE", Decimal("14.7"), Decimal("0.5"))
    assert (got.value.value, got.value.withdrawable) == (Decimal("520.5"), Decimal("18.9"))
