"""What the desk tells of what was written down: news, development, institutions. Here: the views. Not here: how (desk)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from mobius.core.answers import SeriesData
from mobius.core.facts import Fact
from mobius.core.notices import Notice, SourceFailure


class HeadlineView(Struct, frozen=True, kw_only=True):
    """One piece of news. Its title is outside text, dated by the fact's `as_of`."""

    title: Fact
    outlet: Fact
    address: Fact
    official: bool = False
    copies: Fact | None = None
    """How many outlets told the same, where more than one did."""
    lead: Fact | None = None
    """Hours by which it came before the sharpest hour of a move; negative after."""


class MoveView(Struct, frozen=True, kw_only=True):
    """How a price moved in a day, and the hour in which it moved most that way."""

    change: Fact
    sharpest: Fact
    """Percent in that hour; its `as_of` is the hour's beginning."""
    began_at: datetime


class NewsView(Struct, frozen=True, kw_only=True):
    """Headlines newest first, official documents before others. `parts` holds every ancestor of the other facts."""

    headlines: tuple[HeadlineView, ...] = ()
    candidates: tuple[HeadlineView, ...] = ()
    """Pieces that came shortly before the sharpest hour of `move`, the nearest first."""
    move: MoveView | None = None
    unrelated: bool = False
    """Whether nothing was found on what was asked, and these are the newest on anything."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class RepositoryView(Struct, frozen=True, kw_only=True):
    """One repository that was counted. A fact without a value says why."""

    name: Fact
    commits: Fact
    """In the four whole weeks before now."""
    people: Fact
    stars: Fact
    release: Fact
    """The newest, dated by the fact's `as_of`."""
    archived: bool = False


class DevelopmentView(Struct, frozen=True, kw_only=True):
    """The development of one asset or protocol, over the repositories listed for it."""

    subject: str
    commits: Fact
    before: Fact
    """In the four weeks before those."""
    change: Fact
    people: Fact
    counted: Fact
    """How many repositories."""
    repositories: tuple[RepositoryView, ...] = ()
    weeks: SeriesData | None = None
    column: Fact | None = None
    parts: tuple[Fact, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class FundFlowsView(Struct, frozen=True, kw_only=True):
    """Net flows of an asset's spot funds, in dollars."""

    day: Fact
    """The newest day that is told."""
    five: Fact
    twenty: Fact
    """Sums of the last five and twenty days that are told."""
    funds: Fact
    """How many funds the newest day counts."""
    held: Fact
    """How many have a day among these at all."""
    series: SeriesData
    column: Fact


class PositioningView(Struct, frozen=True, kw_only=True):
    """Net positions in an asset's regulated future, in contracts; each dated by its Tuesday."""

    market: Fact
    managers: Fact
    managers_change: Fact
    """Against the report before."""
    leveraged: Fact
    leveraged_change: Fact
    dealers: Fact
    open_interest: Fact


class FilingView(Struct, frozen=True, kw_only=True):
    form: Fact
    filer: Fact
    address: Fact


class HolderView(Struct, frozen=True, kw_only=True):
    name: Fact
    holdings: Fact
    value: Fact


class TreasuriesView(Struct, frozen=True, kw_only=True):
    holder: Literal["companies", "governments"]
    holdings: Fact
    value: Fact
    share: Fact
    largest: tuple[HolderView, ...] = ()


class InstitutionsView(Struct, frozen=True, kw_only=True):
    """What funds, futures desks and treasuries do with one asset; each part may be missing by itself."""

    asset: str
    flows: FundFlowsView | None = None
    positioning: PositioningView | None = None
    treasuries: TreasuriesView | None = None
    filings: tuple[FilingView, ...] = ()
    flows_need_key: bool = False
    """Whether fund flows are missing for want of a key or a file."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()
