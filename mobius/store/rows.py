"""Reading and writing rows of the database, whichever it is. Here: the Rows port and the choice. Not here: tables.

A SQLite file is read by the standard library, without SQLAlchemy: loading that costs half a second, and a point read a
tenth of a millisecond more. Every other database goes through the SQLAlchemy engine. Statements are plain SQL that both
understand, with `:name` parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from mobius.core.errors import BadParameter, SourceUnavailable

Value: TypeAlias = str | int | float | bytes | None
Row: TypeAlias = tuple[Any, ...]
Statement: TypeAlias = tuple[str, Mapping[str, Value]]


class Rows(Protocol):
    """One database, brought to the newest migration at first use."""

    @property
    def url(self) -> str:
        """The database's address, as SQLAlchemy writes it."""
        ...

    async def read(self, sql: str, *, large: bool = False, **values: Value) -> Sequence[Row]:
        """All rows of a SELECT; `large` reads that may take milliseconds leave the event loop alone.

        Raises SourceUnavailable when the database cannot be used.
        """
        ...

    async def write(self, *statements: Statement) -> None:
        """Carry out `statements` in one transaction."""
        ...

    async def close(self) -> None: ...


def sqlite_url(file: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite+aiosqlite:///{file}"


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite address, None when it is another database."""
    scheme, _, place = url.partition("://")
    if scheme.split("+")[0] != "sqlite":
        return None
    file = place.removeprefix("/")
    if not file or file == ":memory:" or "?" in file:
        raise BadParameter(
            f"The database address {url!r} names no file.", hint="Use sqlite+aiosqlite:////path/to/file."
        )
    return Path(file)


def open_rows(url: str) -> Rows:
    """The way to the rows of the database at `url`; nothing is opened or made yet."""
    file = sqlite_path(url)
    if file is not None:
        from mobius.store.sqlite_file import SqliteFile

        return SqliteFile(file)
    from mobius.store.database import Database

    return Database(url)


def unusable(place: str, error: Exception) -> SourceUnavailable:
    """The error a person is told when the database below failed."""
    reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
    return SourceUnavailable("store", f"The database {place} cannot be used: {reason}.")
