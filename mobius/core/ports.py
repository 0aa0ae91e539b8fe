"""What one room needs of another, as small protocols. Here: ports and their plain values. Not here: any implementation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from mobius.core.facts import Tier
from mobius.core.keeping import NOT_KEPT, Missing, Policy

T = TypeVar("T")


class Clock(Protocol):
    """The world's time. In the sandbox it is the simulated world's, under a tape the tape's."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float:
        """Real seconds that never run backwards; deadlines and measured times use these."""
        ...


class Deadline(Struct, frozen=True):
    """The monotonic second by which the answer is due; it travels from the question to the socket."""

    at_s: float

    def left_s(self, clock: Clock) -> float:
        return max(0.0, self.at_s - clock.monotonic())


class Person(Struct, frozen=True):
    """Who asks. The local owner runs the process; others come through frontends that identify them."""

    id: str
    owner: bool = False


OWNER = Person("owner", owner=True)


class Reply(Struct, frozen=True, kw_only=True):
    """What an HTTP request brought back; `url` carries no key."""

    status: int
    body: bytes
    url: str
    at: datetime
    """UTC instant it reached us."""
    date: datetime
    """UTC instant the server says it answered (its Date header), else `at`."""
    headers: Mapping[str, str] = {}
    tier: Tier = "origin"
    simulated: bool = False


class Http(Protocol):
    """HTTP to one source. Base URL, key, pool, limits, retries, breaker and cache are wrappers stacked in `app.py`."""

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        """GET `path`; a reply that `keep` still allows may come from the cache.

        Raises SourceUnavailable, RateLimited or DeadlineExceeded; replies with other 4xx statuses are returned.
        """
        ...

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """POST JSON to `path`: for providers that take their questions so. Kept and repeated like a GET, so it only reads."""
        ...


class Cache(Protocol):
    """Bytes by key, with an age. Keys carry the world; values are sealed or public by the caller's choice."""

    async def get(
        self, key: str, policy: Policy, compute: Callable[[], Awaitable[bytes | Missing]]
    ) -> tuple[bytes, Tier]:
        """Return the value and the tier it came from; concurrent misses of one key compute once."""
        ...

    async def renew(
        self, key: str, policy: Policy, compute: Callable[[], Awaitable[bytes | Missing]], ahead_s: float
    ) -> tuple[bytes, Tier]:
        """The same, but a value with less than `ahead_s` left of its time is computed again."""
        ...


class Compute(Protocol):
    """Run CPU work off the event loop, within the deadline."""

    async def __call__(self, function: Callable[..., T], *args: Any) -> T: ...


class Sealer(Protocol):
    """Encrypts private values at rest; the place (table, column, row id, person) is bound to the ciphertext."""

    def seal(self, plain: bytes, *, table: str, column: str, row_id: str, person: str) -> bytes: ...
    def unseal(self, sealed: bytes, *, table: str, column: str, row_id: str, person: str) -> bytes: ...


class Tracer(Protocol):
    """One tree of timed spans a question."""

    def span(self, name: str, **fields: str | int | float) -> AbstractContextManager[None]: ...
