"""GitHub: a repository from four requests, counting that takes a while, and an hour's requests that are spent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.ports import Reply
from mobius.core.record_needs import RepositoryQuery
from mobius.sources.reference import github
from mobius.sources.reference.github import (
    parse_commit_weeks,
    parse_participation,
    parse_people,
    parse_releases,
    repository,
)
from tests.sources.conftest import NOW

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]
    Replies = Callable[..., Reply]

QUERY = RepositoryQuery(name="example/chain")
SUNDAY = datetime(2026, 11, 1, tzinfo=UTC)
WEEKS = json.dumps(
    [
        {"week": int((SUNDAY - timedelta(weeks=51 - n)).timestamp()), "total": n, "days": [0, n, 0, 0, 0, 0, 0]}
        for n in range(52)
    ]
).encode()


def author(*commits: int) -> dict[str, object]:
    first = SUNDAY - timedelta(weeks=len(commits) - 1)
    return {
        "total": sum(commits), "author": {"login": "x"},
        "weeks": [{"w": int((first + timedelta(weeks=n)).timestamp()), "a": 0, "d": 0, "c": c} for n, c in enumerate(commits)],
    }  # fmt: skip


PEOPLE = json.dumps([author(9, 1, 0, 0, 0, 0), author(9, 0, 0, 0, 0, 3), author(0, 0, 2, 0, 0, 0)]).encode()


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github, "COUNTING_PAUSES_S", (0.0, 0.0))


def routes(written: Written, **other: bytes | Reply) -> Callable[[str, Mapping[str, str]], Reply | bytes | None]:
    bodies: dict[str, bytes | Reply] = {
        "": written("github_repository"), "/stats/commit_activity": WEEKS, "/stats/contributors": PEOPLE,
        "/releases": written("github_releases"), "/contributors": b'[{"contributions": 5}, {"contributions": 1}]',
        "/stats/participation": json.dumps({"all": list(range(52)), "owner": [0] * 52}).encode(),
    }  # fmt: skip
    bodies |= {name.replace("__", "/"): body for name, body in other.items()}
    return lambda path, _: bodies.get(path.removeprefix("/repos/example/chain"))


async def test_a_repository_comes_of_four_requests(provider: Providers, written: Written) -> None:
    http = provider(routes(written))
    got = await repository(QUERY, http)
    assert len(http.asked) == 4
    value = got.value
    assert (value.name, value.stars, value.forks, value.open_issues) == ("example/chain", 5120, 810, 44)
    assert [week.commits for week in value.weeks[-3:]] == [49, 50, 51]
    assert value.weeks[-1].at == SUNDAY
    assert value.weeks[-1].field == "stats/commit_activity[51].total"
    assert [release.name for release in value.releases] == ["v3.0.2", "v3.1.0-rc1"]
    assert (value.releases[0].field, value.missing) == ("releases[1].tag_name", {})


def test_people_are_those_of_the_four_weeks_that_are_over() -> None:
    assert parse_people(PEOPLE, now=NOW) == 2


async def test_counting_is_waited_for(provider: Providers, written: Written, make_reply: Replies) -> None:
    counting = [make_reply(b"", status=202)]
    plain = routes(written)

    def route(path: str, params: Mapping[str, str]) -> Reply | bytes | None:
        return counting.pop() if path.endswith("commit_activity") and counting else plain(path, params)

    got = await repository(QUERY, provider(route))
    assert len(got.value.weeks) == 52
    assert not counting


async def test_what_is_never_counted_is_told_otherwise(
    provider: Providers, written: Written, make_reply: Replies
) -> None:
    busy = make_reply(b"", status=202)
    got = await repository(
        QUERY, provider(routes(written, __stats__commit_activity=busy, __stats__contributors=busy))
    )  # fmt: skip
    assert (got.value.weeks[-1].commits, got.value.weeks[-1].at) == (51, None)
    assert (got.value.people, got.value.contributors) == (None, 2)
    assert "people" in got.value.missing


async def test_a_part_that_fails_is_missing_with_its_reason(
    provider: Providers, written: Written, make_reply: Replies
) -> None:
    failed = make_reply(b"", status=500)
    got = await repository(
        QUERY, provider(routes(written, __releases=failed, __stats__commit_activity=failed, __stats__participation=failed))
    )  # fmt: skip
    assert (got.value.weeks, got.value.releases) == ((), ())
    assert set(got.value.missing) == {"weeks", "releases"}


async def test_a_repository_that_is_not_there_is_no_data(provider: Providers, make_reply: Replies) -> None:
    with pytest.raises(NoData):
        await repository(QUERY, provider(make_reply(b'{"message":"Not Found"}', status=404)))


@pytest.mark.parametrize(
    ("status", "headers", "wait_s"),
    [
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}, 90.0),
        (403, {"retry-after": "30"}, 30.0),
        (429, {}, None),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, None),
    ],
)
async def test_spent_requests_are_told_with_the_wait(
    provider: Providers, make_reply: Replies, status: int, headers: dict[str, str], wait_s: float | None
) -> None:
    with pytest.raises(RateLimited) as caught:
        await repository(QUERY, provider(make_reply(b"{}", status=status, headers=headers)))
    assert caught.value.retry_after_s == wait_s


async def test_another_refusal_is_not_taken_for_a_limit(provider: Providers, make_reply: Replies) -> None:
    with pytest.raises(SourceUnavailable):
        await repository(QUERY, provider(make_reply(b'{"message": "Forbidden"}', status=403)))


@pytest.mark.parametrize(
    ("parse", "body"),
    [
        (parse_commit_weeks, b'[{"week": -5, "total": 1}]'),
        (parse_commit_weeks, b'[{"week": 1793491200, "total": -1}]'),
        (parse_commit_weeks, b'[{"week": 1793491200, "total": 1.5}]'),
        (parse_participation, b'{"all": [99999999999]}'),
        (parse_releases, b'{"message": "x"}'),
        (parse_releases, b"<html>"),
    ],
)
def test_what_is_no_count_or_list_is_refused(parse: Callable[[bytes], object], body: bytes) -> None:
    with pytest.raises(SourceChanged):
        parse(body)
