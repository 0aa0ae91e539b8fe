"""Binance's wire format: shapes, the agreement of its endpoints, its errors."""

from __future__ import annotations

import gzip
import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.server import SandboxServer
from mobius.sandbox.venues import binance_pairs

from .conftest import SEED, Caller

DAY_FIELDS = [
    "symbol", "priceChange", "priceChangePercent", "weightedAvgPrice", "prevClosePrice", "lastPrice", "lastQty",
    "bidPrice", "bidQty", "askPrice", "askQty", "openPrice", "highPrice", "lowPrice", "volume", "quoteVolume", "openTime",
    "closeTime", "firstId", "lastId", "count",
]  # fmt: skip


def klines(get: Caller, **params: str | int) -> list[list[Any]]:
    rows: list[list[Any]] = get("binance", "/api/v3/klines", **params).json
    return rows


def test_ticker_has_every_documented_field_as_text_of_eight_decimals(get: Caller) -> None:
    row = get("binance", "/api/v3/ticker/24hr", symbol="BTCUSDT").json
    assert list(row) == DAY_FIELDS
    for name in DAY_FIELDS[1:16]:
        assert isinstance(row[name], str)
        assert name == "priceChangePercent" or len(row[name].split(".")[1]) == 8
    assert row["closeTime"] - row["openTime"] == 86_400_000
    assert row["lastId"] - row["firstId"] + 1 == row["count"]
    assert Decimal(row["bidPrice"]) < Decimal(row["askPrice"])


def test_ticker_agrees_with_itself(get: Caller) -> None:
    for row in get("binance", "/api/v3/ticker/24hr").json:
        last, first = Decimal(row["lastPrice"]), Decimal(row["openPrice"])
        assert Decimal(row["priceChange"]) == last - first
        assert float(row["priceChangePercent"]) == pytest.approx(float((last / first - 1) * 100), abs=6e-4)
        low, high = Decimal(row["lowPrice"]), Decimal(row["highPrice"])
        assert low <= min(first, last) <= max(first, last) <= high
        assert float(row["weightedAvgPrice"]) == pytest.approx(
            float(row["quoteVolume"]) / float(row["volume"]), rel=1e-6, abs=1e-8
        )
        assert float(low) * 0.998 <= float(row["weightedAvgPrice"]) <= float(high) * 1.002


def test_ticker_agrees_with_klines_of_every_interval(get: Caller) -> None:
    day = get("binance", "/api/v3/ticker/24hr", symbol="ETHUSDT").json
    for interval, per_day in (("1m", 1440), ("15m", 96), ("1h", 24)):
        rows: list[list[Any]] = []
        start = day["openTime"]
        while len(rows) < per_day:
            rows += klines(get, symbol="ETHUSDT", interval=interval, startTime=start, limit=1000)
            start = rows[-1][6] + 1
        rows = rows[:per_day]
        # The window's last second opens the next bar, and holds its first lots.
        now = klines(get, symbol="ETHUSDT", interval="1m", limit=1)[0]
        assert Decimal(day["volume"]) == sum((Decimal(row[5]) for row in [*rows, now]), Decimal(0))
        assert Decimal(day["quoteVolume"]) == pytest.approx(
            sum(Decimal(row[7]) for row in [*rows, now]), rel=Decimal("1e-12")
        )
        assert day["count"] == sum(row[8] for row in [*rows, now])
        assert Decimal(day["highPrice"]) == max(Decimal(row[2]) for row in rows)
        assert Decimal(day["lowPrice"]) == min(Decimal(row[3]) for row in rows)
        assert (rows[0][1], rows[-1][4]) == (day["openPrice"], day["lastPrice"])


def test_klines_are_twelve_columns_on_a_grid(get: Caller) -> None:
    rows = klines(get, symbol="SOLUSDT", interval="4h", limit=30)
    assert len(rows) == 30
    for row, following in itertools.pairwise(rows):
        assert len(row) == 12
        assert row[0] % 14_400_000 == 0
        assert row[6] == following[0] - 1
        assert row[4] == following[1]
        assert Decimal(row[9]) < Decimal(row[5])
    assert all(isinstance(value, str) for value in rows[0][1:6])


def test_the_newest_kline_is_open(get: Caller) -> None:
    now = get("binance", "/api/v3/time").json["serverTime"]
    newest = klines(get, symbol="BTCUSDT", interval="1d", limit=1)[0]
    assert newest[0] <= now < newest[6]
    assert newest[4] == get("binance", "/api/v3/ticker/price", symbol="BTCUSDT").json["price"]


def test_a_closed_kline_never_changes() -> None:
    clock = FrozenClock()
    with SandboxServer.start(SEED, clock, limited=False) as server:
        get = Caller(server)
        clock.advance(1800)
        before = klines(get, symbol="BTCUSDT", interval="1h", limit=5)
        clock.advance(4000)
        after = klines(get, symbol="BTCUSDT", interval="1h", limit=10)
        assert before[:-1] == [row for row in after if row[0] < before[-1][0]][-4:]
        assert before[-1] not in after


def test_start_and_end_choose_the_bars(get: Caller) -> None:
    rows = klines(get, symbol="BTCUSDT", interval="1h", limit=48)
    start, end = rows[10][0], rows[20][0]
    chosen = klines(get, symbol="BTCUSDT", interval="1h", startTime=start - 1, endTime=end)
    assert [row[0] for row in chosen] == [row[0] for row in rows[10:21]]
    assert [row[0] for row in klines(get, symbol="BTCUSDT", interval="1h", endTime=end, limit=3)] == [
        row[0] for row in rows[18:21]
    ]
    assert klines(get, symbol="BTCUSDT", interval="1h", startTime=rows[-1][6] + 1) == []
    assert len(klines(get, symbol="BTCUSDT", interval="1d", limit=5000)) == 1000
    assert len(klines(get, symbol="BTCUSDT", interval="1m")) == 500


@pytest.mark.parametrize(("interval", "day"), [("1w", 0), ("1M", None)])
def test_weeks_open_on_mondays_and_months_on_their_first(get: Caller, interval: str, day: int | None) -> None:
    for row in klines(get, symbol="BTCUSDT", interval=interval, limit=20)[:-1]:
        opening = np.datetime64(row[0], "ms").item()
        assert opening.weekday() == day if day is not None else opening.day == 1
        assert opening.hour == 0


def test_books_do_not_cross_and_get_worse_with_depth(get: Caller) -> None:
    for symbol in ("BTCUSDT", "PEPEUSDT", "USDCUSDT", "WBTCBTC"):
        book = get("binance", "/api/v3/depth", symbol=symbol, limit=50).json
        bids, asks = ([Decimal(price) for price, _ in book[side]] for side in ("bids", "asks"))
        assert bids[0] < asks[0]
        assert bids == sorted(set(bids), reverse=True)
        assert asks == sorted(set(asks))
        top = get("binance", "/api/v3/ticker/bookTicker", symbol=symbol).json
        assert (top["bidPrice"], top["askPrice"]) == (book["bids"][0][0], book["asks"][0][0])


def test_exchange_info_lists_every_symbol_with_its_filters(get: Caller) -> None:
    listed = get("binance", "/api/v3/exchangeInfo").json["symbols"]
    assert {row["symbol"] for row in listed} == set(binance_pairs())
    assert all(row["symbol"] == row["baseAsset"] + row["quoteAsset"] for row in listed)
    assert {row["filterType"] for row in listed[0]["filters"]} == {"PRICE_FILTER", "LOT_SIZE", "NOTIONAL"}


def test_exchange_info_has_the_fields_of_a_real_one(get: Caller, shared_data: Path) -> None:
    with gzip.open(shared_data / "api" / "exchange_rest_binance.jsonl.gz") as lines:
        recorded = msgspec.json.decode(next(iter(lines)))["response"]
    ours = get("binance", "/api/v3/exchangeInfo", symbol="ETHBTC").json
    assert set(recorded) <= set(ours)
    real = next(row for row in recorded["symbols"] if row["symbol"] == "ETHBTC")
    assert set(real) <= set(ours["symbols"][0])
    assert {name: type(real[name]) for name in real} == {name: type(ours["symbols"][0][name]) for name in real}


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("ticker/24hr", {"symbol": "NOPEUSDT"}, -1121),
        ("ticker/24hr", {"symbol": "btcusdt"}, -1100),
        ("ticker/24hr", {"symbols": "BTCUSDT"}, -1100),
        ("ticker/24hr", {"symbols": '["BTCUSDT","BTCUSDT"]'}, -1151),
        ("ticker/24hr", {"symbols": '["BTCUSDT","NOPE"]'}, -1121),
        ("ticker/24hr", {"symbol": "BTCUSDT", "symbols": '["BTCUSDT"]'}, -1128),
        ("klines", {"interval": "1h"}, -1102),
        ("klines", {"symbol": "BTCUSDT"}, -1102),
        ("klines", {"symbol": "BTCUSDT", "interval": "7m"}, -1120),
        ("klines", {"symbol": "BTCUSDT", "interval": "1h", "limit": "ten"}, -1100),
        ("klines", {"symbol": "BTCUSDT", "interval": "1h", "startTime": ""}, -1105),
        ("klines", {"symbol": "BTCUSDT", "interval": "1h", "limit": "0"}, -1130),
    ],
)
def test_a_wrong_request_gets_the_documented_error(get: Caller, path: str, params: dict[str, str], code: int) -> None:
    reply = get("binance", f"/api/v3/{path}", **params)
    assert (reply.status, reply.json["code"]) == (400, code)
    assert set(reply.json) == {"code", "msg"}


def test_absurd_numbers_are_no_crash(get: Caller) -> None:
    huge = str(10**19)
    assert klines(get, symbol="BTCUSDT", interval="1h", startTime=huge) == []
    assert len(klines(get, symbol="BTCUSDT", interval="1h", endTime=huge, limit=huge)) == 1000
    assert klines(get, symbol="BTCUSDT", interval="1d", endTime=0) == []
