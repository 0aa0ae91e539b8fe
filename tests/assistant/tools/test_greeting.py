"""Small talk is answered in kind, in one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.assistant.tools.greeting import REPLIES, kind_of
from tests.assistant.fakes import MemoryDesk, Understands, assistant


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("gm", "morning"), ("GM frens!", "morning"), ("good morning", "morning"), ("gn", "night"), ("hi", "hello"),
        ("hello there", "hello"), ("thanks", "thanks"), ("ok thx!!", "thanks"), ("thank you, bye", "thanks"), ("bye", "bye"),
        ("see you later", "bye"), ("danke", "thanks"), ("hola", "hello"), ("how are you?", "how_are_you"),
        ("good bot", "praise"), ("", "hello"), ("👋", "hello"), ("sorry", "sorry"), ("gmx", "hello"), ("спасибо", "thanks"),
    ],
)  # fmt: skip
def test_a_greeting_is_answered_in_kind(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@given(st.text(max_size=300))
def test_any_text_has_a_kind(text: str) -> None:
    assert kind_of(text) in REPLIES


@pytest.mark.parametrize("text", ["gm", "thanks", "bye", "hello", "\u202ehi <b>" * 1000])
async def test_a_greeting_is_one_line_and_two_questions_to_go_on_with(text: str) -> None:
    answer = await assistant(MemoryDesk({}), Understands("greeting")).ask(text)
    assert answer.status == "answered"
    assert answer.headline_plain in REPLIES.values()
    assert answer.blocks == ()
    assert len(answer.followups) == 2
    assert answer.facts == {}


def test_replies_claim_nothing_about_the_market() -> None:
    for reply in REPLIES.values():
        assert not any(char.isdigit() for char in reply)
        assert len(reply) < 100
