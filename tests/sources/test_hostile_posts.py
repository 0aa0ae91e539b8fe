"""Whatever those say who carry posts and page views, it ends in rows or in an error of ours: written replies with parts of them
replaced, left out or cut off."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobius.core.errors import MobiusError
from mobius.core.mood_needs import PageviewDay, PostRow
from mobius.sources.reference.wikipedia import parse_pageviews
from mobius.sources.social import bluesky, reddit, x

RECORDED = Path(__file__).parent / "recorded"
PARSES: dict[str, Callable[[bytes], Sequence[PostRow | PageviewDay]]] = {
    "reddit_new.json": reddit.parse_listing,
    "reddit_new.xml": lambda body: reddit.parse_feed(body, "dogecoin"),
    "bluesky_posts.json": bluesky.parse_posts,
    "x_search.json": x.parse_posts,
    "wikipedia_views.json": parse_pageviews,
}
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**40), 10**40), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "NaN", "x", "<script>alert(1)</script>", "\u202e\x1b[2J", [], {}, [[]], {"a": 1}, "9" * 9_000]),
)  # fmt: skip


def checked(name: str, body: bytes) -> None:
    try:
        rows = PARSES[name](body)
    except MobiusError:
        return
    for row in rows:
        if isinstance(row, PostRow):
            assert 0 < len(row.text) < 1_000
            assert not set(row.text) & set("\x1b\u202e\x00")
            assert row.at is None or row.at.tzinfo is not None
        else:
            assert row.views >= 0


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document below its root."""
    items = list(node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ())
    return [place for key, value in items for place in ((*path, key), *places(value, (*path, key)))]


@pytest.mark.parametrize("name", [name for name in PARSES if name.endswith(".json")])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_part_replaced_or_left_out(name: str, data: st.DataObject) -> None:
    document = copy.deepcopy(json.loads((RECORDED / name).read_bytes()))
    *path, last = data.draw(st.sampled_from(places(document)))
    node = document
    for key in path:
        node = node[key]
    if isinstance(node, dict) and data.draw(st.booleans()):
        del node[last]
    else:
        node[last] = data.draw(ODD)
    checked(name, json.dumps(document).encode())


@pytest.mark.parametrize("name", PARSES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_reply_cut_off_or_overwritten(name: str, data: st.DataObject) -> None:
    body = (RECORDED / name).read_bytes()
    at = data.draw(st.integers(0, len(body)))
    checked(name, body[:at] + data.draw(st.sampled_from([b"", b"\x00", b"<!DOCTYPE html>", b"]]>", b"\xff" * 9])))
