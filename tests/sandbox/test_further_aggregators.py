"""DefiLlama's, GeckoTerminal's and CoinPaprika's wire formats: what each tells of the one world, and how it says no."""

from __future__ import annotations

import pytest

from .conftest import Caller

STETH = "0xae7ab96520de3a18e5e111b5eaab095312d7fe84"


def test_one_asset_is_worth_about_the_same_everywhere(get: Caller) -> None:
    gecko = get("coingecko", "/simple/price", ids="staked-ether,bitcoin", vs_currencies="usd", precision="full").json
    llama = get("defillama_coins", "/prices/current/coingecko:staked-ether,coingecko:bitcoin").json["coins"]
    paprika = get("coinpaprika", "/tickers/btc-bitcoin").json["quotes"]["USD"]
    pools = get("geckoterminal", f"/simple/networks/eth/token_price/{STETH}").json["data"]["attributes"]["token_prices"]
    assert llama["coingecko:staked-ether"]["price"] == pytest.approx(gecko["staked-ether"]["usd"], rel=0.003)
    assert float(pools[STETH]) == pytest.approx(gecko["staked-ether"]["usd"], rel=0.003)
    assert paprika["price"] == pytest.approx(gecko["bitcoin"]["usd"], rel=0.003)


def test_defillama_leaves_out_what_it_does_not_know_and_dates_the_rest(get: Caller) -> None:
    coins = get("defillama_coins", "/prices/current/coingecko:tether,coingecko:nothing,ethereum:0x0").json["coins"]
    assert list(coins) == ["coingecko:tether"]
    now = get("coinbase", "/time").json["epoch"]
    assert 0 <= now - coins["coingecko:tether"]["timestamp"] <= 120
    assert coins["coingecko:tether"]["confidence"] == 0.99
    past = get("defillama_coins", f"/prices/historical/{now - 864_000}/coingecko:bitcoin").json["coins"]
    assert past["coingecko:bitcoin"]["price"] > 0
    assert get("defillama_coins", "/prices/historical/soon/coingecko:bitcoin").status == 400
    assert get("defillama_coins", f"/prices/historical/{now + 9}/coingecko:bitcoin").json == {"coins": {}}


def test_geckoterminal_keys_by_address_in_lower_case(get: Caller) -> None:
    reply = get("geckoterminal", f"/simple/networks/eth/token_price/{STETH.upper().replace('X', 'x')},0xdead")
    assert list(reply.json["data"]["attributes"]["token_prices"]) == [STETH]
    assert get("geckoterminal", f"/simple/networks/mars/token_price/{STETH}").status == 404
    assert get("geckoterminal", f"/simple/networks/eth/token_price/{','.join([STETH] * 31)}").status == 422
    assert {row["id"] for row in get("geckoterminal", "/networks").json["data"]} >= {"eth", "base"}


def test_coinpaprika_tells_changes_in_percent_and_many_quotes(get: Caller) -> None:
    row = get("coinpaprika", "/tickers/eth-ethereum", quotes="USD,BTC").json
    assert (row["symbol"], set(row["quotes"])) == ("ETH", {"USD", "BTC"})
    dollars = row["quotes"]["USD"]
    assert dollars["market_cap"] > dollars["volume_24h"] > 0
    gecko = get("coingecko", "/coins/markets", vs_currency="usd", ids="ethereum").json[0]
    assert dollars["percent_change_24h"] == pytest.approx(gecko["price_change_percentage_24h"], abs=0.2)
    assert get("coinpaprika", "/tickers/nope-nope").status == 404
    assert get("coinpaprika", "/tickers/btc-bitcoin", quotes="XYZ").status == 400
    whole = get("coinpaprika", "/global").json
    assert 20 < whole["bitcoin_dominance_percentage"] < 90
