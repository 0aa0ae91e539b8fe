"""What moved which way: the subject decides whether a rise is welcome, and two figures tell a rise without saying it."""

from __future__ import annotations

import pytest

from mobius.sentiment.movement import Movement, movement
from mobius.sentiment.reading import read


def of(text: str) -> Movement:
    return movement(read(text))


@pytest.mark.parametrize(
    ("text", "glad"),
    [
        ("Profit rose", 1), ("Costs fell", 1), ("The loss narrowed", 1), ("Shares jump 4%", 1), ("unemployment drops", 1),
        ("Profit fell", -1), ("Costs rose", -1), ("The loss widened", -1), ("Shares slump", -1), ("debt grew", -1),
        ("profit did not grow", -1),
    ],
)  # fmt: skip
def test_the_subject_decides(text: str, glad: int) -> None:
    found = of(text)
    assert (found.welcome > found.unwelcome) is (glad > 0)
    assert (found.welcome < found.unwelcome) is (glad < 0)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Operating profit totalled EUR 21.1 mn , compared with EUR 18.6 mn in 2007", 1),
        ("Sales rose to 13.1 mn from 7.5 mn", 1),
        ("Sales went from 7.5 mn to 13.1 mn", 1),
        ("Net sales amounted to EUR 11.9 mn , down from EUR 15.0 mn a year earlier", -1),
        ("Costs of 20 mn against 15 mn", -1),
        ("EPS $0.42 vs. $0.39", 1),
        ("A net loss of 86 million compared with a net profit of 120 million", -1),
        ("Net profit of 8.2 mn against a loss of 3.1 mn a year before", 1),
        ("Revenue of 1.2 bn versus 900 mn", 1),
        ("Sales from 2006 to 2010", 0),
        ("The plant employs 200 people", 0),
    ],
)
def test_figures_are_compared_with_earlier_ones(text: str, way: int) -> None:
    assert of(text).compared == way


def test_signed_figures_count_and_spans_do_not() -> None:
    assert of("$ABC +12% $DEF +3%").signed == 2
    assert of("down -4.5% today").signed == -1
    assert of("between 5-7% a year").signed == 0


def test_weak_words_move_nothing_alone() -> None:
    assert of("I look up to her") == Movement()
    assert of("").evidence == ()
