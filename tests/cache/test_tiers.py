"""The tiers together: single flight, cancelled leaders, falsy hits, worlds apart."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mobius.cache.disk import Disk
from mobius.cache.memory import Memory
from mobius.cache.tiers import Tiered
from mobius.core.errors import DeadlineExceeded, SourceUnavailable
from mobius.core.keeping import Policy


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


class Loader:
    """Counts loads; waits at a gate when it has one."""

    def __init__(
        self, value: bytes = b"v", *, gate: asyncio.Event | None = None, error: Exception | None = None
    ) -> None:
        self.value, self.gate, self.error = value, gate, error
        self.calls = 0
        self.cancelled = 0

    async def __call__(self) -> bytes:
        self.calls += 1
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        return self.value


def others() -> int:
    return len([task for task in asyncio.all_tasks() if task is not asyncio.current_task()])


async def test_the_second_read_comes_from_memory_and_a_new_process_reads_the_file(tmp_path: Path) -> None:
    clock, load = Hand(), Loader()
    cache = Tiered.opened(clock, tmp_path / "cache.sqlite")
    assert await cache.get("live|k", Policy(kind="test", fresh_s=60), load) == (b"v", "origin")
    assert await cache.get("live|k", Policy(kind="test", fresh_s=60), load) == (b"v", "l1")
    await cache.aclose()
    clock.seconds += 10
    again = Tiered.opened(clock, tmp_path / "cache.sqlite")
    assert await again.get("live|k", Policy(kind="test", fresh_s=60), load) == (b"v", "l3")
    assert await again.get("live|k", Policy(kind="test", fresh_s=60), load) == (b"v", "l1")
    clock.seconds += 50  # what came from the file is as old as it was there
    assert await again.get("live|k", Policy(kind="test", fresh_s=60), load) == (b"v", "origin")
    assert load.calls == 2
    await again.aclose()


async def test_empty_values_are_hits() -> None:
    load = Loader(b"")
    cache = Tiered.opened(Hand(), None)
    await cache.get("k", Policy(kind="test", fresh_s=60), load)
    assert await cache.get("k", Policy(kind="test", fresh_s=60), load) == (b"", "l1")
    assert load.calls == 1


async def test_a_hundred_callers_load_once() -> None:
    gate = asyncio.Event()
    load = Loader(gate=gate)
    cache = Tiered.opened(Hand(), None)
    callers = [asyncio.create_task(cache.get("k", Policy(kind="test", fresh_s=60), load)) for _ in range(100)]
    await asyncio.sleep(0)
    gate.set()
    assert set(await asyncio.gather(*callers)) == {(b"v", "origin")}
    assert load.calls == 1


async def test_cancelling_the_leader_cancels_only_the_leader() -> None:
    gate = asyncio.Event()
    load = Loader(gate=gate)
    cache = Tiered.opened(Hand(), None)
    callers = [asyncio.create_task(cache.get("k", Policy(kind="test", fresh_s=60), load)) for _ in range(10)]
    await asyncio.sleep(0)
    callers[0].cancel()
    await asyncio.sleep(0)
    gate.set()
    ended = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(ended[0], asyncio.CancelledError)
    assert ended[1:] == [(b"v", "origin")] * 9
    assert load.calls == 1


async def test_a_load_nobody_waits_for_is_ended_and_leaves_no_task() -> None:
    load = Loader(gate=asyncio.Event())
    cache = Tiered.opened(Hand(), None)
    callers = [asyncio.create_task(cache.get("k", Policy(kind="test", fresh_s=60), load)) for _ in range(3)]
    await asyncio.sleep(0)
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    assert load.cancelled == 1
    assert others() == 0
    good = Loader(b"new")
    assert await cache.get("k", Policy(kind="test", fresh_s=60), good) == (b"new", "origin")


async def test_a_failing_load_fails_all_waiters_once_and_is_not_remembered() -> None:
    gate = asyncio.Event()
    load = Loader(gate=gate, error=SourceUnavailable("binance", "down"))
    cache = Tiered.opened(Hand(), None)
    callers = [asyncio.create_task(cache.get("k", Policy(kind="test", fresh_s=60), load)) for _ in range(20)]
    await asyncio.sleep(0)
    gate.set()
    ended = await asyncio.gather(*callers, return_exceptions=True)
    assert all(isinstance(error, SourceUnavailable) for error in ended)
    assert load.calls == 1
    assert (await cache.get("k", Policy(kind="test", fresh_s=60), Loader()))[1] == "origin"


async def test_the_leaders_deadline_does_not_end_those_who_joined_it() -> None:
    gate = asyncio.Event()
    hurried = Loader(gate=gate, error=DeadlineExceeded("the first question's time ran out"))
    patient = Loader(b"later")
    cache = Tiered.opened(Hand(), None)
    first = asyncio.create_task(cache.get("k", Policy(kind="test", fresh_s=60), hurried))
    await asyncio.sleep(0)
    joined = [asyncio.create_task(cache.get("k", Policy(kind="test", fresh_s=60), patient)) for _ in range(5)]
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(DeadlineExceeded):
        await first
    assert await asyncio.gather(*joined) == [(b"later", "origin")] * 5
    assert patient.calls == 1


async def test_expiry_is_spread_but_never_later_than_asked() -> None:
    clock = Hand()
    cache = Tiered(Memory(clock.monotonic), None)
    for number in range(200):
        await cache.get(f"k{number}", Policy(kind="test", fresh_s=100), Loader())
    clock.seconds = 97.5
    alive = [
        (await cache.get(f"k{number}", Policy(kind="test", fresh_s=1e9), Loader()))[1] == "l1" for number in range(200)
    ]
    assert 20 < sum(alive) < 180
    clock.seconds = 100.0 + 97.5  # those reloaded at 97.5 are gone too
    assert (await cache.get("k0", Policy(kind="test", fresh_s=100), Loader()))[1] == "origin"


async def test_a_dead_disk_costs_nothing_but_its_hits(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    clock = Hand()
    disk = Disk(blocked / "cache.sqlite", lambda: clock.seconds)
    cache = Tiered(Memory(clock.monotonic), disk)
    load = Loader()
    assert (await cache.get("k", Policy(kind="test", fresh_s=60), load))[1] == "origin"
    assert (await cache.get("k", Policy(kind="test", fresh_s=60), load))[1] == "l1"


async def test_closing_ends_loads_in_flight() -> None:
    load = Loader(gate=asyncio.Event())
    cache = Tiered.opened(Hand(), None)
    caller = asyncio.create_task(cache.get("k", Policy(kind="test", fresh_s=60), load))
    await asyncio.sleep(0)
    await cache.aclose()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert others() == 0


def test_sqlite_is_not_loaded_before_the_file_is_used() -> None:
    code = (
        "import sys; import mobius.cache.tiers, mobius.cache.disk;"
        "sys.exit(','.join(set(sys.modules) & {'sqlite3', 'numpy', 'sqlalchemy', 'aiohttp'}) or None)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
