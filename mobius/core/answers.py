"""The answer as every surface gets it. Here: Answer and its blocks. Not here: wording (words), rendering (frontends)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from mobius.core.facts import Fact

Status = Literal["answered", "partial", "clarify", "refused", "no_data"]


class FactRef(Struct, frozen=True):
    """A figure in a text or a cell: which fact, in which format, and how that reads."""

    fact: str
    format: str
    text: str


Text: TypeAlias = tuple[str | FactRef, ...]
Cell: TypeAlias = str | FactRef


class TextBlock(Struct, frozen=True, tag="text"):
    text: Text


class ListBlock(Struct, frozen=True, tag="list"):
    items: tuple[Text, ...]
    title: str | None = None


class TableBlock(Struct, frozen=True, tag="table"):
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str | None = None


class SeriesData(Struct, frozen=True, kw_only=True):
    """Columns of one series; `ts` are epoch milliseconds of each bar's opening."""

    name: str
    unit: str
    ts: tuple[int, ...]
    columns: dict[str, tuple[float | None, ...]]


class ChartBlock(Struct, frozen=True, tag="chart", kw_only=True):
    """A figure: ids of column facts in `series`, their data beside. Drawn by `charts`, on every surface alike."""

    figure: Literal["candles", "line", "bar", "sparkline"]
    title: str
    series: tuple[str, ...]
    data: dict[str, SeriesData]
    levels: tuple[FactRef, ...] = ()
    """Horizontal lines worth seeing (a band, a moving average's last value)."""


Block: TypeAlias = TextBlock | ListBlock | TableBlock | ChartBlock


class SourceNote(Struct, frozen=True, kw_only=True):
    """One source of the answer: what it gave, or why it gave nothing."""

    name: str
    as_of: datetime | None = None
    tier: str | None = None
    attribution: str | None = None
    failed: str | None = None


class Answer(Struct, frozen=True, kw_only=True):
    id: str
    status: Status
    question: str
    intent: str
    intents: tuple[str, ...] = ()
    confidence: float | None = None
    slots: dict[str, Any] = {}
    as_of: datetime | None = None
    world: str
    headline: Text
    headline_plain: str
    blocks: tuple[Block, ...] = ()
    facts: dict[str, Fact] = {}
    caveats: tuple[Text, ...] = ()
    sources: tuple[SourceNote, ...] = ()
    simulated: bool = False
    followups: tuple[str, ...] = ()
    elapsed_ms: float = 0.0


def plain(text: Text) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in text)
