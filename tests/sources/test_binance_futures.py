"""Binance futures: funding with its interval, a thousand of a small coin, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import PerpetualsQuery
from mobius.core.ports import Reply
from mobius.sources.derivatives.binance_futures import INTEREST, INTERVALS, PREMIUM, perpetuals

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

ETH = PerpetualsQuery(assets=("ETH",))
UNKNOWN = b'{"code":-1121,"msg":"Invalid symbol."}'


def answers(path: str, params: Mapping[str, str]) -> bytes:
    if path == INTERVALS:
        listed = {"symbol": "1000PEPEUSDT", "adjustedFundingRateCap": "0.02", "fundingIntervalHours": 4}
        return json.dumps([listed]).encode()
    if path == INTEREST:
        return json.dumps({"openInterest": "650000.5", "symbol": params["symbol"], "time": 1}).encode()
    pepe = params["symbol"] == "1000PEPEUSDT"
    row = {
        "symbol": params["symbol"], "markPrice": "0.0065" if pepe else "3001.5", "indexPrice": "0.0064" if pepe else "3000",
        "estimatedSettlePrice": "1", "lastFundingRate": "0.00010000", "interestRate": "0.00010000",
        "nextFundingTime": 1793548800000, "time": 1793530805000,
    }  # fmt: skip
    return json.dumps(row).encode()


async def test_a_perpetual_is_read_of_its_replies(provider: Providers) -> None:
    http = provider(answers)
    got = await perpetuals(PerpetualsQuery(assets=("ETH", "LEO")), http)
    (eth,) = got.value
    assert [path for path, _ in http.asked] == [INTERVALS, PREMIUM, INTEREST]
    assert (eth.symbol, eth.quote, eth.funding_rate, eth.interval_h) == (
        "ETHUSDT",
        "USDT",
        Decimal("0.0001"),
        Decimal(8),
    )
    assert (eth.mark, eth.index, eth.open_interest) == (Decimal("3001.5"), Decimal(3000), Decimal("650000.5"))
    assert eth.next_funding_at == datetime(2026, 11, 1, 16, 0, tzinfo=UTC)
    assert eth.fields["funding_rate"] == "premiumIndex[symbol=ETHUSDT].lastFundingRate"
    assert got.endpoint == "/fapi/v1"


async def test_a_listed_interval_and_a_contract_over_a_thousand(provider: Providers) -> None:
    (pepe,) = (await perpetuals(PerpetualsQuery(assets=("PEPE",)), provider(answers))).value
    assert (pepe.interval_h, pepe.mark, pepe.open_interest) == (Decimal(4), Decimal("0.0000065"), Decimal("650000500"))


async def test_without_the_list_of_intervals_its_own_is_unknown(
    provider: Providers, make_reply: Callable[..., Reply]
) -> None:
    http = provider(lambda path, params: make_reply(b"", status=503) if path == INTERVALS else answers(path, params))
    (eth,) = (await perpetuals(ETH, http)).value
    assert eth.interval_h is None
    assert eth.funding_rate == Decimal("0.0001")


async def test_what_it_does_not_list_is_no_data(provider: Providers, make_reply: Callable[..., Reply]) -> None:
    http = provider(lambda path, _params: b"[]" if path == INTERVALS else make_reply(UNKNOWN, status=400))
    with pytest.raises(NoData):
        await perpetuals(ETH, http)
    silent = provider()
    with pytest.raises(NoData):
        await perpetuals(PerpetualsQuery(assets=("LEO", "USDT")), silent)
    assert silent.asked == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b'{"code":-1003,"msg":"Too many requests"}', 429, RateLimited),
        (b'{"code":0,"msg":"Service unavailable from a restricted location"}', 451, SourceUnavailable),
        (b'{"code":-1100,"msg":"Illegal characters"}', 400, SourceChanged),
        (b"<html></html>", 200, SourceChanged),
        (b'{"symbol":"ETHUSDT","lastFundingRate":"?"}', 200, SourceChanged),
        (b'{"symbol":"ETHUSDT","markPrice":"-1"}', 200, SourceChanged),
        (b'{"symbol":"ETHUSDT","markPrice":"1e99"}', 200, SourceChanged),
        (b'{"symbol":"ETHU', 200, SourceUnavailable),
    ],
)
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    http = provider(lambda path, params: make_reply(body, status=status) if path == PREMIUM else answers(path, params))
    with pytest.raises(error):
        await perpetuals(ETH, http)


async def test_a_missing_figure_is_unknown(provider: Providers) -> None:
    http = provider(lambda path, _params: b"[]" if path == INTERVALS else b'{"symbol":"ETHUSDT"}')
    (eth,) = (await perpetuals(ETH, http)).value
    assert (eth.funding_rate, eth.mark, eth.open_interest, eth.next_funding_at) == (None, None, None, None)
