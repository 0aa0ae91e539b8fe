"""The tiers together: single flight, cancelled leaders, falsy hits, worlds apart."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.cache.disk import Disk
from mobius.cache.memory import Memory
from mobius.cache.tiers import MOST_BEHIND, PAUSE_S, Tiered
from mobius.core.errors import DeadlineExceeded, SourceUnavailable
from mobius.core.keeping import Missing, Policy

MINUTE = Policy(kind="test", fresh_s=60)
SHORT = Policy(kind="book", fresh_s=10, limit_s=30, missing_s=600)


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
        self.began = asyncio.Event()

    async def __call__(self) -> bytes:
        self.calls += 1
        self.began.set()
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


async def test_a_load_nobody_waits_for_runs_on_and_is_kept() -> None:
    gate = asyncio.Event()
    load = Loader(gate=gate)
    cache = Tiered.opened(Hand(), None)
    await left(cache, "k", load)
    gate.set()
    assert await cache.get("k", MINUTE, Loader(b"other")) == (b"v", "origin")  # the next one joins it
    assert await cache.get("k", MINUTE, Loader(b"other")) == (b"v", "l1")
    assert (load.calls, load.cancelled, others()) == (1, 0, 0)


async def test_only_so_many_loads_run_with_nobody_waiting_and_closing_ends_them() -> None:
    loads = [Loader(gate=asyncio.Event()) for _ in range(MOST_BEHIND + 5)]
    cache = Tiered.opened(Hand(), None)
    for number, load in enumerate(loads):
        await left(cache, f"k{number}", load)
    assert sum(load.cancelled for load in loads) == 5
    assert others() == MOST_BEHIND
    assert cache.counts().ended == 5
    await cache.aclose()
    assert (others(), sum(load.cancelled for load in loads)) == (0, len(loads))


async def test_a_process_that_ends_with_its_answer_leaves_no_load_running_and_gives_nothing_old() -> None:
    clock = Hand()
    cache = Tiered(Memory(clock.monotonic), None, stays=False)
    load = Loader(gate=asyncio.Event())
    await left(cache, "k", load)
    assert (load.cancelled, others()) == (1, 0)
    await cache.get("k", SHORT, Loader())
    clock.seconds = 20
    assert await cache.get("k", SHORT, Loader(b"new")) == (b"new", "origin")


async def test_a_load_that_fails_with_nobody_waiting_is_no_surprise_to_the_loop() -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    gate = asyncio.Event()
    cache = Tiered.opened(Hand(), None)
    await left(cache, "k", Loader(gate=gate, error=SourceUnavailable("binance", "down")))
    gate.set()
    await settled()
    gc.collect()
    assert told == []
    assert cache.counts().failed == 1


async def left(cache: Tiered, key: str, load: Loader) -> None:
    """Ask and go away before the load has ended."""
    caller = asyncio.create_task(cache.get(key, MINUTE, load))
    await load.began.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)


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


async def settled() -> None:
    while others():  # noqa: ASYNC110 - tasks of the cache tell nobody when they end
        await asyncio.sleep(0)


async def test_past_its_fresh_time_a_value_is_given_and_fetched_again_once_behind() -> None:
    clock, load = Hand(), Loader()
    cache = Tiered.opened(clock, None)
    await cache.get("k", SHORT, load)
    clock.seconds = 20
    gate = asyncio.Event()
    again = Loader(b"new", gate=gate)
    assert [await cache.get("k", SHORT, again) for _ in range(3)] == [(b"v", "l1")] * 3
    gate.set()
    await settled()
    assert await cache.get("k", SHORT, again) == (b"new", "l1")
    assert (again.calls, cache.counts().stale, cache.counts().renewed) == (1, 3, 1)
    await cache.aclose()


async def test_beyond_its_limit_nobody_is_given_the_old_value() -> None:
    clock, load = Hand(), Loader()
    cache = Tiered.opened(clock, None)
    await cache.get("k", SHORT, load)
    clock.seconds = 30
    assert await cache.get("k", SHORT, Loader(b"new")) == (b"new", "origin")


async def test_a_source_that_fails_behind_is_not_asked_at_every_read() -> None:
    clock = Hand()
    cache = Tiered.opened(clock, None)
    await cache.get("k", SHORT, Loader())
    clock.seconds = 20
    broken = Loader(error=SourceUnavailable("binance", "down"))
    for _ in range(5):
        assert await cache.get("k", SHORT, broken) == (b"v", "l1")
        await settled()
    assert broken.calls == 1
    clock.seconds += PAUSE_S
    await cache.get("k", SHORT, broken)
    await settled()
    assert broken.calls == 2


async def test_that_there_is_no_such_thing_is_remembered_for_its_own_time(tmp_path: Path) -> None:
    clock, calls = Hand(), 0

    async def none() -> Missing:
        nonlocal calls
        calls += 1
        return Missing(b"none")

    cache = Tiered.opened(clock, tmp_path / "cache.sqlite")
    assert await cache.get("k", SHORT, none) == (b"none", "origin")
    clock.seconds = 500  # far beyond the fresh time of a price
    assert await cache.get("k", SHORT, none) == (b"none", "l1")
    await cache.aclose()
    again = Tiered.opened(clock, tmp_path / "cache.sqlite")
    assert await again.get("k", SHORT, none) == (b"none", "l3")
    clock.seconds = 600
    assert (await again.get("k", SHORT, none))[1] == "origin"
    assert calls == 2
    await again.aclose()


async def test_what_says_nothing_of_missing_is_not_remembered_as_missing() -> None:
    cache, calls = Tiered.opened(Hand(), None), 0

    async def none() -> Missing:
        nonlocal calls
        calls += 1
        return Missing(b"none")

    for _ in range(2):
        assert await cache.get("k", MINUTE, none) == (b"none", "origin")
    assert calls == 2


async def test_renewing_fetches_what_is_about_to_end_and_nothing_else() -> None:
    clock, load = Hand(), Loader()
    cache = Tiered.opened(clock, None)
    await cache.renew("k", SHORT, load, 3.0)
    clock.seconds = 5
    assert (await cache.renew("k", SHORT, load, 3.0))[1] == "l1"
    clock.seconds = 8
    assert (await cache.renew("k", SHORT, Loader(b"new"), 3.0)) == (b"new", "origin")
    clock.seconds = 15  # past the first one's time
    assert (await cache.get("k", SHORT, load)) == (b"new", "l1")
    assert load.calls == 1


@pytest.mark.parametrize("cut", [{"prefix": "live|r2|kraken|/a"}, {"tag": "source:kraken"}, {"tag": "kind:book"}])
async def test_an_invalidation_takes_what_it_names_from_every_tier(tmp_path: Path, cut: dict[str, str]) -> None:
    file = tmp_path / "cache.sqlite"
    cache = Tiered.opened(Hand(), file)
    other = Policy(kind="fx", fresh_s=60)
    await cache.get("live|r2|kraken|/a?x", SHORT, Loader())
    await cache.get("live|r2|okx|/a?x", other, Loader())
    await cache.invalidate(**cut)
    assert (await cache.get("live|r2|okx|/a?x", other, Loader()))[1] == "l1"
    await cache.aclose()
    again = Tiered.opened(Hand(), file)
    assert (await again.get("live|r2|okx|/a?x", other, Loader()))[1] == "l3"
    assert (await again.get("live|r2|kraken|/a?x", SHORT, Loader()))[1] == "origin"
    await again.aclose()


async def test_what_was_being_loaded_when_it_was_invalidated_is_given_and_not_kept() -> None:
    gate = asyncio.Event()
    load = Loader(b"old", gate=gate)
    cache = Tiered.opened(Hand(), None)
    caller = asyncio.create_task(cache.get("live|r2|kraken|/a", MINUTE, load))
    await load.began.wait()
    await cache.invalidate(tag="world:live")
    gate.set()
    assert await caller == (b"old", "origin")
    assert await cache.get("live|r2|kraken|/a", MINUTE, Loader(b"new")) == (b"new", "origin")


async def test_the_tiers_count_what_they_gave(tmp_path: Path) -> None:
    cache = Tiered.opened(Hand(), tmp_path / "cache.sqlite")
    for _ in range(4):
        await cache.get("k", MINUTE, Loader())
    await cache.aclose()
    again = Tiered.opened(Hand(), tmp_path / "cache.sqlite")
    for _ in range(3):
        await again.get("k", MINUTE, Loader())
    counts = again.counts()
    assert (cache.counts().origin, cache.counts().l1, counts.l3, counts.l1, counts.origin) == (1, 3, 1, 2, 0)
    await again.aclose()


def test_sqlite_is_not_loaded_before_the_file_is_used() -> None:
    code = (
        "import sys; import mobius.cache.tiers, mobius.cache.disk;"
        "sys.exit(','.join(set(sys.modules) & {'sqlite3', 'redis', 'numpy', 'sqlalchemy', 'aiohttp'}) or None)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["get", "renew", "cut", "close"]), st.sampled_from("abc"), st.integers(0, 25),
            st.sampled_from([MINUTE, SHORT, Policy(kind="quick", fresh_s=3)]),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_whatever_happens_nobody_is_given_what_is_older_than_allowed(
    steps: list[tuple[str, str, int, Policy]],
) -> None:
    """Values say when they were fetched and after how many cuts: no reader sees one beyond its policy, or from before a cut."""

    async def live(folder: Path) -> None:
        clock, cuts, fetches = Hand(), dict.fromkeys("abc", 0), 0
        cache = Tiered.opened(clock, folder / "cache.sqlite")

        async def load(name: str) -> bytes:
            nonlocal fetches
            fetches += 1
            return f"{clock.seconds} {cuts[name]}".encode()

        for what, name, seconds, policy in steps:
            clock.seconds += seconds
            key = f"live|r3|kraken|/{name}"
            if what == "close":
                await cache.aclose()
                cache = Tiered.opened(clock, folder / "cache.sqlite")
            elif what == "cut":
                cuts[name] += 1
                await cache.invalidate(prefix=key)
            else:
                before = fetches
                ahead_s = 2.0 if what == "renew" else 0.0
                value, tier = await cache.renew(key, policy, partial(load, name), ahead_s)
                at_s, cut = value.decode().split()
                age_s = clock.seconds - float(at_s)
                assert int(cut) == cuts[name]
                assert age_s < policy.oldest_s()
                assert (tier == "origin") == (fetches > before)
                if ahead_s:
                    assert age_s + ahead_s < policy.fresh_s
                elif age_s >= policy.fresh_s:  # old, then, and being fetched again
                    await settled()
                    assert fetches == before + 1
        await cache.aclose()
        assert others() == 0

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder)))
