"""Development: whole weeks against those before, repositories named, and what is not told stays unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from mobius.core.errors import NoData, RateLimited
from mobius.core.needs import Source
from mobius.core.record_needs import CommitWeek, Release, Repository, RepositoryQuery
from mobius.core.repositories import DEVELOPED
from tests.assistant.fakes import NOW
from tests.assistant.tools.records import ask, caveats, rows, source

SUNDAY = NOW.replace(hour=0) - timedelta(days=1)  # 1 November 2026; the week under way


def weeks(commits: Sequence[int], *, dated: bool = True) -> tuple[CommitWeek, ...]:
    """So many commits a week, the last in the week under way."""
    return tuple(
        CommitWeek(
            commits=n, at=SUNDAY - timedelta(weeks=len(commits) - 1 - place) if dated else None,
            field=f"stats/commit_activity[{place}].total",
        )
        for place, n in enumerate(commits)
    )  # fmt: skip


def repository(name: str, commits: Sequence[int], *, dated: bool = True, **more: Any) -> Repository:
    release = Release(
        name="v3.0.2", published_at=NOW - timedelta(days=9), prerelease=False, field="releases[0].tag_name"
    )
    return Repository(name=name, stars=12_000, weeks=weeks(commits, dated=dated), people=more.pop("people", 61),
                      releases=(release,), **more)  # fmt: skip


def github(**known: Any) -> Source:
    """Repositories by the name after the slash; others are not there."""

    def value(query: RepositoryQuery) -> Any:
        found = known.get(query.name.partition("/")[2].replace("-", "_"))
        return NoData("github", "nothing there") if found is None else found

    return source("github", "repository", value, kind="index")


YEAR = [90] * 43 + [100, 100, 100, 100] + [110, 120, 80, 102] + [999]


def test_four_whole_weeks_stand_against_the_four_before() -> None:
    answer = ask(
        "dev_activity", "github activity of Solana", {"assets": ["SOL"]}, github(agave=repository("anza-xyz/agave", YEAR))
    )  # fmt: skip
    assert answer.headline_plain == "Solana: 412 commits by 61 people in four weeks, +3.0 % against the four before."
    assert rows(answer) == [["anza-xyz/agave", "412", "61", "v3.0.2", "24 October 2026", "12.0 k"]]
    assert answer.facts["dev.sol.1.week_4"].path == "github:/repository#stats/commit_activity[50].total"
    chart = next(block for block in answer.blocks if block.__class__.__name__ == "ChartBlock")
    assert answer.facts["dev.sol.weeks"].n == 12
    assert chart.data["dev.sol.weeks"].columns["value"][-4:] == (110.0, 120.0, 80.0, 102.0)  # type: ignore[union-attr]
    assert "under way is not counted" in caveats(answer)


def test_weeks_without_dates_leave_the_last_out() -> None:
    answer = ask(
        "dev_activity", "x", {"assets": ["SOL"]}, github(agave=repository("anza-xyz/agave", YEAR, dated=False, people=None))
    )  # fmt: skip
    assert answer.headline_plain.startswith("Solana: 412 commits in four weeks")
    assert answer.facts["dev.sol.people"].value is None
    assert rows(answer) == [["anza-xyz/agave", "412", "v3.0.2", "24 October 2026", "12.0 k"]]


def test_several_repositories_are_added_but_not_their_people() -> None:
    answer = ask(
        "dev_activity", "x", {"assets": ["ETH"]},
        github(go_ethereum=repository("ethereum/go-ethereum", YEAR),
               consensus_specs=repository("ethereum/consensus-specs", YEAR)),
    )  # fmt: skip
    assert answer.headline_plain.startswith("Ethereum: 824 commits in four weeks")
    assert answer.facts["dev.eth.people"].reason == "people of several repositories cannot be added up"


def test_a_repository_that_is_gone_is_told_as_left_out() -> None:
    answer = ask(
        "dev_activity", "x", {"assets": ["ETH"]}, github(go_ethereum=repository("ethereum/go-ethereum", YEAR))
    )  # fmt: skip
    assert "Of Ethereum only 1 of the repositories listed here answered." in caveats(answer)


def test_two_are_compared_and_a_protocol_goes_by_its_slug() -> None:
    answer = ask(
        "dev_activity", "x", {"assets": ["SOL"], "protocols": ["aave"]},
        github(agave=repository("anza-xyz/agave", YEAR), aave_v3_origin=repository("aave-dao/aave-v3-origin", [1] * 52)),
    )  # fmt: skip
    assert answer.headline_plain == "Solana saw most commits in four weeks: 412, against 4 of Aave."
    assert len(rows(answer)) == 2


def test_no_commits_before_is_no_percentage() -> None:
    answer = ask("dev_activity", "x", {"assets": ["SOL"]}, github(agave=repository("a/b", [0] * 47 + [3, 0, 0, 1, 7])))
    assert answer.headline_plain == "Solana: 4 commits by 61 people in four weeks."
    assert answer.facts["dev.sol.change"].reason == "there were none before"


def test_what_github_is_still_counting_is_said() -> None:
    pending = Repository(name="anza-xyz/agave", missing={"weeks": "GitHub is still counting; ask again in a minute"})
    answer = ask("dev_activity", "x", {"assets": ["SOL"]}, github(agave=pending))
    assert answer.headline_plain == "How many commits Solana saw lately is not told just now."
    assert "still counting" in (answer.facts["dev.sol.commits"].reason or "")
    assert rows(answer)[0][1] == "–"


def test_spent_requests_are_no_data() -> None:
    answer = ask(
        "dev_activity", "x", {"assets": ["SOL"]}, github(agave=RateLimited("github", "slow down"))
    )  # fmt: skip
    assert answer.status == "no_data"
    assert "asked for fewer requests" in answer.headline_plain


def test_whose_development_is_asked_back() -> None:
    answer = ask("dev_activity", "dev activity", {}, github())
    assert answer.status == "clarify"
    assert "Whose development" in answer.headline_plain


def test_an_unknown_one_is_named() -> None:
    answer = ask("dev_activity", "x", {"assets": ["SHIB"]}, github())
    assert answer.status == "no_data"
    assert "SHIB" in answer.headline_plain


def test_every_listed_repository_reads_as_one() -> None:
    for developed in DEVELOPED.values():
        for name in developed.repositories:
            owner, slash, repo = name.partition("/")
            assert owner and slash and repo and "/" not in repo, name
            assert name.isascii() and " " not in name
