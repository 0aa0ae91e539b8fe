"""Answers as the page shows them. Here: cards, history, the first screen's examples, made of what the application holds.

Not here: their HTML (views and templates).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from mobius.core.answers import Answer, Status
from mobius.core.application import Application
from mobius.core.ports import Person
from mobius.frontends.web.cards import Card, card_context
from mobius.frontends.web.site import offered
from mobius.frontends.web.views import HistoryRow, history_rows

HISTORY = 30
WATCHLIST = ("BTC", "ETH", "SOL")
"""Watched until a person chooses."""
N_EXAMPLES = 4
_TOOLS = ("price", "technicals", "market", "explain", "chart")


def titles(application: Application) -> Mapping[str, str]:
    """Sources by the names people know them by."""
    return {source.spec.name: source.spec.title for source in application.sources}


def card(application: Application, answer: Answer) -> Card:
    return card_context(answer, application.clock.now(), titles=titles(application))


class _Outline(Struct, frozen=True, kw_only=True):
    """What a list of answers shows of one; the rest of a stored answer is skipped unread, which is most of it."""

    id: str
    status: Status
    question: str
    intent: str
    world: str
    headline_plain: str
    as_of: datetime | None = None
    simulated: bool = False
    followups: tuple[str, ...] = ()

    def answer(self) -> Answer:
        return Answer(headline=(self.headline_plain,), **msgspec.structs.asdict(self))


_OUTLINES = msgspec.json.Decoder(_Outline)


async def recent(application: Application, person: Person, n: int = HISTORY) -> tuple[Answer, ...]:
    """The newest answers of questions in words, in outline; what tools were called for alone is no question."""
    kept = await application.answers.recent(2 * n, person=person.id)
    outlines = (_OUTLINES.decode(answer) for answer in kept)
    return tuple(outline.answer() for outline in outlines if outline.question)[:n]


def history(application: Application, answers: tuple[Answer, ...]) -> tuple[HistoryRow, ...]:
    return history_rows(answers, application.clock.now())


def examples(application: Application, answers: tuple[Answer, ...]) -> tuple[str, ...]:
    """Four questions to begin with: what would follow the last answer, then one of each of the main tools."""
    tools = offered(application)
    following = answers[0].followups[:2] if answers else ()
    general = (tools[name].examples[0] for name in _TOOLS if name in tools and tools[name].examples)
    return tuple(dict.fromkeys((*following, *general)))[:N_EXAMPLES]
