"""X (Twitter): what is posted about an asset, by its recent search. Here: SPEC, rows, parse, fetch. Not here: mood.

It charges for every post that is read, so it is off unless there are a key and a cap on what may be spent; fifty posts a
question are the most that is paid for, and they are kept longer than other posts.
"""

from __future__ import annotations

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import DAILY
from mobius.core.mood_needs import PostRow, PostsQuery
from mobius.core.ports import Http
from mobius.core.sources import CostSpec, KeySpec, Limits, Rights, SourceSpec
from mobius.sources.outside import SUMMARY_MOST, plain_text, written_instant
from mobius.sources.reading import decode, endpoint, expect_ok, sourced

POSTS_MOST = 50
USD_PER_POST = 0.005
SPEC = SourceSpec(
    name="x",
    title="X",
    kind="social",
    base_url="https://api.x.com",
    limits=Limits(per_minute=20, burst=3, concurrent=1, timeout_s=4.0),
    needs=("posts",),
    rights=Rights(attribution="Posts: X", keep_max_s=21_600.0),
    key=KeySpec(
        setting="MOBIUS_X_KEY",
        header="Authorization",
        prefix="Bearer ",
        required=True,
        adds="posts of X, paid for by the post",
    ),
    cost=CostSpec(usd_per_request=POSTS_MOST * USD_PER_POST, cap_setting="MOBIUS_X_CAP_USD"),
    probe="/2/openapi.json",
    refusals=(b'{"errors"', b'{"title"'),
)
SEARCH = "/2/tweets/search/recent"
_COUNT_MOST = 1_000_000_000


class _Metrics(Struct, frozen=True):
    like_count: int | None = None
    reply_count: int | None = None


class _Post(Struct, frozen=True):
    text: str
    author_id: str = ""
    created_at: str | None = None
    public_metrics: _Metrics = _Metrics()


class _Error(Struct, frozen=True):
    title: str = ""
    detail: str = ""


class _Found(Struct, frozen=True):
    data: tuple[_Post, ...] = ()
    errors: tuple[_Error, ...] = ()
    title: str = ""
    detail: str = ""


def parse_posts(body: bytes) -> tuple[PostRow, ...]:
    """Posts in its order. Likes are their votes. A failure inside a success is raised."""
    found = decode(body, _Found, SPEC.name)
    if not found.data and (found.errors or found.title):
        _refuse(found)
    rows = []
    for n, post in enumerate(found.data):
        text = plain_text(post.text, SUMMARY_MOST)
        if not text:
            continue
        rows.append(
            PostRow(
                text=text,
                author=plain_text(post.author_id, 40),
                place=SPEC.title,
                at=written_instant(post.created_at),
                votes=_count(post.public_metrics.like_count, f"data[{n}].public_metrics.like_count"),
                replies=_count(post.public_metrics.reply_count, f"data[{n}].public_metrics.reply_count"),
                field=f"data[{n}].text",
            )
        )
    return tuple(rows)


def _refuse(found: _Found) -> None:
    first = found.errors[0] if found.errors else _Error(title=found.title, detail=found.detail)
    said = plain_text(first.detail or first.title, 120)
    if "too many" in said.lower() or "usage cap" in said.lower():
        raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
    raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {said}")


def _count(number: int | None, at: str) -> int | None:
    if number is not None and not 0 <= number <= _COUNT_MOST:
        raise SourceChanged(SPEC.name, "a number out of all bounds", path=f"$.{at}")
    return number


def searched(asset: str | None) -> str:
    """The search for an asset: its name or its ticker as a tag, English, no reposts.

    >>> searched("DOGE")
    '("Dogecoin" OR #DOGE) lang:en -is:retweet'
    """
    if asset is None:
        return "(crypto OR cryptocurrency) lang:en -is:retweet"
    name = ASSETS[asset].name if asset in ASSETS else asset
    tag = f" OR #{asset}" if asset.isascii() and asset.isalnum() else ""
    return f'("{name}"{tag}) lang:en -is:retweet'


async def posts(query: PostsQuery, http: Http) -> Sourced[tuple[PostRow, ...]]:
    """At most fifty posts of the last seven days. Raises NoData where there is none."""
    params = {
        "query": searched(query.asset), "max_results": str(POSTS_MOST),
        "tweet.fields": "created_at,public_metrics,author_id",
    }  # fmt: skip
    reply = await http.get(SEARCH, params, keep=DAILY)
    expect_ok(reply, SPEC.name)
    rows = parse_posts(reply.body)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no post about {query.asset or 'crypto'} just now.")
    return sourced(rows, SPEC.name, endpoint(SEARCH, params), [reply])


OFFERS = {"posts": posts}
