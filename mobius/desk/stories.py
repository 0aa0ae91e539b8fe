"""Headlines of many outlets as stories. Here: which pieces are on a subject, folding those that tell the same. Not here: asking
sources, facts (news).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.facts import Sourced
from mobius.core.protocols import PROTOCOLS
from mobius.core.record_needs import Headline, Rule
from mobius.core.regulators import REGULATORS

PIECES_MOST = 150
"""Newest pieces that are compared with each other."""
_ALIKE = 0.6
"""Share of common words from which two titles tell the same."""
_WITHIN = timedelta(hours=24)
_WORD = re.compile(r"\w{3,}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CRYPTO = re.compile(
    r"\b(?:crypto\w*|digital assets?|virtual currenc\w+|bitcoin|ether|ethereum|blockchain|stablecoins?|tokeni[sz]\w+|tokens?|"
    r"defi|web3|nft|btc|eth)\b",
    re.IGNORECASE,
)


_EVERY_MARKET = re.compile(
    r"\b(?:crypto(?:currency|currencies)? (?:markets?|prices?|sell-?offs?|rall(?:y|ies))|sell-?off|liquidat\w+|FOMC|"
    r"federal reserve|the fed\b|rate (?:cut|hike|decision)s?|inflation|CPI|tariffs?|sanctions?|hack(?:ed|s|ers?)?|"
    r"exploit(?:ed|s)?|depeg\w*|insolven\w+|bankrupt\w+|halts? withdrawals?)",
    re.IGNORECASE,
)
"""Events that move prices of what they do not name."""


class Piece(Struct, frozen=True, kw_only=True):
    """One headline or document with where it came from."""

    title: str
    summary: str
    outlet: str
    address: str
    at: datetime
    field: str
    official: bool
    specialist: bool
    """Whether its outlet writes of nothing but crypto."""
    sourced: Sourced[tuple[Headline, ...]] | Sourced[tuple[Rule, ...]]

    @property
    def text(self) -> str:
        return f"{self.title} {self.summary}"


class Story(Struct, frozen=True, kw_only=True):
    """Pieces that tell the same, the one to show first."""

    pieces: tuple[Piece, ...]

    @property
    def first(self) -> Piece:
        return self.pieces[0]

    @property
    def n_outlets(self) -> int:
        return len({piece.outlet for piece in self.pieces})


def is_on_crypto(piece: Piece) -> bool:
    return _CRYPTO.search(piece.text) is not None


def moves_all(piece: Piece) -> bool:
    """Whether it tells of what may move every market."""
    return _EVERY_MARKET.search(piece.title) is not None


@cache
def _names_asset(ticker: str) -> Callable[[str], bool]:
    """Whether a text names an asset: by its name, its ticker in capitals, or a word that means nothing else."""
    asset = ASSETS[ticker]
    names = {asset.name, asset.name.removesuffix(" Protocol")}
    free = {word for word in asset.aliases if word not in asset.ambiguous and len(word) > 2} | {
        name for name in names if name.lower() not in asset.ambiguous
    }
    capital = {asset.ticker} | {name for name in names if name.lower() in asset.ambiguous}
    patterns = [
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words)))})(?!\w)", flags)
        for words, flags in ((free, re.IGNORECASE), (capital, re.NOFLAG))
        if words
    ]
    return lambda text: any(pattern.search(text) for pattern in patterns)


def names_asset(text: str, tickers: Iterable[str]) -> bool:
    return any(_names_asset(ticker)(text) for ticker in tickers if ticker in ASSETS)


@cache
def _names_protocol(slug: str) -> re.Pattern[str]:
    """A protocol by its name, as names are written: "Curve" and "Aave", not "the curve"."""
    return re.compile(rf"\b{re.escape(PROTOCOLS[slug].name)}\b")


def names_protocol(text: str, slugs: Iterable[str]) -> bool:
    return any(_names_protocol(slug).search(text) for slug in slugs if slug in PROTOCOLS)


def names_regulator(text: str, names: Sequence[str]) -> bool:
    return any(re.search(rf"\b(?:{REGULATORS[name].words})\b", text) for name in names)


def folded(pieces: Iterable[Piece]) -> tuple[Story, ...]:
    """Stories, the newest first; of the pieces that tell the same an official one stands first, then the earliest."""
    newest = sorted(pieces, key=lambda piece: piece.at, reverse=True)[:PIECES_MOST]
    groups: list[tuple[_Said, list[Piece]]] = []
    holding: dict[str, list[int]] = {}  # by word, the groups whose title has it: few titles share many words
    for piece in newest:
        said = _Said.of(piece.title)
        common = Counter(number for word in said.words for number in holding.get(word, ()))
        for number in sorted(common):
            known, group = groups[number]
            if group[0].at - piece.at <= _WITHIN and known.is_like(said, common[number]):
                group.append(piece)
                break
        else:
            for word in said.words:
                holding.setdefault(word, []).append(len(groups))
            groups.append((said, [piece]))
    stories = (Story(pieces=tuple(sorted(group, key=lambda each: (not each.official, each.at)))) for _, group in groups)
    return tuple(sorted(stories, key=lambda story: story.first.at, reverse=True))


class _Said(NamedTuple):
    """What a title says: its words and its numbers."""

    words: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, title: str) -> _Said:
        return cls(frozenset(_WORD.findall(title.lower())), frozenset(_NUMBER.findall(title)))

    def is_like(self, other: _Said, common: int) -> bool:
        """Whether both tell the same: most words are `common`, and the numbers are not quite different ones."""
        if self.numbers and other.numbers and not self.numbers & other.numbers:
            return False
        mine, others = len(self.words), len(other.words)
        return common == mine == others or (min(mine, others) >= 3 and common >= _ALIKE * (mine + others - common))
