"""DefiLlama's protocols, chains, trade, fees, past prices and stablecoins: sums that agree with each other."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from mobius.sandbox.paths import BIRTH_S
from mobius.sandbox.protocols import NOT_COUNTED

from .conftest import Caller

HOUR = BIRTH_S
DAY = BIRTH_S - BIRTH_S % 86_400


def test_a_protocol_is_worth_what_it_holds_on_its_chains(get: Caller) -> None:
    rows = get("defillama", "/protocols").json
    assert [row["tvl"] for row in rows] == sorted((row["tvl"] for row in rows), reverse=True)
    for row in rows:
        on_chains = sum(row["chainTvls"][chain] for chain in row["chains"])
        assert on_chains == pytest.approx(row["tvl"], rel=1e-6)
        extra = set(row["chainTvls"]) - set(row["chains"])
        assert all(name == "borrowed" or name.endswith("-borrowed") for name in extra)
        assert abs(row["change_7d"]) < 60
    aave = next(row for row in rows if row["slug"] == "aave-v3")
    lent = sum(worth for name, worth in aave["chainTvls"].items() if name.endswith("-borrowed"))
    assert aave["chainTvls"]["borrowed"] == pytest.approx(lent)
    assert get("defillama", "/tvl/aave-v3").json == pytest.approx(aave["tvl"], rel=1e-9)


def test_a_chain_holds_the_sum_of_its_protocols(get: Caller) -> None:
    sums: dict[str, float] = {}
    for row in get("defillama", "/protocols").json:
        if row["category"] not in NOT_COUNTED:
            for chain in row["chains"]:
                sums[chain] = sums.get(chain, 0.0) + row["chainTvls"][chain]
    chains = get("defillama", "/v2/chains").json
    for chain in chains:
        assert chain["tvl"] == pytest.approx(sums[chain["name"]], rel=1e-6)
    whole = get("defillama", "/v2/historicalChainTvl").json
    assert whole[-1]["tvl"] == pytest.approx(sum(chain["tvl"] for chain in chains), rel=1e-6)
    base = get("defillama", "/v2/historicalChainTvl/Base").json
    assert base[-1]["tvl"] == pytest.approx(sums["Base"], rel=1e-6)
    assert base == get("defillama", "/v2/historicalChainTvl/base").json
    assert get("defillama", "/v2/historicalChainTvl/Mars").status == 404


@pytest.mark.parametrize("slug", ["aave-v3", "lido", "curve-dex", "ethena-usde"])
def test_tokens_times_prices_are_dollars_on_every_day(get: Caller, slug: str) -> None:
    whole = get("defillama", f"/protocol/{slug}").json
    for chain in whole["chains"]:
        line = whole["chainTvls"][chain]
        assert len(line["tvl"]) == len(line["tokens"]) == len(line["tokensInUsd"]) > 600
        for place in (0, 300, -1):
            dollars = line["tokensInUsd"][place]["tokens"]
            assert sum(dollars.values()) == pytest.approx(line["tvl"][place]["totalLiquidityUSD"], rel=1e-6)
            assert set(dollars) == set(line["tokens"][place]["tokens"])
    assert whole["tvl"][-1]["date"] == HOUR
    assert whole["tvl"][-2]["date"] == DAY


def test_prices_of_a_day_agree_with_the_coins_host(get: Caller) -> None:
    lido = get("defillama", "/protocol/lido").json
    tokens, dollars = (lido["chainTvls"]["Ethereum"][name][-8] for name in ("tokens", "tokensInUsd"))
    priced = dollars["tokens"]["ETH"] / tokens["tokens"]["ETH"]
    wanted = msgspec.json.encode({"coingecko:ethereum": [tokens["date"]]}).decode()
    past = get("defillama_coins", "/batchHistorical", coins=wanted).json["coins"]["coingecko:ethereum"]["prices"]
    assert past[0]["price"] == pytest.approx(priced, rel=0.003)


def test_a_protocol_that_is_not_there_is_a_plain_text(get: Caller) -> None:
    for path in ("/protocol/nothing", "/tvl/nothing", "/summary/fees/nothing", "/summary/dexs/lido"):
        answer = get("defillama", path)
        assert (answer.status, answer.body) == (400, b"Protocol not found")
    assert get("defillama", "/overview/fees", dataType="weather").status == 400
    assert get("defillama", "/overview/dexs/Mars").status == 400


def test_trade_and_fees_sum_over_protocols_and_chains(get: Caller) -> None:
    lean = {"excludeTotalDataChart": "true", "excludeTotalDataChartBreakdown": "true"}
    for kind in ("dexs", "fees"):
        whole = get("defillama", f"/overview/{kind}", **lean).json
        assert whole["totalDataChart"] == []
        assert whole["total24h"] == pytest.approx(sum(row["total24h"] for row in whole["protocols"]), rel=1e-3)
        chains = [
            get("defillama", f"/overview/{kind}/{quote(chain)}", **lean).json["total24h"]
            for chain in whole["allChains"]
        ]
        assert sum(chains) == pytest.approx(whole["total24h"], rel=1e-3)
        assert whole["total24h"] < whole["total7d"] < whole["total30d"]
    fees = get("defillama", "/overview/fees", **lean).json["total24h"]
    revenue = get("defillama", "/overview/fees", dataType="dailyRevenue", **lean).json["total24h"]
    assert 0 < revenue < fees
    one = get("defillama", "/summary/dexs/uniswap-v3").json
    assert one["totalDataChart"][-1][1] == pytest.approx(one["total24h"], rel=1e-6)


def test_what_circulates_on_chains_is_the_supply(get: Caller) -> None:
    rows = get("defillama_stablecoins", "/stablecoins", includePrices="true").json["peggedAssets"]
    gecko = get("coingecko", "/coins/markets", vs_currency="usd", ids="tether,usd-coin,dai").json
    supply = {row["symbol"].upper(): row["circulating_supply"] for row in gecko}
    for row in rows:
        on_chains = sum(chain["current"]["peggedUSD"] for chain in row["chainCirculating"].values())
        assert on_chains == pytest.approx(row["circulating"]["peggedUSD"], rel=1e-6)
        assert on_chains == pytest.approx(supply[row["symbol"]], rel=0.01)
        assert 0.9 < row["price"] < 1.1
    assert "price" not in get("defillama_stablecoins", "/stablecoins").json["peggedAssets"][0]
    base = get("defillama_stablecoins", "/stablecoincharts/Base").json
    now = sum(
        row["chainCirculating"]["Base"]["current"]["peggedUSD"] for row in rows if "Base" in row["chainCirculating"]
    )
    assert base[-1]["totalCirculating"]["peggedUSD"] == pytest.approx(now, rel=0.01)
    assert get("defillama_stablecoins", "/stablecoincharts/Mars").status == 404
    assert get("defillama_stablecoins", "/stablecoin/99").status == 404
    assert set(get("defillama_stablecoins", "/stablecoin/5").json["chainBalances"]) >= {"Ethereum", "Base"}


def test_past_prices_by_contract_chart_and_change(get: Caller) -> None:
    usdc = "ethereum:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
    now: Any = get("defillama_coins", f"/prices/current/{usdc}").json["coins"][usdc]
    assert (now["symbol"], now["decimals"]) == ("USDC", 6)
    chart = get("defillama_coins", "/chart/coingecko:bitcoin", start=HOUR - 864_000, span=5, period="2d").json
    prices = chart["coins"]["coingecko:bitcoin"]["prices"]
    assert len(prices) == 5
    assert 0 <= HOUR - 864_000 - prices[0]["timestamp"] < 60
    change = get("defillama_coins", "/percentage/coingecko:bitcoin,coingecko:nothing", period="1w").json["coins"]
    ends = [get("defillama_coins", f"/prices/historical/{at}/coingecko:bitcoin").json for at in (HOUR - 604_800, HOUR)]
    first, last = (end["coins"]["coingecko:bitcoin"]["price"] for end in ends)
    assert change == {"coingecko:bitcoin": pytest.approx((last / first - 1) * 100)}
    assert get("defillama_coins", "/batchHistorical", coins="[").status == 400
    assert get("defillama_coins", "/chart/coingecko:bitcoin", period="1y").status == 400
