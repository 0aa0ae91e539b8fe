"""The database through SQLAlchemy. Here: engine, transactions, migrations. Not here: tables, statements of one subject."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from mobius.core.errors import BadParameter, MissingExtra
from mobius.store.rows import Row, Statement, Value, sqlite_path, unusable
from mobius.store.sqlite_file import BUSY_TIMEOUT_S, PRAGMAS, prepare_file

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One database by its address; also the Rows port for those that are no SQLite file."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine: AsyncEngine | None = None
        self._preparing = asyncio.Lock()

    @property
    def url(self) -> str:
        return self._url

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction: committed at the end, undone by an exception; the connection goes back either way.

        Raises SourceUnavailable when the database cannot be used.
        """
        engine = self._engine or await self._prepared()
        try:
            async with engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise unusable(_shown(self.url), error) from error

    async def read(self, sql: str, *, large: bool = False, **values: Value) -> Sequence[Row]:
        async with self.begin() as connection:
            return [tuple(row) for row in await connection.execute(text(sql), values)]

    async def write(self, *statements: Statement) -> None:
        async with self.begin() as connection:
            for sql, values in statements:
                await connection.execute(text(sql), values)

    async def close(self) -> None:
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    async def _prepared(self) -> AsyncEngine:
        async with self._preparing:
            if self._engine is None:
                engine = _engine(self.url)
                await _upgrade(engine, self.url)
                self._engine = engine
            return self._engine


async def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest migration; one that is there already is left as it is.

    A SQLite file and its folder are made first, for the owner alone. Processes that start at once wait for each other.
    """
    engine = _engine(url)
    await _upgrade(engine, url)


async def _upgrade(engine: AsyncEngine, url: str) -> None:
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_run_migrations)
    except SQLAlchemyError as error:
        raise unusable(_shown(url), error) from error
    finally:
        await engine.dispose()


def _run_migrations(connection: Connection) -> None:
    command.upgrade(migrations_config(connection), "head")


def migrations_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the migrations inside the package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> AsyncEngine:
    file = sqlite_path(url)
    if file is None:
        try:
            return create_async_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise MissingExtra(
                f"The database address needs the package {error.name!r}.", hint="pip install 'mobius[postgres]'"
            ) from error
        except SQLAlchemyError as error:
            raise BadParameter(f"{_shown(url)!r} is no address of a database.") from error
    prepare_file(file)
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(file)), poolclass=NullPool)
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions leave DDL out of them; with none of its own, `_begin_sqlite` covers everything.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000:.0f}")
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # The engine only writes here; taking the lock at once means never failing halfway for another writer.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _shown(url: str) -> str:
    """The address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "given"
