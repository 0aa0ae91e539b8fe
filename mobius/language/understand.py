"""A question understood: intents with confidence, slots, the day it is about. Here: the join of reading, classifier
        and slots.

Pure: the weights are loaded once, the clock is an argument, nothing is fetched. The steps: read the text once (names,
numbers,
spans, days), let clear rules or the classifier say the intent, cut a question in two where both halves are sure of
different
intents, then fill the slots of each. Not here: which tool answers (assistant).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from mobius.core.intents import Understanding
from mobius.language.features import ABOUT_NOTHING, features, mask
from mobius.language.gazetteer import Gazetteer, gazetteer
from mobius.language.mentions import Reading, read
from mobius.language.predictor import Predictor
from mobius.language.rules import names_asset, override, settled
from mobius.language.slots import fill
from mobius.language.unresolved import unresolved_words

_JOINTS = re.compile(
    r"\s*(?:[;?]+|\band also\b|\band then\b|\bthen\b|\bplus\b|,\s*and\b|\band\b|\bund\b|\by\b|\bet\b)\s*", re.IGNORECASE
)
_SPLIT_SURE = 0.6
"""Both halves must be this sure, and of different intents, for a question to count as two."""
_WHOLE_SURE = 0.75
"""A text this sure of one intent is cut at an "and" only where the rest asks anew."""
_ASKS_ANEW = re.compile(
    r"(?:what|whats|how|hows|is|are|show|tell|set|which|where|when|wen|should|will|give|any|why|who|explain|compare|"
    r"alert|notify|can|could|do|does|list"
    r"|was|wie|ist|soll|warum|qué|que|cómo|como|cuánto|cuanto|por|quel|comment|combien|pourquoi|quanto)\b",
    re.IGNORECASE,
)
_DOUBTFUL = 0.45
"""Below it, a text without a single word of the trade is taken for none of ours."""
_NAMED_AND_OUT = 0.25
"""How much less likely a text is none of ours once it plainly names an asset, a protocol or a chain."""
_MAX_PARTS = 3
_ONE_ALONE = frozenset({"greeting", "out_of_scope", "help"})
_SWALLOWING = frozenset({"greeting", "help", "out_of_scope"})
_TIMELESS = frozenset({"alerts", "explain", "help", "greeting", "out_of_scope"})


class _Part(Struct, frozen=True):
    """One question inside a text."""

    reading: Reading
    intent: str
    confidence: float


class Understander:
    """Reads questions; build it once with `load`."""

    __slots__ = ("_names", "_predictor")

    def __init__(self, names: Gazetteer, predictor: Predictor) -> None:
        self._names = names
        self._predictor = predictor

    @classmethod
    def load(cls) -> Understander:
        """With the package's own weights: some tens of milliseconds of CPU."""
        return cls(gazetteer(), Predictor.load())

    def understand(self, text: str, *, now: datetime) -> Understanding:
        """What `text` asks. `now` is an aware UTC instant; total on any text.

        Slots carry the names and forms of the contract (amounts and levels are numbers, windows such as "7d").
        """
        whole = self._part(text, now)
        parts = self._split(whole, now) or [whole]
        slots: dict[str, Any] = {}
        for part in parts:
            for name, value in fill(part.reading, part.intent).items():
                slots[name] = _joined(slots[name], value) if name in slots else value
        intents = tuple(dict.fromkeys(part.intent for part in parts))
        return Understanding(
            text=text,
            intent=intents[0],
            confidence=round(min(part.confidence for part in parts), 4),
            intents=intents,
            slots=slots,
            as_of=_as_of(whole.reading, intents),
            unresolved=unresolved_words(whole.reading, intents, self._known),
        )

    def _part(self, text: str, now: datetime) -> _Part:
        reading = read(text, self._names, now)
        ruled = override(reading)
        if ruled is not None:
            return _Part(reading, ruled, 0.99)
        names = features(reading, self._predictor.knows)
        chances = self._predictor.probabilities(names)
        best = max(range(len(chances)), key=chances.__getitem__)
        intent = self._predictor.intents[best]
        if intent == "out_of_scope" and names_asset(reading):
            chances[best] *= _NAMED_AND_OUT
            best = max(range(len(chances)), key=chances.__getitem__)
            intent = self._predictor.intents[best]
        if chances[best] < _DOUBTFUL and ABOUT_NOTHING in names and intent not in _ONE_ALONE:
            return _Part(reading, "out_of_scope", _DOUBTFUL)
        return _Part(reading, settled(intent, reading), chances[best])

    def _split(self, whole: _Part, now: datetime) -> list[_Part] | None:
        """The parts of a text that asks several things, or None."""
        pieces = [piece for piece in _JOINTS.split(whole.reading.text) if piece.strip()]
        if not 2 <= len(pieces) <= _MAX_PARTS or whole.intent in _SWALLOWING:
            return None
        hard = re.search(r"[;?]\s*\w", whole.reading.text) is not None
        if not hard and not _two_requests(pieces, whole.confidence):
            return None
        parts = [self._part(piece, now) for piece in pieces]
        if any(part.confidence < _SPLIT_SURE or part.intent == "out_of_scope" for part in parts):
            return None
        if any(all(word.startswith("@") for word in mask(part.reading)) for part in parts):
            return None  # a bare name or address belongs to the rest
        serious = [part for part in parts if part.intent not in _ONE_ALONE]
        if len({part.intent for part in serious}) < 2:
            return None
        return serious

    def _known(self, word: str) -> bool:
        return word in self._predictor.words or self._predictor.knows(word)


def _two_requests(pieces: Sequence[str], confidence: float) -> bool:
    """Whether a mere "and" joins two questions: each later piece asks anew, or is a phrase and the whole is unsure."""
    if all(_ASKS_ANEW.match(piece) for piece in pieces[1:]):
        return True
    return confidence < _WHOLE_SURE and all(len(piece.split()) > 1 for piece in pieces)


def _joined(old: Any, new: Any) -> Any:
    """Slots of two parts: lists are joined, of anything else the first holds."""
    if isinstance(old, list) and isinstance(new, list):
        return list(dict.fromkeys([*old, *new]))
    return {**new, **old} if isinstance(old, dict) and isinstance(new, dict) else old


def _as_of(reading: Reading, intents: Sequence[str]) -> datetime | None:
    """The named past day, for intents that look at one."""
    if reading.day is None or intents[0] in _TIMELESS:
        return None
    words = reading.low[reading.day.start : reading.day.end]
    if intents[0] == "forecast" and words.startswith("on ") and not any(char.isdigit() for char in words):
        return None  # "will it fall on friday" looks ahead
    return reading.day.as_of
