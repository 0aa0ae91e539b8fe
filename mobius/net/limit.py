"""No more requests than a source allows. Here: `Limited`, a rate and a number of slots, fair between people. Not here: retries.

The rate is a token bucket kept as one number, the instant at which the bucket would be empty (GCRA): who arrives reserves the
next turn at once, so a turn that comes after the deadline is refused without waiting. Turns are reserved by those who hold
a slot, and slots are given to the people who wait in rotation (fair). Sources at one host share its Turns: a request takes
its own source's share of the minute, whichever source it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from mobius.core.asker import asker
from mobius.core.deadline import left_s
from mobius.core.errors import RateLimited
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Clock, Http, Reply
from mobius.core.sources import Limits, SourceSpec
from mobius.net.dates import retry_after_s
from mobius.net.fair import FairSlots

PATIENCE_S = 10.0
"""The longest wait for a turn where no deadline is in force."""
_TOLD_OFF = frozenset({418, 429})  # 418 is Binance's ban after unheeded 429s
_PAUSE_S = 1.0  # after a 429 that names no time


class Turns:
    """The turns of one host: when the next is due, and the slots of those who have one."""

    def __init__(self, limits: Limits) -> None:
        self.next_s = float("-inf")
        self.paused_until_s = float("-inf")
        self.slots = FairSlots(limits.concurrent)


class Limited:
    """At most `spec.limits` requests a minute and at a time; what the source itself asks for (Retry-After) holds for all."""

    def __init__(
        self,
        inner: Http,
        spec: SourceSpec,
        clock: Clock,
        *,
        turns: Turns | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._inner = inner
        self._spec = spec
        self._clock = clock
        self._sleep = sleep
        self._interval_s = 60.0 / spec.limits.per_minute
        self._slack_s = (spec.limits.burst - 1) * self._interval_s
        self._turns = turns or Turns(spec.limits)

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        """GET when its turn has come. Raises RateLimited when that is after the deadline."""
        return await self._in_turn(lambda: self._inner.get(path, params, keep=keep))

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """POST when its turn has come."""
        return await self._in_turn(lambda: self._inner.post(path, body, keep=keep))

    async def _in_turn(self, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        try:
            async with asyncio.timeout(left_s(self._clock, PATIENCE_S)):
                await self._turns.slots.acquire(asker())
        except TimeoutError as error:
            raise RateLimited(self._spec.name, f"{self._spec.title} is busy with earlier requests.") from error
        try:
            wait_s = self._reserve()
            if wait_s > 0:
                await self._sleep(wait_s)
            reply = await ask()
        finally:
            self._turns.slots.release()
        if reply.status in _TOLD_OFF:
            pause_s = retry_after_s(reply.headers, reply.at)
            self._pause(_PAUSE_S if pause_s is None else pause_s)
        return reply

    def budget(self) -> int:
        """How many requests could be sent right now without waiting."""
        now_s = self._clock.monotonic()
        if self._turns.paused_until_s > now_s:
            return 0
        ahead_s = max(0.0, self._turns.next_s - now_s)
        return max(0, int((self._slack_s + self._interval_s - ahead_s) / self._interval_s + 1e-9))

    def _reserve(self) -> float:
        """Take the next turn; seconds until it comes."""
        now_s = self._clock.monotonic()
        turn_s = max(self._turns.next_s, now_s)
        wait_s = max(0.0, turn_s - self._slack_s - now_s, self._turns.paused_until_s - now_s)
        if wait_s > 0 and wait_s >= left_s(self._clock, PATIENCE_S):
            message = f"{self._spec.title} allows {self._spec.limits.per_minute} requests a minute, and they are spent."
            raise RateLimited(self._spec.name, message, retry_after_s=wait_s)
        self._turns.next_s = turn_s + self._interval_s
        return wait_s

    def _pause(self, pause_s: float) -> None:
        """Give nobody a turn for `pause_s` seconds."""
        until_s = self._clock.monotonic() + pause_s
        self._turns.paused_until_s = max(self._turns.paused_until_s, until_s)
        self._turns.next_s = max(self._turns.next_s, until_s + self._slack_s)  # no burst at its end
