"""The rows of the newer sources on samples of their contracts, where those stand beside the checkout. Rows of streams and of
requests have the same fields at these venues; the samples are put into the envelope of a request."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from mobius.core.needs import CandlesQuery, PerpetualsQuery, SpotQuery
from mobius.core.ports import Reply
from mobius.sources.derivatives import deribit, hyperliquid
from mobius.sources.market import bybit, okx

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> dict[tuple[str, str], Any]:
    file = shared_data / "ws" / "exchange_contract_samples.jsonl.gz"
    if not file.is_file():
        pytest.skip("no samples of the exchanges' contracts")
    with gzip.open(file) as lines:
        rows = [json.loads(line) for line in lines]
    return {(row["exchange"], row["name"]): row["payload"] for row in rows}


async def test_okx_rows(samples: dict[tuple[str, str], Any], provider: Providers) -> None:
    (raw,) = samples["okx", "ws_tickers"]["data"]
    body = json.dumps({"code": "0", "msg": "", "data": [raw]}).encode()
    (row,) = (await okx.spot(SpotQuery(assets=("BTC",), quotes=("USDT",)), provider(body))).value
    assert (row.bid, row.ask, row.last) == (Decimal(raw["bidPx"]), Decimal(raw["askPx"]), Decimal(raw["last"]))
    assert (row.high_24h, row.low_24h) == (Decimal(raw["high24h"]), Decimal(raw["low24h"]))
    assert (row.volume_24h, row.turnover_24h) == (Decimal(raw["vol24h"]), Decimal(raw["volCcy24h"]))
    (funding,) = samples["okx", "ws_funding_rate"]["data"]
    found = okx.parse_perpetual("BTC", (msgspec.convert(funding, okx._Funding),), ())
    assert (found.funding_rate, found.interval_h) == (Decimal(funding["fundingRate"]), Decimal(8))


async def test_okx_candles(
    samples: dict[tuple[str, str], Any], provider: Providers, make_reply: Callable[..., Reply], now: datetime
) -> None:
    raw = samples["okx", "http_get_candlesticks_full"]
    query = CandlesQuery(asset="BTC", quote="USDT", interval_s=60)
    got = await okx.candles(query, provider(make_reply(json.dumps(raw).encode())))
    assert got.value.ts_ms.tolist() == sorted(int(row[0]) for row in raw["data"])
    assert got.value.close.tolist() == [float(row[4]) for row in reversed(raw["data"])]


async def test_bybit_rows(samples: dict[tuple[str, str], Any], provider: Providers) -> None:
    raw = samples["bybit", "ws_ticker_linear"]["data"]
    body = json.dumps({"retCode": 0, "retMsg": "OK", "result": {"category": "linear", "list": [raw]}}).encode()
    (row,) = (await bybit.perpetuals(PerpetualsQuery(assets=("BTC",)), provider(body))).value
    assert (row.funding_rate, row.interval_h) == (Decimal(raw["fundingRate"]), Decimal(raw["fundingIntervalHour"]))
    assert (row.mark, row.index) == (Decimal(raw["markPrice"]), Decimal(raw["indexPrice"]))
    assert (row.open_interest, row.open_interest_value) == (
        Decimal(raw["openInterest"]), Decimal(raw["openInterestValue"]),
    )  # fmt: skip
    klines = samples["bybit", "http_get_klines_linear"]
    bars = bybit.parse_candles(bybit._list(_said(klines, provider), list[bybit._Bar]))
    assert [bar[4] for bar in bars] == [float(one[4]) for one in klines["result"]["list"]]


def _said(document: Any, provider: Providers) -> Reply:
    from tests.sources.conftest import reply

    return reply(json.dumps(document).encode())


async def test_deribit_rows(samples: dict[tuple[str, str], Any], provider: Providers) -> None:
    raw = samples["deribit", "ws_ticker"]["params"]["data"]
    body = json.dumps({"jsonrpc": "2.0", "result": [raw]}).encode()
    (row,) = (await deribit.perpetuals(PerpetualsQuery(assets=("BTC",)), provider(body))).value
    assert (row.mark, row.index) == (Decimal(str(raw["mark_price"])), Decimal(str(raw["index_price"])))
    assert row.open_interest_value == Decimal(str(raw["open_interest"]))
    if "funding_8h" in raw:
        assert row.funding_rate == Decimal(str(raw["funding_8h"]))


async def test_hyperliquid_rows(samples: dict[tuple[str, str], Any], provider: Providers) -> None:
    contexts = samples["hyperliquid", "ws_all_dexs_asset_ctxs"]["data"]["ctxs"][0][1]
    named = {"BTC": contexts[0], "ETH": contexts[1]}
    body = json.dumps([{"universe": [{"name": name} for name in named]}, list(named.values())]).encode()
    rows = (await hyperliquid.perpetuals(PerpetualsQuery(assets=("BTC", "ETH")), provider(body))).value
    assert len(rows) == 2
    for row in rows:
        raw = named[row.asset]
        assert (row.funding_rate, row.open_interest) == (Decimal(raw["funding"]), Decimal(raw["openInterest"]))
        assert (row.mark, row.index) == (Decimal(raw["markPx"]), Decimal(raw["oraclePx"]))


def test_the_recorded_instruments_of_deribit_are_listed_where_we_ask(samples: dict[tuple[str, str], Any]) -> None:
    listed = samples["deribit", "http_get_instruments"]["result"]
    for one in listed:
        found = deribit.instrument(one["instrument_name"])
        if found is None:
            assert one["kind"] not in ("future", "option") or "FS" in one["instrument_name"]
            continue
        assert found.asset == one["base_currency"]
