"""Yields, Aave, Compound, Curve, Yearn, Morpho and Lido: each in its own words, all of one state."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.lending import Lending, apy, reserves
from mobius.sandbox.paths import BIRTH_S
from mobius.sandbox.pools import Pools, trading_pools
from mobius.sandbox.server import SandboxServer
from mobius.sandbox.world import SimulatedWorld

from .conftest import SEED, Caller

NOW = np.array([BIRTH_S])
MARKETS = (
    "query($c:[ChainId!]!){ markets(request:{chainIds:$c}){ name address chain{chainId name} totalMarketSize "
    "totalAvailableLiquidity supplyReserves{ underlyingToken{symbol address decimals} isFrozen isPaused supplyInfo{apy{value} "
    "maxLTV{value} liquidationThreshold{value} canBeCollateral} borrowInfo{apy{value} utilizationRate{value} "
    "availableLiquidity{usd}} } } }"
)


def post(get: Caller, source: str, path: str, body: object) -> Any:
    url = get.server.base_url(source) + path
    return get.url(
        url, method="POST", body=msgspec.json.encode(body), headers={"Content-Type": "application/json"}
    ).json


def pools(get: Caller) -> list[dict[str, Any]]:
    found = get("defillama_yields", "/pools").json
    assert found["status"] == "success"
    return found["data"]  # type: ignore[no-any-return]


def test_suppliers_get_what_borrowers_pay_less_the_reserve_factor(world: SimulatedWorld) -> None:
    lending, year = Lending(world), BIRTH_S - np.arange(365) * 86_400
    for reserve in reserves():
        used, borrow, supply = (line(reserve, year) for line in (lending.used, lending.borrow_apr, lending.supply_apr))
        assert supply == pytest.approx(borrow * used * (1 - reserve.curve.reserve_factor))
        assert np.all((used >= 0) & (used < 1))
        assert np.all((borrow >= reserve.curve.base) & (borrow < 2))
        assert lending.borrowed(reserve, year) == pytest.approx(lending.supplied(reserve, year) * used)
        if reserve.used:
            assert np.std(used) > 0.001


def test_a_curve_is_steep_above_its_kink(world: SimulatedWorld) -> None:
    curve = reserves()[4].curve
    low, kink, high = curve.borrow_apr(np.array([curve.kink / 2, curve.kink, (1 + curve.kink) / 2]))
    assert low == pytest.approx(curve.base + curve.slope_1 / 2)
    assert (high - kink) > 3 * (kink - low)


def test_what_lies_in_a_pool_comes_to_what_it_is_worth(world: SimulatedWorld) -> None:
    state = Pools(world)
    for pool in trading_pools():
        amounts = state.amounts(pool, NOW)
        worth = sum(
            float(units[0]) * float(world.closes(world.index(coin.ticker), NOW)[0])
            for coin, units in zip(pool.coins, amounts, strict=True)
        )
        assert worth == pytest.approx(float(state.usd(pool, NOW)[0]))


def test_a_few_hundred_places_are_listed_with_rates_in_percent(get: Caller) -> None:
    rows = pools(get)
    assert len(rows) > 200
    assert len({row["pool"] for row in rows}) == len(rows)
    assert [row["tvlUsd"] for row in rows] == sorted((row["tvlUsd"] for row in rows), reverse=True)
    assert {row["project"] for row in rows} >= {
        "aave-v3", "compound-v3", "lido", "rocket-pool", "curve-dex", "uniswap-v3", "yearn-finance", "morpho-blue",
    }  # fmt: skip
    for row in rows:
        assert row["apy"] == pytest.approx(row["apyBase"] + (row["apyReward"] or 0), abs=1e-4)
        assert row["exposure"] in ("single", "multi")
    sane = [row["apy"] for row in rows if not row["outlier"]]
    assert min(sane) < 0 < max(sane) < 500
    assert any(row["outlier"] and row["apy"] > 500 for row in rows)
    assert any(row["apy"] == 0 and row["tvlUsd"] > 1e7 for row in rows)


def test_the_past_of_a_pool_ends_near_its_present(get: Caller) -> None:
    lido = next(row for row in pools(get) if row["project"] == "lido")
    days = get("defillama_yields", f"/chart/{lido['pool']}").json["data"]
    assert len(days) > 300
    assert days[-1]["apy"] == pytest.approx(lido["apy"], abs=0.2)
    assert days[-1]["timestamp"].startswith("2026-11-02T")
    assert get("defillama_yields", "/chart/none").status == 404


def test_aave_tells_fractions_that_agree_with_the_aggregator(get: Caller, world: SimulatedWorld) -> None:
    answer = post(get, "aave", "/graphql", {"query": MARKETS, "variables": {"c": [1, 8453]}})
    ethereum, base = answer["data"]["markets"]
    assert (ethereum["chain"], base["chain"]["chainId"]) == ({"chainId": 1, "name": "Ethereum"}, 8453)
    listed = {row["underlyingTokens"][0]: row for row in pools(get) if row["project"] == "aave-v3"}
    assert len(ethereum["supplyReserves"]) > 8
    for reserve in ethereum["supplyReserves"]:
        row = listed[reserve["underlyingToken"]["address"]]
        assert float(reserve["supplyInfo"]["apy"]["value"]) * 100 == pytest.approx(row["apyBase"], abs=0.02)
        if reserve["borrowInfo"] is not None:
            assert float(reserve["borrowInfo"]["availableLiquidity"]["usd"]) == pytest.approx(row["tvlUsd"], rel=1e-3)
    assert float(ethereum["totalMarketSize"]) > float(ethereum["totalAvailableLiquidity"]) > 0


@pytest.mark.parametrize(
    "query",
    [
        "{ markets(request:{chainIds:[1]}){ name bogus } }",
        "{ nothing }",
        "{ markets { name } }",
        "{{{",
        "",
        '{ chains(x:"',
    ],
)
def test_a_query_that_cannot_be_answered_is_an_error_within_200(get: Caller, query: str) -> None:
    assert post(get, "aave", "/graphql", {"query": query})["errors"][0]["message"]


def test_graphql_knows_aliases_fragments_and_variables(get: Caller) -> None:
    query = "query Q($v3: Boolean = true, $id: Int) { all: vaults(chainId: $id, v3: $v3) { ...Named ... on Vault { tvl { close } } } } fragment Named on Vault { title: name }"  # noqa: E501
    found = post(get, "yearn", "/api/gql", {"query": query, "variables": {"id": 137}})["data"]["all"]
    assert [set(row) for row in found] == [{"title", "tvl"}] * 2
    assert post(get, "yearn", "/api/gql", {"query": "{ vaults(v3: false) { name } }"})["data"] == {"vaults": []}


def test_a_young_vault_does_not_know_its_month(get: Caller) -> None:
    query = "{ vaults(chainId: 1) { name asset { symbol } apy { net monthlyNet weeklyNet } fees { performanceFee } } }"
    rows = post(get, "yearn", "/api/gql", {"query": query})["data"]["vaults"]
    assert any(row["apy"]["net"] is None and row["apy"]["monthlyNet"] is None for row in rows)
    assert all(-0.01 < row["apy"]["weeklyNet"] < 0.5 for row in rows)


def test_morpho_pages_its_vaults(get: Caller) -> None:
    def page(arguments: str) -> Any:
        query = f"{{ vaults({arguments}) {{ items {{ address chain {{ id }} state {{ netApy totalAssetsUsd }} }} pageInfo {{ countTotal count }} }} }}"  # noqa: E501
        return post(get, "morpho", "/graphql", {"query": query})["data"]["vaults"]

    every = page("first: 100")
    assert every["pageInfo"] == {"countTotal": len(every["items"]), "count": len(every["items"])}
    assert page("first: 2, skip: 1")["items"] == every["items"][1:3]
    assert {row["chain"]["id"] for row in page("where: {chainId_in: [8453]}")["items"]} == {8453}


def test_curve_counts_in_base_units_and_percent(get: Caller, world: SimulatedWorld) -> None:
    listed = get("curve", "/getPools/all/ethereum").json
    assert listed["success"] is True
    for pool in listed["data"]["poolData"]:
        worth = sum(int(coin["poolBalance"]) / 10 ** int(coin["decimals"]) * coin["usdPrice"] for coin in pool["coins"])
        assert worth == pytest.approx(pool["usdTotal"], rel=1e-6)
    rates = {row["address"]: row for row in get("curve", "/getVolumes/ethereum").json["data"]["pools"]}
    assert set(rates) == {pool["address"] for pool in listed["data"]["poolData"]}
    assert all(0 < row["latestWeeklyApyPcnt"] < 200 and row["volumeUSD"] > 0 for row in rates.values())
    refused = get("curve", "/getPools/all/mars")
    assert (refused.status, refused.json["success"]) == (200, False)


def test_staking_pays_what_its_token_grows_by(get: Caller) -> None:
    rates = get("lido", "/v1/protocol/steth/apr/sma").json["data"]
    assert rates["smaApr"] == pytest.approx((np.exp(0.029) - 1) * 100, abs=0.1)
    assert len(rates["aprs"]) == 7
    assert all(row["timeUnix"] <= BIRTH_S for row in rates["aprs"])
    lido = next(row for row in pools(get) if row["project"] == "lido")
    assert lido["apyMean30d"] == pytest.approx(rates["smaApr"], abs=0.1)


def test_two_worlds_of_one_seed_tell_the_same_and_time_moves_rates(get: Caller) -> None:
    clock = FrozenClock()
    with SandboxServer.start(SEED, clock, limited=False) as other:
        elsewhere = Caller(other)
        assert elsewhere("defillama_yields", "/pools").body == get("defillama_yields", "/pools").body
        question = {"query": MARKETS, "variables": {"c": [1]}}
        before = post(elsewhere, "aave", "/graphql", question)
        assert before == post(get, "aave", "/graphql", question)
        clock.advance(7200)
        assert post(elsewhere, "aave", "/graphql", question) != before


def test_interest_compounds_each_second() -> None:
    assert float(apy(np.array([0.05]))[0]) == pytest.approx(np.expm1(0.05), rel=1e-6)
