"""L3: the cache that survives a restart, one SQLite file of its own. Here: `Disk`. Not here: loading, tiers (tiers).

Point reads are made directly in the event loop: a thread costs ten times the read. SQLite is imported and the file
opened at the first use. Whatever is wrong with the file or the disk is a miss, counted in `faults`, never an error: a
file that is no database is set aside and a new one begun, a disk that refuses is left alone until the next start.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mobius.cache.kept import Cut, Kept

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")

MAX_BYTES = 256 * 2**20
SCHEMA = 1
"""Version of a row's meaning; rows of another version are not read."""
MOST_REMEMBERED = 5_000
"""Questions in the log; older ones are forgotten."""
_PRUNE_EVERY = 512  # writes; a pass over 50,000 rows' sizes takes about 10 ms
_BUSY_S = 0.05  # another process writes for microseconds; waiting longer would cost more than a miss
# a new layout is a new table: an old file then simply holds nothing for us
_TABLES = """
DROP TABLE IF EXISTS cache_v1;
CREATE TABLE IF NOT EXISTS cache_v2 (
    key TEXT PRIMARY KEY, stored_s REAL NOT NULL, fresh_s REAL NOT NULL, expires_s REAL NOT NULL, kind TEXT NOT NULL,
    missing INTEGER NOT NULL, schema INTEGER NOT NULL, value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked_v1 (number INTEGER PRIMARY KEY, at_s REAL NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notes_v1 (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
"""
_READ = "SELECT stored_s, fresh_s, expires_s, kind, missing, value FROM cache_v2 WHERE key = ? AND schema = ?"
_WRITE = """
INSERT OR REPLACE INTO cache_v2 (key, stored_s, fresh_s, expires_s, kind, missing, schema, value)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


class Disk:
    """Bytes by key in `path`, bounded in bytes. `now_s` is the world's wall time, in epoch seconds."""

    def __init__(self, path: Path, now_s: Callable[[], float], *, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._now_s = now_s
        self._max_bytes = max_bytes
        self._database: sqlite3.Connection | None = None
        self._writes = 0
        self._off = False
        self.faults = 0

    def get(self, key: str) -> Kept | None:
        """The value with its times, None once it may not be given at all. One stored in the future is not trusted."""
        row = self._try(lambda database: database.execute(_READ, (key, SCHEMA)).fetchone())
        if row is None:
            return None
        stored_s, fresh_s, expires_s, kind, missing, value = row
        now_s = self._now_s()
        if now_s < stored_s or now_s >= expires_s or not isinstance(value, bytes):
            return None
        return Kept(
            value=value, kind=kind, missing=bool(missing), age_s=now_s - stored_s, fresh_left_s=fresh_s - now_s,
            left_s=expires_s - now_s,
        )  # fmt: skip

    def put(self, key: str, kept: Kept) -> None:
        """Keep a value with its times."""
        if kept.left_s <= 0 or len(kept.value) > self._max_bytes // 4:
            return
        now_s = self._now_s()
        row = (
            key, now_s - kept.age_s, now_s + kept.fresh_left_s, now_s + kept.left_s, kept.kind, kept.missing, SCHEMA,
            kept.value,
        )  # fmt: skip
        self._try(lambda database: database.execute(_WRITE, row))
        self._writes += 1
        if self._writes % _PRUNE_EVERY == 0:
            self.prune()

    def cut(self, cut: Cut) -> None:
        """Delete every value that an invalidation takes."""

        def work(database: sqlite3.Connection) -> None:
            rows = database.execute("SELECT key, kind FROM cache_v2")
            database.executemany(
                "DELETE FROM cache_v2 WHERE key = ?", [(key,) for key, kind in rows if cut.takes(key, kind)]
            )

        self._try(work)

    def noted(self, name: str) -> str | None:
        """A short text that is to survive a restart, such as the last invalidation heard of."""
        row = self._try(
            lambda database: database.execute("SELECT text FROM notes_v1 WHERE name = ?", (name,)).fetchone()
        )
        return None if row is None else str(row[0])

    def note(self, name: str, text: str) -> None:
        self._try(lambda database: database.execute("INSERT OR REPLACE INTO notes_v1 VALUES (?, ?)", (name, text)))

    def remember(self, at_s: float, text: str) -> None:
        """Add a question to the log, which holds the newest few thousand."""

        def work(database: sqlite3.Connection) -> None:
            done = database.execute("INSERT INTO asked_v1 (at_s, text) VALUES (?, ?)", (at_s, text))
            if done.lastrowid is not None and done.lastrowid % _PRUNE_EVERY == 0:
                database.execute("DELETE FROM asked_v1 WHERE number <= ?", (done.lastrowid - MOST_REMEMBERED,))

        self._try(work)

    def remembered(self) -> list[tuple[float, str]]:
        """The log of questions, oldest first."""
        return (
            self._try(lambda database: database.execute("SELECT at_s, text FROM asked_v1 ORDER BY number").fetchall())
            or []
        )

    def prune(self) -> None:
        """Delete what has expired, then the soonest to expire until a fifth of the room is free."""
        self._try(self._prune)

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _prune(self, database: sqlite3.Connection) -> None:
        database.execute("DELETE FROM cache_v2 WHERE expires_s <= ? OR schema <> ?", (self._now_s(), SCHEMA))
        (size,) = database.execute("SELECT COALESCE(SUM(LENGTH(value) + LENGTH(key)), 0) FROM cache_v2").fetchone()
        if size <= self._max_bytes:
            return
        doomed: list[tuple[str]] = []
        for key, length in database.execute("SELECT key, LENGTH(value) + LENGTH(key) FROM cache_v2 ORDER BY expires_s"):
            if size <= self._max_bytes * 4 // 5:
                break
            doomed.append((key,))
            size -= length
        database.executemany("DELETE FROM cache_v2 WHERE key = ?", doomed)

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do `work` on the open file; None when it cannot be done."""
        if self._off:
            return None
        import sqlite3

        try:
            database = self._database or self._open()
            return work(database)
        except sqlite3.OperationalError:  # locked by another process, disk full, read-only
            self.faults += 1
            self._off = self._database is None
        except (sqlite3.DatabaseError, OSError):  # not a database any more, or no place to put one
            self.faults += 1
            self.close()
            self._off = not self._set_aside()
        return None

    def _open(self) -> sqlite3.Connection:
        import sqlite3

        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():  # what was asked is the owner's business: nobody else may read it
            os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
        database = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.executescript(_TABLES)
        except sqlite3.Error:
            database.close()
            raise
        self._database = database
        return database

    def _set_aside(self) -> bool:
        """Rename the broken file, so that a new one can be begun and the old one looked at; false if that fails."""
        try:
            self._path.replace(self._path.with_suffix(".broken"))
            for suffix in ("-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        except OSError:
            return False
        return True
