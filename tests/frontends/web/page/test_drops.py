"""Streams that break: no answer is lost, none comes twice, none is asked twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.frontends.web.page.conftest import Visits
from tests.frontends.web.page.serving import Told

pytestmark = pytest.mark.slow


def test_a_hundred_drops_lose_and_double_nothing(visit: Visits, told: Told) -> None:
    told.break_after = [0, 1, 2, 0, 1] * 20
    seen = visit(told)
    questions = [f"question {number}" for number in range(28)]
    for question in questions:
        seen.ask(question)
    cards = seen.page.locator("article[data-answer]")
    expect(cards).to_have_count(len(questions), timeout=60_000)
    while told.break_after:  # what is left of the hundred is spent on refreshing
        at = cards.nth(0).get_attribute("data-answer")
        cards.nth(0).locator("[data-do=refresh]").click()
        expect(seen.page.locator(f"#answer-{at}")).to_have_count(0, timeout=20_000)
        questions.append(cards.nth(0).get_attribute("data-question") or "")
    assert sorted(told.asked) == sorted(questions)
    shown = [card.get_attribute("data-answer") for card in cards.all()]
    assert len(set(shown)) == len(shown) == 28
    assert seen.page.locator("article.pending, article.problem").count() == 0
    assert len(told.resumed) >= 40


def test_a_forgotten_stream_whose_answer_was_told_is_taken_from_the_kept_ones(visit: Visits, told: Told) -> None:
    told.break_after, told.forget = [3], True  # after the answer, before the card
    seen = visit(told)
    seen.ask("btc?")
    expect(seen.card().locator(".asked")).to_have_text("btc?")
    assert told.asked == ["btc?"]
    assert len(told.resumed) == 1


def test_a_server_that_is_gone_is_said_and_the_question_can_be_asked_again(visit: Visits, told: Told) -> None:
    told.break_after = [0] * 40
    seen = visit(told)
    seen.ask("btc?")
    expect(seen.page.locator(".card.problem")).to_contain_text("does not answer", timeout=30_000)
    told.break_after = []
    seen.page.get_by_role("button", name="Try again").click()
    expect(seen.card().locator("h2")).to_contain_text("Bitcoin is")


def test_two_tabs_ask_the_same_without_mixing(visit: Visits, told: Told) -> None:
    told.break_after = [1, 2, 1, 0]
    one, two = visit(told), visit(told)
    one.ask("same question")
    two.ask("same question")
    for each in (one, two):
        expect(each.page.locator("article[data-answer]")).to_have_count(1)
    assert one.card().get_attribute("data-answer") != two.card().get_attribute("data-answer")
