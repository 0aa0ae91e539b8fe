"""Seed phrases. Here: "[a|b] {name}" templates, their choices and their fillers. Not here: the phrases (seeds/), names (fillers).

A line of a seed file is one template. `[a|b|]` chooses one of its parts, `{name}` asks a filler. Lines starting with `#` are
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
                yield path.stem, line.strip()


def variants(template: str) -> int:
    """How many texts the choices of a template allow, fillers aside."""
    count = 1
    for choice in _CHOICE.findall(template):
        count *= choice.count("|") + 1
    return count


def expand(template: str, rng: random.Random, fillers: dict[str, Filler]) -> str:
    """One text of a template.

    >>> expand("[price|quote] of {asset}", random.Random(1), {"asset": lambda rng: "btc"})
    'price of btc'
    """
    text = template
    while (match := _CHOICE.search(text)) is not None:
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    used: set[str] = set()

    def fill(match: re.Match[str]) -> str:
        make = fillers[match[1].rstrip("23")] if match[1] not in fillers else fillers[match[1]]
        for _ in range(8):
            text = make(rng)
            if text.lower() not in used:
                break
        used.add(text.lower())
        return text

    return " ".join(_NAME.sub(fill, text).split())
