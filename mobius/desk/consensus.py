"""How several quotes become one price. Here: tolerance, the vote, what was dropped. Not here: fetching, conversion.

Rules: tolerance = max(0.5 %, 3 x usual spread). Three or more: median after dropping what lies over three tolerances away.
Two that disagree: the deeper market, and the disagreement is told. One: told.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median
from typing import Literal

from msgspec import Struct

from mobius.core.facts import Fact

TOLERANCE_FLOOR_PCT = Decimal("0.5")
SPREADS_IN_TOLERANCE = 3
TOLERANCES_TO_DROP = 3
STRESS_PCT = Decimal("0.3")
"""USD and USDT groups further apart than this are shown apart: a stablecoin under stress."""


class Bid(Struct, frozen=True, kw_only=True):
    """One source's say in the vote: its price in the asked quote, and how much weight its market has."""

    source: str
    price: Decimal
    fact: Fact
    group: str
    """The quote it was traded in, `USD` or `USDT`: groups are voted apart first."""
    spread_pct: Decimal | None = None
    depth: Decimal = Decimal(0)
    """24-hour turnover in the asked quote; 0 when unknown."""


class Verdict(Struct, frozen=True, kw_only=True):
    outcome: Literal["agreed", "disagreed", "single"]
    price: Decimal
    kept: tuple[Bid, ...]
    dropped: tuple[Bid, ...]
    distance_pct: Decimal
    """Largest distance of a kept bid from the price, in percent of it."""


def distance_pct(left: Decimal, right: Decimal) -> Decimal:
    """How far apart two prices are, in percent of the second."""
    return abs(left - right) / right * 100


def tolerance_pct(bids: Sequence[Bid]) -> Decimal:
    spreads = [bid.spread_pct for bid in bids if bid.spread_pct is not None]
    usual = median(spreads) if spreads else Decimal(0)
    return max(TOLERANCE_FLOOR_PCT, SPREADS_IN_TOLERANCE * usual)


def vote(bids: Sequence[Bid]) -> Verdict:
    """Settle on one price; `bids` must not be empty."""
    tolerance = tolerance_pct(bids)
    if len(bids) == 1:
        return _verdict("single", bids[0].price, bids, ())
    if len(bids) == 2:
        low, high = sorted(bid.price for bid in bids)
        if distance_pct(high, low) > tolerance:
            deeper = max(bids, key=lambda bid: bid.depth)
            other = tuple(bid for bid in bids if bid is not deeper)
            return _verdict("disagreed", deeper.price, (deeper,), other)
        return _verdict("agreed", (low + high) / 2, bids, ())
    middle = median(bid.price for bid in bids)
    kept = tuple(bid for bid in bids if distance_pct(bid.price, middle) <= TOLERANCES_TO_DROP * tolerance)
    if not kept:  # an even number of bids in two far camps: the middle lies between them
        return vote(sorted(bids, key=lambda bid: bid.depth)[-2:])
    dropped = tuple(bid for bid in bids if bid not in kept)
    if len(kept) < 3 and dropped:
        rest = vote(kept)
        return _verdict(rest.outcome, rest.price, rest.kept, (*rest.dropped, *dropped))
    return _verdict("agreed", median(bid.price for bid in kept), kept, dropped)


def _verdict(
    outcome: Literal["agreed", "disagreed", "single"], price: Decimal, kept: Sequence[Bid], dropped: Sequence[Bid]
) -> Verdict:
    return Verdict(
        outcome=outcome,
        price=price,
        kept=tuple(kept),
        dropped=tuple(dropped),
        distance_pct=max(distance_pct(bid.price, price) for bid in kept),
    )


def enough(bids: Sequence[Bid]) -> bool:
    """Whether two sources agree already, so that the rest need not be waited for."""
    tolerance = tolerance_pct(bids)
    return any(
        distance_pct(left.price, right.price) <= tolerance
        for index, left in enumerate(bids)
        for right in bids[index + 1 :]
        if left.source != right.source
    )
