"""Outside text on a terminal: nothing in it can steer, hide or reorder."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.frontends.cli.escape import ascii_text, cell_width, clean

HOSTILE = (
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "\x9b31m", "\x1bPq\x1b\\",
    "a\nb\rc\td", "\u202egnirts", "\u2066x\u2069", "z\u200be\u200dr\ufeffo", "\x00\x07\x7f", "\x1b\x1b[2J[2J",
    "soft\u00adhyphen", "\U000e0041tag", "\ud800half", "line\u2028sep\u2029par", "\x85next",
)  # fmt: skip
terminal_text = st.text(
    st.one_of(st.characters(), st.sampled_from("\x1b[];\x07\x9b\x9d\\m0123\u202e\u2066\u200b\n\t ")), max_size=60
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_one_harmless_line(text: str) -> None:
    assert_harmless(clean(text))


@given(terminal_text)
def test_clean_text_is_harmless_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert_harmless(cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_plain_words_are_kept(text: str) -> None:
    assert clean(text) == text


@given(terminal_text)
def test_ascii_text_is_ascii(text: str) -> None:
    assert ascii_text(clean(text)).replace("\u00a0", " ").isascii()
    assert ascii_text(clean(text)).replace("\u00a0", " ").isprintable()


def test_a_sequence_goes_as_a_whole() -> None:
    assert clean("a\x1b[1;31mb\x1b]0;evil\x07c") == "abc"


def test_an_unfinished_title_takes_the_rest() -> None:
    assert clean("a\x1b]0;never ended") == "a"


def test_lines_become_one() -> None:
    assert clean("a\r\n\n  b\u2028c") == "a b c"


def test_signs_keep_their_meaning_in_ascii() -> None:
    assert ascii_text("−1.8 % · €5 – “x”") == '-1.8 % - EUR 5 - "x"'
    assert ascii_text("Ωmega 漢") == "?mega ?"


def test_wide_and_combining_characters_are_measured() -> None:
    assert cell_width("漢字") == 4
    assert cell_width("e\u0301") == 1


def assert_harmless(text: str) -> None:
    for char in text:
        category = unicodedata.category(char)
        assert category not in ("Cc", "Cs", "Zl", "Zp"), hex(ord(char))
        assert unicodedata.bidirectional(char) not in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
        }  # fmt: skip
        assert char not in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u061c"
    assert "  " not in text
    text.encode()
