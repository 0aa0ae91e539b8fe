"""Locked value of protocols by day, for a chart. Here: which histories are asked for, versions added up day by day, as columns.

Each line is 100 on its first day, so that a small protocol shows beside a large one.

A history is a large document: it is asked for beside the rest of an answer and only as long as that may take. A protocol one of
whose versions did not come has no line: a part of it would read as less. Not here: flows out of the same histories (flows).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from mobius.core.answers import SeriesData
from mobius.core.facts import Fact, Sourced, column_digest, derive
from mobius.core.needs import Source
from mobius.core.protocol_needs import ProtocolHistory, ProtocolHistoryQuery
from mobius.core.protocol_views import DailyValue
from mobius.core.protocols import PROTOCOLS
from mobius.core.provider_names import defillama_slugs
from mobius.core.sources import Need
from mobius.desk.rounds import ask

NEED: Need = "protocol_history"
WAIT_S = 2.0
MOST_PROTOCOLS = 3
DAY_S = 86_400
FEWEST_DAYS = 7
BASE = 100.0


async def tvl_by_day(
    sources: Sequence[Source], protocols: Sequence[str], since: datetime
) -> tuple[dict[str, DailyValue], tuple[Fact, ...]]:
    """A line for each protocol whose history came in time, and the facts behind; none where lines would be too many."""
    if not 1 < len(protocols) <= MOST_PROTOCOLS:
        return {}, ()
    questions = {
        slug: (NEED, ProtocolHistoryQuery(slug=slug, start=since))
        for protocol in protocols
        for slug in defillama_slugs(protocol)
    }
    heard = await ask(sources, questions, timeout_s=WAIT_S)
    late = {failure.source.partition(":")[2] for failure in heard.failures}
    lines: dict[str, DailyValue] = {}
    parts: list[Fact] = []
    for protocol in protocols:
        slugs = defillama_slugs(protocol)
        told = [sourced for slug in slugs if (sourced := heard.first(slug)) is not None and sourced.value.tvl_usd]
        line = _line(protocol, told, parts) if told and not late.intersection(slugs) else None
        if line is not None:
            lines[protocol] = line
    return lines, tuple(parts)


def _line(protocol: str, told: Sequence[Sourced[ProtocolHistory]], parts: list[Fact]) -> DailyValue | None:
    """None where days are few, or nothing was locked on the first."""
    leaves: list[Fact] = []
    by_version = []
    for sourced in told:
        days = {ts - ts % DAY_S: float(value) for ts, value in sourced.value.tvl_usd}
        by_version.append(days)
        leaf = sourced.leaf(f"{protocol}.{sourced.value.slug}.days", len(days), "count", sourced.value.tvl_field)
        leaves.append(
            replace(leaf, n=len(days), sha256=column_digest({"ts": list(days), "value": list(days.values())}))
        )
    all_days = sorted({day for days in by_version for day in days})
    sums = [sum(_at(days, day) for days in by_version) for day in all_days]
    if len(sums) < FEWEST_DAYS or not sums[0]:
        return None
    parts += leaves
    values = tuple(value / sums[0] * BASE for value in sums)
    series = SeriesData(
        name=PROTOCOLS[protocol].name if protocol in PROTOCOLS else protocol, unit="index",
        ts=tuple(day * 1000 for day in all_days), columns={"close": values},
    )  # fmt: skip
    column = derive(
        f"{protocol}.tvl_days", len(values), "count", leaves, "sum of the versions day by day, 100 on the first"
    )
    digest = column_digest({"ts": series.ts, **series.columns})
    return DailyValue(series=series, column=replace(column, n=len(values), sha256=digest))


def _at(days: dict[int, float], day: int) -> float:
    """A version's value on a day, else that of the day before: a day whose reading failed is not empty."""
    return days.get(day, days.get(day - DAY_S, 0.0))
