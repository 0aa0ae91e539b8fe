"""Whatever the tellers of rates say, it ends in figures or in an error of ours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.facts import Sourced
from mobius.core.rate_needs import (
    LendingMarketsQuery,
    PoolRatesQuery,
    StakingRateQuery,
    VaultsQuery,
    YieldChartQuery,
    YieldPoolsQuery,
)
from mobius.core.sources import Need
from mobius.sandbox.wire import providers
from mobius.sandbox.world import SimulatedWorld
from mobius.sources import discover
from tests.sources.spoiling import Case, Simulated, a_few, case_of, reads, survives

TELLERS = ("defillama_yields", "aave", "compound_ethereum", "compound_polygon", "curve", "yearn", "morpho", "lido")
QUERIES: dict[Need, Any] = {
    "yield_pools": YieldPoolsQuery(assets=("USDC", "ETH"), symbols=("STETH",)),
    "lending_markets": LendingMarketsQuery(),
    "vaults": VaultsQuery(chains=("ethereum",)),
    "pool_rates": PoolRatesQuery(),
    "staking_rate": StakingRateQuery(),
}
CASES = [
    (one, need) for one in discover("defi") if one.spec.name in TELLERS for need in one.offers if need != "yield_chart"
]


@pytest.fixture(scope="module")
def world() -> SimulatedWorld:
    return SimulatedWorld(7)


@pytest.fixture(scope="module", params=CASES, ids=[f"{one.spec.name} {need}" for one, need in CASES])
def case(request: pytest.FixtureRequest, world: SimulatedWorld) -> Case:
    definition, need = request.param
    return case_of(definition, need, QUERIES[need], world)


def test_every_teller_is_simulated_and_asked() -> None:
    assert set(TELLERS) <= set(providers())
    assert {one.spec.name for one, _ in CASES} == set(TELLERS)


def test_a_source_reads_what_its_simulated_provider_says(case: Case) -> None:
    reads(case)


def test_the_past_of_a_simulated_pool_is_read(world: SimulatedWorld) -> None:
    (definition,) = (one for one in discover("defi") if one.spec.name == "defillama_yields")
    http = Simulated("defillama_yields", world)

    async def ask() -> Sourced[Any]:
        pools = await definition.offers["yield_pools"](YieldPoolsQuery(protocols=("lido",)), http)
        got: Sourced[Any] = await definition.offers["yield_chart"](
            YieldChartQuery(pool=pools.value[0].pool, days=30), http
        )
        return got

    days = asyncio.run(ask()).value
    assert len(days) == 30
    assert all(day.apy_pct is not None and 0 < day.apy_pct < 20 for day in days)


@a_few
@given(data=st.data())
def test_a_spoilt_reply_is_never_a_crash(case: Case, data: st.DataObject) -> None:
    survives(case, data)
