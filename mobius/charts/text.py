"""Text inside pictures. Here: cleaning, width on a terminal, padding. Not here: wording."""

from __future__ import annotations

import unicodedata

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidirectional marks among them), surrogate, private, unassigned characters, line separators."""


def clean(text: str) -> str:
    """Text on one line without anything that could steer a terminal or turn the direction of writing.

    >>> clean("BTC" + chr(27) + "[31m" + chr(10) + "x")
    'BTC[31m x'
    """
    spaced = "".join(" " if char in "\t\n\r\v\f" else char for char in text)
    return "".join(char for char in spaced if unicodedata.category(char) not in _DROPPED)


def plain_ascii(text: str) -> str:
    """The same for a terminal that shows nothing but ASCII."""
    known = text.translate(
        {0x2212: "-", 0x2026: "...", 0x20AC: "EUR ", 0xA3: "GBP ", 0xA5: "JPY ", 0xA0: " ", 0x202F: " "}
    )
    folded = unicodedata.normalize("NFKD", known).encode("ascii", "replace").decode("ascii")
    return folded


def columns_of(text: str) -> int:
    """Terminal columns a cleaned text takes: none for combining marks, two for wide characters."""
    return sum(_columns(char) for char in text)


def fit(text: str, width: int) -> str:
    """Cut a cleaned text to `width` columns and pad it to exactly that."""
    taken, used = [], 0
    for char in text:
        if used + _columns(char) > width:
            break
        taken.append(char)
        used += _columns(char)
    return "".join(taken) + " " * max(0, width - used)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
