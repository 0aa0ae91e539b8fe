"""Names of assets, protocols, chains, exchanges, indicators and currencies by the words people write. Here: the index.

The index maps a phrase (tokens joined by spaces) to an `Entry`; misspelt names are found among those of the same first
letter
whose letters are nearly the same set, in microseconds. Not here: which reading of an ambiguous word is meant
(mentions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from mobius.core.assets import ASSETS
from mobius.core.protocols import CHAINS, EXCHANGES, PROTOCOLS
from mobius.language.ordinary import COMMON_WORDS
from mobius.language.tokens import clean, tokenize
from mobius.language.words import ALSO_CAREFUL, CYRILLIC_ENDINGS, FOREIGN_ASSETS, FOREIGN_MONEY, INDICATORS, RISKS, SOFT

MIN_FUZZY = 5
"""Shorter words are too near to other words for a guess at a misspelling."""


class Entry(Struct, frozen=True, kw_only=True):
    """What a phrase can mean; several readings may stand side by side."""

    asset: str | None = None
    stable: bool = False
    staked: bool = False
    """A liquid-staking token."""
    currency: str | None = None
    protocol: str | None = None
    chain: str | None = None
    exchange: str | None = None
    indicator: str | None = None
    risk: str | None = None
    size: Decimal | None = None
    """Of a part of a unit ("sats"), in units of the asset."""
    ticker: bool = False
    """The phrase is the ticker itself."""
    careful: bool = False
    """An ordinary word as well, in at least one reading."""
    careful_of: frozenset[str] = frozenset()
    """The readings (`asset`, `protocol`, `chain`, `exchange`) for which it is one."""


class Gazetteer:
    """The index of phrases, built once; look-ups are pure."""

    __slots__ = ("_names", "longest", "phrases")

    def __init__(self) -> None:
        self.phrases: dict[str, Entry] = {}
        for phrase, entry in _entries():
            self._add(phrase, entry)
        self.longest = max(phrase.count(" ") + 1 for phrase in self.phrases)
        self._names = self._index()

    def _add(self, phrase: str, new: Entry) -> None:
        key = " ".join(token.low for token in tokenize(clean(phrase)))
        if not key:
            return
        old = self.phrases.get(key)
        self.phrases[key] = new if old is None else _merge(old, new)

    def _index(self) -> dict[str, list[tuple[str, int]]]:
        """Names long enough to be misspelt, by first letter, each with the set of its letters as bits."""
        index: dict[str, list[tuple[str, int]]] = {}
        for name, entry in self.phrases.items():
            named = entry.asset or entry.protocol or entry.exchange or (entry.chain and len(name) > 6)
            ordinary = entry.careful and name not in SOFT  # "compounded" is no slip of Compound
            if (
                named
                and not ordinary
                and not (entry.currency or entry.ticker)
                and len(name) >= MIN_FUZZY
                and name.isalpha()
                and name.isascii()
            ):
                index.setdefault(name[0], []).append((name, _letters(name)))
        return index

    def get(self, phrase: str) -> Entry | None:
        """The entry of an exact phrase, plural and possessive forms of a name included."""
        entry = self.phrases.get(phrase)
        if entry is None and len(phrase) > 4 and phrase[-1] == "s":
            entry = self.phrases.get(phrase[:-1])
            if entry is not None and (entry.ticker or entry.careful or entry.indicator or entry.risk):
                return None
        return entry

    def misspelt(self, word: str) -> Entry | None:
        """The one name that `word` is a likely slip of: one edit away, two from eight letters on; None for common
        words.

        >>> Gazetteer().misspelt("bitcion").asset, Gazetteer().misspelt("years")
        ('BTC', None)
        """
        if not MIN_FUZZY <= len(word) <= 16 or word in COMMON_WORDS or not word.isalpha() or not word.isascii():
            return None
        if word[-1] == "s" and word[:-1] in COMMON_WORDS:
            return None
        best: tuple[int, str] | None = None
        letters, length = _letters(word), len(word)
        for name, name_letters in self._names.get(word[0], ()):
            allowed = 2 if length >= 8 and len(name) >= 8 else 1
            # One edit changes at most two letters of the set: most names drop out here, for the price of an XOR.
            if abs(len(name) - length) > allowed or (letters ^ name_letters).bit_count() > 2 * allowed:
                continue
            distance = _distance(word, name)
            if distance <= allowed and (best is None or (distance, name) < best):
                best = distance, name
        return replace(self.phrases[best[1]], ticker=False) if best else None


@cache
def gazetteer() -> Gazetteer:
    """The one index, built at first use."""
    return Gazetteer()


def _letters(word: str) -> int:
    """The set of letters of an ASCII word, a bit each."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) - 97)
    return bits


def _distance(left: str, right: str) -> int:
    """Edits between two words, a swap of neighbours counting as one (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        previous, row = row, [i]
        for j, b in enumerate(right, start=1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = previous
    return row[-1]


def _merge(old: Entry, new: Entry) -> Entry:
    """Both readings of one phrase; of two assets the one whose ticker it is, else the first (the larger)."""
    asset_of = new if new.asset and (old.asset is None or (new.ticker and not old.ticker)) else old
    return Entry(
        asset=asset_of.asset, stable=asset_of.stable, staked=asset_of.staked, size=asset_of.size,
        ticker=asset_of.ticker,
        currency=old.currency or new.currency, protocol=old.protocol or new.protocol, chain=old.chain or new.chain,
        exchange=old.exchange or new.exchange, indicator=old.indicator or new.indicator, risk=old.risk or new.risk,
        careful=old.careful or new.careful, careful_of=old.careful_of | new.careful_of,
    )  # fmt: skip


def _careful(yes: bool, reading: str) -> frozenset[str]:
    return frozenset((reading,)) if yes else frozenset()


def _entries() -> Iterator[tuple[str, Entry]]:
    yield from _asset_entries()
    for slug, protocol in PROTOCOLS.items():
        for word in protocol.aliases:
            careful = word in protocol.ambiguous
            yield word, Entry(protocol=slug, careful=careful, careful_of=_careful(careful, "protocol"))
    for slug, chain in CHAINS.items():
        for word in chain.aliases:
            careful = word in chain.ambiguous and word != "mainnet"
            yield word, Entry(chain=slug, careful=careful, careful_of=_careful(careful, "chain"))
    for slug, exchange in EXCHANGES.items():
        for word in exchange.aliases:
            careful = word in exchange.ambiguous
            yield word, Entry(exchange=slug, careful=careful, careful_of=_careful(careful, "exchange"))
    for name, words in INDICATORS.items():
        for word in words.split(","):
            yield word, Entry(indicator=name)
    for name, words in RISKS.items():
        for word in words.split(","):
            yield word, Entry(risk=name)


def _asset_entries() -> Iterator[tuple[str, Entry]]:
    for ticker, asset in ASSETS.items():
        money = asset.kind == "fiat"
        parts = dict(asset.sub_unit) if ticker in ("BTC", "SOL") else {}  # gwei is how fees are told, not an amount
        if money:
            yield from ((word, Entry(currency=ticker, size=size)) for word, size in asset.sub_unit)
        stable = asset.kind == "stablecoin"
        for word in asset.aliases:
            own, careful = word == ticker.lower(), word in asset.ambiguous or word in ALSO_CAREFUL
            if money:
                yield word, Entry(currency=ticker, ticker=own, careful=careful)
            else:
                yield word, Entry(
                    asset=ticker, stable=stable, staked=asset.kind == "liquid_staking", size=parts.get(word),
                    ticker=own, careful=careful,
                    careful_of=_careful(careful, "asset"),
                )  # fmt: skip
    for ticker, entry in _foreign(FOREIGN_ASSETS):
        yield entry, Entry(asset=ticker, stable=ASSETS[ticker].kind == "stablecoin")
    for ticker, entry in _foreign(FOREIGN_MONEY):
        yield entry, Entry(currency=ticker)


def _foreign(table: dict[str, str]) -> Iterable[tuple[str, str]]:
    """Each word, Cyrillic ones with their case endings."""
    for ticker, words in table.items():
        for word in words.split():
            endings = CYRILLIC_ENDINGS if "а" <= word[0] <= "я" and word[-1] not in "оы" else ("",)
            for ending in endings:
                yield ticker, word + ending
