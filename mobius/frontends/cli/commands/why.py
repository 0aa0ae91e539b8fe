"""`mobius why`: where the figures of an answer come from. Here: the derivation of facts, shown. Not here: deriving them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from mobius.core.answers import Answer, ChartBlock, FactRef, ListBlock, TableBlock
from mobius.core.application import Application
from mobius.core.errors import BadParameter, NoData
from mobius.core.facts import OURS, Fact
from mobius.core.ports import OWNER
from mobius.core.tools import Command, Option
from mobius.frontends.cli.escape import clean
from mobius.frontends.cli.failures import near_names
from mobius.frontends.cli.plain import NO_BREAK, Page
from mobius.frontends.cli.render import short_id

_TIERS = {
    "origin": "from the provider", "l1": "from the cache in memory", "l2": "from the shared cache",
    "l3": "from the cache on disk", "history": "from the history on this machine",
}  # fmt: skip
_ANSWERS = msgspec.json.Decoder(Answer, float_hook=Decimal)


class Explained(Struct, frozen=True, kw_only=True):
    """An answer kept, and the facts it rests on.

    `shown` are the ids of those that stand in it, in their order; `others` of those that were looked at and say nothing
    in it, without what they derive from.
    """

    id: str
    question: str
    headline: str
    world: str
    simulated: bool
    as_of: datetime | None
    shown: tuple[str, ...]
    others: tuple[str, ...]
    facts: dict[str, Fact]


async def run(options: Mapping[str, Any], application: Application) -> Explained:
    """Explain one fact of a kept answer or all of them; without an id, of the last answer."""
    return explain(await kept_answer(options["id"], application), options["fact"])


def explain(answer: Answer, fact_id: str | None = None) -> Explained:
    """The derivations of an answer's facts, or of one of them; BadParameter when it has none of that name."""
    if fact_id is not None and fact_id not in answer.facts:
        near = near_names(fact_id, answer.facts) or tuple(answer.facts)[:8]
        raise BadParameter(
            f"The answer {answer.id} has no fact {fact_id!r}.", hint=f"It has: {', '.join(near)}" if near else None
        )
    shown, others = _shown(answer) if fact_id is None else ((fact_id,), ())
    kept = set(_with_parents((*shown, *others), answer.facts))
    return Explained(
        id=answer.id, question=answer.question, headline=answer.headline_plain, world=answer.world,
        simulated=answer.simulated, as_of=answer.as_of, shown=shown,
        others=others,
        facts={key: fact for key, fact in answer.facts.items() if key in kept},
    )  # fmt: skip


async def kept_answer(answer_id: str | None, application: Application) -> Answer:
    """The answer of that id or of the only one that begins with it; without one, the last. Raises BadParameter, NoData."""
    if answer_id is None:
        recent = await application.answers.recent(1, person=OWNER.id)
        if not recent:
            raise NoData("mobius", "No answer is kept yet.", hint='Ask something first: mobius "what is btc doing"')
        return _ANSWERS.decode(recent[0])
    kept = await application.answers.find(answer_id, person=OWNER.id)
    if kept is None:
        raise BadParameter(
            f"No answer is kept under {answer_id!r}.",
            hint='The id stands in the last line of an answer; for a question use: mobius ask "why ..."',
        )
    return _ANSWERS.decode(kept)


def _shown(answer: Answer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Facts in the order they are read, and those that nothing read derives from."""
    read = tuple(key for key in dict.fromkeys(_referenced(answer)) if key in answer.facts)
    reached = set(_with_parents(read, answer.facts))
    rest = [key for key in answer.facts if key not in reached]
    below = {parent for key in rest for parent in answer.facts[key].derived_from}
    return read, tuple(key for key in rest if key not in below)


def _referenced(answer: Answer) -> Iterator[str]:
    parts: list[object] = [*answer.headline]
    for block in answer.blocks:
        if isinstance(block, TableBlock):
            parts += [cell for row in block.rows for cell in row]
        elif isinstance(block, ListBlock):
            parts += [part for item in block.items for part in item]
        elif isinstance(block, ChartBlock):
            yield from block.series
            parts += block.levels
        else:
            parts += block.text
    parts += [part for caveat in answer.caveats for part in caveat]
    yield from (part.fact for part in parts if isinstance(part, FactRef))


def _with_parents(roots: Iterable[str], facts: Mapping[str, Fact]) -> Iterator[str]:
    """Ids of facts and of all they derive from, each once."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        key = waiting.pop()
        if key in facts and key not in seen:
            seen.add(key)
            waiting.extend(facts[key].derived_from)
            yield key


# ------------------------------------------------------------------------------------------------------------ for people


def show(result: Explained, page: Page) -> None:
    """The answer's headline, then each figure with its derivation as a tree."""
    page.line(("SIMULATED · ", "warn") if result.simulated else "", (result.headline, "bold"))
    page.line((" · ".join(filter(None, (result.question, result.world, result.id))), "dim"))
    told: set[str] = set()
    for key in result.shown:
        if key not in told:  # a parent told under an earlier figure needs no place of its own
            page.blank()
            _write_fact(page, key, result.facts, told, "", "")
    others = [key for key in result.others if key not in told]
    if others:
        page.blank()
        page.line(
            (f"Also looked at: {', '.join(others)}. For one of them: mobius why {short_id(result.id)} FACT", "dim")
        )


def _write_fact(page: Page, key: str, facts: Mapping[str, Fact], told: set[str], first: str, rest: str) -> None:
    fact = facts.get(key)
    if fact is None:
        page.line((key, "bold"), (" is not kept", "dim"), indent=first, hang=rest)
        return
    unit = "" if fact.unit == "text" else f" {fact.unit}"
    value = "unknown" if fact.value is None else f"{value_text(fact)}{unit}"
    if key in told:
        page.line((key, "bold"), " ", value, (" (see above)", "dim"), indent=first, hang=rest)
        return
    told.add(key)
    page.line((key, "bold"), " ", value, indent=first, hang=rest)
    for line in _circumstances(fact):
        page.line((line, "dim"), indent=f"{rest}  ")
    for at, parent in enumerate(fact.derived_from, 1):
        last = at == len(fact.derived_from)
        _write_fact(page, parent, facts, told, f"{rest}  {'└' if last else '├'} ", f"{rest}  {' ' if last else '│'} ")


def value_text(fact: Fact) -> str:
    """The value as it is kept, every digit of it but trailing zeros; a long text is cut."""
    value = fact.value
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    text = clean(str(value))
    return text if len(text) <= 200 else f"{text[:199]}…"


def _circumstances(fact: Fact) -> Iterator[str]:
    if fact.reason is not None:
        yield f"why unknown: {fact.reason}"
    if fact.how is not None and (fact.derived_from or fact.value is not None):
        yield f"how: {fact.how}"
    if fact.path is not None:
        yield fact.path
    told = []
    if fact.as_of is not None:
        told.append(f"as of {_instant(fact.as_of)}")
    if fact.source not in OURS:
        if fact.fetched_at is not None and (fact.as_of is None or _instant(fact.fetched_at) != _instant(fact.as_of)):
            told.append(f"fetched {_instant(fact.fetched_at)}")
        told.append(_TIERS[fact.tier])
        if fact.simulated:
            told.append("simulated")
    if fact.sha256 is not None:
        told.append(f"sha256 {fact.sha256[:16]}")
    if told:
        yield " · ".join(told)


def _instant(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC".replace(" ", NO_BREAK)


COMMAND = Command(
    name="why",
    summary="Show where the figures of an answer come from, down to the provider's raw field.",
    options=(
        Option(name="id", help="the answer's id or its beginning; without it, the last answer", optional=True),
        Option(name="fact", help="one figure of it, by its id", optional=True),
    ),
    run=run,
    show=show,
    examples=("mobius why", "mobius why 0198f1c2", "mobius why 0198f1c2 --json"),
)
