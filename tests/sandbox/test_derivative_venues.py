"""Binance futures', Deribit's and Hyperliquid's wire formats: shapes, names, agreement, refusals."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mobius.sandbox.server import SandboxServer

from .conftest import Answer, Caller


def result(get: Caller, method: str, **params: str | int) -> Any:
    return get("deribit", f"/public/{method}", **params).json["result"]


def asked(server: SandboxServer, get: Caller, question: Any) -> Answer:
    body = question if isinstance(question, bytes) else msgspec.json.encode(question)
    return get.url(server.base_url("hyperliquid") + "/info", method="POST", body=body)


# ----------------------------------------------------------------------------------------------------- binance futures


def test_a_premium_index_has_every_documented_field(get: Caller) -> None:
    row = get("binance_futures", "/fapi/v1/premiumIndex", symbol="BTCUSDT").json
    assert set(row) == {"symbol", "markPrice", "indexPrice", "estimatedSettlePrice", "lastFundingRate", "interestRate",
                        "nextFundingTime", "time"}  # fmt: skip
    assert abs(float(row["markPrice"]) / float(row["indexPrice"]) - 1) < 0.005
    assert 0 < row["nextFundingTime"] - row["time"] <= 8 * 3_600_000
    every = get("binance_futures", "/fapi/v1/premiumIndex").json
    assert {"BTCUSDT", "1000PEPEUSDT"} <= {one["symbol"] for one in every}


def test_contracts_that_pay_more_often_are_listed_and_do(get: Caller) -> None:
    hours = {row["symbol"]: row["fundingIntervalHours"] for row in get("binance_futures", "/fapi/v1/fundingInfo").json}
    assert hours["1000PEPEUSDT"] == 4
    for symbol in ("1000PEPEUSDT", "ETHUSDT"):
        paid = get("binance_futures", "/fapi/v1/fundingRate", symbol=symbol, limit=3).json
        assert paid[1]["fundingTime"] - paid[0]["fundingTime"] == hours.get(symbol, 8) * 3_600_000


@pytest.mark.parametrize(("params", "code"), [({"symbol": "NOPE"}, -1121), ({"symbol": ""}, -1102)])
def test_an_unknown_future_is_refused(get: Caller, params: dict[str, str], code: int) -> None:
    for path in ("premiumIndex", "openInterest"):
        reply = get("binance_futures", f"/fapi/v1/{path}", **params)
        assert (reply.status, reply.json["code"]) == (400, code)


# ------------------------------------------------------------------------------------------------------------- deribit


def test_futures_of_a_coin_and_of_the_others_stand_in_lists_of_their_own(get: Caller) -> None:
    ether = result(get, "get_book_summary_by_currency", currency="ETH", kind="future")
    others = result(get, "get_book_summary_by_currency", currency="USDC", kind="future")
    assert ether[0]["instrument_name"] == "ETH-PERPETUAL"
    assert {"funding_8h", "current_funding"} <= set(ether[0])
    assert all("funding_8h" not in row for row in ether[1:])
    assert "SOL_USDC-PERPETUAL" in {row["instrument_name"] for row in others}
    index = result(get, "get_index_price", index_name="eth_usd")["index_price"]
    assert ether[0]["estimated_delivery_price"] == pytest.approx(index, abs=1e-3)
    assert ether[0]["open_interest"] > 1e6  # dollars, where the margin is the coin


def test_options_agree_with_the_list_of_instruments(get: Caller) -> None:
    rows = result(get, "get_book_summary_by_currency", currency="BTC", kind="option")
    listed = result(get, "get_instruments", currency="BTC", kind="option")
    assert {row["instrument_name"] for row in rows} == {row["instrument_name"] for row in listed}
    assert all(10 < row["mark_iv"] < 300 for row in rows)
    assert all(0 <= row["mark_price"] < 3 for row in rows)
    small = result(get, "get_book_summary_by_currency", currency="USDC", kind="option")
    assert any("XRP_USDC-" in row["instrument_name"] and "d" in row["instrument_name"] for row in small)


def test_instruments_have_the_fields_of_real_ones(get: Caller, shared_data: Path) -> None:
    with gzip.open(shared_data / "api" / "exchange_rest_deribit.jsonl.gz") as lines:
        real = msgspec.json.decode(next(iter(lines)))["response"]["result"]
    for kind in ("future", "option"):
        theirs = next(row for row in real if row["kind"] == kind)
        ours = next(row for row in result(get, "get_instruments", currency="BTC", kind=kind) if row["kind"] == kind)
        shared = set(theirs) & set(ours)
        assert {"instrument_name", "expiration_timestamp", "quote_currency", "kind"} <= shared
        assert set(ours) <= set(theirs) | {"tick_size"}
        assert theirs["quote_currency"] == ours["quote_currency"]


def test_the_volatility_index_is_candles_up_to_now(get: Caller) -> None:
    now = result(get, "get_time")
    rows = result(
        get, "get_volatility_index_data", currency="BTC", resolution="3600", start_timestamp=now - 25 * 3_600_000,
        end_timestamp=now,
    )["data"]  # fmt: skip
    assert len(rows) == 26
    assert all(low <= min(first, last) <= max(first, last) <= high for _, first, high, low, last in rows)
    assert rows[-1][0] <= now


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("get_book_summary_by_currency", {"currency": "DOGE"}),
        ("get_book_summary_by_currency", {"currency": "BTC", "kind": "spoon"}),
        ("get_volatility_index_data", {"currency": "SOL", "resolution": "3600"}),
        ("get_volatility_index_data", {"currency": "BTC", "resolution": "7"}),
        ("get_volatility_index_data", {"currency": "BTC", "resolution": "3600", "start_timestamp": "x"}),
        ("get_index_price", {"index_name": "gold"}),
    ],
)
def test_wrong_parameters_are_an_error_of_json_rpc(get: Caller, method: str, params: dict[str, str]) -> None:
    reply = get("deribit", f"/public/{method}", **params)
    assert (reply.status, reply.json["error"]["code"]) == (400, -32602)
    assert get("deribit", "/public/nothing").status == 404


# --------------------------------------------------------------------------------------------------------- hyperliquid


def test_every_perpetual_stands_in_two_lists_of_one_order(server: SandboxServer, get: Caller) -> None:
    meta, contexts = asked(server, get, {"type": "metaAndAssetCtxs"}).json
    names = [one["name"] for one in meta["universe"]]
    assert len(names) == len(contexts)
    by_name = dict(zip(names, contexts, strict=True))
    spot = float(get("coinbase", "/products/ETH-USD/ticker").json["price"])
    assert float(by_name["ETH"]["markPx"]) == pytest.approx(spot, rel=0.01)
    assert float(by_name["kPEPE"]["oraclePx"]) == pytest.approx(
        1000 * float(get("coinbase", "/products/PEPE-USD/ticker").json["price"]), rel=0.01
    )
    assert abs(float(by_name["BTC"]["funding"])) <= 0.01 / 8
    assert asked(server, get, {"type": "meta"}).json == meta


def test_funding_of_the_past_is_by_the_hour(server: SandboxServer, get: Caller) -> None:
    now_ms = get("coinbase", "/time").json["epoch"] * 1000
    rows = asked(server, get, {"type": "fundingHistory", "coin": "BTC", "startTime": now_ms - 6 * 3_600_000}).json
    assert [row["time"] % 3_600_000 for row in rows] == [0] * len(rows)
    assert 6 <= len(rows) <= 7


@pytest.mark.parametrize(
    "question", [b"", b"{", b"[]", {"type": "nothing"}, {"type": "fundingHistory", "coin": "NOPE"}, {}]
)
def test_a_question_it_does_not_know_is_422(server: SandboxServer, get: Caller, question: Any) -> None:
    assert asked(server, get, question).status == 422


def test_only_what_is_posted_is_answered(server: SandboxServer, get: Caller) -> None:
    assert get("hyperliquid", "/info").status == 404
    assert get.url(server.base_url("hyperliquid") + "/exchange", method="POST", body=b"{}").status == 404
    assert get.url(server.base_url("okx") + "/api/v5/trade/order", method="POST", body=b"{}").status == 405
