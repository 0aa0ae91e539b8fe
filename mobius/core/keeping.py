"""How long values may be kept, by kind of data. Here: Policy and the policies in use. Not here: keeping (cache, net)."""

from __future__ import annotations

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


NOT_KEPT = Policy(kind="none", fresh_s=0.0)
BOOK = Policy(kind="book", fresh_s=10.0, limit_s=30.0, missing_s=600.0)
"""Prices of a venue: beyond 30 s none is shown."""
QUOTE = Policy(kind="quote", fresh_s=30.0, missing_s=600.0)
"""Prices that an aggregator reckons."""
OVERVIEW = Policy(kind="overview", fresh_s=60.0, limit_s=300.0, missing_s=600.0)
TOTALS = Policy(kind="totals", fresh_s=120.0, limit_s=600.0)
FX = Policy(kind="fx", fresh_s=60.0, limit_s=600.0, missing_s=3600.0)
DERIVATIVES = Policy(kind="derivatives", fresh_s=30.0, limit_s=60.0, missing_s=600.0)
GAS = Policy(kind="gas", fresh_s=6.0, limit_s=30.0)
RATES = Policy(kind="rates", fresh_s=300.0, limit_s=3600.0, missing_s=3600.0)
"""Yields, lending rates, staking rewards: they move by the hour."""
TVL = Policy(kind="tvl", fresh_s=600.0, limit_s=7200.0, missing_s=3600.0)
POSTS = Policy(kind="posts", fresh_s=180.0, limit_s=1800.0, missing_s=600.0)
"""Headlines and what people write."""
DAILY = Policy(kind="daily", fresh_s=900.0, limit_s=21_600.0, missing_s=3600.0)
"""What changes once a day, at a minute of the provider's choosing."""
LISTING = Policy(kind="listing", fresh_s=21_600.0, limit_s=172_800.0, missing_s=3600.0)
"""What exists: markets, contracts, intervals."""
SETTLED = Policy(kind="settled", fresh_s=inf)
"""What can no longer change: closed bars of a fixed span, old blocks."""


def candles(interval_s: int) -> Policy:
    """The newest bars of an interval: kept a 24th of a bar, 10 s to 5 min."""
    fresh_s = max(10.0, min(300.0, interval_s / 24))
    return Policy(kind="candles", fresh_s=fresh_s, limit_s=min(fresh_s * 3, interval_s / 2), missing_s=600.0)
