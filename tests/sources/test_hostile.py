"""Whatever the newer sources' providers say, it ends in figures or in an error of ours: replies of the simulated providers,
with parts of them replaced, cut off or left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.needs import (
    CandlesQuery,
    FuturesQuery,
    OptionsQuery,
    OverviewQuery,
    PerpetualsQuery,
    ReferenceQuery,
    SpotQuery,
    VolatilityIndexQuery,
)
from mobius.core.sources import Need
from mobius.sandbox.world import SimulatedWorld
from mobius.sources import discover
from tests.sources.spoiling import Case, a_few, case_of, reads, survives

NEWER = ("okx", "bybit", "coinbase", "binance_futures", "deribit", "hyperliquid", "coinpaprika", "defillama_coins",
         "geckoterminal")  # fmt: skip
QUERIES: dict[Need, Any] = {
    "spot": SpotQuery(assets=("ETH", "BTC", "USDT")),
    "candles": CandlesQuery(asset="ETH", quote="USDT", interval_s=3_600, n_bars=20),
    "overview": OverviewQuery(assets=("ETH", "USDT")),
    "reference": ReferenceQuery(assets=("stETH", "USDT")),
    "perpetuals": PerpetualsQuery(assets=("ETH", "PEPE")),
    "futures": FuturesQuery(assets=("ETH",)),
    "options": OptionsQuery(asset="ETH"),
    "volatility_index": VolatilityIndexQuery(asset="ETH"),
}
CASES = [(one, need) for one in discover() if one.spec.name in NEWER for need in one.offers if need in QUERIES]


@pytest.fixture(scope="module")
def world() -> SimulatedWorld:
    return SimulatedWorld(7)


@pytest.fixture(scope="module", params=CASES, ids=[f"{one.spec.name} {need}" for one, need in CASES])
def case(request: pytest.FixtureRequest, world: SimulatedWorld) -> Case:
    definition, need = request.param
    query = QUERIES[need]
    if need == "candles" and definition.spec.name == "coinbase":
        query = CandlesQuery(asset="ETH", quote="USD", interval_s=3_600, n_bars=20)
    return case_of(definition, need, query, world)


def test_a_source_reads_what_its_simulated_provider_says(case: Case) -> None:
    reads(case)


@a_few
@given(data=st.data())
def test_a_spoilt_reply_is_never_a_crash(case: Case, data: st.DataObject) -> None:
    survives(case, data)
