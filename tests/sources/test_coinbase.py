"""Coinbase: a book and a day in two replies, candles with low before high, pages by time."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import CandlesQuery, SpotQuery
from mobius.core.ports import Reply
from mobius.sources.market import coinbase
from mobius.sources.market.coinbase import candles, spot

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

BTC = SpotQuery(assets=("BTC",), quotes=("USD", "USDT"))
HOUR_S = 3_600
NEWEST_S = 1_793_530_800
TICKER = {
    "trade_id": 1, "price": "60030.1", "size": "0.01", "time": "2026-11-01T11:00:04.5Z", "bid": "60030", "ask": "60030.2",
    "volume": "2000.5", "rfq_volume": "0.1",
}  # fmt: skip
STATS = {"open": "60000", "high": "61000.5", "low": "59000.5", "last": "60030", "volume": "2001", "volume_30day": "5"}


def products(path: str, _params: Mapping[str, str]) -> bytes:
    return json.dumps(TICKER if path.endswith("/ticker") else STATS).encode()


async def test_a_pair_is_read_of_its_book_and_its_day(provider: Providers, now: datetime) -> None:
    http = provider(products)
    got = await spot(BTC, http)
    assert {path for path, _ in http.asked} == {"/products/BTC-USD/ticker", "/products/BTC-USD/stats"}
    (btc,) = got.value
    assert (btc.asset, btc.quote) == ("BTC", "USD")
    assert (btc.bid, btc.ask, btc.last) == (Decimal(60030), Decimal("60030.2"), Decimal("60030.1"))
    assert btc.last_at == datetime(2026, 11, 1, 11, 0, 4, 500_000, tzinfo=UTC)
    assert btc.change_24h_pct == Decimal("0.05")
    assert (btc.high_24h, btc.low_24h, btc.volume_24h) == (Decimal("61000.5"), Decimal("59000.5"), Decimal("2000.5"))
    assert btc.fields["bid"] == "BTC-USD/ticker.bid"
    assert btc.fields["high_24h"] == "BTC-USD/stats.high"
    assert (got.endpoint, got.as_of) == ("/products", now)


async def test_usdt_against_dollars_is_a_pair_of_its_own(provider: Providers) -> None:
    http = provider(products)
    got = await spot(SpotQuery(assets=("BTC", "USDT"), quotes=("USD", "USDT")), http)
    assert {(row.asset, row.quote) for row in got.value} == {("BTC", "USD"), ("USDT", "USD")}
    assert len(http.asked) == 4


async def test_books_against_usdt_are_asked_only_without_dollars(provider: Providers) -> None:
    http = provider(products)
    got = await spot(SpotQuery(assets=("BTC",), quotes=("USDT",)), http)
    assert [row.quote for row in got.value] == ["USDT"]


async def test_a_pair_it_does_not_list_costs_only_itself(provider: Providers, make_reply: Callable[..., Reply]) -> None:
    missing = make_reply(b'{"message":"NotFound"}', status=404)

    def route(path: str, params: Mapping[str, str]) -> bytes | Reply:
        return products(path, params) if "BTC-USD" in path else missing

    got = await spot(SpotQuery(assets=("BTC", "ETH"), quotes=("USD",)), provider(route))
    assert [row.asset for row in got.value] == ["BTC"]
    with pytest.raises(NoData):
        await spot(BTC, provider(missing))
    silent = provider()
    with pytest.raises(NoData):
        await spot(SpotQuery(assets=("LEO",)), silent)
    assert silent.asked == []


async def test_without_its_day_a_pair_still_has_its_book(provider: Providers, make_reply: Callable[..., Reply]) -> None:
    def route(path: str, params: Mapping[str, str]) -> bytes | Reply:
        return products(path, params) if path.endswith("ticker") else make_reply(b"{}", status=404)

    (btc,) = (await spot(BTC, provider(route))).value
    assert btc.bid == 60030
    assert (btc.change_24h_pct, btc.high_24h) == (None, None)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b'{"message":"Public rate limit exceeded"}', 429, RateLimited),
        (b'{"message":"Internal server error"}', 500, SourceUnavailable),
        (b"<html></html>", 200, SourceChanged),
        (b'{"bid":"x"}', 200, SourceChanged),
        (b'{"bid":"-1"}', 200, SourceChanged),
        (b'{"ask":"1e77"}', 200, SourceChanged),
        (b'{"bid":"1', 200, SourceUnavailable),
    ],
)
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await spot(BTC, provider(make_reply(body, status=status)))


def bars(last_s: int, n_bars: int) -> bytes:
    return json.dumps([[last_s - n * HOUR_S, 0.5, 2, 1, 1.5, 10.25] for n in range(n_bars)]).encode()


async def test_bars_have_their_low_before_their_high(provider: Providers) -> None:
    http = provider(lambda _path, params: bars(NEWEST_S, 4) if "start" not in params else b"[]")
    got = await candles(CandlesQuery(asset="BTC", quote="USD", interval_s=HOUR_S, n_bars=3), http)
    assert http.asked == [("/products/BTC-USD/candles", {"granularity": "3600"})]
    value = got.value
    assert value.ts_ms.tolist() == [(NEWEST_S - n * HOUR_S) * 1000 for n in (3, 2, 1)]
    assert (value.low[0], value.high[0], value.open[0], value.close[0], value.volume[0]) == (0.5, 2, 1, 1.5, 10.25)


async def test_older_pages_are_asked_by_time_until_there_is_enough(provider: Providers) -> None:
    def route(_path: str, params: Mapping[str, str]) -> bytes:
        last = datetime.fromisoformat(params["end"]).timestamp() if "end" in params else NEWEST_S
        return bars(int(last), 300)

    http = provider(route)
    got = await candles(CandlesQuery(asset="BTC", quote="USD", interval_s=HOUR_S, n_bars=700), http)
    assert len(got.value) == 700
    assert len(http.asked) == 3
    assert http.asked[1][1]["end"] == "2026-10-19T23:00:00Z"
    start = (NEWEST_S - 400 * HOUR_S) * 1000
    got = await candles(CandlesQuery(asset="BTC", quote="USD", interval_s=HOUR_S, start_ms=start), provider(route))
    assert got.value.ts_ms[0] == start


@pytest.mark.parametrize(
    ("asset", "quote", "interval_s"), [("BTC", "JPY", 3_600), ("LEO", "USD", 60), ("BTC", "USD", 14_400)]
)
async def test_bars_it_cannot_have_are_not_asked_for(
    provider: Providers, asset: str, quote: str, interval_s: int
) -> None:
    http = provider()
    with pytest.raises(NoData):
        await candles(CandlesQuery(asset=asset, quote=quote, interval_s=interval_s), http)
    assert http.asked == []


async def test_an_instant_out_of_all_bounds_is_refused(provider: Providers) -> None:
    with pytest.raises(SourceChanged):
        await candles(
            CandlesQuery(asset="BTC", quote="USD", interval_s=HOUR_S), provider(b"[[99999999999999999,1,1,1,1,1]]")
        )


def test_the_assets_asked_for_are_among_recorded_products(shared_data: Path) -> None:
    file = shared_data / "api" / "exchange_rest_coinbase.jsonl.gz"
    if not file.is_file():
        pytest.skip("no recorded reply of Coinbase")
    with gzip.open(file) as lines:
        listed = {one["id"] for one in json.loads(next(iter(lines)))["response"]}
    large = ("BTC", "ETH", "LTC", "BCH", "LINK", "XLM", "UNI", "AAVE", "ADA", "ALGO", "ATOM", "FIL", "GRT")
    assert set(coinbase.products_of(SpotQuery(assets=large, quotes=("USD",)))) <= listed
