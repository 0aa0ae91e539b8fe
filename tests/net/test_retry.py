"""What is asked again, how often, and after which wait. No test waits: the clock is moved by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from mobius.core.deadline import due
from mobius.core.errors import DeadlineExceeded, RateLimited, SourceChanged, SourceError, SourceUnavailable
from mobius.core.ports import Deadline, Http
from mobius.core.sources import SourceSpec
from mobius.net.faults import ConnectionFault, TimedOut
from mobius.net.retry import BASE_S, Retried

if TYPE_CHECKING:
    from tests.net.conftest import Hand, Script

    Scripts = Callable[..., Script]


@pytest.fixture
def retried(clock: Hand, spec: SourceSpec) -> Callable[[Http], Retried]:
    return lambda inner: Retried(inner, spec, clock, rng=random.Random(3), sleep=clock.sleep)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_passing_faults_are_asked_again(
    retried: Callable[[Http], Retried], script: Scripts, clock: Hand, status: int
) -> None:
    inner = script(status, status, b'{"fine": true}')
    assert (await retried(inner).get("/")).status == 200
    assert len(inner.calls) == 3
    assert [0 <= wait <= BASE_S * 2**n for n, wait in enumerate(clock.slept)] == [True, True]


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 451, 501])
async def test_other_statuses_are_returned_at_once(
    retried: Callable[[Http], Retried], script: Scripts, status: int
) -> None:
    inner = script(status)
    assert (await retried(inner).get("/")).status == status
    assert len(inner.calls) == 1


async def test_a_broken_connection_is_asked_again_and_raised_after_two_retries(
    retried: Callable[[Http], Retried], script: Scripts
) -> None:
    inner = script(ConnectionFault("example", "reset"))
    with pytest.raises(ConnectionFault):
        await retried(inner).get("/")
    assert len(inner.calls) == 3


@pytest.mark.parametrize(
    "error", [TimedOut("example", "slow"), SourceChanged("example", "too large"), DeadlineExceeded("over")]
)
async def test_what_asking_again_cannot_mend_is_raised_at_once(
    retried: Callable[[Http], Retried], script: Scripts, error: SourceError
) -> None:
    inner = script(error)
    with pytest.raises(type(error)):
        await retried(inner).get("/")
    assert len(inner.calls) == 1


@pytest.mark.parametrize(("status", "error"), [(429, RateLimited), (503, SourceUnavailable)])
async def test_spent_retries_end_in_the_right_error(
    retried: Callable[[Http], Retried], script: Scripts, status: int, error: type[SourceError]
) -> None:
    inner = script(status)
    with pytest.raises(error) as caught:
        await retried(inner).get("/")
    assert caught.value.source == "example"
    assert len(inner.calls) == 3


async def test_retry_after_is_honoured_as_seconds_and_as_an_instant(
    retried: Callable[[Http], Retried], script: Scripts, clock: Hand
) -> None:
    maker = script(200)
    at = f"{clock.now() + timedelta(seconds=4):%a, %d %b %Y %H:%M:%S} GMT"
    inner = script(
        maker.reply(status=503, headers={"retry-after": "2"}), maker.reply(status=429, headers={"retry-after": at}), 200
    )
    assert (await retried(inner).get("/")).status == 200
    assert clock.slept == [2.0, 4.0]


async def test_a_wait_past_the_deadline_is_not_begun(
    retried: Callable[[Http], Retried], script: Scripts, clock: Hand
) -> None:
    maker = script(200)
    inner = script(maker.reply(status=429, headers={"retry-after": "30"}))
    with due(Deadline(clock.monotonic() + 5)), pytest.raises(RateLimited) as caught:
        await retried(inner).get("/")
    assert caught.value.retry_after_s == 30
    assert (len(inner.calls), clock.slept) == (1, [])


async def test_without_a_deadline_patience_is_bounded(
    retried: Callable[[Http], Retried], script: Scripts, clock: Hand
) -> None:
    maker = script(200)
    inner = script(maker.reply(status=503, headers={"retry-after": "3600"}))
    with pytest.raises(SourceUnavailable):
        await retried(inner).get("/")
    assert clock.slept == []


async def test_a_ban_is_not_answered_with_more_requests(retried: Callable[[Http], Retried], script: Scripts) -> None:
    inner = script(418)
    with pytest.raises(RateLimited):
        await retried(inner).get("/")
    assert len(inner.calls) == 1


async def test_jitter_is_full(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    for seed in range(200):
        with pytest.raises(SourceUnavailable):
            await Retried(script(500), spec, clock, rng=random.Random(seed), sleep=clock.sleep).get("/")
    first = clock.slept[::2]
    assert min(first) < BASE_S * 0.05
    assert max(first) > BASE_S * 0.95


async def test_what_must_be_sent_once_is_sent_once(clock: Hand, spec: SourceSpec, script: Scripts) -> None:
    inner = script(503, b"{}")
    once = Retried(inner, replace(spec, posts_once=True), clock, rng=random.Random(3), sleep=clock.sleep)
    with pytest.raises(SourceUnavailable):
        await once.post("/sql/execute", b"{}")
    assert len(inner.calls) == 1
    assert (await once.get("/")).status == 200
