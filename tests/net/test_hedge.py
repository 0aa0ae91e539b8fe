"""A second request where the first is slow: when, how often, which one wins, and that the other one ends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from mobius.core.deadline import due
from mobius.core.errors import SourceUnavailable
from mobius.core.ports import Deadline, Reply
from mobius.core.sources import SourceSpec
from mobius.net.hedge import FLOOR_S, SHARE, Hedged
from mobius.net.latency import KEPT, LEAST, Latencies
from mobius.net.pool import Pool
from tests.net.conftest import Hand, Script, Server, Wall, plain

Scripts = Callable[..., Script]


def seen(seconds: float = 0.01, n: int = 100) -> Latencies:
    latencies = Latencies()
    for _ in range(n):
        latencies.note(seconds, whole=True)
    return latencies


async def warm(hedged: Hedged, script: Script) -> None:
    """Enough quick requests that a second one may be sent."""
    for _ in range(int(1 / SHARE)):
        await hedged.get("/")
    script.calls.clear()


def hang(ended: list[str]) -> Callable[[], Awaitable[Reply]]:
    async def step() -> Reply:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")
        raise AssertionError

    return step


async def test_past_the_95th_percentile_a_second_request_wins_and_the_first_ends(clock: Hand, script: Scripts) -> None:
    ended: list[str] = []
    inner = script(*[b"{}"] * 20, hang(ended), b'{"second": true}')
    hedged = Hedged(inner, clock, seen(), may=lambda: True)
    await warm(hedged, inner)
    before = asyncio.all_tasks()
    reply = await asyncio.wait_for(hedged.get("/slow"), 2)
    assert (reply.body, ended, len(inner.calls)) == (b'{"second": true}', ["ended"], 2)
    assert (hedged.hedged, hedged.won) == (1, 1)
    assert asyncio.all_tasks() == before


async def test_a_quick_answer_is_asked_for_once(clock: Hand, script: Scripts) -> None:
    inner = script(200)
    hedged = Hedged(inner, clock, seen(), may=lambda: True)
    for _ in range(200):
        await hedged.get("/")
    assert (len(inner.calls), hedged.hedged) == (200, 0)


@pytest.mark.parametrize("case", ["few samples", "may not", "no time left", "share spent"])
async def test_nothing_is_sent_twice_where_it_must_not_be(clock: Hand, script: Scripts, case: str) -> None:
    gate, maker = asyncio.Event(), script(200)

    async def slow() -> Reply:
        await gate.wait()
        return maker.reply()

    inner = script(*[200] * 20, slow) if case != "share spent" else script(slow)
    latencies = seen(0.3 if case == "no time left" else 0.01, n=LEAST - 1 if case == "few samples" else KEPT)
    hedged = Hedged(inner, clock, latencies, may=lambda: case != "may not")
    if case != "share spent":
        await warm(hedged, inner)
    with due(Deadline(clock.monotonic() + 0.2)):
        task = asyncio.create_task(hedged.get("/"))
    asyncio.get_running_loop().call_later(FLOOR_S + 0.3, gate.set)
    assert (await asyncio.wait_for(task, 5)).status == 200
    assert (len(inner.calls), hedged.hedged) == (1, 0)


async def test_the_extra_requests_stay_within_their_share(
    clock: Hand, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow() -> Reply:
        await asyncio.sleep(0.003)
        return inner.reply()

    inner = script(slow)
    hedged = Hedged(inner, clock, seen(0.0), may=lambda: True)
    monkeypatch.setattr("mobius.net.hedge.FLOOR_S", 0.0)
    await asyncio.gather(*(hedged.get("/") for _ in range(1_000)))
    assert 0 < hedged.hedged <= 1_000 * SHARE


async def test_a_failing_second_request_leaves_the_first_to_answer(clock: Hand, script: Scripts) -> None:
    maker, gate = script(200), asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return maker.reply()

    async def fails() -> Reply:
        gate.set()
        raise SourceUnavailable("example", "down")

    inner = script(*[200] * 20, slow, fails)
    hedged = Hedged(inner, clock, seen(), may=lambda: True)
    await warm(hedged, inner)
    assert (await asyncio.wait_for(hedged.get("/"), 2)).status == 200
    assert (hedged.hedged, hedged.won) == (1, 0)


async def test_where_both_fail_the_first_is_told(clock: Hand, script: Scripts) -> None:
    gate = asyncio.Event()

    async def first() -> Reply:
        await gate.wait()
        raise SourceUnavailable("example", "the first")

    async def second() -> Reply:
        gate.set()
        raise SourceUnavailable("example", "the second")

    inner = script(*[200] * 20, first, second)
    hedged = Hedged(inner, clock, seen(), may=lambda: True)
    await warm(hedged, inner)
    with pytest.raises(SourceUnavailable, match="the first"):
        await asyncio.wait_for(hedged.post("/", b"{}"), 2)


async def test_cancelling_ends_both(clock: Hand, script: Scripts) -> None:
    ended: list[str] = []
    inner = script(*[200] * 20, hang(ended))
    hedged = Hedged(inner, clock, seen(), may=lambda: True)
    await warm(hedged, inner)
    task = asyncio.create_task(hedged.get("/"))
    while len(inner.calls) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert ended == ["ended", "ended"]


def test_quantiles_are_of_the_newest_and_what_was_given_up_counts_only_as_long() -> None:
    latencies = Latencies()
    assert (latencies.quantile_s(0.5), latencies.p95_s()) == (None, None)
    for number in range(KEPT * 2):
        latencies.note(float(number), whole=True)
    assert len(latencies) == KEPT
    assert latencies.quantile_s(0.5) == KEPT + KEPT / 2
    highest = latencies.p95_s()
    assert highest is not None
    latencies.note(0.1, whole=False)
    assert latencies.p95_s() == highest
    latencies.note(9_999.0, whole=False)
    assert latencies.quantile_s(1.0) == 9_999.0


@pytest.mark.slow
async def test_over_real_sockets_the_tail_is_cut_at_no_more_than_a_twentieth_more_requests(
    server: Server, spec: SourceSpec
) -> None:
    """One request in twenty-five hangs for 0.8 s, the others take 5 ms: the 99th percentile with and without."""

    async def answers(head: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.8 if rng.random() < 0.04 else 0.005)
        writer.write(plain(b"{}"))

    server.answer, clock, worst = answers, Wall(), {}
    for name, may in (("without", False), ("with", True)):
        rng, latencies = random.Random(11), Latencies()
        pool = Pool(spec, clock=clock, simulated=True, base_url=server.url, latencies=latencies)
        hedged = Hedged(pool, clock, latencies, may=lambda may=may: may)  # type: ignore[misc]
        server.heads.clear()
        took = []
        for _ in range(400):
            began_s = clock.monotonic()
            await hedged.get("/")
            took.append(clock.monotonic() - began_s)
        await pool.aclose()
        worst[name] = sorted(took)[int(0.99 * len(took))]
        assert len(server.heads) <= 400 * (1 + SHARE)
    assert worst["with"] < worst["without"] / 2


async def test_what_must_be_sent_once_has_no_second_request(clock: Hand, script: Scripts) -> None:
    release = asyncio.Event()

    async def slow() -> Reply:
        await release.wait()
        return inner.reply()

    inner: Script = script(*[b"{}"] * 20, slow)
    hedged = Hedged(inner, clock, seen(), may=lambda: True, posts=False)
    await warm(hedged, inner)
    posting = asyncio.ensure_future(hedged.post("/sql/execute", b"{}"))
    await asyncio.wait([posting], timeout=FLOOR_S * 2)
    release.set()
    assert (await posting).status == 200
    assert (hedged.hedged, len(inner.calls)) == (0, 1)
