"""An answer as Markdown, or as plain text in the same order. Here: order, tables, escaping. Not here: wording (assistant).

Names and other outside text are escaped, so that none of it becomes a heading, a link, a picture or a table's cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mobius.core.answers import Answer, Block, Cell, ChartBlock, ListBlock, SourceNote, TableBlock, Text, TextBlock
from mobius.core.instants import from_ms
from mobius.frontends.cli.escape import clean
from mobius.frontends.cli.tables import is_figures
from mobius.frontends.moments import about_text, simulated_text, source_text

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~!&@^]")
_LINKS = re.compile(r"(?i)(https?|ftp|xmpp|mailto)(:)|(www)(\.)")
_LEADING = re.compile(r"^(\s*)([-+=]|\d{1,9}(?=[.)]))")

Escape = Callable[[str], str]


def escaped(text: str) -> str:
    r"""Text on one line that Markdown shows as it is: no markup, no HTML, no address that turns into a link.

    >>> escaped("<b>*a*</b> www.x.io")
    '\\<b\\>\\*a\\*\\</b\\> www\\.x.io'
    """
    return _LEADING.sub(_unlisted, _marked(text))


def _marked(text: str) -> str:
    """The same for text that does not begin a line."""
    marked = _SPECIAL.sub(lambda found: f"\\{found[0]}", clean(text))
    return _LINKS.sub(lambda found: f"{found[1] or found[3]}\\{found[2] or found[4]}", marked)


def _unlisted(found: re.Match[str]) -> str:
    """A dash or a number at the start would begin a list, an equals sign underline a heading."""
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def markdown(answer: Answer) -> str:
    """The whole answer: headline, blocks, caveats, sources with age and attribution, what marks it as simulated or past."""
    lines = [f"# {_line(answer.headline, escaped)}", ""]
    if answer.simulated:
        lines += [f"**{escaped(simulated_text(answer))}**", ""]
    if about := about_text(answer):
        lines += [f"*{escaped(about)}*", ""]
    for block in answer.blocks:
        lines += [*_block(block, escaped, rows_max=None), ""]
    if answer.caveats:
        lines += [*(f"- {_line(caveat, escaped)}" for caveat in answer.caveats), ""]
    lines += _sources(answer.sources, answer)
    if answer.question:
        lines += [f"Question: {escaped(answer.question)}", ""]
    lines.append(f"Answer {escaped(answer.id)} by Möbius")
    return "\n".join(lines) + "\n"


def brief(answer: Answer, *, rows_max: int = 12) -> str:
    """The answer for a reader that needs no markup (a language model): long tables cut, all of it cleaned."""
    lines = ["SIMULATED · " * answer.simulated + _line(answer.headline, clean)]
    if answer.as_of is not None:
        lines.append(about_text(answer))
    for block in answer.blocks:
        lines += ["", *_block(block, clean, rows_max=rows_max)]
    if answer.caveats:
        lines += ["", *(f"Note: {_line(caveat, clean)}" for caveat in answer.caveats)]
    if answer.sources:
        told = (f"{clean(note.name)} ({source_text(note, answer)})" for note in answer.sources)
        lines += ["", f"Sources: {clean('; '.join(told))}"]
    return "\n".join(lines)


def _sources(sources: tuple[SourceNote, ...], answer: Answer) -> Iterator[str]:
    if not sources:
        return
    yield "Sources:"
    yield ""
    for note in sources:
        told = "; ".join(part for part in (source_text(note, answer), note.attribution or "") if part)
        yield f"- {escaped(note.name)}: {escaped(told)}" if told else f"- {escaped(note.name)}"
    yield ""


def _block(block: Block, escape: Escape, *, rows_max: int | None) -> Iterator[str]:
    match block:
        case TextBlock():
            yield _line(block.text, escape)
        case ListBlock():
            if block.title:
                yield escape(block.title)
                yield ""
            yield from (f"- {_line(item, escape)}" for item in block.items)
        case TableBlock():
            if block.title:
                yield escape(block.title)
                yield ""
            yield from _table(block, escape, rows_max)
        case ChartBlock():
            yield from _chart(block, escape)


def _table(block: TableBlock, escape: Escape, rows_max: int | None) -> Iterator[str]:
    yield _row([_inside(escape)(column) for column in block.columns])
    columns = ([row[at] for row in block.rows if at < len(row)] for at in range(len(block.columns)))
    yield "|" + "|".join("---:" if is_figures(cells) else "---" for cells in columns) + "|"
    shown = block.rows if rows_max is None else block.rows[:rows_max]
    yield from (_row([_cell(cell, _inside(escape)) for cell in row]) for row in shown)
    if len(shown) < len(block.rows):
        yield f"and {len(block.rows) - len(shown)} more rows"


def _inside(escape: Escape) -> Escape:
    return _marked if escape is escaped else escape


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _chart(block: ChartBlock, escape: Escape) -> Iterator[str]:
    """A picture cannot stand in text: what it shows and from when to when."""
    for name in block.series:
        data = block.data.get(name)
        if data is not None and data.ts:
            span = f"{from_ms(data.ts[0]):%Y-%m-%d %H:%M} to {from_ms(data.ts[-1]):%Y-%m-%d %H:%M} UTC"
            yield f"Chart: {escape(block.title)} ({escape(data.name)}, {len(data.ts)} points, {span})"


def _line(text: Text, escape: Escape) -> str:
    return escape("".join(part if isinstance(part, str) else part.text for part in text))


def _cell(cell: Cell, escape: Escape) -> str:
    return escape(cell if isinstance(cell, str) else cell.text)
