from __future__ import annotations

import pytest

from .conftest import Caller

WETH = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"


def test_pairs_are_found_by_words_and_by_token(get: Caller) -> None:
    found = get("dexscreener", "/latest/dex/search", q="WETH/USDC").json["pairs"]
    assert {row["chainId"] for row in found} >= {"ethereum", "base", "arbitrum"}
    assert all({row["baseToken"]["symbol"], row["quoteToken"]["symbol"]} <= {"WETH", "USDC", "WBTC"} for row in found)
    by_token = get("dexscreener", f"/tokens/v1/ethereum/{WETH}").json
    assert by_token
    assert all(
        WETH in (row["baseToken"]["address"], row["quoteToken"]["address"]) or row["dexId"] == "curve"
        for row in by_token
    )
    assert get("dexscreener", "/latest/dex/search", q="nothing").json["pairs"] == []
    assert get("dexscreener", "/tokens/v1/mars/" + WETH).json == []
    assert get("dexscreener", f"/tokens/v1/ethereum/{','.join(f'0x{n:040x}' for n in range(31))}").status == 400


def test_a_pair_costs_what_the_market_says(get: Caller) -> None:
    ether = get("coingecko", "/simple/price", ids="ethereum", vs_currencies="usd", precision="full").json["ethereum"][
        "usd"
    ]
    for row in get("dexscreener", "/latest/dex/search", q="weth usdc").json["pairs"]:
        if row["baseToken"]["symbol"] == "WETH":
            assert float(row["priceUsd"]) == pytest.approx(ether, rel=0.02)
        assert row["liquidity"]["usd"] > 0 < row["volume"]["h24"]
        assert row["txns"]["h24"]["buys"] + row["txns"]["h24"]["sells"] > 0
