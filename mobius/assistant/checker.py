"""Nothing is said that no fact bears out. Here: what a text may contain, and the check of every answer. Not here: wording.

A numeral (digits of any script, number words, "half", "doubled") may stand in an answer only if it is
(a) rendered from a fact, (b) an echo of the question, which is a fact of source `question`, (c) part of a registered name,
(d) a date or age rendered from a fact, or (e) literal text of a template, where it was reviewed.
Text that a model wrote has no templates, and gets (a) to (c) only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache

from msgspec import Struct

from mobius.core.answers import Answer, ChartBlock, FactRef, ListBlock, TableBlock, Text, TextBlock
from mobius.core.assets import ASSETS
from mobius.core.facts import Fact
from mobius.core.protocols import CHAINS, EXCHANGES, PROTOCOLS
from mobius.core.words import FORMATS, Dynamic, Line, Part, render


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NUMBER_WORDS = _words(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million
    millions billion billions trillion trillions dozen dozens half halved halves third thirds quarter quarters double
    doubled doubles doubling triple tripled triples tripling quadruple quadrupled twice thrice tenfold twofold
    threefold"""
)
_STANDARDS = _words(
    """erc-20 erc-721 erc-1155 erc-4626 erc-1967 eip-1559 eip-1167 eip-7702 eip-4844 eip-712 permit2 v2 v3 v4 aave-v2
    aave-v3 compound-v2 compound-v3 uniswap-v2 uniswap-v3 uniswap-v4 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w s&p500
    layer-1 layer-2 l1 l2 web3"""
)
_TOKEN = re.compile(r"[^\s,;:!?()\[\]{}<>\"“”]+")
_PLACEHOLDER = re.compile(r"\{fact:([\w.\-]+):(\w+)\}")


class Violation(Struct, frozen=True):
    where: str
    what: str


class UnboundFigure(Exception):
    """A draft says a figure that no fact bears out: a bug in a tool or a model's invention, never shown."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__("; ".join(f"{v.where}: {v.what}" for v in violations))
        self.violations = violations


# --------------------------------------------------------------------------------------------------- literal text


@cache
def registered_names() -> frozenset[str]:
    """Every token of a registered name that contains a numeral, in lower case."""
    names: list[str] = []
    for asset in ASSETS.values():
        names += [asset.ticker, asset.name, *asset.aliases, *(former.note for former in asset.formerly)]
    for registry in (PROTOCOLS, CHAINS, EXCHANGES):
        for record in registry.values():
            names += [record.slug, record.name, *record.aliases]
    tokens = {token.lower() for name in names for token in _tokens(name)}
    return frozenset(token for token in tokens if _has_numeral(token)) | _STANDARDS


def _tokens(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        yield match[0].strip(".'’…/·–—-") or match[0]


@cache
def _has_numeral(token: str) -> bool:
    if any(unicodedata.numeric(char, None) is not None for char in token):
        return True
    return any(part in NUMBER_WORDS for part in re.split(r"[^\w]+", token.lower()))


def numerals(text: str) -> list[str]:
    """The tokens of `text` that say a number and are no registered name."""
    if text.isascii() and text.isalpha() and text.lower() not in NUMBER_WORDS:
        return []
    names = registered_names()
    found = []
    for token in _tokens(unicodedata.normalize("NFKC", text)):
        if not _has_numeral(token) or token.lower() in names:
            continue
        pieces = [piece for piece in token.split("/") if _has_numeral(piece)]  # "1INCH/USD", "BTC/USDT-1h"
        if any(piece.lower() not in names for piece in pieces):
            found.append(token)
    return found


# --------------------------------------------------------------------------------------------------------- checking


def check_line(where: str, line: Line, facts: Mapping[str, Fact], now: datetime) -> Iterator[Violation]:
    """What is wrong with one line of a draft that templates wrote."""
    for part in line:
        if isinstance(part, FactRef):
            yield from check_ref(where, part, facts, now)
        elif isinstance(part, Dynamic):
            for token in numerals(part):
                yield Violation(where, f"{token!r} stands in run-time text and comes from no fact")


def check_ref(where: str, ref: FactRef, facts: Mapping[str, Fact], now: datetime) -> Iterator[Violation]:
    """A figure must name a known fact and read exactly as that fact renders."""
    fact = facts.get(ref.fact)
    if fact is None:
        yield Violation(where, f"{ref.text!r} names {ref.fact!r}, which is no fact of the answer")
    elif ref.format not in FORMATS:
        yield Violation(where, f"{ref.format!r} is no format")
    elif render(fact, ref.format, now) != ref.text:
        yield Violation(where, f"{ref.text!r} is not how {ref.fact!r} reads")
    elif ref.format == "text":
        for token in numerals(ref.text) if isinstance(fact.value, str) and fact.unit == "text" else ():
            if fact.source not in ("question", "default") and not _is_outside_text(fact):
                yield Violation(where, f"{token!r} is a numeral inside the text of {ref.fact!r}")


def _is_outside_text(fact: Fact) -> bool:
    """A leaf of a provider may be quoted as it is: its path says where it stands."""
    return fact.path is not None


def check_closed(facts: Mapping[str, Fact]) -> Iterator[Violation]:
    """Every derived fact's parents are facts of the answer too, down to leaves."""
    for fact in facts.values():
        for parent in fact.derived_from:
            if parent not in facts:
                yield Violation(fact.id, f"is derived from {parent!r}, which is no fact of the answer")


def check_answer(answer: Answer, drafted: Mapping[str, Text], now: datetime) -> tuple[Violation, ...]:
    """Compare a finished answer with what was drafted: the same words, the same facts, each rendered exactly.

    `drafted` holds the checked text of each place (`headline`, `blocks[0].rows[1][2]`, ...). A numeral that was changed, a
    sign, a unit, a fact swapped for another: each differs from the draft or from the fact's own rendering.
    """
    violations: list[Violation] = []
    seen = dict(texts_of(answer))
    for where in sorted(set(seen) | set(drafted)):
        if seen.get(where) != drafted.get(where):
            violations.append(Violation(where, "is not what was drafted"))
        for part in seen.get(where, ()):
            if isinstance(part, FactRef):
                violations += check_ref(where, part, answer.facts, now)
    violations += check_closed(answer.facts)
    return tuple(violations)


def texts_of(answer: Answer) -> Iterator[tuple[str, Text]]:
    """Every text of an answer with its place."""
    yield "headline", answer.headline
    yield "headline_plain", (answer.headline_plain,)
    for number, block in enumerate(answer.blocks):
        yield from _texts_of_block(f"blocks[{number}]", block)
    for number, caveat in enumerate(answer.caveats):
        yield f"caveats[{number}]", caveat
    for number, followup in enumerate(answer.followups):
        yield f"followups[{number}]", (followup,)


def _texts_of_block(where: str, block: TextBlock | ListBlock | TableBlock | ChartBlock) -> Iterator[tuple[str, Text]]:
    if isinstance(block, TextBlock):
        yield f"{where}.text", block.text
    elif isinstance(block, ListBlock):
        yield f"{where}.title", (block.title or "",)
        for number, item in enumerate(block.items):
            yield f"{where}.items[{number}]", item
    elif isinstance(block, TableBlock):
        yield f"{where}.title", (block.title or "",)
        yield f"{where}.columns", block.columns
        for number, row in enumerate(block.rows):
            for column, cell in enumerate(row):
                yield f"{where}.rows[{number}][{column}]", (cell,)
    else:
        yield f"{where}.title", (block.title,)
        yield f"{where}.levels", block.levels


# ---------------------------------------------------------------------------------------------- what a model wrote


def bind_model_text(text: str, facts: Mapping[str, Fact], now: datetime) -> tuple[Line, tuple[Violation, ...]]:
    """Turn `{fact:id:format}` placeholders into figures; any other numeral that is no registered name is a violation."""
    parts: list[Part] = []
    violations: list[Violation] = []
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        parts.append(Dynamic(text[position : match.start()]))
        fact, fmt = facts.get(match[1]), match[2]
        if fact is None or fmt not in FORMATS:
            violations.append(Violation("model", f"{match[0]} names no fact and format of this answer"))
        else:
            parts.append(FactRef(fact=fact.id, format=fmt, text=render(fact, fmt, now)))
        position = match.end()
    parts.append(Dynamic(text[position:]))
    line = tuple(part for part in parts if part != "")
    return line, (*violations, *(v for v in check_line("model", line, facts, now)))


def merged(line: Line) -> Text:
    """A checked line as answer text: adjacent literals joined."""
    out: list[str | FactRef] = []
    for part in line:
        if isinstance(part, FactRef):
            out.append(part)
        elif out and isinstance(out[-1], str):
            out[-1] = out[-1] + str(part)
        else:
            out.append(str(part))
    return tuple(out)
