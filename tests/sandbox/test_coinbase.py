"""Coinbase's wire format: two replies a product, low before high, messages."""

from __future__ import annotations

import gzip
import itertools
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from mobius.sandbox.listings import coinbase_pairs

from .conftest import Caller


def test_a_ticker_and_its_day_agree(get: Caller) -> None:
    for product in ("BTC-USD", "USDT-USD", "SHIB-USD"):
        ticker, stats = (get("coinbase", f"/products/{product}/{part}").json for part in ("ticker", "stats"))
        assert ticker["price"] == stats["last"]
        assert ticker["volume"] == stats["volume"]
        assert Decimal(ticker["bid"]) < Decimal(ticker["ask"])
        assert Decimal(stats["low"]) <= Decimal(stats["open"]) <= Decimal(stats["high"])
        assert ticker["time"].endswith("Z")


def test_candles_are_numbers_newest_first_with_low_before_high(get: Caller) -> None:
    rows = get("coinbase", "/products/ETH-USD/candles", granularity=3600).json
    assert len(rows) == 300
    for newer, older in itertools.pairwise(rows):
        assert newer[0] - older[0] == 3600
        assert older[4] == newer[3]
        _, low, high, first, last, volume = newer
        assert low <= min(first, last) <= max(first, last) <= high
        assert volume > 0
    chosen = get(
        "coinbase", "/products/ETH-USD/candles", granularity=3600, start=rows[20][0], end="2026-11-02T00:00:00Z"
    ).json
    assert chosen[0][0] == 1_793_577_600
    assert chosen[-1][0] == rows[20][0]


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/products/NOPE-USD/ticker", {}, 404),
        ("/products/BTC-USD/candles", {"granularity": "77"}, 400),
        ("/products/BTC-USD/candles", {"granularity": "60", "start": "noon"}, 400),
        ("/products/BTC-USD/candles", {"granularity": "60", "start": "2026-01-01", "end": "2026-10-01"}, 400),
        ("/nothing", {}, 404),
    ],
)
def test_a_wrong_request_gets_a_message(get: Caller, path: str, params: dict[str, str], status: int) -> None:
    reply = get("coinbase", path, **params)
    assert reply.status == status
    assert set(reply.json) == {"message"}


def test_products_have_the_fields_of_real_ones(get: Caller, shared_data: Path) -> None:
    with gzip.open(shared_data / "api" / "exchange_rest_coinbase.jsonl.gz") as lines:
        real = msgspec.json.decode(next(iter(lines)))["response"][0]
    ours = get("coinbase", "/products").json
    assert {row["id"] for row in ours} == set(coinbase_pairs())
    shared = set(real) & set(ours[0])
    assert len(shared) >= 12
    assert {name: type(real[name]) for name in shared} == {name: type(ours[0][name]) for name in shared}
