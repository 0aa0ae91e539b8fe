"""Questions about what was written down, in the simulated world over real loopback HTTP, and flows from a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mobius.app import App, open_app
from mobius.frontends.cli.opening import OpenRequest
from tests.e2e.conftest import Mobius


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "intent", "sources"),
    [
        ("any SEC news", "news", {"rss_sec"}),
        ("why is BTC down", "news", {"rss_coindesk"}),
        ("github activity of Solana", "dev_activity", {"github"}),
        ("BTC ETF flows", "institutional_flows", {"cftc", "edgar"}),
    ],
)
async def test_each_is_answered_by_its_sources(app: App, question: str, intent: str, sources: set[str]) -> None:
    answer = await app.ask(question, deadline_s=20.0)
    assert answer.intent == intent
    assert answer.status in ("answered", "partial"), (answer.headline_plain, answer.caveats)
    assert answer.simulated
    assert sources <= {note.name for note in answer.sources if note.failed is None}
    assert all(fact.simulated for fact in answer.facts.values() if fact.source in sources)


async def test_flows_of_a_file_lead_and_are_kept_until_the_next_start(mobius: Mobius, tmp_path: Path) -> None:
    file = tmp_path / "flows.csv"
    file.write_text("date,fund,net_flow_usd\n2026-10-29,IBIT,120500000.25\n2026-10-30,IBIT,-20500000\n")
    assert mobius("data", "import", str(file), "--sandbox").code == 0
    answer = mobius("institutions", "btc", "--as-of", "2026-10-29", "--sandbox", "--json").json()
    assert answer["headline_plain"] == "Spot BTC funds took in $121 M net on 29 October 2026."
    assert answer["facts"]["btc.flow_day"]["value"] == 120500000.25
    assert answer["simulated"] is True


async def test_bad_input_is_told_and_costs_nothing(mobius: Mobius, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("date,fund,net_flow_usd\n2026-10-29,IBIT,lots\n")
    refused = mobius("data", "import", str(file), "--sandbox")
    assert refused.code == 2
    assert "line 2" in refused.err
    assert mobius("news", "--window", "7x", "--sandbox").code == 2
    assert "Whose development do you mean?" in mobius("devs", "--sandbox").out
