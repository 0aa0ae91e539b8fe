"""Whatever providers of records say, it ends in figures or in an error of ours: replies of the simulated ones, spoilt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.record_needs import (
    FilingsQuery,
    HeadlinesQuery,
    PositioningQuery,
    RepositoryQuery,
    RulesQuery,
    ToneQuery,
    TreasuriesQuery,
)
from mobius.core.sources import Need
from mobius.sandbox.clock import BIRTH
from mobius.sandbox.wire import providers
from mobius.sandbox.world import SimulatedWorld
from mobius.sources import discover
from mobius.sources.reference import github
from tests.sources.spoiling import Case, a_few, case_of, reads, survives

TODAY = BIRTH.date()
QUERIES: dict[Need, Any] = {
    "headlines": HeadlinesQuery(words=("Bitcoin",)),
    "tone": ToneQuery(words=("Bitcoin",)),
    "repository": RepositoryQuery(name="bitcoin/bitcoin"),
    "filings": FilingsQuery(asset="BTC", since=TODAY - timedelta(days=400), until=TODAY),
    "rules": RulesQuery(since=TODAY - timedelta(days=400)),
    "positioning": PositioningQuery(asset="BTC"),
    "treasuries": TreasuriesQuery(asset="BTC"),
}
CASES = [
    (one, need)
    for one in discover("reference")
    for need in one.offers
    if need in QUERIES and one.spec.name in providers()
]


@pytest.fixture(scope="module")
def world() -> SimulatedWorld:
    return SimulatedWorld(7)


@pytest.fixture(scope="module", params=CASES, ids=[f"{one.spec.name} {need}" for one, need in CASES])
def case(request: pytest.FixtureRequest, world: SimulatedWorld) -> Case:
    definition, need = request.param
    return case_of(definition, need, QUERIES[need], world)


@pytest.fixture(scope="module", autouse=True)
def _no_pause() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(github, "COUNTING_PAUSES_S", ())
        yield


def test_a_source_reads_what_its_simulated_provider_says(case: Case) -> None:
    reads(case)


@a_few
@given(data=st.data())
def test_a_spoilt_reply_is_never_a_crash(case: Case, data: st.DataObject) -> None:
    survives(case, data)
