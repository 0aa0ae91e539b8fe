"""What an answer says to ask next is itself understood and answered, and is never the question it stands under."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mobius.app import App, open_app
from mobius.frontends.cli.opening import OpenRequest

pytestmark = pytest.mark.slow
QUESTIONS = (
    "best yield for 10k USDC, low risk",
    "best yield for USDC, high risk",
    "I want to stake 5 ETH",
    "Compare Aave vs Compound rates",
    "how much flowed into Lido this week",
    "gwei?",
    "gas on base and arbitrum",
    "btc fees",
    "what does reddit think of DOGE",
    "mood on crypto",
    "any SEC news",
    "why is BTC down",
    "github activity of Solana",
    "BTC ETF flows",
    "fastest growing L2",
    "compare ethereum and bnb chain",
    "move 10k USDC from ethereum to base",
    "how's the market",
)


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


async def test_what_to_ask_next_is_answered(app: App) -> None:
    heard: dict[str, str] = {}
    for question in QUESTIONS:
        answer = await app.ask(question, deadline_s=20.0)
        assert answer.status in ("answered", "partial"), (question, answer.headline_plain)
        assert answer.followups, question
        for followup in answer.followups:
            assert followup.casefold() != question.casefold()
            if followup not in heard:
                heard[followup] = (await app.ask(followup, deadline_s=20.0)).status
    assert {followup: status for followup, status in heard.items() if status not in ("answered", "partial")} == {}
