"""Feeds as publishers write them, from text to XML. Here: RSS 2.0 and Atom. Not here: what is published (crowd, offices)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    at_s: int
    title: str
    summary: str
    """May hold markup."""
    address: str
    author: str = ""


def rss(title: str, address: str, items: tuple[Item, ...], *, now_s: int) -> bytes:
    rows = [
        f"<item><title><![CDATA[{item.title}]]></title><link>{escape(item.address)}</link>"
        f'<guid isPermaLink="true">{escape(item.address)}</guid><pubDate>{_mail_date(item.at_s)}</pubDate>'
        f"<description>{escape(item.summary)}</description></item>"
        for item in items
    ]
    head = f"<title>{escape(title)}</title><link>{escape(address)}</link><description>{escape(title)}</description>"
    text = f"<channel>{head}<lastBuildDate>{_mail_date(now_s)}</lastBuildDate>{''.join(rows)}</channel>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0">{text}</rss>\n'.encode()


def atom(title: str, address: str, items: tuple[Item, ...], *, now_s: int) -> bytes:
    rows = [
        f"<entry><id>{escape(item.address)}</id><title>{escape(item.title)}</title><link href={quoteattr(item.address)} />"
        f"<updated>{_iso(item.at_s)}</updated><published>{_iso(item.at_s)}</published>"
        f"<author><name>{escape(item.author or title)}</name></author>"
        f'<content type="html">{escape(item.summary)}</content></entry>'
        for item in items
    ]
    head = f"<id>{escape(address)}</id><title>{escape(title)}</title><updated>{_iso(now_s)}</updated>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{head}{"".join(rows)}</feed>\n'.encode()


def _mail_date(at_s: int) -> str:
    return format_datetime(datetime.fromtimestamp(at_s, tz=UTC))


def _iso(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, tz=UTC).isoformat()
