"""The glossary: terms in plain words. Here: joining the entries, finding the one a question means. Not here: their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from mobius.assistant.glossary_entries import chain, consensus, defi, indicators, market, risk, safety, trading
from mobius.assistant.glossary_entries.entry import Entry

SUBJECTS = (market, trading, indicators, risk, defi, consensus, chain, safety)
GLOSSARY: Mapping[str, Entry] = {entry.slug: entry for subject in SUBJECTS for entry in subject.ENTRIES}
"""Every entry by slug."""

TEXT_MAX_CHARS = 600
"""How much of a question is searched: a term stands near its beginning."""
_PHRASE_MAX_WORDS = 6
_TYPO_CUTOFF = 82.0
"""Percent of likeness from which a misspelt phrase is taken for a term; "impermanant los" to "impermanent loss" is 91."""
_NEAR_CUTOFF = 60.0
_ASKING_WORDS = """
a about actually again an and are as at be between by can common could crypto define definition difference do does eli5
even exactly example examples explain explained for from give good have help hey how i idea im in is it its let like make
me mean meaning means meant my of on one or please pls really say simple simply so some stand stands tell term terms than
that the them there these they thing this those tldr to understand us use used vs want was way we what whats when where
which who why with word words work working works would wtf you your
"""
_ASKING = frozenset(_ASKING_WORDS.split())


def phrases_of(entry: Entry) -> Iterator[tuple[str, bool]]:
    """Every phrase that means the entry, in searchable form, and whether it means it for sure."""
    short = short_term(entry)
    weak = {normal(word) for word in entry.weak}
    for phrase in dict.fromkeys(map(normal, (entry.slug, short, entry.term, *entry.aliases, *entry.weak))):
        yield phrase, phrase not in weak


def short_term(entry: Entry) -> str:
    """The term without what stands in brackets."""
    return entry.term.partition(" (")[0]


def normal(text: str) -> str:
    """Lower case, single spaces, no marks, no plural: `"Flash-Loans?"` and `"flash loan"` become one."""
    return " ".join(_singular(word) for word in re.findall(r"[^\W_]+", text.lower().replace("'", "").replace("’", "")))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@cache
def index() -> tuple[Mapping[str, Entry], Mapping[str, Entry]]:
    """Phrases that mean an entry for sure, and those that are ordinary English as well."""
    sure: dict[str, Entry] = {}
    weak: dict[str, Entry] = {}
    for entry in GLOSSARY.values():
        for phrase, certain in phrases_of(entry):
            (sure if certain else weak)[phrase] = entry
    return sure, weak


def lookup(text: str) -> tuple[Entry, ...]:
    """The entries a question names, the one it is most about first; empty when it names none.

    The longest phrase wins, then the earliest. Words that are ordinary English too count only when nothing else is named.

    >>> [entry.slug for entry in lookup("what's the difference between a flash loan and slippage?")]
    ['flash-loan', 'slippage']
    """
    words = normal(text[:TEXT_MAX_CHARS]).split()
    sure, weak = index()
    asked = " ".join(word for word in words if word not in _ASKING)
    if asked in weak:  # "what is bitcoin?" is about nothing else
        return (weak[asked],)
    return _named(words, sure)


def lookup_weak(text: str) -> tuple[Entry, ...]:
    """Entries named only by words that are ordinary English as well."""
    return _named(normal(text[:TEXT_MAX_CHARS]).split(), index()[1])


def _named(words: list[str], phrases: Mapping[str, Entry]) -> tuple[Entry, ...]:
    found: list[tuple[int, int, Entry]] = []
    taken: set[int] = set()
    for n_words in range(min(_PHRASE_MAX_WORDS, len(words)), 0, -1):
        for start in range(len(words) - n_words + 1):
            span = range(start, start + n_words)
            entry = phrases.get(" ".join(words[start : start + n_words]))
            if entry is not None and taken.isdisjoint(span):
                taken.update(span)
                found.append((-n_words, start, entry))
    found.sort(key=lambda hit: hit[:2])
    return tuple(dict.fromkeys(entry for _, _, entry in found))


def lookup_misspelt(text: str) -> Entry | None:
    """The entry whose phrase a few wrong letters away stands in the text."""
    from rapidfuzz import fuzz, process  # only when no phrase fits as written

    sure, _ = index()
    best: tuple[float, int, str] | None = None
    for phrase in _candidates(text):
        hit = process.extractOne(phrase, sure.keys(), scorer=fuzz.ratio, score_cutoff=_TYPO_CUTOFF)
        # a slip rarely hits the first letter: "table" is not meant for "stable"
        if hit is not None and hit[0][0] == phrase[0] and (best is None or (hit[1], len(phrase)) > best[:2]):
            best = (hit[1], len(phrase), hit[0])
    return sure[best[2]] if best is not None else None


def near(text: str, n_entries: int = 3) -> tuple[Entry, ...]:
    """Entries spelt most like what was asked, for "did you mean"."""
    from rapidfuzz import fuzz, process

    sure, _ = index()
    asked = " ".join(_asked(text)[:4])
    hits = process.extract(asked, sure.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_CUTOFF, limit=4 * n_entries)
    return tuple(dict.fromkeys(sure[phrase] for phrase, _, _ in hits))[:n_entries] if asked else ()


def _asked(text: str) -> list[str]:
    return [word[:40] for word in normal(text[:TEXT_MAX_CHARS]).split() if word not in _ASKING]


def _candidates(text: str) -> Iterator[str]:
    """Runs of up to three words long enough that a wrong letter is told from another word."""
    words = _asked(text)[:8]
    for n_words in (3, 2, 1):
        for start in range(len(words) - n_words + 1):
            phrase = " ".join(words[start : start + n_words])
            if len(phrase) >= 5:
                yield phrase
