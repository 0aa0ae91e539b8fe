"""Shared by the tests of understanding: one loaded understander, one clock, the questions kept apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobius.core.intents import Understanding
from mobius.language.evaluate import EvalRow, read_rows
from mobius.language.understand import Understander

NOON = datetime(2025, 6, 11, 12, tzinfo=UTC)  # a Wednesday
QUESTIONS = Path(__file__).parent / "questions.tsv"

Understand = Callable[[str], Understanding]


@pytest.fixture(scope="session")
def understander() -> Understander:
    return Understander.load()


@pytest.fixture(scope="session")
def understand(understander: Understander) -> Understand:
    return lambda text: understander.understand(text, now=NOON)


@pytest.fixture(scope="session")
def questions() -> list[EvalRow]:
    return read_rows(QUESTIONS.read_text(encoding="utf-8"), "tsv")
