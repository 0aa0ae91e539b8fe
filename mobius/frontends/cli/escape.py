"""Making outside text safe to print. Here: `clean` for any text, `ascii_text` for narrow terminals. Not here: layout.

A name, a headline or a question may hold terminal escapes, bidirectional overrides or characters that take no room. None
of it reaches the terminal, and text of many lines becomes one.
"""

from __future__ import annotations

import re
import unicodedata

_SEQUENCES = re.compile(
    "(?:\x1b\\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)?"  # OSC: titles, hyperlinks, clipboard
    "|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\\\|\x9c)?"  # DCS, SOS, PM, APC strings
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    "|\x1b[ -/]*[0-~]?"  # the short ones
)
_SPACES = re.compile(r"[\s\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls; those that are white space became one space before
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width; bidirectional marks, embeddings, overrides, isolates
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # fillers, variation selectors, annotations
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"  # format marks, tags
)
_SURROGATES = re.compile("[\ud800-\udfff]")

_PLAIN = {
    "−": "-", "–": "-", "—": "-", "‑": "-", "·": "-", "•": "*", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"',
    "≥": ">=", "≤": "<=", "≈": "~", "±": "+/-", "×": "x", "→": "->", "←": "<-", "↑": "^", "↓": "v", "€": "EUR ",
    "£": "GBP ", "¥": "JPY ", "₹": "INR ", "₩": "KRW ", "₺": "TRY ", "₿": "BTC ", "°": " deg", "µ": "u", "σ": "sigma",
    "└": "`", "├": "|", "─": "-", "│": "|",
}  # fmt: skip


def clean(text: str) -> str:
    """One printable line: no escape sequence, control, bidirectional mark or zero-width character; spaces collapsed.

    >>> clean("\\x1b[31mred\\x1b[0m\\nalert\\u202e!")
    'red alert!'
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    kept = _UNSEEN.sub("", _SPACES.sub(" ", _SEQUENCES.sub("", text)))
    return _SPACES.sub(" ", _SURROGATES.sub("\ufffd", kept))


def ascii_text(text: str) -> str:
    """Write `text`, already clean, in ASCII: signs by their nearest, letters without accents, the rest as `?`.

    >>> ascii_text("−1.8 % · Zürich")
    '-1.8 % - Zurich'
    """
    if text.isascii():
        return text
    return "".join(char if char.isascii() else _PLAIN.get(char) or _stripped(char) for char in text)


def _stripped(char: str) -> str:
    if char == "\u00a0":
        return char  # a space that does not break; layout turns it into a plain one
    if unicodedata.combining(char):
        return ""
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain if plain.isprintable() and plain else "?"


def cell_width(text: str) -> int:
    """Columns that clean text takes on a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(char_width(char) for char in text)


def char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
