"""Counts and distributions of what a process does. Here: Metrics, in memory. Not here: how they are exposed (frontends)."""

from __future__ import annotations

import bisect
import threading
from typing import TypeAlias

from msgspec import Struct

from mobius.core.errors import BadParameter

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
"""Upper bounds of the buckets of a duration: from a warm answer to Telegram's deadline."""
MOST_LABEL_SETS = 500
"""Of one name. Labels are few and fixed (a source, a tool, a status), never a person, an address or a question."""

_Labels: TypeAlias = tuple[tuple[str, str], ...]
OVERFLOW: _Labels = (("overflow", "true"),)


class Count(Struct, frozen=True, kw_only=True):
    name: str
    labels: dict[str, str]
    value: float


class Distribution(Struct, frozen=True, kw_only=True):
    """How many values lay at or below each bound (cumulative, as OpenMetrics has it), how many in all, their sum."""

    name: str
    labels: dict[str, str]
    bounds: tuple[float, ...]
    at_most: tuple[int, ...]
    n: int
    total: float


class MetricsSnapshot(Struct, frozen=True, kw_only=True):
    counts: tuple[Count, ...]
    distributions: tuple[Distribution, ...]


class _Buckets:
    __slots__ = ("counts", "n", "total")

    def __init__(self, n_bounds: int) -> None:
        self.counts = [0] * (n_bounds + 1)
        self.n = 0
        self.total = 0.0


class Metrics:
    """Counters and histograms by name and labels. Safe from several threads."""

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        if list(bounds) != sorted(set(bounds)) or not bounds:
            raise BadParameter(f"the bounds of buckets rise: {bounds!r}")
        self._bounds = bounds
        self._counts: dict[str, dict[_Labels, float]] = {}
        self._buckets: dict[str, dict[_Labels, _Buckets]] = {}
        self._changing = threading.Lock()

    def count(self, name: str, n: float = 1, **labels: str) -> None:
        """Add `n`, which is not negative, to a counter."""
        if n < 0:
            raise BadParameter(f"a counter only rises: {name!r} by {n}")
        with self._changing:
            counts = self._counts.setdefault(name, {})
            key = _key(labels, counts)
            counts[key] = counts.get(key, 0) + n

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Put a value, seconds if not said otherwise, into its bucket."""
        with self._changing:
            distributions = self._buckets.setdefault(name, {})
            key = _key(labels, distributions)
            buckets = distributions.get(key)
            if buckets is None:
                buckets = distributions[key] = _Buckets(len(self._bounds))
            buckets.counts[bisect.bisect_left(self._bounds, value)] += 1
            buckets.n += 1
            buckets.total += value

    def snapshot(self) -> MetricsSnapshot:
        """Everything so far, sorted by name and labels."""
        with self._changing:
            counts = [
                Count(name=name, labels=dict(labels), value=value)
                for name, by_labels in sorted(self._counts.items())
                for labels, value in sorted(by_labels.items())
            ]
            distributions = [
                self._distribution(name, labels, buckets)
                for name, by_labels in sorted(self._buckets.items())
                for labels, buckets in sorted(by_labels.items())
            ]
        return MetricsSnapshot(counts=tuple(counts), distributions=tuple(distributions))

    def _distribution(self, name: str, labels: _Labels, buckets: _Buckets) -> Distribution:
        running, at_most = 0, []
        for n in buckets.counts[:-1]:
            running += n
            at_most.append(running)
        return Distribution(
            name=name, labels=dict(labels), bounds=self._bounds, at_most=tuple(at_most), n=buckets.n, total=buckets.total
        )  # fmt: skip


def _key(labels: dict[str, str], known: dict[_Labels, float] | dict[_Labels, _Buckets]) -> _Labels:
    key = tuple(sorted(labels.items()))
    return key if key in known or len(known) < MOST_LABEL_SETS else OVERFLOW
