"""Bybit: tickers with fractions as changes, candles, perpetuals over thousands, refusals inside a 200."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import CandlesQuery, PerpetualsQuery, SpotQuery
from mobius.core.ports import Reply
from mobius.sources.market.bybit import KLINE, TICKERS, candles, perpetuals, spot

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

BTC = SpotQuery(assets=("BTC",), quotes=("USD", "USDT"))
HOUR_MS = 3_600_000
NEWEST_MS = 1_793_530_800_000
UNLISTED = json.dumps({"retCode": 10001, "retMsg": "Not supported symbols", "result": {}, "time": 1}).encode()


def said(rows: Any, code: int = 0, msg: str = "OK") -> bytes:
    body = {"retCode": code, "retMsg": msg, "result": {"category": "spot", "list": rows}, "retExtInfo": {}, "time": 1}
    return json.dumps(body).encode()


def row(symbol: str = "BTCUSDT", **changed: str) -> dict[str, str]:
    return {
        "symbol": symbol, "bid1Price": "60030", "bid1Size": "2", "ask1Price": "60030.2", "ask1Size": "1",
        "lastPrice": "60030.1", "prevPrice24h": "60000", "price24hPcnt": "0.0005", "highPrice24h": "61000.5",
        "lowPrice24h": "59000.5", "turnover24h": "120000000", "volume24h": "2000.5", "usdIndexPrice": "60010",
    } | changed  # fmt: skip


async def test_a_change_that_is_a_fraction_becomes_percent(provider: Providers) -> None:
    http = provider(said([row()]))
    got = await spot(BTC, http)
    assert http.asked == [(TICKERS, {"category": "spot", "symbol": "BTCUSDT"})]
    (btc,) = got.value
    assert (btc.bid, btc.ask, btc.last) == (Decimal(60030), Decimal("60030.2"), Decimal("60030.1"))
    assert btc.change_24h_pct == Decimal("0.05")
    assert (btc.high_24h, btc.low_24h) == (Decimal("61000.5"), Decimal("59000.5"))
    assert (btc.volume_24h, btc.turnover_24h) == (Decimal("2000.5"), Decimal(120000000))
    assert btc.fields["change_24h_pct"] == "result.list[symbol=BTCUSDT].price24hPcnt x 100"
    assert got.endpoint == "/v5/market/tickers?category=spot&symbol=BTCUSDT"


async def test_an_empty_string_is_unknown_and_no_zero(provider: Providers) -> None:
    (btc,) = (await spot(BTC, provider(said([row(ask1Price="", bid1Price="0", price24hPcnt="")])))).value
    assert (btc.ask, btc.bid, btc.change_24h_pct) == (None, None, None)


async def test_many_pairs_are_read_from_one_list(provider: Providers) -> None:
    http = provider(said([row("BTCUSDT"), row("ETHUSDT"), row("XYZUSDT"), row("SOLUSDC")]))
    got = await spot(SpotQuery(assets=("BTC", "ETH", "SOL"), quotes=("USDT", "USDC")), http)
    assert http.asked == [(TICKERS, {"category": "spot"})]
    assert {(one.asset, one.quote) for one in got.value} == {("BTC", "USDT"), ("ETH", "USDT"), ("SOL", "USDC")}


async def test_a_pair_it_does_not_list_costs_only_itself(provider: Providers) -> None:
    http = provider(lambda _path, params: said([row()]) if params["symbol"] == "BTCUSDT" else UNLISTED)
    got = await spot(SpotQuery(assets=("BTC",), quotes=("USDT", "EUR")), http)
    assert [one.quote for one in got.value] == ["USDT"]
    with pytest.raises(NoData):
        await spot(BTC, provider(UNLISTED))
    silent = provider()
    with pytest.raises(NoData):
        await spot(SpotQuery(assets=("LEO", "USDT")), silent)
    assert silent.asked == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (said([], 10006, "Too many visits!"), 200, RateLimited),
        (said([], 10016, "Server error."), 200, SourceUnavailable),
        (said([], 10001, "params error: category invalid"), 200, SourceChanged),
        (b"<html>The Amazon CloudFront distribution is configured to block access from your country</html>", 403,
         SourceUnavailable),
        (b"{}", 503, SourceUnavailable),
        (b"<html></html>", 200, SourceChanged),
        (b'{"retCode":0,"result":{"list":[{"symbol":7}]}}', 200, SourceChanged),
        (said([row(bid1Price="-5")]), 200, SourceChanged),
        (said([row(lastPrice="1e99")]), 200, SourceChanged),
        (said([row(turnover24h="six")]), 200, SourceChanged),
        (said([row()])[:60], 200, SourceUnavailable),
    ],
)  # fmt: skip
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await spot(BTC, provider(make_reply(body, status=status)))


def bars(last_ms: int, n_bars: int) -> list[list[str]]:
    return [[str(last_ms - n * HOUR_MS), "1", "2", "0.5", "1.5", "10", "15"] for n in range(n_bars)]


async def test_bars_come_oldest_first_without_the_open_one(provider: Providers) -> None:
    http = provider(said(bars(NEWEST_MS, 4)))
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, n_bars=10), http)
    assert http.asked == [(KLINE, {"category": "spot", "symbol": "BTCUSDT", "interval": "60", "limit": "11"})]
    assert got.value.ts_ms.tolist() == [NEWEST_MS - n * HOUR_MS for n in (3, 2, 1)]
    assert got.value.volume.tolist() == [10.0] * 3


async def test_older_pages_are_asked_until_there_is_enough(provider: Providers) -> None:
    def route(_path: str, params: Mapping[str, str]) -> bytes:
        newest = int(params.get("end", NEWEST_MS)) // HOUR_MS * HOUR_MS
        return said(bars(newest, int(params["limit"])))

    http = provider(route)
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, n_bars=1_500), http)
    assert len(got.value) == 1_500
    assert len(http.asked) == 2
    start = NEWEST_MS - 1_200 * HOUR_MS
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, start_ms=start), provider(route))
    assert (got.value.ts_ms[0], len(got.value)) == (start, 1_200)


@pytest.mark.parametrize(
    ("asset", "quote", "interval_s"), [("BTC", "USD", 3_600), ("LEO", "USDT", 60), ("BTC", "USDT", 7)]
)
async def test_bars_it_cannot_have_are_not_asked_for(
    provider: Providers, asset: str, quote: str, interval_s: int
) -> None:
    http = provider()
    with pytest.raises(NoData):
        await candles(CandlesQuery(asset=asset, quote=quote, interval_s=interval_s), http)
    assert http.asked == []


def linear(symbol: str, **changed: str) -> dict[str, str]:
    return {
        "symbol": symbol, "lastPrice": "3000", "indexPrice": "3000", "markPrice": "3001.5", "prevPrice24h": "2990",
        "openInterest": "700000", "openInterestValue": "2101050000", "turnover24h": "5000000000", "volume24h": "1",
        "fundingRate": "-0.00012", "nextFundingTime": "1793548800000", "fundingIntervalHour": "8", "basis": "",
    } | changed  # fmt: skip


async def test_a_perpetual_is_read_with_its_interval(provider: Providers) -> None:
    http = provider(said([linear("ETHUSDT")]))
    (eth,) = (await perpetuals(PerpetualsQuery(assets=("ETH", "LEO")), http)).value
    assert http.asked == [(TICKERS, {"category": "linear", "symbol": "ETHUSDT"})]
    assert (eth.funding_rate, eth.interval_h) == (Decimal("-0.00012"), Decimal(8))
    assert (eth.mark, eth.index) == (Decimal("3001.5"), Decimal(3000))
    assert (eth.open_interest, eth.open_interest_value, eth.value_unit) == (
        Decimal(700000),
        Decimal(2101050000),
        "USDT",
    )
    assert eth.next_funding_at == datetime(2026, 11, 1, 16, 0, tzinfo=UTC)


async def test_a_perpetual_over_a_thousand_is_told_for_one(provider: Providers) -> None:
    body = said(
        [linear("1000PEPEUSDT", markPrice="0.0065", indexPrice="0.0064", openInterest="5", fundingIntervalHour="4")]
    )
    http = provider(body)
    (pepe,) = (await perpetuals(PerpetualsQuery(assets=("PEPE",)), http)).value
    assert http.asked[0][1]["symbol"] == "1000PEPEUSDT"
    assert (pepe.mark, pepe.open_interest, pepe.interval_h) == (Decimal("0.0000065"), Decimal(5000), Decimal(4))
    assert pepe.fields["mark"].endswith("markPrice / 1000")


async def test_what_a_perpetual_does_not_tell_is_unknown(provider: Providers) -> None:
    body = said([linear("ETHUSDT", fundingRate="", openInterest="", fundingIntervalHour="", nextFundingTime="0")])
    (eth,) = (await perpetuals(PerpetualsQuery(assets=("ETH",)), provider(body))).value
    assert (eth.funding_rate, eth.interval_h, eth.open_interest, eth.next_funding_at) == (None, None, None, None)
    with pytest.raises(NoData):
        await perpetuals(PerpetualsQuery(assets=("ETH",)), provider(UNLISTED))
