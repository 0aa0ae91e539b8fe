"""The intent classifier at work. Here: weights from JSON, and a linear prediction in pure Python. Not here: training.

A feature's weights for all classes are one whole number with 16 bits a class, so that one addition adds them all at
once:
Python's big integers do what a vector unit would. The file holds a byte a weight.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Sequence
from importlib import resources

import msgspec
from msgspec import Struct

FORMAT = 1
_ZERO = 128
"""The byte that stands for a weight of nought."""
_MAX_SUM = 256
"""Bytes that fit into 16 bits when added up."""


class Weights(Struct, frozen=True):
    """The file: classes, features (joined by newlines), a byte per feature and class, and what they are scaled by."""

    format: int
    intents: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float
    """What one step of a byte is worth."""
    temperature: float
    features: str
    words: str
    """Every word of the training phrases, for telling an unknown name from a rare word."""
    weights: str
    """Base64 of the bytes, feature by feature."""


class Predictor:
    """A multinomial logistic regression over binary features, normalised by the square root of their count."""

    __slots__ = ("_index", "_rows", "_width", "intents", "weights", "words")

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.intents: Sequence[str] = weights.intents
        self.words = frozenset(weights.words.split())
        self._index = {name: i for i, name in enumerate(weights.features.split("\n"))}
        raw = base64.b64decode(weights.weights)
        wide = bytearray(2 * len(raw))
        wide[::2] = raw  # each byte gets a zero byte above it: room for sums
        self._rows = bytes(wide)
        self._width = 2 * len(weights.intents)

    @classmethod
    def load(cls) -> Predictor:
        """From the package's own file."""
        data = resources.files("mobius.language").joinpath("weights/intents.json").read_bytes()
        return cls(msgspec.json.decode(data, type=Weights))

    def knows(self, word: str) -> bool:
        """Whether a word was seen in enough training templates to count by itself."""
        return "w " + word in self._index

    def scores(self, features: Iterable[str]) -> list[float]:
        """Log-odds of every class, in the order of `intents`."""
        index, rows, width = self._index, self._rows, self._width
        total, n_added, sums = 0, 0, [0] * len(self.intents)
        n_features = 0
        for name in features:
            at = index.get(name)
            if at is None:
                continue
            total += int.from_bytes(rows[at * width : (at + 1) * width], "little")
            n_added += 1
            n_features += 1
            if n_added == _MAX_SUM:
                sums = _unpack(total, n_added, sums)
                total, n_added = 0, 0
        sums = _unpack(total, n_added, sums)
        step = self.weights.scale / math.sqrt(n_features) if n_features else 0.0
        return [bias + step * value for bias, value in zip(self.weights.bias, sums, strict=True)]

    def probabilities(self, features: Iterable[str]) -> list[float]:
        """Calibrated probability of every class."""
        scores = [score / self.weights.temperature for score in self.scores(features)]
        top = max(scores)
        odds = [math.exp(score - top) for score in scores]
        whole = sum(odds)
        return [odd / whole for odd in odds]


def _unpack(total: int, n_added: int, sums: list[int]) -> list[int]:
    """Add the 16-bit lanes of `total` to `sums`, less the zero point of each weight."""
    lanes = total.to_bytes(2 * len(sums), "little")
    zero = _ZERO * n_added
    return [old + lanes[2 * i] + 256 * lanes[2 * i + 1] - zero for i, old in enumerate(sums)]
