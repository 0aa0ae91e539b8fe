"""The cache tiers as one. Here: `Tiered`, which looks in each tier, fills those above and loads once. Not here: a tier.

Single flight: concurrent misses of one key share one task that belongs to none of them. Cancelling one caller, the first
included, ends that caller only; when the last one has gone the load is cancelled too, so that nothing runs for nobody.
A load that fails fails everyone waiting for it once, and is not remembered.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

from msgspec import Struct

from mobius.cache.disk import Disk
from mobius.cache.memory import Memory
from mobius.core.errors import DeadlineExceeded
from mobius.core.facts import Tier
from mobius.core.keeping import Policy
from mobius.core.ports import Clock

JITTER = 0.05
"""Values live up to this fraction shorter than asked, so that what was stored together does not expire together."""


class _Flight(Struct):
    task: asyncio.Task[bytes]
    waiting: int = 0


class Tiered:
    """L1 in memory over L3 on disk (None: memory alone); implements `core.ports.Cache`. Keys must carry the world."""

    def __init__(self, l1: Memory, l3: Disk | None, *, rng: random.Random | None = None) -> None:
        self._l1 = l1
        self._l3 = l3
        self._rng = rng or random.Random()
        self._flights: dict[str, _Flight] = {}

    @classmethod
    def opened(cls, clock: Clock, file: Path | None, *, now_s: Callable[[], float] | None = None) -> Tiered:
        """Both tiers over one clock; `file` None keeps nothing on disk.

        Give `now_s`, the world's own seconds, where a simulated world runs faster than time; else values age in memory
        by the clock's monotonic seconds, which a change of the wall clock does not touch.
        """
        l1 = Memory(now_s or clock.monotonic)
        return cls(l1, None if file is None else Disk(file, lambda: clock.now().timestamp()))

    async def get(self, key: str, policy: Policy, compute: Callable[[], Awaitable[bytes]]) -> tuple[bytes, Tier]:
        """The value that `policy` allows and the tier it came from; computed once when there is none."""
        keep_s = policy.fresh_s
        value = self._l1.peek(key, keep_s)
        if value is not None:
            return value, "l1"
        return await self._below(key, compute, keep_s)

    async def aclose(self) -> None:
        """Cancel what is still being loaded and close the file."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._l3 is not None:
            self._l3.close()

    async def _below(
        self, key: str, compute: Callable[[], Awaitable[bytes]], keep_s: float, *, again: bool = False
    ) -> tuple[bytes, Tier]:
        flight = self._flights.get(key)
        joined = flight is not None
        if flight is None:
            kept = self._l3.get(key, keep_s) if self._l3 is not None else None
            if kept is not None:
                self._l1.put(key, kept.value, kept.left_s, age_s=kept.age_s)
                return kept.value, "l3"
            flight = self._flights[key] = _Flight(asyncio.create_task(self._load(key, compute, keep_s)))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task), "origin"
        except DeadlineExceeded:
            if not joined or again:
                raise
        finally:
            flight.waiting -= 1
            if flight.waiting == 0 and not flight.task.done():
                await self._abandon(key, flight)
        # the deadline that passed belonged to the question that began the load; ours may be later
        return await self._below(key, compute, keep_s, again=True)

    async def _load(self, key: str, compute: Callable[[], Awaitable[bytes]], keep_s: float) -> bytes:
        try:
            value = await compute()
        finally:
            flight = self._flights.get(key)
            if flight is not None and flight.task is asyncio.current_task():
                del self._flights[key]
        lives_s = keep_s * (1.0 - JITTER * self._rng.random())
        self._l1.put(key, value, lives_s)
        if self._l3 is not None:
            self._l3.put(key, value, lives_s)
        return value

    async def _abandon(self, key: str, flight: _Flight) -> None:
        """End a load that nobody waits for any more; who asks next begins a new one."""
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.task.cancel()
        await asyncio.gather(flight.task, return_exceptions=True)
