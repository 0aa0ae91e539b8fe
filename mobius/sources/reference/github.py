"""GitHub: commits, people and releases of a repository. Keyless, or with a token. Here: SPEC, rows, parse, fetch.

It counts commits on demand and answers 202 without a body while it does. Without a token it takes 60 requests an hour, so
a repository costs four requests and is kept for a while. Not here: which repositories an asset has (core.repositories).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from msgspec import Struct

from mobius.core.errors import DeadlineExceeded, MobiusError, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.gather import gather
from mobius.core.keeping import TVL
from mobius.core.ports import Http, Reply
from mobius.core.record_needs import CommitWeek, Release, Repository, RepositoryQuery
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text, written_instant
from mobius.sources.reading import decode, expect_ok, sourced

SPEC = SourceSpec(
    name="github",
    title="GitHub",
    kind="index",
    base_url="https://api.github.com",
    limits=Limits(per_minute=60, burst=20, concurrent=6, timeout_s=4.0),
    needs=("repository",),
    rights=Rights(attribution="Development: GitHub (github.com)", may_share=True),
    key=KeySpec(
        setting="MOBIUS_GITHUB_KEY",
        header="Authorization",
        prefix="Bearer ",
        adds="5,000 requests an hour instead of 60",
    ),
    headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
    probe="/rate_limit",
)
COUNTING_PAUSES_S = (0.6, 1.2)
"""How long it is left to count before it is asked again."""
PAGE = 100
RELEASES = 10
_COUNT_MOST = 10_000_000
_STILL_COUNTING = "GitHub is still counting; ask again in a minute"


class _Repository(Struct, frozen=True):
    full_name: str
    stargazers_count: int | None = None
    forks_count: int | None = None
    open_issues_count: int | None = None
    pushed_at: str | None = None
    archived: bool = False


class _Week(Struct, frozen=True):
    week: int
    total: int


class _Participation(Struct, frozen=True):
    all: tuple[int, ...]


class _AuthorWeek(Struct, frozen=True):
    w: int
    c: int


class _Author(Struct, frozen=True):
    weeks: tuple[_AuthorWeek, ...] = ()


class _Contributor(Struct, frozen=True):
    contributions: int


class _Release(Struct, frozen=True):
    tag_name: str
    name: str | None = None
    published_at: str | None = None
    prerelease: bool = False
    draft: bool = False


def expect_found(reply: Reply) -> None:
    """Turn GitHub's refusals into errors: 403 and 429 alike say that the hour's requests are spent."""
    spent = reply.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in reply.headers
    if reply.status == 429 or (reply.status == 403 and (spent or b"rate limit" in reply.body.lower())):
        raise RateLimited(
            SPEC.name, f"{SPEC.title} asks us to slow down; a key allows more.", retry_after_s=_left_s(reply)
        )
    if reply.status in (301, 409, 410, 422):
        raise NoData(SPEC.name, f"{SPEC.title} has nothing at this address.")
    expect_ok(reply, SPEC.name)


def _left_s(reply: Reply) -> float | None:
    for name, base in (("retry-after", 0.0), ("x-ratelimit-reset", reply.date.timestamp())):
        text = reply.headers.get(name, "")
        if text.isascii() and text.isdigit() and len(text) <= 11:
            return max(0.0, float(text) - base)
    return None


# --------------------------------------------------------------------------------------------------------------- parse


def parse_repository(body: bytes) -> Repository:
    """What a repository says of itself."""
    row = decode(body, _Repository, SPEC.name)
    names = ("stargazers_count", "forks_count", "open_issues_count")
    stars, forks, issues = (_count(getattr(row, name), name) for name in names)
    return Repository(
        name=plain_text(row.full_name, 120), stars=stars, forks=forks, open_issues=issues,
        pushed_at=written_instant(row.pushed_at), archived=row.archived,
        fields=dict(zip(("stars", "forks", "open_issues"), names, strict=True)),
    )  # fmt: skip


def _count(value: int | None, place: str) -> int | None:
    if value is not None and not 0 <= value <= _COUNT_MOST:
        raise SourceChanged(SPEC.name, "not a count", path=f"$.{place}")
    return value


def _counted(value: int, place: str) -> int:
    _count(value, place)
    return value


def parse_commit_weeks(body: bytes) -> tuple[CommitWeek, ...]:
    """Commits by week, oldest first; each week is named by its Sunday."""
    weeks = decode(body, tuple[_Week, ...], SPEC.name)
    return tuple(
        CommitWeek(
            commits=_counted(week.total, f"[{n}].total"), at=_instant(week.week, f"[{n}].week"),
            field=f"stats/commit_activity[{n}].total",
        )
        for n, week in enumerate(weeks)
    )  # fmt: skip


def parse_participation(body: bytes) -> tuple[CommitWeek, ...]:
    """The same without dates, where the dated list is not ready: 52 weeks, the last under way."""
    weeks = decode(body, _Participation, SPEC.name).all
    return tuple(
        CommitWeek(commits=_counted(n, f"all[{place}]"), at=None, field=f"stats/participation.all[{place}]")
        for place, n in enumerate(weeks)
    )


def parse_people(body: bytes, *, now: datetime) -> int:
    """How many have a commit in the last four weeks that are over by `now`."""
    people = 0
    for place, author in enumerate(decode(body, tuple[_Author, ...], SPEC.name)):
        whole = [week for week in author.weeks if _instant(week.w, f"[{place}].weeks") + timedelta(days=7) <= now]
        people += any(week.c > 0 for week in whole[-4:])
    return people


def parse_contributors(body: bytes) -> int:
    """How many people with commits one page lists."""
    return len(decode(body, tuple[_Contributor, ...], SPEC.name))


def parse_releases(body: bytes) -> tuple[Release, ...]:
    """Published releases, newest first; drafts and those without a date are left out."""
    found = []
    for n, release in enumerate(decode(body, tuple[_Release, ...], SPEC.name)):
        at = written_instant(release.published_at)
        if at is not None and not release.draft:
            name = plain_text(release.tag_name, 60) or plain_text(release.name, 60)
            found.append(
                Release(name=name, published_at=at, prerelease=release.prerelease, field=f"releases[{n}].tag_name")
            )
    return tuple(sorted(found, key=lambda release: release.published_at, reverse=True))


def _instant(epoch_s: int, place: str) -> datetime:
    if not 0 < epoch_s < 10**10:
        raise SourceChanged(SPEC.name, "not an instant", path=f"$.{place}")
    return datetime.fromtimestamp(epoch_s, tz=UTC)


# --------------------------------------------------------------------------------------------------------------- fetch


async def _get(http: Http, path: str, params: dict[str, str] | None = None) -> Reply:
    """One page, waiting a little where GitHub is still counting. Raises SourceUnavailable when it has not finished."""
    for pause_s in (*COUNTING_PAUSES_S, None):
        reply = await http.get(path, params, keep=TVL)
        if reply.status == 204:
            raise NoData(SPEC.name, f"{SPEC.title} holds an empty repository there.")
        if reply.status != 202:
            expect_found(reply)
            return reply
        if pause_s is not None:
            await asyncio.sleep(pause_s)
    raise SourceUnavailable(SPEC.name, _STILL_COUNTING)


async def _weeks(http: Http, stem: str) -> tuple[Reply, tuple[CommitWeek, ...]]:
    try:
        reply = await _get(http, f"{stem}/stats/commit_activity")
        return reply, parse_commit_weeks(reply.body)
    except (SourceUnavailable, DeadlineExceeded):
        reply = await http.get(f"{stem}/stats/participation", keep=TVL)
        if reply.status == 202:
            raise
        expect_found(reply)
        return reply, parse_participation(reply.body)


async def _people(http: Http, stem: str) -> tuple[Reply, tuple[int | None, int | None]]:
    """Who committed in four weeks; where that is not told, how many ever did."""
    try:
        reply = await _get(http, f"{stem}/stats/contributors")
        return reply, (parse_people(reply.body, now=reply.date), None)
    except (SourceUnavailable, NoData, DeadlineExceeded):
        reply = await _get(http, f"{stem}/contributors", {"per_page": str(PAGE)})
        return reply, (None, parse_contributors(reply.body))


async def _releases(http: Http, stem: str) -> tuple[Reply, tuple[Release, ...]]:
    reply = await _get(http, f"{stem}/releases", {"per_page": str(RELEASES)})
    return reply, parse_releases(reply.body)


async def _itself(http: Http, stem: str) -> tuple[Reply, Repository]:
    reply = await _get(http, stem)
    return reply, parse_repository(reply.body)


async def repository(query: RepositoryQuery, http: Http) -> Sourced[Repository]:
    """A repository and its last year. Raises NoData where there is none; a part that fails is missing with its reason."""
    stem = f"/repos/{query.name}"
    parts: dict[str, Callable[[Http, str], Awaitable[tuple[Reply, Any]]]] = {
        "itself": _itself, "weeks": _weeks, "people": _people, "releases": _releases,
    }  # fmt: skip
    got = await gather({name: partial(part, http, stem) for name, part in parts.items()}, limit=len(parts))
    for error in got.failures.values():
        if not isinstance(error, MobiusError) or isinstance(error, RateLimited | SourceChanged):
            raise error
    if "itself" not in got.results:
        raise got.failures["itself"]
    itself: Repository = got.results["itself"][1]
    people, contributors = got.results["people"][1] if "people" in got.results else (None, None)
    missing = {name: _why(error) for name, error in got.failures.items()}
    if people is None and "people" not in missing:
        missing["people"] = "GitHub does not tell who committed lately"
    value = Repository(
        name=itself.name, stars=itself.stars, forks=itself.forks, open_issues=itself.open_issues,
        pushed_at=itself.pushed_at, archived=itself.archived,
        weeks=got.results["weeks"][1] if "weeks" in got.results else (), people=people, contributors=contributors,
        releases=got.results["releases"][1] if "releases" in got.results else (),
        fields={**itself.fields, "people": "stats/contributors[*].weeks", "contributors": "contributors[*]"},
        missing=missing,
    )  # fmt: skip
    return sourced(value, SPEC.name, stem, [reply for reply, _ in got.results.values()])


def _why(error: Exception) -> str:
    return "GitHub has none" if isinstance(error, NoData) else str(error).rstrip(".")


OFFERS = {"repository": repository}
