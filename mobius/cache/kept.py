"""What a tier below memory gives back, and what an invalidation takes away. Here: plain values. Not here: any tier."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from mobius.core.keeping import Policy


class Kept(Struct, frozen=True, kw_only=True):
    """A value with its times, all in seconds relative to now."""

    value: bytes
    kind: str = ""
    """Kind of the policy it was kept under."""
    missing: bool = False
    """Whether it says that there is no such thing."""
    age_s: float = 0.0
    fresh_left_s: float
    """How much longer it is as good as new; negative when that is over."""
    left_s: float
    """How much longer it may be given at all."""

    def state(self, policy: Policy, ahead_s: float = 0.0) -> Literal["fresh", "stale"] | None:
        """What it is worth to a reader under `policy`, who wants at least `ahead_s` left of its fresh time."""
        return worth(self.age_s, self.fresh_left_s, self.left_s, policy, missing=self.missing, ahead_s=ahead_s)


class Cut(Struct, frozen=True, kw_only=True):
    """An invalidation: every value whose key begins with `prefix`, or that carries `tag`.

    A value's tags are `kind:<kind of its policy>`, `world:<world>` and `source:<source>`; world and source stand in its key,
    `world|codec|source|...`.
    """

    prefix: str | None = None
    tag: str | None = None

    def takes(self, key: str, kind: str) -> bool:
        if self.prefix is not None and key.startswith(self.prefix):
            return True
        return self.tag is not None and self.tag in tags_of(key, kind)


EVERYTHING = Cut(prefix="")


def tags_of(key: str, kind: str) -> tuple[str, ...]:
    parts = key.split("|", 3)
    if len(parts) < 4:
        return (f"kind:{kind}",)
    return (f"kind:{kind}", f"world:{parts[0]}", f"source:{parts[2]}")


def worth(
    age_s: float, fresh_left_s: float, left_s: float, policy: Policy, *, missing: bool, ahead_s: float
) -> Literal["fresh", "stale"] | None:
    """`fresh` when it may be given, `stale` when it may be given while it is fetched again, else None."""
    most_s = policy.missing_s if missing else policy.fresh_s
    if fresh_left_s > ahead_s and age_s + ahead_s < most_s:
        return "fresh"
    if not missing and left_s > 0 and age_s < policy.oldest_s():
        return "stale"
    return None
