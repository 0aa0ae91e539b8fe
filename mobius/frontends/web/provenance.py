"""Where a figure comes from, as the page tells it. Here: Provenance of a fact, its derivation as a tree. Not here: HTML."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mobius.core.answers import Answer, Block, ChartBlock, FactRef, ListBlock, TableBlock
from mobius.core.facts import Fact
from mobius.core.words import render
from mobius.frontends.cli.commands.why import value_text
from mobius.frontends.web.safe_text import clean

MOST_ORIGINS = 4
"""Provider's fields named in the short account of a derived figure; the whole tree is one tap away."""
_TIERS = {
    "origin": "from the provider", "l1": "from the cache in memory", "l2": "from the shared cache",
    "l3": "from the cache on disk", "history": "from the history on this machine",
}  # fmt: skip
_NO_PROVIDER = {"mobius": "Möbius", "question": "your question", "default": "taken for granted"}

Titles = Mapping[str, str]
"""Names of sources as people know them, by module name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A provider's own field that a derived figure rests on."""

    value: str
    source: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """One figure's account: every text is ready to show, instants are ISO 8601."""

    id: str
    value: str
    """Every digit, with its unit; "unknown" when it is."""
    source: str
    path: str | None
    how: str | None
    reason: str | None
    tier: str | None
    as_of: str | None
    age: str | None
    as_of_text: str | None
    fetched: str | None
    simulated: bool
    derived: bool
    origins: tuple[Origin, ...]
    more_origins: int
    sha256: str | None

    @property
    def summary(self) -> str:
        """One sentence, for a browser that runs no script."""
        names = ", ".join(dict.fromkeys(origin.source for origin in self.origins))
        made = f"{self.how}{f', from {names}' if names else ''}" if self.derived and self.how else self.source
        return " · ".join(part for part in (made, self.path, self.reason, self.as_of_text, self.tier) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A figure and the figures it was made from; `repeated` where it was told before."""

    figure: Provenance
    parents: tuple[Derivation, ...]
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An answer explained: the figures that stand in it, and those that were looked at and say nothing in it."""

    id: str
    question: str
    headline: str
    world: str
    simulated: bool
    figures: tuple[Derivation, ...]
    others: tuple[str, ...]
    one: bool
    """Whether a single figure was asked for."""


def provenance(fact: Fact, facts: Mapping[str, Fact], now: datetime, titles: Titles) -> Provenance:
    """The account of one fact among the facts of its answer."""
    derived = fact.source == "mobius"
    leaves = [] if not derived else [leaf for leaf in _leaves(fact, facts) if leaf.source not in _NO_PROVIDER]
    provider = fact.source not in _NO_PROVIDER
    return Provenance(
        id=clean(fact.id), value=exact(fact), source=source_title(fact.source, titles),
        path=None if fact.path is None or not provider else clean(fact.path),
        how=clean(fact.how) if fact.how and (fact.derived_from or fact.value is None) else None,
        reason=clean(fact.reason) if fact.reason else None,
        tier=_TIERS[fact.tier] if provider or leaves else None,
        as_of=None if fact.as_of is None else iso(fact.as_of),
        age=None if fact.as_of is None else age(fact.as_of, now),
        as_of_text=None if fact.as_of is None else f"as of {instant(fact.as_of)}",
        fetched=None if fact.fetched_at is None or not (provider or leaves) else instant(fact.fetched_at),
        simulated=fact.simulated, derived=derived,
        origins=tuple(
            Origin(value=exact(leaf), source=source_title(leaf.source, titles), path=clean(leaf.path or ""))
            for leaf in leaves[:MOST_ORIGINS]
        ),
        more_origins=max(0, len(leaves) - MOST_ORIGINS), sha256=fact.sha256,
    )  # fmt: skip


def _leaves(fact: Fact, facts: Mapping[str, Fact]) -> Iterator[Fact]:
    """Facts without parents below this one, each once, the nearest first."""
    seen: set[str] = set()
    waiting = deque(fact.derived_from)
    while waiting:
        key = waiting.popleft()
        if key in facts and key not in seen:
            seen.add(key)
            waiting.extend(facts[key].derived_from)
            if not facts[key].derived_from:
                yield facts[key]


def with_parents(roots: Iterable[str], facts: Mapping[str, Fact]) -> Iterator[str]:
    """Ids of facts and of all they derive from, depth first, each once."""
    seen: set[str] = set()
    waiting = list(roots)[::-1]
    while waiting:
        key = waiting.pop()
        if key in facts and key not in seen:
            seen.add(key)
            waiting.extend(reversed(facts[key].derived_from))
            yield key


def shown_facts(answer: Answer) -> tuple[str, ...]:
    """Ids of the facts that stand in an answer, in the order they are read."""
    return tuple(key for key in dict.fromkeys(_referenced(answer)) if key in answer.facts)


def _referenced(answer: Answer) -> Iterator[str]:
    yield from _refs(answer.headline)
    for block in answer.blocks:
        yield from _in_block(block)
    for caveat in answer.caveats:
        yield from _refs(caveat)


def _in_block(block: Block) -> Iterator[str]:
    if isinstance(block, TableBlock):
        for row in block.rows:
            yield from _refs(row)
    elif isinstance(block, ListBlock):
        for item in block.items:
            yield from _refs(item)
    elif isinstance(block, ChartBlock):
        yield from block.series
        yield from _refs(block.levels)
    else:
        yield from _refs(block.text)


def _refs(parts: Sequence[str | FactRef]) -> Iterator[str]:
    return (part.fact for part in parts if isinstance(part, FactRef))


def why(answer: Answer, now: datetime, *, fact: str | None = None, titles: Titles | None = None) -> Why:
    """Explain an answer, or one `fact` of it (which must be among its facts)."""
    roots = shown_facts(answer) if fact is None else (fact,)
    reached = set(with_parents(roots, answer.facts))
    rest = [] if fact is not None else [key for key in answer.facts if key not in reached]
    below = {parent for key in rest for parent in answer.facts[key].derived_from}
    told: set[str] = set()
    # One that was told below an earlier figure needs no place of its own.
    trees = [_derivation(key, answer.facts, now, titles or {}, told) for key in roots if key not in told]
    return Why(
        id=answer.id, question=clean(answer.question, 280), headline=clean(answer.headline_plain),
        world=answer.world, simulated=answer.simulated, figures=tuple(trees),
        others=tuple(clean(key) for key in rest if key not in below), one=fact is not None,
    )  # fmt: skip


def _derivation(key: str, facts: Mapping[str, Fact], now: datetime, titles: Titles, told: set[str]) -> Derivation:
    repeated = key in told
    told.add(key)
    parents = () if repeated else tuple(parent for parent in facts[key].derived_from if parent in facts)
    return Derivation(
        figure=provenance(facts[key], facts, now, titles), repeated=repeated,
        parents=tuple(_derivation(parent, facts, now, titles, told) for parent in parents),
    )  # fmt: skip


def source_title(name: str, titles: Titles) -> str:
    """A source's name for people; imported bars carry the venue they came from."""
    if name in _NO_PROVIDER:
        return _NO_PROVIDER[name]
    kind, _, venue = name.partition(":")
    if kind == "history" and venue:
        return f"{clean(titles.get(venue, venue))} (history)"
    return clean(titles.get(name, name))


def exact(fact: Fact) -> str:
    """The value with every digit kept, and its unit."""
    if fact.value is None:
        return "unknown"
    unit = {"text": "", "pct": " %", "ratio": "", "index": "", "count": ""}.get(fact.unit, f" {fact.unit}")
    return clean(f"{value_text(fact)}{unit}")


def age(at: datetime, now: datetime) -> str:
    moment = Fact(id="moment", value=True, unit="text", source="question", path="question:#as_of", as_of=at)
    return render(moment, "age", now)


def instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
