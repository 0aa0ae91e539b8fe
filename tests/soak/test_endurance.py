"""Long runs: questions without end over sources that fail at random, and text of every kind. `make soak` runs these."""

from __future__ import annotations

import asyncio
import gc
import random
import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.app import open_app
from mobius.frontends.cli.opening import OpenRequest
from mobius.language.understand import Understander
from mobius.sandbox.faults import Fault, Kind
from mobius.sandbox.server import SandboxServer

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
QUESTIONS = (
    "what's BTC doing today?", "price of eth and sol", "eth/btc", "how many euros are 0.2 eth", "chart sol 7d",
    "how's the market",
    "RSI on SOL?", "what is impermanent loss", "funding on eth", "price of foocoin", "convert 1e9 doge to jpy", "weather",
)  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "status",
    "rate_limit",
    "truncate",
    "drop",
    "content_type",
    "garbage",
    "reset",
    "hang",
    "latency",
)
ROUNDS = 1_500
GROWTH_MAX_MB = 150


@pytest.mark.soak
async def test_questions_without_end_over_failing_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question ends in an answer, no task outlives it, and memory does not grow without bound."""
    rng = random.Random(11)
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as app:
        await app.ask(QUESTIONS[0])
        (server,) = (item for item in gc.get_objects() if isinstance(item, SandboxServer))
        names = list(server.base_urls)
        before_mb = 0.0
        for number in range(ROUNDS):
            if number % 20 == 0:
                server.faults.clear()
                for name in rng.sample(names, rng.randrange(len(names))):
                    server.faults.set(
                        name, Fault(kind=rng.choice(KINDS), share=rng.random(), latency_ms=rng.randrange(400))
                    )
            answer = await app.ask(rng.choice(QUESTIONS), deadline_s=2)
            assert answer.headline_plain
            assert len(asyncio.all_tasks()) < 20
            if number == ROUNDS // 3:
                before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb < GROWTH_MAX_MB


@pytest.mark.soak
@given(st.text(max_size=2_000))
@settings(max_examples=20_000, deadline=None)
def test_any_text_is_understood_somehow(text: str) -> None:
    understood = _UNDERSTANDER.understand(text, now=NOW)
    assert understood.intent
    assert 0 <= understood.confidence <= 1


_UNDERSTANDER = Understander.load()
