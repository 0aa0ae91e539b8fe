"""Bybit's wire format: fractions, newest first, thousands, retCodes."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Caller


def rows(get: Caller, path: str, **params: str | int) -> list[Any]:
    body = get("bybit", f"/v5/market/{path}", **params).json
    assert (body["retCode"], body["retMsg"]) == (0, "OK")
    found: list[Any] = body["result"]["list"]
    return found


def test_a_spot_ticker_has_its_change_as_a_fraction(get: Caller) -> None:
    for row in rows(get, "tickers", category="spot"):
        assert all(isinstance(value, str) for value in row.values())
        last, before = Decimal(row["lastPrice"]), Decimal(row["prevPrice24h"])
        assert float(row["price24hPcnt"]) == pytest.approx(float(last / before - 1), abs=6e-5)
        assert Decimal(row["lowPrice24h"]) <= min(last, before) <= max(last, before) <= Decimal(row["highPrice24h"])
        assert Decimal(row["bid1Price"]) < Decimal(row["ask1Price"])
    assert [row["symbol"] for row in rows(get, "tickers", category="spot", symbol="ETHUSDT")] == ["ETHUSDT"]


def test_bars_come_newest_first_join_up_and_agree_with_the_day(get: Caller) -> None:
    found = rows(get, "kline", category="spot", symbol="SOLUSDT", interval="60", limit=30)
    assert len(found) == 30
    for newer, older in itertools.pairwise(found):
        assert int(newer[0]) - int(older[0]) == 3_600_000
        assert older[4] == newer[1]
    (ticker,) = rows(get, "tickers", category="spot", symbol="SOLUSDT")
    assert found[0][4] == ticker["lastPrice"]
    chosen = rows(get, "kline", category="spot", symbol="SOLUSDT", interval="60", start=found[20][0], end=found[10][0])
    assert [row[0] for row in chosen] == [row[0] for row in found[10:21]]
    assert rows(get, "kline", category="spot", symbol="SOLUSDT", interval="60", start=str(10**19)) == []


def test_a_perpetual_tells_its_interval_and_its_funding_is_paid_on_it(get: Caller) -> None:
    by_symbol = {row["symbol"]: row for row in rows(get, "tickers", category="linear")}
    assert by_symbol["BTCUSDT"]["fundingIntervalHour"] == "8"
    assert by_symbol["1000PEPEUSDT"]["fundingIntervalHour"] == "4"
    for symbol, hours in (("BTCUSDT", 8), ("1000PEPEUSDT", 4)):
        paid = rows(get, "funding/history", category="linear", symbol=symbol, limit=5)
        steps = {int(a["fundingRateTimestamp"]) - int(b["fundingRateTimestamp"]) for a, b in itertools.pairwise(paid)}
        assert steps == {hours * 3_600_000}
        assert int(by_symbol[symbol]["nextFundingTime"]) == int(paid[0]["fundingRateTimestamp"]) + hours * 3_600_000
    (spot,) = rows(get, "tickers", category="spot", symbol="PEPEUSDT")
    assert float(by_symbol["1000PEPEUSDT"]["markPrice"]) == pytest.approx(1000 * float(spot["lastPrice"]), rel=0.01)
    held = by_symbol["ETHUSDT"]
    assert float(held["openInterestValue"]) == pytest.approx(
        float(held["openInterest"]) * float(held["markPrice"]), rel=1e-4
    )


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("tickers", {}),
        ("tickers", {"category": "inverse"}),
        ("tickers", {"category": "spot", "symbol": "NOPEUSDT"}),
        ("tickers", {"category": "linear", "symbol": "NOPEUSDT"}),
        ("kline", {"category": "spot", "symbol": "BTCUSDT", "interval": "7"}),
        ("kline", {"category": "spot", "symbol": "BTCUSDT", "interval": "60", "limit": "ten"}),
        ("funding/history", {"category": "linear"}),
    ],
)
def test_a_wrong_request_gets_its_code_with_a_status_of_200(get: Caller, path: str, params: dict[str, str]) -> None:
    reply = get("bybit", f"/v5/market/{path}", **params)
    assert (reply.status, reply.json["retCode"], reply.json["result"]) == (200, 10001, {})
    assert reply.json["retMsg"]
