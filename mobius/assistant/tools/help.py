"""What to try, by example. Here: the help tool. Not here: what each tool does (its own file), asking back (replies)."""

from __future__ import annotations

from msgspec import Struct

from mobius.core.intents import WILL_DO
from mobius.core.tools import Context, Tool
from mobius.core.words import Draft, Line, ListDraft, Static, TextDraft, Writer

TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Prices", ("price", "convert")),
    ("Charts", ("chart", "technicals")),
    ("The market", ("market", "news", "sentiment", "institutional_flows")),
    ("Views", ("signals", "forecast", "derivatives", "arbitrage")),
    ("Earning", ("yield", "staking", "defi_compare", "defi_flows")),
    ("Chains", ("gas", "crosschain", "whales", "dev_activity")),
    ("Safety", ("contract", "wallet")),
    ("Yours", ("portfolio_risk", "portfolio_optimize", "alerts")),
    ("Terms", ("explain",)),
)
"""Every intent a tool may serve, in the order people come to them; each topic shows examples of the tools that stand."""
EXAMPLES_A_TOPIC = 2


class HelpQuery(Struct, frozen=True, kw_only=True):
    """Nothing to say: help shows what there is."""


class Topic(Struct, frozen=True, kw_only=True):
    title: str
    examples: tuple[str, ...]


class HelpReport(Struct, frozen=True, kw_only=True):
    topics: tuple[Topic, ...]
    coming: tuple[str, ...] = ()
    """Intents that no tool serves yet."""
    sources: tuple[str, ...] = ()


async def run(query: HelpQuery, ctx: Context) -> HelpReport:
    """Topics that some tool serves, by that tool's own examples."""
    by_intent = {intent: tool for tool in ctx.tools.values() for intent in tool.intents}
    topics = []
    for title, intents in TOPICS:
        examples = _examples([by_intent[intent] for intent in intents if intent in by_intent])
        if examples:
            topics.append(Topic(title=title, examples=examples))
    coming = tuple(intent for intent in WILL_DO if intent not in by_intent)
    return HelpReport(topics=tuple(topics), coming=coming, sources=ctx.configured())


def _examples(tools: list[Tool[Struct, Struct]]) -> tuple[str, ...]:
    """First examples of each tool in turn, then second ones, as many as a line holds."""
    shown: list[str] = []
    for round_of in range(EXAMPLES_A_TOPIC):
        shown += [tool.examples[round_of] for tool in tools if len(tool.examples) > round_of]
    return tuple(dict.fromkeys(shown))[:EXAMPLES_A_TOPIC]


def words(report: HelpReport, say: Writer) -> Draft:
    # Examples, titles and names come from tool files and SPECs of this repository, where they were reviewed.
    items: tuple[Line, ...] = tuple(
        (Static(topic.title), Static(": "), Static(" · ".join(topic.examples))) for topic in report.topics
    )
    blocks: list[ListDraft | TextDraft] = [ListDraft(items=items)]
    if report.coming:
        names = ", ".join(intent.replace("_", " ") for intent in report.coming)
        blocks.append(TextDraft((Static("Not there yet: "), Static(names), Static("."))))
    if report.sources:
        blocks.append(TextDraft((Static("Figures come from "), Static(", ".join(report.sources)), Static("."))))
    return Draft(
        headline=say.say(
            "Ask in your own words; every figure I show has its source, and `mobius why` shows how it came about."
        ),
        blocks=tuple(blocks),
        followups=tuple((Static(topic.examples[0]),) for topic in report.topics[:3]),
    )


TOOL = Tool(
    name="help",
    intents=("help",),
    query=HelpQuery,
    report=HelpReport,
    run=run,
    words=words,
    examples=("what can you do",),
    summary="What to try, by example.",
    surfaces=("web", "telegram"),
)
