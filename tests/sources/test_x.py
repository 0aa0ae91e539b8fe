"""X's recent search: what is asked, what it costs at most, and failures inside a success."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, RateLimited, SourceUnavailable
from mobius.core.mood_needs import PostsQuery
from mobius.core.needs import Source
from mobius.sources.social.x import OFFERS, POSTS_MOST, SPEC, USD_PER_POST, parse_posts, posts, searched

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]


async def test_posts_come_with_likes(provider: Providers, written: Written) -> None:
    http = provider(written("x_search"))
    got = await posts(PostsQuery(asset="DOGE"), http)
    assert http.asked[0][1]["max_results"] == str(POSTS_MOST)
    assert http.asked[0][1]["query"] == searched("DOGE")
    assert [(row.text, row.votes, row.replies) for row in got.value] == [
        ("$DOGE much wow", 15, 3), ("dogecoin is cooked", None, None),
    ]  # fmt: skip


def test_it_is_off_without_a_key_and_a_cap() -> None:
    assert SPEC.cost is not None
    assert SPEC.cost.usd_per_request == POSTS_MOST * USD_PER_POST
    asked = {(key, cap): Source(spec=SPEC, offers={"posts": OFFERS["posts"]}, http=None, key_set=key, cap_set=cap).configured
             for key in (True, False) for cap in (True, False)}  # fmt: skip
    assert [pair for pair, configured in asked.items() if configured] == [(True, True)]


async def test_nothing_found_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData):
        await posts(PostsQuery(), provider(b'{"meta": {"result_count": 0}}'))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"errors": [{"title": "Invalid", "detail": "bad query"}]}', SourceUnavailable),
        (b'{"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap"}', RateLimited),
        (b'{"title": "Too Many Requests", "detail": "Too Many Requests"}', RateLimited),
    ],
)
def test_a_failure_inside_a_success_is_a_failure(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_posts(body)
    assert body.startswith(SPEC.refusals)
