"""Feeds: RSS 2.0, RSS 1.0 and Atom. Here: reading entries out of a document, safely. Not here: any feed's address.

Entities are not expanded and nothing outside the document is loaded (defusedxml); titles and summaries come out as plain text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from mobius.core.errors import SourceChanged, SourceUnavailable
from mobius.sources.outside import SUMMARY_MOST, TITLE_MOST, plain_text, web_address, written_instant

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ENTRIES_MOST = 200
_DATES = ("pubDate", "published", "date", "updated")
_SUMMARIES = ("description", "summary", "encoded", "content")


class Entry(Struct, frozen=True, kw_only=True):
    """One entry. `place` is where it stands: `rss.channel.item[0]`."""

    title: str
    summary: str
    address: str
    author: str
    published_at: datetime | None
    place: str


class Feed(Struct, frozen=True, kw_only=True):
    title: str
    entries: tuple[Entry, ...]


def read_feed(body: bytes, source: str) -> Feed:
    """The entries of a feed in its order; one without a title is left out.

    Raises SourceChanged for what is no feed, SourceUnavailable for a document that broke off.
    """
    root = _document(body, source)
    kind = _name(root)
    if kind not in ("rss", "RDF", "feed"):
        raise SourceChanged(source, f"a document of {kind[:40]!r}, no feed")
    channel = root if kind == "feed" else _child(root, "channel")
    if channel is None:
        raise SourceChanged(source, "a feed without a channel", path=f"$.{kind}.channel")
    entry, stem = ("entry", "feed") if kind == "feed" else ("item", f"{kind}.channel" if kind == "rss" else kind)
    holder = root if kind == "RDF" else channel
    found = [each for each in holder if _name(each) == entry][:ENTRIES_MOST]
    entries = (_entry(each, f"{stem}.{entry}[{n}]") for n, each in enumerate(found))
    title = plain_text(_text(channel, "title"), 80)
    return Feed(title=title, entries=tuple(each for each in entries if each.title))


def _document(body: bytes, source: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(body)
    except ParseError as error:
        begins = body.lstrip()[:200].lower()
        if begins.startswith((b"<!doctype html", b"<html")):
            raise SourceChanged(source, "the reply is a page of HTML") from error
        broke_off = begins.startswith(b"<") and ("no element" in str(error) or "unclosed" in str(error))
        if broke_off:
            raise SourceUnavailable(source, f"{source}'s reply broke off in the middle.") from error
        raise SourceChanged(source, "the reply is no XML") from error
    except DefusedXmlException as error:
        raise SourceChanged(source, "the reply declares entities, which are not read") from error
    except (ValueError, LookupError) as error:  # an encoding that does not exist, or is not kept to
        raise SourceChanged(source, "the reply is no XML") from error
    return root


def _entry(element: Element, place: str) -> Entry:
    return Entry(
        title=plain_text(_text(element, "title"), TITLE_MOST),
        summary=plain_text(next(filter(None, (_text(element, name) for name in _SUMMARIES)), ""), SUMMARY_MOST),
        address=next(filter(None, map(web_address, _links(element))), ""),
        author=plain_text(_author(element), 80),
        published_at=next(filter(None, (written_instant(_text(element, name)) for name in _DATES)), None),
        place=place,
    )


def _links(element: Element) -> Iterator[str]:
    """Addresses, the entry's own page first: Atom's `link` without or with rel=alternate, RSS's `link`, a guid."""
    for link in _children(element, "link"):
        if link.get("rel", "alternate") == "alternate":
            yield link.get("href") or "".join(link.itertext())
    yield _text(element, "guid")
    yield _text(element, "id")


def _author(element: Element) -> str:
    author = _child(element, "author")
    named = _child(author, "name") if author is not None else None
    return "".join(named.itertext()) if named is not None else _text(element, "creator") or _text(element, "author")


def _text(element: Element, name: str) -> str:
    child = _child(element, name)
    return "" if child is None else "".join(child.itertext())


def _child(element: Element, name: str) -> Element | None:
    return next(_children(element, name), None)


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _name(element: Element) -> str:
    """The element's name without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
