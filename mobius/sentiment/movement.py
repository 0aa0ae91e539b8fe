"""What moved which way, and whether that is welcome. Here: rises and falls of profits or costs, figures against earlier ones.

"Costs fell" is good news, "profit fell" is none; "profit of 13.1 mn, compared with 7.5 mn" rose without saying so. Not here:
praise and blame (lexicon), how all of it is weighed (scorer).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from mobius.sentiment.lexicon import FALLING, NEGATIONS, RISING, UNWELCOME, WELCOME
from mobius.sentiment.reading import Text

_REACH = 6
"""Tokens before and after a movement among which its subject is looked for."""
_EARLIER = frozenset("from against vs versus than".split())
_COMPARED = frozenset("compared comparison".split())
_LOSS = frozenset("loss losses".split())
_PROFIT = frozenset("profit profits income earnings".split())
_NOTHING_MOVED = frozenset("up down higher lower more less".split())
"""Weak words: they move nothing without a subject or a figure beside them."""
_FIGURE = re.compile(r"[+\-−–]?[$€£¥]?(\d[\d,]*(?:\.\d+)?)(%|pct|percent|percent|x|[kmb]n?)?")
_SCALES = {
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "million": 1e6,
    "bn": 1e9,
    "b": 1e9,
    "billion": 1e9,
    "thousand": 1e3,
}


class Movement(Struct, frozen=True, kw_only=True):
    """What a text tells of movements: counts of welcome and unwelcome ones."""

    welcome: float = 0.0
    unwelcome: float = 0.0
    compared: float = 0.0
    """1 where a figure is above an earlier one that one is glad of, -1 where it is below."""
    signed: float = 0.0
    """Figures that carry a sign, such as `+3.2%`: those above less those below nought, at most 2 either way."""
    evidence: tuple[str, ...] = ()


def movement(text: Text) -> Movement:
    """Find what moved in a text.

    >>> from mobius.sentiment.reading import read
    >>> movement(read("Operating costs fell while sales rose 5%")).welcome
    2.0
    """
    welcome = unwelcome = 0.0
    evidence: list[str] = []
    for at, token in enumerate(text.tokens):
        way = 1 if token in RISING else -1 if token in FALLING else 0
        if not way or text.kinds[at] != "word":
            continue
        glad, subject = _subject(text, at)
        if glad == 0:
            if token in _NOTHING_MOVED and not _figure_near(text, at):
                continue
            glad = 1
        if any(before in NEGATIONS for before in text.tokens[max(0, at - 3) : at]):
            way = -way
        if way * glad > 0:
            welcome += 1
        else:
            unwelcome += 1
        evidence.append(f"{subject} {token}" if subject else token)
    signed = _signed(text)
    return Movement(
        welcome=min(welcome, 4.0), unwelcome=min(unwelcome, 4.0), compared=_compared(text), signed=signed,
        evidence=tuple(evidence),
    )  # fmt: skip


def _subject(text: Text, at: int) -> tuple[int, str]:
    """Whether one is glad of more of what moved (1), of less (-1), or it is not told (0); the nearest word decides."""
    for distance in range(1, _REACH + 1):
        for place in (at + distance, at - distance):
            if distance > 3 and place > at:
                continue
            if 0 <= place < len(text.tokens):
                word = text.tokens[place]
                if word in UNWELCOME:
                    return -1, word
                if word in WELCOME or text.kinds[place] == "cash":
                    return 1, word
    return 0, ""


def _figure_near(text: Text, at: int) -> bool:
    return "figure" in text.kinds[max(0, at - 2) : at + 4]


def _signed(text: Text) -> float:
    total = 0
    for place, (token, kind) in enumerate(zip(text.tokens, text.kinds, strict=True)):
        if kind == "figure" and token[0] in "+-−–" and (token.endswith(("%", "pct", "percent")) or token[0] == "+"):
            glued = place > 0 and text.kinds[place - 1] == "figure"  # "5-7%" is a span
            total += 0 if glued else 1 if token[0] == "+" else -1
    return float(max(-2, min(2, total)))


def _compared(text: Text) -> float:
    """A figure now against an earlier one: `11.9 mn, down from 15.0 mn`, `rose to 13.1 from 7.5`, `0.42 vs. 0.39`."""
    tokens = text.tokens
    for at, word in enumerate(tokens):
        if word not in _EARLIER and word not in _COMPARED:
            continue
        turned = _turned(tokens, at)
        if turned:
            return turned
        earlier = _amount(tokens, text.kinds, range(at + 1, min(len(tokens), at + 9)))
        now = _amount(tokens, text.kinds, range(at - 1, max(-1, at - 10), -1))
        if word == "from" and "to" in tokens[at : at + 6] and "to" not in tokens[max(0, at - 6) : at]:
            to_at = tokens.index("to", at)
            later = _amount(tokens, text.kinds, range(to_at + 1, min(len(tokens), to_at + 5)))
            if later is not None:
                earlier, now = _amount(tokens, text.kinds, range(at + 1, to_at)), later
        if earlier is None or now is None:
            continue
        if now == earlier or not 0.02 < (now + 1e-12) / (earlier + 1e-12) < 50:
            continue
        glad = -1 if any(word in UNWELCOME for word in tokens[max(0, at - 14) : at]) else 1
        return glad * (1.0 if now > earlier else -1.0)
    return 0.0


def _turned(tokens: Sequence[str], at: int) -> float:
    """A loss after a profit, or a profit after a loss."""
    before, after = tokens[max(0, at - 14) : at], tokens[at + 1 : at + 12]
    was_loss, is_loss = any(word in _LOSS for word in after), any(word in _LOSS for word in before)
    was_profit, is_profit = any(word in _PROFIT for word in after), any(word in _PROFIT for word in before)
    if is_loss and was_profit and not was_loss:
        return -1.0
    return 1.0 if is_profit and was_loss and not is_loss else 0.0


def _amount(tokens: Sequence[str], kinds: Sequence[str], places: range) -> float | None:
    """The first amount among `places`; a year or a percentage is none."""
    for place in places:
        if kinds[place] != "figure":
            continue
        match = _FIGURE.fullmatch(tokens[place])
        if match is None or match[2] in ("%", "pct", "percent", "x"):
            continue
        value = float(match[1].replace(",", ""))
        unit = match[2] or (tokens[place + 1] if place + 1 < len(tokens) else "")
        if match[2] is None and 1990 <= value <= 2040 and unit not in _SCALES and value == int(value):
            continue
        return value * _SCALES.get(unit, 1.0)
    return None
