"""The sentiment tool: its headline, its parts, what it says of too little and of what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from mobius.assistant.tools.sentiment import TOOL
from mobius.core.answers import Answer, ListBlock, TableBlock, plain
from mobius.core.errors import NoData
from mobius.core.mood_views import MoodView
from mobius.core.needs import FearGreedDay, Source
from mobius.core.sources import KeySpec
from mobius.desk.mood import live_mood
from tests.assistant.fakes import Understands, assistant
from tests.desk.test_mood import GLAD, GRIM, NOW, here, prices, reddit, rows, source, spec, views


class MoodDesk:
    """Moods of scripted sources, by asset."""

    def __init__(self, lacking: tuple[Any, ...] = (), **sources: tuple[Source, ...]) -> None:
        self.sources, self.lacking = sources, lacking
        self.hours: list[int] = []

    async def mood(
        self, asset: str | None, *, hours: int, now: Any, compute: Any, press: bool = True, at: Any = None
    ) -> MoodView:
        if at is not None:
            raise NoData("history", "The history on this machine holds no posts.")
        self.hours.append(hours)
        given = self.sources.get(asset or "crypto", ())
        return await live_mood(given, self.lacking, None, prices, here, asset=asset, hours=hours, now=NOW, press=press)


async def answer_of(desk: MoodDesk, **slots: Any) -> Answer:
    return await assistant(desk, Understands("sentiment")).call("sentiment", slots)


def texts(answer: Answer) -> str:
    return "\n".join([answer.headline_plain, *(plain(line) for line in answer.caveats)])


async def test_the_headline_names_mood_count_and_attention() -> None:
    answer = await answer_of(MoodDesk(DOGE=(reddit(rows(GLAD, 40)), views(*[100] * 12, 230))), assets=["DOGE"])
    assert answer.headline_plain.startswith("Mood on DOGE is ")
    assert answer.headline_plain.endswith("n = 40); attention 2.3× normal (Wikipedia views).")
    assert answer.status == "answered"
    table = next(block for block in answer.blocks if isinstance(block, TableBlock))
    assert table.columns == ("voice", "mood", "weight", "posts")
    quotes = next(block for block in answer.blocks if isinstance(block, ListBlock))
    assert len(quotes.items) == 3


async def test_too_few_posts_are_said() -> None:
    answer = await answer_of(MoodDesk(DOGE=(reddit(rows(GRIM, 12)),)), assets=["DOGE"])
    assert answer.headline_plain == "Too few posts on DOGE to tell a mood: n = 12 in 7 days."
    assert "What there is sounds" in texts(answer)
    assert answer.status == "partial"


async def test_no_post_but_a_look_up_is_an_answer() -> None:
    answer = await answer_of(MoodDesk(DOGE=(views(*[100] * 12, 150),)), assets=["DOGE"])
    assert answer.headline_plain == "No posts on DOGE in 7 days; attention 1.5× normal (Wikipedia views)."


async def test_without_an_asset_the_index_stands_beside() -> None:
    index = source(
        "alternative_me", "fear_greed", (FearGreedDay(value=38, label="Fear", at=NOW, field="data[0].value"),)
    )
    answer = await answer_of(MoodDesk(crypto=(reddit(rows(GLAD, 40)), index)))
    assert answer.headline_plain.endswith("; fear & greed 38 (Fear).")


async def test_two_assets_are_compared_and_a_silent_one_is_named() -> None:
    desk = MoodDesk(BTC=(reddit(rows(GLAD, 40)),), ETH=(reddit(rows(GRIM, 40)),))
    answer = await answer_of(desk, assets=["BTC", "ETH"])
    assert answer.headline_plain.startswith("Mood is better on BTC (+")
    assert "posts alone" in texts(answer)
    half = await answer_of(desk, assets=["BTC", "SOL"])
    assert "Nobody told anything on SOL." in texts(half)
    assert half.status == "partial"


async def test_what_a_key_would_add_is_named() -> None:
    lacking = (spec("bluesky", "posts", key=KeySpec(setting="MOBIUS_BLUESKY_KEY", required=True)),)
    answer = await answer_of(MoodDesk(lacking, DOGE=(reddit(rows(GLAD, 40)),)), assets=["DOGE"])
    assert "Not asked, for want of a key: Bluesky (MOBIUS_BLUESKY_KEY)." in texts(answer)


async def test_a_hostile_post_is_a_quotation_at_most() -> None:
    said = rows(("<script>alert(1)</script> bought 100 [link](javascript:x) love it",), 40)
    answer = await answer_of(MoodDesk(DOGE=(reddit(said),)), assets=["DOGE"])
    assert "script" not in texts(answer)
    assert answer.intent == "sentiment"


@pytest.mark.parametrize(("window", "hours"), [("24h", 24), ("12h", 12), ("7d", 168), ("1y", 720), ("30m", 1)])
async def test_the_window_is_kept_within_a_month(window: str, hours: int) -> None:
    desk = MoodDesk(DOGE=(reddit(rows(GLAD, 40, hours_ago=0.5)),))
    answer = await answer_of(desk, assets=["DOGE"], window=window)
    assert desk.hours == [hours]
    assert ("thirty days" in texts(answer)) is (window == "1y")


async def test_too_many_assets_are_refused() -> None:
    answer = await answer_of(MoodDesk(), assets=["BTC", "ETH", "SOL", "DOGE", "XRP"])
    assert "too many assets" in answer.headline_plain


def test_no_field_holds_a_file() -> None:
    assert set(TOOL.query.__struct_fields__) == {"assets", "window"}
