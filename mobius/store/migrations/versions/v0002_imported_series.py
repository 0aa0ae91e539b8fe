"""Daily series that a person brings in from files: fund flows, search interest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "imported_series",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("world", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("imported_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imported_series"),
        sa.UniqueConstraint("world", "kind", "name", name="uq_imported_series_world"),
    )
    op.create_table(
        "imported_points",
        sa.Column("series_id", sa.String(36), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("value", sa.String(40), nullable=True),
        sa.Column("less_than", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("series_id", "day", name="pk_imported_points"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["imported_series.id"], name="fk_imported_points_series_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    for table in ("imported_points", "imported_series"):
        op.drop_table(table)
