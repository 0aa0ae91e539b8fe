"""A database file, opened each of the two ways, and small files of bars."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobius.store.database import Database, upgrade
from mobius.store.history import CandleHistory
from mobius.store.rows import Rows, open_rows, sqlite_url

AT = datetime(2026, 1, 1, tzinfo=UTC)
Write = Callable[..., Path]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a database at the newest migration, so that tests need not migrate each their own."""
    import asyncio
    import sqlite3

    file = tmp_path_factory.mktemp("migrated") / "m.sqlite"
    asyncio.run(upgrade(sqlite_url(file)))
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file.read_bytes()


@pytest.fixture
def database_file(tmp_path: Path, empty_database: bytes) -> Path:
    file = tmp_path / "mobius.sqlite"
    file.write_bytes(empty_database)
    return file


@pytest.fixture(params=["standard library", "SQLAlchemy"])
async def any_rows(request: pytest.FixtureRequest, database_file: Path) -> AsyncIterator[Rows]:
    """The rows of a database, read each way there is."""
    rows: Rows = (
        open_rows(sqlite_url(database_file)) if request.param != "SQLAlchemy" else Database(sqlite_url(database_file))
    )
    yield rows
    await rows.close()


@pytest.fixture
async def rows(database_file: Path) -> AsyncIterator[Rows]:
    rows = open_rows(sqlite_url(database_file))
    yield rows
    await rows.close()


@pytest.fixture
def history(rows: Rows) -> CandleHistory:
    return CandleHistory(rows, world="live")


@pytest.fixture
def write_csv(tmp_path: Path) -> Write:
    """Write a csv below a folder named after a venue."""

    def write(name: str, lines: Iterable[Sequence[object] | str], folder: str = "binance_spot_1h") -> Path:
        file = tmp_path / folder / name
        file.parent.mkdir(exist_ok=True)
        rows = (line if isinstance(line, str) else ",".join(str(cell) for cell in line) for line in lines)
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return file

    return write


HEADER = "ts,open,high,low,close,volume"


def bars(n: int, *, start: str = "2024-03-01T00:00:00", step_s: int = 3600, close: float = 100.0) -> list[list[object]]:
    """Rows of plain bars, one after another; the close rises by one."""
    first = datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()
    return [
        [
            datetime.fromtimestamp(first + row * step_s, UTC).isoformat(),
            close + row, close + row + 2, close + row - 2, close + row + 1, 10.0,
        ]
        for row in range(n)
    ]  # fmt: skip
