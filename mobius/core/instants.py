"""Instants and spans of time. Here: parsing and printing UTC instants, windows and intervals as text ("7d", "1h")."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from mobius.core.errors import BadParameter

DAY_S = 86_400
_UNIT_S = {"m": 60, "h": 3_600, "d": DAY_S, "w": 7 * DAY_S, "y": 365 * DAY_S}
_SPAN = re.compile(r"(\d{1,5})\s*(m|h|d|w|y)")


def span_s(text: str) -> int:
    """Length in seconds of a window or interval: `"1h"` is 3600, `"7d"` 604800, `"1y"` 365 days.

    `"1M"` is refused: elsewhere it is a month, and `"1m"` here is a minute.
    """
    match = _SPAN.fullmatch(text.strip().lower())
    if match is None or int(match[1]) == 0 or text.strip().endswith("M"):
        raise BadParameter(
            f"{text[:40]!r} is no span of time.", hint='Use a number and m, h, d, w or y, such as "4h" or "90d".'
        )
    return int(match[1]) * _UNIT_S[match[2]]


def span_text(seconds: int) -> str:
    """The shortest writing of a span: 3600 is `1h`, 86400 `1d`."""
    for unit, length in (("d", DAY_S), ("h", 3_600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def parse_instant(text: str) -> datetime:
    """Read ISO 8601 as a UTC instant; a bare day D means the end of that day, D+1 00:00 (its close is known then)."""
    text = text.strip()
    try:
        day = _bare_day(text)
        if day is not None:
            return end_of_day(day)
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadParameter(
            f"{text[:40]!r} is no date or instant.", hint="Use 2024-03-05 or 2024-03-05T14:00:00Z."
        ) from error


def _bare_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def end_of_day(day: date) -> datetime:
    """The instant at which day `day` is over, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def to_ms(instant: datetime) -> int:
    """Epoch milliseconds of an aware instant."""
    return round(instant.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC)
