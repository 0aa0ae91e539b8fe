"""A second request where the first is unusually slow. Here: Hedged. Not here: asking again after a failure (retry).

Past the source's own 95th percentile one second request is sent; the first good answer wins and the other one is cancelled.
Only reads pass here (core.ports.Http), so that asking twice does no harm. After Dean and
Barroso, "The tail at scale", CACM 56(2), 2013.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from mobius.core.deadline import left_s
from mobius.core.errors import MobiusError
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Clock, Http, Reply
from mobius.net.latency import Latencies

FLOOR_S = 0.1
"""Never sooner than this: below it a second request gains nothing that a person would notice."""
SHARE = 0.05
"""Second requests a first one, at most."""
_MOST_SAVED = 3.0
"""How many second requests may be saved up for a bad moment."""


class Hedged:
    """Asks twice past the 95th percentile, where `may` (a budget to spare, a source in health) and its own share allow it."""

    def __init__(
        self, inner: Http, clock: Clock, latencies: Latencies, *, may: Callable[[], bool], posts: bool = True
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._latencies = latencies
        self._may = may
        self._posts = posts
        self._saved = 0.0
        self.sent = 0
        self.hedged = 0
        """Second requests so far; `sent` counts the first ones."""
        self.won = 0
        """Of those, the ones that answered first."""

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        """GET, twice if it is slow."""
        return await self._first(lambda: self._inner.get(path, params, keep=keep))

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """POST, twice if it is slow, unless what is posted must be sent once."""
        if not self._posts:
            return await self._inner.post(path, body, keep=keep)
        return await self._first(lambda: self._inner.post(path, body, keep=keep))

    async def _first(self, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        self.sent += 1
        self._saved = min(_MOST_SAVED, self._saved + SHARE)
        p95_s = self._latencies.p95_s()
        if p95_s is None or self._saved < 1.0:
            return await ask()
        first: asyncio.Future[Reply] = asyncio.ensure_future(ask())
        asked = {first}
        try:
            await asyncio.wait(asked, timeout=max(FLOOR_S, p95_s))
            if first.done() or not self._worth_it():
                return await first
            self._saved -= 1.0
            self.hedged += 1
            asked.add(asyncio.ensure_future(ask()))
            return await self._winner(first, asked)
        finally:
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    def _worth_it(self) -> bool:
        """Whether the share is not spent, a usual answer would still come in time, and nothing else speaks against it."""
        usual_s = self._latencies.quantile_s(0.5) or 0.0
        return self._saved >= 1.0 and left_s(self._clock, usual_s + 1.0) > usual_s and self._may()

    async def _winner(self, first: asyncio.Future[Reply], asked: set[asyncio.Future[Reply]]) -> Reply:
        """The first good reply; where there is none, what the first request came to."""
        pending = asked
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                if _good(each):
                    self.won += each is not first
                    return each.result()
        return first.result()


def _good(asked: asyncio.Future[Reply]) -> bool:
    """Whether a request brought an answer; what is no error of ours (a bug) is for the caller to see."""
    error = asked.exception()
    if error is not None and not isinstance(error, MobiusError):
        raise error
    return error is None and asked.result().status < 400
