"""What the classifier sees of a text. Here: the base lexicon's verdict, ours, movements, style, word n-grams.

Not here: weights and verdicts (classifier). The general lexicon is vaderSentiment's; loading it costs 25 ms, once, when a first
text is scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from msgspec import Struct

from mobius.sentiment.lexicon import EMOJIS, NEGATIONS, PHRASES, TALK, WORDS
from mobius.sentiment.movement import Movement, movement
from mobius.sentiment.reading import Text, read

_LONGEST_PHRASE = max(phrase.count(" ") + 1 for phrase in PHRASES)
_NEGATED_WITHIN = 3
_BASE_READS = 1_000
"""Characters of which the base lexicon speaks: it takes four times as long for twice as many."""
_STARTS = (4, 5)
"""Letters of a word's beginnings, by which the forms of a word know each other."""
_QUESTION = "?"
_BY_REGISTER = ("base+", "base-", "ours+", "ours-", "lean", "moved", "silent")
"""What weighs otherwise in a report than where somebody speaks."""


class Seen(Struct, frozen=True, kw_only=True):
    """A text as features: `dense` by name, `grams` the n-grams, `evidence` the words that spoke."""

    dense: dict[str, float]
    grams: tuple[str, ...]
    evidence: tuple[tuple[str, float], ...]


@cache
def _base() -> Any:
    """VADER with the words of markets and crypto in place of its own."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    analyser.lexicon.update(WORDS)
    for sign in EMOJIS:
        analyser.emojis.pop(sign, None)  # ours say what they mean; theirs are read out as words
        analyser.lexicon.pop(sign, None)
    return analyser


def see(text: str) -> Seen:
    """Read a text into features."""
    read_text = read(text)
    hits = _hits(read_text)
    moved = movement(read_text)
    grams = _grams(read_text)
    evidence = [*hits, *((words, 0.0) for words in moved.evidence)]
    return Seen(dense=_dense(read_text, hits, moved), grams=grams, evidence=tuple(evidence))


def _hits(text: Text) -> list[tuple[str, float]]:
    """Words, phrases and emojis of ours with their valence where they stand, turned by a negation before them."""
    found: list[tuple[str, float]] = []
    tokens, at = text.tokens, 0
    talk = TALK if text.talk else {}
    while at < len(tokens):
        length, valence = _longest(tokens, at, talk)
        if valence:
            negated = text.kinds[at] == "word" and any(
                word in NEGATIONS for word in tokens[max(0, at - _NEGATED_WITHIN) : at]
            )
            found.append((" ".join(tokens[at : at + length]), -0.7 * valence if negated else valence))
        at += length
    return found


def _longest(tokens: tuple[str, ...], at: int, talk: Mapping[str, float]) -> tuple[int, float]:
    for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 1, -1):
        valence = PHRASES.get(" ".join(tokens[at : at + length]))
        if valence is not None:
            return length, valence
    token = tokens[at]
    return 1, talk.get(token) or WORDS.get(token) or EMOJIS.get(token, 0.0)


def _dense(text: Text, hits: list[tuple[str, float]], moved: Movement) -> dict[str, float]:
    base = _base().polarity_scores(text.clean[:_BASE_READS])
    up = sum(value for _, value in hits if value > 0) / 3
    down = -sum(value for _, value in hits if value < 0) / 3
    said = (
        bool(hits) or moved.welcome or moved.unwelcome or moved.compared or moved.signed or abs(base["compound"]) > 0.2
    )
    n_words = text.kinds.count("word")
    dense = {
        "base+": max(0.0, base["compound"]), "base-": max(0.0, -base["compound"]),
        "base pos": base["pos"], "base neg": base["neg"],
        "ours+": min(up, 3.0), "ours-": min(down, 3.0), "lean": max(-1.5, min(1.5, up - down)),
        "welcome": min(moved.welcome, 2.0), "unwelcome": min(moved.unwelcome, 2.0),
        "moved": max(-1.5, min(1.5, moved.welcome - moved.unwelcome)),
        "compared": moved.compared, "signed": moved.signed,
        "chatty": min(text.own_words, 4) / 4, "crypto": float(text.crypto), "silent": float(not said),
        "talk": float(text.talk), "crypto talk": float(text.talk and text.crypto), "question": float(_QUESTION in text.clean),
        "long": min(n_words, 60) / 60, "shout": min(text.clean.count("!"), 3) / 3,
        "last": _last(hits),
    }  # fmt: skip
    register = "talk" if text.talk else "report"
    dense |= {f"{name} {register}": dense[name] for name in _BY_REGISTER}
    return {name: value for name, value in dense.items() if value}


def _last(hits: list[tuple[str, float]]) -> float:
    """Which way the last word of weight leans: people end on what they mean."""
    return 0.0 if not hits else 1.0 if hits[-1][1] > 0 else -1.0


def _grams(text: Text) -> tuple[str, ...]:
    """Words, negated ones marked, their beginnings and pairs of them; figures, tickers and marks by kind."""
    words: list[str] = []
    since_negation = 9
    for token, kind in zip(text.tokens, text.kinds, strict=True):
        if kind == "mark":
            since_negation = 9
            continue
        word = token if kind in ("word", "sign") else f"<{kind}>"
        since_negation = 0 if token in NEGATIONS else since_negation + 1
        words.append(f"not_{word}" if 0 < since_negation <= _NEGATED_WITHIN and kind == "word" else word)
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    starts = (f"~{word[:length]}" for word in words for length in _STARTS if len(word) > length and word[0] != "<")
    return tuple(dict.fromkeys((*words, *pairs, *starts)))
