"""Outside text made fit for a page. Here: `clean` for shown text, `script_json` for data. Not here: HTML escaping (Jinja).

Names, questions and error messages may hold controls, bidirectional overrides or characters that take no room. The
templates escape HTML; what is dropped here is what would still mislead a reader once escaped.
"""

from __future__ import annotations

import re

import msgspec
from markupsafe import Markup

_SPACES = re.compile(r"[\s\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, fillers
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width space; bidirectional marks, overrides, isolates
    "\u3164\ufeff\uffa0\ufff0-\ufffb"  # fillers, annotations
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"  # format marks, tags
)
"""Joiners (U+200C, U+200D) and variation selectors stay: Persian words and emoji are made with them."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def clean(text: str, most: int | None = None) -> str:
    """One line of `text` without controls, bidirectional overrides or unseen characters, cut to `most` characters.

    >>> clean("a\\u202eb\\n  c")
    'ab c'
    >>> clean("abcdef", 4)
    'abc…'
    """
    if not (text.isascii() and text.isprintable() and "  " not in text):
        text = _SURROGATES.sub("\ufffd", _UNSEEN.sub("", _SPACES.sub(" ", text)))
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"


def script_json(value: object) -> Markup:
    """JSON that cannot end the `<script type="application/json">` it stands in.

    >>> print(script_json({"name": "</script>"}))
    {"name":"\\u003c/script\\u003e"}
    """
    text = _ENCODER.encode(value).decode()
    return Markup("".join(_IN_SCRIPT.get(char, char) for char in text))  # noqa: S704  # every < and & is escaped
