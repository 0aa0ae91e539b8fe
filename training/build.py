"""Train the intent classifier and write its weights: `python -m training.build`. Here: features, fitting, calibration,
        the file.

Rows come from the seed phrases; templates, not rows, are divided into training and held-out parts, since rows of one
template
resemble each other. The file has the same bytes on every run of one machine and library version.
"""

from __future__ import annotations

import base64
import json
import math
import re
import sys
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from mobius.core.intents import INTENTS
from mobius.language.features import features, mask
from mobius.language.gazetteer import gazetteer
from mobius.language.mentions import Reading, read
from mobius.language.predictor import FORMAT
from mobius.language.tokens import clean, tokenize
from training.generate import Row, generate, normal
from training.grammar import read_seeds
from training.lists import CONCEPTS, LISTS, PLURAL_CONCEPTS

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT / "mobius" / "language" / "weights" / "intents.json"
QUESTIONS_APART = ROOT / "tests" / "language"
NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
"""The instant at which spans and days of the training texts are read."""
STRENGTH = 15.0
"""Inverse of the regularisation; chosen on held-out templates."""
MIN_TEMPLATES = 2
MIN_PHRASES = 3
"""A feature of one template is a property of that phrase, unless several of its phrases have it."""
MAX_FEATURES = 60_000
HELD_OUT_SHARE = 5
"""One template in so many is held out for calibration."""
WORTH = {"w": 2.0, "f": 2.0, "b": 1.0, "c": 1.0}
"""How much a feature of each kind counts while fitting; its weight is multiplied by it afterwards."""
FloatArray = npt.NDArray[np.float64]


def questions_apart() -> frozenset[str]:
    """The questions kept for measuring, which no training row may equal."""
    lines = [
        line for path in sorted(QUESTIONS_APART.glob("questions*.tsv")) for line in path.read_text("utf-8").splitlines()
    ]
    return frozenset(normal(line.split("\t")[1]) for line in lines if "\t" in line)


def is_held_out(row: Row) -> bool:
    return zlib.crc32(f"held {row.template}".encode()) % HELD_OUT_SHARE == 0


def _counted(rows: Sequence[Row], names: Sequence[Sequence[str]]) -> dict[str, int]:
    """In how many templates each name occurs, for names that occur in enough of them or of their phrases."""
    templates: dict[str, set[int]] = {}
    phrases: dict[str, set[int]] = {}
    for row, found in zip(rows, names, strict=True):
        for name in found:
            templates.setdefault(name, set()).add(row.template)
            phrases.setdefault(name, set()).add(row.phrase)
    return {
        name: len(where)
        for name, where in templates.items()
        if len(where) >= MIN_TEMPLATES or len(phrases[name]) >= MIN_PHRASES
    }


def extract(rows: Sequence[Row], readings: Sequence[Reading]) -> list[list[str]]:
    """Features of every row, rare words masked as unknown ones will be."""
    counts = _counted(rows, [mask(reading) for reading in readings])
    return [features(reading, counts.__contains__) for reading in readings]


def seed_words() -> list[str]:
    """Every word of the seed phrases and lists: known, however rare, and so no unknown asset."""
    texts = [template for _, template in read_seeds()]
    texts += [text for words in (*LISTS.values(), CONCEPTS, PLURAL_CONCEPTS) for text in words]
    found = {
        token.low for text in texts for token in tokenize(clean(re.sub(r"\{\w+\}", " ", text))) if token.kind == "word"
    }
    return sorted(word for word in found if word.isascii() and len(word) > 2)


def vocabulary(rows: Sequence[Row], names: Sequence[Sequence[str]]) -> list[str]:
    counts = _counted(rows, names)
    kept = list(counts)
    kept.sort(key=lambda name: (-counts[name], name))
    return sorted(kept[:MAX_FEATURES])


def matrix(names: Sequence[Sequence[str]], vocab: Sequence[str]) -> csr_matrix:
    """Rows of binary features, each divided by the square root of their count."""
    index = {name: i for i, name in enumerate(vocab)}
    pointers: list[int] = [0]
    columns: list[int] = []
    values: list[float] = []
    for found in names:
        inside = sorted(index[name] for name in found if name in index)
        columns.extend(inside)
        unit = 1 / math.sqrt(max(1, len(inside)))
        values.extend(unit * WORTH[vocab[column][0]] for column in inside)
        pointers.append(len(columns))
    shape = (len(names), len(vocab))
    return csr_matrix((np.array(values), np.array(columns, dtype=np.int32), np.array(pointers)), shape=shape)


def fit(x: csr_matrix, y: npt.NDArray[np.int64]) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, class_weight=None, max_iter=400, tol=1e-5)
    model.fit(x, y, sample_weight=_balanced(y))
    return model


def _balanced(y: npt.NDArray[np.int64]) -> FloatArray:
    """Half way between rows as they are and classes as equals: what is none of ours stays the likeliest guess."""
    counts = np.bincount(y, minlength=len(INTENTS))
    weights: FloatArray = np.sqrt(counts.mean() / np.maximum(counts, 1))[y]
    return weights


def temperature(scores: FloatArray, y: npt.NDArray[np.int64]) -> float:
    """The divisor of the scores with the smallest log loss, to two digits."""
    best, best_loss = 1.0, math.inf
    for step in range(20, 301, 2):
        t = step / 100
        z = scores / t
        z = z - z.max(axis=1, keepdims=True)
        loss = float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]))
        if loss < best_loss:
            best, best_loss = t, loss
    return best


def quantised(model: LogisticRegression, vocab: Sequence[str]) -> tuple[float, npt.NDArray[np.uint8]]:
    """Weights as bytes around 128, and what a step is worth."""
    coef = model.coef_ * np.array([WORTH[name[0]] for name in vocab])
    scale = float(np.quantile(np.abs(coef), 0.9999)) / 127
    return scale, (np.clip(np.round(coef.T / scale), -127, 127) + 128).astype(np.uint8)


def build() -> bytes:
    """The bytes of the weights file; prints how held-out templates fared."""
    rows = generate(questions_apart())
    names_of = gazetteer()
    readings = [read(row.text, names_of, NOW) for row in rows]
    y = np.array([INTENTS.index(row.intent) for row in rows])
    held = np.array([is_held_out(row) for row in rows])
    names = extract(rows, readings)
    inside = np.flatnonzero(~held)
    vocab = vocabulary([rows[i] for i in inside], [names[i] for i in inside])
    first = fit(matrix([names[i] for i in inside], vocab), y[inside])
    x_held = matrix([names[i] for i in np.flatnonzero(held)], vocab)
    scores = first.decision_function(x_held)
    heat = temperature(scores, y[held])
    right = scores.argmax(axis=1) == y[held]
    sys.stdout.write(f"rows {len(rows)}, held-out accuracy {right.mean():.4f}, temperature {heat:.2f}\n")
    vocab = vocabulary(rows, names)
    model = fit(matrix(names, vocab), y)
    scale, steps = quantised(model, vocab)
    document = {
        "format": FORMAT,
        "intents": list(INTENTS),
        "bias": [round(float(b), 4) for b in model.intercept_],
        "scale": float(f"{scale:.6g}"),
        "temperature": heat,
        "features": "\n".join(vocab),
        "words": " ".join(seed_words()),
        "weights": base64.b64encode(steps.tobytes()).decode(),
    }
    sys.stdout.write(f"features {len(vocab)}\n")
    return json.dumps(document, sort_keys=True, ensure_ascii=False, indent=0).encode()


if __name__ == "__main__":
    WEIGHTS.parent.mkdir(exist_ok=True)
    data = build()
    WEIGHTS.write_bytes(data)
    sys.stdout.write(f"{WEIGHTS.relative_to(ROOT)}: {len(data):,} bytes\n")
