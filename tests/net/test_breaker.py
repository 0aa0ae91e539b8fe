"""When a source is left alone, and when it is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import RateLimited, SourceUnavailable
from mobius.core.ports import Reply
from mobius.core.sources import SourceSpec
from mobius.net.breaker import Breaker

if TYPE_CHECKING:
    from tests.net.conftest import Hand, Script

    Scripts = Callable[..., Script]

DOWN = SourceUnavailable("example", "down")


async def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SourceUnavailable):
            await breaker.get("/")


async def test_it_opens_after_five_failures_and_asks_nothing_then(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    inner = script(DOWN)
    breaker = Breaker(inner, spec, clock)
    await fail(breaker, 4)
    assert breaker.state == "closed"
    await fail(breaker, 3)
    assert (breaker.state, len(inner.calls)) == ("open", 5)


async def test_a_success_in_between_starts_the_count_again(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    breaker = Breaker(script(*[DOWN] * 4, 200, *[DOWN] * 4, 200), spec, clock)
    await fail(breaker, 4)
    await breaker.get("/")
    await fail(breaker, 4)
    assert breaker.state == "closed"


async def test_one_probe_closes_it_again(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    inner = script(*[DOWN] * 5, 200)
    breaker = Breaker(inner, spec, clock)
    await fail(breaker, 5)
    clock.seconds += 15
    states = [breaker.state]
    assert (await breaker.get("/")).status == 200
    states.append(breaker.state)
    assert states == ["half_open", "closed"]


async def test_a_failed_probe_opens_it_again(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    inner = script(DOWN)
    breaker = Breaker(inner, spec, clock)
    await fail(breaker, 5)
    clock.seconds += 15
    await fail(breaker, 2)
    assert (breaker.state, len(inner.calls)) == ("open", 6)


async def test_only_one_probe_goes_out_and_a_cancelled_one_frees_the_way(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    async def hang() -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    inner = script(*[DOWN] * 5, hang, 200)
    breaker = Breaker(inner, spec, clock)
    await fail(breaker, 5)
    clock.seconds += 15
    probe = asyncio.create_task(breaker.get("/"))
    await asyncio.sleep(0)
    await fail(breaker, 1)
    assert len(inner.calls) == 6
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    assert (await breaker.get("/")).status == 200


async def test_a_spent_budget_and_an_unknown_asset_say_nothing_about_health(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    breaker = Breaker(script(*[RateLimited("example", "slow down")] * 6, 404), spec, clock)
    for _ in range(6):
        with pytest.raises(RateLimited):
            await breaker.get("/")
    assert (await breaker.get("/")).status == 404
    assert breaker.state == "closed"


async def test_a_servers_own_faults_count_when_they_arrive_as_replies(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    breaker = Breaker(script(503), spec, clock)
    for _ in range(5):
        assert (await breaker.get("/")).status == 503
    assert breaker.state == "open"
