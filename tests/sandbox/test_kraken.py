"""Kraken's wire format: names, shapes, the agreement of its endpoints, its errors."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from .conftest import Caller


def public(get: Caller, method: str, **params: str | int) -> Any:
    reply = get("kraken", f"/0/public/{method}", **params)
    assert (reply.status, reply.json["error"]) == (200, [])
    return reply.json["result"]


@pytest.mark.parametrize(
    ("asked", "key"),
    [("XBTUSD", "XXBTZUSD"), ("XXBTZUSD", "XXBTZUSD"), ("XBT/USD", "XXBTZUSD"), ("ETHEUR", "XETHZEUR"),
     ("SOLUSD", "SOLUSD"), ("XDGUSD", "XDGUSD"), ("USDTUSD", "USDTZUSD"), ("EURUSD", "ZEURZUSD"),
     ("USDJPY", "ZUSDZJPY"), ("AUDUSD", "AUDUSD"), ("EURGBP", "EURGBP"), ("ETHXBT", "XETHXXBT")],
)  # fmt: skip
def test_answers_are_keyed_by_the_old_names(get: Caller, asked: str, key: str) -> None:
    assert list(public(get, "Ticker", pair=asked)) == [key]
    assert set(public(get, "OHLC", pair=asked, interval=60)) == {key, "last"}


def test_new_names_are_there_when_asked_for(get: Caller) -> None:
    assert {"BTC/USD", "DOGE/USD", "EUR/USD"} <= set(public(get, "Ticker", assetVersion=1))


def test_ticker_has_the_fields_and_types_of_a_real_one(get: Caller, shared_data: Path) -> None:
    with gzip.open(shared_data / "api" / "kraken_rest.jsonl.gz") as lines:
        recorded = msgspec.json.decode(next(iter(lines)))["response"]["result"]
    ours = public(get, "Ticker", assetVersion=1)

    def shape(value: Any) -> Any:
        if isinstance(value, list):
            return [shape(part) for part in value]
        return {name: shape(part) for name, part in value.items()} if isinstance(value, dict) else type(value)

    both = set(ours) & set(recorded)
    assert len(both) > 40
    for name in both:
        assert shape(ours[name]) == shape(recorded[name]), name
        assert list(ours[name]) == list(recorded[name])


def test_asset_pairs_have_the_fields_of_real_ones(get: Caller, shared_data: Path) -> None:
    with gzip.open(shared_data / "api" / "exchange_rest_kraken.jsonl.gz") as lines:
        recorded = msgspec.json.decode(next(iter(lines)))["response"]["result"]
    ours = public(get, "AssetPairs")
    both = set(ours) & set(recorded)
    assert {"XXBTZUSD", "XETHZEUR", "USDTZUSD", "XDGUSD", "ZEURZUSD", "XETHXXBT", "EURJPY"} <= both
    for key in both:
        assert set(recorded[key]) <= set(ours[key])
        for name in ("altname", "wsname", "base", "quote"):
            assert ours[key][name] == recorded[key][name], key


def test_ticker_agrees_with_ohlc(get: Caller) -> None:
    ticker = public(get, "Ticker", pair="SOLUSD")["SOLUSD"]
    today = public(get, "OHLC", pair="SOLUSD", interval=1440)["SOLUSD"][-1]
    for place, name in ((2, "h"), (3, "l")):
        assert Decimal(ticker[name][0]) == Decimal(today[place])
    assert Decimal(ticker["o"]) == Decimal(today[1])
    assert Decimal(ticker["c"][0]) == Decimal(today[4])
    assert Decimal(ticker["v"][0]) == Decimal(today[6])
    assert ticker["t"][0] == today[7]
    hours = public(get, "OHLC", pair="SOLUSD", interval=60)["SOLUSD"]
    assert Decimal(ticker["v"][1]) == sum(Decimal(row[6]) for row in hours[-25:])
    assert Decimal(ticker["h"][1]) == max(Decimal(row[2]) for row in hours[-25:])


def test_ohlc_is_eight_columns_the_last_bar_open(get: Caller) -> None:
    result = public(get, "OHLC", pair="XBTUSD", interval=240)
    rows, now = result["XXBTZUSD"], public(get, "Time")["unixtime"]
    assert len(rows) == 720
    assert [type(value) for value in rows[0]] == [int, str, str, str, str, str, str, int]
    assert rows[-1][0] <= now < rows[-1][0] + 14_400
    assert result["last"] == rows[-2][0]
    for row in rows:
        _, start, high, low, close, mean, _, _ = row
        assert Decimal(low) <= min(map(Decimal, (start, close, mean)))
        assert Decimal(high) >= max(map(Decimal, (start, close, mean)))


def test_since_leaves_out_what_is_known_and_keeps_the_open_bar(get: Caller) -> None:
    result = public(get, "OHLC", pair="XBTUSD", interval=60)
    newer = public(get, "OHLC", pair="XBTUSD", interval=60, since=result["last"])["XXBTZUSD"]
    assert newer == result["XXBTZUSD"][-1:]
    assert public(get, "OHLC", pair="XBTUSD", interval=60, since=4_000_000_000)["XXBTZUSD"] == newer


def test_depth_is_price_volume_time(get: Caller) -> None:
    book = public(get, "Depth", pair="XBTUSD", count=10)["XXBTZUSD"]
    assert [len(book[side]) for side in ("asks", "bids")] == [10, 10]
    assert Decimal(book["bids"][0][0]) < Decimal(book["asks"][0][0])
    assert [type(value) for value in book["asks"][0]] == [str, str, int]
    ticker = public(get, "Ticker", pair="XBTUSD")["XXBTZUSD"]
    assert (ticker["a"][0], ticker["b"][0]) == (book["asks"][0][0], book["bids"][0][0])


@pytest.mark.parametrize(
    ("method", "params", "fault"),
    [
        ("Ticker", {"pair": "NOPEUSD"}, "EQuery:Unknown asset pair"),
        ("Ticker", {"pair": "XBTUSD,NOPE"}, "EQuery:Unknown asset pair"),
        ("OHLC", {"pair": "NOPE"}, "EQuery:Unknown asset pair"),
        ("OHLC", {}, "EGeneral:Invalid arguments"),
        ("OHLC", {"pair": "XBTUSD", "interval": "7"}, "EGeneral:Invalid arguments"),
        ("OHLC", {"pair": "XBTUSD", "since": "yesterday"}, "EGeneral:Invalid arguments"),
        ("Depth", {"pair": "XBTUSD", "count": "0"}, "EGeneral:Invalid arguments"),
    ],
)
def test_faults_are_strings_inside_a_200(get: Caller, method: str, params: dict[str, str], fault: str) -> None:
    reply = get("kraken", f"/0/public/{method}", **params)
    assert (reply.status, reply.json) == (200, {"error": [fault]})


def test_venues_agree_once_tethers_are_converted(get: Caller) -> None:
    for base, kraken in (("BTC", "XBTUSD"), ("ETH", "ETHUSD"), ("SOL", "SOLUSD"), ("DOGE", "XDGUSD")):
        there = float(next(iter(public(get, "Ticker", pair=kraken).values()))["c"][0])
        here = float(get("binance", "/api/v3/ticker/price", symbol=f"{base}USDT").json["price"])
        tether = float(public(get, "Ticker", pair="USDTUSD")["USDTZUSD"]["c"][0])
        assert here * tether == pytest.approx(there, rel=8e-4)
        assert here * tether != there


def test_currencies_close_the_triangle(get: Caller) -> None:
    rows = public(get, "Ticker", pair="EURUSD,GBPUSD,EURGBP")
    euro, pound, cross = (float(rows[key]["c"][0]) for key in ("ZEURZUSD", "ZGBPZUSD", "EURGBP"))
    assert euro / pound == pytest.approx(cross, rel=5e-4)
