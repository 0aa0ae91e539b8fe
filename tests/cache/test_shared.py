"""The second tier on a real Valkey: values, leases between processes, invalidations that reach all, a server that dies."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from benchmarks.valkey import Valkey
from mobius.cache import shared
from mobius.cache.disk import Disk
from mobius.cache.kept import Cut, Kept
from mobius.cache.memory import Memory
from mobius.cache.shared import Shared
from mobius.cache.tiers import Tiered
from mobius.core.errors import BadParameter, MissingExtra, SourceUnavailable
from mobius.core.keeping import Missing, Policy

MINUTE = Policy(kind="book", fresh_s=60, missing_s=600)
HERE = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, a server that lives answers in this time; the tests are not about slowness."""
    monkeypatch.setattr(shared, "OPERATION_S", 5.0)


class Hand:
    """Real seconds, moved by hand on top."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return time.time() + self.seconds


def opened(url: str, hand: Hand | None = None, disk: Disk | None = None) -> Tiered:
    now_s = hand or Hand()

    def share(cut: Callable[[Cut], None]) -> Shared:
        if disk is None:
            return Shared(url, now_s, cut=cut, real_s=now_s)
        return Shared(url, now_s, cut=cut, real_s=now_s, noted=disk.noted, note=disk.note)

    return Tiered(Memory(now_s), disk, share=share)


def giving(value: bytes, calls: list[bytes]) -> Callable[[], Awaitable[bytes]]:
    async def load() -> bytes:
        calls.append(value)
        return value

    return load


async def until(got: Callable[[], Awaitable[tuple[bytes, str]]], value: bytes) -> None:
    """Ask until the value has changed: what another process says travels in its own time."""
    async with asyncio.timeout(5):
        while (await got())[0] != value:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_another_process_finds_the_value_with_its_age(valkey_url: str, key: str) -> None:
    hand, calls = Hand(), list[bytes]()
    first, second = opened(valkey_url, hand), opened(valkey_url, hand)
    assert await first.get(key, MINUTE, giving(b"v", calls)) == (b"v", "origin")
    hand.seconds += 30
    assert await second.get(key, MINUTE, giving(b"w", calls)) == (b"v", "l2")
    assert await second.get(key, MINUTE, giving(b"w", calls)) == (b"v", "l1")
    hand.seconds += 30  # as old as it was where it was fetched
    assert await second.get(key, MINUTE, giving(b"w", calls)) == (b"w", "origin")
    assert (second.counts().l2, second.counts().faults_l2) == (1, 0)
    await first.aclose()
    await second.aclose()


async def test_empty_values_and_missing_things_are_found_there_too(valkey_url: str, key: str) -> None:
    hand = Hand()
    first, second = opened(valkey_url, hand), opened(valkey_url, hand)
    await first.get(key, MINUTE, giving(b"", []))

    async def none() -> Missing:
        return Missing(b"none")

    await first.get(key + "/none", MINUTE, none)
    assert await second.get(key, MINUTE, giving(b"x", [])) == (b"", "l2")
    hand.seconds += 300
    assert await second.get(key + "/none", MINUTE, giving(b"x", [])) == (b"none", "l2")
    await first.aclose()
    await second.aclose()


async def test_two_caches_fetch_once_between_them(valkey_url: str, key: str) -> None:
    first, second = opened(valkey_url), opened(valkey_url)
    gate, began, calls = asyncio.Event(), asyncio.Event(), list[str]()

    def load(name: str) -> Callable[[], Awaitable[bytes]]:
        async def fetch() -> bytes:
            calls.append(name)
            began.set()
            await gate.wait()
            return b"v"

        return fetch

    callers = [
        asyncio.create_task(cache.get(key, MINUTE, load(name)))
        for _ in range(50)
        for name, cache in (("first", first), ("second", second))
    ]
    await began.wait()
    gate.set()
    got = await asyncio.gather(*callers)
    assert len(calls) == 1
    assert {value for value, _ in got} == {b"v"}
    assert {tier for _, tier in got} == {"origin", "l2"}
    await first.aclose()
    await second.aclose()


PROCESS = """
import asyncio, sys, time
from mobius.cache import shared
from mobius.cache.memory import Memory
from mobius.cache.shared import Shared
from mobius.cache.tiers import Tiered
from mobius.core.keeping import Policy

async def main(url, key, log):
    shared.OPERATION_S = 5.0
    cache = Tiered(Memory(time.time), None, share=lambda cut: Shared(url, time.time, cut=cut))
    async def load():
        with open(log, "a") as file:
            file.write("x")
        await asyncio.sleep(0.2)
        return b"v"
    print("ready", flush=True)
    sys.stdin.readline()
    got = await asyncio.gather(*(cache.get(key, Policy(kind="book", fresh_s=60), load) for _ in range(500)))
    print({value for value, _ in got}, flush=True)
    await cache.aclose()

asyncio.run(main(*sys.argv[1:]))
"""


def process(url: str, key: str, log: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, url, key, str(log)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE, env={**os.environ, "PYTHONPATH": str(HERE)},
    )  # fmt: skip


def test_two_processes_with_a_thousand_callers_fetch_once(valkey_url: str, key: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    processes = [process(valkey_url, key, log) for _ in range(2)]
    for one in processes:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    said = []
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in processes:
        said.append(one.communicate(timeout=30)[0])
    assert said == ["{b'v'}\n"] * 2
    assert log.read_text() == "x"


DYING = """
import asyncio, os, signal, sys, time
from mobius.cache import shared
from mobius.cache.memory import Memory
from mobius.cache.shared import Shared
from mobius.cache.tiers import Tiered
from mobius.core.keeping import Policy

async def main(url, key):
    shared.OPERATION_S = 5.0
    cache = Tiered(Memory(time.time), None, share=lambda cut: Shared(url, time.time, cut=cut))
    async def load():
        os.kill(os.getpid(), signal.SIGKILL)
    await cache.get(key, Policy(kind="book", fresh_s=60), load)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_that_is_killed_while_it_fetches_leaves_the_fetch_to_others(
    valkey_url: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "WAIT_S", 0.2)
    died = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, valkey_url, key, cwd=HERE, env={**os.environ, "PYTHONPATH": str(HERE)}
    )
    assert await died.wait() == -9
    here, calls = opened(valkey_url), list[bytes]()
    callers = (here.get(key, MINUTE, giving(b"own", calls)) for _ in range(20))
    assert set(await asyncio.gather(*callers)) == {(b"own", "origin")}
    assert len(calls) == 1
    await here.aclose()


async def test_cancelling_the_one_that_fetches_cancels_only_it(valkey_url: str, key: str) -> None:
    first, second = opened(valkey_url), opened(valkey_url)
    gate, began, calls = asyncio.Event(), asyncio.Event(), list[bytes]()

    async def slow() -> bytes:
        began.set()
        await gate.wait()
        return b"slow"

    leader = asyncio.create_task(first.get(key, MINUTE, slow))
    await began.wait()
    follower = asyncio.create_task(second.get(key, MINUTE, giving(b"own", calls)))
    leader.cancel()
    gate.set()
    assert isinstance((await asyncio.gather(leader, return_exceptions=True))[0], asyncio.CancelledError)
    assert await follower == (b"slow", "l2")
    assert calls == []
    await first.aclose()
    await second.aclose()


async def test_a_process_that_ends_in_the_middle_gives_its_lease_back(valkey_url: str, key: str) -> None:
    first, second = opened(valkey_url), opened(valkey_url)
    began = asyncio.Event()

    async def never() -> bytes:
        began.set()
        await asyncio.Event().wait()
        return b""

    leader = asyncio.create_task(first.get(key, MINUTE, never))
    await began.wait()
    follower = asyncio.create_task(second.get(key, MINUTE, giving(b"own", [])))
    await first.aclose()
    assert await follower == (b"own", "origin")
    await asyncio.gather(leader, return_exceptions=True)
    await second.aclose()


async def test_a_fetch_that_fails_elsewhere_is_tried_here(valkey_url: str, key: str) -> None:
    first, second = opened(valkey_url), opened(valkey_url)
    gate, began = asyncio.Event(), asyncio.Event()

    async def broken() -> bytes:
        began.set()
        await gate.wait()
        raise SourceUnavailable("kraken", "down")

    leader = asyncio.create_task(first.get(key, MINUTE, broken))
    await began.wait()
    follower = asyncio.create_task(second.get(key, MINUTE, giving(b"own", [])))
    gate.set()
    assert await follower == (b"own", "origin")
    with pytest.raises(SourceUnavailable):
        await leader
    await first.aclose()
    await second.aclose()


async def test_a_lease_whose_holder_died_holds_nobody_up_for_long(
    valkey_url: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "WAIT_S", 0.05)
    dead, alive = Shared(valkey_url, time.time, cut=lambda _: None), opened(valkey_url)
    assert isinstance(await dead.lead(key, MINUTE, 0.0), str)  # and never gives it back
    assert await alive.get(key, MINUTE, giving(b"own", [])) == (b"own", "origin")
    await dead.aclose()
    await alive.aclose()


async def test_a_lease_that_passed_to_another_is_not_given_back_by_the_first(
    valkey_url: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "WAIT_S", 0.0)
    one, two = (Shared(valkey_url, time.time, cut=lambda _: None) for _ in range(2))
    old = await one.lead(key, MINUTE, 0.0)
    assert isinstance(old, str)
    await one.release(key, old)
    new = await two.lead(key, MINUTE, 0.0)
    await one.release(key, old)
    assert await one.lead(key, MINUTE, 0.0) is None
    assert isinstance(new, str)
    await two.release(key, new)
    assert isinstance(await one.lead(key, MINUTE, 0.0), str)
    await one.aclose()
    await two.aclose()


@pytest.mark.parametrize("by", ["prefix", "tag"])
async def test_an_invalidation_reaches_the_memory_and_the_file_of_others(
    valkey_url: str, key: str, tmp_path: Path, by: str
) -> None:
    disk = Disk(tmp_path / "cache.sqlite", time.time)
    here, there = opened(valkey_url), opened(valkey_url, disk=disk)
    await here.get(key, MINUTE, giving(b"old", []))
    await there.get(key, MINUTE, giving(b"old", []))
    await there.get(key + "/own", MINUTE, giving(b"old", []))
    assert disk.get(key + "/own") is not None
    await here.invalidate(**({"prefix": key} if by == "prefix" else {"tag": "source:kraken"}))
    await until(lambda: there.get(key, MINUTE, giving(b"new", [])), b"new")
    assert disk.get(key + "/own") is None
    assert (await here.get(key, MINUTE, giving(b"other", [])))[0] in (b"new", b"other")
    await here.aclose()
    await there.aclose()


async def test_a_process_that_was_away_serves_nothing_invalidated_meanwhile(
    valkey_url: str, key: str, tmp_path: Path
) -> None:
    file = tmp_path / "cache.sqlite"
    disk = Disk(file, time.time)
    before = opened(valkey_url, disk=disk)
    await before.invalidate(tag="kind:none")  # the log has a beginning, and this file has heard of it
    await before.get(key, MINUTE, giving(b"old", []))
    async with asyncio.timeout(5):
        while disk.noted("cuts") is None:  # noqa: ASYNC110 - its own word comes back through the server
            await asyncio.sleep(0.001)
    await before.aclose()
    here = opened(valkey_url)
    await here.invalidate(prefix=key)
    after = opened(valkey_url, disk=Disk(file, time.time))
    assert await after.get(key, MINUTE, giving(b"new", [])) == (b"new", "origin")
    await here.aclose()
    await after.aclose()


async def test_a_process_that_starts_anew_still_knows_which_values_are_dead(
    valkey_url: str, key: str, tmp_path: Path
) -> None:
    disk = Disk(tmp_path / "cache.sqlite", time.time)
    writer, before = opened(valkey_url), opened(valkey_url, disk=disk)
    assert writer._l2 is not None
    await writer._l2.get(key)
    stamp = writer._l2.stamp
    await before.invalidate(prefix=key)
    async with asyncio.timeout(5):
        while disk.noted("cuts") is None:  # noqa: ASYNC110 - its own word comes back through the server
            await asyncio.sleep(0.001)
    await before.aclose()
    await writer._l2.put(key, Kept(value=b"old", kind="book", fresh_left_s=60, left_s=60), stamp)
    after = opened(valkey_url, disk=Disk(tmp_path / "cache.sqlite", time.time))  # has heard of it, in its former life
    assert await after.get(key, MINUTE, giving(b"new", [])) == (b"new", "origin")
    await writer.aclose()
    await after.aclose()


async def test_a_value_written_by_who_had_not_heard_is_dead(valkey_url: str, key: str) -> None:
    here, reader = Shared(valkey_url, time.time, cut=lambda _: None), opened(valkey_url)
    await here.get(key)
    stamp = here.stamp
    await here.tell(Cut(prefix=key))
    await here.put(key, Kept(value=b"old", kind="book", fresh_left_s=60, left_s=60), stamp)
    assert await here.get(key) is None
    assert await reader.get(key, MINUTE, giving(b"new", [])) == (b"new", "origin")
    await here.aclose()
    await reader.aclose()


async def test_a_log_that_was_lost_means_that_anything_may_be_dead(mortal: Valkey, key: str, tmp_path: Path) -> None:
    hand, disk = Hand(), Disk(tmp_path / "cache.sqlite", time.time)
    disk.note("cuts", "5-0")
    disk.put(key, Kept(value=b"old", kind="book", fresh_left_s=60, left_s=60))
    cache = opened(mortal.url, hand, disk)
    assert await cache.get(key, MINUTE, giving(b"new", [])) == (b"new", "origin")
    await cache.aclose()


async def test_a_server_that_dies_costs_its_hits_and_is_used_again_when_it_is_back(mortal: Valkey, key: str) -> None:
    hand = Hand()
    cache, other = opened(mortal.url, hand), opened(mortal.url, hand)
    assert (await cache.get(key, MINUTE, giving(b"a", [])))[1] == "origin"
    mortal.kill()
    started = time.perf_counter()
    for number in range(20):
        assert (await cache.get(f"{key}/{number}", MINUTE, giving(b"b", [])))[1] == "origin"
    assert time.perf_counter() - started < 2.0  # twenty operations that waited would take far longer
    assert (await cache.get(key, MINUTE, giving(b"x", [])))[1] == "l1"
    assert 0 < cache.counts().faults_l2 <= 8
    assert cache._l2 is not None
    assert cache._l2.down
    mortal.start()
    hand.seconds += shared.DOWN_S
    assert (await cache.get(f"{key}/back", MINUTE, giving(b"c", [])))[1] == "origin"
    assert await other.get(f"{key}/back", MINUTE, giving(b"x", [])) == (b"c", "l2")
    await cache.aclose()
    await other.aclose()


async def test_an_invalidation_made_while_the_server_was_gone_is_told_when_it_is_back(mortal: Valkey, key: str) -> None:
    hand = Hand()
    here, there = opened(mortal.url, hand), opened(mortal.url, hand)
    await here.get(key, MINUTE, giving(b"old", []))
    mortal.kill()
    await here.invalidate(prefix=key)
    mortal.start()
    hand.seconds += shared.DOWN_S
    await there.get(key, MINUTE, giving(b"old", []))
    await here.get(key + "/any", MINUTE, giving(b"v", []))
    await until(lambda: there.get(key, MINUTE, giving(b"new", [])), b"new")
    await here.aclose()
    await there.aclose()


async def test_a_server_that_does_not_answer_is_left_alone_after_two_tries(
    tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "OPERATION_S", 0.05)
    asked = 0

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_unix_server(silent, path=str(tmp_path / "s"))
    cache = opened(f"unix://{tmp_path / 's'}")
    started = time.perf_counter()
    for number in range(10):
        assert (await cache.get(f"{key}/{number}", MINUTE, giving(b"v", [])))[1] == "origin"
    assert time.perf_counter() - started < 1.0
    assert (asked, cache.counts().faults_l2) == (2, 2)
    await cache.aclose()
    server.close()


async def test_values_of_another_layout_and_damaged_ones_are_misses(valkey_url: str, key: str) -> None:
    from redis.asyncio import Redis

    client, cache = Redis.from_url(valkey_url), opened(valkey_url)
    for number, body in enumerate((b"", b"m1", b"m9" + bytes(80), bytes(80), b"m1" + b"\xff" * 60)):
        await client.set(f"mobius:{key}/{number}", body)
        assert await cache.get(f"{key}/{number}", MINUTE, giving(b"v", [])) == (b"v", "origin")
    await client.aclose()
    await cache.aclose()


async def test_two_worlds_never_meet_there(valkey_url: str, key: str) -> None:
    cache = opened(valkey_url)
    await cache.get(key, MINUTE, giving(b"live", []))
    sandbox = key.replace("live|", "sandbox:7|")
    assert await cache.get(sandbox, MINUTE, giving(b"sandbox", [])) == (b"sandbox", "origin")
    await cache.aclose()


def test_an_address_that_is_no_redis_is_refused_and_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadParameter):
        shared.check("http://127.0.0.1")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match="redis"):
        shared.check("redis://127.0.0.1")
