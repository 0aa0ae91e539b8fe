"""The help tool: examples of what stands, names of what does not, on a phone screen."""

from __future__ import annotations

from mobius.assistant.registry import tools
from mobius.assistant.tools.help import TOPICS
from mobius.core.answers import Answer, ListBlock, TextBlock, plain
from mobius.core.intents import INTENTS, WILL_DO
from tests.assistant.fakes import MemoryDesk, Understands, assistant


async def ask_for_help() -> Answer:
    return await assistant(MemoryDesk({}), Understands("help")).ask("what can you do")


def test_topics_cover_every_intent_once() -> None:
    listed = [intent for _, intents in TOPICS for intent in intents]
    assert sorted(listed) == sorted(set(INTENTS) - {"help", "greeting", "out_of_scope"})


async def test_help_shows_examples_of_tools_that_stand() -> None:
    answer = await ask_for_help()
    (topics,) = (block for block in answer.blocks if isinstance(block, ListBlock))
    text = " ".join(plain(item) for item in topics.items)
    assert "what is impermanent loss" in text
    for item in topics.items:
        shown = plain(item).partition(": ")[2].split(" · ")
        assert 1 <= len(shown) <= 2
        assert all(any(example in tool.examples for tool in tools().values()) for example in shown)


async def test_help_names_what_is_not_there_yet() -> None:
    answer = await ask_for_help()
    texts = [plain(block.text) for block in answer.blocks if isinstance(block, TextBlock)]
    (coming,) = (text for text in texts if text.startswith("Not there yet"))
    served = {intent for tool in tools().values() for intent in tool.intents}
    for intent in WILL_DO:
        assert (intent.replace("_", " ") in coming) == (intent not in served)


async def test_help_names_the_sources_at_hand() -> None:
    answer = await ask_for_help()
    assert any("Kraken, Binance" in plain(block.text) for block in answer.blocks if isinstance(block, TextBlock))


async def test_help_fits_a_phone_screen() -> None:
    answer = await ask_for_help()
    assert answer.status == "answered"
    assert len(answer.blocks) <= 3
    assert (
        sum(len(plain(item)) for block in answer.blocks if isinstance(block, ListBlock) for item in block.items) < 700
    )
    assert 2 <= len(answer.followups) <= 3
