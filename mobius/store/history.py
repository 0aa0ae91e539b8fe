"""The history of candles on disk. Here: CandleHistory, the History port: reads, imports. Not here: judging files.

Reads go straight to the rows, with the chunks read last kept decoded; imports go through SQLAlchemy in one transaction.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from mobius.core.candles import Candles
from mobius.core.errors import NoData
from mobius.core.history import Oddity, SeriesInfo, SeriesKey
from mobius.core.instants import from_ms, span_text, to_ms
from mobius.store.chunks import Part, chunk_number, decode, join
from mobius.store.importing import Wishes, read_file
from mobius.store.rows import Row, Rows

CACHE_BARS = 1_500_000
"""Decoded bars kept in memory, 48 bytes each: a year of one-minute bars of two assets and more, 72 MB at most."""
_LARGE_READ_CHUNKS = 40

_ALL = """
SELECT asset, quote, venue, kind, interval_s, n_bars, first_ms, last_ms, file, sha256, imported_ms, oddities
FROM series WHERE world = :world ORDER BY asset, quote, venue, kind, interval_s
"""
_OF_ASSET = _ALL.replace("WHERE world = :world", "WHERE world = :world AND asset = :asset")
_PLACE = """
SELECT id, revision FROM series
WHERE world = :world AND asset = :asset AND quote = :quote AND venue = :venue AND kind = :kind
AND interval_s = :interval_s
"""
_NUMBERS = "SELECT number FROM chunks WHERE series_id = :series_id ORDER BY number"
_CHUNKS = """
SELECT number, n_bars, codec, data FROM chunks
WHERE series_id = :series_id AND number BETWEEN :first AND :last ORDER BY number
"""


class _Place(NamedTuple):
    """A series as stored at one moment; another import makes another revision."""

    series_id: str
    revision: int


class CandleHistory:
    """The history of one world. Give it to one event loop; other processes may import meanwhile."""

    def __init__(self, rows: Rows, *, world: str, cache_bars: int = CACHE_BARS) -> None:
        self._rows = rows
        self._world = world
        self._cache_bars = cache_bars
        self._numbers: dict[_Place, tuple[int, ...]] = {}
        self._chunks: OrderedDict[tuple[_Place, int], Part] = OrderedDict()
        self._n_cached = 0

    async def series(self, asset: str | None = None) -> tuple[SeriesInfo, ...]:
        """The series held, of one asset (by its canonical ticker) or of all, in the order of their keys."""
        if asset is None:
            rows = await self._rows.read(_ALL, world=self._world)
        else:
            rows = await self._rows.read(_OF_ASSET, world=self._world, asset=asset)
        return tuple(_info(row) for row in rows)

    async def candles(self, key: SeriesKey, *, start: datetime | None = None, end: datetime | None = None) -> Candles:
        """The bars that open at or after `start` and are closed by `end`; none of a later time is seen.

        Raises NoData when there is no such series; a span without bars gives no bars.
        """
        place = await self._place(key)
        step_ms = key.interval_s * 1000
        start_ms = None if start is None else to_ms(start)
        last_open_ms = None if end is None else to_ms(end) - step_ms
        numbers = [
            number
            for number in await self._stored(place)
            if (start_ms is None or number >= chunk_number(start_ms, key.interval_s))
            and (last_open_ms is None or number <= chunk_number(last_open_ms, key.interval_s))
        ]
        bars = join(await self._read(place, numbers), key.interval_s)
        first = 0 if start_ms is None else int(np.searchsorted(bars.ts_ms, start_ms, side="left"))
        past = len(bars) if last_open_ms is None else int(np.searchsorted(bars.ts_ms, last_open_ms, side="right"))
        return bars if (first, past) == (0, len(bars)) else bars.take(slice(first, max(first, past)))

    async def import_file(
        self,
        file: Path,
        *,
        asset: str | None,
        quote: str | None,
        venue: str | None,
        at: datetime,
        closes_only: bool = False,
    ) -> tuple[SeriesInfo, ...]:
        """Read a csv or parquet of one asset or a panel, and keep it whole or not at all.

        `at` is now. `closes_only` takes times and closes alone. A file that was imported before changes nothing; bars
        that are held already must agree within half a percent. Raises BadParameter naming the bad row.
        """
        from mobius.store.database import Database  # SQLAlchemy, which no read needs
        from mobius.store.merging import keep_file

        wishes = Wishes(asset=asset, quote=quote, venue=venue, closes_only=closes_only)
        read = await asyncio.to_thread(read_file, file, wishes, at=at)
        database = Database(self._rows.url)
        try:
            async with database.begin() as connection:
                await keep_file(connection, read, world=self._world, at=at)
        finally:
            await database.close()
        wanted = {series.key for series in read.series}
        return tuple(info for info in await self.series() if info.key in wanted)

    async def _place(self, key: SeriesKey) -> _Place:
        rows = await self._rows.read(
            _PLACE, world=self._world, asset=key.asset, quote=key.quote, venue=key.venue, kind=key.kind,
            interval_s=key.interval_s,
        )  # fmt: skip
        if not rows:
            name = f"{key.asset}/{key.quote} {span_text(key.interval_s)} of {key.venue}"
            raise NoData("history", f"The history has no series {name}.")
        return _Place(*rows[0])

    async def _stored(self, place: _Place) -> tuple[int, ...]:
        """The numbers of a series' chunks, in order."""
        numbers = self._numbers.get(place)
        if numbers is None:
            rows = await self._rows.read(_NUMBERS, series_id=place.series_id)
            self._forget(place.series_id)
            numbers = self._numbers[place] = tuple(row[0] for row in rows)
        return numbers

    async def _read(self, place: _Place, numbers: Sequence[int]) -> list[Part]:
        """The chunks of these numbers, from memory where they are."""
        parts = {number: part for number in numbers if (part := self._chunks.get((place, number))) is not None}
        missing = [number for number in numbers if number not in parts]
        if missing:
            rows = await self._rows.read(
                _CHUNKS, large=len(missing) > _LARGE_READ_CHUNKS, series_id=place.series_id, first=missing[0],
                last=missing[-1],
            )  # fmt: skip
            for number, n_bars, codec, data in rows:
                parts[number] = decode(bytes(data), n_bars=n_bars, codec=codec)
        for number in numbers:
            self._remember(place, number, parts[number])
        return [parts[number] for number in numbers]

    def _remember(self, place: _Place, number: int, part: Part) -> None:
        """Keep a chunk decoded as the one used last; those unused longest go when there are too many bars."""
        known = self._chunks.pop((place, number), None)
        self._n_cached += len(part.ts_ms) - (0 if known is None else len(known.ts_ms))
        self._chunks[place, number] = part
        while self._n_cached > self._cache_bars and self._chunks:
            _, dropped = self._chunks.popitem(last=False)
            self._n_cached -= len(dropped.ts_ms)

    def _forget(self, series_id: str) -> None:
        """Drop what is known of a series' earlier revisions."""
        for place in [place for place in self._numbers if place.series_id == series_id]:
            del self._numbers[place]
        for place, number in [known for known in self._chunks if known[0].series_id == series_id]:
            self._n_cached -= len(self._chunks.pop((place, number)).ts_ms)


def _info(row: Row) -> SeriesInfo:
    asset, quote, venue, kind, interval_s, n_bars, first_ms, last_ms, file, sha256, imported_ms, oddities = row
    return SeriesInfo(
        key=SeriesKey(asset=asset, quote=quote, venue=venue, kind=kind, interval_s=interval_s),
        n_bars=n_bars, first=from_ms(first_ms), last=from_ms(last_ms), file=file, sha256=sha256,
        imported_at=from_ms(imported_ms), oddities=msgspec.json.decode(oddities, type=tuple[Oddity, ...]),
    )  # fmt: skip
