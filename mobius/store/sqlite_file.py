"""A SQLite database file through the standard library. Here: SqliteFile, the light way to rows. Not here: migrations.

Reads happen in the event loop's own thread (some microseconds; WAL readers wait for nobody), writes and large reads in
a worker thread, since a write may wait for another process.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from mobius.store.rows import Row, Statement, Value, sqlite_url, unusable
from mobius.store.schema import HEAD, VERSION_SQL

BUSY_TIMEOUT_S = 10.0
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA foreign_keys=ON")
"""WAL with NORMAL: a crash of the process loses nothing, a power cut at most the last commits, and neither corrupts."""

_MAPPED_BYTES = 256 << 20
"""Read through the mapped file: 2 MB of chunks come in 0.25 ms instead of 0.65."""


def prepare_file(file: Path) -> None:
    """Make the file and its folder, for the owner alone, when they are not there yet."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise unusable(str(file), error) from error


class SqliteFile:
    """The Rows port over one file. Give it to one event loop; several processes may use the file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self._writing = threading.Lock()
        self._upgrading = asyncio.Lock()

    @property
    def url(self) -> str:
        return sqlite_url(self.file)

    async def read(self, sql: str, *, large: bool = False, **values: Value) -> Sequence[Row]:
        reader = self._reader or await self._opened()
        try:
            if large:
                return await asyncio.to_thread(self._read_apart, sql, values)
            return reader.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise unusable(str(self.file), error) from error

    async def write(self, *statements: Statement) -> None:
        if self._reader is None:
            await self._opened()
        try:
            await asyncio.to_thread(self._write, statements)
        except sqlite3.Error as error:
            raise unusable(str(self.file), error) from error

    async def close(self) -> None:
        with self._writing:
            for connection in (self._reader, self._writer):
                if connection is not None:
                    connection.close()
            self._reader = self._writer = None

    async def _opened(self) -> sqlite3.Connection:
        """The reading connection, after the file was made and brought to the newest migration where it had to be."""
        async with self._upgrading:
            if self._reader is None:
                if not await asyncio.to_thread(self._is_current):
                    from mobius.store.database import upgrade  # half a second of import, at the first start only

                    await upgrade(self.url)
                self._reader = self._connect()
                self._reader.execute("PRAGMA query_only=ON")
                self._reader.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")
            return self._reader

    def _is_current(self) -> bool:
        if not self.file.exists():
            return False
        try:
            connection = self._connect()
            try:
                return connection.execute(VERSION_SQL).fetchall() == [(HEAD,)]
            except sqlite3.OperationalError:  # no such table: an empty or half-made file
                return False
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise unusable(str(self.file), error) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.file, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        for pragma in PRAGMAS:
            connection.execute(pragma)
        return connection

    def _read_apart(self, sql: str, values: dict[str, Value]) -> Sequence[Row]:
        connection = self._connect()
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def _write(self, statements: Sequence[Statement]) -> None:
        with self._writing:
            if self._writer is None:
                self._writer = self._connect()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                for sql, values in statements:
                    self._writer.execute(sql, values)
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")
