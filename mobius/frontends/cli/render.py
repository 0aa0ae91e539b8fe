"""An answer as a terminal shows it. Here: order and dress of its parts. Not here: wording (assistant), drawing (charts)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from mobius.core.answers import (
    Answer,
    Block,
    ChartBlock,
    FactRef,
    ListBlock,
    SourceNote,
    TableBlock,
    Text,
    TextBlock,
)
from mobius.core.facts import Fact
from mobius.core.words import render
from mobius.frontends.cli.escape import clean
from mobius.frontends.cli.plain import NO_BREAK, Look, Page, Span, Style
from mobius.frontends.cli.tables import sign_style, write_table

CHART_HEIGHT = 12
"""Lines of a chart, axes included."""
LONGEST_WHOLE = 28
"""Letters of a figure that are kept on one line, an instant with its time among them; longer ones are texts, which wrap."""
_TIERS = {"l1": "cache", "l2": "cache", "l3": "cache", "history": "history"}


def answer_text(answer: Answer, look: Look, now: datetime) -> str:
    """The whole answer, ready to print; `now` dates its age."""
    page = Page(look)
    write_answer(page, answer, now)
    return page.text()


def write_answer(page: Page, answer: Answer, now: datetime, *, numbered: bool = False) -> None:
    """Headline, blocks, caveats, follow-ups (`numbered` where one can be chosen by its number), the dim last line."""
    page.line(*_marks(answer), *spans(answer.headline, "bold"))
    for block in answer.blocks:
        page.blank()
        _write_block(page, block, answer.facts)
    if answer.caveats:
        page.blank()
    for caveat in answer.caveats:
        page.line(*spans(caveat, "dim", signs=False), indent="· ", hang="  ")
    if answer.followups:
        page.blank()
    for at, followup in enumerate(answer.followups, 1):
        page.line((f"{at} " if numbered else "", "bold"), ("try: ", "dim"), followup, hang="     ")
    page.blank()
    if credited := attributions(answer.sources):
        page.line((" · ".join(credited), "dim"))
    page.line((footer(answer, now), "dim"))


def spans(text: Text, style: Style = "", *, signs: bool = True) -> Iterator[Span]:
    """Styled parts of a text; a figure is not broken over two lines, a change takes the colour of its sign."""
    for part in text:
        if isinstance(part, str):
            yield part, style
        else:
            sign = sign_style(part.text) if signs and part.format in ("signed", "change") else ""
            yield _figure(part), sign or style


def _figure(ref: FactRef) -> str:
    text = clean(ref.text)
    return text.replace(" ", NO_BREAK) if len(text) <= LONGEST_WHOLE else text


def _marks(answer: Answer) -> Iterator[Span]:
    """What the headline line must say before all else: that it is simulated, which past day it is about (once)."""
    if answer.simulated:
        yield "SIMULATED", "warn"
        yield " · ", "dim"
    if answer.as_of is not None and _day(answer.as_of) not in answer.headline_plain:
        yield f"as of {past_day(answer.as_of)}".replace(" ", NO_BREAK), "warn"
        yield " · ", "dim"


def past_day(as_of: datetime) -> str:
    """The instant in words; a midnight is the close of the day before it."""
    return f"the close of {_day(as_of)}" if _is_midnight(as_of) else _at(as_of, "clock")


def _day(as_of: datetime) -> str:
    """The day an instant closes or lies in, `5 March 2024`."""
    return _at(as_of - timedelta(days=1) if _is_midnight(as_of) else as_of, "date")


def _is_midnight(instant: datetime) -> bool:
    return (instant.hour, instant.minute, instant.second) == (0, 0, 0)


def _write_block(page: Page, block: Block, facts: Mapping[str, Fact]) -> None:
    match block:
        case TextBlock():
            page.line(*spans(block.text))
        case ListBlock():
            if block.title:
                page.line((block.title, "bold"))
            for item in block.items:
                page.line(*spans(item), indent="• ", hang="  ")
        case TableBlock():
            write_table(page, block)
        case ChartBlock():
            _write_chart(page, block, facts)


def _write_chart(page: Page, block: ChartBlock, facts: Mapping[str, Fact]) -> None:
    from mobius.charts.terminal import draw  # loaded only for an answer that has a chart

    look = page.look
    page.drawn(draw(block, width=look.width, height=CHART_HEIGHT, ascii=look.ascii, color=look.color, facts=facts))


def attributions(sources: tuple[SourceNote, ...]) -> tuple[str, ...]:
    """What providers ask to be said beside their data, once each; those said alike in one: `Market data: Binance, OKX`."""
    by_label: dict[str, list[str]] = {}
    for note in sources:
        if note.attribution and not note.failed:
            label, _, name = note.attribution.rpartition(": ")
            names = by_label.setdefault(label, [])
            if name not in names:
                names.append(name)
    return tuple(f"{label}: {', '.join(names)}" if label else ", ".join(names) for label, names in by_label.items())


def footer(answer: Answer, now: datetime) -> str:
    """`sources · age · id for mobius why`."""
    parts = [", ".join(dict.fromkeys(_source_text(note) for note in answer.sources if not note.failed))]
    failed = ", ".join(dict.fromkeys(note.name for note in answer.sources if note.failed))
    if failed:
        parts.append(f"no answer from {failed}")
    parts.append(_age(answer, now))
    parts.append(f"mobius why {short_id(answer.id)}".replace(" ", NO_BREAK))
    return " · ".join(part for part in parts if part)


def short_id(answer_id: str) -> str:
    """As much of a UUIDv7 as tells one answer from another: its milliseconds."""
    return answer_id[:13] if len(answer_id) == 36 and answer_id[13] == "-" else answer_id


def _source_text(note: SourceNote) -> str:
    tier = _TIERS.get(note.tier or "")
    return f"{note.name.removeprefix(f'{tier}:')} ({tier})" if tier else note.name


def _age(answer: Answer, now: datetime) -> str:
    """How old the headline's first figure is, else the oldest source; an answer about the past gives the instant."""
    instants = [at for fact in _headline_facts(answer) if (at := _told_at(fact, answer.facts)) is not None][:1]
    if not instants:
        instants = sorted(note.as_of for note in answer.sources if note.as_of is not None and not note.failed)[:1]
    if not instants:
        return ""
    if answer.as_of is not None:
        return f"data to {_at(instants[0], 'clock')}".replace(" ", NO_BREAK)
    return render(_moment(instants[0]), "age", now)


def _told_at(fact: Fact, facts: Mapping[str, Fact]) -> datetime | None:
    """The instant a figure is of; a derived one's is the oldest of its sources, each by the newest it gave.

    A change since last week is of today, though one of the two figures it comes from is a week old.
    """
    newest: dict[str, datetime] = {}
    open_ids, seen = [fact.id], {fact.id}
    while open_ids:
        each = facts.get(open_ids.pop())
        if each is None:
            continue
        if not each.derived_from and each.as_of is not None:
            newest[each.source] = max(each.as_of, newest.get(each.source, each.as_of))
        open_ids += [parent for parent in each.derived_from if parent not in seen]
        seen.update(each.derived_from)
    return min(newest.values(), default=fact.as_of)


def _headline_facts(answer: Answer) -> Iterator[Fact]:
    for part in answer.headline:
        if not isinstance(part, str) and part.fact in answer.facts:
            yield answer.facts[part.fact]


def _at(instant: datetime, fmt: str) -> str:
    return render(_moment(instant), fmt)


def _moment(instant: datetime) -> Fact:
    return Fact(id="moment", value=True, unit="text", source="question", path="as_of", as_of=instant)
