"""Moods of single texts: slang, negation, emojis, news, and what is said plainly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.sentiment.classifier import Classifier
from mobius.sentiment.evaluate import EvalReport, EvalRow, evaluate, read_rows, vader

CLASSIFIER = Classifier.load()
LEAST_CRYPTO, LEAST_ALL = 0.72, 0.60


@pytest.mark.parametrize(
    "text",
    [
        "wagmi 🚀", "just aped in, diamond hands 💎🙌", "ETH looks ready to moon", "never selling my bitcoin",
        "Bitcoin surges 8% as ETF inflows hit a record", "Costs fell and margins improved .", "DOGE is not a scam",
        "Pretax profit rose to EUR 12.4 mn from EUR 9.1 mn .", "best team in crypto, love this project",
        "crazy gains on sol today", "short squeeze incoming, shorts are getting destroyed", "blood everywhere, still buying",
    ],
)  # fmt: skip
def test_good_moods(text: str) -> None:
    assert CLASSIFIER.mood(text).label == 1


@pytest.mark.parametrize(
    "text",
    [
        "rugged again lol", "ngmi", "got rekt, lost everything 😭", "this coin is a scam, stay away", "we're cooked",
        "Bitcoin crashes 20% as exchange halts withdrawals", "Protocol exploited for $200M", "SOL is not a good investment",
        "Operating profit fell to EUR 3.2 mn from EUR 8.8 mn .", "i don't trust this token",
        "my withdrawal has been pending for two weeks and support does not answer", "you'd have to be insane to buy this",
        "great, they froze my account again",
    ],
)  # fmt: skip
def test_bad_moods(text: str) -> None:
    assert CLASSIFIER.mood(text).label == -1


@pytest.mark.parametrize(
    "text",
    [
        "Kestrel Motors declares $0.12 dividend", "Bank to publish its interim report on 4 May",
        "The plant is located in Spain .", "Which wallet do you use for ADA?", "",
    ],
)  # fmt: skip
def test_plain_statements_are_neutral(text: str) -> None:
    assert CLASSIFIER.mood(text).label == 0


def test_words_that_spoke_are_told() -> None:
    mood = CLASSIFIER.mood("rug pull, stay away")
    assert [word for word, _ in mood.evidence] == ["rug pull", "stay away"]
    assert all(valence < 0 for _, valence in mood.evidence)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_a_mood_within_bounds(text: str) -> None:
    mood = CLASSIFIER.mood(text)
    assert -1 <= mood.score <= 1
    assert abs(sum(mood.probabilities) - 1) < 1e-9


def test_metrics_by_hand() -> None:
    rows = [EvalRow(text=t, label=label, domain=d) for t, label, d in
            [("a", 1, "x"), ("b", -1, "x"), ("c", 0, "y"), ("d", 1, "y")]]  # fmt: skip
    said = {"a": 1, "b": 1, "c": 0, "d": -1}
    report: EvalReport = evaluate(rows, said.__getitem__, lambda _: 0)
    assert report.metrics["accuracy"] == 0.5
    assert report.metrics["macro_f1_polar"] == pytest.approx((0.5 + 0.0) / 2)
    assert report.metrics["macro_f1"] == pytest.approx((0.5 + 0.0 + 1.0) / 3)
    assert report.by["domain"]["x"]["accuracy"] == 0.5
    assert report.by["vader"]["all"]["accuracy"] == 0.25


def test_better_than_the_peer_on_the_labelled_texts(shared_data: Path) -> None:
    file = shared_data / "eval" / "sentiment.jsonl"
    if not file.is_file():
        pytest.skip("the labelled texts are not beside the checkout")
    report = evaluate(read_rows(file.read_text("utf-8")), lambda text: CLASSIFIER.mood(text).label, vader())
    crypto, peer = report.by["domain"]["crypto"]["macro_f1_polar"], report.by["vader"]["crypto"]["macro_f1_polar"]
    assert crypto is not None
    assert peer is not None
    assert crypto >= max(LEAST_CRYPTO, peer)
    assert report.metrics["macro_f1"] is not None
    assert report.metrics["macro_f1"] >= LEAST_ALL
