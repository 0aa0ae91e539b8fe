"""Reddit by its feeds and by its interface: the same posts, with votes or without."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mobius.core.crowds import crowd_of
from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.mood_needs import PostsQuery
from mobius.core.ports import Reply
from mobius.sources.social.reddit import API, FEEDS, _text, about, offers, parse_feed, parse_listing

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

FEED = (Path(__file__).parent / "recorded" / "reddit_new.xml").read_bytes()
DOGE = PostsQuery(asset="DOGE")


async def test_the_interface_tells_votes_and_when(provider: Providers, written: Written) -> None:
    http = provider(written("reddit_new"))
    got = await offers(API)["posts"](DOGE, http)
    first = got.value[0]
    assert first.text == "Sold my car for more DOGE. No regrets & no brakes."
    assert (first.votes, first.replies, first.author, first.place) == (41, 12, "wagging_tail", "r/dogecoin")
    assert first.at == datetime(2026, 11, 1, 10, 0, 5, tzinfo=UTC)
    assert first.field == "dogecoin:data.children[0].data.title"
    assert [path for path, _ in http.asked] == ["/r/dogecoin/new", "/r/CryptoCurrency/search"]
    assert http.asked[1][1]["q"] == "dogecoin"


def test_comments_are_no_posts_and_no_author_is_no_error(written: Written) -> None:
    rows = parse_listing(written("reddit_new"))
    assert [row.text for row in rows] == ["Sold my car for more DOGE. No regrets & no brakes.", "Is it over?"]
    assert (rows[1].author, rows[1].votes) == ("", 0)


async def test_the_feed_tells_posts_without_votes(provider: Providers) -> None:
    http = provider(FEED)
    got = await offers(FEEDS)["posts"](DOGE, http)
    assert [path for path, _ in http.asked] == ["/r/dogecoin/new/.rss", "/r/CryptoCurrency/new/.rss"]
    first = got.value[0]
    assert (first.text, first.author, first.votes) == ("Sold my car for more DOGE. No regrets.", "wagging_tail", None)
    assert first.at == datetime(2026, 11, 1, 10, 40, 5, tzinfo=UTC)
    assert first.field == "dogecoin:feed.entry[0].title"
    assert got.source == "reddit_rss"


async def test_the_general_subreddit_counts_only_what_names_the_asset(provider: Providers) -> None:
    got = await offers(FEEDS)["posts"](PostsQuery(asset="XMR"), provider(FEED))
    assert [row.text for row in got.value if row.place == "r/CryptoCurrency"] == ["Monero or bitcoin for rent?"]
    assert len([row for row in got.value if row.place == "r/Monero"]) == 2


def test_a_word_within_a_word_names_nothing() -> None:
    rows = parse_feed(FEED.replace(b"Sold my car for more DOGE", b"Solana is solid, methods"), "CryptoCurrency")
    assert len(about(rows, crowd_of("SOL"))) == 1
    assert not about(rows, crowd_of("ETH"))


async def test_one_subreddit_may_be_silent(provider: Providers) -> None:
    down = SourceUnavailable("reddit_rss", "down")
    http = provider(lambda path, _: down if "CryptoCurrency" in path else None, FEED)
    assert len((await offers(FEEDS)["posts"](DOGE, http)).value) == 2
    with pytest.raises(SourceUnavailable):
        await offers(FEEDS)["posts"](DOGE, provider(down))


@pytest.mark.parametrize(("status", "error"), [(429, RateLimited), (403, SourceUnavailable), (404, NoData)])
async def test_a_refusal_is_its_error(
    provider: Providers, make_reply: Callable[..., Reply], status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await offers(API)["posts"](DOGE, provider(make_reply(b'{"error": 1}', status=status)))


async def test_no_post_is_no_data(provider: Providers) -> None:
    empty = json.dumps({"kind": "Listing", "data": {"children": []}}).encode()
    with pytest.raises(NoData, match="no post about DOGE"):
        await offers(API)["posts"](DOGE, provider(empty))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"created_utc": -1}, "created_utc"), ({"created_utc": 1e30}, "created_utc"), ({"score": 10**12}, "score"),
        ({"num_comments": "many"}, "num_comments"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(change: dict[str, object], place: str) -> None:
    body = json.dumps({"data": {"children": [{"kind": "t3", "data": {"title": "x", **change}}]}}).encode()
    with pytest.raises(SourceChanged) as caught:
        parse_listing(body)
    assert caught.value.path == f"$.data.children[0].data.{place}" or caught.value.path.endswith(f"[...].data.{place}")


def test_a_feed_that_declares_entities_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><feed><title>&a;</title></feed>'
    with pytest.raises(SourceChanged):
        parse_feed(bomb, "dogecoin")


def test_hostile_text_comes_out_plain() -> None:
    hostile = FEED.replace(b"Sold my car for more DOGE", b"&lt;script&gt;x&lt;/script&gt;&#x202e; " + b"w" * 5000)
    text = parse_feed(hostile, "dogecoin")[0].text
    assert "<" not in text
    assert "\u202e" not in text
    assert len(text) < 900


@pytest.mark.parametrize(
    ("title", "text"), [("Is it over?", "Is it over? I think so"), ("It is over", "It is over. I think so")]
)
def test_a_title_that_ends_needs_no_full_stop(title: str, text: str) -> None:
    assert _text(title, "<p>I think so</p>") == text
