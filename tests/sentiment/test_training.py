"""The shipped weights come from the seeds of the repository, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mobius.sentiment.classifier import Classifier

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the trainer stands outside the package


def test_rows_are_many_and_of_every_class() -> None:
    from training.sentiment.build import rows

    made = rows()
    assert len(made) > 5_000
    assert {row.label for row in made} == {-1, 0, 1}
    assert not [row.text for row in made if "{" in row.text or "[" in row.text]


def test_posts_are_many_and_none_stands_there_twice() -> None:
    from training.sentiment.build import posts

    made = posts()
    assert len(made) > 2_500
    for label in (-1, 0, 1):
        assert sum(row.label == label for row in made) > 400
    assert all(row.text == row.text.strip() != "" for row in made)
    assert len({row.text.lower() for row in made}) == len(made)


def test_posts_beside_each_other_are_held_out_together() -> None:
    from training.sentiment.build import RUN, posts

    runs: dict[str, int] = {}
    for row in posts():
        runs[row.run] = runs.get(row.run, 0) + 1
    assert max(runs.values()) <= RUN
    assert len(runs) > 250


def test_no_seed_is_a_labelled_text(shared_data: Path) -> None:
    from mobius.sentiment.evaluate import read_rows
    from training.sentiment.build import rows

    file = shared_data / "eval" / "sentiment.jsonl"
    if not file.is_file():
        pytest.skip("the labelled texts are not beside the checkout")
    kept_apart = {" ".join(row.text.lower().split()) for row in read_rows(file.read_text("utf-8"))}
    assert not [row.text for row in rows() if row.text.lower() in kept_apart and len(row.text.split()) > 3]


def test_the_weights_are_small() -> None:
    from training.sentiment.build import WEIGHTS

    assert WEIGHTS.stat().st_size < 1_500_000


def test_every_weight_is_one_of_three() -> None:
    assert all(len(row) == 3 for row in Classifier.load().weights.weights.values())


@pytest.mark.slow
def test_the_weights_are_rebuilt_byte_for_byte() -> None:
    from training.sentiment.build import WEIGHTS, build

    assert build() == WEIGHTS.read_bytes()
