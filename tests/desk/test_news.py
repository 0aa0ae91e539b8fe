"""News at the desk: what is on a subject, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mobius.core.facts import Fact, Sourced
from mobius.core.needs import Source
from mobius.core.record_needs import Headline
from mobius.core.record_views import NewsView
from mobius.desk.news import live_news
from tests.desk.fakes import NOW, source, sourced

TITLES = (
    "Aave vote on new markets passes", "Traders learn the curve of rates", "Curve pools see deposits return",
    "Bitcoin trades in a narrow range",
)  # fmt: skip


def feed() -> Source:
    rows = tuple(
        Headline(
            title=title, outlet="CoinDesk", address="", published_at=NOW - timedelta(hours=n), field=f"[{n}].title"
        )
        for n, title in enumerate(TITLES)
    )

    async def headlines(query: Any, http: Any) -> Sourced[Any]:
        return sourced(rows, "rss_coindesk")

    return source("rss_coindesk", {"headlines": headlines}, "aggregator")


async def told(*protocols: str, assets: tuple[str, ...] = ()) -> NewsView:
    return await live_news([feed()], assets, (), protocols=protocols, hours=72, now=NOW)


def titles(view: NewsView) -> list[Fact | Any]:
    return [each.title.value for each in view.headlines]


async def test_a_protocol_is_named_as_names_are_written() -> None:
    assert titles(await told("curve")) == ["Curve pools see deposits return"]
    assert titles(await told("aave", assets=("BTC",))) == [TITLES[0], TITLES[3]]


async def test_without_any_the_newest_on_anything_else_is_told_as_such() -> None:
    view = await told("euler")
    assert view.unrelated
    assert len(view.headlines) == len(TITLES)
    assert not (await told()).unrelated
