"""The tables of the database. Here: their columns, as SQLAlchemy metadata. Not here: how they came about (migrations).

Instants are epoch milliseconds, ids are UUIDv7 made by the application, and every row belongs to a world: where several
worlds share one server, none reads another's rows.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("world", String(80), nullable=False),
    Column("person", String(200), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_answers_newest", "world", "person", "at_ms"),
)

series = Table(
    "series",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("world", String(80), nullable=False),
    Column("asset", String(40), nullable=False),
    Column("quote", String(40), nullable=False),
    Column("venue", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("n_bars", Integer, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("imported_ms", BigInteger, nullable=False),
    Column("oddities", Text, nullable=False),
    Unique("world", "asset", "quote", "venue", "kind", "interval_s"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("series_id", String(36), ForeignKey("series.id", ondelete="CASCADE"), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("n_bars", Integer, nullable=False),
    Column("codec", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("series_id", String(36), ForeignKey("series.id", ondelete="CASCADE"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("file", Text, nullable=False),
    Column("imported_ms", BigInteger, nullable=False),
)

imported_series = Table(
    "imported_series",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("world", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", String(120), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("imported_ms", BigInteger, nullable=False),
    Unique("world", "kind", "name"),
)

imported_points = Table(
    "imported_points",
    metadata,
    Column("series_id", String(36), ForeignKey("imported_series.id", ondelete="CASCADE"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("value", String(40)),
    Column("less_than", String(40)),
)
"""A day as `2026-11-01`, a figure as it was written: neither loses a digit."""
