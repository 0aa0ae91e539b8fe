"""Seed phrases. Here: "[a|b] {name}" templates, their choices and their fillers. Not here: the phrases (seeds/), names
        (fillers).

A line of a seed file is one template. `[a|b|]` chooses one of its parts, `{name}` asks a filler. Lines starting with
`#` are
comments. A template is the unit by which training and held-out rows are divided.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

SEEDS = Path(__file__).parent / "seeds"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"\{(\w+)\}")

Filler = Callable[[random.Random], str]


def read_seeds() -> Iterator[tuple[str, str]]:
    """Every template with its intent, by intent and line."""
    for path in sorted(SEEDS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                for template in _apart(line.strip()):
                    yield path.stem, template


def _apart(line: str) -> list[str]:
    """A line that opens with a list of whole phrases is a template for each of them."""
    match = _CHOICE.match(line)
    parts = match[1].split("|") if match else []
    if match is None or len(parts) < 5 or sum(len(part) for part in parts) < 9 * len(parts):
        return [line]
    return [part + line[match.end() :] for part in parts]


def variants(template: str) -> int:
    """How many texts the choices of a template allow, fillers aside."""
    count = 1
    for choice in _CHOICE.findall(template):
        count *= choice.count("|") + 1
    return count


def choose(template: str, rng: random.Random) -> str:
    """A template with its choices made and its names left open.

    >>> choose("[price|quote] of {asset}", random.Random(1))
    'price of {asset}'
    """
    text = template
    while (match := _CHOICE.search(text)) is not None:
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return " ".join(text.split())


def fill(phrase: str, rng: random.Random, fillers: dict[str, Filler]) -> str:
    """A phrase with its names filled in, none twice the same."""
    used: set[str] = set()

    def one(match: re.Match[str]) -> str:
        make = fillers[match[1]] if match[1] in fillers else fillers[match[1].rstrip("23")]
        text = make(rng)
        for _ in range(8):
            if text.lower() not in used:
                break
            text = make(rng)
        used.add(text.lower())
        return text

    return " ".join(_NAME.sub(one, phrase).split())
