"""What a fact stands on. Here: `ancestry`. Not here: the check that every ancestor is in the answer (assistant.checker)."""

from __future__ import annotations

from collections.abc import Sequence

from mobius.core.facts import Fact


def ancestry(fact: Fact, among: Sequence[Fact]) -> tuple[Fact, ...]:
    """What `fact` was derived from, down to the leaves, out of `among`; not what else stands there."""
    by_id = {part.id: part for part in among}
    found: dict[str, Fact] = {}
    waiting = list(fact.derived_from)
    while waiting:
        name = waiting.pop()
        if name in by_id and name not in found:
            found[name] = by_id[name]
            waiting += by_id[name].derived_from
    return tuple(found.values())
