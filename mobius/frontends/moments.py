"""Instants of an answer in words, for what outlives the moment. Here: when it was given, how old its data was then."""

from __future__ import annotations

import re
from datetime import datetime

from mobius.core.answers import Answer, SourceNote
from mobius.core.facts import Fact
from mobius.core.instants import from_ms
from mobius.core.words import render
from mobius.frontends.cli.render import past_day

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TIERS = {"l1": "cache", "l2": "cache", "l3": "cache", "history": "history"}


def answered_at(answer: Answer) -> datetime | None:
    """The instant the answer was given, in its world's time: its id carries it; None for an id of another make."""
    if _UUID7.fullmatch(answer.id) is None:
        return None
    return from_ms(int(answer.id[:8] + answer.id[9:13], 16))


def instant_text(instant: datetime) -> str:
    """`28 July 2026 10:00 UTC`."""
    return render(_moment(instant), "clock")


def about_text(answer: Answer) -> str:
    """Which instant the answer describes: the past one asked for, else when it was given; empty if that is not known."""
    if answer.as_of is not None:
        return f"as of {past_day(answer.as_of)}"
    given = answered_at(answer)
    return "" if given is None else instant_text(given)


def source_text(note: SourceNote, answer: Answer) -> str:
    """One source: its instant, its age when the answer was given, where it was read, or why it gave nothing."""
    if note.failed is not None:
        return f"no answer: {note.failed}"
    parts = []
    given = answered_at(answer)
    if note.as_of is not None:
        parts.append(f"as of {instant_text(note.as_of)}")
        if given is not None and answer.as_of is None and note.as_of <= given:
            age = render(_moment(note.as_of), "age", given)
            if age.endswith(" ago"):
                parts.append(f"{age.removesuffix(' ago')} old then")
    if note.tier in _TIERS:
        parts.append(f"from the {_TIERS[note.tier]}")
    return ", ".join(parts)


def simulated_text(answer: Answer) -> str:
    """What SIMULATED means, in a sentence."""
    return f"SIMULATED: figures of the simulated world {answer.world}, not of any market."


def _moment(instant: datetime) -> Fact:
    return Fact(id="moment", value=True, unit="text", source="question", path="as_of", as_of=instant)
