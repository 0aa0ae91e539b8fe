"""The metrics, on rows small enough to count by hand."""

from __future__ import annotations

import pytest

from mobius.core.errors import BadParameter
from mobius.core.intents import Understanding
from mobius.language.evaluate import evaluate, read_rows


def _says(answers: dict[str, Understanding]) -> object:
    return answers.__getitem__


def _got(text: str, intent: str, confidence: float = 1.0, **slots: object) -> Understanding:
    return Understanding(text=text, intent=intent, confidence=confidence, intents=(intent,), slots=dict(slots))


def test_metrics_by_hand() -> None:
    rows = read_rows('price\ta\t{"assets":["BTC","ETH"]}\ngas\tb\t\nout_of_scope\tc\t{}\nout_of_scope\td', "tsv")
    answers = {
        "a": _got("a", "price", assets=["BTC"], quote="EUR"),
        "b": _got("b", "out_of_scope"),
        "c": _got("c", "explain"),
        "d": _got("d", "price"),
    }
    report = evaluate(rows, answers.__getitem__)
    assert report.n == 4
    assert report.metrics["accuracy"] == 0.25
    assert report.metrics["macro_f1"] == pytest.approx((2 / 3 + 0 + 0) / 3)
    assert report.metrics["slot_f1"] == pytest.approx(2 * 1 / (2 + 2))
    assert report.metrics["out_of_scope_recall"] == 0.5  # explain looks nothing up
    assert report.metrics["false_refusal_rate"] == 0.5
    assert report.by["intent"]["price"]["recall"] == 1
    assert report.by["intent"]["price"]["precision"] == 0.5


def test_rows_that_cannot_tell_give_none() -> None:
    rows = read_rows(
        '{"text":"x","scope":"out_of_scope","dataset":"d"}\n{"text":"y","scope":"near_domain","dataset":"e"}', "jsonl"
    )
    report = evaluate(rows, lambda text: _got(text, "out_of_scope"))
    assert report.metrics["out_of_scope_recall"] == 1
    assert report.metrics["accuracy"] is None
    assert report.metrics["slot_f1"] is None
    assert report.metrics["false_refusal_rate"] is None
    assert report.by["dataset"]["e"]["out_of_scope_recall"] is None
    assert evaluate([], lambda text: _got(text, "help")).metrics["p50_ms"] is None


def test_calibration_error_is_nought_for_honest_confidence_and_large_for_boasting() -> None:
    rows = read_rows("\n".join(f"{'price' if i % 2 else 'gas'}\tq{i}\t" for i in range(150)), "tsv")
    honest = evaluate(rows, lambda text: _got(text, "price", 0.5))
    boasting = evaluate(rows, lambda text: _got(text, "price", 1.0))
    assert (honest.metrics["ece"] or 0) < 0.07  # ten rows a bin cannot all be half right
    assert boasting.metrics["ece"] == pytest.approx(0.5)


def test_numbers_alike_count_as_equal() -> None:
    rows = read_rows('convert\ta\t{"amount":10000,"holdings":{"BTC":0.1}}', "tsv")
    report = evaluate(rows, lambda text: _got(text, "convert", amount=10000.0, holdings={"BTC": 0.1 + 1e-12}))
    assert report.metrics["slot_f1"] == 1


def test_a_broken_line_is_named() -> None:
    with pytest.raises(BadParameter, match="Line 2"):
        read_rows("price\tbtc\t{}\nprice\tbtc\t{broken", "tsv")
    with pytest.raises(BadParameter, match="Line 1"):
        read_rows("{", "jsonl")
