"""OKX: tickers, candles in UTC, funding on its own interval, refusals inside a 200."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import CandlesQuery, PerpetualsQuery, SpotQuery
from mobius.core.ports import Reply
from mobius.sources.market import okx
from mobius.sources.market.okx import CANDLES, FUNDING, OPEN_INTEREST, TICKER, TICKERS, candles, perpetuals, spot

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

BTC = SpotQuery(assets=("BTC",), quotes=("USD", "USDT"))
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
NEWEST_MS = 1_793_530_800_000  # 2026-11-01T11:00Z, still open


def said(data: Any, code: str = "0", msg: str = "") -> bytes:
    return json.dumps({"code": code, "msg": msg, "data": data}).encode()


def row(pair: str = "BTC-USDT", **changed: str) -> dict[str, str]:
    return {
        "instType": "SPOT", "instId": pair, "last": "60030.1", "lastSz": "0.01", "askPx": "60030.2", "askSz": "1",
        "bidPx": "60030", "bidSz": "2", "open24h": "60000", "high24h": "61000.5", "low24h": "59000.5",
        "volCcy24h": "120000000", "vol24h": "2000.5", "ts": "1793530805000", "sodUtc0": "1", "sodUtc8": "1",
    } | changed  # fmt: skip


async def test_a_ticker_is_read_as_decimals_in_its_own_units(provider: Providers, now: datetime) -> None:
    http = provider(said([row()]))
    got = await spot(BTC, http)
    assert http.asked == [(TICKER, {"instId": "BTC-USDT"})]
    (btc,) = got.value
    assert (btc.asset, btc.quote) == ("BTC", "USDT")
    assert (btc.bid, btc.ask, btc.last) == (Decimal(60030), Decimal("60030.2"), Decimal("60030.1"))
    assert btc.change_24h_pct == Decimal("0.0502")
    assert (btc.volume_24h, btc.turnover_24h) == (Decimal("2000.5"), Decimal(120000000))
    assert btc.fields["bid"] == "data[instId=BTC-USDT].bidPx"
    assert (got.source, got.as_of, got.endpoint) == ("okx", now, "/api/v5/market/ticker?instId=BTC-USDT")


async def test_an_empty_string_is_unknown_and_no_zero(provider: Providers) -> None:
    (btc,) = (await spot(BTC, provider(said([row(askPx="", bidPx="0", open24h="", high24h="")])))).value
    assert (btc.ask, btc.bid, btc.change_24h_pct, btc.high_24h) == (None, None, None, None)


async def test_many_pairs_are_read_from_one_list(provider: Providers) -> None:
    http = provider(said([row("BTC-USDT"), row("ETH-USDT"), row("NEW-USDT"), row("SOL-USDC")]))
    got = await spot(SpotQuery(assets=("BTC", "ETH", "SOL"), quotes=("USDT", "USDC")), http)
    assert http.asked == [(TICKERS, {"instType": "SPOT"})]
    assert {(one.asset, one.quote) for one in got.value} == {("BTC", "USDT"), ("ETH", "USDT"), ("SOL", "USDC")}


async def test_a_pair_it_does_not_list_costs_only_itself(provider: Providers) -> None:
    def route(_path: str, params: Mapping[str, str]) -> bytes:
        if params["instId"] == "BTC-USDT":
            return said([row()])
        return said([], "51001", "Instrument ID does not exist")

    got = await spot(SpotQuery(assets=("BTC",), quotes=("USDT", "EUR")), provider(route))
    assert [one.quote for one in got.value] == ["USDT"]


async def test_nothing_listed_is_not_asked_for(provider: Providers) -> None:
    silent = provider()
    with pytest.raises(NoData):
        await spot(SpotQuery(assets=("LEO", "USDT"), quotes=("USD", "USDT")), silent)
    assert silent.asked == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (said([], "50011", "Too Many Requests"), 429, RateLimited),
        (said([], "50011", "Too Many Requests"), 200, RateLimited),
        (said([], "50001", "Service temporarily unavailable"), 200, SourceUnavailable),
        (said([], "50013", "Systems are busy"), 503, SourceUnavailable),
        (said([], "51000", "Parameter instId error"), 400, NoData),
        (said([], "99999", "what"), 200, SourceChanged),
        (b"<html>blocked</html>", 403, SourceUnavailable),
        (b"<html>hello</html>", 200, SourceChanged),
        (b'{"code":"0","data":[{"instId":1}]}', 200, SourceChanged),
        (said([row(bidPx="many")]), 200, SourceChanged),
        (said([row(askPx="-1")]), 200, SourceChanged),
        (said([row(last="1e99")]), 200, SourceChanged),
        (said([row(vol24h="NaN")]), 200, SourceChanged),
        (b'{"code":"0","data":[{"instId":"BTC-US', 200, SourceUnavailable),
    ],
)
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await spot(BTC, provider(make_reply(body, status=status)))


def bars(last_ms: int, n_bars: int, step_ms: int, *, open_one: bool = False) -> list[list[str]]:
    return [
        [str(last_ms - n * step_ms), "1", "2", "0.5", "1.5", "10", "15", "15", "0" if open_one and n == 0 else "1"]
        for n in range(n_bars)
    ]


async def test_bars_come_oldest_first_without_the_open_one(provider: Providers) -> None:
    http = provider(said(bars(NEWEST_MS, 4, HOUR_MS, open_one=True)))
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, n_bars=10), http)
    assert http.asked == [(CANDLES, {"instId": "BTC-USDT", "bar": "1H", "limit": "300"})]
    assert got.value.ts_ms.tolist() == [NEWEST_MS - n * HOUR_MS for n in (3, 2, 1)]
    assert got.value.close.tolist() == [1.5] * 3


async def test_days_are_asked_in_utc(provider: Providers) -> None:
    http = provider(said(bars(1_793_404_800_000, 3, DAY_MS)))
    await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=86_400), http)
    assert http.asked[0][1]["bar"] == "1Dutc"


async def test_older_pages_are_asked_until_there_is_enough(provider: Providers) -> None:
    def route(_path: str, params: Mapping[str, str]) -> bytes:
        newest = int(params["after"]) - HOUR_MS if "after" in params else NEWEST_MS
        return said(bars(newest, 300, HOUR_MS, open_one="after" not in params))

    http = provider(route)
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, n_bars=700), http)
    assert len(got.value) == 700
    assert len(http.asked) == 3
    since = provider(route)
    start = NEWEST_MS - 400 * HOUR_MS
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, start_ms=start), since)
    assert got.value.ts_ms[0] == start
    assert len(since.asked) == 2


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


async def test_a_bar_that_cannot_be_names_its_row(provider: Providers) -> None:
    body = said([["1793520000000", "1", "0.9", "0.5", "1", "10", "1", "1", "1"]])
    with pytest.raises(SourceChanged, match="cannot be"):
        await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600), provider(body))


FUNDING_ROW = {
    "instType": "SWAP", "instId": "ETH-USDT-SWAP", "fundingRate": "0.0000604", "fundingTime": "1793548800000",
    "nextFundingTime": "1793577600000", "premium": "0.0001", "method": "current_period", "ts": "1793530805000",
}  # fmt: skip
INTEREST_ROW = {
    "instType": "SWAP", "instId": "ETH-USDT-SWAP", "oi": "5000000", "oiCcy": "500000.5", "oiUsd": "1500001500.0",
}  # fmt: skip


def swaps(path: str, params: Mapping[str, str]) -> bytes:
    if params["instId"] != "ETH-USDT-SWAP":
        return said([], "51001", "Instrument ID does not exist")
    return said([FUNDING_ROW] if path == FUNDING else [INTEREST_ROW])


async def test_a_perpetual_has_its_rate_per_interval_and_its_open_interest(provider: Providers) -> None:
    http = provider(swaps)
    got = await perpetuals(PerpetualsQuery(assets=("ETH", "BTC", "LEO")), http)
    (eth,) = got.value
    assert (eth.asset, eth.symbol, eth.quote) == ("ETH", "ETH-USDT-SWAP", "USDT")
    assert (eth.funding_rate, eth.interval_h) == (Decimal("0.0000604"), Decimal(8))
    assert eth.next_funding_at == datetime(2026, 11, 1, 16, 0, tzinfo=UTC)
    assert (eth.open_interest, eth.open_interest_value, eth.value_unit) == (
        Decimal("500000.5"),
        Decimal("1500001500.0"),
        "USD",
    )
    assert (eth.mark, eth.index) == (None, None)
    assert eth.fields["funding_rate"] == "[instId=ETH-USDT-SWAP].fundingRate"
    assert (FUNDING, {"instId": "ETH-USDT-SWAP"}) in http.asked
    assert (OPEN_INTEREST, {"instType": "SWAP", "instId": "ETH-USDT-SWAP"}) in http.asked
    assert not any("LEO" in params["instId"] for _, params in http.asked)


async def test_an_interval_that_the_times_do_not_tell_is_unknown(provider: Providers) -> None:
    def route(path: str, _params: Mapping[str, str]) -> bytes:
        return said([FUNDING_ROW | {"nextFundingTime": ""}] if path == FUNDING else [])

    (eth,) = (await perpetuals(PerpetualsQuery(assets=("ETH",)), provider(route))).value
    assert (eth.interval_h, eth.open_interest) == (None, None)
    assert eth.funding_rate is not None


async def test_no_perpetual_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData):
        await perpetuals(PerpetualsQuery(assets=("BTC",)), provider(said([], "51001", "Instrument ID does not exist")))


def test_the_assets_asked_for_have_recorded_instruments(shared_data: Path) -> None:
    """Names are made as the exchange makes them, for the large assets that were listed when it was recorded."""
    file = shared_data / "api" / "exchange_rest_okx.jsonl.gz"
    if not file.is_file():
        pytest.skip("no recorded reply of OKX")
    listed: dict[str, set[str]] = {}
    with gzip.open(file) as lines:
        for line in lines:
            for one in json.loads(line)["response"]["data"]:
                listed.setdefault(one["instType"], set()).add(one["instId"])
    large = (
        "BTC",
        "ETH",
        "XRP",
        "SOL",
        "TRX",
        "DOGE",
        "ADA",
        "LINK",
        "XLM",
        "AVAX",
        "LTC",
        "DOT",
        "UNI",
        "AAVE",
        "SHIB",
    )
    assert set(okx.pairs_of(SpotQuery(assets=large, quotes=("USDT",)))) <= listed["SPOT"]
    assert {f"{asset}-USDT-SWAP" for asset in large} <= listed["SWAP"]
    assert set(large) <= okx.PERPETUALS
