"""Partial results by name, the first-enough rule and clean endings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mobius.core.deadline import due
from mobius.core.errors import DeadlineExceeded, SourceUnavailable
from mobius.core.gather import MARGIN_S, gather
from mobius.core.ports import Deadline


def giving(value: int, *, after: asyncio.Event | None = None) -> Callable[[], Awaitable[int]]:
    async def job() -> int:
        if after is not None:
            await after.wait()
        return value

    return job


def failing(error: Exception) -> Callable[[], Awaitable[int]]:
    async def job() -> int:
        raise error

    return job


def others() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def test_one_failure_never_throws_away_the_rest() -> None:
    down = SourceUnavailable("b", "down")
    got = await gather({"a": giving(1), "b": failing(down), "c": giving(3)})
    assert got.results == {"a": 1, "c": 3}
    assert got.failures == {"b": down}
    assert got.late == ()


async def test_results_keep_the_order_of_the_jobs_not_of_arrival() -> None:
    first_may_go = asyncio.Event()

    async def second() -> int:
        first_may_go.set()
        return 2

    got = await gather({"slow": giving(1, after=first_may_go), "fast": second})
    assert list(got.results) == ["slow", "fast"]


async def test_no_jobs_give_nothing() -> None:
    jobs: dict[str, Callable[[], Awaitable[int]]] = {}
    got = await gather(jobs)
    assert (got.results, got.failures, got.late) == ({}, {}, ())


async def test_a_hanging_job_costs_only_itself() -> None:
    got = await gather({"a": giving(1), "hangs": giving(2, after=asyncio.Event())}, timeout_s=0.05)
    assert got.results == {"a": 1}
    assert isinstance(got.failures["hangs"], DeadlineExceeded)
    assert not others()


async def test_returns_at_once_when_two_agree() -> None:
    got = await asyncio.wait_for(
        gather(
            {"a": giving(1), "b": giving(1), "hangs": giving(2, after=asyncio.Event())},
            enough=lambda so_far: len(so_far) >= 2,
            grace_s=60.0,
        ),
        timeout=5,
    )
    assert got.results == {"a": 1, "b": 1}
    assert got.late == ("hangs",)
    assert not got.failures
    assert not others()


async def test_waits_only_the_grace_after_the_first_result() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    got = await gather(
        {"a": giving(1), "hangs": giving(2, after=asyncio.Event())}, enough=lambda _: False, grace_s=0.05, timeout_s=60
    )
    assert got.results == {"a": 1}
    assert got.late == ("hangs",)
    assert loop.time() - began < 5


async def test_a_failure_does_not_start_the_grace() -> None:
    late = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, late.set)
    jobs = {"down": failing(SourceUnavailable("down", "down")), "late": giving(7, after=late)}
    got = await gather(jobs, enough=lambda _: True, grace_s=0.001)
    assert got.results == {"late": 7}


async def test_at_most_limit_jobs_run_at_once() -> None:
    running = 0
    most = 0

    async def job() -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return 1

    got = await gather({str(i): job for i in range(20)}, limit=3)
    assert len(got.results) == 20
    assert most == 3


async def test_cancellation_ends_every_job() -> None:
    ended: list[str] = []
    started = asyncio.Event()

    async def job() -> int:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            ended.append("ended")
        return 1

    task = asyncio.ensure_future(gather({"a": job, "b": job}))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["ended", "ended"]
    assert not others()


async def test_a_job_cancelled_from_elsewhere_is_a_failure_of_its_own() -> None:
    async def job() -> int:
        raise asyncio.CancelledError

    got = await gather({"a": giving(1), "gone": job})
    assert got.results == {"a": 1}
    assert isinstance(got.failures["gone"], DeadlineExceeded)


async def test_a_wrong_predicate_is_raised_and_leaves_no_job() -> None:
    def wrong(_: object) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await gather({"a": giving(1), "hangs": giving(2, after=asyncio.Event())}, enough=wrong)
    assert not others()


async def test_the_rest_may_linger_once_there_is_enough() -> None:
    gate = asyncio.Event()

    async def late() -> str:
        await gate.wait()
        return "late"

    async def first() -> str:
        asyncio.get_running_loop().call_soon(gate.set)
        return "first"

    got = await gather(
        {"first": first, "late": late}, enough=lambda results: bool(results), linger=lambda _results: 5.0, grace_s=5.0
    )
    assert dict(got.results) == {"first": "first", "late": "late"}


async def test_lingering_ends_and_names_who_was_late() -> None:
    async def now() -> str:
        return "now"

    async def never() -> str:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    got = await gather(
        {"now": now, "never": never}, enough=lambda results: bool(results), linger=lambda _results: 0.01, grace_s=60.0
    )
    assert (dict(got.results), got.late) == ({"now": "now"}, ("never",))


async def test_lingering_never_outlasts_the_grace() -> None:
    async def now() -> str:
        return "now"

    async def never() -> str:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    got = await asyncio.wait_for(
        gather({"now": now, "never": never}, enough=bool, linger=lambda _results: 600.0, grace_s=0.01), 5
    )
    assert got.late == ("never",)


async def test_a_job_may_take_so_long_from_its_own_start() -> None:
    async def hangs() -> int:
        await asyncio.Event().wait()
        raise AssertionError

    async def quick() -> int:
        return 1

    async def own_timeout() -> int:
        raise TimeoutError("its own")

    jobs = {"a": hangs, "b": hangs, "c": quick, "d": own_timeout}
    got = await gather(jobs, limit=1, each_s=0.05)  # one after another: waiting for a place is not counted
    assert dict(got.results) == {"c": 1}
    assert [type(error) for error in got.failures.values()] == [DeadlineExceeded, DeadlineExceeded, TimeoutError]
    assert str(got.failures["b"]) == "b had not answered in 0.05 s"


async def test_a_questions_deadline_ends_it_a_little_before() -> None:
    loop = asyncio.get_running_loop()

    async def hangs() -> str:
        await asyncio.Event().wait()
        return "never"

    async def answers() -> str:
        return "here"

    with due(Deadline(loop.time() + MARGIN_S + 0.05)):
        got = await gather({"slow": hangs, "fast": answers})
    assert dict(got.results) == {"fast": "here"}
    assert isinstance(got.failures["slow"], DeadlineExceeded)
    with due(Deadline(loop.time() - 1.0)):
        assert "slow" in (await gather({"slow": hangs})).failures
