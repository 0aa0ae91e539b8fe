"""Train the mood classifier and write its weights: `python -m training.sentiment.build`. Here: rows, fitting, the file.

Rows come from the seed phrases beside this file, a class a file; templates, not rows, are divided into training and held-out
parts. The dense features (lexicons, movements, style) carry the verdict; word n-grams only add to it, since what strangers will
write is not what stands here. The file has the same bytes on every run of one machine and library version.
"""

from __future__ import annotations

import json
import random
import sys
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from mobius.sentiment.classifier import CLASSES, FORMAT
from mobius.sentiment.features import Seen, see
from training.grammar import choose, fill, variants
from training.sentiment.fillers import FILLERS

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(__file__).parent / "seeds"
WEIGHTS = ROOT / "mobius" / "sentiment" / "weights" / "mood.json"
FILES = {"negative": -1, "neutral": 0, "positive": 1}
ROWS_PER_TEMPLATE = 24
STRENGTH = 0.05
"""Inverse of the regularisation: small, so that many features share the verdict."""
GRAM_WORTH = 1.0
"""What an n-gram counts beside a dense feature while fitting."""
MIN_TEMPLATES = 3
"""An n-gram of fewer templates is a property of these phrases, not of the language."""
HELD_OUT_SHARE = 5
_ENDINGS = ("", "", "", "", ".", "!", "...", " lol", " imo")


class Row(Struct, frozen=True):
    text: str
    label: int
    template: int


def rows() -> list[Row]:
    """Every training row, in the order of files, lines and draws."""
    made: list[Row] = []
    seen: set[str] = set()
    template = 0
    for name, label in FILES.items():
        for line in (SEEDS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            rng = random.Random(zlib.crc32(line.encode()))
            wanted = ROWS_PER_TEMPLATE if "{" in line else min(ROWS_PER_TEMPLATE, 2 * variants(line))
            for _ in range(wanted):
                text = _styled(fill(choose(line, rng), rng, FILLERS), rng)
                if text.lower() not in seen:
                    seen.add(text.lower())
                    made.append(Row(text, label, template))
            template += 1
    return made


def _styled(text: str, rng: random.Random) -> str:
    """As people and agencies write: an ending, capitals, a link."""
    text = text.replace(" ,", ",") if rng.random() < 0.5 and not text.endswith(" .") else text
    if text.endswith(" .") or text[:1].isupper():
        return text + (" https://t.co/x" if rng.random() < 0.2 and not text.endswith(".") else "")
    text = text + rng.choice(_ENDINGS) if text[-1:].isalpha() else text
    return text[:1].upper() + text[1:] if rng.random() < 0.4 else text


def vocabulary(seen: list[Seen], made: list[Row]) -> list[str]:
    """Dense features, then the n-grams of enough templates."""
    where: dict[str, set[int]] = {}
    for row, features in zip(made, seen, strict=True):
        for gram in features.grams:
            where.setdefault(gram, set()).add(row.template)
    dense = sorted({name for features in seen for name in features.dense})
    return [f"d {name}" for name in dense] + [
        f"g {gram}" for gram in sorted(where) if len(where[gram]) >= MIN_TEMPLATES
    ]


def matrix(seen: list[Seen], vocab: list[str]) -> csr_matrix:
    index = {name: i for i, name in enumerate(vocab)}
    pointers, columns, values = [0], list[int](), list[float]()
    for features in seen:
        for name, value in features.dense.items():
            if f"d {name}" in index:
                columns.append(index[f"d {name}"])
                values.append(value)
        grams = [index[f"g {gram}"] for gram in features.grams if f"g {gram}" in index]
        columns += grams
        values += [GRAM_WORTH / max(1.0, len(grams) ** 0.5)] * len(grams)
        pointers.append(len(columns))
    return csr_matrix((values, columns, pointers), shape=(len(seen), len(vocab)))


def fit(x: csr_matrix, y: npt.NDArray[np.int64]) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500, tol=1e-6).fit(x, y)


def build() -> bytes:
    """The bytes of the weights file; prints how held-out templates fared."""
    made = rows()
    seen = [see(row.text) for row in made]
    y = np.array([row.label for row in made])
    held = np.array([zlib.crc32(f"held {row.template}".encode()) % HELD_OUT_SHARE == 0 for row in made])
    inside, outside = np.flatnonzero(~held), np.flatnonzero(held)
    vocab = vocabulary([seen[i] for i in inside], [made[i] for i in inside])
    first = fit(matrix([seen[i] for i in inside], vocab), y[inside])
    right = first.predict(matrix([seen[i] for i in outside], vocab)) == y[outside]
    counts = Counter(row.label for row in made)
    sys.stdout.write(f"rows {len(made)} {dict(sorted(counts.items()))}, held-out accuracy {right.mean():.4f}\n")
    vocab = vocabulary(seen, made)
    model = fit(matrix(seen, vocab), y)
    assert tuple(model.classes_) == CLASSES
    document = {
        "format": FORMAT,
        "bias": [round(float(bias), 4) for bias in model.intercept_],
        "gram_worth": GRAM_WORTH,
        "weights": {
            name: [round(float(weight), 3) for weight in model.coef_[:, i]]
            for i, name in enumerate(vocab)
            if abs(model.coef_[:, i]).max() >= 0.005
        },
    }
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


if __name__ == "__main__":
    WEIGHTS.parent.mkdir(exist_ok=True)
    data = build()
    WEIGHTS.write_bytes(data)
    sys.stdout.write(f"{WEIGHTS.relative_to(ROOT)}: {len(data):,} bytes\n")
