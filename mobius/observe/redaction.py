"""Keeping secrets and private things out of logs. Here: what to hide, by field name and by shape. Not here: logging.

Two nets: a field whose name says that it is secret or private is hidden whole, and in every other text whatever looks
like a key is. The second errs towards hiding: a hash may be lost to it, a key may not get through.
"""

from __future__ import annotations

import re
from functools import cache

HIDDEN = "***"

PRIVATE_NAMES = frozenset({
    "question", "text", "answer", "headline", "holdings", "holding", "amount", "amounts", "address", "addresses",
    "wallet", "wallets", "portfolio", "message", "chat", "memory", "slots",
})  # fmt: skip
"""Fields that hold what a person asked or owns; shown only when debugging is asked for."""

_GUARDED_NAME = (
    r"(?:^|[_.-])(?:key|keys|apikey|token|secret|password|passwd|passphrase|authorization|auth|cookie|credentials?"
    r"|signature|phrase|seed|private)(?:$|[_.-])"
)
_SHAPES = (
    # headers that authorise
    (r"\b(Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=-]{6,}", rf"\1 {HIDDEN}"),
    # api_key=..., "token": "..." in addresses, JSON and messages
    (
        r"""((?:key|token|secret|passwd|password|passphrase|signature)["']?\s?[=:]\s?["']?)[^\s"'&,;}<>]{3,}""",
        rf"\1{HIDDEN}",
    ),
    # a password in an address
    (r"(://[^\s/:@]*:)[^\s/@]+(?=@)", rf"\1{HIDDEN}"),
    # Telegram's bot tokens, also behind /bot
    (r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}", HIDDEN),
    # keys with a known beginning, and JSON web tokens
    (r"\b(?:sk|pk|rk|ghp|gho|github_pat|xox[abp]|CG|eyJ)[-_A-Za-z0-9]{16,}(?:\.[-_A-Za-z0-9]+){0,2}", HIDDEN),
    # 32 and more hexadecimal digits: private keys, signatures, addresses, digests
    (r"(?<![0-9a-fA-F])[0-9a-fA-F]{32,}(?![0-9a-zA-Z])", HIDDEN),
    # long words that mix letters of both cases and digits, such as a key in a path
    (r"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*\d)(?=[a-z0-9_-]*[A-Z])(?=[A-Z0-9_-]*[a-z])[A-Za-z0-9_-]{24,}", HIDDEN),
)


@cache
def _compiled() -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]]:
    """The patterns; compiled at the first line logged, since most runs log none (2 ms)."""
    shapes = tuple(
        (re.compile(shape, re.IGNORECASE if place < 2 else 0), to) for place, (shape, to) in enumerate(_SHAPES)
    )
    return re.compile(_GUARDED_NAME, re.IGNORECASE), shapes


def redact(text: str) -> str:
    """The text without what looks like a secret.

    >>> redact("GET /v1/coins?x_cg_demo_api_key=CG-x1y2z3&ids=bitcoin")
    'GET /v1/coins?x_cg_demo_api_key=***&ids=bitcoin'
    """
    for shape, instead in _compiled()[1]:
        text = shape.sub(instead, text)
    return text


def redact_field(name: str, value: object, *, show_private: bool) -> object:
    """A field as it may be logged: numbers as they are, text redacted, secret and private ones hidden."""
    if _compiled()[0].search(name):
        return HIDDEN
    if value is None or isinstance(value, bool):
        return value
    if name.lower() in PRIVATE_NAMES and not show_private:
        return f"<{len(value)} characters, private>" if isinstance(value, str) else "<private>"
    if isinstance(value, int | float):
        return value
    return redact(value if isinstance(value, str) else str(value))
