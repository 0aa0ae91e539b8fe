"""Faults of the simulated providers, on demand: latency, refusals, broken bodies, dead connections.

Set at the start or while the world runs, from any thread. Chance is seeded: the same requests in the same order meet the
same faults. Here: Fault and Faults. Not here: carrying them out (server).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from mobius.core.errors import BadParameter

Kind = Literal[
    "latency", "status", "rate_limit", "truncate", "drop", "content_type", "garbage", "reset", "hang", "drip", "endless"
]  # fmt: skip


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong.

    `latency` answers after `latency_ms` plus up to `jitter_ms`; `status` answers with `status`; `rate_limit` as the
    provider does when its limit is used up, with `retry_after_s`; `truncate` sends the first `share_of_body` of the body as
    if it were all; `drop` hangs up in the middle of it; `content_type` sends an HTML page with status 200; `garbage` a body
    that is no JSON under the right type; `reset` closes the connection without an answer; `hang` never answers; `drip`
    sends the body one byte every `latency_ms` (50 when 0); `endless` sends two gigabytes without telling a length.
    """

    kind: Kind
    route: str = ""
    """Paths that start so, without the provider's prefix (`/api/v3/klines`); all when empty."""
    share: float = 1.0
    """Part of the requests it hits."""
    status: int = 503
    latency_ms: float = 0.0
    jitter_ms: float = 0.0
    retry_after_s: int = 5
    share_of_body: float = 0.5
    times: int | None = None
    """Ends after so many hits."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.share <= 1.0 or not 0.0 <= self.share_of_body < 1.0:
            raise BadParameter(f"shares lie between 0 and 1: {self!r}")
        if not 400 <= self.status <= 599 or self.latency_ms < 0 or self.jitter_ms < 0 or self.retry_after_s < 0:
            raise BadParameter(f"no such fault: {self!r}")


class FaultOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is posted to the control route: the faults of one provider, in place of those it had."""

    provider: str
    faults: tuple[Fault, ...] = ()


class _Armed:
    """A fault with its own chance and its count of hits."""

    def __init__(self, fault: Fault, seed: str) -> None:
        self.fault = fault
        self.hits = 0
        self.chance = random.Random(seed)

    def strikes(self, path: str) -> bool:
        fault = self.fault
        if not path.startswith(fault.route) or (fault.times is not None and self.hits >= fault.times):
            return False
        if fault.share < 1.0 and self.chance.random() >= fault.share:
            return False
        self.hits += 1
        return True


class Faults:
    """Which faults each provider has now; all of them may hit the same request, in order."""

    def __init__(self, given: Mapping[str, tuple[Fault, ...]] | None = None, *, seed: int = 0) -> None:
        self._seed = seed
        self._armed: dict[str, tuple[_Armed, ...]] = {}
        for provider, faults in (given or {}).items():
            self.set(provider, *faults)

    def set(self, provider: str, *faults: Fault) -> None:
        """Give `provider` these faults in place of those it had; with none, it is well again."""
        armed = tuple(_Armed(fault, f"{self._seed}:{provider}:{place}") for place, fault in enumerate(faults))
        self._armed = {**self._armed, provider: armed}  # swapped whole: the server's thread reads it without a lock

    def clear(self) -> None:
        self._armed = {}

    def of(self, provider: str) -> tuple[Fault, ...]:
        return tuple(armed.fault for armed in self._armed.get(provider, ()))

    def strike(self, provider: str, path: str) -> tuple[tuple[Fault, float], ...]:
        """The faults that hit a request, each with the delay in seconds it asks for."""
        return tuple(
            (armed.fault, (armed.fault.latency_ms + armed.chance.random() * armed.fault.jitter_ms) / 1000.0)
            for armed in self._armed.get(provider, ())
            if armed.strikes(path)
        )
