"""How long a source takes. Here: Latencies, the newest requests and their quantiles. Not here: what follows (hedge)."""

from __future__ import annotations

from collections import deque

KEPT = 200
"""Newest requests remembered: some minutes of a busy source, so that a bad hour is forgotten."""
LEAST = 20
"""Requests without which a 95th percentile says nothing."""


class Latencies:
    """Seconds from sending to the whole reply, without waiting for a turn."""

    def __init__(self) -> None:
        self._newest: deque[float] = deque(maxlen=KEPT)
        self._sorted: tuple[float, ...] | None = None

    def __len__(self) -> int:
        return len(self._newest)

    def note(self, seconds: float, *, whole: bool) -> None:
        """Remember a request; one that was given up (`whole` False) took at least this long, and counts if that is long."""
        if not whole:
            p95_s = self.p95_s()
            if p95_s is None or seconds <= p95_s:
                return
        self._newest.append(seconds)
        self._sorted = None

    def quantile_s(self, share: float) -> float | None:
        """The quantile of what is remembered; None where there is nothing."""
        if not self._newest:
            return None
        if self._sorted is None:
            self._sorted = tuple(sorted(self._newest))
        return self._sorted[min(len(self._sorted) - 1, int(share * len(self._sorted)))]

    def p95_s(self) -> float | None:
        """The 95th percentile, None before it means anything."""
        return self.quantile_s(0.95) if len(self._newest) >= LEAST else None
