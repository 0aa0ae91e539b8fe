"""`mobius sentiment --text` and `--eval`: the mood of one text, or of a file of labelled ones. Here: the command.

Not here: scoring (sentiment), the mood of a crowd (the tool of that name, which answers without these options).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from mobius.assistant.tools.sentiment import TOOL
from mobius.core.application import Application
from mobius.core.errors import BadParameter
from mobius.core.tools import Command, Option
from mobius.frontends.cli.plain import Page

_PLACES = 4


class TextMood(Struct, frozen=True, kw_only=True):
    """How one text sounds: `score` from -1 to 1, probabilities as fractions, the words that spoke."""

    text: str
    label: int
    score: float
    band: str
    probabilities: dict[str, float]
    evidence: tuple[str, ...]


class Scores(Struct, frozen=True, kw_only=True):
    """How well labelled texts were read; fractions, None where the rows cannot tell. `by.vader` is the peer's."""

    n: int
    metrics: dict[str, float | None]
    by: dict[str, dict[str, dict[str, float | None]]]


async def run(options: Mapping[str, Any], application: Application) -> TextMood | Scores:
    """Score one text, or a file of them."""
    text, file = options["text"], options["eval"]
    if (text is None) == (file is None):
        raise BadParameter("mobius sentiment takes --text or --eval, not both.", hint='Such as: --text "wagmi"')
    from mobius.sentiment.classifier import Classifier

    classifier = Classifier.load()
    if file is None:
        return _of_text(text, classifier)
    from mobius.sentiment import evaluate

    rows = evaluate.read_rows(_read(Path(file)))
    report = evaluate.evaluate(rows, lambda row: classifier.mood(row).label, evaluate.vader())
    return msgspec.convert(msgspec.to_builtins(report), Scores)


def _of_text(text: str, classifier: Any) -> TextMood:
    from mobius.sentiment.composite import band

    if not text.strip():
        raise BadParameter("There is no text to score.", hint='Such as: --text "btc to the moon"')
    mood = classifier.mood(text)
    bad, neutral, good = (round(chance, _PLACES) for chance in mood.probabilities)
    return TextMood(
        text=text, label=mood.label, score=round(mood.score, _PLACES), band=band(mood.score),
        probabilities={"negative": bad, "neutral": neutral, "positive": good},
        evidence=tuple(dict.fromkeys(word for word, _ in mood.evidence)),
    )  # fmt: skip


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise BadParameter(f"{str(file)!r} cannot be read: {why}.") from error


def show(result: TextMood | Scores, page: Page) -> None:
    if isinstance(result, TextMood):
        page.line((result.band, "bold"), (f" ({result.score:+.2f})", "dim"))
        if result.evidence:
            page.line(f"by: {', '.join(result.evidence)}", indent="  ", hang="    ")
        return
    page.line((f"{result.n} rows", "bold"))
    page.line("ours / VADER", indent="  ")
    peers = result.by["vader"]
    for domain, metrics in {"all": result.metrics, **result.by["domain"]}.items():
        said = ", ".join(
            f"{name} {_fraction(value)} / {_fraction(peers[domain][name])}" for name, value in metrics.items()
        )
        page.line(f"{domain}: {said}", indent="  ", hang="    ")


def _fraction(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"


COMMAND = Command(
    name="sentiment",
    summary="Score the mood of a text; --eval scores a file of labelled texts, VADER beside it.",
    options=(
        Option(name="--text", help="score this text"),
        Option(name="--eval", help="score a .jsonl file of rows with text, label (-1, 0, 1) and domain"),
    ),
    run=run,
    show=show,
    beside=TOOL,
    examples=('mobius sentiment --text "btc to the moon"', "mobius sentiment --eval labelled.jsonl --json"),
)
