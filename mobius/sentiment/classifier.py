"""From features to a verdict. Here: weights from JSON, a linear prediction in pure Python, Mood. Not here: training.

The weights are fitted on posts and phrases that the repository holds (`training/sentiment`); `make model` makes them again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from importlib import resources
from typing import Literal

import msgspec
from msgspec import Struct

from mobius.sentiment.features import Seen, see

FORMAT = 2
CLASSES = (-1, 0, 1)
Label = Literal[-1, 0, 1]


class Weights(Struct, frozen=True):
    """The file: a bias and, by feature, a weight for each class of `CLASSES`."""

    format: int
    bias: tuple[float, float, float]
    weights: dict[str, tuple[float, float, float]]


class Mood(Struct, frozen=True, kw_only=True):
    """How one text sounds."""

    label: Label
    score: float
    """From -1 to 1: the probability of a good mood less that of a bad one."""
    probabilities: tuple[float, float, float]
    """Of bad, neutral and good mood."""
    evidence: tuple[tuple[str, float], ...] = ()
    """Words that spoke, with their valence from -4 to 4; 0 for what moved."""


class Classifier:
    """A logistic regression of each class over dense features and n-grams; their odds together make the chances."""

    __slots__ = ("weights",)

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    @classmethod
    def load(cls) -> Classifier:
        """From the package's own file."""
        data = resources.files("mobius.sentiment").joinpath("weights/mood.json").read_bytes()
        return cls(msgspec.json.decode(data, type=Weights))

    def mood(self, text: str) -> Mood:
        """Score one text.

        >>> Classifier.load().mood("BTC to the moon, never selling").label
        1
        """
        seen = see(text)
        chances = self._chances(seen)
        label: Mapping[int, Label] = {0: -1, 1: 0, 2: 1}
        return Mood(
            label=label[max(range(3), key=chances.__getitem__)], score=chances[2] - chances[0], probabilities=chances,
            evidence=seen.evidence,
        )  # fmt: skip

    def _chances(self, seen: Seen) -> tuple[float, float, float]:
        known = self.weights.weights
        sums = list(self.weights.bias)
        for name, value in seen.dense.items():
            for i, weight in enumerate(known.get(f"d {name}", ())):
                sums[i] += value * weight
        grams = [known[key] for gram in seen.grams if (key := f"g {gram}") in known]
        worth = 1 / math.sqrt(len(grams)) if grams else 0.0
        for row in grams:
            for i, weight in enumerate(row):
                sums[i] += worth * weight
        top = max(sums)
        odds = [math.exp(value - top) for value in sums]
        whole = sum(odds)
        return odds[0] / whole, odds[1] / whole, odds[2] / whole
