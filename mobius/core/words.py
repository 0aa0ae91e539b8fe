"""Saying facts. Here: the formats of figures, the Writer that tools word their reports with, drafts. Not here: checking.

A text is made of three kinds of parts, kept apart so that the checker can tell them: `Static`, written in a template and
reviewed there; `Dynamic`, a name or an echo of the question put in at run time; and `FactRef`, a figure rendered from a fact.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

from mobius.core.answers import ChartBlock, FactRef, SeriesData
from mobius.core.facts import Fact

DOLLARS = frozenset({"USD", "USDT", "USDC", "BUSD", "FDUSD", "TUSD", "DAI"})
"""Units shown with a dollar sign; the fact keeps its own unit, and the answer says when it is not the US dollar."""
_SIGNS = {"EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "TRY": "₺", "CNY": "CN¥"}
_BIG = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip

Format = Literal[
    "price",
    "big",
    "pct",
    "change",
    "signed",
    "rate",
    "amount",
    "about",
    "count",
    "index",
    "ratio",
    "text",
    "level",
    "score",
    "date",
    "day",
    "clock",
    "age",
]


class Static(str):
    """Literal text of a template."""

    __slots__ = ()


class Dynamic(str):
    """Text put in at run time: a registered name, or an echo of the question."""

    __slots__ = ()


Part: TypeAlias = Static | Dynamic | FactRef
Line: TypeAlias = tuple[Part, ...]


# ---------------------------------------------------------------------------------------------------------- figures


def render(fact: Fact, fmt: str, now: datetime | None = None) -> str:
    """Write one fact in one format; an unknown value reads "unknown". `age` needs `now`."""
    if fmt in _WHEN:
        return _WHEN[fmt](fact.as_of, now)
    if fact.value is None:
        return "unknown"
    if fmt == "text" or isinstance(fact.value, str | bool):
        return str(fact.value)
    return _FIGURES[fmt](Decimal(str(fact.value)), fact.unit)


_ROUNDING = Context(prec=1_000)
"""Room for any float; the default context refuses more than 28 digits."""


def _grouped(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:,f}".replace("-", "−")


def _significant(value: Decimal, digits: int) -> str:
    """Plain notation with `digits` significant digits, trailing zeros dropped."""
    if value == 0:
        return "0"
    places = max(0, digits - 1 - value.adjusted())
    text = _grouped(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unit(text: str, unit: str) -> str:
    sign, digits = ("−", text[1:]) if text.startswith("−") else ("", text)
    if unit in DOLLARS:
        return f"{sign}${digits}"
    if unit in _SIGNS:
        return f"{sign}{_SIGNS[unit]}{digits}"
    return text if unit in ("ratio", "index", "count", "text") else f"{text} {unit}"


def _price(value: Decimal, unit: str) -> str:
    size = abs(value)
    if unit in DOLLARS or unit in _SIGNS:
        if size >= 1000:
            return _unit(_grouped(value, 0), unit)
        if Decimal("0.95") < size < Decimal("1.05"):
            return _unit(_grouped(value, 4), unit)  # a stablecoin: the third and fourth decimal are the news
        if size >= 1:
            return _unit(_grouped(value, 2), unit)
        return _unit(_significant(value, 4), unit)
    return _unit(_significant(value, 5), unit)


def _big(value: Decimal, unit: str) -> str:
    for size, word in _BIG:
        if abs(value) >= size * Decimal("0.9995"):
            scaled = value / size
            text = _grouped(scaled, 2 if abs(scaled) < 10 else 1 if abs(scaled) < 100 else 0)
            text = text.removesuffix("0") if abs(scaled) < 10 else text  # 2.31 tn, 3.1 bn, 12.4 M, 212 M
            return _unit(f"{text} {word}", unit)
    return _price(value, unit)


def _places(value: Decimal) -> int:
    """One decimal for percentages, more where one would show nothing."""
    return 1 if abs(value) > Decimal("0.05") or value == 0 else 2 if abs(value) > Decimal("0.005") else 3


def _pct(value: Decimal, unit: str) -> str:
    return f"{_grouped(value, _places(value))} %"


def _change(value: Decimal, unit: str) -> str:
    size = _grouped(abs(value), 1)
    return "unchanged" if size == "0.0" else f"{'up' if value > 0 else 'down'} {size} %"


def _signed(value: Decimal, unit: str) -> str:
    text = _grouped(value, 0 if unit == "count" else _places(value))
    plus = "+" if value > 0 and text.strip("0.") else ""
    return f"{plus}{text}{' %' if unit == 'pct' else ''}"


def _rate(value: Decimal, unit: str) -> str:
    """A percentage that may be small, such as funding: two significant digits below one percent, at most five places."""
    if abs(value) >= 1:
        return f"{_grouped(value, 1)} %"
    places = 0 if value == 0 else min(5, 1 - value.adjusted())
    text = _grouped(value, places)
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def _amount(value: Decimal, unit: str) -> str:
    if unit in DOLLARS or unit in _SIGNS:
        return _unit(_grouped(value, 2) if abs(value) >= 1 else _significant(value, 4), unit)
    return _unit(_significant(value, 6 if abs(value) < 1000 else 8), unit)


def _about(value: Decimal, unit: str) -> str:
    """An estimate: three significant digits, of money below one two, above it cents, from a hundred on none."""
    if unit in DOLLARS or unit in _SIGNS:
        places = 2 if abs(value) < 100 else 0
        return _unit(_grouped(value, places) if abs(value) >= 1 else _significant(value, 2), unit)
    return _unit(_significant(value, 3), unit)


def _count(value: Decimal, unit: str) -> str:
    return _grouped(value, 0)


def _index(value: Decimal, unit: str) -> str:
    return _grouped(value, 0 if value == value.to_integral_value() else 1)


def _ratio(value: Decimal, unit: str) -> str:
    return _significant(value, 4)


def _level(value: Decimal, unit: str) -> str:
    """An indicator's value: one decimal for large ones, four significant digits below ten."""
    return _grouped(value, 1) if abs(value) >= 10 else _significant(value, 4)


def _score(value: Decimal, unit: str) -> str:
    """A score between −1 and 1: two decimals and its sign."""
    text = _grouped(value, 2)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def _date(as_of: datetime | None, now: datetime | None) -> str:
    if as_of is None:
        return "an unknown day"
    day = as_of.astimezone(UTC)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _day(as_of: datetime | None, now: datetime | None) -> str:
    """The day that ended with `as_of`: a close at midnight belongs to the day before."""
    return _date(None if as_of is None else as_of - timedelta(microseconds=1), now)


def _clock(as_of: datetime | None, now: datetime | None) -> str:
    return "an unknown time" if as_of is None else f"{_date(as_of, now)} {as_of.astimezone(UTC):%H:%M} UTC"


def _age(as_of: datetime | None, now: datetime | None) -> str:
    if as_of is None or now is None:
        return "of unknown age"
    seconds = (now - as_of).total_seconds()
    if seconds < -90:  # a provider's clock may run ahead of ours by a little, not by this
        return _clock(as_of, now)
    if seconds < 1.5:
        return "now"
    if seconds < 100:
        return f"{seconds:.0f} s ago"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min ago"
    if seconds < 86_400:
        return f"{seconds / 3600:.0f} h ago"
    day_alone = as_of.astimezone(UTC).time() == time()  # what is told by the day stands at its midnight
    return _date(as_of, now) if day_alone else _clock(as_of, now)


_FIGURES = {
    "price": _price, "big": _big, "pct": _pct, "change": _change, "signed": _signed, "rate": _rate, "amount": _amount,
    "about": _about, "count": _count, "index": _index, "ratio": _ratio, "level": _level,
    "score": _score,
}  # fmt: skip
_WHEN = {"date": _date, "day": _day, "clock": _clock, "age": _age}
FORMATS: tuple[str, ...] = (*_FIGURES, *_WHEN, "text")


# ----------------------------------------------------------------------------------------------------------- drafts


class TextDraft(Struct, frozen=True):
    line: Line


class ListDraft(Struct, frozen=True):
    items: tuple[Line, ...]
    title: Line = ()


class TableDraft(Struct, frozen=True):
    columns: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    """Each cell a line of exactly one part."""
    title: Line = ()


class ChartDraft(Struct, frozen=True):
    block: ChartBlock
    title: Line


BlockDraft: TypeAlias = TextDraft | ListDraft | TableDraft | ChartDraft


class Draft(Struct, frozen=True, kw_only=True):
    """A report in words, before checking. `status` None lets the pipeline judge by what is missing."""

    headline: Line
    blocks: tuple[BlockDraft, ...] = ()
    caveats: tuple[Line, ...] = ()
    followups: tuple[Line, ...] = ()
    facts: tuple[Fact, ...] = ()
    """Facts that stand in the draft and not in the report."""
    status: Literal["answered", "partial", "clarify", "refused", "no_data"] | None = None


_PARSE = string.Formatter().parse


class Writer(Struct, frozen=True):
    """Words reports: fills templates with facts and names. The template must be a literal (a test checks)."""

    now: datetime
    as_of: datetime | None = None

    def say(self, template: str, **values: Fact | str) -> Line:
        """Fill `{name:format}` with facts and `{name}` with names; literal text is the template's own."""
        line: list[Part] = []
        for literal, name, fmt, _ in _PARSE(template):
            if literal:
                line.append(Static(literal))
            if name is not None:
                line.append(self.part(values[name], fmt or "text"))
        return tuple(line)

    def joined(self, lines: Sequence[Line]) -> Line:
        """Several short lines as one, with dots between."""
        parts = [part for line in lines for part in (Static(" · "), *line)]
        return tuple(parts[1:])

    def part(self, value: Fact | str, fmt: str = "text") -> Part:
        if isinstance(value, Fact):
            return FactRef(fact=value.id, format=fmt, text=render(value, fmt, self.now))
        return value if isinstance(value, Static) else Dynamic(value)

    def cell(self, value: Fact | str, fmt: str = "text") -> Line:
        return (self.part(value, fmt),)

    def table(self, columns: Sequence[str | Line], rows: Sequence[Sequence[Line]], title: Line = ()) -> TableDraft:
        """A table; `columns` are literals of the template, or cells where a name is put in at run time; rows are of cells."""
        return TableDraft(
            columns=tuple((Static(column),) if isinstance(column, str) else column for column in columns),
            rows=tuple(tuple(row) for row in rows), title=title,
        )  # fmt: skip

    def chart(
        self,
        figure: Literal["candles", "line", "bar", "sparkline"],
        title: Line,
        series: Mapping[str, SeriesData],
        levels: Sequence[tuple[Fact, str]] = (),
    ) -> ChartDraft:
        """A figure over the column facts named by the keys of `series`."""
        refs = tuple(FactRef(fact=fact.id, format=fmt, text=render(fact, fmt, self.now)) for fact, fmt in levels)
        block = ChartBlock(
            figure=figure, title="".join(str(p) if isinstance(p, str) else p.text for p in title),
            series=tuple(series), data=dict(series), levels=refs,
        )  # fmt: skip
        return ChartDraft(block=block, title=title)
