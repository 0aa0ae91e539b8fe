"""Views of Wikipedia's articles, day by day: how many people look something up. Keyless. Here: SPEC, rows, parse, fetch.

This is no search engine's interest and is not shown as one. A day is told about half a day after it is over.
"""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from mobius.core.errors import BadParameter, NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import DAILY
from mobius.core.mood_needs import PageviewDay, PageviewsQuery
from mobius.core.ports import Http
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import decode, expect_ok, sourced

SPEC = SourceSpec(
    name="wikipedia",
    title="Wikipedia views",
    kind="index",
    base_url="https://wikimedia.org/api/rest_v1",
    limits=Limits(per_minute=100, burst=10, concurrent=2, timeout_s=4.0),
    needs=("pageviews",),
    rights=Rights(attribution="Page views: Wikimedia (CC0)", may_share=True),
    wants_contact=True,
    probe="/metrics/pageviews/per-article/en.wikipedia/all-access/user/Bitcoin/daily/20240101/20240102",
)
VIEWS = "/metrics/pageviews/per-article/en.wikipedia/all-access/user"
_ARTICLE = re.compile(r"[A-Za-z0-9_().-]{1,80}")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)00")
_MOST = 10**9


class _Item(Struct, frozen=True):
    timestamp: str
    views: int


class _Items(Struct, frozen=True):
    items: tuple[_Item, ...]


def parse_pageviews(body: bytes) -> tuple[PageviewDay, ...]:
    """Days, oldest first."""
    days = []
    for n, item in enumerate(decode(body, _Items, SPEC.name).items):
        if not 0 <= item.views <= _MOST:
            raise SourceChanged(SPEC.name, "not a number of views", path=f"$.items[{n}].views")
        days.append(PageviewDay(day=_day(item.timestamp, n), views=item.views, field=f"items[{n}].views"))
    return tuple(sorted(days, key=lambda day: day.day))


def _day(stamp: str, n: int) -> date:
    match = _STAMP.fullmatch(stamp) if stamp.isascii() else None
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise SourceChanged(SPEC.name, "not a day", path=f"$.items[{n}].timestamp")


async def pageviews(query: PageviewsQuery, http: Http) -> Sourced[tuple[PageviewDay, ...]]:
    """Views of one article by people. Raises NoData where there is no such article."""
    if not _ARTICLE.fullmatch(query.article):
        raise BadParameter(f"{query.article[:40]!r} is no title of an article.")
    path = f"{VIEWS}/{query.article}/daily/{query.first:%Y%m%d}/{query.last:%Y%m%d}"
    reply = await http.get(path, keep=DAILY)
    if reply.status == 404:
        raise NoData(SPEC.name, f"Wikipedia counts no views of {query.article}.")
    expect_ok(reply, SPEC.name)
    days = parse_pageviews(reply.body)
    if not days:
        raise NoData(SPEC.name, f"Wikipedia counts no views of {query.article}.")
    return sourced(days, SPEC.name, path, [reply])


OFFERS = {"pageviews": pageviews}
