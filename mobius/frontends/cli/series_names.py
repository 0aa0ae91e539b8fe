"""Naming series of bars on the command line. Here: their text, choosing them by words. Not here: reading them (store)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mobius.core.errors import BadParameter
from mobius.core.history import SeriesInfo, SeriesKey
from mobius.core.instants import span_text


def series_name(key: SeriesKey) -> str:
    """`BTC/USD kraken 1h`; the kind too where it is not spot."""
    kind = "" if key.kind == "spot" else f" {key.kind}"
    return f"{key.asset}/{key.quote} {key.venue} {span_text(key.interval_s)}{kind}"


def chosen(series: Iterable[SeriesInfo], words: Sequence[str]) -> tuple[SeriesInfo, ...]:
    """The series whose key holds every word: `btc`, `BTC/USD`, `btc kraken 1h`.

    Raises BadParameter when words were given and no series has them all.
    """
    wanted = [part.lower() for word in words for part in re.split(r"[/:@\s]+", word) if part]
    every = tuple(series)
    found = tuple(info for info in every if all(word in _parts(info.key) for word in wanted))
    if wanted and not found:
        names = ", ".join(series_name(info.key) for info in every[:5])
        raise BadParameter(
            f"No series of the history is {' '.join(words)!r}.",
            hint=f"There are: {names}{', ...' if len(every) > 5 else ''}" if every else "The history is empty.",
        )
    return found


def _parts(key: SeriesKey) -> frozenset[str]:
    parts = (key.asset, key.quote, key.venue, key.kind, span_text(key.interval_s), f"{key.asset}{key.quote}")
    return frozenset(part.lower() for part in parts)
