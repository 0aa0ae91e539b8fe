"""Binance: tickers, klines, and batches that one unknown symbol spoils."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged
from mobius.core.needs import CandlesQuery, SpotQuery
from mobius.core.ports import Reply
from mobius.sources.market.binance import KLINES, TICKERS, candles, parse_spot, spot

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

HOUR_MS = 3_600_000
TWO = SpotQuery(assets=("BTC", "ETH"), quotes=("USD", "USDT"))


def test_a_ticker_is_read_as_decimals_in_its_own_units(written: Written) -> None:
    btc, eth = parse_spot(written("binance_ticker_24hr"), TWO)
    assert (btc.asset, btc.quote) == ("BTC", "USDT")
    assert (btc.bid, btc.ask, btc.last) == (Decimal("67970.40000000"), Decimal("67970.42000000"), Decimal("67970.41"))
    assert (btc.change_24h_pct, eth.change_24h_pct) == (Decimal("1.874"), Decimal("-0.452"))  # percent
    assert (btc.high_24h, btc.low_24h) == (Decimal(68400), Decimal("66500.5"))
    assert (btc.volume_24h, btc.turnover_24h) == (Decimal("21034.5512"), Decimal("1419834211.2"))
    assert btc.fields["bid"] == "[symbol=BTCUSDT].bidPrice"
    assert btc.fields["turnover_24h"] == "[symbol=BTCUSDT].quoteVolume"


def test_what_is_missing_is_unknown_and_what_is_new_is_ignored(written: Written) -> None:
    (btc,) = parse_spot(written("binance_ticker_partial"), TWO)
    assert btc.bid is None  # a side of the book without orders reads 0
    assert btc.ask == Decimal("67970.42")
    assert (btc.last, btc.high_24h, btc.turnover_24h) == (None, None, None)
    assert btc.volume_24h == 0


async def test_spot_asks_for_all_pairs_at_once(provider: Providers, written: Written, now: datetime) -> None:
    http = provider(written("binance_ticker_24hr"))
    got = await spot(TWO, http)
    assert http.asked == [(TICKERS, {"symbols": '["BTCUSDT","ETHUSDT"]'})]
    assert got.endpoint == '/api/v3/ticker/24hr?symbols=["BTCUSDT","ETHUSDT"]'
    assert (got.source, got.as_of, got.tier, len(got.value)) == ("binance", now, "origin", 2)


async def test_one_unknown_symbol_costs_only_itself(
    provider: Providers, written: Written, make_reply: Callable[..., Reply]
) -> None:
    listed = {row["symbol"]: row for row in json.loads(written("binance_ticker_24hr"))}

    def route(_path: str, params: Mapping[str, str]) -> Reply:
        symbols = json.loads(params["symbols"])
        if not set(symbols) <= set(listed):
            return make_reply(written("binance_invalid_symbol"), status=400)
        return make_reply(json.dumps([listed[symbol] for symbol in symbols]).encode())

    http = provider(route)
    got = await spot(SpotQuery(assets=("BTC", "ETH", "PEPE"), quotes=("USDT",)), http)
    assert {row.asset for row in got.value} == {"BTC", "ETH"}
    assert got.endpoint == TICKERS
    assert len(http.asked) <= 5


async def test_nothing_listed_is_no_data(
    provider: Providers, written: Written, make_reply: Callable[..., Reply]
) -> None:
    unknown = provider(make_reply(written("binance_invalid_symbol"), status=400))
    with pytest.raises(NoData):
        await spot(SpotQuery(assets=("BTC",), quotes=("USDT",)), unknown)
    silent = provider()
    with pytest.raises(NoData):  # no quote in US dollars, no such asset: nothing is asked at all
        await spot(SpotQuery(assets=("BTC", "LEO", "nonsense"), quotes=("USD",)), silent)
    assert silent.asked == []


async def test_other_refusals_are_told_apart(provider: Providers, make_reply: Callable[..., Reply]) -> None:
    with pytest.raises(SourceChanged, match="-1100"):
        await spot(TWO, provider(make_reply(b'{"code":-1100,"msg":"Illegal characters"}', status=400)))
    with pytest.raises(RateLimited):
        await spot(TWO, provider(make_reply(b'{"code":-1003,"msg":"banned"}', status=418)))


async def test_bars_are_columns_without_the_open_one(provider: Providers, written: Written) -> None:
    http = provider(written("binance_klines_1h"))
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, n_bars=200), http)
    assert http.asked == [(KLINES, {"symbol": "BTCUSDT", "interval": "1h", "limit": "201"})]
    bars = got.value
    assert len(bars) == 3
    assert bars.ts_ms.tolist() == [1793520000000 + n * HOUR_MS for n in range(3)]
    assert bars.close.tolist() == [67100.2, 67480.0, 67970.41]
    assert bars.volume.dtype == np.float64
    assert got.endpoint == "/api/v3/klines?symbol=BTCUSDT&interval=1h&limit=201"


async def test_the_newest_bars_are_kept(provider: Providers, written: Written) -> None:
    got = await candles(
        CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, n_bars=2), provider(written("binance_klines_1h"))
    )
    assert got.value.close.tolist() == [67480.0, 67970.41]


def klines(first_ms: int, n_bars: int) -> bytes:
    return json.dumps([[first_ms + n * HOUR_MS, "1", "2", "0.5", "1.5", "10", 0] for n in range(n_bars)]).encode()


async def test_more_than_a_page_is_read_backwards(provider: Providers) -> None:
    newest_ms = 1793530800000

    def route(_path: str, params: Mapping[str, str]) -> bytes:
        end_ms = int(params.get("endTime", newest_ms))
        limit = int(params["limit"])
        return klines((end_ms // HOUR_MS - limit + 1) * HOUR_MS, limit)

    http = provider(route)
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, n_bars=2_500), http)
    assert len(got.value) == 2_500
    assert len(http.asked) == 3
    assert bool((np.diff(got.value.ts_ms) == HOUR_MS).all())
    assert got.value.ts_ms[-1] == newest_ms - HOUR_MS


async def test_from_a_start_pages_go_forward_to_the_newest_closed_bar(provider: Providers) -> None:
    newest_ms, start_ms = 1793530800000, 1793530800000 - 1_500 * HOUR_MS

    def route(_path: str, params: Mapping[str, str]) -> bytes:
        first_ms = -(-int(params["startTime"]) // HOUR_MS) * HOUR_MS
        return klines(first_ms, min(1_000, (newest_ms - first_ms) // HOUR_MS + 1))

    http = provider(route)
    got = await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600, start_ms=start_ms, n_bars=5), http)
    assert len(http.asked) == 2
    assert (got.value.ts_ms[0], got.value.ts_ms[-1], len(got.value)) == (start_ms, newest_ms - HOUR_MS, 1_500)


@pytest.mark.parametrize(
    "query",
    [
        CandlesQuery(asset="BTC", quote="USD", interval_s=3_600),
        CandlesQuery(asset="LEO", quote="USDT", interval_s=3_600),
        CandlesQuery(asset="BTC", quote="USDT", interval_s=3_601),
    ],
)
async def test_bars_it_cannot_have_are_not_asked_for(provider: Providers, query: CandlesQuery) -> None:
    http = provider()
    with pytest.raises(NoData):
        await candles(query, http)
    assert http.asked == []


@pytest.mark.parametrize(
    "row",
    [
        '[0, "0", "2", "1", "1.5", "1", 0]',
        '[0, "1", "0.9", "1", "1", "1", 0]',
        '[0, "nan", "2", "1", "1.5", "1", 0]',
        '[0, "1", "inf", "1", "1.5", "1", 0]',
        '[0, "1", "2", "1", "1.5", "-1", 0]',
        '[0, "one", "2", "1", "1.5", "1", 0]',
        '[99999999999999999999, "1", "2", "1", "1.5", "1", 0]',
        '[0, "1"]',
    ],
)
async def test_a_bar_that_cannot_be_names_its_row(provider: Providers, row: str) -> None:
    body = f'[[1793520000000, "1", "2", "1", "1.5", "1", 0], {row}]'.encode()
    with pytest.raises(SourceChanged) as caught:
        await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600), provider(body))
    assert caught.value.path.startswith("$")


async def test_no_closed_bar_yet_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData):
        await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600), provider(b"[]"))
    with pytest.raises(NoData):
        await candles(CandlesQuery(asset="BTC", quote="USDT", interval_s=3_600), provider(klines(1793530800000, 1)))
