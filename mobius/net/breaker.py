"""Leaving a broken source alone for a while. Here: `Breaker`, closed, open or half open. Not here: retries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from mobius.core.errors import SourceUnavailable
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Clock, Http, Reply
from mobius.core.sources import SourceSpec

FAILURES = 5
"""Consecutive failures, each after its own retries, that open the breaker."""
OPEN_S = 15.0


class Breaker:
    """After `failures` failures in a row nothing is asked for `open_s` seconds; then one probe decides.

    Only SourceUnavailable and 5xx count: a refused key, an unknown asset or a spent budget says nothing about health.
    """

    def __init__(
        self, inner: Http, spec: SourceSpec, clock: Clock, *, failures: int = FAILURES, open_s: float = OPEN_S
    ) -> None:
        self._inner = inner
        self._spec = spec
        self._clock = clock
        self._most = failures
        self._open_s = open_s
        self._failed = 0
        self._opened_at_s = 0.0
        self._probing = False

    @property
    def state(self) -> Literal["closed", "open", "half_open"]:
        if self._failed < self._most:
            return "closed"
        return "open" if self._left_s() > 0 else "half_open"

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        """GET unless the breaker is open; then SourceUnavailable at once."""
        return await self._guarded(lambda: self._inner.get(path, params, keep=keep))

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """POST unless the breaker is open."""
        return await self._guarded(lambda: self._inner.post(path, body, keep=keep))

    async def _guarded(self, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        state = self.state
        if state == "open" or (state == "half_open" and self._probing):
            message = f"{self._spec.title} failed {self._failed} times in a row and is left alone for now."
            raise SourceUnavailable(self._spec.name, message)
        self._probing = state == "half_open"
        try:
            reply = await ask()
        except SourceUnavailable:
            self._count()
            raise
        finally:
            if state == "half_open":
                self._probing = False
        if reply.status >= 500:  # where retries stand outside, a server's own fault arrives as a reply
            self._count()
        else:
            self._failed = 0
        return reply

    def _count(self) -> None:
        self._failed += 1
        self._opened_at_s = self._clock.monotonic()

    def _left_s(self) -> float:
        return self._opened_at_s + self._open_s - self._clock.monotonic()
