"""The history of candles kept on disk, as others see it. Here: series keys, what an import found, the History port."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from mobius.core.candles import Candles


class SeriesKey(Struct, frozen=True, kw_only=True):
    """One series of bars: never two venues, kinds or intervals in one."""

    asset: str
    quote: str
    venue: str
    kind: Literal["spot", "perpetual", "index"] = "spot"
    interval_s: int


class Oddity(Struct, frozen=True, kw_only=True):
    """Something in the data a reader should know of. Reported, never patched."""

    kind: Literal[
        "gap", "off_grid", "reused_ticker", "jump", "zero_volume", "duplicate", "closes_only", "open_bar"
    ]  # fmt: skip
    message: str
    at: datetime | None = None
    n: int = 1


class SeriesInfo(Struct, frozen=True, kw_only=True):
    key: SeriesKey
    n_bars: int
    first: datetime
    last: datetime
    """Opening instants of the first and the last bar."""
    file: str
    sha256: str
    imported_at: datetime
    oddities: tuple[Oddity, ...] = ()


class History(Protocol):
    """Bars that were imported or recorded. Reads need no network; `end` hides every bar not closed by then."""

    async def series(self, asset: str | None = None) -> tuple[SeriesInfo, ...]: ...

    async def candles(
        self, key: SeriesKey, *, start: datetime | None = None, end: datetime | None = None
    ) -> Candles: ...

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
        """Read a csv or parquet of one asset or a panel; BadParameter names the bad row, and nothing of it is kept.

        `closes_only` takes the closes alone, of a file whose other columns cannot be trusted; they are NaN then.
        """
        ...


class AnswerLog(Protocol):
    """Answers kept for `why`, sealed at rest, by person."""

    async def keep(self, answer: bytes, *, answer_id: str, person: str, at: datetime) -> None: ...
    async def find(self, answer_id: str, *, person: str) -> bytes | None:
        """The answer of that id, or of the only one that starts with it."""
        ...

    async def recent(self, n: int, *, person: str) -> tuple[bytes, ...]: ...
