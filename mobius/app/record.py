"""What the process remembers of its sources beyond its end. Here: Record, which notes replies that broke their shape.

A source raises SourceChanged and knows no more of it; every source's functions are wrapped here, so that none has to note
anything itself. Not here: the file (net.ledger), which is opened when there is something to write or to show.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobius.core.errors import SourceChanged
from mobius.core.facts import Sourced
from mobius.core.ports import Clock, Http
from mobius.core.sources import SourceSpec

if TYPE_CHECKING:
    from mobius.core.health import Drift
    from mobius.net.ledger import Ledger

Fetch = Callable[[Any, Http], Awaitable[Sourced[Any]]]
logger = logging.getLogger("mobius.sources")


AGAIN_S = 60.0
"""The same need of the same source is written down no more often: a broken source is asked again with every question."""


class Record:
    """The ledger of one world, opened when it is first needed."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._ledger: Ledger | None = None
        self._noted_s: dict[tuple[str, str], float] = {}

    def ledger(self) -> Ledger:
        if self._ledger is None:
            from mobius.net.ledger import Ledger  # loads sqlite3

            self._ledger = Ledger(self._file)
        return self._ledger

    def watched(self, spec: SourceSpec, need: str, fetch: Fetch) -> Fetch:
        """The same function, whose broken replies are remembered."""

        @wraps(fetch)
        async def watching(query: Any, http: Http) -> Sourced[Any]:
            try:
                return await fetch(query, http)
            except SourceChanged as error:
                self._note(spec.name, need, error)
                raise

        return watching

    def drift(self, source: str) -> Drift | None:
        """The newest reply of a source that broke its shape, None where none is known."""
        return self.ledger().drift(source) if self._file.exists() else None

    def spent(self, source: str) -> Decimal:
        """Dollars spent on it this UTC month."""
        return self.ledger().spent(source, self._clock.now()) if self._file.exists() else Decimal(0)

    def _note(self, source: str, need: str, error: SourceChanged) -> None:
        from mobius.core.health import Drift

        now_s = self._clock.monotonic()
        if now_s - self._noted_s.get((source, need), float("-inf")) < AGAIN_S:
            return
        self._noted_s[source, need] = now_s
        logger.warning("source changed", extra={"source": source, "need": need, "place": error.path})
        drift = Drift(need=need, at=self._clock.now(), place=error.path, message=error.message)
        try:
            self.ledger().note_drift(source, drift)
        except OSError as failed:  # a disk that refuses costs the note, not the answer
            logger.warning("not noted", extra={"source": source, "reason": type(failed).__name__})
