"""GDELT, the world's press by full text: articles and their average tone. Keyless. Here: SPEC, rows, parse, fetch.

It answers faults as a line of plain text with status 200, and wants five seconds between requests. Not here: what a tone means
for an asset (desk).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import BadParameter, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import POSTS
from mobius.core.ports import Http, Reply
from mobius.core.record_needs import Headline, HeadlinesQuery, TonePoint, ToneQuery
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text, web_address
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="gdelt",
    title="GDELT",
    kind="news",
    base_url="https://api.gdeltproject.org/api/v2",
    limits=Limits(per_minute=12, burst=1, concurrent=1, timeout_s=5.0),  # one request in five seconds
    needs=("headlines", "tone"),
    rights=Rights(attribution="Press coverage: the GDELT Project (gdeltproject.org)", may_share=True),
    probe="/doc/doc?query=bitcoin&mode=artlist&format=json&timespan=1d&maxrecords=1",
)
DOC = "/doc/doc"
MOST = 75
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)Z?")
_WORD = re.compile(r"[\w .&'’-]{2,40}")


class _Article(Struct, frozen=True):
    url: str = ""
    title: str = ""
    seendate: str = ""
    domain: str = ""


class _Articles(Struct, frozen=True):
    articles: tuple[_Article, ...] = ()


class _Span(Struct, frozen=True):
    date: str
    value: Decimal


class _Line(Struct, frozen=True):
    series: str = ""
    data: tuple[_Span, ...] = ()


class _Timeline(Struct, frozen=True):
    timeline: tuple[_Line, ...] = ()


def _expect_json(reply: Reply) -> None:
    """A line of text in place of JSON is a fault: too many requests, or a query it cannot read."""
    expect_ok(reply, SPEC.name)
    text = reply.body.lstrip()
    if text.startswith((b"{", b"<")) or not text:
        return
    said = plain_text(text[:400].decode("utf-8", "replace"), 120)
    if "limit" in said.lower() or "requests" in said.lower():
        raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.", retry_after_s=5.0)
    raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {said}")


def _asked(words: tuple[str, ...]) -> str:
    """The search for any of `words`, in English. Raises BadParameter for none."""
    terms = [f'"{word}"' for word in words if _WORD.fullmatch(word)]
    if not terms:
        raise BadParameter("There is nothing to search the press for.")
    return (terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})") + " sourcelang:eng"


def _span(hours: int) -> str:
    return f"{hours}h" if hours < 24 else f"{min(90, hours // 24)}d"


def _instant(text: str) -> datetime | None:
    """`20261101T101500Z` as an instant."""
    match = _STAMP.fullmatch(text.strip()) if text.isascii() else None
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def parse_headlines(body: bytes) -> tuple[Headline, ...]:
    """Articles in its order; one without a title is left out. An empty body says that there is none."""
    if not body.strip():
        return ()
    found = decode(body, _Articles, SPEC.name).articles[:MOST]
    rows = (
        Headline(
            title=plain_text(article.title),
            outlet=plain_text(article.domain, 60) or SPEC.title,
            address=web_address(article.url),
            published_at=_instant(article.seendate),
            field=f"articles[{place}].title",
        )
        for place, article in enumerate(found)
    )
    return tuple(row for row in rows if row.title)


async def headlines(query: HeadlinesQuery, http: Http) -> Sourced[tuple[Headline, ...]]:
    """English articles with any of the words, newest first. Raises NoData where there is none or no word to search for."""
    if not query.words:
        raise NoData(SPEC.name, f"{SPEC.title} is only asked about something.")
    params = {
        "query": _asked(query.words), "mode": "artlist", "format": "json", "timespan": _span(query.hours),
        "maxrecords": str(MOST), "sort": "datedesc",
    }  # fmt: skip
    reply = await http.get(DOC, params, keep=POSTS)
    _expect_json(reply)
    rows = parse_headlines(reply.body)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} found no article.")
    return sourced(rows, SPEC.name, endpoint(DOC, params), [reply])


def parse_tone(body: bytes) -> tuple[TonePoint, ...]:
    """The average tone by span, oldest first."""
    lines = decode(body, _Timeline, SPEC.name).timeline if body.strip() else ()
    points = []
    for n, span in enumerate(lines[0].data if lines else ()):
        place = f"timeline[0].data[{n}]"
        value = Figures(SPEC.name, place).signed("value", span.value, "value")
        at = _instant(span.date)
        if value is None or abs(value) > 100:
            raise SourceChanged(SPEC.name, "not a tone from −100 to 100", path=f"$.{place}.value")
        if at is None:
            raise SourceChanged(SPEC.name, "not an instant", path=f"$.{place}.date")
        points.append(TonePoint(at=at, value=value, field=f"{place}.value"))
    return tuple(sorted(points, key=lambda point: point.at))


async def tone(query: ToneQuery, http: Http) -> Sourced[tuple[TonePoint, ...]]:
    """How the English press speaks of the words. Raises NoData where it does not."""
    params = {
        "query": _asked(query.words), "mode": "timelinetone", "format": "json", "timespan": _span(query.days * 24),
    }  # fmt: skip
    reply = await http.get(DOC, params, keep=POSTS)
    _expect_json(reply)
    points = parse_tone(reply.body)
    if not points:
        raise NoData(SPEC.name, f"{SPEC.title} found no article to tell a tone of.")
    return sourced(points, SPEC.name, endpoint(DOC, params), [reply])


OFFERS = {"headlines": headlines, "tone": tone}
