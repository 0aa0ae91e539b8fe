"""The database file: made for its owner, migrated once, readable both ways."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from mobius.core.errors import BadParameter, SourceUnavailable
from mobius.store.database import Database, migrations_config, upgrade
from mobius.store.rows import Rows, open_rows, sqlite_path, sqlite_url
from mobius.store.schema import HEAD
from mobius.store.sqlite_file import SqliteFile
from mobius.store.tables import metadata

INSERT = "INSERT INTO answers (id, world, person, at_ms, sealed) VALUES (:id, 'live', 'owner', 1, :sealed)"


def test_the_head_constant_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(migrations_config()).get_heads() == [HEAD]


def test_migrations_lead_to_the_tables_as_declared(database_file: Path) -> None:
    engine = create_engine(f"sqlite:///{database_file}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


async def test_the_first_use_makes_the_file_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "home" / "live" / "mobius.sqlite"
    rows = open_rows(sqlite_url(file))
    assert not file.exists()
    assert await rows.read("SELECT id FROM answers") == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    await rows.close()


async def test_migrating_twice_changes_nothing(database_file: Path) -> None:
    rows = open_rows(sqlite_url(database_file))
    await rows.write((INSERT, {"id": "a", "sealed": b"x"}))
    await upgrade(sqlite_url(database_file))
    assert await rows.read("SELECT id FROM answers") == [("a",)]
    await rows.close()


async def test_an_older_file_is_migrated_at_first_use(tmp_path: Path) -> None:
    file = tmp_path / "mobius.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    connection.close()
    rows = open_rows(sqlite_url(file))
    assert await rows.read("SELECT version_num FROM alembic_version") == [(HEAD,)]
    await rows.close()


async def test_starts_at_once_migrate_once(tmp_path: Path) -> None:
    file = tmp_path / "home" / "mobius.sqlite"
    several = [open_rows(sqlite_url(file)) for _ in range(3)]
    found = await asyncio.gather(*(rows.read("SELECT version_num FROM alembic_version") for rows in several))
    assert found == [[(HEAD,)]] * 3
    for rows in several:
        await rows.close()


async def test_reading_and_writing(any_rows: Rows) -> None:
    await any_rows.write((INSERT, {"id": "a", "sealed": b"\x00\xff"}), (INSERT, {"id": "b", "sealed": b""}))
    for large in (False, True):
        found = await any_rows.read("SELECT id, sealed FROM answers WHERE id = :id", large=large, id="a")
        assert found == [("a", b"\x00\xff")]


async def test_a_write_is_whole_or_not_at_all(any_rows: Rows) -> None:
    with pytest.raises(SourceUnavailable):
        await any_rows.write((INSERT, {"id": "a", "sealed": b""}), (INSERT, {"id": "a", "sealed": b""}))
    assert await any_rows.read("SELECT id FROM answers") == []
    await any_rows.write((INSERT, {"id": "a", "sealed": b""}))


async def test_a_transaction_undone_leaves_nothing(database_file: Path) -> None:
    database = Database(sqlite_url(database_file))
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as connection:
            await connection.exec_driver_sql("INSERT INTO answers VALUES ('a', 'live', 'owner', 1, x'00')")
            raise ZeroDivisionError
    assert await database.read("SELECT id FROM answers") == []
    await database.close()


async def test_reads_go_on_while_another_writes(database_file: Path, rows: Rows) -> None:
    database = Database(sqlite_url(database_file))
    await rows.write((INSERT, {"id": "a", "sealed": b""}))
    async with database.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM answers")
        assert await rows.read("SELECT id FROM answers") == [("a",)]
        writing = asyncio.create_task(rows.write((INSERT, {"id": "b", "sealed": b""})))
        await asyncio.sleep(0)
    await writing  # waited for the other's end
    assert await rows.read("SELECT id FROM answers") == [("b",)]
    await database.close()


async def test_a_reader_cannot_write(rows: Rows) -> None:
    with pytest.raises(SourceUnavailable):
        await rows.read("DELETE FROM answers RETURNING id")


async def test_closing_leaves_a_file_that_opens_again(database_file: Path) -> None:
    rows = SqliteFile(database_file)
    await rows.write((INSERT, {"id": "a", "sealed": b""}))
    await rows.close()
    await rows.close()
    assert await rows.read("SELECT id FROM answers") == [("a",)]
    await rows.close()


@pytest.mark.parametrize("content", [b"this is no database, it is text" * 100])
async def test_a_file_that_is_no_database_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mobius.sqlite"
    file.write_bytes(content)
    rows = open_rows(sqlite_url(file))
    with pytest.raises(SourceUnavailable, match="not a database"):
        await rows.read("SELECT 1")
    assert file.read_bytes() == content


async def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SourceUnavailable):
        await open_rows(sqlite_url(tmp_path / "file" / "mobius.sqlite")).read("SELECT 1")


def test_addresses(tmp_path: Path) -> None:
    assert sqlite_path(sqlite_url(tmp_path / "m.sqlite")) == tmp_path / "m.sqlite"
    assert sqlite_path("sqlite:///relative.sqlite") == Path("relative.sqlite")
    assert sqlite_path("postgresql+asyncpg://user:pw@host/db") is None
    for bad in ("sqlite://", "sqlite+aiosqlite:///:memory:"):
        with pytest.raises(BadParameter):
            sqlite_path(bad)


async def test_a_password_is_not_in_an_error() -> None:
    with pytest.raises(BadParameter) as caught:
        await Database("nosuchdialect://user:hunter2@host/db").read("SELECT 1")
    assert "hunter2" not in str(caught.value)


def test_logging_an_answer_loads_no_sqlalchemy(database_file: Path) -> None:
    code = f"""
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from mobius.security.keyfile import open_keyring
from mobius.security.sealer import AesGcmSealer
from mobius.store.answers import SealedAnswers
from mobius.store.rows import open_rows, sqlite_url

async def main():
    rows = open_rows(sqlite_url(Path({str(database_file)!r})))
    sealer = AesGcmSealer(lambda: open_keyring(Path({str(database_file.with_name("keys"))!r})))
    answers = SealedAnswers(rows, sealer, world="live")
    await answers.keep(b"42", answer_id="a", person="owner", at=datetime(2026, 1, 1, tzinfo=UTC))
    assert await answers.find("a", person="owner") == b"42"
    await rows.close()

asyncio.run(main())
print([name for name in ("sqlalchemy", "numpy", "alembic", "aiosqlite", "pyarrow") if name in sys.modules])
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
