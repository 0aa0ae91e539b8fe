"""The cache tiers as one. Here: `Tiered`, which looks in each tier, fills those above and loads once. Not here: a tier.

Single flight: concurrent misses of one key share one task that belongs to none of them; across processes the second tier's
lease does the same. Cancelling one caller, the first included, ends that caller only. A load that nobody waits for any more
runs on within the time it was given, so that what is nearly there is kept for the next question; only so many do, and
closing ends them. A load that fails fails everyone waiting for it once, and is not remembered.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from mobius.cache.disk import Disk
from mobius.cache.kept import Cut, Kept
from mobius.cache.memory import Memory
from mobius.core.errors import DeadlineExceeded
from mobius.core.facts import Tier
from mobius.core.keeping import Missing, Policy
from mobius.core.ports import Clock

if TYPE_CHECKING:
    from mobius.cache.shared import Shared

JITTER = 0.05
"""Values live up to this fraction shorter than asked, so that what was stored together does not expire together."""
MOST_BEHIND = 32
"""Loads that may run with nobody waiting: beyond, a load whose callers have gone is ended, and nothing is renewed behind."""
PAUSE_S = 1.0
"""After a renewal behind has failed, how long the value is given without trying again."""
_MOST_CUTS = 256
_MOST_PAUSED = 1_024

Compute = Callable[[], Awaitable[bytes | Missing]]


class _Flight(Struct):
    task: asyncio.Task[tuple[bytes, Tier]]
    waiting: int = 0


class Counts(Struct, frozen=True, kw_only=True):
    """What the tiers did since the process began."""

    l1: int
    l2: int
    l3: int
    """Values given, by tier."""
    origin: int
    """Values computed."""
    failed: int
    stale: int
    """Of those given from a tier, how many past their fresh time, while they were fetched again."""
    renewed: int
    """Loads begun behind such a value, or ahead of its end."""
    ended: int
    """Loads ended because too many ran with nobody waiting."""
    faults_l2: int
    faults_l3: int
    entries: int
    size_bytes: int


class Tiered:
    """L1 in memory over L2 shared and L3 on disk, either of which may be None; implements `core.ports.Cache`.

    Keys must carry the world. `share` opens the second tier, given what it needs of the others. `stays` is false for a
    process that ends with its answer: nothing is then begun or left running behind it, and no old value given, since what
    would replace it would never arrive.
    """

    def __init__(
        self,
        l1: Memory,
        l3: Disk | None,
        *,
        share: Callable[[Callable[[Cut], None]], Shared] | None = None,
        stays: bool = True,
        rng: random.Random | None = None,
    ) -> None:
        self._l1 = l1
        self._l2 = None if share is None else share(self._cut)
        self._l3 = l3
        self._stays = stays
        self._entries = l1.entries
        self._now_s = l1.now_s
        self._rng = rng or random.Random()
        self._flights: dict[str, _Flight] = {}
        self._looking: dict[str, asyncio.Future[None]] = {}
        self._paused: dict[str, float] = {}
        self._generation = 0
        self._cuts: deque[tuple[int, Cut]] = deque(maxlen=_MOST_CUTS)
        self._given = {"l2": 0, "l3": 0, "origin": 0}
        self._failed = self._stale = self._renewed = self._ended = 0

    @property
    def l3(self) -> Disk | None:
        """The file that survives a restart."""
        return self._l3

    @classmethod
    def opened(cls, clock: Clock, file: Path | None, *, now_s: Callable[[], float] | None = None) -> Tiered:
        """Memory and disk over one clock; `file` None keeps nothing on disk.

        Give `now_s`, the world's own seconds, where a simulated world runs faster than time; else values age in memory
        by the clock's monotonic seconds, which a change of the wall clock does not touch.
        """
        l1 = Memory(now_s or clock.monotonic)
        return cls(l1, None if file is None else Disk(file, lambda: clock.now().timestamp()))

    async def get(self, key: str, policy: Policy, compute: Compute) -> tuple[bytes, Tier]:
        """The value that `policy` allows and the tier it came from; computed once when there is none."""
        entry = self._entries.get(key)  # `Memory.peek` without its call, which would double what a hit costs
        if entry is not None:
            now_s = self._now_s()
            if now_s < entry.fresh_until_s and now_s - entry.stored_s < policy.fresh_s:
                entry.hits += 1
                return entry.found
        return await self._below(key, policy, compute, 0.0)

    async def renew(self, key: str, policy: Policy, compute: Compute, ahead_s: float) -> tuple[bytes, Tier]:
        """The same, but a value with less than `ahead_s` of its fresh time left is computed again."""
        return await self._below(key, policy, compute, ahead_s)

    async def invalidate(self, *, prefix: str | None = None, tag: str | None = None) -> None:
        """Forget every value whose key begins with `prefix` or that carries `tag` (cache.kept), in every process.

        What is being loaded meanwhile is given to those who wait for it and not kept. Without a second tier it reaches
        this process and the file.
        """
        cut = Cut(prefix=prefix, tag=tag)
        self._cut(cut)
        if self._l2 is not None:
            await self._l2.tell(cut)

    def counts(self) -> Counts:
        return Counts(
            l1=self._l1.hits, **self._given, failed=self._failed, stale=self._stale, renewed=self._renewed,
            ended=self._ended, faults_l2=self._l2.faults if self._l2 is not None else 0,
            faults_l3=self._l3.faults if self._l3 is not None else 0, entries=len(self._l1),
            size_bytes=self._l1.size_bytes,
        )  # fmt: skip

    async def aclose(self) -> None:
        """Cancel what is still being loaded, close the connections and the file."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._l2 is not None:
            await self._l2.aclose()
        if self._l3 is not None:
            self._l3.close()

    # --------------------------------------------------------------------------------------------------------- looking

    async def _below(
        self, key: str, policy: Policy, compute: Compute, ahead_s: float, *, again: bool = False
    ) -> tuple[bytes, Tier]:
        flight = self._flights.get(key)
        kept = self._l1.kept(key)
        state = None if kept is None else kept.state(policy, ahead_s)
        if kept is not None and (state == "fresh" or (state == "stale" and self._stays and not ahead_s)):
            self._l1.hit(key)
            if state == "stale":
                self._give_stale(key, policy, compute)
            return kept.value, "l1"
        joined = flight is not None
        if flight is None:
            found = await self._look(key, policy, compute, ahead_s)
            if found is not None:
                return found
            flight = self._flights.get(key)
            joined = flight is not None
        if flight is None:
            flight = self._begin(key, policy, compute, ahead_s)
            self._renewed += ahead_s > 0
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        except DeadlineExceeded:
            if not joined or again:
                raise
        finally:
            flight.waiting -= 1
            if flight.waiting == 0 and not flight.task.done() and not (self._stays and self._behind() <= MOST_BEHIND):
                await self._end(key, flight)
        # the deadline that passed belonged to the question that began the load; ours may be later
        return await self._below(key, policy, compute, ahead_s, again=True)

    async def _look(self, key: str, policy: Policy, compute: Compute, ahead_s: float) -> tuple[bytes, Tier] | None:
        """The value from a tier below memory, None when one must be computed. One caller looks, the others wait for it."""
        if self._l2 is not None and not self._l2.down:
            looking = self._looking.get(key)
            if looking is not None:
                await asyncio.shield(looking)
                kept = self._l1.kept(key)
                return self._taken(key, kept, "l1", policy, compute, ahead_s)
            looking = self._looking[key] = asyncio.get_running_loop().create_future()
            try:
                kept = await self._l2.get(key)
                if kept is not None:
                    self._l1.store(key, kept)
            finally:
                del self._looking[key]
                looking.set_result(None)
            found = self._taken(key, kept, "l2", policy, compute, ahead_s)
            if found is not None:
                return found
        kept = self._l3.get(key) if self._l3 is not None else None
        if kept is not None:
            self._l1.store(key, kept)
        return self._taken(key, kept, "l3", policy, compute, ahead_s)

    def _taken(
        self, key: str, kept: Kept | None, tier: Tier, policy: Policy, compute: Compute, ahead_s: float
    ) -> tuple[bytes, Tier] | None:
        state = None if kept is None else kept.state(policy, ahead_s)
        if kept is None or state is None or (state == "stale" and (ahead_s or not self._stays)):
            return None
        if tier == "l1":
            self._l1.hit(key)
        else:
            self._given[tier] += 1
        if state == "stale":
            self._give_stale(key, policy, compute)
        return kept.value, tier

    def _give_stale(self, key: str, policy: Policy, compute: Compute) -> None:
        """Count it, and have it fetched again behind, once."""
        self._stale += 1
        if key in self._flights or self._behind() >= MOST_BEHIND:
            return
        if self._now_s() < self._paused.get(key, 0.0):
            return
        self._begin(key, policy, compute, 0.0)
        self._renewed += 1

    # --------------------------------------------------------------------------------------------------------- loading

    def _begin(self, key: str, policy: Policy, compute: Compute, ahead_s: float) -> _Flight:
        task = asyncio.create_task(self._load(key, policy, compute, ahead_s))
        task.add_done_callback(_looked_at)
        flight = self._flights[key] = _Flight(task)
        return flight

    async def _load(self, key: str, policy: Policy, compute: Compute, ahead_s: float) -> tuple[bytes, Tier]:
        generation = self._generation
        lease: str | None = None
        try:
            if self._l2 is not None and not self._l2.down:
                led = await self._l2.lead(key, policy, ahead_s)
                if isinstance(led, Kept):  # another process has fetched it meanwhile
                    self._l1.store(key, led)
                    self._given["l2"] += 1
                    return led.value, "l2"
                lease = led
            stamp = self._l2.stamp if self._l2 is not None else (0, 0)
            try:
                got = await compute()
            except BaseException:
                self._failed += 1
                self._paused[key] = self._now_s() + PAUSE_S
                if len(self._paused) > _MOST_PAUSED:
                    del self._paused[next(iter(self._paused))]
                if self._l2 is not None:
                    await self._l2.release(key, lease)
                raise
            kept = self._dated(got, policy)
            self._given["origin"] += 1
            if self._cut_since(generation, key, policy.kind):
                if self._l2 is not None:
                    await self._l2.release(key, lease)
                return kept.value, "origin"
            self._l1.store(key, kept)
            if self._l3 is not None:
                self._l3.put(key, kept)
            if self._l2 is not None:
                await self._l2.put(key, kept, stamp, lease)
            return kept.value, "origin"
        finally:
            flight = self._flights.get(key)
            if flight is not None and flight.task is asyncio.current_task():
                del self._flights[key]

    def _dated(self, got: bytes | Missing, policy: Policy) -> Kept:
        less = 1.0 - JITTER * self._rng.random()
        if isinstance(got, Missing):
            lives_s = policy.missing_s * less
            return Kept(value=got.value, kind=policy.kind, missing=True, fresh_left_s=lives_s, left_s=lives_s)
        fresh_s = policy.fresh_s * less
        left_s = policy.limit_s if policy.limit_s > policy.fresh_s else fresh_s
        return Kept(value=got, kind=policy.kind, fresh_left_s=fresh_s, left_s=left_s)

    def _behind(self) -> int:
        return sum(flight.waiting == 0 for flight in self._flights.values())

    async def _end(self, key: str, flight: _Flight) -> None:
        """End a load that nobody waits for; who asks next begins a new one."""
        self._ended += 1
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.task.cancel()
        await asyncio.gather(flight.task, return_exceptions=True)

    # --------------------------------------------------------------------------------------------------- invalidations

    def _cut(self, cut: Cut) -> None:
        """What an invalidation does here, whoever made it."""
        self._generation += 1
        self._cuts.append((self._generation, cut))
        self._l1.cut(cut)
        if self._l3 is not None:
            self._l3.cut(cut)

    def _cut_since(self, generation: int, key: str, kind: str) -> bool:
        if generation == self._generation:
            return False
        if self._generation - generation > _MOST_CUTS:
            return True
        return any(at > generation and cut.takes(key, kind) for at, cut in self._cuts)


def _looked_at(task: asyncio.Task[tuple[bytes, Tier]]) -> None:
    """Nobody may be waiting for a load that fails: its error is no surprise to the event loop."""
    if not task.cancelled():
        task.exception()
