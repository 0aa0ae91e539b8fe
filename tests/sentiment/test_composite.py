"""Composites: what is missing takes its weight along; bands, attention."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.errors import BadParameter
from mobius.sentiment.composite import Part, attention, band, composite, mean_mood

SCORES = st.one_of(st.none(), st.floats(-1, 1))
PARTS = st.lists(st.tuples(SCORES, st.floats(0.1, 10)), min_size=1, max_size=6).map(
    lambda rows: [Part(name=str(n), score=score, weight=weight) for n, (score, weight) in enumerate(rows)]
)


def test_a_missing_part_is_neither_neutral_nor_nothing() -> None:
    found = composite([Part(name="reddit", score=0.6, weight=3), Part(name="x", score=None, weight=1)])
    assert found.score == pytest.approx(0.6)
    assert found.coverage == pytest.approx(0.75)
    assert found.missing == ("x",)
    assert found.weights == {"reddit": 1.0}


def test_nobody_spoke() -> None:
    found = composite([Part(name="x", score=None, weight=1)])
    assert (found.score, found.coverage, found.missing) == (None, 0.0, ("x",))


@pytest.mark.parametrize(("score", "weight"), [(1.5, 1), (0.5, 0), (0.5, -1), (float("nan"), 1)])
def test_what_is_no_part_is_refused(score: float, weight: float) -> None:
    with pytest.raises(BadParameter):
        composite([Part(name="a", score=score, weight=weight)])


@given(PARTS)
def test_the_score_lies_among_its_parts(parts: list[Part]) -> None:
    found = composite(parts)
    known = [part.score for part in parts if part.score is not None]
    assert 0 <= found.coverage <= 1
    assert len(found.missing) + len(found.weights) == len(parts)
    if found.score is None:
        assert not known
    else:
        assert min(known) - 1e-9 <= found.score <= max(known) + 1e-9
        assert sum(found.weights.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("score", "name"),
    [(-1, "very negative"), (-0.4, "negative"), (-0.2, "mildly negative"), (-0.1, "neutral"), (0.0, "neutral"),
     (0.1, "mildly positive"), (0.21, "mildly positive"), (0.35, "positive"), (0.6, "very positive"), (1, "very positive")],
)  # fmt: skip
def test_bands(score: float, name: str) -> None:
    assert band(score) == name


def test_the_error_shrinks_with_voices() -> None:
    few, many = mean_mood([1, -1], [1, 1]), mean_mood([1, -1] * 50, [1] * 100)
    assert few is not None
    assert many is not None
    assert (few[0], many[0]) == (0, 0)
    assert many[1] < few[1]
    assert mean_mood([], []) is None


def test_attention_is_against_the_usual() -> None:
    assert attention([100.0] * 10 + [230.0]) == pytest.approx(2.3)
    assert attention([100.0] * 3 + [230.0]) is None
    assert attention([0.0] * 10 + [5.0]) is None
