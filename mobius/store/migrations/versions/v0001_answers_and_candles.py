"""The first tables: answers kept for `why`, series of candles in chunks, the files they came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("world", sa.String(80), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )
    op.create_index("ix_answers_newest", "answers", ["world", "person", "at_ms"])
    op.create_table(
        "series",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("world", sa.String(80), nullable=False),
        sa.Column("asset", sa.String(40), nullable=False),
        sa.Column("quote", sa.String(40), nullable=False),
        sa.Column("venue", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("interval_s", sa.Integer, nullable=False),
        sa.Column("n_bars", sa.Integer, nullable=False),
        sa.Column("first_ms", sa.BigInteger, nullable=False),
        sa.Column("last_ms", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("imported_ms", sa.BigInteger, nullable=False),
        sa.Column("oddities", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("world", "asset", "quote", "venue", "kind", "interval_s", name="uq_series_world"),
    )
    op.create_table(
        "chunks",
        sa.Column("series_id", sa.String(36), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("n_bars", sa.Integer, nullable=False),
        sa.Column("codec", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("series_id", "number", name="pk_chunks"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_chunks_series_id", ondelete="CASCADE"),
    )
    op.create_table(
        "imports",
        sa.Column("series_id", sa.String(36), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("imported_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("series_id", "sha256", name="pk_imports"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_imports_series_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    for table in ("imports", "chunks", "series", "answers"):
        op.drop_table(table)
