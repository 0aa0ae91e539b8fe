"""GitHub's REST interface (`api.github.com`): repositories, their weekly commits, releases and contributors.

Statistics that were not asked for lately are computed first: 202 without a body, at most once an hour and repository. Here:
repos/{o}/{r} and below it stats/commit_activity, stats/participation, releases, contributors. Not here: code, issues, search.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

import numpy as np

from mobius.core.repositories import DEVELOPED
from mobius.sandbox import draws
from mobius.sandbox.drift import wander
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S, SimulatedWorld

_WEEK_S = 7 * DAY_S
_SUNDAY_S = 3 * DAY_S  # 1970-01-04 was one
_KNOWN = {name.lower(): name for each in DEVELOPED.values() for name in each.repositories}
_TYPE = "application/json; charset=utf-8"
_ASKED: WeakKeyDictionary[SimulatedWorld, dict[str, int]] = WeakKeyDictionary()


def _of(handler: Callable[[str, Ask, Scene], Said]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        name = _KNOWN.get(f"{ask.parts.get('owner', '')}/{ask.parts.get('repo', '')}".lower())
        return _missing(ask, scene) if name is None else handler(name, ask, scene)

    return answer


def _size(name: str, world: SimulatedWorld) -> float:
    """How large a project is, from about three to sixty."""
    luck = float(draws.uniform(draws.key(world.seed, "repository", name), np.array([0]))[0])
    return math.exp(1.1 + 3.0 * luck)


def _days(name: str, world: SimulatedWorld, first_day: int, count: int) -> list[int]:
    """Commits of each day since 1970: more on working days, fewer and more by the month."""
    days = first_day + np.arange(count)
    slow = wander(world.seed, f"commits:{name}", days * DAY_S, node_s=45 * DAY_S)
    luck = draws.uniform(draws.key(world.seed, "commits", name), days)
    rest = np.where((days + 3) % 7 >= 5, 0.25, 1.0)  # 1970-01-01 was a Thursday
    found: list[int] = np.floor(_size(name, world) * np.exp(0.45 * slow) * rest * 2.0 * luck).astype(int).tolist()
    return found


def _weeks(name: str, scene: Scene) -> list[tuple[int, list[int]]]:
    """52 weeks from their Sundays, oldest first; the last is still running."""
    newest = (scene.now_s - _SUNDAY_S) // _WEEK_S * _WEEK_S + _SUNDAY_S
    found = []
    for n in range(51, -1, -1):
        start = newest - n * _WEEK_S
        days = _days(name, scene.world, start // DAY_S, 7)
        found.append(
            (start, [commits if start + place * DAY_S <= scene.now_s else 0 for place, commits in enumerate(days)])
        )
    return found


def _computing(name: str, scene: Scene) -> bool:
    """Whether the statistics of a repository are asked for the first time in an hour."""
    asked, hour = _ASKED.setdefault(scene.world, {}), scene.now_s // 3600
    luck = float(draws.uniform(draws.key(scene.world.seed, "computing", name), np.array([hour]))[0])
    first = asked.get(name) != hour and luck < 0.3
    asked[name] = hour
    return first


def _repository(name: str, ask: Ask, scene: Scene) -> Said:
    size, owner = _size(name, scene.world), name.split("/")[0]
    luck = float(draws.uniform(draws.key(scene.world.seed, "pushed", name), np.array([scene.now_s // DAY_S]))[0])
    pushed = scene.now_s - 600 - int(luck * 20 * 3600 / math.sqrt(size))
    return _json(
        {
            "id": int(size * 1e6), "name": name.split("/")[1], "full_name": name, "private": False, "fork": False,
            "owner": {"login": owner, "type": "Organization"}, "html_url": f"https://github.com/{name}",
            "description": "A simulated repository", "stargazers_count": int(900 * size), "watchers_count": int(900 * size),
            "forks_count": int(260 * size), "open_issues_count": int(22 * size), "subscribers_count": int(40 * size),
            "archived": False, "disabled": False, "default_branch": "main", "language": "Go",
            "created_at": "2018-03-01T00:00:00Z", "updated_at": _stamp(pushed), "pushed_at": _stamp(pushed),
        }
    )  # fmt: skip


def _commit_activity(name: str, ask: Ask, scene: Scene) -> Said:
    if _computing(name, scene):
        return Said(body=b"", status=202, content_type=_TYPE)
    return _json([{"week": start, "total": sum(days), "days": days} for start, days in _weeks(name, scene)])


def _participation(name: str, ask: Ask, scene: Scene) -> Said:
    if _computing(name, scene):
        return Said(body=b"", status=202, content_type=_TYPE)
    totals = [sum(days) for _, days in _weeks(name, scene)]
    return _json({"all": totals, "owner": [total // 5 for total in totals]})


def _releases(name: str, ask: Ask, scene: Scene) -> Said:
    count, every = _count(ask), 18 + int(90 / _size(name, scene.world))
    newest = scene.now_s // DAY_S // every * every
    rows: list[Json] = []
    for n in range(min(count, 20)):
        at_s = (newest - n * every) * DAY_S + 14 * 3600
        if at_s > scene.now_s:
            continue
        number = (newest - 17_000) // every - n
        rows.append(
            {
                "id": number, "tag_name": f"v{number // 12}.{number % 12}.0", "name": f"Release {number // 12}.{number % 12}",
                "draft": False, "prerelease": number % 9 == 0, "created_at": _stamp(at_s), "published_at": _stamp(at_s),
                "html_url": f"https://github.com/{name}/releases/tag/v{number // 12}.{number % 12}.0", "body": "Notes.",
            }
        )  # fmt: skip
    return _json(rows)


def _contributors(name: str, ask: Ask, scene: Scene) -> Said:
    most = max(3, int(14 * _size(name, scene.world)))
    page = max(1, whole(ask.params.get("page", "1")) or 1)
    shown = range((page - 1) * _count(ask), min(most, page * _count(ask)))
    rows: list[Json] = [
        {"login": f"dev-{place}", "id": 1000 + place, "type": "User", "contributions": max(1, int(4000 / (place + 1)))}
        for place in shown
    ]
    more = {"Link": f'<https://api.github.com/x?page={page + 1}>; rel="next"'} if page * _count(ask) < most else {}
    return Said(body=_json(rows).body, content_type=_TYPE, headers=more)


def _count(ask: Ask) -> int:
    return max(1, min(100, whole(ask.params.get("per_page", "")) or 30))


def _stamp(at_s: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at_s):%Y-%m-%dT%H:%M:%SZ}"


def _json(value: object) -> Said:
    return said(value, content_type=_TYPE)


def _limits(ask: Ask, scene: Scene) -> Said:
    rate: Json = {"limit": 60, "remaining": 59, "reset": scene.now_s + 3600, "used": 1}
    return _json({"resources": {"core": rate}, "rate": rate})


def _missing(ask: Ask, scene: Scene) -> Said:
    body = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}
    return said(body, status=404, content_type=_TYPE)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(scene.now_s + spent.retry_after_s)}
    body = {"message": "API rate limit exceeded", "documentation_url": "https://docs.github.com/rest"}
    return said(body, status=429, content_type=_TYPE, headers=headers | {"Retry-After": str(spent.retry_after_s)})


def _mark(spent: Spent) -> dict[str, str]:
    return {"X-RateLimit-Limit": "60", "X-RateLimit-Used": str(spent.used)}


PROVIDER = Provider(
    name="github",
    prefix="/github",
    routes={
        "/rate_limit": _limits, "/repos/{owner}/{repo}": _of(_repository),
        "/repos/{owner}/{repo}/stats/commit_activity": _of(_commit_activity),
        "/repos/{owner}/{repo}/stats/participation": _of(_participation),
        "/repos/{owner}/{repo}/releases": _of(_releases), "/repos/{owner}/{repo}/contributors": _of(_contributors),
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 1), "token": lambda: TokenBucket(5000, 83)},
    plan=lambda ask: "token" if ask.headers.get("authorization") else "free",
    mark=_mark,
)  # fmt: skip
