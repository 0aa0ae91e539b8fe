"""Words in the place of an asset that are none. Here: finding them, for "did you mean". Not here: near names (near)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mobius.language.mentions import Reading
from mobius.language.ordinary import COMMON_WORDS
from mobius.language.tokens import Token

_WANT_ASSET = frozenset(
    {"price", "convert", "chart", "technicals", "signals", "forecast", "derivatives", "sentiment", "news", "alerts",
    "staking", "yield",
     "whales", "dev_activity", "arbitrage", "portfolio_risk", "portfolio_optimize"}
)  # fmt: skip
_BEFORE = frozenset(
    "of for on buy sell long short price chart quote convert stake hodl hold rsi macd funding about is will vs and "
    "swap in into to "
    "von fur de del do da du sur uber regarding alert".split()
)
_AFTER = frozenset(
    "price prices chart rsi macd token coin worth quote funding forecast prediction signal signals news staking "
    "sentiment usd eur kurs preis "
    "precio prix candles ta up down".split()
)
_LOOKS_LIKE_NAME = re.compile(r"[a-z][a-z0-9]{2,19}")
_COINISH = re.compile(r".*(?:coin|token|swap|inu|doge|moon|chain|dao|fi|usd|eth|btc)$")
_MAX = 3


def unresolved_words(reading: Reading, intents: Sequence[str], known: Callable[[str], bool]) -> tuple[str, ...]:
    """Cashtags without an asset, unknown words where an asset is asked for, and addresses that are none; at most three."""
    found = [*reading.bad_addresses]
    tokens = reading.tokens
    named = any(entity.entry.asset for entity in reading.entities)
    wanted = any(intent in _WANT_ASSET for intent in intents)
    for i, token in enumerate(tokens):
        if i in reading.taken or token.kind != "word":
            continue
        if i and tokens[i - 1].low == "$" and tokens[i - 1].end == token.start:
            found.append(token.text)
        elif wanted and _is_name(token, known) and _in_place(tokens, i, named):
            found.append(token.low)
    return tuple(dict.fromkeys(word[:66] for word in found))[:_MAX]


def _is_name(token: Token, known: Callable[[str], bool]) -> bool:
    """A word nobody uses for anything else: not of the training vocabulary, not common, or written as a ticker."""
    if not _LOOKS_LIKE_NAME.fullmatch(token.low) or token.low in COMMON_WORDS:
        return False
    return not known(token.low)


def _in_place(tokens: Sequence[Token], at: int, named: bool) -> bool:
    before = tokens[at - 1].low if at else ""
    after = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if tokens[at].text.isupper() or _COINISH.match(tokens[at].low):
        return before in _BEFORE or after in _AFTER or len(tokens) <= 3 or not named
    if named:
        return after in ("price", "token", "coin") or (
            before in ("and", "vs", "/", ",") and after in ("", "?", *_AFTER)
        )
    if at and tokens[at - 1].kind == "number":
        return True
    return before in _BEFORE or after in _AFTER
