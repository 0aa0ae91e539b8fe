"""How busily an asset or protocol is developed. Here: the devs tool. Not here: what the code does, prices."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import BadParameter
from mobius.core.facts import Fact
from mobius.core.record_views import DevelopmentView, RepositoryView
from mobius.core.repositories import DEVELOPED
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TableDraft, Writer

MOST = 4
"""Subjects at once: each costs requests that are few an hour without a key."""
_BLANK = "–"


class DevsQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()


class DevsReport(Struct, frozen=True, kw_only=True):
    views: tuple[DevelopmentView, ...]
    missing: tuple[str, ...] = ()
    """What was asked about and has no repository that is known here, or none that answered."""


async def run(query: DevsQuery, ctx: Context) -> DevsReport:
    """Commits of four whole weeks against the four before, over the repositories listed for each."""
    asked = _subjects(query)
    if not asked:
        raise BadParameter("Whose development do you mean?", hint="Name a coin or a protocol, such as Solana or Aave.")
    if len(asked) > MOST:
        raise BadParameter("That is more than four at once.", hint="Name fewer: each takes several requests.")
    views = await ctx.desk.development(asked, at=ctx.as_of)
    found = {view.subject for view in views}
    return DevsReport(views=views, missing=tuple(subject for subject in asked if subject not in found))


def _subjects(query: DevsQuery) -> tuple[str, ...]:
    """Assets, protocols and chains in that order; one that is named in two ways counts once."""
    named: dict[str, str] = {}
    for key in (*query.assets, *query.protocols, *query.chains):
        known = DEVELOPED.get(key)
        named.setdefault(known.name if known is not None else key, key)
    return tuple(named.values())


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: DevsReport, say: Writer) -> Draft:
    views = report.views
    blocks: list[BlockDraft] = [_repositories(views, say)]
    drawn = [view for view in views if view.weeks is not None and view.column is not None]
    if len(drawn) == 1 and drawn[0].weeks is not None and drawn[0].column is not None:
        title = say.say("{name}: commits a week", name=_name(drawn[0].subject))
        blocks.append(say.chart("bar", title, {drawn[0].column.id: drawn[0].weeks}))
    caveats = [
        say.say("I know no public repository of {name} that answered.", name=_name(key)) for key in report.missing
    ]
    caveats += _caveats(views, say)
    status: Literal["partial"] | None = "partial" if report.missing else None
    return Draft(
        headline=_compared(views, say) if len(views) > 1 else _headline(views[0], say), blocks=tuple(blocks),
        caveats=tuple(caveats), followups=_followups(views, say), status=status,
    )  # fmt: skip


def _name(subject: str) -> str:
    known = DEVELOPED.get(subject)
    return known.name if known is not None else ASSETS[subject].name if subject in ASSETS else subject


def _headline(view: DevelopmentView, say: Writer) -> Line:
    name = _name(view.subject)
    if view.commits.value is None:
        return say.say("How many commits {name} saw lately is not told just now.", name=name)
    line = say.say("{name}: {commits:count} commits", name=name, commits=view.commits)
    if view.people.value is not None:
        line += say.say(" by {people:count} people", people=view.people)
    line += say.say(" in four weeks")
    if view.change.value is not None:
        line += say.say(", {change:signed} against the four before", change=view.change)
    return line + say.say(".")


def _compared(views: tuple[DevelopmentView, ...], say: Writer) -> Line:
    counted = [view for view in views if view.commits.value is not None]
    if len(counted) < 2:
        return _headline(counted[0] if counted else views[0], say)
    ranked = sorted(counted, key=lambda view: view.commits.number() or 0.0, reverse=True)
    most, least = ranked[0], ranked[-1]
    return say.say(
        "{most} saw most commits in four weeks: {more:count}, against {less:count} of {least}.",
        most=_name(most.subject), more=most.commits, less=least.commits, least=_name(least.subject),
    )  # fmt: skip


def _repositories(views: tuple[DevelopmentView, ...], say: Writer) -> TableDraft:
    """Every repository that was counted, by name; people where any of them tells them."""
    counted = [row for view in views for row in view.repositories]
    rows = [
        (
            say.cell(row.name),
            _cell(row.commits, "count", say),
            _cell(row.release, "text", say),
            _released(row, say),
            _cell(row.stars, "big", say),
        )
        for row in counted
    ]
    if all(row.people.value is None for row in counted):
        return say.table(("repository", "commits, 4 weeks", "newest release", "released", "stars"), rows)
    rows_people = [
        (*cells[:2], _cell(row.people, "count", say), *cells[2:]) for row, cells in zip(counted, rows, strict=True)
    ]
    return say.table(("repository", "commits, 4 weeks", "people", "newest release", "released", "stars"), rows_people)


def _cell(fact: Fact, fmt: str, say: Writer) -> Line:
    """A figure, or a dash where it is not known: why stands with the fact."""
    return say.cell(_BLANK) if fact.value is None else say.cell(fact, fmt)


def _released(row: RepositoryView, say: Writer) -> Line:
    return say.cell(_BLANK) if row.release.value is None else say.cell(row.release, "date")


def _caveats(views: tuple[DevelopmentView, ...], say: Writer) -> list[Line]:
    lines = [say.say("Whole weeks, Sunday to Saturday; the one under way is not counted.")]
    for view in views:
        listed = DEVELOPED[view.subject].repositories
        if len(view.repositories) < len(listed):
            lines.append(
                say.say(
                    "Of {name} only {n:count} of the repositories listed here answered.", name=_name(view.subject),
                    n=view.counted,
                )
            )  # fmt: skip
        if any(row.archived for row in view.repositories):
            lines.append(
                say.say("A repository of {name} is archived: work goes on elsewhere.", name=_name(view.subject))
            )
    lines.append(say.say("Commits count activity, not worth; other repositories of the same makers are not counted."))
    return lines


def _followups(views: tuple[DevelopmentView, ...], say: Writer) -> tuple[Line, ...]:
    first = _name(views[0].subject)
    other = "Ethereum" if first != "Ethereum" else "Solana"
    return (
        say.say("compare {one} and {two} developers", one=first, two=other),
        say.say("{name} news", name=first),
        say.say("chart {name} 90d", name=first),
    )


TOOL = Tool(
    name="devs",
    intents=("dev_activity",),
    query=DevsQuery,
    report=DevsReport,
    run=run,
    words=words,
    examples=(
        "github activity of Solana",
        "how active is ethereum development",
        "compare solana and ethereum developers",
    ),
    summary="Development in public: commits, people and releases of the repositories counted.",
    positional=("assets",),
    tried_with={"assets": ["SOL"]},
)
