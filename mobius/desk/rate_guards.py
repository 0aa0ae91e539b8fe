"""Which listed rates can be believed. Here: what is left out by name, what a venue is ranked by. Not here: asking (yields).

Known faults of aggregated yields: adapters that stand still at 0 %, fractions handed in as percent, farms that pay in their
own token for a week. A pool is held against its own month, against its peers, and against the protocol's own figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from mobius.core.rate_needs import YieldPoolRow
from mobius.core.rate_views import Appetite, Fault

TOLERANCE_POINTS = Decimal("0.5")
TOLERANCE_SHARE = Decimal("0.1")
"""Two figures of one rate agree within half a point or a tenth of the rate: they are taken at different minutes."""
SCALE = (Decimal(60), Decimal(160))
"""One figure is this many times the other: a fraction was taken for percent."""
LARGE_USD = Decimal(10_000_000)
"""Peers are pools at least this large, where there are three."""
FEWEST_PEERS = 3
PAYS_PCT = Decimal("0.5")
"""Where peers pay more than this, a pool at exactly 0 % stands still."""
SINGLE_TIMES, SINGLE_POINTS = Decimal(3), Decimal(5)
POOL_TIMES, POOL_POINTS = Decimal(5), Decimal(20)
"""Further above its peers' median than so many times and points, a rate is not shown; pools of several tokens vary more."""
MEAN_TIMES, MEAN_POINTS = Decimal(2), Decimal(2)
"""Further above its own month, a rate is called so."""


def agree(left: Decimal, right: Decimal) -> bool:
    """Whether two figures of one rate say the same."""
    return abs(left - right) <= max(TOLERANCE_POINTS, TOLERANCE_SHARE * max(abs(left), abs(right)))


def scaled(listed: Decimal, truer: Decimal) -> bool:
    """Whether `listed` looks like `truer` as a fraction."""
    return listed > 0 and SCALE[0] <= truer / listed <= SCALE[1]


def peers_median(rows: Sequence[YieldPoolRow]) -> Decimal | None:
    """What pools like these pay in the middle: large ones where there are enough."""
    paying = [row for row in rows if row.apy_pct is not None and row.apy_pct != 0 and not row.outlier]
    large = [row for row in paying if (row.tvl_usd or 0) >= LARGE_USD]
    chosen = large if len(large) >= FEWEST_PEERS else paying
    rates = [row.apy_pct for row in chosen if row.apy_pct is not None]
    return median(rates) if rates else None


def fault_of(row: YieldPoolRow, peers: Decimal | None, own: Decimal | None = None) -> Fault | None:
    """Why a row is left out by name, None where it is believed. With the protocol's `own` figure only that is judged."""
    apy, mean = row.apy_pct, row.mean_30d_pct
    if own is not None or apy is None:
        return None
    if row.outlier:
        return "outlier"
    if apy == 0 and ((mean or 0) > PAYS_PCT or (peers is not None and peers > PAYS_PCT)):
        return "idle"
    if mean is not None and scaled(apy, mean):
        return "scale"
    times, points = (SINGLE_TIMES, SINGLE_POINTS) if row.single else (POOL_TIMES, POOL_POINTS)
    if peers is not None and apy > max(peers, Decimal(0)) * times + points:
        return "far_above"
    return None


def above_mean(apy: Decimal, mean: Decimal | None) -> bool:
    """Whether a rate stands far above its own month."""
    return mean is not None and apy > mean * MEAN_TIMES and apy > mean + MEAN_POINTS


def believed(apy: Decimal, mean: Decimal | None, reward: Decimal | None, *, rewards: bool) -> float:
    """What a rate is ranked by: the lower of it and its mean, without rewards where those do not count."""
    low = apy if mean is None else min(apy, mean)
    return float(low if rewards or not reward else low - max(reward, Decimal(0)))


def fits(row: YieldPoolRow, appetite: Appetite, least_tvl_usd: float) -> bool:
    """Whether a row is what somebody of this appetite wants to see."""
    if row.apy_pct is None or (row.tvl_usd or 0) < least_tvl_usd:
        return False
    if appetite.known_only and row.protocol is None:
        return False
    if appetite.single_only and not row.single:
        return False
    if row.il and not row.single and not appetite.il:
        return False
    return not (appetite.record and row.mean_30d_pct is None)
