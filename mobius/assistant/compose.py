"""From a report and its draft to an answer. Here: notices in words, caveats, sources, status, joining two answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct

from mobius.assistant.checker import UnboundFigure, check_answer, check_closed, check_line, merged
from mobius.core.answers import (
    Answer,
    Block,
    ChartBlock,
    FactRef,
    ListBlock,
    SourceNote,
    Status,
    TableBlock,
    Text,
    TextBlock,
    plain,
)
from mobius.core.facts import OURS, Fact, facts_in
from mobius.core.notices import Notice, SourceFailure
from mobius.core.sources import SourceSpec
from mobius.core.words import Draft, Line, ListDraft, TableDraft, TextDraft, Writer

NOTICES: dict[str, str] = {
    "one_source": "Only {source} answered, so nothing checks this price.",
    "sources_disagree": "{source} says {other:price}, more than the usual distance away; {headline} is the deeper market.",
    "source_dropped": "Left out {source} at {other:price}: too far from the others.",
    "stablecoin_stress": "Dollar books say {usd:price}, USDT books {usdt:price} after conversion: a stablecoin under stress.",
    "tether_not_converted": "In USDT, not converted: fewer than two sources gave a USDT rate.",
    "quoted_in": "Traded in {unit}, shown as dollars.",
    "from_history": "From the history on this machine: {series}.",
    "market_from_history": "From the history on this machine: only the assets it holds, without market totals.",
    "series_disagree": "{series} closed at {other:price}, more than half a percent away.",
    "stale_close": "The last close of {series} before that is of {last:clock}.",
    "resampled": "Bars of {from} gathered into {to}.",
    "fewer_bars": "There are fewer bars than asked for.",
    "ticker_meaning": "{note}.",
    "as_asked": "The price at {source} alone, as asked.",
    "tail_missing": "{hint}",
    "from_aggregators": "No exchange told its price here: this is what aggregators say.",
    "references_disagree": "{source} says {other:price}, more than the usual distance away.",
    "one_funding": "Only {source} gave a funding rate, so nothing checks it.",
    "rates_disagree": "{protocol} itself says {own:pct} on {chain}, DefiLlama lists {listed:pct}; its own figure is shown.",
    "rate_scale": "{protocol} itself says {own:pct} on {chain}; DefiLlama lists {listed:rate}, a fraction taken for percent.",
    "yields_unlisted": "DefiLlama did not answer: only the protocols' own markets, without sizes and past rates.",
    "funding_apart": "Venues differ in sign: {low:rate} per 8 h on {lower}, {high:rate} on {higher}.",
    "tvl_without_loans": "Locked value leaves out what is lent: {protocols}.",
    "earnings_in_flow": "No source told the rate at which deposits in {protocol} earn: what they earned is still in the flow.",
    "loans_not_told": "What {protocol} lends out is not told apart, so borrowing looks like an outflow here.",
    "tokens_unpriced": "{n:count} tokens without a price on any day are left out.",
    "bridge_unpriced": "What the bridge of {chain} holds in {tokens} is left out: no price was told.",
    "wants_contact": "{source} answers only who says how to be reached: set `MOBIUS_CONTACT`.",
}
FAILURES: dict[str, str] = {
    "source_unavailable": "{source} did not answer.",
    "rate_limited": "{source} asked for fewer requests.",
    "source_changed": "{source} answered in a shape we don't know; it was left out.",
    "deadline": "{source} did not answer in time.",
    "not_configured": "{source} is not available here.",
    "not_waited": "{source} was not waited for: the others agree.",
    "slow": "{source} was slower than the others; it was not waited for.",
}
SpecOf: TypeAlias = Callable[[str], SourceSpec | None]
_STATUS_OF_NOTICE: dict[str, Status] = {"sources_disagree": "partial", "references_disagree": "partial"}


class Circumstances(Struct, frozen=True, kw_only=True):
    """What stands on every answer beside the words."""

    answer_id: str
    question: str
    intent: str
    intents: tuple[str, ...]
    confidence: float | None
    slots: Mapping[str, Any]
    as_of: datetime | None
    world: str
    simulated: bool
    """Whether the world itself is simulated; so is every answer given in it."""


def compose(draft: Draft, report: Struct | None, about: Circumstances, spec_of: SpecOf, now: datetime) -> Answer:
    """Check a draft and make it an answer. Raises UnboundFigure when it says what no fact bears out."""
    notices, failures = _found(report)
    facts = {fact.id: fact for fact in (*facts_in(report), *draft.facts, *_notice_facts(notices))}
    caveats = (*draft.caveats, *_caveats(notices, failures, spec_of, Writer(now=now, as_of=about.as_of)))
    violations = list(check_closed(facts))
    for where, line in _lines(draft, caveats):
        violations += check_line(where, line, facts, now)
    if violations:
        raise UnboundFigure(tuple(violations))
    headline = merged(draft.headline)
    answer = Answer(
        id=about.answer_id,
        status=draft.status or _status(notices, failures),
        question=about.question,
        intent=about.intent,
        intents=about.intents,
        confidence=about.confidence,
        slots=dict(about.slots),
        as_of=about.as_of,
        world=about.world,
        headline=headline,
        headline_plain=plain(headline),
        blocks=tuple(_block(block) for block in draft.blocks),
        facts=facts,
        caveats=tuple(dict.fromkeys(merged(line) for line in caveats)),
        sources=_sources(facts, failures, spec_of),
        simulated=about.simulated or any(fact.simulated for fact in facts.values()),
        followups=_next_questions(draft, about.question),
    )
    slips = check_answer(answer, dict(_drafted(draft, caveats, about.question)), now)
    if slips:
        raise UnboundFigure(slips)
    return answer


def _next_questions(draft: Draft, question: str) -> tuple[str, ...]:
    """What is worth asking next: once each, and not what was just asked."""
    asked = _bare(question)
    lines = dict.fromkeys(plain(merged(line)) for line in draft.followups)
    return tuple(line for line in lines if _bare(line) != asked)[:3]


def _bare(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip(" ?!.")


def _drafted(draft: Draft, caveats: Sequence[Line], question: str) -> Iterator[tuple[str, Text]]:
    """The draft's texts by their place in the answer: what the finished answer is held against."""
    yield "headline", merged(draft.headline)
    yield "headline_plain", (plain(merged(draft.headline)),)
    for number, block in enumerate(draft.blocks):
        where = f"blocks[{number}]"
        if isinstance(block, TextDraft):
            yield f"{where}.text", merged(block.line)
            continue
        yield f"{where}.title", (plain(merged(block.title)),)
        if isinstance(block, ListDraft):
            yield from ((f"{where}.items[{place}]", merged(item)) for place, item in enumerate(block.items))
        elif isinstance(block, TableDraft):
            yield f"{where}.columns", tuple(plain(merged(column)) for column in block.columns)
            for place, row in enumerate(block.rows):
                yield from ((f"{where}.rows[{place}][{n}]", (merged(cell) or ("",))[:1]) for n, cell in enumerate(row))
        else:
            yield f"{where}.levels", block.block.levels
    for number, caveat in enumerate(dict.fromkeys(merged(line) for line in caveats)):
        yield f"caveats[{number}]", caveat
    for number, followup in enumerate(_next_questions(draft, question)):
        yield f"followups[{number}]", (followup,)


def join(first: Answer, others: Sequence[Answer], answer_id: str) -> Answer:
    """Two questions in one: the first answer, then the headline and blocks of each other, in order."""
    blocks: list[Block] = list(first.blocks)
    facts = dict(first.facts)
    for other in others:
        renamed = {fact_id for fact_id in other.facts if fact_id in facts and facts[fact_id] != other.facts[fact_id]}
        if renamed:
            other = _renamed(other, renamed)
        facts |= other.facts
        blocks += [TextBlock(text=other.headline), *other.blocks]
    worst = next((a.status for a in (first, *others) if a.status != "answered"), "answered")
    return Answer(
        id=answer_id, status="answered" if worst == "answered" else "partial", question=first.question,
        intent=first.intent, intents=first.intents, confidence=first.confidence, slots=first.slots, as_of=first.as_of,
        world=first.world, headline=first.headline, headline_plain=first.headline_plain, blocks=tuple(blocks), facts=facts,
        caveats=tuple(dict.fromkeys(c for a in (first, *others) for c in a.caveats)),
        sources=tuple({note.name: note for a in (first, *others) for note in a.sources}.values()),
        simulated=any(a.simulated for a in (first, *others)),
        followups=tuple(dict.fromkeys(f for a in (first, *others) for f in a.followups))[:3],
    )  # fmt: skip


def _renamed(answer: Answer, clashing: set[str]) -> Answer:
    """Give clashing facts of a second answer ids of their own, wherever they are named."""
    import msgspec

    raw = msgspec.to_builtins(answer, builtin_types=(datetime,))

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {(f"{key}.2" if key in clashing else key): walk(value) for key, value in node.items()}
        if isinstance(node, list | tuple):
            return [walk(item) for item in node]
        return f"{node}.2" if isinstance(node, str) and node in clashing else node

    return msgspec.convert(walk(raw), Answer, strict=False)


# ------------------------------------------------------------------------------------------------------------ pieces


def _found(report: Struct | None) -> tuple[list[Notice], list[SourceFailure]]:
    notices: dict[tuple[object, ...], Notice] = {}
    failures: dict[str, SourceFailure] = {}
    for item in _walk(report):
        if isinstance(item, Notice):
            key = (item.kind, tuple(sorted(item.names.items())), tuple(fact.id for fact in item.facts.values()))
            notices[key] = item
        elif isinstance(item, SourceFailure):
            failures[item.source] = item
    return list(notices.values()), list(failures.values())


def _walk(value: object) -> Iterator[object]:
    if isinstance(value, Notice | SourceFailure):
        yield value
    elif isinstance(value, Struct) and not isinstance(value, Fact):
        for name in value.__struct_fields__:
            yield from _walk(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _walk(item)


def _notice_facts(notices: Sequence[Notice]) -> Iterator[Fact]:
    for notice in notices:
        yield from notice.facts.values()


def _caveats(
    notices: Sequence[Notice], failures: Sequence[SourceFailure], spec_of: SpecOf, writer: Writer
) -> Iterator[Line]:
    for notice in notices:
        names = {name: _title(text, spec_of) for name, text in notice.names.items()}
        yield writer.say(NOTICES[notice.kind], **notice.facts, **names)
    for failure in failures:
        template = FAILURES.get(failure.kind, FAILURES["source_unavailable"])
        yield writer.say(template, source=_title(failure.source.partition(":")[0], spec_of))


def _title(name: str, spec_of: SpecOf) -> str:
    spec = spec_of(name)
    return name if spec is None else spec.title


def _lines(draft: Draft, caveats: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    yield "headline", draft.headline
    for number, block in enumerate(draft.blocks):
        where = f"block {number}"
        if isinstance(block, TextDraft):
            yield where, block.line
        elif isinstance(block, ListDraft):
            yield where, block.title
            yield from ((where, item) for item in block.items)
        elif isinstance(block, TableDraft):
            yield where, block.title
            yield from ((where, column) for column in block.columns)
            yield from ((where, cell) for row in block.rows for cell in row)
        else:
            yield where, block.title
            yield where, block.block.levels
    yield from (("caveat", line) for line in caveats)
    yield from (("follow-up", line) for line in draft.followups)


def _block(block: TextDraft | ListDraft | TableDraft | Any) -> Block:
    if isinstance(block, TextDraft):
        return TextBlock(text=merged(block.line))
    if isinstance(block, ListDraft):
        return ListBlock(items=tuple(merged(item) for item in block.items), title=plain(merged(block.title)) or None)
    if isinstance(block, TableDraft):
        return TableBlock(
            columns=tuple(plain(merged(column)) for column in block.columns),
            rows=tuple(tuple(_cell(cell) for cell in row) for row in block.rows),
            title=plain(merged(block.title)) or None,
        )
    chart: ChartBlock = block.block
    return chart


def _cell(line: Line) -> str | FactRef:
    text = merged(line)
    return text[0] if text else ""


def _status(notices: Sequence[Notice], failures: Sequence[SourceFailure]) -> Status:
    if any(failure.kind != "not_waited" for failure in failures):
        return "partial"
    return next((_STATUS_OF_NOTICE[n.kind] for n in notices if n.kind in _STATUS_OF_NOTICE), "answered")


def _sources(facts: Mapping[str, Fact], failures: Sequence[SourceFailure], spec_of: SpecOf) -> tuple[SourceNote, ...]:
    """Who gave the figures, dated by the newest: older ones beside it are what it is compared with."""
    notes: dict[str, SourceNote] = {}
    for fact in facts.values():
        if fact.source in OURS:
            continue
        known = notes.get(fact.source)
        if known is None or (fact.as_of is not None and (known.as_of is None or fact.as_of > known.as_of)):
            spec = spec_of(fact.source)
            notes[fact.source] = SourceNote(
                name=fact.source,
                as_of=fact.as_of,
                tier=fact.tier,
                attribution=spec.rights.attribution if spec else None,
            )
    for failure in failures:
        name = failure.source.partition(":")[0]
        notes.setdefault(name, SourceNote(name=name, failed=failure.message))
    return tuple(notes.values())
