"""Numbers as people write them. Here: "10k", "1,200", "0,5", "2 million", "half a", "a hundred". Not here: what they count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from mobius.language.tokens import Token

_PARTS = re.compile(r"([\d.,'_]*\d)(e[+-]?\d{1,2}|\w*)")
_POWER = re.compile(r"e[+-]?\d{1,2}")
_SUFFIX = {
    "k": 3, "m": 6, "mm": 6, "mn": 6, "mln": 6, "mil": 6, "mio": 6, "b": 9, "bn": 9, "bln": 9, "t": 12, "tn": 12,
    "tsd": 3, "к": 3, "kk": 6,
}  # fmt: skip
_SCALE = {
    "k": 3, "thousand": 3, "thousands": 3, "grand": 3, "million": 6, "millions": 6, "mio": 6, "mln": 6, "mn": 6,
    "billion": 9, "billions": 9, "bn": 9, "trillion": 12, "hundred": 2, "tausend": 3, "millionen": 6, "milliarde":
    9, "milliarden": 9, "mil": 3, "mille": 3, "millon": 6, "millones": 6, "milhao": 6, "milhoes": 6, "milioni": 6,
    "mila": 3, "bin": 3, "milyon": 6, "milyar": 9, "тысяч": 3, "тысячи": 3, "тыс": 3, "миллион": 6, "миллиона": 6,
    "миллионов": 6, "млн": 6, "млрд": 9, "万": 4, "萬": 4, "千": 3, "百": 2, "億": 8, "亿": 8, "만": 4, "억": 8, "lakh": 5,
    "lakhs": 5, "crore": 7, "crores": 7, "juta": 6, "ribu": 3,
}  # fmt: skip
_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_BIG_WORDS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "grand": 3}
_FOREIGN = {
    "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
    "hundert": 100, "tausend": 1000, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "diez": 10, "cien": 100, "deux":
    2, "trois": 3, "quatre": 4, "cinq": 5, "dix": 10, "cent": 100, "dois": 2, "duas": 2, "dez": 10, "cem": 100,
    "два": 2, "три": 3, "пять": 5, "десять": 10, "сто": 100, "一": 1, "两": 2, "三": 3, "五": 5, "十": 10, "iki": 2,
    "uc": 3, "bes": 5, "yuz": 100,
}  # fmt: skip
# Letters glued to a number that make it a span of time or a multiple, and so no amount.
_NOT_AMOUNT = frozenset({"h", "hr", "hrs", "d", "w", "y", "yr", "min", "mins", "s", "st", "nd", "rd", "th", "x"})
_LIMIT = Decimal(10) ** 30


class Number(Struct, frozen=True, gc=False):
    """A number over tokens [start, end); `unit` are letters glued to it that are no multiplier ("h" of 4h)."""

    value: Decimal
    start: int
    end: int
    unit: str = ""
    words: bool = False
    """Spelt out ("two", "half a") rather than in digits."""


def decimal_of(text: str) -> Decimal | None:
    """Read digits with separators: a comma before exactly three digits groups, otherwise it is a decimal comma.

    >>> [str(decimal_of(t)) for t in ("1,200", "1.200,50", "0,5", "1,200,000.5", "60.000", "1.2", "1.200.000")]
    ['1200', '1200.50', '0.5', '1200000.5', '60000', '1.2', '1200000']
    """
    text = text.replace("_", "").replace("'", "")
    commas, dots = text.count(","), text.count(".")
    if commas and dots:
        comma_last = text.rfind(",") > text.rfind(".")
        text = text.replace(".", "").replace(",", ".") if comma_last else text.replace(",", "")
    elif commas:
        head, *groups = text.split(",")
        grouped = head not in ("", "0") and len(head) <= 3 and all(len(group) == 3 for group in groups)
        text = text.replace(",", "") if grouped or commas > 1 else text.replace(",", ".")
    elif dots > 1 or re.fullmatch(r"[1-9]\d{0,2}\.000", text):
        text = text.replace(".", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value < _LIMIT else None


def read_numbers(tokens: Sequence[Token]) -> list[Number]:
    """Every number of a question, left to right, none overlapping.

    >>> from mobius.language.tokens import tokenize
    >>> [plain(n.value) for n in read_numbers(tokenize("10k, 2 million, half a, three hundred, 1.5m, 4h"))]
    [10000, 2000000, 0.5, 300, 1500000, 4]
    >>> [plain(n.value) for n in read_numbers(tokenize("1e5, 2.5e3, 1e-3"))]
    [100000, 2500, 0.001]
    """
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        number = _digits(tokens, at) if tokens[at].kind == "number" else _spelt(tokens, at)
        if number is None:
            at += 1
        else:
            found.append(number)
            at = number.end
    return found


def _digits(tokens: Sequence[Token], at: int) -> Number | None:
    match = _PARTS.fullmatch(tokens[at].low)
    value = decimal_of(match[1]) if match else None
    if match is None or value is None:
        return None
    suffix, end = match[2], at + 1
    if _POWER.fullmatch(suffix):  # "1e5", as programmers write it
        return _number(value.scaleb(int(suffix[1:])), at, end, "")
    if suffix in _SUFFIX:
        return _number(value.scaleb(_SUFFIX[suffix]), at, end, suffix if suffix == "m" else "")
    if suffix:
        return _number(value, at, end, suffix)
    while end < len(tokens) and _is_group(tokens, end, match[1]):
        value, end = value * 1000 + int(tokens[end].text), end + 1
    if end < len(tokens) and (power := _SCALE.get(tokens[end].low)) is not None and tokens[end].kind == "word":
        return _number(value.scaleb(power), at, end + 1, "")
    return _number(value, at, end, "")


def _number(value: Decimal, start: int, end: int, unit: str) -> Number | None:
    return Number(value, start, end, unit) if value < _LIMIT else None


def _is_group(tokens: Sequence[Token], at: int, before: str) -> bool:
    """ "10 000": three digits after a single space, taken as a group when they are zeros or the head is short."""
    token = tokens[at]
    return (
        token.low == "000"
        and token.start == tokens[at - 1].end + 1
        and len(tokens[at - 1].text) <= 3
        and before.isdigit()
    )


def _spelt(tokens: Sequence[Token], at: int) -> Number | None:
    low = tokens[at].low
    if low in ("half", "quarter"):
        end = at + 1
        if end < len(tokens) and tokens[end].low == "of":
            end += 1
        if end < len(tokens) and tokens[end].low in ("a", "an"):
            return Number(Decimal("0.5") if low == "half" else Decimal("0.25"), at, end + 1, words=True)
        return None
    if low in ("a", "an"):
        return _with_article(tokens, at)
    if low in _UNITS or low in _TENS:
        return _english(tokens, at)
    if low in _FOREIGN:
        value, end = Decimal(_FOREIGN[low]), at + 1
        if end < len(tokens) and (power := _SCALE.get(tokens[end].low)) is not None:
            value, end = value.scaleb(power), end + 1
        return Number(value, at, end, words=True)
    return None


def _with_article(tokens: Sequence[Token], at: int) -> Number | None:
    if at + 1 >= len(tokens):
        return None
    after = tokens[at + 1].low
    if after in _BIG_WORDS:
        value, end = Decimal(1).scaleb(_BIG_WORDS[after]), at + 2
        if end < len(tokens) and tokens[end].low in _BIG_WORDS:
            value, end = value.scaleb(_BIG_WORDS[tokens[end].low]), end + 1
        return Number(value, at, end, words=True)
    if after in ("half", "quarter"):
        return Number(Decimal("0.5") if after == "half" else Decimal("0.25"), at, at + 2, words=True)
    if after == "dozen":
        return Number(Decimal(12), at, at + 2, words=True)
    return None


def _english(tokens: Sequence[Token], at: int) -> Number:
    """ "two hundred and fifty thousand": units and tens add up, hundred and the rest multiply."""
    total, current, end = Decimal(0), Decimal(0), at
    while end < len(tokens):
        low = tokens[end].low
        if low in _TENS or (low in _UNITS and (end == at or tokens[end - 1].low not in _UNITS)):
            current += _TENS.get(low, _UNITS.get(low, 0))
        elif low == "hundred":
            current *= 100
        elif low in _BIG_WORDS and current:
            total, current = total + current.scaleb(_BIG_WORDS[low]), Decimal(0)
        elif not _joins(tokens, end):
            break
        end += 1
    value = total + current
    if (
        end + 2 < len(tokens)
        and tokens[end].low == "and"
        and tokens[end + 1].low == "a"
        and tokens[end + 2].low == "half"
    ):
        value, end = value + Decimal("0.5"), end + 3
    return Number(value, at, end, words=True)


def _joins(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].low == "-":
        return at + 1 < len(tokens) and tokens[at + 1].low in _UNITS and tokens[at - 1].low in _TENS
    if tokens[at].low != "and" or tokens[at - 1].low not in _BIG_WORDS:
        return False
    return at + 1 < len(tokens) and (tokens[at + 1].low in _UNITS or tokens[at + 1].low in _TENS)


def plain(value: Decimal) -> int | float:
    """A JSON number: an integer when it is one.

    >>> plain(Decimal("10000")), plain(Decimal("0.35"))
    (10000, 0.35)
    """
    return int(value) if value == value.to_integral_value() else float(value)


def is_amount(number: Number) -> bool:
    """Whether the letters glued to a number leave it a plain quantity."""
    return number.unit not in _NOT_AMOUNT
