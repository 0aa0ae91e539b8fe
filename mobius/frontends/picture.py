"""An answer as a picture. Here: what of it stands on the card. Not here: drawing it (charts.card, charts.svg, charts.png)."""

from __future__ import annotations

from collections.abc import Iterator

from mobius.charts.card import Card, Picture, draw_card
from mobius.charts.svg import draw
from mobius.core.answers import Answer, ChartBlock, ListBlock, TableBlock, Text, TextBlock, plain
from mobius.frontends.cli.plain import NO_BREAK
from mobius.frontends.cli.render import LONGEST_WHOLE, attributions, short_id
from mobius.frontends.cli.tables import is_figures
from mobius.frontends.moments import about_text

FIGURE_HEIGHT = 340
_WIDTH = 720
_PARAGRAPHS_MAX = 6
_ROWS_UNDER_A_CHART = 6


def picture(answer: Answer) -> Picture:
    """The first chart under the headline, else the figures: text, then the first table. The marks stand in it."""
    chart = next((block for block in answer.blocks if isinstance(block, ChartBlock)), None)
    table = next((block for block in answer.blocks if isinstance(block, TableBlock)), None)
    if table is not None and chart is not None and len(table.rows) > _ROWS_UNDER_A_CHART:
        table = None
    card = Card(
        headline=_unbroken(answer.headline),
        figure=None if chart is None else _figure(chart, answer),
        figure_height=0 if chart is None else FIGURE_HEIGHT,
        paragraphs=tuple(_paragraphs(answer, lists=chart is None))[:_PARAGRAPHS_MAX],
        columns=table.columns if table is not None else (),
        rows=tuple(tuple(plain((cell,)) for cell in row) for row in table.rows) if table is not None else (),
        figures=() if table is None else tuple(_figures(table)),
        notes=tuple(_notes(answer)), simulated=answer.simulated,
    )  # fmt: skip
    return draw_card(card, width=_WIDTH)


def _figures(table: TableBlock) -> Iterator[bool]:
    """Which columns hold figures."""
    for at in range(len(table.columns)):
        yield is_figures([row[at] for row in table.rows if at < len(row)])


def _figure(chart: ChartBlock, answer: Answer) -> str:
    return draw(chart, width=_WIDTH - 32, height=FIGURE_HEIGHT, simulated=answer.simulated, facts=answer.facts)


def _paragraphs(answer: Answer, *, lists: bool) -> Iterator[str]:
    for block in answer.blocks:
        if isinstance(block, TextBlock):
            yield _unbroken(block.text)
        elif isinstance(block, ListBlock) and lists:
            yield from (f"•{NO_BREAK}{_unbroken(item)}" for item in block.items)


def _unbroken(text: Text) -> str:
    """Text whose figures are not broken over two lines."""
    parts = (part if isinstance(part, str) else part.text for part in text)
    return "".join(
        said.replace(" ", NO_BREAK) if not isinstance(part, str) and len(said) <= LONGEST_WHOLE else said
        for part, said in zip(text, parts, strict=True)
    )


def _notes(answer: Answer) -> Iterator[str]:
    """The date first, then what the reader must know, then whom the data is owed to."""
    names = ", ".join(dict.fromkeys(note.name for note in answer.sources if not note.failed))
    yield " · ".join(part for part in (about_text(answer), names, f"Möbius {short_id(answer.id)}") if part)
    yield from (_unbroken(caveat) for caveat in answer.caveats)
    yield " · ".join(attributions(answer.sources))
