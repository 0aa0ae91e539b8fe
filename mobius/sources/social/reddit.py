"""Reddit: what is posted about an asset. Here: SPECS, rows, parse, fetch, by feed and by its interface. Not here: mood.

Without a key the feeds of the newest posts are read, which tell no votes; they are refused at the least haste. With a key
(`id:secret` of an approved client) the interface is asked instead. An asset's own subreddits are read whole, the general one
for posts that name it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from msgspec import Struct

from mobius.core.crowds import GENERAL, Crowd, crowd_of
from mobius.core.errors import MobiusError, NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.gather import gather
from mobius.core.keeping import POSTS
from mobius.core.mood_needs import PostRow, PostsQuery
from mobius.core.ports import Http, Reply
from mobius.core.sources import KeySpec, Limits, LoginSpec, Need, Rights, SourceSpec
from mobius.sources.outside import SUMMARY_MOST, plain_text
from mobius.sources.reading import decode, expect_ok, sourced
from mobius.sources.syndication import read_feed

API = SourceSpec(
    name="reddit",
    title="Reddit",
    kind="social",
    base_url="https://oauth.reddit.com",
    limits=Limits(per_minute=60, burst=10, concurrent=2, timeout_s=4.0),
    needs=("posts",),
    rights=Rights(attribution="Posts: Reddit", keep_max_s=3_600.0),
    key=KeySpec(
        setting="MOBIUS_REDDIT_KEY", required=True, adds="posts of Reddit with their votes, without its feeds' haste"
    ),
    login=LoginSpec(url="https://www.reddit.com/api/v1/access_token", style="client_credentials"),
    wants_contact=True,
    probe=f"/r/{GENERAL}/new?limit=1&raw_json=1",
)
FEEDS = SourceSpec(
    name="reddit_rss",
    title="Reddit feeds",
    kind="social",
    base_url="https://www.reddit.com",
    limits=Limits(per_minute=10, burst=8, concurrent=2, timeout_s=4.0),
    needs=("posts",),
    rights=Rights(attribution="Posts: Reddit", keep_max_s=3_600.0),
    headers={"Accept": "application/atom+xml, application/xml;q=0.9"},
    wants_contact=True,
    probe=f"/r/{GENERAL}/new/.rss?limit=1",
    family="reddit",
)
SPECS = (API, FEEDS)
PAGE = 100
_VOTES_MOST = 100_000_000
_SUBMITTED = re.compile(r"\s*submitted by\s+/u/\S+.*$", re.DOTALL)
"""How a feed ends a post: who wrote it, and two links."""


class _Thing(Struct, frozen=True):
    title: str = ""
    selftext: str = ""
    author: str | None = None
    subreddit: str = ""
    score: int | None = None
    num_comments: int | None = None
    created_utc: float | None = None


class _Child(Struct, frozen=True):
    kind: str
    data: _Thing


class _Children(Struct, frozen=True):
    children: tuple[_Child, ...]


class _Listing(Struct, frozen=True):
    data: _Children
    kind: str = ""


def parse_listing(body: bytes, path: str = "") -> tuple[PostRow, ...]:
    """Posts of a listing in its order; comments and what has no title are left out."""
    listing = decode(body, _Listing, API.name)
    rows = []
    for n, child in enumerate(listing.data.children):
        field = f"{path}data.children[{n}].data"
        post = child.data
        text = _text(post.title, post.selftext)
        if child.kind != "t3" or not text:
            continue
        rows.append(
            PostRow(
                text=text,
                author=plain_text(post.author, 80),
                place=f"r/{plain_text(post.subreddit, 40)}",
                at=_instant(post.created_utc, f"{field}.created_utc"),
                votes=_count(post.score, f"{field}.score"),
                replies=_count(post.num_comments, f"{field}.num_comments"),
                field=f"{field}.title",
            )
        )
    return tuple(rows)


def parse_feed(body: bytes, subreddit: str, path: str = "") -> tuple[PostRow, ...]:
    """Posts of a feed in its order; it tells neither votes nor replies."""
    return tuple(
        PostRow(
            text=_text(entry.title, _SUBMITTED.sub("", entry.summary)),
            author=entry.author.removeprefix("/u/"),
            place=f"r/{subreddit}",
            at=entry.published_at,
            field=f"{path}{entry.place}.title",
        )
        for entry in read_feed(body, FEEDS.name).entries
    )


_ENDS = ".!?…:;"
"""After these a title needs no full stop before its text."""


def _text(title: str, body: str) -> str:
    said, more = plain_text(title), plain_text(body, SUMMARY_MOST)
    if not said or not more or said.startswith(more):
        return said or more
    return f"{said}{'' if said[-1] in _ENDS else '.'} {more}"


def _instant(seconds: float | None, at: str) -> datetime | None:
    if seconds is None:
        return None
    if not 0 <= seconds < 1e11:
        raise SourceChanged(API.name, "not an instant", path=f"$.{at}")
    return datetime.fromtimestamp(seconds, tz=UTC)


def _count(number: int | None, at: str) -> int | None:
    if number is not None and abs(number) > _VOTES_MOST:
        raise SourceChanged(API.name, "a number out of all bounds", path=f"$.{at}")
    return number


def about(rows: Sequence[PostRow], crowd: Crowd) -> tuple[PostRow, ...]:
    """Posts that name what the crowd speaks of."""
    named = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in crowd.words))
    return tuple(row for row in rows if named.search(row.text.lower()))


async def posts(spec: SourceSpec, query: PostsQuery, http: Http) -> Sourced[tuple[PostRow, ...]]:
    """The newest posts of the asset's subreddits, and those of the general one that name it.

    One subreddit may fail; when none answers, the first error is raised. Raises NoData where there is no post.
    """
    crowd = crowd_of(query.asset)
    subreddits = tuple(dict.fromkeys((*crowd.subreddits, GENERAL)))
    searched = crowd.words[0]
    jobs = {
        name: partial(_newest, spec, http, name, "" if name in crowd.subreddits else searched) for name in subreddits
    }
    got = await gather(jobs, limit=len(jobs))
    rows: list[PostRow] = []
    replies: list[Reply] = []
    for name, (found, reply) in got.results.items():
        rows += found if name in crowd.subreddits else about(found, crowd)
        replies.append(reply)
    for error in got.failures.values():
        if not isinstance(error, MobiusError) or not replies:
            raise error
    if not rows:
        raise NoData(spec.name, f"{spec.title} has no post about {query.asset or 'crypto'} just now.")
    return sourced(tuple(rows), spec.name, "/r", replies)


async def _newest(spec: SourceSpec, http: Http, subreddit: str, searched: str) -> tuple[tuple[PostRow, ...], Reply]:
    if spec is FEEDS:
        path, params = f"/r/{subreddit}/new/.rss", {"limit": str(PAGE)}
    elif searched:
        path = f"/r/{subreddit}/search"
        params = {"q": searched, "restrict_sr": "1", "sort": "new", "t": "week", "limit": str(PAGE), "raw_json": "1"}
    else:
        path, params = f"/r/{subreddit}/new", {"limit": str(PAGE), "raw_json": "1"}
    reply = await http.get(path, params, keep=POSTS)
    expect_ok(reply, spec.name)
    place = f"{subreddit}:"
    rows = parse_feed(reply.body, subreddit, place) if spec is FEEDS else parse_listing(reply.body, place)
    return rows, reply


def offers(spec: SourceSpec) -> Mapping[Need, Callable[[Any, Http], Awaitable[Sourced[Any]]]]:
    return {"posts": partial(posts, spec)}
