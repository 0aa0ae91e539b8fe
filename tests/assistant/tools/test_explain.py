"""The explain tool through the whole pipeline: text, figures of the day, what is not known."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mobius.assistant.tools.explain import TOOL, ExplainQuery
from mobius.core.answers import Answer, plain
from mobius.core.errors import NoData
from mobius.core.facts import Fact
from mobius.core.market_views import MarketView, PriceView
from tests.assistant.fakes import MemoryDesk, Understands, assistant, market_view, price_view


def with_cap(view: PriceView, cap: str) -> PriceView:
    fact = Fact(id="btc.market_cap", value=Decimal(cap), unit="USD", source="kraken", path="kraken:/x#cap")
    return msgspec.structs.replace(view, market_cap=fact)


DESK = MemoryDesk(
    {
        "BTC": with_cap(price_view("BTC", "60000"), "1194000000000"),
        "USDC": price_view("USDC", "0.9998"),
        "stETH": price_view("stETH", "1990"),
        "ETH": price_view("ETH", "2000"),
    },
    market_view(),
)


async def ask(question: str, desk: Any = DESK, as_of: datetime | None = None) -> Answer:
    return await assistant(desk, Understands("explain")).ask(question, as_of=as_of)


def said(answer: Answer) -> str:
    return " ".join(plain(block.text) for block in answer.blocks if hasattr(block, "text"))


async def test_a_term_is_explained_headline_first_with_related_terms() -> None:
    answer = await ask("what is impermanent loss?")
    assert answer.status == "answered"
    assert answer.headline_plain.startswith("Impermanent loss is how much less a pool share is worth")
    assert "5.7 %" in said(answer)
    assert answer.followups[0] == "explain automated market maker"
    assert answer.facts == {}


@pytest.mark.parametrize(
    ("question", "example"),
    [
        (
            "what is market cap",
            "Bitcoin at $60,000 has a market cap of $1.19 tn, which makes 19.9 M BTC in circulation.",
        ),
        ("what's a satoshi", "a satoshi is worth $0.0006, with Bitcoin at $60,000."),
        ("depeg", "USDC trades at $0.9998, −0.02 % from one dollar."),
        ("what is liquid staking", "one stETH trades at 0.995 ETH."),
        ("explain dominance", "Bitcoin's dominance is 57.2 %."),
        ("fear and greed index", "the index stands at 28 (Fear)."),
        ("what is volatility", "Bitcoin's 24 h range is $30,000 to $120,000, its high 300.0 % above its low."),
        ("what is trading volume", "Bitcoin's volume over 24 h is $29.0 bn."),
    ],
)
async def test_figures_of_the_day_make_a_term_concrete(question: str, example: str) -> None:
    answer = await ask(question)
    assert f"Right now: {example}" in said(answer)
    assert answer.status == "answered"
    assert answer.caveats == ()
    assert answer.facts


async def test_a_past_day_is_named_beside_its_figures() -> None:
    answer = await ask("what is a satoshi", as_of=datetime(2024, 3, 6, tzinfo=UTC))
    assert "Right now" not in said(answer)
    assert "On " in said(answer)
    assert DESK.asked[-1][2] == datetime(2024, 3, 6, tzinfo=UTC)


async def test_an_explanation_stands_without_its_figures() -> None:
    answer = await ask("what is market cap", MemoryDesk({"BTC": NoData("market", "nobody answered")}))
    assert answer.status == "answered"
    assert answer.headline_plain.startswith("Market cap is the price of one coin")
    assert [plain(line) for line in answer.caveats] == ["There are no figures of the day for an example right now."]


async def test_an_unknown_market_cap_leaves_the_example_out() -> None:
    answer = await ask("what is market cap", MemoryDesk({"BTC": price_view("BTC", "60000")}))
    assert "Right now" not in said(answer)
    assert answer.status == "answered"


class SlowDesk(MemoryDesk):
    async def prices(self, *args: Any, **more: Any) -> tuple[PriceView, ...]:
        await asyncio.sleep(60)
        raise AssertionError("waited")

    async def market(self, **more: Any) -> MarketView:
        await asyncio.sleep(60)
        raise AssertionError("waited")


async def test_a_slow_source_does_not_hold_up_an_explanation() -> None:
    started = asyncio.get_running_loop().time()
    answer = await ask("what is dominance", SlowDesk({}))
    assert asyncio.get_running_loop().time() - started < 2
    assert answer.status == "answered"
    assert answer.caveats


async def test_two_terms_are_both_explained() -> None:
    answer = await ask("sharpe vs sortino")
    assert answer.headline_plain.startswith("The Sharpe ratio is")
    assert "The Sortino ratio is" in said(answer)


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("what is solana", "Solana is a blockchain whose fees are paid in SOL."),
        ("what is $LINK", "Chainlink (LINK) is a token"),
        ("what is aave", "Aave is a DeFi protocol (lending); its token is AAVE."),
        ("what is the rocket pool thing", "Rocket Pool is a DeFi protocol (liquid staking); its token is RPL."),
        ("what's pyusd", "PayPal USD (PYUSD) is a stablecoin, meant to be worth one US dollar."),
        ("what is cbeth", "Coinbase Staked ETH (cbETH) is a token for staked Ethereum."),
        ("what is paxg", "PAX Gold (PAXG) is a token backed by Gold."),
        ("what is kraken", "Kraken is an exchange where crypto assets trade."),
        ("what is 1inch", "1inch is a DeFi protocol (swap aggregator); its token is 1INCH."),
        ("what is usd1", "USD1 (USD1) is a stablecoin"),
    ],
)
async def test_what_only_the_registries_know_is_told_by_its_kind(question: str, start: str) -> None:
    answer = await ask(question)
    assert answer.headline_plain.startswith(start)
    assert answer.status == "answered"
    assert answer.followups


async def test_an_unknown_term_offers_others() -> None:
    answer = await ask("what is frobnication")
    assert answer.status == "clarify"
    assert len(answer.followups) == 3
    assert all(text.startswith("explain ") for text in answer.followups)


async def test_a_misspelt_term_is_explained() -> None:
    assert (await ask("whats a liqidation")).headline_plain.startswith("A liquidation closes")


@pytest.mark.parametrize(
    "question",
    ["explain " + "x" * 10_000, "what is 42 000", "explain <script>alert(1)</script>", "what is '; DROP TABLE terms; --",
     "what is \u202e gnihtemos", "what is \x1b[31mred", "ما هو", "什么是 42", "🤷" * 500, "what is seven thousand"],
)  # fmt: skip
async def test_odd_questions_get_an_answer_and_are_not_repeated(question: str) -> None:
    answer = await ask(question)
    assert answer.status == "clarify"
    assert "<" not in answer.headline_plain
    assert "\x1b" not in answer.headline_plain


async def test_the_tool_is_called_with_its_term() -> None:
    answer = await assistant(DESK, Understands()).call("explain", {"term": "TVL"})
    assert answer.headline_plain.startswith("TVL is the market value of everything deposited")
    assert TOOL.positional == ("term",)
    assert msgspec.convert({"term": "TVL"}, ExplainQuery).term == "TVL"


async def test_every_entry_becomes_an_answer() -> None:
    from mobius.assistant.glossary import GLOSSARY

    pipeline = assistant(DESK, Understands("explain"))
    for slug, entry in GLOSSARY.items():
        answer = await pipeline.call("explain", {"term": entry.term})
        assert answer.status == "answered", slug
        assert answer.followups, slug
