"""`mobius data import`: daily series from csv files. Here: the files. Not here: reading and keeping them (store)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mobius.core.application import Application
from mobius.core.assets import find
from mobius.core.errors import UnknownSymbol, UserError
from mobius.core.imported import ImportedInfo
from mobius.core.tools import Command, Option
from mobius.frontends.cli.commands.history_import import Refused, existing
from mobius.frontends.cli.plain import Page


class Brought(Struct, frozen=True, kw_only=True):
    """The series that now are held, and the files that were refused."""

    series: tuple[ImportedInfo, ...]
    refused: tuple[Refused, ...] = ()

    @property
    def exit_code(self) -> int:
        return UserError.exit_code if self.refused else 0


async def run(options: Mapping[str, Any], application: Application) -> Brought:
    """Import files in order; one that cannot be used costs only itself. A single refused file is an error."""
    files = existing(options["file"])
    asset = _asset(options["asset"])
    done: dict[tuple[str, str], ImportedInfo] = {}
    refused: list[Refused] = []
    for file in files:
        try:
            found = await application.imported.import_file(file, asset=asset, at=application.clock.now())
            done |= {(info.kind, info.name): info for info in found}
        except UserError as error:
            if len(files) == 1:
                raise
            refused.append(Refused(file=file.name, message=error.message, hint=error.hint))
    return Brought(series=tuple(done.values()), refused=tuple(refused))


def _asset(text: str | None) -> str | None:
    if not text:
        return None
    asset = find(text)
    if asset is None:
        raise UnknownSymbol(text[:40])
    return asset.ticker


def show(result: Brought, page: Page) -> None:
    for info in result.series:
        days = "1 day" if info.n_points == 1 else f"{info.n_points:,} days"
        page.line((info.name, "bold"), f": {days}, {info.first} to {info.last}", hang="  ")
    for refused in result.refused:
        page.line(
            ("Refused ", "bold"), refused.message, *((" ", refused.hint) if refused.hint else ()), hang="  "
        )  # fmt: skip


COMMAND = Command(
    name="data import",
    summary="Read daily series from csv files: fund flows, or search interest as Google Trends exports it.",
    options=(
        Option(name="file", help="date,fund,net_flow_usd, or an export of Google Trends by day", many=True),
        Option(name="--asset", help="what the funds hold, where their tickers are not known here"),
    ),
    run=run,
    show=show,
    examples=("mobius data import etf_flows.csv", "mobius data import flows.csv --asset XRP"),
)
