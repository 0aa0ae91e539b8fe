"""Turns between people: one person's hundred questions do not starve another's one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mobius.core.asker import NOBODY, asked_by, asker
from mobius.core.ports import Person, Reply
from mobius.core.sources import SourceSpec
from mobius.net.fair import FairSlots
from mobius.net.limit import Limited
from mobius.net.pool import Pool

if TYPE_CHECKING:
    from tests.net.conftest import Hand, Script, Server


async def test_who_asks_travels_into_tasks_and_ends_with_the_question() -> None:
    async def inside() -> str:
        return asker()

    with asked_by(Person("ada")):
        task = asyncio.create_task(inside())
        assert asker() == "ada"
    assert (await task, asker()) == ("ada", NOBODY)


async def test_a_hundred_questions_of_one_person_do_not_starve_anothers_one(
    spec: SourceSpec, clock: Hand, script: Callable[..., Script]
) -> None:
    served: list[str] = []
    maker = script(200)

    async def serve() -> Reply:
        served.append(asker())
        await asyncio.sleep(0)
        return maker.reply()

    roomy = replace(spec, limits=replace(spec.limits, per_minute=6_000, burst=200))
    limited = Limited(script(serve), roomy, clock, sleep=clock.sleep)

    async def ask(person: str) -> None:
        with asked_by(Person(person)):
            await limited.get("/")

    tasks = [asyncio.create_task(ask("ada")) for _ in range(100)]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(ask(name)) for name in ("bob", "cleo", "bob")]
    await asyncio.gather(*tasks)
    assert len(served) == 103
    assert [place for place, name in enumerate(served) if name != "ada"][-1] < 10


async def test_over_real_sockets_the_wait_does_not_grow_with_what_another_asks(
    spec: SourceSpec, clock: Hand, server: Server
) -> None:
    roomy = replace(spec, limits=replace(spec.limits, per_minute=60_000, burst=200, concurrent=2))
    pool = Pool(roomy, clock=clock, simulated=True, base_url=server.url)
    limited = Limited(pool, roomy, clock)

    async def ask(person: str) -> None:
        with asked_by(Person(person)):
            await limited.get(f"/{person}")

    many = [asyncio.create_task(ask("ada")) for _ in range(60)]
    await server.until(lambda: bool(server.heads))
    await ask("bob")
    before = next(place for place, head in enumerate(server.heads) if head.startswith("GET /bob"))
    await asyncio.gather(*many)
    await pool.aclose()
    assert before <= 10
    assert len(server.heads) == 61


async def test_a_slot_given_to_who_has_gone_goes_to_the_next() -> None:
    slots = FairSlots(1)
    await slots.acquire("ada")
    gone, next_one = (asyncio.create_task(slots.acquire(name)) for name in ("ada", "bob"))
    await asyncio.sleep(0)
    slots.release()
    gone.cancel()  # its turn has come in this very moment
    await asyncio.gather(gone, return_exceptions=True)
    await asyncio.wait_for(next_one, 1)
    slots.release()
    assert slots.waiting == 0


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30),
    st.randoms(use_true_random=False),
)
def test_every_slot_is_given_and_none_twice(n_slots: int, asks: list[tuple[str, bool]], rng: object) -> None:
    async def run() -> None:
        slots = FairSlots(n_slots)
        holding = most = served = 0

        async def one(person: str) -> None:
            nonlocal holding, most, served
            await slots.acquire(person)
            try:
                holding += 1
                most = max(most, holding)
                await asyncio.sleep(0)
                served += 1
            finally:
                holding -= 1
                slots.release()

        tasks = [(asyncio.create_task(one(person)), cancelled) for person, cancelled in asks]
        await asyncio.sleep(0)
        for task, cancelled in tasks:
            if cancelled:
                task.cancel()
        await asyncio.gather(*(task for task, _ in tasks), return_exceptions=True)
        assert most <= n_slots
        assert served >= sum(not cancelled for _, cancelled in asks)
        assert slots.waiting == 0
        for _ in range(n_slots):
            await asyncio.wait_for(slots.acquire("z"), 1)

    asyncio.run(run())


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=40))
def test_between_two_turns_of_one_person_everyone_else_who_waits_has_one(line: list[str]) -> None:
    async def run() -> None:
        slots, order = FairSlots(1), list[str]()
        await slots.acquire("holder")

        async def one(person: str) -> None:
            await slots.acquire(person)
            order.append(person)
            slots.release()

        tasks = [asyncio.create_task(one(person)) for person in line]
        await asyncio.sleep(0)
        slots.release()
        await asyncio.gather(*tasks)
        for place, person in enumerate(order):
            waiting = set(order[place:]) - {person}
            later = order.index(person, place + 1) if person in order[place + 1 :] else None
            if later is not None:
                assert waiting <= set(order[place + 1 : later]) | (waiting - set(order[later:]))

    asyncio.run(run())
