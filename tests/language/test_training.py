"""The training set keeps away from the questions it is measured on, and the weights are rebuilt byte for byte."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import sys
from pathlib import Path

import pytest

import mobius.language
from mobius.core.intents import INTENTS
from mobius.language.evaluate import EvalRow

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the trainer stands outside the package


def test_no_training_row_equals_a_question_kept_apart(questions: list[EvalRow]) -> None:
    from training.build import questions_apart
    from training.generate import generate, normal

    rows = generate(questions_apart())
    texts = {normal(row.text) for row in rows}
    assert not [row.text for row in questions if normal(row.text) in texts]
    assert {row.intent for row in rows} == set(INTENTS)


@pytest.mark.slow
def test_the_weights_are_rebuilt_byte_for_byte() -> None:
    from training.build import WEIGHTS, build

    assert build() == WEIGHTS.read_bytes()


@pytest.mark.parametrize("name", sorted(module.name for module in pkgutil.iter_modules(mobius.language.__path__)))
def test_examples_in_docstrings_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(f"mobius.language.{name}"))
    assert failed == 0
