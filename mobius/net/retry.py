"""Asking again when it may help. Here: `Retried`, with full jitter, within the deadline. Not here: giving up on a source.

Only what is safe and likely to pass is repeated: broken connections and 408, 425, 429, 500, 502, 503, 504. What is left over
becomes an error here; other statuses are the source's to read.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping

from mobius.core.deadline import left_s
from mobius.core.errors import RateLimited, SourceUnavailable
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Clock, Http, Reply
from mobius.core.sources import SourceSpec
from mobius.net.dates import retry_after_s
from mobius.net.faults import ConnectionFault

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
MAX_RETRIES = 2
BASE_S = 0.15
"""Upper end of the first wait; it doubles. Small, since a question has five seconds in all."""
PATIENCE_S = 5.0
"""The longest wait where no deadline is in force."""


class Retried:
    """Repeats a failed GET at most twice, after a random wait or the one the server asks for."""

    def __init__(
        self,
        inner: Http,
        spec: SourceSpec,
        clock: Clock,
        *,
        rng: random.Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._inner = inner
        self._spec = spec
        self._clock = clock
        self._rng = rng
        self._sleep = sleep

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        """GET until it works. Raises RateLimited or SourceUnavailable once the retries or the time are spent."""
        return await self._until(lambda: self._inner.get(path, params, keep=keep))

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """POST until it works: what is posted here only reads, so that asking twice does no harm, or is sent once."""
        most = 0 if self._spec.posts_once else MAX_RETRIES
        return await self._until(lambda: self._inner.post(path, body, keep=keep), most)

    async def _until(self, ask: Callable[[], Awaitable[Reply]], most: int = MAX_RETRIES) -> Reply:
        attempt = 0
        while True:
            asked_s: float | None = None
            fault: SourceUnavailable | RateLimited
            try:
                reply = await ask()
                if reply.status == 418 or reply.status in AGAIN:
                    asked_s = retry_after_s(reply.headers, reply.at)
                    fault = self._fault(reply.status, asked_s)
                    if reply.status == 418:
                        raise fault
                else:
                    return reply
            except ConnectionFault as error:
                fault = error
            wait_s = self._rng.uniform(0.0, BASE_S * 2**attempt) if asked_s is None else asked_s
            if attempt == most or wait_s >= left_s(self._clock, PATIENCE_S):
                raise fault
            attempt += 1
            await self._sleep(wait_s)

    def _fault(self, status: int, asked_s: float | None) -> SourceUnavailable | RateLimited:
        if status in (418, 429):
            return RateLimited(self._spec.name, f"{self._spec.title} asks us to slow down.", retry_after_s=asked_s)
        return SourceUnavailable(self._spec.name, f"{self._spec.title} answered {status}.")
