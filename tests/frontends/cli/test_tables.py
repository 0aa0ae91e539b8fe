"""Tables: columns while they fit, wrapped text, records where nothing else fits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mobius.core.answers import FactRef, TableBlock
from mobius.frontends.cli.escape import cell_width
from mobius.frontends.cli.plain import Look, Page
from mobius.frontends.cli.tables import write_table


def drawn(block: TableBlock, width: int, **look: bool) -> list[str]:
    page = Page(Look(width=width, **look))
    write_table(page, block)
    return page.lines


def figure(text: str, fmt: str = "price") -> FactRef:
    return FactRef(fact="f", format=fmt, text=text)


TABLE = TableBlock(
    columns=("coin", "price", "what it says"),
    rows=(
        ("Bitcoin", figure("$61,240"), "near the upper band, which was left within a week most times"),
        ("Shiba Inu", figure("$0.00001234"), "calm"),
    ),
    title="Readings",
)


def test_figures_stand_right_and_text_wraps() -> None:
    assert drawn(TABLE, 56) == [
        "Readings",
        "coin             price  what it says",
        "─────────  ───────────  ────────────────────────────────",
        "Bitcoin        $61,240  near the upper band, which was",
        "                        left within a week most times",
        "Shiba Inu  $0.00001234  calm",
    ]


def test_rows_become_records_where_columns_do_not_fit() -> None:
    assert drawn(TABLE, 28) == [
        "Readings",
        "Bitcoin",
        "  price        $61,240",
        "  what it says near the",
        "    upper band, which was",
        "    left within a week most",
        "    times",
        "Shiba Inu",
        "  price        $0.00001234",
        "  what it says calm",
    ]


def test_ascii_rules() -> None:
    assert drawn(TABLE, 56, ascii=True)[2] == "---------  -----------  --------------------------------"


def test_changes_are_coloured_by_their_sign() -> None:
    block = TableBlock(columns=("a", "b"), rows=((figure("+1 %", "signed"), figure("−2 %", "signed")),))
    assert drawn(block, 40, color=True)[-1] == "\x1b[32m+1 %\x1b[0m  \x1b[31m−2 %\x1b[0m"


def test_markup_is_data() -> None:
    block = TableBlock(columns=("[bold]x[/]",), rows=(("[red]name[/red] :smile:",),))
    assert drawn(block, 60)[-1] == "[red]name[/red] :smile:"


def test_a_table_without_rows_is_its_title() -> None:
    assert drawn(TableBlock(columns=("a",), rows=(), title="None"), 40) == ["None"]


CELLS = st.one_of(st.text(max_size=50), st.text(max_size=20).map(figure))


@given(
    st.integers(1, 6).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1, max_size=4)), st.integers(20, 80)
)
def test_no_line_is_wider_than_the_page(rows: list[tuple[str | FactRef, ...]], width: int) -> None:
    columns = tuple(f"column {at}" for at in range(len(rows[0])))
    assert all(cell_width(line) <= width for line in drawn(TableBlock(columns=columns, rows=tuple(rows)), width))


def test_names_stand_left_though_they_are_facts_and_a_dash_is_no_name() -> None:
    rows = (
        (figure("Strategy", "text"), figure("658 k BTC", "big"), "–"),
        (figure("Metaplanet", "text"), "–", figure("+1 %", "signed")),
    )
    block = TableBlock(columns=("holder", "holds", "change"), rows=rows)
    assert drawn(block, 60)[1:] == [
        "──────────  ─────────  ──────",
        "Strategy    658 k BTC       –",
        "Metaplanet          –    +1 %",
    ]
