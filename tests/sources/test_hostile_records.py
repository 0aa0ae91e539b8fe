"""Whatever providers of records say, it ends in figures or in an error of ours: replies of the simulated ones, spoilt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobius.core.errors import MobiusError
from mobius.core.facts import Sourced
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
from tests.sources.test_hostile import Simulated, _spoilt

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
Case = tuple[Simulated, Callable[[], Sourced[Any]]]


@pytest.fixture(scope="module")
def world() -> SimulatedWorld:
    return SimulatedWorld(7)


@pytest.fixture(scope="module", params=CASES, ids=[f"{one.spec.name} {need}" for one, need in CASES])
def case(request: pytest.FixtureRequest, world: SimulatedWorld) -> Case:
    """A provider, and how the source is asked of it."""
    definition, need = request.param
    http = Simulated(definition.spec.name, world)

    async def ask() -> Sourced[Any]:
        got: Sourced[Any] = await definition.offers[need](QUERIES[need], http)
        return got

    return http, lambda: asyncio.run(ask())


@pytest.fixture(scope="module", autouse=True)
def _no_pause() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(github, "COUNTING_PAUSES_S", ())
        yield


def _spoilt_feed(body: bytes, data: st.DataObject) -> bytes:
    """XML with a piece of it cut off or replaced."""
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 200)))
    odd = st.sampled_from(
        [b"", b"<", b"&x;", b"]]>", b"<!ENTITY a 'b'>", b"\xff", b"<item>", b"</channel>", b"9999-99-99"]
    )
    return body[:start] + data.draw(odd) + (body[end:] if data.draw(st.booleans()) else b"")


def test_a_source_reads_what_its_simulated_provider_says(case: Case) -> None:
    """Both were written from the contract alone: a mistake in one shows here."""
    http, ask = case
    http.spoilt = {}
    got = ask()
    assert got.value
    assert got.source == http.provider.name


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_a_spoilt_reply_is_never_a_crash(case: Case, data: st.DataObject) -> None:
    http, ask = case
    if not http.said:
        ask()
    http.spoilt = {
        key: _spoilt_feed(body, data) if body.lstrip()[:1] == b"<" else _spoilt(body, data)
        for key, body in http.said.items()
    }
    try:
        got = ask()
    except MobiusError as error:
        assert error.message
        assert len(error.message) < 600
    else:
        assert isinstance(got, Sourced)
