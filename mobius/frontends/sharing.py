"""What of an answer may be republished. Here: an answer without the figures whose sources forbid it. Not here: the files.

A figure goes where any source it comes from, however many steps back, does not allow sharing or is not known to. Simulated
figures are our own and stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from mobius.core.answers import (
    Answer,
    Block,
    Cell,
    ChartBlock,
    FactRef,
    ListBlock,
    TableBlock,
    Text,
    TextBlock,
    plain,
)
from mobius.core.facts import OURS, Fact
from mobius.core.sources import SourceSpec

LEFT_OUT = "(not shared)"
"""What stands in place of a figure."""


def shareable(answer: Answer, specs: Sequence[SourceSpec]) -> Answer:
    """The answer with what may stand in shared links and pictures; it says what was left out, if anything was."""
    rights = {spec.name: spec for spec in specs}
    kept, barred = _sorted_out(answer.facts, rights)
    if not barred:
        return answer
    titles = sorted(rights[name].title if name in rights else name for name in barred)
    note: Text = (f"Left out, since their terms do not let figures be shared: {', '.join(titles)}.",)
    headline = _text(answer.headline, kept)
    return replace(
        answer, headline=headline, headline_plain=plain(headline), facts=kept,
        blocks=tuple(block for each in answer.blocks if (block := _block(each, kept)) is not None),
        caveats=(*(_text(caveat, kept) for caveat in answer.caveats), note),
        sources=tuple(source for source in answer.sources if _provider(source.name) not in barred),
    )  # fmt: skip


def _sorted_out(facts: Mapping[str, Fact], rights: Mapping[str, SourceSpec]) -> tuple[dict[str, Fact], set[str]]:
    """The facts that may be shared, and the providers of the others."""
    kept: dict[str, Fact] = {}
    barred: set[str] = set()
    for key in facts:
        against = {name for name in _providers(key, facts) if name not in rights or not rights[name].rights.may_share}
        if against:
            barred |= against
        else:
            kept[key] = facts[key]
    return kept, barred


def _providers(key: str, facts: Mapping[str, Fact]) -> set[str]:
    """Providers of all a fact comes from; simulated leaves have none, a parent that is not kept has an unknown one."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        fact = facts.get(at)
        if fact is None:
            found.add("a source that is not kept")
        elif fact.source in OURS:
            waiting.extend(fact.derived_from)
        elif not fact.simulated:
            found.add(_provider(fact.source))
    return found


def _provider(source: str) -> str:
    """`history:binance` is data of Binance, wherever it was kept."""
    return source.removeprefix("history:")


def _text(text: Text, kept: Mapping[str, Fact]) -> Text:
    return tuple(_cell(part, kept) for part in text)


def _cell(part: Cell, kept: Mapping[str, Fact]) -> Cell:
    return LEFT_OUT if isinstance(part, FactRef) and part.fact not in kept else part


def _block(block: Block, kept: Mapping[str, Fact]) -> Block | None:
    match block:
        case TextBlock():
            return replace(block, text=_text(block.text, kept))
        case ListBlock():
            return replace(block, items=tuple(_text(item, kept) for item in block.items))
        case TableBlock():
            return replace(block, rows=tuple(tuple(_cell(cell, kept) for cell in row) for row in block.rows))
        case ChartBlock():
            series = tuple(name for name in block.series if name in kept)
            if not series:
                return None
            return replace(
                block, series=series, data={name: block.data[name] for name in series if name in block.data},
                levels=tuple(level for level in block.levels if level.fact in kept),
            )  # fmt: skip
