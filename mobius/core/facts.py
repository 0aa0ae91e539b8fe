"""Facts: every figure shown, with where it came from and when. Here: Fact, Sourced, tiers. Not here: wording."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

T = TypeVar("T")

Tier = Literal["origin", "l1", "l2", "l3", "history"]
"""Where a value was read: from the provider itself, a cache tier, or the history kept on disk."""

if TYPE_CHECKING:
    Value: TypeAlias = Decimal | float | int | str | bool | None
else:  # msgspec refuses a union of Decimal and str; on the wire both are plain JSON
    Value = Any


OURS = frozenset({"mobius", "question", "default", "registry"})
"""Sources of facts that no provider told: derived, echoed, a tool's own default, a list of our own."""


class Fact(Struct, frozen=True, kw_only=True):
    """One figure and its provenance.

    A leaf has `source` and `path`; a derived fact has source `mobius`, `derived_from` and `how`. `reason` is set if and
    only if `value` is None. A column fact (a whole series) carries its length as `value` and `n`, and its `sha256`.
    """

    id: str
    value: Value
    unit: str
    """ISO code or ticker, `USD/BTC`, `pct` (12.5 = 12.5 %), `ratio`, `count`, `gwei`, `s`, `index`, `text`."""
    reason: str | None = None
    source: str
    path: str | None = None
    as_of: datetime | None = None
    fetched_at: datetime | None = None
    tier: Tier = "origin"
    simulated: bool = False
    derived_from: tuple[str, ...] = ()
    how: str | None = None
    n: int | None = None
    sha256: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.value, float | Decimal) and not math.isfinite(self.value):
            raise ValueError(f"fact {self.id!r}: {self.value} is no figure; unknown is None with a reason")
        if (self.value is None) != (self.reason is not None):
            raise ValueError(f"fact {self.id!r}: a reason is given if and only if the value is unknown")
        if self.source == "mobius" and not (self.how and (self.derived_from or self.value is None)):
            raise ValueError(f"derived fact {self.id!r} names no parents or no method")
        if self.source != "mobius" and self.path is None:
            raise ValueError(f"leaf fact {self.id!r} has no path")

    def number(self) -> float | None:
        """The value as a float, None where it is unknown or not a number."""
        return None if self.value is None or isinstance(self.value, str | bool) else float(self.value)


class Sourced(Struct, Generic[T], frozen=True, kw_only=True):
    """A parsed reply and its circumstances: what a source's `fetch` returns."""

    value: T
    source: str
    """Module name under mobius/sources."""
    endpoint: str
    """Path and query without keys, `/simple/price?ids=bitcoin`: the left part of a fact's path."""
    as_of: datetime
    """UTC instant the value describes."""
    fetched_at: datetime
    """UTC instant it reached us."""
    tier: Tier = "origin"
    simulated: bool = False

    def leaf(
        self,
        fact_id: str,
        value: Value,
        unit: str,
        field: str,
        *,
        reason: str | None = None,
        as_of: datetime | None = None,
    ) -> Fact:
        """Bind one value of this reply to a fact; `field` is its place in the document (`bitcoin.usd`)."""
        return Fact(
            id=fact_id, value=value, unit=unit, source=self.source, path=f"{self.source}:{self.endpoint}#{field}",
            reason=(reason or "not in the reply") if value is None else None,
            as_of=as_of or self.as_of, fetched_at=self.fetched_at, tier=self.tier, simulated=self.simulated,
        )  # fmt: skip


_TIER_RANK: dict[str, int] = {"origin": 0, "l1": 1, "l2": 2, "l3": 3, "history": 4}


def derive(
    fact_id: str, value: Value, unit: str, parents: Sequence[Fact], how: str, *, reason: str | None = None
) -> Fact:
    """Make a derived fact; its instant is the oldest of its parents', its tier the farthest from the origin."""
    instants = [parent.as_of for parent in parents if parent.as_of is not None]
    fetched = [parent.fetched_at for parent in parents if parent.fetched_at is not None]
    return Fact(
        id=fact_id, value=value, unit=unit, source="mobius", how=how, reason=reason,
        as_of=min(instants) if instants else None, fetched_at=min(fetched) if fetched else None,
        tier=max((parent.tier for parent in parents), key=_TIER_RANK.__getitem__, default="origin"),
        simulated=any(parent.simulated for parent in parents),
        derived_from=tuple(parent.id for parent in parents),
    )  # fmt: skip


def unknown(fact_id: str, unit: str, reason: str) -> Fact:
    """A figure that is not known, and why."""
    return Fact(id=fact_id, value=None, unit=unit, reason=reason, source="mobius", how="not available")


def facts_in(value: object) -> Iterator[Fact]:
    """Every Fact inside a report, depth first."""
    if isinstance(value, Fact):
        yield value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from facts_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from facts_in(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from facts_in(item)


def column_digest(columns: Mapping[str, Sequence[float | int | None]]) -> str:
    """sha256 over the canonical JSON of a series' columns."""
    return hashlib.sha256(msgspec.json.encode(columns, order="sorted")).hexdigest()


def echo(fact_id: str, value: Value, unit: str, slot: str, *, stated: bool = True) -> Fact:
    """A figure of the question itself, said back; `stated` False for a tool's own default."""
    source = "question" if stated else "default"
    return Fact(id=fact_id, value=value, unit=unit, source=source, path=f"{source}:#{slot}")
