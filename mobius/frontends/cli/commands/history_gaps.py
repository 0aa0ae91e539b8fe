"""`mobius history gaps`: bars that are missing. Here: the list. Not here: finding them (store), filling them; nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from mobius.core.application import Application
from mobius.core.history import SeriesKey
from mobius.core.tools import Command, Option
from mobius.frontends.cli.plain import Page
from mobius.frontends.cli.series_names import chosen, series_name
from mobius.store.gaps import Gap, find_gaps

MOST_GAPS = 20
"""Gaps told to people for one series; --json gives them all."""


class SeriesGaps(Struct, frozen=True, kw_only=True):
    series: SeriesKey
    n_bars: int
    first: datetime
    last: datetime
    missing_bars: int
    gaps: tuple[Gap, ...]


class Gaps(Struct, frozen=True, kw_only=True):
    series: tuple[SeriesGaps, ...]


async def run(options: Mapping[str, Any], application: Application) -> Gaps:
    """The holes of the chosen series, of all without a choice."""
    found = []
    for info in chosen(await application.history.series(), options["series"]):
        candles = await application.history.candles(info.key, end=options.get("as_of"))
        gaps = find_gaps(candles)
        found.append(
            SeriesGaps(
                series=info.key,
                n_bars=info.n_bars,
                first=info.first,
                last=info.last,
                gaps=gaps,
                missing_bars=sum(gap.n_missing for gap in gaps),
            )
        )
    return Gaps(series=tuple(found))


def show(result: Gaps, page: Page) -> None:
    if not result.series:
        page.line("The history is empty. `mobius history import FILE...` fills it.")
    for item in result.series:
        missing = f": {item.missing_bars:,} bars missing" if item.gaps else ": no gap"
        page.line((series_name(item.series), "bold"), f"{missing} beside {item.n_bars:,}", hang="  ")
        for gap in item.gaps[:MOST_GAPS]:
            start, end = (f"{at:%Y-%m-%d %H:%M}" for at in (gap.start, gap.end))
            page.line((f"{gap.n_missing:,} from {start} until {end} UTC", "dim"), indent="  · ", hang="    ")
        more = len(item.gaps) - MOST_GAPS
        if more > 0:
            page.line((f"and {more} gaps more (--json has them all)", "dim"), indent="  · ", hang="    ")


COMMAND = Command(
    name="history gaps",
    summary="List the holes in the history; nothing fills them.",
    options=(Option(name="series", help="only those: btc, BTC/USD, btc kraken 1h", many=True, optional=True),),
    run=run,
    show=show,
    examples=("mobius history gaps", "mobius history gaps btc --json"),
)
