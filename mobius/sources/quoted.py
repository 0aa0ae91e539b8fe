"""Numbers and instants that stand in quotes. Here: reading them, the empty string being none. Not here: checks of size
(`reading.Figures`)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

_LONGEST = 80
_LAST_MS = 253_402_300_799_000  # the end of the year 9999
_NO_NUMBER = Decimal("NaN")


def quoted(text: str | None) -> Decimal | None:
    """A number in quotes; None for "". What is no number comes back as NaN, which `Figures` refuses with its place.

    >>> quoted("0.0001"), quoted(""), quoted("n/a")
    (Decimal('0.0001'), None, Decimal('NaN'))
    """
    if not text:
        return None
    try:
        return Decimal(text) if len(text) <= _LONGEST and text.isascii() and "_" not in text else _NO_NUMBER
    except InvalidOperation:
        return _NO_NUMBER


def instant_ms(text: str | int | None) -> datetime | None:
    """Epoch milliseconds, in quotes or not; None for "", 0 and what is no instant.

    >>> instant_ms("1793530800000")
    datetime.datetime(2026, 11, 1, 11, 0, tzinfo=datetime.timezone.utc)
    """
    if isinstance(text, str):
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            return None
        text = int(text)
    return datetime.fromtimestamp(text / 1000, tz=UTC) if text is not None and 0 < text <= _LAST_MS else None
