"""Words of a question. Here: cleaning odd input, folding accents, cutting into tokens. Not here: what the tokens mean."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, TypeAlias

from msgspec import Struct

MAX_CHARS = 1000
"""Characters of a question that are read; a longer text is cut, so that time stays bounded."""

Kind: TypeAlias = Literal["word", "number", "date", "symbol", "address", "hex", "ens"]

_ACCENTS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans(
    {"ß": "ss", "ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae", "œ": "oe", "’": "'", "‘": "'",
     "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "ё": "е"}
)  # fmt: skip
# Han and kana are written without spaces: each character is a token of its own.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(
    rf"""
      (?P<address>\b0x[0-9a-fA-F]{{40}}\b)
    | (?P<hex>\b0x[0-9a-fA-F]{{6,}}\w*)
    | (?P<ens>(?<![\w.-])[A-Za-z0-9](?:[\w-]*\w)?(?:\.[A-Za-z0-9](?:[\w-]*\w)?)*\.eth\b)
    | (?P<date>(?<![\w.,/-])(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[T\
    ]\d{{2}}:\d{{2}}(?::\d{{2}})?(?:Z|[+-]\d{{2}}:\d{{2}})?)?
             |\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}}))(?![\w/-]))
    | (?P<number>(?:\d+(?:[.,'_]\d+)*|(?<![\w.])\.\d+)(?:[eE][+-]?\d{{1,2}}(?!\w)|[^\W\d_{_UNSPACED}]+(?:\d+\w*)?)?)
    | (?P<word>[{_UNSPACED}]|[^\W\d_{_UNSPACED}](?:[^\W_{_UNSPACED}]|'(?=[^\W\d_]))*)
    | (?P<symbol>[$€£¥₹₩₽₺₿Ξ₴₦₫₪฿₱%/?!&+<>=,;:.@\#()"-])
    """,
    re.VERBOSE,
)


class Token(Struct, frozen=True, gc=False):
    """A piece of the cleaned text: `text` as written (accents folded), `low` in lower case without apostrophes."""

    text: str
    low: str
    start: int
    end: int
    kind: Kind


# "l'ethereum", "dell'euro": the article is a word of its own.
_ELISION = re.compile(r"\b(l|d|dell|nell|sull|all|qu)'(?=[^\W\d_])", re.IGNORECASE)


def clean(text: str) -> str:
    """Cut to `MAX_CHARS`, drop control and direction marks, fold accents and typographic signs.

    >>> clean("Wie viel kostet\\u202e Äther\\x00?")
    'Wie viel kostet Ather ?'
    """
    text = text[:MAX_CHARS]
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", text)).translate(_LETTERS)
        text = "".join(_plain(char) for char in text)[:MAX_CHARS]
    elif "`" in text:
        text = text.replace("`", "'")
    if "'" in text:
        text = _ELISION.sub(r"\1 ", text)
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    category = unicodedata.category(char)
    return "" if category == "Cf" else " " if category[0] in "CZ" else char


def tokenize(text: str) -> list[Token]:
    """Cut cleaned text into tokens; what is none of the known kinds (emojis, odd signs) is skipped.

    >>> [t.low for t in tokenize("What's 1,200.5 $BTC in 4h?")]
    ['whats', '1,200.5', '$', 'btc', 'in', '4h', '?']
    """
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        piece = match.group()
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups of the pattern are the kinds
        low = piece.lower()
        if kind == "word" and "'" in low:
            low = low.replace("'", "")
        tokens.append(Token(piece, low, match.start(), match.end(), kind))
    return tokens
