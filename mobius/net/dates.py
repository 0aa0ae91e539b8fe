"""Instants in HTTP headers. Here: `Date` and `Retry-After` (RFC 9110). No `email` or `strptime`: they cost 10 ms of import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

_IMF_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT")
_MONTHS = {name: number for number, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
)}  # fmt: skip


def http_date(text: str) -> datetime | None:
    """The instant of a `Date` header, None where it is not one.

    >>> http_date("Sun, 01 Nov 2026 10:15:00 GMT")
    datetime.datetime(2026, 11, 1, 10, 15, tzinfo=datetime.timezone.utc)
    """
    match = _IMF_DATE.fullmatch(text.strip())
    if match is None or match[2] not in _MONTHS:
        return None
    day, month, year, hour, minute, second = match.groups()
    try:
        return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        return None


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds a server asks to wait, None where it does not say; given as seconds or as an instant."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        return float(text)
    at = http_date(text)
    return None if at is None else max(0.0, (at - now).total_seconds())
