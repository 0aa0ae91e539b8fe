"""`mobius history import`: bars from files into the history. Here: files, progress. Not here: reading them (store)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from mobius.core.application import Application
from mobius.core.errors import BadParameter, UserError
from mobius.core.history import SeriesInfo
from mobius.core.tools import Command, Option
from mobius.frontends.cli.escape import clean
from mobius.frontends.cli.plain import Page
from mobius.frontends.cli.series_names import series_name
from mobius.frontends.cli.waiting import Waiting

MOST_ODDITIES = 5
"""Oddities told for one series; the rest are counted."""


class Refused(Struct, frozen=True, kw_only=True):
    """A file that could not be used; nothing of it is kept."""

    file: str
    message: str
    hint: str | None = None


class Imported(Struct, frozen=True, kw_only=True):
    """The series that now stand in the history, and the files that were refused."""

    series: tuple[SeriesInfo, ...]
    refused: tuple[Refused, ...] = ()

    @property
    def exit_code(self) -> int:
        return UserError.exit_code if self.refused else 0


async def run(options: Mapping[str, Any], application: Application) -> Imported:
    """Import files in order; one that cannot be used costs only itself. A single refused file is an error."""
    files = existing(options["file"])
    done: list[SeriesInfo] = []
    refused: list[Refused] = []
    for file in _watched(files):
        try:
            done += await application.history.import_file(
                file, asset=options["asset"], quote=options["quote"], venue=options["venue"],
                at=application.clock.now(), closes_only=bool(options["closes"]),
            )  # fmt: skip
        except UserError as error:
            if len(files) == 1:
                raise
            refused.append(Refused(file=file.name, message=error.message, hint=error.hint))
    return Imported(series=tuple(done), refused=tuple(refused))


def existing(names: Sequence[str]) -> list[Path]:
    files = [Path(name).expanduser() for name in names]
    for file in files:
        if not file.is_file():
            raise BadParameter(f"{str(file)!r} is no file.", hint="Nothing was imported.")
    return files


def _watched(files: Sequence[Path]) -> Iterator[Path]:
    """The files, with progress on the terminal while a person waits: a bar over several, a mark for one."""
    if len(files) > 1 and sys.stderr.isatty():
        yield from _bar(files)
        return
    for file in files:
        with Waiting.on(sys.stderr, text=f"importing {file.name}"):
            yield file


def _bar(files: Sequence[Path]) -> Iterator[Path]:
    from rich.console import Console  # 100 ms of CPU, spent only on a terminal that shows the bar
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    name = TextColumn("{task.description}", markup=False)
    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), name, console=console, transient=True
    ) as bar:
        task = bar.add_task("", total=len(files))
        for file in files:
            bar.update(task, description=clean(file.name))
            yield file
            bar.advance(task)


def show(result: Imported, page: Page) -> None:
    for info in result.series:
        page.line(
            (series_name(info.key), "bold"), f": {info.n_bars:,} bars, {info.first:%Y-%m-%d} to {info.last:%Y-%m-%d}",
            hang="  ",
        )  # fmt: skip
        for oddity in info.oddities[:MOST_ODDITIES]:
            page.line((oddity.message, "dim"), indent="  · ", hang="    ")
        more = len(info.oddities) - MOST_ODDITIES
        if more > 0:
            page.line((f"and {more} more of the like", "dim"), indent="  · ", hang="    ")
    for refused in result.refused:
        page.line(
            ("Refused ", "bold"),
            refused.message,
            *((" ", refused.hint) if refused.hint else ()),
            hang="  ",
        )


COMMAND = Command(
    name="history import",
    summary="Read candles from csv or parquet files into the history, and say what is odd about them.",
    options=(
        Option(name="file", help="named like DOTUSDT.parquet or BTC-USD.csv, or told by the options", many=True),
        Option(name="--asset", help="the asset, where the file's name does not tell"),
        Option(name="--quote", help="what prices are in, where the file's name does not tell"),
        Option(name="--venue", help="where it traded; otherwise the name of the file's folder"),
        Option(name="--closes", help="take the closes alone, of a file whose other columns are broken", flag=True),
    ),
    run=run,
    show=show,
    shows_progress=True,
    examples=(
        "mobius history import binance/DOTUSDT.parquet binance/ETHUSDT.parquet",
        "mobius history import bars.csv --asset BTC --quote USD --venue kraken",
    ),
)
