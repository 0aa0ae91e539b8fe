"""Alembic's entry. Here: running the steps on the connection that `database.upgrade` opened. Not here: any address."""

from __future__ import annotations

from alembic import context

from mobius.store.tables import metadata


def migrate() -> None:
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # the name under which Alembic loads this file
    migrate()
