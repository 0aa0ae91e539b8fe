"""Questions typed as a new user would, in the simulated world, through the real sources over real loopback HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mobius.app import App, open_app
from mobius.core.answers import FactRef
from mobius.core.world import parse_world
from mobius.frontends.cli.opening import OpenRequest
from tests.e2e.conftest import Mobius


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("What's BTC doing today?", "price"),
        ("price of eth and sol", "price"),
        ("eth/btc", "price"),
        ("how many euros are 0.2 eth", "convert"),
        ("show me eth, daily, last 6 months", "chart"),
        ("how's the market", "market"),
        ("RSI on SOL?", "technicals"),
        ("what is impermanent loss", "explain"),
        ("what can you do", "help"),
        ("gm", "greeting"),
    ],
)
async def test_every_tool_answers_there_and_says_simulated(app: App, question: str, intent: str) -> None:
    answer = await app.ask(question)
    assert answer.intent == intent
    assert answer.status == "answered", (answer.headline_plain, answer.caveats)
    assert answer.simulated
    assert answer.world == "sandbox:7"
    assert all(fact.simulated for fact in answer.facts.values() if fact.source in {"kraken", "binance", "coingecko"})


async def test_a_price_rests_on_the_venues_own_fields(app: App) -> None:
    await app.call("market", {})  # the world is drawn at the first request; a slow machine needs a moment for it
    answer = await app.ask("btc?")
    price = answer.facts["btc.price"]
    seen = set()
    stack = [price]
    while stack:
        fact = stack.pop()
        seen.add(fact.source)
        stack += [answer.facts[parent] for parent in fact.derived_from]
        if not fact.derived_from:
            assert fact.path is not None and "#" in fact.path
    assert {"binance", "kraken"} <= seen
    assert isinstance(answer.headline[1], FactRef)


async def test_the_second_question_is_answered_from_memory(app: App) -> None:
    await app.ask("btc?")
    again = await app.ask("btc?")
    assert {fact.tier for fact in again.facts.values() if fact.source == "kraken"} == {"l1"}


async def test_one_seed_is_one_market(tmp_path: Path) -> None:
    headlines = []
    for number, world in enumerate(("sandbox:7", "sandbox:7", "sandbox:8")):
        async with open_app(OpenRequest(world=world, home=tmp_path / str(number))) as app:
            answer = await app.ask("show me btc daily last 90 days")
            headlines.append(sorted(fact.sha256 for fact in answer.facts.values() if fact.sha256))
    assert headlines[0] == headlines[1] != headlines[2]


async def test_worlds_share_no_cache_answer_or_history(tmp_path: Path) -> None:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as first:
        answer = await first.ask("btc?")
    async with open_app(OpenRequest(world="sandbox:8", home=tmp_path)) as second:
        assert await second.answers.find(answer.id, person="owner") is None
        other = await second.ask("btc?")
        assert {fact.tier for fact in other.facts.values() if fact.source == "kraken"} == {"origin"}
    async with open_app(OpenRequest(world="live", home=tmp_path)) as live:
        assert await live.answers.find(answer.id, person="owner") is None
        assert await live.history.series() == ()
    folders = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert folders == {parse_world(name).folder for name in ("sandbox:7", "sandbox:8", "live")}


@pytest.mark.slow
def test_the_command_line_answers_says_simulated_and_explains_itself(mobius: Mobius) -> None:
    asked = mobius("ask", "--sandbox", "what's", "btc", "doing?")
    assert asked.code == 0, asked.err
    assert "SIMULATED" in asked.out.splitlines()[0]
    why = mobius("why", "--sandbox")
    assert why.code == 0, why.err
    assert "kraken" in why.out and "binance" in why.out


@pytest.mark.slow
def test_json_is_one_document(mobius: Mobius) -> None:
    asked = mobius("ask", "--sandbox", "--json", "price of btc")
    answer = asked.json()
    assert answer["status"] == "answered"
    assert answer["simulated"] is True
    assert answer["facts"]["btc.price"]["unit"] == "USD"
    assert isinstance(answer["facts"]["btc.price"]["value"], float)


@pytest.mark.slow
def test_a_prompt_may_begin_with_a_question_and_ends_with_its_input(mobius: Mobius) -> None:
    ran = mobius("chat", "--sandbox", "what is btc doing", stdin="price of eth\nnonsense asdf\n/why\n")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "> what is btc doing"
    assert ran.out.count("SIMULATED") >= 3
