"""Cards: what the templates read of an answer, and what they make of it."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mobius.core.answers import Answer
from mobius.frontends.web.cards import ChartView, TableView, card_context
from mobius.frontends.web.views import card_html
from tests.frontends.web.page import answers

EVERY = [answers.price(), answers.chart(), answers.lines(), answers.past(), answers.hostile()]


class Read(HTMLParser):
    """Elements and text of a page, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(answer: Answer) -> Read:
    return Read(card_html(card_context(answer, answers.NOW, titles=answers.TITLES)))


@pytest.mark.parametrize("answer", EVERY, ids=lambda each: each.question[:12])
def test_every_figure_is_a_link_to_its_derivation_and_has_an_account(answer: Answer) -> None:
    card = card_context(answer, answers.NOW, titles=answers.TITLES)
    html = read(answer)
    figures = {value for tag, name, value in html.attributes if name == "data-fact"}
    accounts = {value for tag, name, value in html.attributes if name == "data-told"}
    assert figures <= accounts
    assert accounts == {told.id for told in card.figures}


@pytest.mark.parametrize("answer", EVERY, ids=lambda each: each.question[:12])
def test_nothing_inline_that_the_policy_forbids(answer: Answer) -> None:
    html = read(answer)
    assert "style" not in html.tags
    for tag, name, value in html.attributes:
        assert name != "style", (tag, value)
        assert not name.startswith("on"), (tag, name)
        assert not (name in ("href", "src", "action") and (value or "").strip().lower().startswith("javascript:"))
    scripts = [value for tag, name, value in html.attributes if tag == "script" and name == "type"]
    assert len(scripts) == html.tags.count("script")
    assert set(scripts) <= {"application/json"}


def test_the_headline_carries_its_marks_and_the_direction_in_words() -> None:
    card = card_context(answers.price(), answers.NOW)
    assert card.simulated
    assert card.as_of is None
    assert [piece.text for piece in card.headline] == ["Bitcoin is ", "$75,404", ", ", "down 0.5 %", " in 24 h."]
    assert [piece.tone for piece in card.headline] == ["", "", "", "down", ""]
    past = card_context(answers.past(), answers.NOW)
    assert past.as_of == "the close of 5 March 2024"
    assert not past.can_refresh


def test_a_figure_that_is_an_age_carries_its_instant_and_is_told_anew() -> None:
    answer = answers.price()
    later = answers.NOW + timedelta(minutes=10)
    card = card_context(answer, later)
    (age,) = (piece for piece in card.caveats[0] if piece.instant)
    assert age.text == "11 min ago"
    assert age.instant == "2026-11-02T09:00:00Z"


def test_a_derived_figure_names_its_method_and_the_nearest_providers_fields() -> None:
    card = card_context(answers.price(), answers.NOW, titles=answers.TITLES)
    told = next(each for each in card.figures if each.id == "btc.price")
    assert told.how == "median of 2 venues' mids"
    assert [origin.source for origin in told.origins] == ["Kraken", "Kraken", "Binance", "Binance"]
    assert told.origins[3].path == "binance:/api/v3/ticker/24hr#askPrice"
    assert (
        told.summary
        == "median of 2 venues' mids, from Kraken, Binance · as of 2026-11-02 09:00:00 UTC · from the provider"
    )


def test_an_unknown_figure_says_why() -> None:
    card = card_context(answers.price(), answers.NOW)
    told = next(each for each in card.figures if each.id == "btc.market_cap")
    assert (told.value, told.reason) == ("unknown", "CoinGecko did not answer")
    assert "CoinGecko did not answer" in read(answers.price()).text


def test_columns_of_figures_stand_to_the_right_and_names_are_row_heads() -> None:
    card = card_context(answers.lines(), answers.NOW)
    (table,) = (block for block in card.blocks if isinstance(block, TableView))
    assert [figures for _, figures in table.columns] == [False, True, True, True, True]
    html = read(answers.lines())
    assert ("th", "scope", "row") in html.attributes


def test_a_sparkline_is_a_picture_only_and_candles_can_be_drawn_anew() -> None:
    spark = next(b for b in card_context(answers.price(), answers.NOW).blocks if isinstance(b, ChartView))
    candles = next(b for b in card_context(answers.chart(), answers.NOW).blocks if isinstance(b, ChartView))
    assert spark.payload is None
    assert candles.payload is not None
    assert "SIMULATED" in candles.picture
    assert "SIMULATED" in spark.picture


def test_a_source_that_gave_nothing_is_told_with_its_reason() -> None:
    card = card_context(answers.price(), answers.NOW, titles=answers.TITLES)
    assert card.silent == (("CoinGecko", "CoinGecko did not answer in time."),)
    assert [source.name for source in card.sources] == ["Binance", "Kraken"]


def test_imported_history_names_its_venue_and_its_file() -> None:
    card = card_context(answers.past(), answers.NOW, titles=answers.TITLES)
    assert [(source.name, source.tier) for source in card.sources] == [("Binance", "history")]
    assert card.figures[0].source == "Binance (history)"
    assert card.figures[0].tier == "from the history on this machine"
    assert "BTCUSDT.parquet" in (card.figures[0].path or "")


def test_a_long_question_is_cut_on_the_card_and_asked_whole_again() -> None:
    answer = replace(answers.price(), question="why " * 900)
    card = card_context(answer, answers.NOW)
    assert len(card.asked) == 280
    assert card.asked.endswith("…")
    assert len(card.question) == 3600


def test_what_is_to_be_typed_stands_as_code_and_a_lone_backtick_as_itself() -> None:
    card = card_context(replace(answers.price(), caveats=(("A key helps: `mobius doctor`. A ` stays.",),)), answers.NOW)
    assert [(piece.text, piece.code) for piece in card.caveats[0]] == [
        ("A key helps: ", False), ("mobius doctor", True), (". A ` stays.", False),
    ]  # fmt: skip
    assert "<code>mobius doctor</code>" in card_html(card)


def test_tables_are_no_landmarks() -> None:
    assert ("div", "role", "region") not in read(answers.lines()).attributes


def test_an_answer_of_a_tool_has_no_question_to_refresh() -> None:
    card = card_context(replace(answers.price(), question=""), answers.NOW)
    assert not card.can_refresh
    assert 'class="asked"' not in card_html(card)


def test_the_same_answer_at_the_same_instant_is_the_same_card() -> None:
    assert card_html(card_context(answers.lines(), answers.NOW)) == card_html(
        card_context(answers.lines(), answers.NOW)
    )


@given(st.text(max_size=60), st.integers(-5 * 10**8, 5 * 10**8))
def test_any_text_anywhere_stays_text(text: str, seconds: int) -> None:
    plain, odd = answers.price(), answers.price()
    odd = replace(odd, headline=(text, *odd.headline), caveats=((text,),), followups=(text,), question=text)
    at = answers.NOW + timedelta(seconds=seconds)
    before = Read(card_html(card_context(plain, at)))
    after = Read(card_html(card_context(odd, at)))
    more = [tag for tag in after.tags if tag not in before.tags]
    assert not more, more
    assert after.tags.count("script") == before.tags.count("script")
    assert after.tags.count("img") == 0
