"""Many posts as one voice each. Here: near-duplicates, floods, spam, and what each post weighs. Not here: scoring a text.

A crowd is easily faked: the same text from many accounts, one account a hundred times, tickers strewn over a link. Each of
these weighs its posts down; none throws a post away, so that what was left out can be counted.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence

from msgspec import Struct

from mobius.sentiment.reading import Text, read

_SHINGLE = 3
_SAME = 0.6
"""Share of shingles that two texts have in common from which on they say the same."""
_ROWS, _BANDS = 3, 8
"""Of the sketch by which near-duplicates are found: texts that share a band are compared."""
_PRIMES = tuple((2_654_435_761 * (2 * i + 1)) % 2**32 | 1 for i in range(_ROWS * _BANDS))
_MANY_CASHTAGS = 4
_SPAM_WORDS = frozenset(
    "airdrop giveaway whitelist presale telegram whatsapp dm signals vip referral bonus claim freemint mint promo join "
    "guaranteed winner winners free gift send double".split()
)
_MANY_SPAM_WORDS = 3
_TO_MACHINES = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|guideline)s?\b|\bsystem prompt\b",
    re.IGNORECASE,
)
"""Said to whoever reads by machine, not to the crowd."""


class Post(Struct, frozen=True, kw_only=True):
    """What a post is to a crowd: its text, who wrote it (empty where it is not told), how many agreed."""

    text: str
    author: str = ""
    votes: int | None = None


class Weighed(Struct, frozen=True, kw_only=True):
    """What each post weighs, in the order given, and why the rest was weighed down."""

    weights: tuple[float, ...]
    repeats: int
    """Posts that say what an earlier one said."""
    flooded: int
    """Posts of an author who had spoken before."""
    spam: int

    @property
    def effective(self) -> float:
        """How many voices there are: the posts it would take if all weighed the same (Kish, 1965)."""
        squares = sum(weight * weight for weight in self.weights)
        return sum(self.weights) ** 2 / squares if squares else 0.0


def weigh(posts: Sequence[Post]) -> Weighed:
    """Weigh posts: the nth of several copies weighs 1/n², an author's nth post 1/n, spam a tenth; votes add a little.

    Votes count by their logarithm, so that one post with thousands does not drown the rest.
    """
    texts = [read(post.text) for post in posts]
    groups = _groups([_shingles(text) for text in texts])
    sizes: dict[int, int] = {}
    spoken: dict[str, int] = {}
    weights: list[float] = []
    repeats = flooded = spam = 0
    for post, text, group in zip(posts, texts, groups, strict=True):
        sizes[group] = sizes.get(group, 0) + 1
        nth = sizes[group]
        weight = 1 / nth**2
        repeats += nth > 1
        if post.author:
            spoken[post.author] = spoken.get(post.author, 0) + 1
            weight /= spoken[post.author]
            flooded += spoken[post.author] > 1
        if is_spam(text):
            weight *= 0.1
            spam += 1
        if post.votes is not None and post.votes > 0:
            weight *= 1 + math.log10(1 + post.votes) / 2
        weights.append(weight)
    return Weighed(weights=tuple(weights), repeats=repeats, flooded=flooded, spam=spam)


def is_spam(text: Text) -> bool:
    """Whether a text is made to be found rather than read: tickers strewn about, giveaways, orders to machines."""
    if _TO_MACHINES.search(text.clean) is not None:
        return True
    called = sum(token in _SPAM_WORDS for token in text.tokens)
    return text.cashtags > _MANY_CASHTAGS or called >= _MANY_SPAM_WORDS or (called >= 2 and text.links > 0)


def _shingles(text: Text) -> frozenset[int]:
    """Runs of words as numbers; figures and tickers count by their kind, so that a changed number hides nothing."""
    words = [
        token if kind == "word" else f"<{kind}>"
        for token, kind in zip(text.tokens, text.kinds, strict=True)
        if kind not in ("mark", "sign")
    ]
    runs = [words[i : i + _SHINGLE] for i in range(max(1, len(words) - _SHINGLE + 1))]
    return frozenset(zlib.crc32(" ".join(run).encode()) for run in runs) if words else frozenset()


def _groups(shingles: Sequence[frozenset[int]]) -> list[int]:
    """For each text the place of the first one that it repeats, or its own."""
    first: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    groups: list[int] = []
    for at, found in enumerate(shingles):
        group = at
        bands = _bands(found)
        rivals = dict.fromkeys(place for band in bands for place in first.get(band, ()))
        for place in rivals:
            if _alike(found, shingles[place]):
                group = place
                break
        if group == at:
            for band in bands:
                first.setdefault(band, []).append(at)
        groups.append(group)
    return groups


def _bands(found: frozenset[int]) -> list[tuple[int, tuple[int, ...]]]:
    """A sketch of the set, smallest hash under each of several functions, cut into bands (Broder, 1997)."""
    if not found:
        return []
    sketch = [min((item * prime) % 4_294_967_291 for item in found) for prime in _PRIMES]
    return [(band, tuple(sketch[band * _ROWS : (band + 1) * _ROWS])) for band in range(_BANDS)]


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= _SAME * len(one | other)
