"""Bluesky: what is posted about an asset, by search. Here: SPEC, rows, parse, fetch. Not here: mood.

Its search answers only who has a session: the key is a handle and an app password, `name.bsky.social:xxxx-xxxx-xxxx-xxxx`.
"""

from __future__ import annotations

from msgspec import Struct

from mobius.core.crowds import crowd_of
from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import POSTS
from mobius.core.mood_needs import PostRow, PostsQuery
from mobius.core.ports import Http, Reply
from mobius.core.sources import KeySpec, Limits, LoginSpec, Rights, SourceSpec
from mobius.sources.outside import SUMMARY_MOST, plain_text, written_instant
from mobius.sources.reading import decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="bluesky",
    title="Bluesky",
    kind="social",
    base_url="https://bsky.social",
    limits=Limits(per_minute=60, burst=5, concurrent=2, timeout_s=4.0),
    needs=("posts",),
    rights=Rights(attribution="Posts: Bluesky", keep_max_s=3_600.0),
    key=KeySpec(setting="MOBIUS_BLUESKY_KEY", required=True, adds="posts of Bluesky"),
    login=LoginSpec(url="https://bsky.social/xrpc/com.atproto.server.createSession", style="atproto"),
    probe="/xrpc/app.bsky.feed.searchPosts?q=bitcoin&limit=1",
)
SEARCH = "/xrpc/app.bsky.feed.searchPosts"
PAGE = 100
_COUNT_MOST = 100_000_000


class _Author(Struct, frozen=True):
    handle: str = ""


class _Record(Struct, frozen=True, rename="camel"):
    text: str = ""
    created_at: str | None = None


class _Post(Struct, frozen=True, rename="camel"):
    record: _Record
    author: _Author = _Author()
    like_count: int | None = None
    repost_count: int | None = None
    reply_count: int | None = None


class _Found(Struct, frozen=True):
    posts: tuple[_Post, ...]


class _Fault(Struct, frozen=True):
    error: str = ""
    message: str = ""


def parse_posts(body: bytes) -> tuple[PostRow, ...]:
    """Posts in its order; a post without words (a picture) is left out. Likes are its votes."""
    rows = []
    for n, post in enumerate(decode(body, _Found, SPEC.name).posts):
        text = plain_text(post.record.text, SUMMARY_MOST)
        if not text:
            continue
        rows.append(
            PostRow(
                text=text,
                author=plain_text(post.author.handle, 80),
                place=SPEC.title,
                at=written_instant(post.record.created_at),
                votes=_count(post.like_count, f"posts[{n}].likeCount"),
                replies=_count(post.reply_count, f"posts[{n}].replyCount"),
                field=f"posts[{n}].record.text",
            )
        )
    return tuple(rows)


def _count(number: int | None, at: str) -> int | None:
    if number is not None and not 0 <= number <= _COUNT_MOST:
        raise SourceChanged(SPEC.name, "a number out of all bounds", path=f"$.{at}")
    return number


def _expect_posts(reply: Reply) -> None:
    """Its own words for a refusal, before the status speaks."""
    if reply.status in (400, 403):
        fault = decode(reply.body, _Fault, SPEC.name) if reply.body.lstrip()[:1] == b"{" else _Fault()
        said = plain_text(fault.message or fault.error, 100) or str(reply.status)
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {said}", hint="Its key may be wrong.")
    expect_ok(reply, SPEC.name)


async def posts(query: PostsQuery, http: Http) -> Sourced[tuple[PostRow, ...]]:
    """The newest English posts that name the asset. Raises NoData where there is none."""
    params = {"q": crowd_of(query.asset).words[0], "sort": "latest", "lang": "en", "limit": str(PAGE)}
    reply = await http.get(SEARCH, params, keep=POSTS)
    _expect_posts(reply)
    rows = parse_posts(reply.body)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no post about {query.asset or 'crypto'} just now.")
    return sourced(rows, SPEC.name, endpoint(SEARCH, params), [reply])


OFFERS = {"posts": posts}
