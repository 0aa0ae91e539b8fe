"""Views of articles: days in order, and what is no day or no number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import BadParameter, NoData, SourceChanged
from mobius.core.mood_needs import PageviewsQuery
from mobius.core.ports import Reply
from mobius.sources.reference.wikipedia import SPEC, pageviews, parse_pageviews

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

QUERY = PageviewsQuery(article="Dogecoin", first=date(2026, 10, 30), last=date(2026, 10, 31))


async def test_views_come_by_day(provider: Providers, written: Written) -> None:
    http = provider(written("wikipedia_views"))
    got = await pageviews(QUERY, http)
    assert http.asked[0][0].endswith("/Dogecoin/daily/20261030/20261031")
    assert [(row.day, row.views, row.field) for row in got.value] == [
        (date(2026, 10, 30), 2310, "items[0].views"), (date(2026, 10, 31), 5127, "items[1].views"),
    ]  # fmt: skip
    assert SPEC.wants_contact
    assert "Google" not in SPEC.title


async def test_no_article_is_no_data(provider: Providers, make_reply: Callable[..., Reply]) -> None:
    with pytest.raises(NoData, match="Dogecoin"):
        await pageviews(QUERY, provider(make_reply(b'{"title": "Not found."}', status=404)))
    with pytest.raises(NoData):
        await pageviews(QUERY, provider(b'{"items": []}'))


@pytest.mark.parametrize("article", ["../../x", "a/b", "", "x?y", "ü"])
async def test_a_title_that_is_none_asks_nothing(provider: Providers, article: str) -> None:
    http = provider(b"{}")
    with pytest.raises(BadParameter):
        await pageviews(PageviewsQuery(article=article, first=QUERY.first, last=QUERY.last), http)
    assert not http.asked


@pytest.mark.parametrize(
    ("stamp", "views", "path"),
    [("2026103000", -1, "views"), ("2026133000", 1, "timestamp"), ("20261030", 1, "timestamp"), ("x", 1, "timestamp")],
)
def test_what_cannot_be_is_refused_with_its_place(stamp: str, views: int, path: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        parse_pageviews(f'{{"items": [{{"timestamp": "{stamp}", "views": {views}}}]}}'.encode())
    assert caught.value.path == f"$.items[0].{path}"
