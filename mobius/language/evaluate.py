"""How well questions are understood. Here: rows in, metrics out. Not here: files, printing (the command).

Accuracy and macro-F1 are over intents; slot-F1 is micro-averaged over pairs (slot, value); the expected calibration
error is
over fifteen bins of equal mass. A metric that the rows cannot tell is None.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from statistics import median
from typing import Any, Literal

import msgspec
from msgspec import Struct

from mobius.core.errors import BadParameter
from mobius.core.intents import Understanding

_NOTHING_LOOKED_UP = frozenset({"out_of_scope", "help", "greeting", "explain"})
_BINS = 15
_OUT = "out_of_scope"
Metrics = dict[str, float | None]


class EvalRow(Struct, frozen=True, kw_only=True):
    """A labelled question. `intent` is None where only the scope is known."""

    text: str
    intent: str | None = None
    slots: dict[str, Any] | None = None
    scope: str | None = None
    dataset: str = "rows"


class EvalReport(Struct, frozen=True, kw_only=True):
    n: int
    metrics: Metrics
    by: dict[str, dict[str, Metrics]]


class _JsonRow(Struct, frozen=True):
    text: str
    scope: str | None = None
    intent: str | None = None
    slots: dict[str, Any] | None = None
    dataset: str = "rows"


class _Outcome(Struct, frozen=True):
    row: EvalRow
    got: Understanding
    seconds: float


def read_rows(text: str, kind: Literal["tsv", "jsonl"]) -> list[EvalRow]:
    """Rows of a file: tab-separated intent, text, slots (JSON, may be empty), or JSON lines with `text` and `scope`.

    In JSON lines with a scope, `intent` is the name of another set and is not ours. Raises BadParameter naming the
    line.
    """
    rows: list[EvalRow] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or (kind == "tsv" and line.startswith(("#", "intent\t"))):
            continue
        try:
            rows.append(_tsv_row(line) if kind == "tsv" else _json_row(line))
        except (msgspec.DecodeError, msgspec.ValidationError, ValueError) as error:
            raise BadParameter(
                f"Line {number} cannot be read: {error}", hint="intent<TAB>text<TAB>slots as JSON"
            ) from error
    return rows


def _tsv_row(line: str) -> EvalRow:
    intent, text, *rest = line.split("\t")
    slots = msgspec.json.decode(rest[0], type=dict[str, Any]) if rest and rest[0].strip() else {}
    return EvalRow(text=text, intent=intent.strip(), slots=slots, dataset="tsv")


def _json_row(line: str) -> EvalRow:
    row = msgspec.json.decode(line, type=_JsonRow)
    intent = _OUT if row.scope == _OUT else None if row.scope else row.intent
    return EvalRow(text=row.text, intent=intent, slots=row.slots, scope=row.scope, dataset=row.dataset)


def evaluate(rows: Sequence[EvalRow], understand: Callable[[str], Understanding]) -> EvalReport:
    """Ask every row and score the answers."""
    outcomes: list[_Outcome] = []
    for row in rows:
        start = time.perf_counter()
        got = understand(row.text)
        outcomes.append(_Outcome(row, got, time.perf_counter() - start))
    labelled = sorted({o.row.intent for o in outcomes if o.row.intent is not None})
    datasets = sorted({o.row.dataset for o in outcomes})
    return EvalReport(
        n=len(outcomes),
        metrics=_metrics(outcomes),
        by={
            "intent": {intent: _of_intent(outcomes, intent) for intent in labelled},
            "dataset": {name: _metrics([o for o in outcomes if o.row.dataset == name]) for name in datasets},
        },
    )


def _metrics(outcomes: Sequence[_Outcome]) -> Metrics:
    labelled = [o for o in outcomes if o.row.intent is not None]
    out = [o for o in labelled if o.row.intent == _OUT]
    inside = [o for o in labelled if o.row.intent != _OUT]
    several = len({o.row.intent for o in labelled}) > 1
    classes = {o.row.intent for o in labelled}
    scores = [_f1(labelled, str(name)) for name in sorted(map(str, classes))]
    return {
        "accuracy": _share([o.got.intent == o.row.intent for o in labelled]) if several else None,
        "macro_f1": sum(scores) / len(scores) if several else None,
        "slot_f1": _slot_f1(labelled),
        "out_of_scope_recall": _share([o.got.intent in _NOTHING_LOOKED_UP for o in out]),
        "false_refusal_rate": _share([o.got.intent == _OUT for o in inside]),
        "ece": _calibration_error(labelled) if several else None,
        "p50_ms": round(median(o.seconds for o in outcomes) * 1000, 4) if outcomes else None,
    }


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _counts(outcomes: Sequence[_Outcome], intent: str) -> tuple[int, int, int]:
    both = sum(o.row.intent == intent == o.got.intent for o in outcomes)
    return both, sum(o.got.intent == intent for o in outcomes), sum(o.row.intent == intent for o in outcomes)


def _f1(outcomes: Sequence[_Outcome], intent: str) -> float:
    both, said, meant = _counts(outcomes, intent)
    return 2 * both / (said + meant) if said + meant else 0.0


def _of_intent(outcomes: Sequence[_Outcome], intent: str) -> Metrics:
    labelled = [o for o in outcomes if o.row.intent is not None]
    both, said, meant = _counts(labelled, intent)
    return {
        "n": meant,
        "precision": both / said if said else None,
        "recall": both / meant if meant else None,
        "f1": _f1(labelled, intent),
        "slot_f1": _slot_f1([o for o in labelled if o.row.intent == intent]),
    }


def slot_pairs(slots: Mapping[str, Any]) -> set[Hashable]:
    """Pairs (slot, value), one an element of lists and objects; numbers alike within 1e-9 are one.

    >>> sorted(map(str, slot_pairs({"assets": ["BTC"], "amount": 10000.0})))
    ["('amount', 10000.0)", "('assets', 'BTC')"]
    """
    pairs: set[Hashable] = set()
    for name, value in slots.items():
        if isinstance(value, list | tuple):
            pairs.update((name, _alike(item)) for item in value)
        elif isinstance(value, Mapping):
            pairs.update((name, key, _alike(item)) for key, item in value.items())
        else:
            pairs.add((name, _alike(value)))
    return pairs


def _alike(value: Any) -> Hashable:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 9)
    return str(value)


def _slot_f1(outcomes: Sequence[_Outcome]) -> float | None:
    right = said = meant = 0
    for outcome in outcomes:
        if outcome.row.slots is None:
            continue
        want, got = slot_pairs(outcome.row.slots), slot_pairs(outcome.got.slots)
        right, said, meant = right + len(want & got), said + len(got), meant + len(want)
    return 2 * right / (said + meant) if said + meant else None


def _calibration_error(outcomes: Sequence[_Outcome]) -> float | None:
    """Mean distance between confidence and accuracy over bins that hold equally many rows."""
    if not outcomes:
        return None
    ranked = [(o.got.confidence, o.got.intent == o.row.intent) for o in outcomes]
    ranked.sort(key=lambda pair: pair[0])  # ties stay as they came: sorting by hit too would part them
    bins = min(_BINS, len(ranked))
    error = 0.0
    for i in range(bins):
        part = ranked[i * len(ranked) // bins : (i + 1) * len(ranked) // bins]
        error += abs(sum(c for c, _ in part) - sum(hit for _, hit in part))
    return error / len(ranked)
