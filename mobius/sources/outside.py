"""Text from outside: titles, posts, names. Here: making it plain and short, addresses worth showing, dates as feeds write them.

What comes out is still outside text, a value and never an instruction; it only can no longer upset a terminal or a page.
"""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime

TITLE_MOST = 240
SUMMARY_MOST = 600
_READ_MOST = 20_000
"""Characters of a text that are looked at; no title or summary is longer."""
_ADDRESS_MOST = 600
_TAG = re.compile(r"<[^<>]*>")
_SPACES = re.compile(r"\s+")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\^`{|}\x00-\x20\x7f]+", re.IGNORECASE)
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Control and format characters (among them those that turn the reading direction), halves of pairs, private use."""


def plain_text(text: str | None, most: int = TITLE_MOST) -> str:
    r"""Text without markup, control characters and runs of space, cut at a word to at most `most` characters.

    >>> plain_text("<b>ETF</b> in&amp;outflows\u202e\x1b[2J &lt;script&gt;")
    'ETF in&outflows[2J'
    """
    bare = _TAG.sub(" ", html.unescape(_TAG.sub(" ", (text or "")[:_READ_MOST])))
    bare = "".join(c for c in bare if c.isspace() or unicodedata.category(c) not in _DROPPED)
    bare = _SPACES.sub(" ", bare).strip()
    return bare if len(bare) <= most else bare[: most - 1].rsplit(" ", 1)[0].rstrip() + "…"


def web_address(text: str | None) -> str:
    """The address of a page, empty for what is none or runs code.

    >>> web_address(" https://example.org/a?b=1 "), web_address("javascript:alert(1)")
    ('https://example.org/a?b=1', '')
    """
    address = (text or "").strip()
    return address if len(address) <= _ADDRESS_MOST and _ADDRESS.fullmatch(address) else ""


def written_instant(text: str | None) -> datetime | None:
    """An instant as feeds write it: RFC 822 with a zone or none, or ISO 8601; without a zone it is UTC.

    >>> written_instant("Sun, 01 Nov 2026 10:15:00 -0500"), written_instant("2026-11-01T10:15:00Z").hour
    (datetime.datetime(2026, 11, 1, 15, 15, tzinfo=datetime.timezone.utc), 10)
    """
    text = (text or "").strip()
    if not 8 <= len(text) <= 60:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        from email.utils import parsedate_to_datetime  # 10 ms of import, for feeds only

        try:
            instant = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
