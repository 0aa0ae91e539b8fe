"""Whatever the providers of protocols, chains and routes say, it ends in figures or in an error of ours."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.protocol_needs import (
    ChainHistoryQuery,
    ChainTvlQuery,
    DexPoolsQuery,
    PastPricesQuery,
    ProtocolHistoryQuery,
    ProtocolsQuery,
    RouteQuery,
    StablecoinHistoryQuery,
    StablecoinsQuery,
    TurnoverQuery,
)
from mobius.sandbox.clock import BIRTH
from mobius.sandbox.world import SimulatedWorld
from mobius.sources import discover
from tests.sources.spoiling import Case, a_few, case_of, reads, survives

SINCE = BIRTH - timedelta(days=5)
NAMES = ("defillama", "defillama_stablecoins", "defillama_coins", "lifi", "across", "dexscreener")
QUERIES: dict[str, Any] = {
    "protocols": ProtocolsQuery(protocols=("aave", "lido")),
    "protocol_history": ProtocolHistoryQuery(slug="lido", start=SINCE),
    "chain_tvl": ChainTvlQuery(),
    "chain_history": ChainHistoryQuery(chain="base", start=SINCE),
    "dex_volumes": TurnoverQuery(chain="base"),
    "fees": TurnoverQuery(),
    "stablecoins": StablecoinsQuery(),
    "stablecoin_history": StablecoinHistoryQuery(chain="base", start=SINCE),
    "past_prices": PastPricesQuery(assets=("ETH", "USDC"), instants=(SINCE, SINCE + timedelta(days=2))),
    "dex_pools": DexPoolsQuery(asset="USDC"),
    "route_quote": RouteQuery(asset="USDC", amount=Decimal(1000), from_chain="ethereum", to_chain="base"),
}
CASES = [(one, need) for one in discover() if one.spec.name in NAMES for need in one.offers if need in QUERIES]


@pytest.fixture(scope="module")
def world() -> SimulatedWorld:
    return SimulatedWorld(7)


@pytest.fixture(scope="module", params=CASES, ids=[f"{one.spec.name} {need}" for one, need in CASES])
def case(request: pytest.FixtureRequest, world: SimulatedWorld) -> Case:
    definition, need = request.param
    return case_of(definition, need, QUERIES[need], world)


def test_every_need_of_theirs_is_tried() -> None:
    assert {need for _, need in CASES} == set(QUERIES)


def test_a_source_reads_what_its_simulated_provider_says(case: Case) -> None:
    reads(case)


@a_few
@given(data=st.data())
def test_a_spoilt_reply_is_never_a_crash(case: Case, data: st.DataObject) -> None:
    survives(case, data)
