"""What the database must look like. Here: the migration head, and reading which one a file is at. Not here: the tables.

Imports nothing heavy: a cached answer is logged by a process that never loads SQLAlchemy.
"""

from __future__ import annotations

HEAD = "0002"
"""The newest migration under `migrations/versions`; a test keeps this true."""
VERSION_SQL = "SELECT version_num FROM alembic_version"
