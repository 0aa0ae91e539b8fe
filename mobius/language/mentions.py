"""What a question names: entities, numbers, money, spans, days. Here: one pass from text to a `Reading`, whatever the
        intent.

A name that is an ordinary word too ("link", "base", "compound") counts only where the words around it say so. Which
reading
of a name holds (Uniswap the protocol or UNI the token) is settled later, by the intent. Not here: slots, intents.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from mobius.language.dates import NamedDay, read_as_of
from mobius.language.gazetteer import Gazetteer
from mobius.language.numbers import Number, is_amount, read_numbers
from mobius.language.scan import Entity, Scan, is_name
from mobius.language.spans import Span, read_spans
from mobius.language.tokens import Token, clean, tokenize

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₴": "UAH",
          "₦": "NGN", "₫": "VND", "₪": "ILS", "฿": "THB", "₱": "PHP"}  # fmt: skip
_AFTER_NUMBER = frozenset(
    {"real", "won", "rand", "try", "pound", "pounds", "buck", "sar", "php", "clp", "块", "元", "원", "zl"}
)


class Quantity(Struct, frozen=True):
    """A number with what stands beside it: a currency, a percent sign, the asset it counts."""

    value: Decimal
    start: int
    end: int
    currency: str | None = None
    percent: bool = False
    of: int | None = None
    """Index in `Reading.entities` of what it counts."""
    words: bool = False
    marked: bool = False
    """Written with a multiplier ("10k") or separators, as sums of money are."""
    gwei: bool = False


class Reading(Struct, frozen=True):
    """All that a cleaned question names."""

    text: str
    low: str
    tokens: Sequence[Token]
    entities: Sequence[Entity]
    quantities: Sequence[Quantity]
    currencies: Sequence[tuple[str, int]]
    """Currency codes with the token that names each."""
    spans: Sequence[Span]
    day: NamedDay | None
    indicators: Sequence[str]
    risks: Sequence[str]
    addresses: Sequence[str]
    ens: Sequence[str]
    bad_addresses: Sequence[str]
    """Mixed-case addresses whose checksum fails, and hex that is no address."""
    taken: frozenset[int]
    """Tokens that belong to some mention."""


def read(text: str, names: Gazetteer, now: datetime) -> Reading:
    """Read a question; total on any text, time bounded by `tokens.MAX_CHARS`."""
    cleaned = clean(text)
    low = cleaned.lower()
    tokens = tokenize(cleaned)
    day = read_as_of(cleaned, now)
    spans = [span for span in read_spans(cleaned, now) if day is None or span.end <= day.start or span.start >= day.end]
    covered = _covered(tokens, spans, day)
    entities, indicators, risks = Scan(tokens, names, covered).run()
    numbers = [
        number for number in read_numbers(tokens) if not any(i in covered for i in range(number.start, number.end))
    ]
    in_names = {i for entity in entities for i in range(entity.start, entity.end)}
    numbers = [number for number in numbers if number.start not in in_names]
    money = _money(tokens, entities, numbers)
    parts = {e.start: e.entry.size for e in entities if e.entry.currency and e.entry.size}
    entities = [e for e in entities if not e.entry.currency or is_name(e.entry)]
    quantities = _quantities(tokens, entities, numbers, money, parts)
    taken = (
        covered | in_names | {i for _, i in money} | {i for number in numbers for i in range(number.start, number.end)}
    )
    good = [token.text for token in tokens if token.kind == "address" and _is_address(token.text)]
    return Reading(
        text=cleaned, low=low, tokens=tokens,
        entities=entities,
        quantities=quantities, currencies=money, spans=spans, day=day, indicators=indicators, risks=risks,
        addresses=good,
        ens=[token.low for token in tokens if token.kind == "ens"],
        bad_addresses=[t.text for t in tokens if (t.kind == "address" and t.text not in good) or t.kind == "hex"],
        taken=frozenset(taken),
    )  # fmt: skip


def _is_address(text: str) -> bool:
    digits = text[2:]
    if digits == digits.lower() or digits == digits.upper():
        return True
    from mobius.language.keccak import checksummed  # only a mixed-case address needs it

    return checksummed(text)


def _covered(tokens: Sequence[Token], spans: Sequence[Span], day: NamedDay | None) -> set[int]:
    """Tokens inside a span or a named day: their numbers are no amounts."""
    ranges = [(span.start, span.end) for span in spans] + ([(day.start, day.end)] if day else [])
    if not ranges:
        return set()
    return {i for i, t in enumerate(tokens) if any(start <= t.start < end for start, end in ranges)}


def _money(tokens: Sequence[Token], entities: Sequence[Entity], numbers: Sequence[Number]) -> list[tuple[str, int]]:
    """Currencies by name or sign, in order. A dollar sign before a word is a cashtag, not money."""
    found = [(e.entry.currency, e.start) for e in entities if e.entry.currency]
    beside = {number.start - 1 for number in numbers} | {number.end for number in numbers}
    found += [
        (_SIGNS[token.low], i)
        for i, token in enumerate(tokens)
        if token.low in _SIGNS and (i in beside or token.low != "$" or _lone_dollar(tokens, i))
    ]
    return sorted(((code, i) for code, i in found if code), key=lambda pair: pair[1])


def _lone_dollar(tokens: Sequence[Token], at: int) -> bool:
    return (
        at > 0
        and tokens[at - 1].low in ("in", "to", "into")
        and not (at + 1 < len(tokens) and tokens[at + 1].kind == "word")
    )


_FILLERS = frozenset({"of", "in", "worth", "de", "von", "worth of", "the", "my", "units", "native", "d", "di", "em"})


def _quantities(
    tokens: Sequence[Token],
    entities: Sequence[Entity],
    numbers: Sequence[Number],
    money: Sequence[tuple[str, int]],
    parts: dict[int, Decimal],
) -> list[Quantity]:
    """`parts` are the sizes of parts of a currency ("cents") by token."""
    money_at = {at: code for code, at in money}
    start_of = {entity.start: index for index, entity in enumerate(entities) if is_name(entity.entry)}
    found: list[Quantity] = []
    for number in numbers:
        glued = number.unit
        percent = _is_percent(tokens, number)
        gwei = (glued in ("gwei", "sat", "sats") and glued == "gwei") or _low(tokens, number.end) == "gwei"
        currency = money_at.get(number.start - 1) if _low(tokens, number.start - 1) in _SIGNS else None
        currency = (
            currency
            or money_at.get(number.end)
            or (money_at.get(number.end + 1) if _low(tokens, number.end) in ("us", "of") else None)
        )
        of = None if percent or currency else _counted(tokens, number, start_of)
        if not is_amount(number) and not percent:
            continue
        text = tokens[number.start].text
        value = number.value * parts.get(number.end, 1)
        found.append(
            Quantity(
                value,
                number.start,
                number.end,
                currency=currency,
                percent=percent,
                of=of,
                words=number.words,
                marked=number.value >= 1000 or "," in text or "k" in text.lower(),
                gwei=gwei,
            )
        )
    return found


def _low(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].low if 0 <= at < len(tokens) else ""


_PERCENT = frozenset(
    "% percent pct prozent porciento pourcent процентов процента процент yuzde prosent por-ciento".split()
)


def _is_percent(tokens: Sequence[Token], number: Number) -> bool:
    after, then = _low(tokens, number.end), _low(tokens, number.end + 1)
    return (
        number.unit in ("pct", "percent")
        or after in _PERCENT
        or (after in ("per", "por") and then in ("cent", "ciento", "cento"))
    )


def _counted(tokens: Sequence[Token], number: Number, start_of: dict[int, int]) -> int | None:
    """The entity a number counts: right after it, with at most two fillers between ("5000 worth of eth")."""
    at = number.end
    for _ in range(3):
        if at in start_of:
            return start_of[at]
        if _low(tokens, at) == "$" or _low(tokens, at) in _FILLERS:
            at += 1
        else:
            return None
    return None
