"""What the desk asks of those who write things down: headlines, rules, filings, commits, positions, holdings, fund flows.

Here: one query and one row type a need. Not here: markets (needs), the sources (sources.reference). Titles and names are
outside text: cut to a length, without control characters, and never more than a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct


class HeadlinesQuery(Struct, frozen=True, kw_only=True):
    """What was published in the last `hours`. A feed gives all it has; a search gives what holds any of `words`."""

    words: tuple[str, ...] = ()
    hours: int = 72


class Headline(Struct, frozen=True, kw_only=True):
    """One piece, as its publisher titles it."""

    title: str
    summary: str = ""
    outlet: str
    """Who published it: a feed's own title, or a host name."""
    address: str
    """Where it can be read; http or https, else empty."""
    published_at: datetime | None = None
    field: str
    """Where its title stands."""


class ToneQuery(Struct, frozen=True, kw_only=True):
    """How the world's press speaks of any of `words`, over the last `days`."""

    words: tuple[str, ...]
    days: int = 7


class TonePoint(Struct, frozen=True, kw_only=True):
    """Average tone of the articles of one span that begins at `at`: mostly −10 (grim) to +10 (glad), 0 neutral."""

    at: datetime
    value: Decimal
    field: str


class RepositoryQuery(Struct, frozen=True, kw_only=True):
    name: str
    """`owner/repository`."""


class CommitWeek(Struct, frozen=True, kw_only=True):
    """Commits on the default branch in the seven days from `at`; None `at` where the source does not date its weeks."""

    commits: int
    at: datetime | None
    field: str


class Release(Struct, frozen=True, kw_only=True):
    name: str
    published_at: datetime
    prerelease: bool
    field: str


class Repository(Struct, frozen=True, kw_only=True):
    """One repository. A part that its source did not give is None or empty, with why in `missing` by name."""

    name: str
    stars: int | None = None
    forks: int | None = None
    open_issues: int | None = None
    pushed_at: datetime | None = None
    archived: bool = False
    weeks: tuple[CommitWeek, ...] = ()
    """The last year's weeks, oldest first; the last is not over."""
    people: int | None = None
    """Who has commits in the last four whole weeks."""
    contributors: int | None = None
    """Who ever has, as far as one page of 100 tells."""
    releases: tuple[Release, ...] = ()
    """Newest first."""
    fields: Mapping[str, str] = {}
    missing: Mapping[str, str] = {}


class FilingsQuery(Struct, frozen=True, kw_only=True):
    """What funds and holders of `asset` filed from `since` to `until`."""

    asset: str
    since: date
    until: date


class Filing(Struct, frozen=True, kw_only=True):
    """One document handed in to the securities regulator."""

    filer: str
    form: str
    """`8-K`, `S-1`, `19b-4`."""
    filed_on: date
    number: str
    address: str
    field: str


class RulesQuery(Struct, frozen=True, kw_only=True):
    """Rules, proposals and notices with `term` from `since` on; only of `agencies` (their slugs) when given."""

    term: str = "digital asset"
    agencies: tuple[str, ...] = ()
    since: date


class Rule(Struct, frozen=True, kw_only=True):
    """One document of the official journal."""

    number: str
    title: str
    kind: str
    """`Rule`, `Proposed Rule`, `Notice`."""
    published_on: date
    agencies: tuple[str, ...] = ()
    address: str
    field: str


class PositioningQuery(Struct, frozen=True, kw_only=True):
    """The last `weeks` reports on who holds futures of `asset`."""

    asset: str
    weeks: int = 5


class Positioning(Struct, frozen=True, kw_only=True):
    """Open futures by kind of holder at the end of one Tuesday, in contracts."""

    market: str
    on: date
    open_interest: int | None = None
    managers_long: int | None = None
    managers_short: int | None = None
    leveraged_long: int | None = None
    leveraged_short: int | None = None
    dealers_long: int | None = None
    dealers_short: int | None = None
    contract_size: str = ""
    """One contract, as the report says it."""
    fields: Mapping[str, str] = {}


Holder = Literal["companies", "governments"]


class TreasuriesQuery(Struct, frozen=True, kw_only=True):
    asset: str
    holder: Holder = "companies"


class Treasury(Struct, frozen=True, kw_only=True):
    """What one holder owns, in units of the asset and in dollars."""

    name: str
    symbol: str = ""
    country: str = ""
    holdings: Decimal | None = None
    value_usd: Decimal | None = None
    fields: Mapping[str, str] = {}


class Treasuries(Struct, frozen=True, kw_only=True):
    holdings: Decimal | None = None
    value_usd: Decimal | None = None
    share_pct: Decimal | None = None
    """Of all there is of the asset."""
    rows: tuple[Treasury, ...] = ()
    """Largest first."""
    fields: Mapping[str, str] = {}


class FundFlowsQuery(Struct, frozen=True, kw_only=True):
    asset: str
    days: int = 60


class FundFlow(Struct, frozen=True, kw_only=True):
    """What all spot funds of an asset took in on one day, in dollars, less what they paid out."""

    on: date
    net_usd: Decimal
    field: str
