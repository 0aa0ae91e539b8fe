"""Exchange rates of currencies against the dollar. Here: one rate from every source that offers it. Not here: crypto."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from mobius.core.facts import Fact, derive
from mobius.core.gather import gather
from mobius.core.needs import FxQuery, Source
from mobius.core.notices import SourceFailure
from mobius.desk.failures import failures_of

GRACE_S = 0.4


async def usd_rate(
    sources: Sequence[Source], currency: str
) -> tuple[Fact | None, tuple[Fact, ...], tuple[SourceFailure, ...]]:
    """How many `currency` one US dollar buys: the median of the sources that answer, with its leaves."""
    query = FxQuery(base="USD", quote=currency)
    jobs = {
        source.spec.name: (lambda source=source: source.offers["fx"](query, source.http))
        for source in sources
        if "fx" in source.offers
    }
    got = await gather(jobs, limit=len(jobs) or 1, enough=lambda results: len(results) >= 2, grace_s=GRACE_S)
    unit = f"{currency}/USD"
    leaves = tuple(
        sourced.leaf(f"usd.{currency.lower()}.{name}", sourced.value.rate, unit, sourced.value.field)
        for name, sourced in got.results.items()
    )
    if not leaves:
        return None, (), failures_of(got)
    value = median(Decimal(str(leaf.value)) for leaf in leaves)
    return (
        derive(f"usd.{currency.lower()}", value, unit, leaves, f"median of {len(leaves)} sources"),
        leaves,
        failures_of(got, enough=True),
    )
