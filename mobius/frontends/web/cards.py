"""An answer as a card of the page. Here: what the templates read, every text ready to show. Not here: HTML (templates).

A card is a plain value: the same answer at the same instant gives the same card. The templates escape what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from markupsafe import Markup

from mobius.core.answers import Answer, Block, ChartBlock, FactRef, ListBlock, SourceNote, TableBlock, Text
from mobius.frontends.cli.render import LONGEST_WHOLE, attributions, past_day
from mobius.frontends.cli.tables import is_figures, sign_style
from mobius.frontends.moments import answered_at
from mobius.frontends.web.pictures import (
    ChartTable,
    Payload,
    chart_payload,
    chart_table,
    payload_json,
    picture,
)
from mobius.frontends.web.provenance import (
    Provenance,
    Titles,
    age,
    iso,
    provenance,
    shown_facts,
    source_title,
)
from mobius.frontends.web.safe_text import clean

ASKED_CHARS = 280
"""How much of a question a card shows; refreshing asks the whole."""
_CODE = re.compile(r"`([^`\n]{1,80})`")
_STATUS = {
    "answered": "", "partial": "partial", "clarify": "a question back",
    "refused": "not answered", "no_data": "no data",
}  # fmt: skip
_TIERS = {"l1": "cache", "l2": "cache", "l3": "cache", "history": "history"}

Tone: TypeAlias = Literal["up", "down", ""]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; a figure when `fact` is set."""

    text: str
    fact: str | None = None
    tone: Tone = ""
    """The direction that the text itself says by its sign or word."""
    told: str = ""
    """The figure's provenance in one sentence."""
    instant: str | None = None
    """For a figure that is an age: the instant it counts from, so that the page can keep it true."""
    long: bool = False
    code: bool = False
    """What to type: a command, the name of a setting."""


Line: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    line: Line
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    title: str
    items: tuple[Line, ...]
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    title: str
    columns: tuple[tuple[str, bool], ...]
    """Each column's head, and whether it holds figures."""
    rows: tuple[tuple[Piece, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    title: str
    figure: str
    picture: Markup
    payload: Markup | None
    """None where the picture is all there is to see."""
    table: ChartTable
    caption: tuple[Line, ...]
    """One line a series: what it is and where from."""
    kind: Literal["chart"] = "chart"


BlockView: TypeAlias = TextView | ListView | TableView | ChartView


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    name: str
    tier: str
    as_of: str | None
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything `card.html` shows of an answer."""

    id: str
    question: str
    asked: str
    status: str
    status_said: str
    """Empty when the question was answered in full."""
    simulated: bool
    world: str
    as_of: str | None
    """The past day the answer is about, in words."""
    headline: Line
    headline_plain: str
    blocks: tuple[BlockView, ...]
    caveats: tuple[Line, ...]
    sources: tuple[SourceView, ...]
    silent: tuple[tuple[str, str], ...]
    """Sources that gave nothing, and why; the caveats name them."""
    credits: tuple[str, ...]
    followups: tuple[str, ...]
    figures: tuple[Provenance, ...]
    now: str
    """The world's instant at which the card was made; ages count from it."""
    answered_at: str
    answered_at_text: str
    elapsed: str
    can_refresh: bool
    has_table: bool


def card_context(answer: Answer, now: datetime, *, titles: Titles | None = None) -> Card:
    """The card of an answer, dated by `now` (the world's clock); `titles` name sources as people know them."""
    told = {key: provenance(answer.facts[key], answer.facts, now, titles or {}) for key in shown_facts(answer)}
    as_of = None if answer.as_of is None else past_day(answer.as_of)
    say = _Sayer(answer=answer, now=now, told=told)
    given = answered_at(answer) or now
    return Card(
        id=answer.id, question=clean(answer.question), asked=clean(answer.question, ASKED_CHARS),
        status=answer.status, status_said=_STATUS[answer.status], simulated=answer.simulated, world=answer.world,
        as_of=as_of, headline=say.line(answer.headline), headline_plain=clean(answer.headline_plain),
        blocks=tuple(say.block(block, as_of) for block in answer.blocks),
        caveats=tuple(say.line(caveat) for caveat in answer.caveats),
        sources=tuple(_sources(answer.sources, now, titles or {})),
        silent=tuple((source_title(note.name, titles or {}), clean(note.failed)) for note in answer.sources if note.failed),
        credits=tuple(clean(credit) for credit in attributions(answer.sources)),
        followups=tuple(clean(followup) for followup in answer.followups),
        figures=tuple(told.values()), now=iso(now), answered_at=iso(given),
        answered_at_text=f"{given:%H:%M:%S} UTC" if given.date() == now.date() else f"{given:%Y-%m-%d %H:%M} UTC",
        elapsed=_elapsed(answer.elapsed_ms),
        # An answer about a past day stays what it is, and its day may not stand in the question.
        can_refresh=bool(answer.question.strip()) and answer.as_of is None,
        has_table=any(isinstance(block, TableBlock | ChartBlock) for block in answer.blocks),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sayer:
    """Turns texts of one answer into pieces."""

    answer: Answer
    now: datetime
    told: Mapping[str, Provenance] = field(repr=False)

    def line(self, text: Text) -> Line:
        return tuple(
            piece for part in text for piece in (_worded(part) if isinstance(part, str) else (self.piece(part),))
        )

    def piece(self, part: str | FactRef) -> Piece:
        if isinstance(part, str):
            return Piece(clean(part))
        told = self.told.get(part.fact)
        text = clean(part.text)
        if told is None:
            return Piece(text)
        instant = told.as_of if part.format == "age" else None
        return Piece(
            text if instant is None or told.age is None else told.age, fact=told.id, tone=_tone(part), told=told.summary,
            instant=instant, long=len(text) > LONGEST_WHOLE,
        )  # fmt: skip

    def block(self, block: Block, as_of: str | None) -> BlockView:
        if isinstance(block, TableBlock):
            return TableView(
                title=clean(block.title or ""), columns=tuple(_columns(block)),
                rows=tuple(tuple(self.piece(cell) for cell in row) for row in block.rows),
            )  # fmt: skip
        if isinstance(block, ListBlock):
            return ListView(title=clean(block.title or ""), items=tuple(self.line(item) for item in block.items))
        if isinstance(block, ChartBlock):
            return self._chart(block, as_of)
        return TextView(line=self.line(block.text))

    def _chart(self, block: ChartBlock, as_of: str | None) -> ChartView:
        facts, answer = self.answer.facts, self.answer
        payload = None if block.figure == "sparkline" else _payload(block, answer, as_of)
        return ChartView(
            title=clean(block.title), figure=block.figure,
            picture=picture(block, facts=facts, simulated=answer.simulated, as_of=as_of),
            payload=None if payload is None or not any(series.time for series in payload.series) else payload_json(payload),
            table=chart_table(block), caption=tuple(self._caption(block)),
        )  # fmt: skip

    def _caption(self, block: ChartBlock) -> Iterator[Line]:
        for key in block.series:
            told, data = self.told.get(key), block.data.get(key)
            if data is None:
                continue
            n_bars = f"{len(data.ts)} {'values' if block.figure in ('sparkline', 'bar') else 'bars'}"
            name = Piece(f"{clean(data.name)}: " if len(block.series) > 1 else "")
            if told is None:
                yield (name, Piece(n_bars))
                continue
            names = dict.fromkeys(origin.source for origin in told.origins) or (told.source,)
            yield (name, Piece(n_bars, fact=told.id, told=told.summary), Piece(f" from {', '.join(names)}"))


def _payload(block: ChartBlock, answer: Answer, as_of: str | None) -> Payload:
    return chart_payload(block, facts=answer.facts, simulated=answer.simulated, as_of=as_of)


def _worded(text: str) -> Iterator[Piece]:
    """Words, and what stands between two backticks in them as something to type."""
    at = 0
    for found in _CODE.finditer(text):
        if found.start() > at:
            yield Piece(clean(text[at : found.start()]))
        yield Piece(clean(found.group(1)), code=True)
        at = found.end()
    if at < len(text):
        yield Piece(clean(text[at:]))


def _tone(ref: FactRef) -> Tone:
    style = sign_style(ref.text) if ref.format in ("signed", "change") else ""
    return "up" if style == "good" else "down" if style == "bad" else ""


def _columns(block: TableBlock) -> Iterator[tuple[str, bool]]:
    for at, name in enumerate(block.columns):
        cells = [row[at] for row in block.rows if at < len(row)]
        yield clean(name), is_figures(cells)


def _sources(notes: Sequence[SourceNote], now: datetime, titles: Titles) -> Iterator[SourceView]:
    for note in notes:
        if not note.failed:
            yield SourceView(
                name=source_title(note.name, titles).removesuffix(" (history)"), tier=_TIERS.get(note.tier or "", ""),
                as_of=None if note.as_of is None else iso(note.as_of),
                age="" if note.as_of is None else age(note.as_of, now),
            )  # fmt: skip


def _elapsed(elapsed_ms: float) -> str:
    if elapsed_ms <= 0:
        return ""
    return f"{elapsed_ms / 1000:.1f} s" if elapsed_ms >= 1000 else f"{max(1, round(elapsed_ms))} ms"
