"""`mobius history list`: what the history holds. Here: the list. Not here: reading it (store)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mobius.core.answers import TableBlock
from mobius.core.application import Application
from mobius.core.history import SeriesInfo
from mobius.core.instants import span_text
from mobius.core.tools import Command, Option
from mobius.frontends.cli.plain import Page
from mobius.frontends.cli.series_names import chosen
from mobius.frontends.cli.tables import write_table


class Held(Struct, frozen=True, kw_only=True):
    series: tuple[SeriesInfo, ...]


async def run(options: Mapping[str, Any], application: Application) -> Held:
    return Held(series=chosen(await application.history.series(), options["series"]))


def show(result: Held, page: Page) -> None:
    if not result.series:
        page.line("The history is empty. `mobius history import FILE...` fills it.")
        return
    rows = tuple(
        (
            f"{info.key.asset}/{info.key.quote}",
            info.key.venue if info.key.kind == "spot" else f"{info.key.venue} {info.key.kind}",
            span_text(info.key.interval_s),
            f"{info.n_bars:,}",
            f"{info.first:%Y-%m-%d}",
            f"{info.last:%Y-%m-%d}",
            str(len(info.oddities)) if info.oddities else "",
        )
        for info in result.series
    )
    write_table(page, TableBlock(columns=("series", "venue", "bar", "bars", "first", "last", "odd"), rows=rows))


COMMAND = Command(
    name="history list",
    summary="List the series of candles that the history holds.",
    options=(Option(name="series", help="only those: btc, BTC/USD, btc kraken 1h", many=True, optional=True),),
    run=run,
    show=show,
    examples=("mobius history list", "mobius history list btc 1d --json"),
)
