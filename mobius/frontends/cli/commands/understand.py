"""`mobius understand`: how a question is read, without answering it. Here: the command. Not here: understanding (language)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from mobius.core.application import Application
from mobius.core.errors import BadParameter
from mobius.core.intents import Understanding
from mobius.core.tools import Command, Option
from mobius.frontends.cli.plain import Page


class Scores(Struct, frozen=True, kw_only=True):
    """How well questions with known answers were read; fractions, None where the rows cannot tell."""

    n: int
    metrics: dict[str, float | None]
    by: dict[str, Any]


async def run(options: Mapping[str, Any], application: Application) -> Understanding | Scores:
    """Read one question, or score a file of them."""
    from mobius.language.understand import Understander

    words, file = options["text"], options["eval"]
    if bool(words) == (file is not None):
        raise BadParameter(
            "mobius understand takes a question, or --eval with a file.", hint='Such as: mobius understand "btc in eur"'
        )
    now: datetime = options.get("as_of") or application.clock.now()
    understander = Understander.load()
    if file is None:
        return understander.understand(" ".join(words), now=now)

    from mobius.language import evaluate

    kind: Literal["tsv", "jsonl"] = "jsonl" if Path(file).suffix == ".jsonl" else "tsv"
    rows = evaluate.read_rows(_text(Path(file)), kind)
    report = evaluate.evaluate(rows, lambda text: understander.understand(text, now=now))
    return msgspec.convert(msgspec.to_builtins(report), Scores)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise BadParameter(f"{str(file)!r} cannot be read: {why}.") from error


def show(result: Understanding | Scores, page: Page) -> None:
    if isinstance(result, Scores):
        page.line((f"{result.n} rows", "bold"))
        for name, value in result.metrics.items():
            page.line(f"{name}: {'unknown' if value is None else f'{value:.4g}'}", indent="  ")
        return
    page.line((result.intent, "bold"), (f" ({result.confidence:.0%} sure)", "dim"))
    if len(result.intents) > 1:
        page.line(f"also: {', '.join(result.intents[1:])}", indent="  ")
    for name, value in result.slots.items():
        page.line(f"{name}: {_plain(value)}", indent="  ", hang="    ")
    if result.as_of is not None:
        page.line(f"as of: {result.as_of:%Y-%m-%d %H:%M} UTC", indent="  ")
    if result.unresolved:
        page.line(f"not known: {', '.join(result.unresolved)}", indent="  ")


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


COMMAND = Command(
    name="understand",
    summary="Show how a question is read, without answering it; --eval scores a file of questions.",
    options=(
        Option(name="text", help="the question", many=True, optional=True),
        Option(name="--eval", help="score a .tsv (intent, text, slots) or .jsonl (text, scope) file"),
    ),
    run=run,
    show=show,
    examples=('mobius understand "0.2 eth in euros" --json', "mobius understand --eval questions.tsv --json"),
)
