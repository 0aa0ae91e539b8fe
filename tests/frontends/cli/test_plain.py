"""Lines on a terminal: width, styles, the terminal's wishes."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.frontends.cli.escape import cell_width, clean
from mobius.frontends.cli.plain import NO_BREAK, Look, Page, Span, look_of, wrap

WORDS = st.text(st.sampled_from("abcé漢 \u00a0%$1"), max_size=30)
SPANS = st.lists(st.tuples(WORDS, st.sampled_from(("", "bold", "dim"))), max_size=6)


class Terminal(io.StringIO):
    def __init__(self, tty: bool = True) -> None:
        super().__init__()
        self.tty = tty

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def isatty(self) -> bool:
        return self.tty


@given(SPANS, st.integers(8, 40))
def test_no_line_is_wider_than_asked_and_no_word_is_lost(spans: list[Span], width: int) -> None:
    lines = wrap([(clean(text) if NO_BREAK not in text else text, style) for text, style in spans], width)
    assert all(sum(cell_width(text) for text, _ in line) <= width for line in lines)
    joined = "".join(text for line in lines for text, _ in line)
    assert re.sub(r"[ ]", "", joined) == re.sub(r"[ ]", "", "".join(text for text, _ in spans))


def test_a_figure_is_not_broken() -> None:
    page = Page(Look(width=20))
    page.line("It is up by some ", (f"1.8{NO_BREAK}%", "good"), " now")
    assert page.lines == ["It is up by some", "1.8 % now"]


def test_a_long_word_is_cut() -> None:
    page = Page(Look(width=20))
    page.line("0x" + "ab" * 20)
    assert page.lines == ["0xabababababababababab"[:20], "ab" * 10, "ab"]


def test_an_address_is_cut_behind_a_mark() -> None:
    page = Page(Look(width=24))
    page.line("kraken:/0/public/Ticker?pair=XBTUSD")
    assert page.lines == ["kraken:/0/public/Ticker?", "pair=XBTUSD"]


def test_indents_hang() -> None:
    page = Page(Look(width=24))
    page.line("one two three four five six", indent="  ├ ", hang="  │ ")
    assert page.lines == ["  ├ one two three four", "  │ five six"]


def test_colour_stands_around_words_only_when_wanted() -> None:
    for color, line in ((True, "\x1b[1mbold\x1b[0m plain"), (False, "bold plain")):
        page = Page(Look(color=color))
        page.line(("bold", "bold"), " plain")
        assert page.lines == [line]


def test_empty_lines_never_double_and_never_end() -> None:
    page = Page()
    page.blank()
    page.line("a")
    page.blank()
    page.blank()
    assert page.text() == "a\n"


def test_ascii_only_where_asked() -> None:
    page = Page(Look(ascii=True))
    page.line("−1 · é", indent="└ ")
    assert page.lines == ["` -1 - e"]


def test_colours_need_a_terminal_and_no_wish_against_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert look_of(Terminal()).color
    assert not look_of(Terminal(tty=False)).color
    assert not look_of(Terminal(), no_color=True).color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not look_of(Terminal()).color
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not look_of(Terminal()).color


@pytest.mark.parametrize(("columns", "width"), [("200", 80), ("40", 40), ("3", 20)])
def test_the_width_is_the_terminals_up_to_eighty(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert look_of(Terminal()).width == width


def test_a_stream_without_unicode_gets_ascii() -> None:
    assert look_of(io.TextIOWrapper(io.BytesIO(), encoding="latin-1")).ascii
    assert not look_of(io.TextIOWrapper(io.BytesIO(), encoding="UTF-8")).ascii
