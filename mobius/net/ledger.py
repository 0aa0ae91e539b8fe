"""What is remembered of sources across restarts: money spent on them, and when their replies last changed shape.

One small file in the world's folder (`sources.sqlite`), shared by the processes of that world. Here: Ledger. Not here: what
is allowed (spend), how it is shown (doctor). Loaded when a paid source is asked, a reply broke its shape, or `doctor` looks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from mobius.core.health import Drift

_WAIT_S = 1.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS spending (
    source TEXT NOT NULL, month TEXT NOT NULL, micro_usd INTEGER NOT NULL, PRIMARY KEY (source, month)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drift (
    source TEXT PRIMARY KEY, need TEXT NOT NULL, at TEXT NOT NULL, place TEXT NOT NULL, message TEXT NOT NULL
) WITHOUT ROWID;
"""
_MOST_CHARS = 300


class Ledger:
    """Reads and writes the file at once, so that a second process and the next start see it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def charge(self, source: str, usd: Decimal, cap_usd: Decimal, at: datetime) -> Decimal | None:
        """Count `usd` as spent in the month of `at`; None, or what is spent already where that would pass the cap.

        One transaction: two processes cannot both spend the last cent. Raises OSError where the file cannot be used.
        """
        month = f"{at.astimezone(UTC):%Y-%m}"
        with self._opened() as database:
            database.execute("BEGIN IMMEDIATE")
            spent = _spent(database, source, month)
            if spent + usd > cap_usd:
                database.execute("ROLLBACK")
                return spent
            database.execute(
                "INSERT INTO spending VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET micro_usd = micro_usd + excluded.micro_usd",
                (source, month, int((usd * 1_000_000).to_integral_value(rounding="ROUND_CEILING"))),
            )
            database.execute("COMMIT")
        return None

    def spent(self, source: str, at: datetime) -> Decimal:
        """Dollars spent in the UTC month of `at`."""
        if not self._file.exists():
            return Decimal(0)
        with self._opened() as database:
            return _spent(database, source, f"{at.astimezone(UTC):%Y-%m}")

    def note_drift(self, source: str, drift: Drift) -> None:
        """Remember the newest reply of a source that broke its shape."""
        with self._opened() as database:
            database.execute(
                "INSERT OR REPLACE INTO drift VALUES (?, ?, ?, ?, ?)",
                (source, drift.need, drift.at.isoformat(), drift.place[:_MOST_CHARS], drift.message[:_MOST_CHARS]),
            )

    def drift(self, source: str) -> Drift | None:
        """The newest one remembered."""
        if not self._file.exists():
            return None
        with self._opened() as database:
            row = database.execute("SELECT need, at, place, message FROM drift WHERE source = ?", (source,)).fetchone()
        if row is None:
            return None
        need, at, place, message = row
        return Drift(need=need, at=datetime.fromisoformat(at), place=place, message=message)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The file with its tables, readable by its owner alone. Raises OSError for whatever is wrong with it."""
        try:
            if not self._file.exists():
                self._file.touch(mode=0o600)
            with closing(sqlite3.connect(self._file, timeout=_WAIT_S, isolation_level=None)) as database:
                database.executescript(_SCHEMA)
                yield database
        except sqlite3.Error as error:
            raise OSError(f"{self._file.name} cannot be used: {error}") from error


def _spent(database: sqlite3.Connection, source: str, month: str) -> Decimal:
    row = database.execute("SELECT micro_usd FROM spending WHERE source = ? AND month = ?", (source, month)).fetchone()
    return Decimal(0) if row is None else Decimal(row[0]) / 1_000_000
