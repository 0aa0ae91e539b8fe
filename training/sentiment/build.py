"""Train the mood classifier and write its weights: `python -m training.sentiment.build`. Here: rows, fitting, the file.

Rows come from the posts beside this file, one a line behind its mark, and from seed phrases with choices, a class a file;
runs of posts and whole templates, not rows, are held out. Each class is told from the other two by the dense features
(lexicons, movements, style) and by words, their pairs and their beginnings, each of these scaled by how much it tells of the
class (Wang and Manning, ACL 2012). The figures below were chosen by cross-validation over the posts. The file has the same
bytes on every run of one machine and library version.
"""

from __future__ import annotations

import random
import sys
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from mobius.sentiment.classifier import CLASSES, FORMAT, Classifier, Weights
from mobius.sentiment.features import Seen, see
from training.grammar import choose, fill, variants
from training.sentiment.fillers import FILLERS

FloatArray = npt.NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(__file__).parent / "seeds"
POSTS = Path(__file__).parent / "posts"
WEIGHTS = ROOT / "mobius" / "sentiment" / "weights" / "mood.json"
FILES = {"negative": -1, "neutral": 0, "positive": 1}
MARKS = {"-": -1, "0": 0, "+": 1}
ROWS_PER_TEMPLATE = 24
TEMPLATE_WORTH = 3.0
"""What a template counts, all its rows together, beside one post."""
STRENGTH = 0.3
"""Inverse of the regularisation: small, so that many features share the verdict."""
GRAM_WORTH = 3.0
"""What the n-grams of a text count together beside a dense feature."""
SMOOTHING = 1.0
MIN_TEXTS = 2
"""An n-gram of fewer posts or templates is a property of these texts, not of the language."""
FOLDS = 5
RUN = 10
"""Posts beside each other often answer each other; so many stay together when held out."""
_ENDINGS = ("", "", "", "", ".", "!", "...", " lol", " imo")


class Row(Struct, frozen=True):
    text: str
    label: int
    origin: str
    """The line it comes from; the rows of one template share it."""
    run: str
    """What is held out together."""
    post: bool = False


def posts() -> list[Row]:
    """Every written post, in the order of files and lines."""
    made: list[Row] = []
    for path in sorted(POSTS.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            if line.strip() and not line.startswith("#"):
                mark, _, text = line.partition(" ")
                made.append(Row(text, MARKS[mark], f"{path.stem} {number}", f"{path.stem} {number // RUN}", post=True))
    return made


def rows() -> list[Row]:
    """Every training row: posts, then templates in the order of files, lines and draws."""
    made = posts()
    seen = {row.text.lower() for row in made}
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
                    made.append(Row(text, label, f"template {template}", f"template {template}"))
            template += 1
    return made


def _styled(text: str, rng: random.Random) -> str:
    """As people and agencies write: an ending, capitals, a link."""
    text = text.replace(" ,", ",") if rng.random() < 0.5 and not text.endswith(" .") else text
    if text.endswith(" .") or text[:1].isupper():
        return text + (" https://t.co/x" if rng.random() < 0.2 and not text.endswith(".") else "")
    text = text + rng.choice(_ENDINGS) if text[-1:].isalpha() else text
    return text[:1].upper() + text[1:] if rng.random() < 0.4 else text


def vocabulary(seen: list[Seen], made: list[Row]) -> tuple[list[str], list[str]]:
    """Names of the dense features, and the n-grams of enough posts or templates."""
    where: dict[str, set[str]] = {}
    for row, features in zip(made, seen, strict=True):
        for gram in features.grams:
            where.setdefault(gram, set()).add(row.origin)
    dense = sorted({name for features in seen for name in features.dense})
    return dense, sorted(gram for gram, origins in where.items() if len(origins) >= MIN_TEXTS)


def matrix(texts: Sequence[Mapping[str, float]], names: list[str]) -> csr_matrix:
    """A row a text, a column a name; what is not among the names is left out."""
    index = {name: i for i, name in enumerate(names)}
    pointers, columns, values = [0], list[int](), list[float]()
    for text in texts:
        known = [(index[name], value) for name, value in text.items() if name in index]
        columns += [column for column, _ in known]
        values += [value for _, value in known]
        pointers.append(len(columns))
    return csr_matrix((values, columns, pointers), shape=(len(texts), len(names)))


def worth_of(made: list[Row]) -> FloatArray:
    """What each row counts: a post once, a template in all `TEMPLATE_WORTH`, and each class as much as another."""
    lines = Counter(row.origin for row in made)
    worth = np.array([1.0 if row.post else TEMPLATE_WORTH / lines[row.origin] for row in made])
    labels = np.array([row.label for row in made])
    shares = {label: worth[labels == label].sum() / worth.sum() for label in CLASSES}
    even: FloatArray = worth / np.array([len(CLASSES) * shares[label] for label in labels])
    return even


def fit(seen: list[Seen], made: list[Row]) -> Weights:
    """A logistic regression of each class against the others, folded into one weight a feature and class."""
    dense, grams = vocabulary(seen, made)
    there = matrix([dict.fromkeys(features.grams, 1.0) for features in seen], grams)
    number = np.asarray(there.sum(axis=1)).ravel()
    even = diags(1 / np.sqrt(np.maximum(number, 1))) @ there
    plain = matrix([features.dense for features in seen], dense)
    worth, labels = worth_of(made), np.array([row.label for row in made])
    columns, bias = [], []
    for label in CLASSES:
        told = GRAM_WORTH * _telling(there, worth, labels == label)
        model = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-6)
        model.fit(hstack([plain, even @ diags(told)]).tocsr(), labels == label, sample_weight=worth)
        coefficients = model.coef_[0]
        columns.append([*coefficients[: len(dense)], *(coefficients[len(dense) :] * told)])
        bias.append(round(float(model.intercept_[0]), 4))
    names = [*(f"d {name}" for name in dense), *(f"g {gram}" for gram in grams)]
    weights = {name: [round(float(column[i]), 2) for column in columns] for i, name in enumerate(names)}
    return msgspec.convert({"format": FORMAT, "bias": bias, "weights": weights}, Weights)


def _telling(there: csr_matrix, worth: FloatArray, ours: npt.NDArray[np.bool_]) -> FloatArray:
    """How far each n-gram is from being as frequent in a class as outside of it: the log of the ratio, without its sign."""
    inside = SMOOTHING + there.T @ (worth * ours)
    outside = 2 * SMOOTHING + there.T @ (worth * ~ours)
    ratio: FloatArray = np.abs(np.log(inside / inside.sum() / (outside / outside.sum())))
    return ratio


def held_out(seen: list[Seen], made: list[Row]) -> tuple[list[int], list[int]]:
    """True and found labels of the posts, each found by weights fitted without its fold."""
    fold = [zlib.crc32(row.run.encode()) % FOLDS for row in made]
    true, found = list[int](), list[int]()
    for number in range(FOLDS):
        inside = [i for i in range(len(made)) if fold[i] != number]
        model = Classifier(fit([seen[i] for i in inside], [made[i] for i in inside]))
        for i in range(len(made)):
            if fold[i] == number and made[i].post:
                true.append(made[i].label)
                found.append(model.mood(made[i].text).label)
    return true, found


def build() -> bytes:
    """The bytes of the weights file."""
    made = rows()
    weights = fit([see(row.text) for row in made], made)
    return msgspec.json.encode(weights, order="sorted") + b"\n"


def report() -> str:
    """How many rows there are, and how held-out posts fared."""
    made = rows()
    true, found = held_out([see(row.text) for row in made], made)
    right = sum(a == b for a, b in zip(true, found, strict=True)) / len(true)
    polar = f1_score(true, found, labels=[-1, 1], average="macro")
    counts = dict(sorted(Counter(row.label for row in made).items()))
    return f"rows {len(made)} {counts}; held-out posts {len(true)}: accuracy {right:.4f}, polar macro-F1 {polar:.4f}"


if __name__ == "__main__":
    WEIGHTS.parent.mkdir(exist_ok=True)
    if "--report" in sys.argv:
        sys.stdout.write(f"{report()}\n")
    data = build()
    WEIGHTS.write_bytes(data)
    sys.stdout.write(f"{WEIGHTS.relative_to(ROOT)}: {len(data):,} bytes\n")
