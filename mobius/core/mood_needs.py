"""What the desk asks of those who listen to crowds: what people write, and how many look something up.

Here: one query and one row type a need. Not here: where people speak of an asset (crowds), the sources (sources.social). Posts
are outside text: plain, cut to a length, and never more than a value.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct


class PostsQuery(Struct, frozen=True, kw_only=True):
    """The newest posts about an asset (canonical ticker), or about crypto at large without one."""

    asset: str | None = None


class PostRow(Struct, frozen=True, kw_only=True):
    """One post. `votes` and `replies` are None where the source does not count them."""

    text: str
    """Title and body together."""
    author: str = ""
    """As the source names it, for telling floods; never shown."""
    place: str
    """Where people read it: `r/dogecoin`, `X`."""
    at: datetime | None = None
    votes: int | None = None
    replies: int | None = None
    field: str


class PageviewsQuery(Struct, frozen=True, kw_only=True):
    """Daily views of an article from `first` to `last`, both included; the newest day may not be told yet."""

    article: str
    first: date
    last: date


class PageviewDay(Struct, frozen=True, kw_only=True):
    """How often people (no crawlers) opened an article in one UTC day."""

    day: date
    views: int
    field: str
