"""Daily series on disk that a person brought in. Here: ImportedData, the Imported port: reads, imports. Not here: reading
files (daily_files). They are public figures, so nothing is sealed.
"""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from mobius.core.ids import new_id
from mobius.core.imported import ImportedInfo, ImportedPoint, ImportedSeries, SeriesKind
from mobius.core.instants import from_ms, to_ms
from mobius.store.rows import Row, Rows, Statement, Value

if TYPE_CHECKING:
    from mobius.store.daily_files import DailyFile, DailySeries

_ALL = """
SELECT s.kind, s.name, s.unit, COUNT(p.day), MIN(p.day), MAX(p.day), s.file, s.sha256, s.imported_ms
FROM imported_series s JOIN imported_points p ON p.series_id = s.id
WHERE s.world = :world
GROUP BY s.kind, s.name, s.unit, s.file, s.sha256, s.imported_ms ORDER BY s.kind, s.name
"""
_ONE = _ALL.replace("WHERE s.world = :world", "WHERE s.world = :world AND s.kind = :kind AND LOWER(s.name) = :name")
_POINTS = """
SELECT p.day, p.value, p.less_than FROM imported_points p JOIN imported_series s ON p.series_id = s.id
WHERE s.world = :world AND s.kind = :kind AND LOWER(s.name) = :name AND p.day <= :last ORDER BY p.day
"""
_KEEP_SERIES = """
INSERT INTO imported_series (id, world, kind, name, unit, file, sha256, imported_ms)
VALUES (:id, :world, :kind, :name, :unit, :file, :sha256, :imported_ms)
ON CONFLICT (world, kind, name) DO UPDATE
SET unit = excluded.unit, file = excluded.file, sha256 = excluded.sha256, imported_ms = excluded.imported_ms
WHERE imported_series.sha256 <> excluded.sha256
"""
_KEEP_POINT = """
INSERT INTO imported_points (series_id, day, value, less_than)
SELECT id, :day, :value, :less_than FROM imported_series WHERE world = :world AND kind = :kind AND name = :name
ON CONFLICT (series_id, day) DO UPDATE SET value = excluded.value, less_than = excluded.less_than
"""
_DROP_POINTS = """
DELETE FROM imported_points WHERE series_id IN
(SELECT id FROM imported_series WHERE world = :world AND kind = :kind AND name = :name)
"""
_LAST_DAY = "9999-12-31"


class ImportedData:
    """The imported series of one world."""

    def __init__(self, rows: Rows, *, world: str) -> None:
        self._rows = rows
        self._world = world

    async def names(self, kind: SeriesKind | None = None) -> tuple[ImportedInfo, ...]:
        rows = await self._rows.read(_ALL, world=self._world)
        return tuple(info for row in rows if kind in (None, (info := _info(row)).kind))

    async def series(self, kind: SeriesKind, name: str, *, until: datetime | None = None) -> ImportedSeries | None:
        last = _LAST_DAY if until is None else (until - timedelta(days=1)).date().isoformat()
        found = await self._rows.read(_ONE, world=self._world, kind=kind, name=name.lower())
        if not found:
            return None
        rows = await self._rows.read(_POINTS, world=self._world, kind=kind, name=name.lower(), last=last)
        return ImportedSeries(info=_info(found[0]), points=tuple(_point(row) for row in rows)) if rows else None

    async def import_file(self, file: Path, *, asset: str | None, at: datetime) -> tuple[ImportedInfo, ...]:
        from mobius.store.daily_files import read_daily_file  # csv, which no read needs

        read = await asyncio.to_thread(read_daily_file, file, asset=asset, at=at)
        await self._rows.write(*(statement for series in read.series for statement in self._kept(series, read, at)))
        wanted = {(series.kind, series.name) for series in read.series}
        return tuple(info for info in await self.names() if (info.kind, info.name) in wanted)

    def _kept(self, series: DailySeries, read: DailyFile, at: datetime) -> list[Statement]:
        """Search interest is told against the largest day of its own export, so that another export takes its place whole;
        fund flows are joined day by day."""
        place: dict[str, Value] = {"world": self._world, "kind": series.kind, "name": series.name}
        head: dict[str, Value] = {
            "id": new_id(at), "unit": series.unit, "file": read.name, "sha256": read.sha256, "imported_ms": to_ms(at),
        }  # fmt: skip
        statements: list[Statement] = [(_KEEP_SERIES, {**place, **head})]
        if series.kind == "google_trends":
            statements.append((_DROP_POINTS, place))
        return statements + [(_KEEP_POINT, {**place, **_point_values(point)}) for point in series.points]


def _info(row: Row) -> ImportedInfo:
    kind, name, unit, n_points, first, last, file, sha256, imported_ms = row
    return ImportedInfo(
        kind=kind, name=name, unit=unit, n_points=n_points, first=date.fromisoformat(first),
        last=date.fromisoformat(last), file=file, sha256=sha256, imported_at=from_ms(imported_ms),
    )  # fmt: skip


def _point(row: Row) -> ImportedPoint:
    day, value, less_than = row
    return ImportedPoint(
        day=date.fromisoformat(day), value=None if value is None else Decimal(value),
        less_than=None if less_than is None else Decimal(less_than),
    )  # fmt: skip


def _point_values(point: ImportedPoint) -> dict[str, Value]:
    written = {"value": point.value, "less_than": point.less_than}
    return {"day": point.day.isoformat(), **{n: None if v is None else f"{v:f}" for n, v in written.items()}}
