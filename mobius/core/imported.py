"""Daily series that a person brought in from files: fund flows, search interest. Here: the Imported port and its values.

Not here: candles (history), reading files and keeping them (store).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct

SeriesKind = Literal["fund_flows", "google_trends"]
KINDS: tuple[SeriesKind, ...] = ("fund_flows", "google_trends")


class ImportedInfo(Struct, frozen=True, kw_only=True):
    """A series that is held, without its points."""

    kind: SeriesKind
    name: str
    """Of fund flows the asset's ticker and the fund, `BTC/IBIT`; of search interest the term, `bitcoin`."""
    unit: str
    n_points: int
    first: date
    last: date
    file: str
    """Name of the file that brought its newest points."""
    sha256: str
    imported_at: datetime


class ImportedPoint(Struct, frozen=True, kw_only=True):
    """One day. `value` is None where the file says only that it is less than `less_than`."""

    day: date
    value: Decimal | None
    less_than: Decimal | None = None


class ImportedSeries(Struct, frozen=True, kw_only=True):
    info: ImportedInfo
    points: tuple[ImportedPoint, ...]
    """Oldest first."""


class Imported(Protocol):
    """Reads need no network; `until` hides every day that is not over by then."""

    async def names(self, kind: SeriesKind | None = None) -> tuple[ImportedInfo, ...]:
        """The series held, of one kind or of all, in the order of kind and name."""
        ...

    async def series(self, kind: SeriesKind, name: str, *, until: datetime | None = None) -> ImportedSeries | None:
        """A series by its kind and name (case apart), None where there is none or no day of it is over."""
        ...

    async def import_file(self, file: Path, *, asset: str | None, at: datetime) -> tuple[ImportedInfo, ...]:
        """Read a csv and keep it whole or not at all; BadParameter names the bad row. `at` is now.

        `asset` is what funds hold that are not known here. A day that is held already takes the file's value.
        """
        ...
