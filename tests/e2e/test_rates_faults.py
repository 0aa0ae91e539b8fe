"""Tellers of rates that break: what is left still answers, and says what it lacks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from mobius.app import App, open_app
from mobius.core.answers import Answer, plain
from mobius.frontends.cli.opening import OpenRequest
from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.faults import Fault
from mobius.sandbox.server import SandboxServer

pytestmark = pytest.mark.slow
DOWN = {
    "server error": Fault(kind="status", status=503),
    "truncated": Fault(kind="truncate"),
    "web page": Fault(kind="content_type"),
    "garbage": Fault(kind="garbage"),
    "hangs": Fault(kind="hang"),
}
OWN = ("aave", "morpho", "yearn", "lido", "curve", "compound_ethereum", "compound_arbitrum", "compound_optimism",
       "compound_polygon")  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer.start(7, FrozenClock(), limited=False) as running:
        yield running


@pytest.fixture
async def app(server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    """The live world with every source's base URL pointed at the simulated providers."""
    server.faults.clear()
    for name, url in server.base_urls.items():
        monkeypatch.setenv(f"MOBIUS_{name.upper()}_URL", url)
    async with open_app(OpenRequest(world="live", home=tmp_path)) as opened:
        yield opened


def said(answer: Answer) -> str:
    return " ".join([answer.headline_plain, *(plain(caveat) for caveat in answer.caveats)])


@pytest.mark.parametrize("name", DOWN)
async def test_without_the_aggregator_the_protocols_answer(app: App, server: SandboxServer, name: str) -> None:
    server.faults.set("defillama_yields", DOWN[name])
    answer = await app.call("yield", {"assets": ["USDC"]}, deadline_s=12)
    assert answer.status == "partial", said(answer)
    assert "only the protocols' own markets" in said(answer)
    assert not any(fact.source == "defillama_yields" for fact in answer.facts.values())
    staking = await app.call("staking", {"assets": ["ETH"]}, deadline_s=12)
    assert staking.status == "partial", said(staking)
    assert {fact.source for fact in staking.facts.values()} == {"lido", "mobius"}


@pytest.mark.parametrize("name", DOWN)
async def test_without_the_protocols_the_aggregator_answers(app: App, server: SandboxServer, name: str) -> None:
    for source in OWN:
        server.faults.set(source, DOWN[name])
    answer = await app.call("yield", {"assets": ["USDC"], "protocols": ["aave"]}, deadline_s=12)
    assert answer.status == "partial", said(answer)
    assert "Aave" in said(answer)
    assert {fact.source for fact in answer.facts.values()} <= {"defillama_yields", "mobius"}
    elsewhere = await app.call("yield", {"assets": ["USDC"], "protocols": ["fluid"]}, deadline_s=12)
    assert elsewhere.status == "answered", "who says nothing of what is shown is no gap"


async def test_without_anybody_it_is_no_data_that_names_them(app: App, server: SandboxServer) -> None:
    for source in (*OWN, "defillama_yields"):
        server.faults.set(source, DOWN["server error"])
    answer = await app.call("yield", {"assets": ["USDC"]}, deadline_s=12)
    assert answer.status == "no_data"
    assert "DefiLlama yields" in answer.headline_plain
    assert answer.facts == {}
