"""Cleaning and cutting: odd characters vanish, accents fold, nothing is cut twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mobius.language.tokens import MAX_CHARS, clean, tokenize


@given(st.text(max_size=3000))
def test_cleaned_text_is_short_and_printable(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= 2 * MAX_CHARS
    assert all(char.isprintable() for char in cleaned)


@given(st.text(max_size=400))
def test_tokens_lie_in_order_inside_the_text(text: str) -> None:
    cleaned = clean(text)
    end = 0
    for token in tokenize(cleaned):
        assert end <= token.start < token.end <= len(cleaned)
        assert cleaned[token.start : token.end] == token.text
        end = token.end


def test_accents_and_typographic_signs_fold() -> None:
    assert clean("Äther “früher” – 5€") == 'Ather "fruher" - 5€'


def test_direction_and_control_marks_are_dropped() -> None:
    assert clean("b\u202et\u200bc\x1b[0m") == "btc [0m"


def test_addresses_names_and_dates_are_one_token() -> None:
    text = "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984 vitalik.eth 2024-03-05 10k"
    assert [token.kind for token in tokenize(text)] == ["address", "ens", "date", "number"]


def test_an_article_before_a_name_is_a_word_of_its_own() -> None:
    assert [token.low for token in tokenize(clean("l'ethereum"))] == ["l", "ethereum"]
