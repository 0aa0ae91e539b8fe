"""Request limits of the simulated providers, in real seconds. Here: token buckets and minute windows. Not here: which
provider has which, and what it says when one is used up (wire)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a request was granted; `used` is the weight spent in the running minute."""

    allowed: bool
    used: int = 0
    retry_after_s: int = 0
    banned: bool = False


class Limiter(Protocol):
    def spend(self, weight: int, now_s: float) -> Spent:
        """Take `weight` at the monotonic second `now_s`, if there is that much left."""
        ...


class TokenBucket:
    """`capacity` at once, refilled evenly by `per_minute`."""

    def __init__(self, capacity: int, per_minute: int) -> None:
        self._capacity, self._per_s = float(capacity), per_minute / 60.0
        self._left, self._since = float(capacity), -math.inf

    def spend(self, weight: int, now_s: float) -> Spent:
        grown = self._per_s * (now_s - self._since) if self._since > -math.inf else 0.0
        self._left, self._since = min(self._capacity, self._left + grown), now_s
        if self._left < weight:
            return Spent(allowed=False, retry_after_s=max(1, math.ceil((weight - self._left) / self._per_s)))
        self._left -= weight
        return Spent(allowed=True, used=round(self._capacity - self._left))


class MinuteWindow:
    """`limit` a running minute of the provider's clock; whoever goes on asking beyond it is banned for a while."""

    PATIENCE = 20
    BAN_S = 120.0

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._minute, self._used, self._refused, self._banned_until = -1, 0, 0, -math.inf

    def spend(self, weight: int, now_s: float) -> Spent:
        if now_s < self._banned_until:
            return Spent(
                allowed=False, used=self._used, retry_after_s=math.ceil(self._banned_until - now_s), banned=True
            )
        if (minute := math.floor(now_s / 60.0)) != self._minute:
            self._minute, self._used, self._refused = minute, 0, 0
        if self._used + weight <= self._limit:
            self._used += weight
            return Spent(allowed=True, used=self._used)
        self._refused += 1
        if self._refused > self.PATIENCE:
            self._banned_until = now_s + self.BAN_S
        return Spent(allowed=False, used=self._used, retry_after_s=max(1, math.ceil((minute + 1) * 60.0 - now_s)))


class Unlimited:
    """Grants everything."""

    def spend(self, weight: int, now_s: float) -> Spent:
        return Spent(allowed=True, used=weight)
