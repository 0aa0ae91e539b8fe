"""Sources that break in every way they break: the answer goes on, names the gap, and invents nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from mobius.app import App, open_app
from mobius.frontends.cli.opening import OpenRequest
from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.faults import Fault
from mobius.sandbox.server import SandboxServer

DOWN = {
    "server error": Fault(kind="status", status=503),
    "rate limit": Fault(kind="rate_limit", retry_after_s=30),
    "truncated": Fault(kind="truncate"),
    "dropped": Fault(kind="drop"),
    "web page": Fault(kind="content_type"),
    "garbage": Fault(kind="garbage"),
    "reset": Fault(kind="reset"),
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


def leave_two_venues(server: SandboxServer) -> None:
    """Binance and Kraken alone list anything: with more, two agree before a broken one is known to be broken."""
    for name in ("okx", "bybit", "coinbase"):
        server.faults.set(name, Fault(kind="status", status=404))


@pytest.mark.parametrize("name", DOWN)
async def test_one_broken_source_costs_its_own_figures_and_is_named(app: App, server: SandboxServer, name: str) -> None:
    leave_two_venues(server)
    server.faults.set("binance", DOWN[name])
    answer = await app.call("price", {"assets": ["btc"]}, deadline_s=3)
    assert answer.status == "partial"
    assert answer.facts["btc.price"].value is not None
    assert any("Binance" in str(caveat) for caveat in answer.caveats)
    assert not any(fact.source == "binance" for fact in answer.facts.values())


@pytest.mark.parametrize("name", ["server error", "reset", "garbage"])
async def test_all_broken_is_no_data_naming_them(app: App, server: SandboxServer, name: str) -> None:
    for source in server.base_urls:
        server.faults.set(source, DOWN[name])
    answer = await app.call("price", {"assets": ["btc"]}, deadline_s=3)
    assert answer.status == "no_data"
    assert "Kraken" in answer.headline_plain or "kraken" in answer.headline_plain
    assert answer.facts == {}


async def test_a_source_that_knows_nothing_of_it_leaves_the_other_alone_and_that_is_said(
    app: App, server: SandboxServer
) -> None:
    leave_two_venues(server)
    server.faults.set("binance", Fault(kind="status", status=404))
    answer = await app.call("price", {"assets": ["btc"]})
    assert any("Only Kraken answered" in str(caveat) for caveat in answer.caveats)


@pytest.mark.parametrize("name", DOWN)
async def test_a_broken_venue_among_many_changes_nothing_else(app: App, server: SandboxServer, name: str) -> None:
    whole = await app.call("price", {"assets": ["eth"]}, deadline_s=3)
    server.faults.set("okx", DOWN[name])
    answer = await app.call("price", {"assets": ["btc"]}, deadline_s=3)
    assert answer.status in ("answered", "partial")
    assert answer.facts["btc.price"].value is not None
    assert not any(fact.source == "okx" for fact in answer.facts.values() if fact.id.startswith("btc."))
    assert int(str(answer.facts["btc.venues"].value)) >= 2
    assert whole.facts["eth.price"].value is not None


async def test_a_dead_venue_of_perpetuals_is_named(app: App, server: SandboxServer) -> None:
    server.faults.set("bybit", DOWN["garbage"])
    answer = await app.call("derivatives", {"assets": ["ETH"]}, deadline_s=4)
    assert answer.status == "partial"
    assert any("Bybit" in str(caveat) for caveat in answer.caveats)
    assert answer.facts["eth.funding_8h"].value is not None


async def test_a_failing_answer_is_not_kept(app: App, server: SandboxServer) -> None:
    server.faults.set("binance", DOWN["garbage"])
    await app.call("price", {"assets": ["btc"]})
    server.faults.clear()
    answer = await app.call("price", {"assets": ["btc"]})
    assert answer.status == "answered"


async def test_everything_hanging_ends_at_the_deadline_and_leaves_no_task(app: App, server: SandboxServer) -> None:
    for source in server.base_urls:
        server.faults.set(source, DOWN["hangs"])
    before = asyncio.all_tasks()
    loop = asyncio.get_running_loop()
    started = loop.time()
    answer = await app.call("price", {"assets": ["btc"]}, deadline_s=0.5)
    assert loop.time() - started < 1.5
    assert answer.status == "no_data"
    assert asyncio.all_tasks() - before == set()


async def test_the_market_goes_on_without_its_mood(app: App, server: SandboxServer) -> None:
    server.faults.set("alternative_me", DOWN["server error"])
    answer = await app.call("market", {})
    assert answer.status == "partial"
    assert answer.facts["market.fear_greed"].value is None
    assert "fear & greed" not in answer.headline_plain
