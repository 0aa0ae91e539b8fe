"""Rates and slots, in arrival order, on a clock moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mobius.core.deadline import due
from mobius.core.errors import RateLimited
from mobius.core.ports import Deadline, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.net.limit import Limited, Turns
from tests.net.conftest import Hand, Script

Scripts = Callable[..., Script]


async def test_a_burst_goes_at_once_and_the_rest_at_the_rate(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    limited = Limited(script(200), spec, clock, sleep=clock.sleep)
    began = clock.monotonic()
    for _ in range(6):
        await limited.get("/")
    assert clock.slept == pytest.approx([1.0, 1.0, 1.0])
    assert clock.monotonic() - began == pytest.approx(3.0)


async def test_an_idle_minute_refills_no_more_than_the_burst(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    limited = Limited(script(200), spec, clock, sleep=clock.sleep)
    clock.seconds += 3_600
    assert limited.budget() == 3
    for _ in range(4):
        await limited.get("/")
    assert clock.slept == pytest.approx([1.0])
    assert limited.budget() == 0
    clock.seconds += 2
    assert limited.budget() == 2


async def test_no_window_of_a_minute_sees_more_than_rate_and_burst(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    sent: list[float] = []
    inner = script(200)

    async def note() -> Reply:
        sent.append(clock.monotonic())
        return inner.reply()

    limited = Limited(script(note), spec, clock, sleep=clock.sleep)
    for _ in range(150):
        await limited.get("/")
    assert max(sum(start <= at < start + 60 for at in sent) for start in sent) <= 60 + 3


async def test_a_turn_after_the_deadline_is_refused_without_waiting(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    inner = script(200)
    limited = Limited(inner, spec, clock, sleep=clock.sleep)
    for _ in range(3):
        await limited.get("/")
    with due(Deadline(clock.monotonic() + 0.5)), pytest.raises(RateLimited) as caught:
        await limited.get("/")
    assert caught.value.retry_after_s == pytest.approx(1.0)
    assert (len(inner.calls), clock.slept) == (3, [])


async def test_at_most_the_allowed_number_at_a_time_in_arrival_order(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    running = most = 0
    gates = [asyncio.Event() for _ in range(5)]
    order: list[int] = []
    maker = script(200)

    def job(number: int) -> Callable[[], object]:
        async def step() -> Reply:
            nonlocal running, most
            order.append(number)
            running += 1
            most = max(most, running)
            await gates[number].wait()
            running -= 1
            return maker.reply()

        return step

    roomy = replace(spec, limits=replace(spec.limits, burst=10))
    limited = Limited(script(*(job(number) for number in range(5)), 200), roomy, clock, sleep=clock.sleep)
    tasks = [asyncio.create_task(limited.get(f"/{number}")) for number in range(5)]
    for gate in gates:
        await asyncio.sleep(0)
        gate.set()
    await asyncio.gather(*tasks)
    assert order == [0, 1, 2, 3, 4]
    assert most == 2


async def test_waiting_for_a_slot_ends_at_the_deadline_and_gives_none_away(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    gate = asyncio.Event()
    maker = script(200)

    async def wait() -> Reply:
        await gate.wait()
        return maker.reply()

    limited = Limited(script(wait), spec, clock, sleep=clock.sleep)
    holders = [asyncio.create_task(limited.get("/")) for _ in range(2)]
    await asyncio.sleep(0)
    with due(Deadline(clock.monotonic() + 0.01)), pytest.raises(RateLimited):
        await limited.get("/")
    gate.set()
    await asyncio.gather(*holders)
    assert (await limited.get("/")).status == 200


async def test_a_cancelled_request_gives_its_slot_back(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    async def hang() -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    limited = Limited(script(hang, hang, 200), spec, clock, sleep=clock.sleep)
    tasks = [asyncio.create_task(limited.get("/")) for _ in range(2)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (await limited.get("/")).status == 200


async def test_what_the_source_asks_for_holds_for_everyone(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    maker = script(200)
    limited = Limited(
        script(maker.reply(status=429, headers={"retry-after": "7"}), 200), spec, clock, sleep=clock.sleep
    )
    assert (await limited.get("/")).status == 429
    await limited.get("/")
    assert clock.slept == pytest.approx([7.0])


async def test_sources_at_one_host_share_its_turns_and_its_pauses(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    slower = replace(spec, name="other", limits=replace(spec.limits, per_minute=30))
    turns, maker = Turns(spec.limits), script(200)
    one = Limited(script(200), spec, clock, turns=turns, sleep=clock.sleep)
    other = Limited(
        script(200, maker.reply(status=429, headers={"retry-after": "5"}), 200), slower, clock, turns=turns,
        sleep=clock.sleep,
    )  # fmt: skip
    assert (one.budget(), other.budget()) == (3, 3)
    await other.get("/")  # half a minute's sixtieth: as much as two requests of the first
    assert (one.budget(), other.budget()) == (1, 2)
    await one.get("/")
    clock.seconds += 60
    assert (await other.get("/")).status == 429
    assert (one.budget(), other.budget()) == (0, 0)
    await one.get("/")
    assert 5.0 <= clock.slept[-1] <= 8.0  # the wait asked for, and no burst at its end


@given(st.lists(st.tuples(st.booleans(), st.floats(0.0, 5.0)), max_size=60))
def test_a_host_never_sees_more_than_its_minute_allows_from_all_its_sources(asks: list[tuple[bool, float]]) -> None:
    clock = Hand()
    limits = {False: Limits(per_minute=60, burst=3), True: Limits(per_minute=120, burst=5)}
    turns = Turns(limits[False])
    sent: list[tuple[float, float]] = []

    async def run() -> None:
        made = {}
        for quick, own in limits.items():
            spec = SourceSpec(
                name="example", title="Example", kind="venue", base_url="http://127.0.0.1:1", needs=("spot",), limits=own,
                rights=Rights(attribution="Example"),
            )  # fmt: skip
            made[quick] = Limited(Script(clock, 200), spec, clock, turns=turns, sleep=clock.sleep)
        for quick, pause_s in asks:
            clock.seconds += pause_s
            await made[quick].get("/")
            sent.append((clock.monotonic(), 60.0 / limits[quick].per_minute))

    asyncio.run(run())
    for start, _ in sent:
        taken_s = sum(share for at, share in sent if start <= at < start + 10)
        assert taken_s <= 10 + 3.0 + 1e-6
