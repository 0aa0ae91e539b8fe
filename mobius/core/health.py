"""How sources and the cache are doing, for `doctor`. Here: their plain states. Not here: measuring them (net, cache)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Breaker = Literal["closed", "open", "half_open"]


class Drift(Struct, frozen=True, kw_only=True):
    """A reply that no longer fitted its documented shape."""

    need: str
    at: datetime
    place: str
    """Where in the document, `$[0].open`."""
    message: str


class SourceHealth(Struct, frozen=True, kw_only=True):
    """What this process has seen of a source, and what is remembered of earlier ones."""

    breaker: Breaker
    budget: int
    """Requests that could be sent right now without waiting."""
    n_timed: int
    p50_ms: float | None
    p95_ms: float | None
    """None before twenty requests."""
    n_hedged: int
    """Second requests sent because the first was slow."""
    drift: Drift | None
    """The newest, kept across restarts."""
    spent_usd: Decimal | None = None
    """This UTC month; None for what costs nothing."""
    cap_usd: Decimal | None = None


class CacheHealth(Struct, frozen=True, kw_only=True):
    """What the cache did since the process began. Values given, by tier; `origin` counts those that were fetched."""

    l1: int
    l2: int
    l3: int
    origin: int
    stale: int
    """Of those given, how many past their fresh time while they were fetched again."""
    entries: int
    size_bytes: int
    shared: bool
    """Whether a second tier is configured."""
    faults_l2: int
    faults_l3: int
