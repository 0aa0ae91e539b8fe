"""How well moods are told. Here: labelled rows in, metrics out, a peer's beside ours. Not here: files, printing (the command).

Accuracy; macro-F1 over -1, 0 and 1; `macro_f1_polar` over -1 and 1, for rows among which hardly any is neutral. The peer is
plain VADER at its authors' thresholds of 0.05.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import Struct

from mobius.core.errors import BadParameter

Metrics = dict[str, float | None]
_LABELS = (-1, 0, 1)
_PEER_THRESHOLD = 0.05


class EvalRow(Struct, frozen=True, kw_only=True):
    text: str
    label: int
    domain: str = "rows"


class EvalReport(Struct, frozen=True, kw_only=True):
    n: int
    metrics: Metrics
    by: Mapping[str, Mapping[str, Metrics]]


def read_rows(text: str) -> list[EvalRow]:
    """JSON lines with `text`, `label` and `domain`. Raises BadParameter naming the line that does not fit."""
    rows: list[EvalRow] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=EvalRow)
        except msgspec.DecodeError as error:
            raise BadParameter(
                f"line {number}: {error}", hint='Each line: {"text": ..., "label": -1, 0 or 1}'
            ) from error
        if row.label not in _LABELS:
            raise BadParameter(f"line {number}: {row.label} is no label.", hint="A label is -1, 0 or 1.")
        rows.append(row)
    if not rows:
        raise BadParameter("The file holds no row.")
    return rows


def evaluate(rows: Sequence[EvalRow], label_of: Callable[[str], int], peer: Callable[[str], int]) -> EvalReport:
    """Score `label_of` over rows, and `peer` beside it (`by.vader`, whole and by domain)."""
    ours, theirs = [label_of(row.text) for row in rows], [peer(row.text) for row in rows]
    domains = sorted({row.domain for row in rows})
    return EvalReport(
        n=len(rows),
        metrics=_metrics(rows, ours),
        by={
            "domain": {domain: _metrics(*_of(domain, rows, ours)) for domain in domains},
            "vader": {
                "all": _metrics(rows, theirs),
                **{domain: _metrics(*_of(domain, rows, theirs)) for domain in domains},
            },
        },
    )


def vader() -> Callable[[str], int]:
    """Plain VADER."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()

    def label(text: str) -> int:
        compound = float(analyser.polarity_scores(text)["compound"])
        return 1 if compound >= _PEER_THRESHOLD else -1 if compound <= -_PEER_THRESHOLD else 0

    return label


def _of(domain: str, rows: Sequence[EvalRow], got: Sequence[int]) -> tuple[list[EvalRow], list[int]]:
    kept = [(row, label) for row, label in zip(rows, got, strict=True) if row.domain == domain]
    return [row for row, _ in kept], [label for _, label in kept]


def _metrics(rows: Sequence[EvalRow], got: Sequence[int]) -> Metrics:
    right = sum(row.label == label for row, label in zip(rows, got, strict=True))
    f1 = {label: _f1(rows, got, label) for label in _LABELS}
    return {
        "accuracy": right / len(rows),
        "macro_f1": _mean(list(f1.values())),
        "macro_f1_polar": _mean([f1[-1], f1[1]]),
    }


def _f1(rows: Sequence[EvalRow], got: Sequence[int], label: int) -> float | None:
    """None where no row bears the label and none was given it."""
    hit = sum(row.label == label == found for row, found in zip(rows, got, strict=True))
    said = sum(found == label for found in got)
    there = sum(row.label == label for row in rows)
    return 2 * hit / (said + there) if said + there else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
