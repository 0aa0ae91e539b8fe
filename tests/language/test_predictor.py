"""The packed addition gives the sums that plain arithmetic gives, and the shipped file is small."""

from __future__ import annotations

import base64
import math
import random
from importlib import resources

import pytest

from mobius.core.intents import INTENTS
from mobius.language.predictor import Predictor, Weights


def _weights(table: list[list[int]], bias: tuple[float, ...]) -> Weights:
    raw = bytes(128 + value for row in table for value in row)
    names = "\n".join(f"w {i}" for i in range(len(table)))
    return Weights(
        format=1, intents=tuple(f"i{i}" for i in range(len(bias))), bias=bias, scale=0.01, temperature=1.0,
        features=names, words="",
        weights=base64.b64encode(raw).decode(),
    )  # fmt: skip


@pytest.mark.parametrize("n_features", [0, 1, 3, 255, 256, 257, 700])
def test_scores_equal_plain_arithmetic(n_features: int) -> None:
    rng = random.Random(n_features)
    table = [[rng.randrange(-127, 128) for _ in range(5)] for _ in range(max(1, n_features))]
    bias = (0.1, -0.2, 0.0, 0.3, 0.5)
    predictor = Predictor(_weights(table, bias))
    scores = predictor.scores([f"w {i}" for i in range(n_features)] + ["w unknown"])
    step = 0.01 / math.sqrt(n_features) if n_features else 0
    expected = [bias[k] + step * sum(row[k] for row in table[:n_features]) for k in range(5)]
    assert scores == pytest.approx(expected)
    assert sum(predictor.probabilities(["w 0"])) == pytest.approx(1)


def test_the_shipped_file_is_small_and_names_every_intent() -> None:
    file = resources.files("mobius.language").joinpath("weights/intents.json")
    assert len(file.read_bytes()) < 5_000_000
    assert tuple(Predictor.load().intents) == INTENTS
