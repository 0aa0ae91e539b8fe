"""The mood of a crowd in the simulated world, over real loopback HTTP: posts, press, page views, search interest of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from mobius.app import App, open_app
from mobius.frontends.cli.opening import OpenRequest
from tests.e2e.conftest import Mobius

VOICES = {"reddit_rss", "wikipedia"}


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "asset"),
    [("what does reddit think of DOGE", "DOGE"), ("btc sentiment", "BTC"), ("what's the crowd mood today", "crypto")],
)
async def test_a_mood_is_told_by_its_voices(app: App, question: str, asset: str) -> None:
    answer = await app.ask(question, deadline_s=20.0)
    assert answer.intent == "sentiment"
    assert answer.status in ("answered", "partial"), (answer.headline_plain, answer.caveats)
    assert answer.headline_plain.startswith(f"Mood on {asset} is ")
    assert answer.simulated
    assert {note.name for note in answer.sources if note.failed is None} >= VOICES | (
        {"gdelt"} if asset != "crypto" else set()
    )
    stem = f"{asset.lower()}.mood"
    assert -1 <= float(str(answer.facts[f"{stem}.score"].value)) <= 1
    assert int(str(answer.facts[f"{stem}.posts"].value)) >= 30


async def test_imported_search_interest_stands_beside_the_views(mobius: Mobius, app: App, tmp_path: Path) -> None:
    today = app.clock.now().date()
    days = [today - timedelta(days=n) for n in range(14, 1, -1)]
    lines = "\n".join(f"{day:%Y-%m-%d},{80 if day == days[-1] else 20}" for day in days)
    file = tmp_path / "trends.csv"
    file.write_text(f"Day,dogecoin: (Worldwide)\n{lines}\n")
    assert mobius("data", "import", str(file), "--sandbox").code == 0
    answer = mobius("sentiment", "DOGE", "--sandbox", "--json").json()
    assert "(Wikipedia views, Google Trends, imported)" in answer["headline_plain"]
    assert answer["facts"]["doge.attention.searches.ratio"]["value"] == 4.0


async def test_bad_input_is_told(mobius: Mobius) -> None:
    assert mobius("sentiment", "ZZZZ", "--sandbox").code == 2
    assert mobius("sentiment", "DOGE", "--window", "7x", "--sandbox").code == 2
    assert mobius("sentiment", "BTC", "--as-of", "2024-03-05", "--sandbox").code == 3
    assert mobius("sentiment", "--text", "x", "--eval", "y").code == 2
