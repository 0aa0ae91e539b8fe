"""Keeping a file's series beside what is held. Here: comparing, joining and writing them. Not here: reading the file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mobius.core.candles import Candles
from mobius.core.history import Oddity, SeriesKey
from mobius.core.ids import new_id
from mobius.core.instants import from_ms, span_text, to_ms
from mobius.store import tables
from mobius.store.chunks import CODEC, chunk_number, cut, decode, encode, join
from mobius.store.importing import ReadFile, ReadSeries
from mobius.store.oddities import find_oddities

TOLERANCE = 0.005
"""Relative. Exports of one series differ by rounding; more than half a percent is another series."""
_PRICES = ("open", "high", "low", "close")
_OF_FILES = frozenset({"reused_ticker", "duplicate", "open_bar"})
"""Oddities that the bars do not show and that stay with the series once told."""


async def keep_file(connection: AsyncConnection, read: ReadFile, *, world: str, at: datetime) -> None:
    """Write every series of a file; BadParameter, and nothing written, when one disagrees with what is held."""
    for series in read.series:
        await _keep_series(connection, series, read, world=world, at=at)


async def _keep_series(
    connection: AsyncConnection, series: ReadSeries, read: ReadFile, *, world: str, at: datetime
) -> None:
    held = await _held(connection, series.key, world)
    if held is None:
        series_id = new_id(at)
        await connection.execute(insert(tables.series).values(_series_row(series, read, series_id, world, at)))
        await _write_chunks(connection, series_id, series.candles)
    else:
        series_id = str(held["id"])
        if await _was_imported(connection, series_id, read.sha256):
            return
        await _join_held(connection, held, series, read, at)
    await connection.execute(
        insert(tables.imports).values(
            series_id=series_id, sha256=read.sha256, file=read.name, imported_ms=to_ms(at)
        )
    )  # fmt: skip


async def _join_held(
    connection: AsyncConnection, held: dict[str, Any], series: ReadSeries, read: ReadFile, at: datetime
) -> None:
    """Add the bars that are new; those of a time that is held must agree, and the held ones stay."""
    old = await _all_bars(connection, held["id"], series.key.interval_s)
    new = series.candles
    _refuse_disagreement(old, series)
    bare = np.isnan(old.open) & np.isin(old.ts_ms, new.ts_ms)  # closes alone give way to whole bars
    bare &= ~np.isnan(_at(new.open, new.ts_ms, old.ts_ms))
    kept = old.take(~bare)
    merged = _merged(kept, new.take(~np.isin(new.ts_ms, kept.ts_ms)))
    earlier = msgspec.json.decode(held["oddities"], type=tuple[Oddity, ...])
    told = [oddity for oddity in earlier if oddity.kind in _OF_FILES and oddity.kind != "open_bar"]
    told += [oddity for oddity in series.oddities if oddity not in told]
    await connection.execute(
        update(tables.series)
        .where(tables.series.c.id == held["id"])
        .values(
            n_bars=len(merged), first_ms=int(merged.ts_ms[0]), last_ms=int(merged.ts_ms[-1]),
            revision=held["revision"] + 1, file=read.name, sha256=read.sha256, imported_ms=to_ms(at),
            oddities=_encoded((*told, *find_oddities(merged))),
        )
    )  # fmt: skip
    changed = {chunk_number(int(ts), series.key.interval_s) for ts in np.setdiff1d(new.ts_ms, kept.ts_ms)}
    await _write_chunks(connection, held["id"], merged, only=changed)


def _refuse_disagreement(old: Candles, series: ReadSeries) -> None:
    new = series.candles
    _, of_old, of_new = np.intersect1d(old.ts_ms, new.ts_ms, assume_unique=True, return_indices=True)
    first: tuple[int, str, int] | None = None
    for name in _PRICES:
        held, given = getattr(old, name)[of_old], getattr(new, name)[of_new]
        apart = np.abs(given / held - 1) > TOLERANCE  # NaN, a price that one side lacks, compares False
        if apart.any():
            place = int(np.argmax(apart))
            if first is None or of_new[place] < first[0]:
                first = (int(of_new[place]), name, int(of_old[place]))
    if first is None:
        return
    place, name, held_place = first
    value, held_value = getattr(new, name)[place], getattr(old, name)[held_place]
    raise series.sheet.bad(
        int(series.rows[place]), series.columns.get(name, name), f"{value:g}",
        f"disagrees with the bar of {from_ms(int(new.ts_ms[place])):%Y-%m-%d %H:%M} that the history holds of "
        f"{_name(series.key)}, {held_value:g}",
    )  # fmt: skip


def _merged(left: Candles, right: Candles) -> Candles:
    """Two series without a common time as one."""
    ts_ms = np.concatenate([left.ts_ms, right.ts_ms])
    order = np.argsort(ts_ms, kind="stable")
    columns = {
        name: np.concatenate([getattr(left, name), getattr(right, name)])[order] for name in (*_PRICES, "volume")
    }
    return Candles(interval_s=left.interval_s, ts_ms=ts_ms[order], **columns)


def _at(
    values: npt.NDArray[np.float64], ts_ms: npt.NDArray[np.int64], wanted_ms: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """The values at the wanted times, NaN where there is none."""
    found = np.full(len(wanted_ms), np.nan)
    _, of_values, of_wanted = np.intersect1d(ts_ms, wanted_ms, assume_unique=True, return_indices=True)
    found[of_wanted] = values[of_values]
    return found


# ----------------------------------------------------------------------------------------------------------- tables


async def _held(connection: AsyncConnection, key: SeriesKey, world: str) -> dict[str, Any] | None:
    table = tables.series.c
    wanted = select(tables.series).where(
        table.world == world, table.asset == key.asset, table.quote == key.quote, table.venue == key.venue,
        table.kind == key.kind, table.interval_s == key.interval_s,
    )  # fmt: skip
    row = (await connection.execute(wanted)).mappings().one_or_none()
    return None if row is None else dict(row)


async def _was_imported(connection: AsyncConnection, series_id: str, sha256: str) -> bool:
    table = tables.imports.c
    found = await connection.execute(select(table.sha256).where(table.series_id == series_id, table.sha256 == sha256))
    return found.first() is not None


async def _all_bars(connection: AsyncConnection, series_id: str, interval_s: int) -> Candles:
    table = tables.chunks.c
    rows = await connection.execute(
        select(table.n_bars, table.codec, table.data).where(table.series_id == series_id).order_by(table.number)
    )
    parts = [decode(bytes(row.data), n_bars=row.n_bars, codec=row.codec) for row in rows]
    return join(parts, interval_s)


def _series_row(series: ReadSeries, read: ReadFile, series_id: str, world: str, at: datetime) -> dict[str, Any]:
    candles = series.candles
    return {
        "id": series_id,
        "world": world,
        **msgspec.structs.asdict(series.key),
        "n_bars": len(candles),
        "first_ms": int(candles.ts_ms[0]),
        "last_ms": int(candles.ts_ms[-1]),
        "revision": 1,
        "file": read.name,
        "sha256": read.sha256,
        "imported_ms": to_ms(at),
        "oddities": _encoded((*series.oddities, *find_oddities(candles))),
    }


async def _write_chunks(
    connection: AsyncConnection, series_id: str, candles: Candles, *, only: set[int] | None = None
) -> None:
    rows = [
        {"series_id": series_id, "number": number, "n_bars": len(part), "codec": CODEC, "data": encode(part)}
        for number, part in cut(candles)
        if only is None or number in only
    ]
    table = tables.chunks.c
    if only:
        await connection.execute(
            delete(tables.chunks).where(table.series_id == series_id, table.number.in_(sorted(only)))
        )
    if rows:
        await connection.execute(insert(tables.chunks), rows)


def _encoded(oddities: tuple[Oddity, ...]) -> str:
    return msgspec.json.encode(oddities).decode()


def _name(key: SeriesKey) -> str:
    return f"{key.asset}/{key.quote} {span_text(key.interval_s)} of {key.venue}"
