"""Several moods as one. Here: weighted means, coverage, attention, the words for a score. Not here: single texts (classifier).

A part that is missing takes its weight with it: it counts neither as neutral nor as nothing, and the coverage tells how much of
the whole spoke.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Literal

from msgspec import Struct

from mobius.core.errors import BadParameter

Band = Literal[
    "very negative", "negative", "mildly negative", "neutral", "mildly positive", "positive", "very positive"
]
_BANDS: tuple[tuple[float, Band], ...] = (
    (-0.60, "very negative"), (-0.35, "negative"), (-0.10, "mildly negative"), (0.10, "neutral"),
    (0.35, "mildly positive"), (0.60, "positive"),
)  # fmt: skip
"""Scores below each bound bear its name; from the last bound on it is very positive."""
FEW = 30
"""Posts below which a mood is an anecdote."""
MIN_DAYS = 7
"""Days that attention is compared with, at least."""


class Part(Struct, frozen=True, kw_only=True):
    """One voice of a composite: a score from -1 to 1, None where it is missing, and its weight."""

    name: str
    score: float | None
    weight: float


class Composite(Struct, frozen=True, kw_only=True):
    """The weighted mean of the parts that spoke."""

    score: float | None
    coverage: float
    """Share of the whole weight that spoke, from 0 to 1."""
    weights: Mapping[str, float]
    """What each part that spoke weighs in the score; they add up to 1."""
    missing: tuple[str, ...]


def composite(parts: Sequence[Part]) -> Composite:
    """Put moods together.

    >>> composite([Part(name="a", score=0.5, weight=3), Part(name="b", score=None, weight=1)]).coverage
    0.75
    """
    for part in parts:
        if part.weight <= 0 or (part.score is not None and not -1 <= part.score <= 1):
            raise BadParameter(f"no part of a composite: {part.name!r} scores {part.score} and weighs {part.weight}.")
    whole = math.fsum(part.weight for part in parts)
    spoke = {part.name: part.weight for part in parts if part.score is not None}
    total = math.fsum(spoke.values())
    missing = tuple(part.name for part in parts if part.score is None)
    if not total:
        return Composite(score=None, coverage=0.0, weights={}, missing=missing)
    weights = {name: weight / total for name, weight in spoke.items()}
    score = math.fsum(weights[part.name] * part.score for part in parts if part.score is not None)
    return Composite(
        score=max(-1.0, min(1.0, score)), coverage=min(1.0, total / whole), weights=weights, missing=missing
    )


def mean_mood(scores: Sequence[float], weights: Sequence[float]) -> tuple[float, float] | None:
    """The weighted mean of scores and its standard error; None where nothing weighs anything.

    The error is the spread of the weighted scores over the root of the effective number of voices.
    """
    total = math.fsum(weights)
    if not total:
        return None
    mean = math.fsum(score * weight for score, weight in zip(scores, weights, strict=True)) / total
    spread = math.fsum(weight * (score - mean) ** 2 for score, weight in zip(scores, weights, strict=True)) / total
    voices = total**2 / math.fsum(weight * weight for weight in weights)
    return mean, math.sqrt(spread / voices)


def band(score: float) -> Band:
    """What a score is called.

    >>> band(0.21)
    'mildly positive'
    """
    return next((name for bound, name in _BANDS if score < bound), "very positive")


def attention(daily: Sequence[float], *, recent_days: int = 1) -> float | None:
    """How many times the usual: mean of the newest `recent_days` over the median of the days before.

    None where there are fewer than seven days before, or they are empty.
    """
    before, now = daily[:-recent_days], daily[-recent_days:]
    usual = median(before) if len(before) >= MIN_DAYS else 0.0
    return sum(now) / len(now) / usual if usual > 0 and now else None
