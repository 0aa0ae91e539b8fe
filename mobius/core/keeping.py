"""How long values may be kept, by kind of data. Here: Policy, those in use, watching. Not here: keeping (cache, net)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf

from msgspec import Struct


class Policy(Struct, frozen=True, kw_only=True):
    """When a kept value is good enough. Ages are seconds since it was fetched."""

    kind: str
    """What sort of data: policies of one kind are invalidated and counted together."""
    fresh_s: float
    """Up to this age it is as good as new."""
    limit_s: float = 0.0
    """Up to this age it may still be given while it is fetched again behind; never beyond. 0 means `fresh_s`."""
    missing_s: float = 0.0
    """How long "there is no such thing" is believed; 0 asks again each time."""

    def oldest_s(self) -> float:
        return max(self.fresh_s, self.limit_s)


class Missing(Struct, frozen=True):
    """What a load gives when it learnt that there is no such thing: kept for the policy's `missing_s`."""

    value: bytes
    """How that was said, so that who asks next hears the same."""


class Watch(Struct):
    """What one piece of work asked the cache for, noted while it runs."""

    ahead_s: float = 0.0
    """Values with less than this left of their time are fetched again, though they could still be given."""
    asked: dict[str, int] = {}
    """Values asked for, by source."""
    fetched: dict[str, int] = {}
    """Those that came from the source itself."""
    fresh_s: float = inf
    """The shortest time that any of them is as good as new."""
    limit_s: float = inf
    """The shortest time after which any of them is given no more."""

    def note(self, source: str, policy: Policy, *, fetched: bool) -> None:
        self.asked[source] = self.asked.get(source, 0) + 1
        if fetched:
            self.fetched[source] = self.fetched.get(source, 0) + 1
        self.fresh_s = min(self.fresh_s, policy.fresh_s)
        self.limit_s = min(self.limit_s, policy.oldest_s())


_WATCH: ContextVar[Watch | None] = ContextVar("mobius_watch", default=None)


@contextmanager
def watching(ahead_s: float = 0.0) -> Iterator[Watch]:
    """Note what everything inside, and every task started inside, asks the cache for; renew what ends within `ahead_s`."""
    watch = Watch(ahead_s)
    token = _WATCH.set(watch)
    try:
        yield watch
    finally:
        _WATCH.reset(token)


def watched() -> Watch | None:
    """The watch in force here, None where nobody looks."""
    return _WATCH.get()


NOT_KEPT = Policy(kind="none", fresh_s=0.0)
BOOK = Policy(kind="book", fresh_s=10.0, limit_s=30.0, missing_s=600.0)
"""Prices of a venue: beyond 30 s none is shown."""
QUOTE = Policy(kind="quote", fresh_s=30.0, missing_s=600.0)
"""Prices that an aggregator reckons."""
OVERVIEW = Policy(kind="overview", fresh_s=60.0, limit_s=300.0, missing_s=600.0)
TOTALS = Policy(kind="totals", fresh_s=120.0, limit_s=600.0)
FX = Policy(kind="fx", fresh_s=60.0, limit_s=600.0, missing_s=3600.0)
DERIVATIVES = Policy(kind="derivatives", fresh_s=30.0, limit_s=60.0, missing_s=600.0)
CHAIN = Policy(kind="chain", fresh_s=30.0, limit_s=120.0, missing_s=60.0)
"""What an account or a token did and holds."""
WAREHOUSE = Policy(kind="warehouse", fresh_s=3_600.0)
"""What a warehouse was asked to work out: asking it again costs."""
GAS = Policy(kind="gas", fresh_s=6.0, limit_s=30.0)
RATES = Policy(kind="rates", fresh_s=300.0, limit_s=3600.0, missing_s=3600.0)
"""Yields, lending rates, staking rewards: they move by the hour."""
TVL = Policy(kind="tvl", fresh_s=600.0, limit_s=7200.0, missing_s=3600.0)
POSTS = Policy(kind="posts", fresh_s=180.0, limit_s=1800.0, missing_s=600.0)
"""Headlines and what people write."""
DAILY = Policy(kind="daily", fresh_s=900.0, limit_s=21_600.0, missing_s=3600.0)
"""What changes once a day, at a minute of the provider's choosing."""
FUND_FLOWS = Policy(kind="fund_flows", fresh_s=86_400.0, limit_s=604_800.0, missing_s=86_400.0)
"""Told once a trading day, by those who allow ten calls a month."""
LISTING = Policy(kind="listing", fresh_s=21_600.0, limit_s=172_800.0, missing_s=3600.0)
"""What exists: markets, contracts, intervals."""
SETTLED = Policy(kind="settled", fresh_s=inf)
"""What can no longer change: closed bars of a fixed span, old blocks."""


def candles(interval_s: int) -> Policy:
    """The newest bars of an interval: kept a 24th of a bar, 10 s to 5 min."""
    fresh_s = max(10.0, min(300.0, interval_s / 24))
    return Policy(kind="candles", fresh_s=fresh_s, limit_s=min(fresh_s * 3, interval_s / 2), missing_s=600.0)
