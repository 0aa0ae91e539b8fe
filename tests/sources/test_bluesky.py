"""Bluesky's search: posts with likes, and its own words for a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.mood_needs import PostsQuery
from mobius.core.ports import Reply
from mobius.sources.social.bluesky import parse_posts, posts

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]


async def test_posts_come_with_likes_and_pictures_are_left_out(provider: Providers, written: Written) -> None:
    http = provider(written("bluesky_posts"))
    got = await posts(PostsQuery(asset="DOGE"), http)
    assert http.asked[0][1]["q"] == "dogecoin"
    assert [row.text for row in got.value] == ["Dogecoin holders are having a good day", "dogecoin again?"]
    first, last = got.value
    assert (first.votes, first.replies, first.author, first.field) == (7, 2, "tail.example", "posts[0].record.text")
    assert first.at is not None
    assert (last.votes, last.at) == (None, None)


async def test_it_says_why_it_refuses(provider: Providers, make_reply: Callable[..., Reply]) -> None:
    body = b'{"error": "AuthMissing", "message": "Authentication Required"}'
    with pytest.raises(SourceUnavailable, match="Authentication Required"):
        await posts(PostsQuery(), provider(make_reply(body, status=403)))
    with pytest.raises(SourceUnavailable, match="403"):
        await posts(PostsQuery(), provider(make_reply(b"<html>", status=403)))


async def test_nothing_found_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData):
        await posts(PostsQuery(asset="DOGE"), provider(b'{"posts": []}'))


def test_a_count_below_nought_is_refused() -> None:
    with pytest.raises(SourceChanged) as caught:
        parse_posts(b'{"posts": [{"record": {"text": "x"}, "likeCount": -1}]}')
    assert caught.value.path == "$.posts[0].likeCount"
