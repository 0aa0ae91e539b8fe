"""How busily something is developed: commits by week, people, releases. Here: the repository need, summed over what is counted.

Weeks are GitHub's, Sunday to Saturday; the one under way is never counted. Not here: which repositories (core.repositories).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from msgspec.structs import replace

from mobius.core.answers import SeriesData
from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, column_digest, derive, unknown
from mobius.core.gather import gather
from mobius.core.instants import to_ms
from mobius.core.needs import Source
from mobius.core.notices import SourceFailure
from mobius.core.record_needs import CommitWeek, Repository, RepositoryQuery
from mobius.core.record_views import DevelopmentView, RepositoryView
from mobius.core.repositories import DEVELOPED
from mobius.desk.failures import failures_of, told

WEEKS = 4
DRAWN_WEEKS = 12
_WEEK = timedelta(days=7)


async def live_development(sources: Sequence[Source], subjects: tuple[str, ...]) -> tuple[DevelopmentView, ...]:
    """A view for each subject with known repositories, in order; those that did not answer are left out of its sums."""
    known = tuple(dict.fromkeys(subject for subject in subjects if subject in DEVELOPED))
    if not known:
        raise NoData(
            "repositories", f"I know no public repository of {', '.join(subjects)[:60]}.",
            hint="Try Bitcoin, Ethereum, Solana or Aave.",
        )  # fmt: skip
    source = next((each for each in sources if "repository" in each.offers), None)
    if source is None:
        raise NoData("repositories", "No source of repositories is available here.")
    names = list(dict.fromkeys(name for subject in known for name in DEVELOPED[subject].repositories))
    fetch = source.offers["repository"]
    got = await gather({name: partial(fetch, RepositoryQuery(name=name), source.http) for name in names}, limit=6)
    failures = tuple(
        SourceFailure(source=source.spec.name, kind=failure.kind, message=failure.message)
        for failure in failures_of(got)
    )[:1]
    if not got.results:
        said = told(failures, sources) or f"{source.spec.title} has none of its repositories"
        raise NoData("repositories", f"Nothing could be counted: {said}.")
    views = []
    for subject in known:
        found = [got.results[name] for name in DEVELOPED[subject].repositories if name in got.results]
        if found:
            views.append(_view(subject, found, failures))
    return tuple(views)


def _view(subject: str, found: Sequence[Sourced[Repository]], failures: tuple[SourceFailure, ...]) -> DevelopmentView:
    stem = f"dev.{subject.lower()}"
    parts: list[Fact] = []
    lately, earlier, rows = [], [], []
    for n, sourced in enumerate(found, start=1):
        whole = _whole(sourced)
        place = f"{stem}.{n}"
        new = _commits(f"{place}.commits", sourced, whole[-WEEKS:], f"{place}.week", parts)
        old = _commits(f"{place}.before", sourced, whole[-2 * WEEKS : -WEEKS], f"{place}.earlier_week", parts)
        lately.append(new)
        earlier.append(old)
        parts += [old]
        rows.append(_repository(place, sourced, new))
    weeks, column = _drawn(stem, found, parts)
    commits = _sum(f"{stem}.commits", lately, "commits of the last four whole weeks, all repositories")
    before = _sum(f"{stem}.before", earlier, "commits of the four weeks before those, all repositories")
    return DevelopmentView(
        subject=subject, commits=commits, before=before, change=_change(f"{stem}.change", commits, before),
        people=_people(f"{stem}.people", rows), repositories=tuple(rows),
        counted=derive(f"{stem}.counted", len(rows), "count", [row.name for row in rows], "repositories that answered"),
        parts=tuple(parts), failures=failures, weeks=weeks, column=column,
    )  # fmt: skip


def _whole(sourced: Sourced[Repository]) -> tuple[CommitWeek, ...]:
    """Weeks that are over; where they bear no dates the last is the one under way."""
    weeks = sourced.value.weeks
    if any(week.at is None for week in weeks):
        return weeks[:-1]
    return tuple(week for week in weeks if week.at is not None and week.at + _WEEK <= sourced.as_of)


def _commits(
    fact_id: str, sourced: Sourced[Repository], weeks: Sequence[CommitWeek], stem: str, parts: list[Fact]
) -> Fact:
    if len(weeks) < WEEKS:
        return unknown(fact_id, "count", sourced.value.missing.get("weeks", "fewer than four whole weeks are told"))
    leaves = [
        sourced.leaf(
            f"{stem}_{n}", week.commits, "count", week.field, as_of=None if week.at is None else week.at + _WEEK
        )
        for n, week in enumerate(weeks, start=1)
    ]
    parts += leaves
    return derive(fact_id, sum(week.commits for week in weeks), "count", leaves, "sum of four whole weeks")


def _sum(fact_id: str, facts: Sequence[Fact], how: str) -> Fact:
    """The sum of those that are known; unknown when none is."""
    known = [fact for fact in facts if isinstance(fact.value, int)]
    if not known:
        return unknown(fact_id, "count", facts[0].reason or "not told")
    return derive(fact_id, sum(int(fact.value) for fact in known if isinstance(fact.value, int)), "count", known, how)


def _change(fact_id: str, commits: Fact, before: Fact) -> Fact:
    new, old = commits.number(), before.number()
    if new is None or not old or len(commits.derived_from) != len(before.derived_from):
        why = "there were none before" if old == 0 else "one of the two spans is not told for every repository"
        return unknown(fact_id, "pct", why)
    return derive(fact_id, (new / old - 1) * 100, "pct", (commits, before), "commits over those of the weeks before")


def _repository(stem: str, sourced: Sourced[Repository], commits: Fact) -> RepositoryView:
    value = sourced.value
    newest = value.releases[0] if value.releases else None
    release = (
        sourced.leaf(f"{stem}.release", newest.name, "text", newest.field, as_of=newest.published_at)
        if newest is not None
        else unknown(f"{stem}.release", "text", value.missing.get("releases", "it publishes no releases"))
    )
    people = sourced.leaf(
        f"{stem}.people", value.people, "count", value.fields.get("people", "people"), reason=value.missing.get("people")
    )  # fmt: skip
    return RepositoryView(
        name=sourced.leaf(f"{stem}.name", value.name, "text", "full_name"),
        commits=commits,
        people=people,
        stars=sourced.leaf(f"{stem}.stars", value.stars, "count", value.fields.get("stars", "stars")),
        release=release,
        archived=value.archived,
    )


def _people(fact_id: str, rows: Sequence[RepositoryView]) -> Fact:
    """Who committed, where one repository tells it: people of several cannot be added up, some work in both."""
    if len(rows) == 1 and rows[0].people.value is not None:
        return derive(fact_id, rows[0].people.value, "count", (rows[0].people,), "people with a commit in four weeks")
    why = "people of several repositories cannot be added up" if len(rows) > 1 else rows[0].people.reason or "not told"
    return unknown(fact_id, "count", why)


def _drawn(stem: str, found: Sequence[Sourced[Repository]], parts: list[Fact]) -> tuple[SeriesData | None, Fact | None]:
    """Commits by week over all repositories, for the weeks that every one of them dates."""
    by_week = [{week.at: week for week in _whole(sourced) if week.at is not None} for sourced in found]
    shared = sorted(set.intersection(*(set(weeks) for weeks in by_week)))[-DRAWN_WEEKS:]
    if len(shared) < 2 * WEEKS:
        return None, None
    times = tuple(map(to_ms, shared))
    values = tuple(float(sum(weeks[at].commits for weeks in by_week)) for at in shared)
    series = SeriesData(name="commits a week", unit="count", ts=times, columns={"value": values})
    columns = [
        sourced.leaf(f"{stem}.{n}.weeks", len(shared), "count", "stats/commit_activity[*].total", as_of=sourced.as_of)
        for n, sourced in enumerate(found, start=1)
    ]
    column = derive(f"{stem}.weeks", len(shared), "count", columns, "sum over repositories, week by week")
    digest = column_digest({"ts": times, "value": values})
    parts += columns
    return series, replace(column, n=len(shared), sha256=digest)
