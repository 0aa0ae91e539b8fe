"""`mobius data list`: which daily series were imported. Here: the list. Not here: reading them (store)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mobius.core.answers import TableBlock
from mobius.core.application import Application
from mobius.core.imported import ImportedInfo
from mobius.core.tools import Command
from mobius.frontends.cli.plain import Page
from mobius.frontends.cli.tables import write_table


class Held(Struct, frozen=True, kw_only=True):
    series: tuple[ImportedInfo, ...]


async def run(options: Mapping[str, Any], application: Application) -> Held:
    return Held(series=await application.imported.names())


def show(result: Held, page: Page) -> None:
    if not result.series:
        page.line("No daily series was imported. `mobius data import FILE...` brings some in.")
        return
    rows = tuple(
        (info.kind.replace("_", " "), info.name, f"{info.n_points:,}", str(info.first), str(info.last), info.file)
        for info in result.series
    )
    write_table(page, TableBlock(columns=("kind", "series", "days", "first", "last", "file"), rows=rows))


COMMAND = Command(
    name="data list",
    summary="List the daily series that were imported from files.",
    options=(),
    run=run,
    show=show,
    examples=("mobius data list", "mobius data list --json"),
)
