"""News by RSS and Atom: crypto's own press, and what the securities and futures regulators announce. Here: SPECS, parse, fetch.

A feed gives its newest pieces whole; what is asked for does not change the request, so that one reply serves every question and
no publisher learns which asset was asked about. Not here: reading feeds (syndication), choosing headlines (desk).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from mobius.core.errors import NoData, NotConfigured
from mobius.core.facts import Sourced
from mobius.core.keeping import POSTS
from mobius.core.ports import Http
from mobius.core.record_needs import Headline, HeadlinesQuery
from mobius.core.sources import Kind, Limits, Need, Rights, SourceSpec
from mobius.sources.reading import expect_ok, sourced
from mobius.sources.syndication import read_feed

_FEEDS: tuple[tuple[str, str, Kind, str, str], ...] = (
    ("rss_coindesk", "CoinDesk", "news", "https://www.coindesk.com", "/arc/outboundfeeds/rss/"),
    ("rss_cointelegraph", "Cointelegraph", "news", "https://cointelegraph.com", "/rss"),
    ("rss_theblock", "The Block", "news", "https://www.theblock.co", "/rss.xml"),
    ("rss_decrypt", "Decrypt", "news", "https://decrypt.co", "/feed"),
    ("rss_defiant", "The Defiant", "news", "https://thedefiant.io", "/api/feed"),
    ("rss_sec", "SEC press releases", "official", "https://www.sec.gov", "/news/pressreleases.rss"),
    ("rss_cftc", "CFTC press releases", "official", "https://www.cftc.gov", "/RSS/RSSGP/rssgp.xml"),
)
"""Name, title, kind, host, path. Another feed of the same kind stands in by its source's base URL and the same path."""
PATHS: Mapping[str, str] = {name: path for name, _, _, _, path in _FEEDS}
SPECS = tuple(
    SourceSpec(
        name=name,
        title=title,
        kind=kind,
        base_url=host,
        limits=Limits(per_minute=12, burst=3, concurrent=1, timeout_s=4.0),
        needs=("headlines",),
        rights=Rights(attribution=f"Headlines: {title}"),
        headers={"Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9"},
        wants_contact=kind == "official",
        probe=path,
        family="rss",
    )
    for name, title, kind, host, path in _FEEDS
)


def parse_headlines(body: bytes, spec: SourceSpec) -> tuple[Headline, ...]:
    """Pieces in the feed's order, under the publisher's name as we know it."""
    return tuple(
        Headline(
            title=entry.title,
            summary=entry.summary,
            outlet=spec.title,
            address=entry.address,
            published_at=entry.published_at,
            field=f"{entry.place}.title",
        )
        for entry in read_feed(body, spec.name).entries
    )


async def headlines(spec: SourceSpec, query: HeadlinesQuery, http: Http) -> Sourced[tuple[Headline, ...]]:
    """Everything the feed holds. Raises NoData for an empty one, NotConfigured where it refuses who gives no contact."""
    path = PATHS[spec.name]
    reply = await http.get(path, keep=POSTS)
    if reply.status == 403 and spec.wants_contact:
        raise NotConfigured(f"{spec.title} wants an address to write to.", hint="Set MOBIUS_CONTACT to one of yours.")
    expect_ok(reply, spec.name)
    rows = parse_headlines(reply.body, spec)
    if not rows:
        raise NoData(spec.name, f"{spec.title} has no headline just now.")
    return sourced(rows, spec.name, path, [reply])


def offers(spec: SourceSpec) -> Mapping[Need, Callable[[Any, Http], Awaitable[Sourced[Any]]]]:
    return {"headlines": partial(headlines, spec)}
