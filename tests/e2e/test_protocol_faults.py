"""Counters of protocols and chains that break: what the others told still answers, and says what it lacks."""

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
    "garbage": Fault(kind="garbage"),
    "hangs": Fault(kind="hang"),
}


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


def told(answer: Answer) -> str:
    return " ".join(plain(caveat) for caveat in answer.caveats)


@pytest.mark.parametrize("name", DOWN)
async def test_lenders_tell_their_rates_without_the_aggregator(app: App, server: SandboxServer, name: str) -> None:
    server.faults.set("defillama", DOWN[name])
    answer = await app.ask("Compare Aave vs Compound rates", deadline_s=12)
    assert answer.status == "partial", answer.headline_plain
    assert answer.headline_plain.startswith("For supplying USDC on Ethereum, ")
    assert "DefiLlama " in told(answer) and "What is locked and lent out is not known: " in told(answer)
    assert {"aave", "compound_ethereum"} <= {fact.source for fact in answer.facts.values()}
    assert answer.facts["compound.usdc.ethereum.borrow"].value is not None
    assert answer.facts["aave.tvl"].value is None and answer.facts["aave.tvl"].reason


@pytest.mark.parametrize("name", DOWN)
async def test_a_stake_that_nobody_told_is_named(app: App, server: SandboxServer, name: str) -> None:
    server.faults.set("defillama_yields", DOWN[name])
    answer = await app.ask("lido vs rocket pool", deadline_s=12)
    assert answer.status == "partial", answer.headline_plain
    assert answer.headline_plain.startswith("Lido pays ")
    assert "What Rocket Pool pays is not known" in told(answer) and "DefiLlama yields " in told(answer)


@pytest.mark.parametrize("name", DOWN)
@pytest.mark.parametrize(
    ("silent", "title", "gap"),
    [("defillama", "DefiLlama ", "locked value, fees, exchange volume"),
     ("defillama_stablecoins", "DefiLlama stablecoins ", "stablecoins")],
)  # fmt: skip
async def test_chains_are_told_by_whoever_still_counts_them(
    app: App, server: SandboxServer, silent: str, title: str, gap: str, name: str
) -> None:
    server.faults.set(silent, DOWN[name])
    growing = await app.ask("fastest growing L2", deadline_s=12)
    assert growing.status == "partial", growing.headline_plain
    measure = "stablecoins" if silent == "defillama" else "locked value"
    assert f"grew fastest: {measure} " in growing.headline_plain
    both = await app.ask("compare base and arbitrum", deadline_s=12)
    assert both.status == "partial", both.headline_plain
    for answer in (growing, both):
        assert f"Not known, since the source did not answer: {gap}." in told(answer)
        assert title in told(answer)
        assert answer.facts["chain.base.bridge.total"].value is not None
        assert answer.facts["chain.base.swap"].value is not None
