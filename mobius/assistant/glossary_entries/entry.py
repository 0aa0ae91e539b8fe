"""One term of the glossary. Here: Entry. Not here: the texts (its siblings), finding one in a question (glossary)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Example = Literal["market_cap", "dominance", "fear_greed", "satoshi", "volatility", "volume", "peg", "staked_ether"]
"""A worked example with figures of the day; the explain tool knows how to fill each."""


class Entry(Struct, frozen=True):
    """A term in two or three plain sentences, reviewed here: the text may hold numerals, being a template's."""

    slug: str
    term: str
    aliases: tuple[str, ...]
    text: str
    related: tuple[str, ...]
    weak: tuple[str, ...] = ()
    """Words that are also ordinary English: they count only when the question holds no other term."""
    example: Example | None = None
