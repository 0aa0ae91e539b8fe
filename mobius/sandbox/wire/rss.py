"""Feeds of news sites and agencies, each at its own address: RSS 2.0 of most, Atom of one.

Outlets pick from the same events, in their own words of address; a story may stand in several. Here: the feeds and their paths.
Not here: what is written (sandbox.crowd, sandbox.offices), XML (sandbox.syndication).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from mobius.sandbox.crowd import headlines
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.offices import releases
from mobius.sandbox.syndication import Item, atom, rss
from mobius.sandbox.wire import Ask, Provider, Said, Scene

_MOST = 30
_HOURS = 14 * 24
_NEWS = {
    "rss_coindesk": ("CoinDesk", "https://www.coindesk.com", "/arc/outboundfeeds/rss/", 1.0),
    "rss_cointelegraph": ("Cointelegraph.com News", "https://cointelegraph.com", "/rss", 0.8),
    "rss_theblock": ("The Block", "https://www.theblock.co", "/rss.xml", 0.6),
    "rss_decrypt": ("Decrypt", "https://decrypt.co", "/feed", 0.6),
    "rss_defiant": ("The Defiant", "https://thedefiant.io", "/api/feed", 0.4),
}
"""Title, site, path, and the share of events it writes about."""
_AGENCIES = {
    "rss_sec": (
        "Press Releases",
        "https://www.sec.gov",
        "/news/pressreleases.rss",
        "securities-and-exchange-commission",
    ),
    "rss_cftc": (
        "CFTC Press Releases",
        "https://www.cftc.gov",
        "/RSS/RSSGP/rssgp.xml",
        "commodity-futures-trading-commission",
    ),
}


def _news(name: str) -> Callable[[Ask, Scene], Said]:
    title, site, path, share = _NEWS[name]

    def answer(ask: Ask, scene: Scene) -> Said:
        found = headlines(scene.world, now_s=scene.now_s, hours=_HOURS)
        chosen = [each for each in found if zlib.crc32(f"{name}:{each.slug}".encode()) % 1000 < share * 1000]
        items = tuple(
            Item(
                at_s=each.at_s, title=each.title, summary=f"<p>{each.summary}</p>", address=f"{site}/markets/{each.slug}",
                author=f"{title} staff",
            )
            for each in chosen[:_MOST]
        )  # fmt: skip
        if name == "rss_theblock":
            body, kind = atom(title, f"{site}{path}", items, now_s=scene.now_s), "application/atom+xml"
        else:
            body, kind = rss(title, f"{site}{path}", items, now_s=scene.now_s), "application/rss+xml"
        return Said(body=body, content_type=f"{kind}; charset=utf-8")

    return answer


def _agency(name: str) -> Callable[[Ask, Scene], Said]:
    title, site, path, office = _AGENCIES[name]

    def answer(ask: Ask, scene: Scene) -> Said:
        found = releases(scene.world, office, now_s=scene.now_s)
        items = tuple(
            Item(at_s=each.at_s, title=each.title, summary=each.summary, address=f"{site}/newsroom/{each.number}")
            for each in found[:_MOST]
        )
        return Said(
            body=rss(title, f"{site}{path}", items, now_s=scene.now_s),
            content_type="application/rss+xml; charset=utf-8",
        )

    return answer


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(
        body=b"<!doctype html><title>Page not found</title>", status=404, content_type="text/html; charset=utf-8"
    )


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    retry = {"Retry-After": str(spent.retry_after_s)}
    return Said(body=b"Too Many Requests", status=429, content_type="text/plain", headers=retry)


def _provider(name: str, path: str, handler: Callable[[Ask, Scene], Said]) -> Provider:
    return Provider(
        name=name, prefix=f"/{name}", routes={path: handler}, missing=_missing, limited=_limited,
        limiters={"free": lambda: TokenBucket(30, 30)},
    )  # fmt: skip


PROVIDERS = (
    *(_provider(name, path, _news(name)) for name, (_, _, path, _) in _NEWS.items()),
    *(_provider(name, path, _agency(name)) for name, (_, _, path, _) in _AGENCIES.items()),
)
