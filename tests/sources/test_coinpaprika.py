"""CoinPaprika: named assets one by one, never the whole list, never another coin of the same id."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import OverviewQuery
from mobius.core.ports import Reply
from mobius.sources.market.coinpaprika import IDS, overview

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

BTC = OverviewQuery(assets=("BTC",))


def said(coin: str = "btc-bitcoin", symbol: str = "BTC", **figures: Any) -> bytes:
    quote = {
        "price": 60012.5, "volume_24h": 31000000000.4, "volume_24h_change_24h": -3.1, "market_cap": 1200000000000,
        "market_cap_change_24h": 1.1, "percent_change_24h": 1.25, "percent_change_7d": -3.5, "ath_price": 100000,
    } | figures  # fmt: skip
    row = {
        "id": coin, "name": "Bitcoin", "symbol": symbol, "rank": 1, "beta_value": 1,
        "last_updated": "2026-11-01T10:58:12Z", "quotes": {"USD": quote},
    }  # fmt: skip
    return json.dumps(row).encode()


async def test_an_overview_is_read_in_percent_and_dollars(provider: Providers) -> None:
    http = provider(said())
    got = await overview(BTC, http)
    assert http.asked == [("/tickers/btc-bitcoin", {"quotes": "USD"})]
    (row,) = got.value
    assert (row.asset, row.price, row.market_cap, row.rank) == ("BTC", Decimal("60012.5"), Decimal("1.2e12"), 1)
    assert (row.volume_24h, row.change_24h_pct, row.change_7d_pct) == (
        Decimal("31000000000.4"),
        Decimal("1.25"),
        Decimal("-3.5"),
    )
    assert row.updated_at == datetime(2026, 11, 1, 10, 58, 12, tzinfo=UTC)
    assert row.fields["market_cap"] == "btc-bitcoin.quotes.USD.market_cap"
    assert got.endpoint == "/tickers/btc-bitcoin?quotes=USD"


async def test_each_asset_is_a_request_and_an_unknown_one_costs_only_itself(
    provider: Providers, make_reply: Callable[..., Reply]
) -> None:
    def route(path: str, _params: object) -> bytes | Reply:
        if path.endswith("eth-ethereum"):
            return make_reply(b'{"error":"id not found"}', status=404)
        return said()

    got = await overview(OverviewQuery(assets=("BTC", "ETH", "nonsense")), provider(route))
    assert [row.asset for row in got.value] == ["BTC"]


@pytest.mark.parametrize(
    "query",
    [
        OverviewQuery(top=100),
        OverviewQuery(assets=("nonsense",)),
        OverviewQuery(assets=tuple(IDS)[:7]),
        OverviewQuery(assets=("BTC",), quote="XYZ"),
    ],
)
async def test_what_would_spend_its_budget_is_not_asked(provider: Providers, query: OverviewQuery) -> None:
    silent = provider()
    with pytest.raises(NoData):
        await overview(query, silent)
    assert silent.asked == []


async def test_a_missing_figure_is_unknown(provider: Providers) -> None:
    (row,) = (await overview(BTC, provider(said(market_cap=0, price=None, volume_24h=None)))).value
    assert (row.market_cap, row.price, row.volume_24h) == (None, None, None)
    (row,) = (await overview(BTC, provider(b'{"id":"btc-bitcoin","name":"Bitcoin","symbol":"BTC"}'))).value
    assert (row.price, row.updated_at) == (None, None)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (said(symbol="BTCX"), 200, SourceChanged),
        (said(coin="btc-another"), 200, SourceChanged),
        (b'{"error":"too many requests"}', 429, RateLimited),
        (b'{"error":"payment required"}', 402, RateLimited),
        (b"", 500, SourceUnavailable),
        (b"<html></html>", 200, SourceChanged),
        (said(price=-1), 200, SourceChanged),
        (said(price="many"), 200, SourceChanged),
        (said()[:70], 200, SourceUnavailable),
    ],
)
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await overview(BTC, provider(make_reply(body, status=status)))


def test_ids_begin_with_the_ticker_of_a_registered_asset() -> None:
    for ticker, coin in IDS.items():
        assert ticker in ASSETS, ticker
        assert coin.startswith(ticker.lower() + "-")
    assert len(IDS) >= 60
