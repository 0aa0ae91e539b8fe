"""Small talk. Here: an answer in kind to gm, thanks and goodbye. Not here: what can be asked (help)."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from mobius.core.tools import Context, Tool
from mobius.core.words import Draft, Static, Writer

Kind = Literal["hello", "morning", "night", "thanks", "bye", "how_are_you", "praise", "sorry"]

_SAID: tuple[tuple[Kind, str], ...] = (
    (
        "thanks",
        r"thanks?|thank you|thx|ty|tysm|tyvm|cheers|merci|danke|gracias|grazie|obrigad[oa]|arigato|спасибо|谢谢",
    ),
    (
        "bye",
        r"bye|goodbye|good bye|cya|see (?:you|ya)|later|ciao ciao|adi[oó]s|au revoir|tsch[uü]ss|take care|ttyl|peace out",
    ),
    ("night", r"gn|good ?night|nighty|sleep well|gute nacht|buenas noches|bonne nuit"),
    ("morning", r"gm|good ?morning|morning|guten morgen|buenos d[ií]as|bom dia|wagmi"),
    (
        "how_are_you",
        r"how are you|how r u|hru|how'?s it going|how do you do|what'?s up|whats up|wass?up|sup|wie geht'?s",
    ),
    ("sorry", r"sorry|my bad|apologies|oops"),
    ("praise", r"good bot|nice|great|awesome|cool|well done|good job|love (?:it|you)|amazing|perfect|lfg|based"),
)
_PATTERNS = tuple((kind, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for kind, words in _SAID)
REPLIES: dict[Kind, str] = {
    "hello": "Hello! Ask me about a price, the market or a term.",
    "morning": "gm! Shall we look at the market?",
    "night": "Good night. The market never sleeps, but you may.",
    "thanks": "You're welcome.",
    "bye": "Goodbye, and take care of your keys.",
    "how_are_you": "Ready when you are. What would you like to know?",
    "praise": "Thank you. `mobius why` shows where each figure came from, in case you want to check me.",
    "sorry": "No harm done. What would you like to know?",
}
_FIRST_ASKED = ("market", "price", "technicals", "explain")


class GreetingQuery(Struct, frozen=True, kw_only=True):
    text: str = ""
    """What was said."""


class GreetingReport(Struct, frozen=True, kw_only=True):
    kind: Kind
    examples: tuple[str, ...] = ()


async def run(query: GreetingQuery, ctx: Context) -> GreetingReport:
    """Tell what kind of greeting it is, and pick two questions to go on with."""
    tools = [ctx.tools[name] for name in _FIRST_ASKED if name in ctx.tools]
    return GreetingReport(kind=kind_of(query.text), examples=tuple(tool.examples[0] for tool in tools[:2]))


def kind_of(text: str) -> Kind:
    """The kind of a greeting; whatever is none of the others is a hello.

    >>> kind_of("GM frens"), kind_of("ok thx!"), kind_of("hola")
    ('morning', 'thanks', 'hello')
    """
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text[:200])), "hello")


def words(report: GreetingReport, say: Writer) -> Draft:
    return Draft(
        headline=(Static(REPLIES[report.kind]),),
        followups=tuple((Static(example),) for example in report.examples),  # from the tools' own files
    )


TOOL = Tool(
    name="greeting",
    intents=("greeting",),
    query=GreetingQuery,
    report=GreetingReport,
    run=run,
    words=words,
    examples=("gm", "thanks", "bye"),
    summary="Answers a greeting in kind.",
    surfaces=(),
)
