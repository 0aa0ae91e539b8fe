"""GitHub's recorded interactions: repositories, releases, and refusals; the others are things Möbius never asks."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from mobius.core.errors import NoData
from mobius.core.ports import Reply
from mobius.sources.reference.github import expect_found, parse_releases, parse_repository
from tests.sources.contracts import Interaction, NotAsked

_AT = datetime(2026, 1, 1, tzinfo=UTC)


def check(one: Interaction) -> None:
    if one.method.upper() != "GET":
        raise NotAsked("it changes something: only reading is asked")
    path = urlsplit(one.url).path.strip("/").split("/")
    status = one.status or 200
    if status >= 300:
        if status == 302:
            raise NotAsked("a redirect to an archive")
        reply = Reply(status=status, body=one.body, url=one.url, at=_AT, date=_AT)
        with pytest.raises(NoData):
            expect_found(reply)
        return
    if (path[0] == "repos" and len(path) == 3) or (path[0] == "repositories" and len(path) == 2):
        _check_repository(one)
    elif len(path) >= 4 and path[3] == "releases" and path[-2] == "tags":
        _check_release(one)
    else:
        raise NotAsked("an endpoint we have no use for")


def _check_repository(one: Interaction) -> None:
    raw, row = one.raw(), parse_repository(one.body)
    assert row.name == raw["full_name"]
    assert (row.stars, row.forks) == (raw["stargazers_count"], raw["forks_count"])
    assert (row.open_issues, row.archived) == (raw["open_issues_count"], raw["archived"])
    assert row.pushed_at == datetime.fromisoformat(raw["pushed_at"])
    assert all(raw[place] is not None for place in row.fields.values())


def _check_release(one: Interaction) -> None:
    """A page of releases is a list of such documents."""
    raw, (release,) = one.raw(), parse_releases(b"[" + one.body + b"]")
    assert (release.name, release.prerelease) == (raw["tag_name"], raw["prerelease"])
    assert release.published_at == datetime.fromisoformat(raw["published_at"])
