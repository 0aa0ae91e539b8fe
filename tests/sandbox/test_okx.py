"""OKX's wire format: shapes, agreement with itself, days of Hong Kong and of UTC, codes."""

from __future__ import annotations

import gzip
import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mobius.sandbox.listings import okx_pairs

from .conftest import Caller

DAY_MS = 86_400_000


def data(get: Caller, path: str, **params: str | int) -> Any:
    body = get("okx", f"/api/v5/{path}", **params).json
    assert (body["code"], body["msg"]) == ("0", "")
    return body["data"]


def test_a_ticker_is_text_and_agrees_with_itself(get: Caller) -> None:
    for row in data(get, "market/tickers", instType="SPOT"):
        assert all(isinstance(value, str) for value in row.values())
        low, high = Decimal(row["low24h"]), Decimal(row["high24h"])
        assert low <= min(Decimal(row["last"]), Decimal(row["open24h"])) <= high
        assert Decimal(row["bidPx"]) < Decimal(row["askPx"])
        mean = float(row["volCcy24h"]) / float(row["vol24h"])
        assert float(low) * 0.99 <= mean <= float(high) * 1.01
    one = data(get, "market/ticker", instId="BTC-USDT")
    assert [row["instId"] for row in one] == ["BTC-USDT"]


def test_it_stands_a_little_off_the_other_venues_and_no_more(get: Caller) -> None:
    ours = Decimal(data(get, "market/ticker", instId="BTC-USDT")[0]["last"])
    theirs = Decimal(get("binance", "/api/v3/ticker/price", symbol="BTCUSDT").json["price"])
    assert ours != theirs
    assert abs(ours / theirs - 1) < Decimal("0.002")


def test_candles_come_newest_first_and_join_up(get: Caller) -> None:
    rows = data(get, "market/candles", instId="ETH-USDT", bar="1H", limit=50)
    assert len(rows) == 50
    assert rows[0][8] == "0"
    assert {row[8] for row in rows[1:]} == {"1"}
    for newer, older in itertools.pairwise(rows):
        assert int(newer[0]) - int(older[0]) == 3_600_000
        assert older[4] == newer[1]
    before = data(get, "market/candles", instId="ETH-USDT", bar="1H", limit=10, after=rows[20][0])
    assert [row[0] for row in before] == [row[0] for row in rows[21:31]]
    assert len(data(get, "market/candles", instId="ETH-USDT", bar="1m", limit=5000)) == 300


def test_a_plain_day_is_hong_kongs_and_the_other_is_of_utc(get: Caller) -> None:
    plain = data(get, "market/candles", instId="BTC-USDT", bar="1D", limit=2)
    utc = data(get, "market/candles", instId="BTC-USDT", bar="1Dutc", limit=2)
    assert int(plain[0][0]) % DAY_MS == 16 * 3_600_000
    assert int(utc[0][0]) % DAY_MS == 0
    week = data(get, "market/candles", instId="BTC-USDT", bar="1Wutc", limit=2)
    assert (int(week[0][0]) // DAY_MS + 4) % 7 == 1  # a Monday


def test_funding_and_open_interest_are_of_the_same_perpetual(get: Caller) -> None:
    (funding,) = data(get, "public/funding-rate", instId="ETH-USDT-SWAP")
    assert int(funding["nextFundingTime"]) - int(funding["fundingTime"]) == 8 * 3_600_000
    assert abs(float(funding["fundingRate"])) < 0.01
    (held,) = data(get, "public/open-interest", instType="SWAP", instId="ETH-USDT-SWAP")
    (mark,) = data(get, "public/mark-price", instType="SWAP", instId="ETH-USDT-SWAP")
    assert float(held["oiUsd"]) / float(held["oiCcy"]) == pytest.approx(float(mark["markPx"]), rel=0.02)


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("market/ticker", {}, "50014"),
        ("market/ticker", {"instId": "NOPE-USDT"}, "51001"),
        ("market/tickers", {"instType": "OPTION"}, "51000"),
        ("market/candles", {"instId": "BTC-USDT", "bar": "7m"}, "51000"),
        ("market/candles", {"instId": "BTC-USDT", "bar": "1Hutc"}, "51000"),
        ("market/candles", {"instId": "BTC-USDT", "limit": "ten"}, "51000"),
        ("public/funding-rate", {"instId": "BTC-USDT"}, "51001"),
        ("public/open-interest", {"instType": "SPOT"}, "51000"),
    ],
)
def test_a_wrong_request_gets_its_code_with_a_status_of_200(
    get: Caller, path: str, params: dict[str, str], code: str
) -> None:
    reply = get("okx", f"/api/v5/{path}", **params)
    assert (reply.status, reply.json["code"], reply.json["data"]) == (200, code, [])


def test_instruments_have_the_fields_of_real_ones(get: Caller, shared_data: Path) -> None:
    with gzip.open(shared_data / "api" / "exchange_rest_okx.jsonl.gz") as lines:
        real = msgspec.json.decode(next(iter(lines)))["response"]["data"]
    rows = data(get, "public/instruments", instType="SPOT")
    assert {row["instId"] for row in rows} == set(okx_pairs())
    assert set(rows[0]) <= set(real[0])
    assert {name: type(rows[0][name]) for name in rows[0]} == {name: type(real[0][name]) for name in rows[0]}
    assert {"instId", "uly"} <= set(data(get, "public/instruments", instType="SWAP")[0])
