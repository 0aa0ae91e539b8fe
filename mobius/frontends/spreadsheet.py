"""An answer as CSV. Here: its tables, chart columns or figures with raw numbers, units beside. Not here: other files (export).

A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula: such text gets an apostrophe in front. Numbers
of facts are written as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from mobius.core.answers import Answer, Cell, ChartBlock, FactRef, TableBlock
from mobius.core.facts import Fact
from mobius.core.instants import from_ms
from mobius.frontends.cli.escape import clean
from mobius.frontends.moments import about_text, simulated_text, source_text

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MOMENTS = frozenset({"date", "day", "clock", "age"})
"""Formats that write a fact's instant, not its value."""

_Rows = list[list[str]]


def spreadsheet(answer: Answer) -> str:
    """Sections with an empty line between them: tables and chart series, else the figures that are shown; then notes.

    Lines end in CRLF (RFC 4180). A column of figures is followed by one with their units; unknown figures are empty.
    """
    sections = [section for block in answer.blocks for section in _sections(block, answer.facts)]
    if not sections:
        sections = [("", _figures(answer))]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for title, rows in sections:
        if len(sections) > 1:
            writer.writerow([text_cell(title)])
        writer.writerows(rows)
        writer.writerow([])
    writer.writerows([text_cell(note)] for note in _notes(answer))
    return out.getvalue()


def text_cell(text: str) -> str:
    """Cleaned text that no spreadsheet takes for a formula.

    >>> text_cell('=HYPERLINK("http://x")'), text_cell("BTC")
    ('\\'=HYPERLINK("http://x")', 'BTC')
    """
    cleaned = clean(text)
    return f"'{cleaned}" if cleaned.lstrip().startswith(_FORMULA) else cleaned


def raw_cell(fact: Fact) -> str:
    """The fact's value with every digit, empty when it is not known; text is guarded."""
    value = fact.value
    if value is None:
        return ""
    if isinstance(value, str | bool):
        return text_cell(str(value))
    return number_text(value)


def number_text(value: Decimal | float | int) -> str:
    """A number without exponent, grouping, loss or trailing zeros."""
    text = f"{Decimal(repr(value)) if isinstance(value, float) else Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sections(block: object, facts: Mapping[str, Fact]) -> Iterator[tuple[str, _Rows]]:
    if isinstance(block, TableBlock):
        yield block.title or "table", _table(block, facts)
    elif isinstance(block, ChartBlock):
        for name in block.series:
            data = block.data.get(name)
            if data is not None:
                columns = [[from_ms(ts).isoformat().replace("+00:00", "Z") for ts in data.ts]]
                columns += [
                    ["" if each is None else number_text(each) for each in data.columns[key]] for key in data.columns
                ]
                columns.append([text_cell(data.unit)] * len(data.ts))
                header = ["time", *(text_cell(key) for key in data.columns), "unit"]
                yield f"{block.title}: {data.name}", [header, *(list(row) for row in zip(*columns, strict=True))]


def _table(block: TableBlock, facts: Mapping[str, Fact]) -> _Rows:
    n_columns = max([len(block.columns), *(len(row) for row in block.rows)])
    columns = [[row[at] if at < len(row) else "" for row in block.rows] for at in range(n_columns)]
    titles = [*block.columns, *[""] * (n_columns - len(block.columns))]
    made = [column for title, cells in zip(titles, columns, strict=True) for column in _column(title, cells, facts)]
    return [list(row) for row in zip(*made, strict=True)]


def _column(title: str, cells: Sequence[Cell], facts: Mapping[str, Fact]) -> Iterator[list[str]]:
    yield [text_cell(title), *(_value(cell, facts) for cell in cells)]
    units = [_unit(cell, facts) for cell in cells]
    if any(units):
        yield [text_cell(f"{title} unit".strip()), *units]


def _value(cell: Cell, facts: Mapping[str, Fact]) -> str:
    if isinstance(cell, str):
        return text_cell(cell)
    fact = facts.get(cell.fact)
    if fact is None:
        return text_cell(cell.text)
    if cell.format in _MOMENTS:
        return _instant(fact)
    return raw_cell(fact)


def _unit(cell: Cell, facts: Mapping[str, Fact]) -> str:
    if isinstance(cell, str) or cell.format in _MOMENTS or cell.fact not in facts:
        return ""
    unit = facts[cell.fact].unit
    return "" if unit == "text" else text_cell(unit)


def _figures(answer: Answer) -> _Rows:
    """The facts that the text shows, each once, where there is neither table nor chart."""
    parts: list[object] = [*answer.headline]
    for block in answer.blocks:
        parts += getattr(block, "text", ())
        parts += [part for item in getattr(block, "items", ()) for part in item]
    shown = dict.fromkeys(part.fact for part in parts if isinstance(part, FactRef) and part.fact in answer.facts)
    rows = [["figure", "value", "unit", "source", "as of"]]
    for fact in (answer.facts[key] for key in shown):
        unit = "" if fact.unit == "text" else fact.unit
        rows.append([text_cell(fact.id), raw_cell(fact), text_cell(unit), text_cell(fact.source), _instant(fact)])
    return rows


def _instant(fact: Fact) -> str:
    return "" if fact.as_of is None else fact.as_of.isoformat().replace("+00:00", "Z")


def _notes(answer: Answer) -> Iterable[str]:
    if answer.simulated:
        yield simulated_text(answer)
    yield answer.headline_plain
    if about := about_text(answer):
        yield about
    yield from ("".join(part if isinstance(part, str) else part.text for part in caveat) for caveat in answer.caveats)
    for note in answer.sources:
        told = "; ".join(part for part in (source_text(note, answer), note.attribution or "") if part)
        yield f"{note.name}: {told}" if told else note.name
