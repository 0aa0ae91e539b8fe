"""Headlines of many outlets as stories. Here: which pieces are on a subject, folding those that tell the same. Not here: asking
sources, facts (news).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.facts import Sourced
from mobius.core.record_needs import Headline, Rule
from mobius.core.regulators import REGULATORS

PIECES_MOST = 150
"""Newest pieces that are compared with each other."""
_ALIKE = 0.6
"""Share of common words from which two titles tell the same."""
_WITHIN = timedelta(hours=48)
_WORD = re.compile(r"\w{3,}")
_CRYPTO = re.compile(
    r"\b(?:crypto\w*|digital assets?|virtual currenc\w+|bitcoin|ether|ethereum|blockchain|stablecoins?|tokeni[sz]\w+|tokens?|"
    r"defi|web3|nft|btc|eth)\b",
    re.IGNORECASE,
)


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


def names_regulator(text: str, names: Sequence[str]) -> bool:
    return any(re.search(rf"\b(?:{REGULATORS[name].words})\b", text) for name in names)


def folded(pieces: Iterable[Piece]) -> tuple[Story, ...]:
    """Stories by their newest piece; of the pieces that tell the same an official one stands first, then the earliest."""
    newest = sorted(pieces, key=lambda piece: piece.at, reverse=True)[:PIECES_MOST]
    groups: list[tuple[frozenset[str], list[Piece]]] = []
    for piece in newest:
        words = frozenset(_WORD.findall(piece.title.lower()))
        for known, group in groups:
            if group[0].at - piece.at <= _WITHIN and _alike(known, words):
                group.append(piece)
                break
        else:
            groups.append((words, [piece]))
    return tuple(
        Story(pieces=tuple(sorted(group, key=lambda piece: (not piece.official, piece.at)))) for _, group in groups
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return one == other or (
        min(len(one), len(other)) >= 3 and len(one & other) >= _ALIKE * len(one | other)
    )  # fmt: skip
