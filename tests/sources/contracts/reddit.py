"""Reddit's recorded listings: posts of any subreddit, for their format."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from mobius.core.errors import SourceUnavailable
from mobius.core.ports import Reply
from mobius.sources.reading import expect_ok
from mobius.sources.social.reddit import API, parse_listing
from tests.sources.contracts import Interaction, NotAsked

_LISTED = re.compile(r"/r/\w+/(?:new|rising|top|search)/?|/new")
_NOW = datetime(2026, 11, 1, tzinfo=UTC)


def check(one: Interaction) -> None:
    path = urlsplit(one.url).path
    if one.method == "GET" and one.status == 403:
        _refused(one)
        return
    raw = one.raw()
    if one.method != "GET" or not isinstance(raw, dict) or raw.get("kind") != "Listing":
        raise NotAsked("what people did, rules of subreddits, lists of people: none of it is read")
    children = raw["data"]["children"]
    if not _LISTED.fullmatch(path) and not any(child["kind"] == "t3" for child in children):
        raise NotAsked("a listing without posts, of an address that is not asked")
    rows = parse_listing(one.body)
    true = [(n, child["data"]) for n, child in enumerate(children) if child["kind"] == "t3"]
    assert [row.field for row in rows] == [f"data.children[{n}].data.title" for n, _ in true]
    for row, (_, post) in zip(rows, true, strict=True):
        title = " ".join(
            "".join(char for char in html.unescape(post["title"]) if char.isprintable() or char.isspace()).split()
        )
        assert row.text.startswith(title[:30])
        assert (row.votes, row.replies) == (post["score"], post["num_comments"])
        assert row.at is not None
        assert row.at.timestamp() == post["created_utc"]
        assert row.place == f"r/{post['subreddit']}"


def _refused(one: Interaction) -> None:
    reply = Reply(status=403, body=one.body, url=one.url, at=_NOW, date=_NOW)
    try:
        expect_ok(reply, API.name)
    except SourceUnavailable:
        return
    raise AssertionError("a refusal was taken for an answer")
