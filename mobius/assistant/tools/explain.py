"""What a term means. Here: the explain tool. Not here: the texts (glossary_entries), figures of examples (worked_examples)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, cast

from msgspec import Struct

from mobius.core.facts import Fact
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, Static, TextDraft, Writer

if TYPE_CHECKING:
    from mobius.assistant.glossary_entries.entry import Entry, Example

EXAMPLE_S = 0.8
"""An explanation does not wait longer than this for its figures of the day."""
_POPULAR = ("market-cap", "impermanent-loss", "gas")


class ExplainQuery(Struct, frozen=True, kw_only=True):
    term: str
    """A term, or the question as it was asked."""


class Subject(Struct, frozen=True, kw_only=True):
    """Something the registries know and the glossary has no entry for."""

    kind: Literal["asset", "protocol", "chain", "exchange"]
    key: str
    """Ticker or slug."""


class ExplainReport(Struct, frozen=True, kw_only=True):
    """Slugs of the glossary, not its texts: `words` takes those from where they were reviewed."""

    entries: tuple[str, ...] = ()
    """What the question names, the main one first."""
    subject: Subject | None = None
    near: tuple[str, ...] = ()
    """When nothing fits: terms that are spelt alike."""
    example: str | None = None
    figures: dict[str, Fact] = {}
    parts: tuple[Fact, ...] = ()
    """Every ancestor of the figures."""
    example_missing: bool = False


async def run(query: ExplainQuery, ctx: Context) -> ExplainReport:
    """Find the term, then figures of the day for its example where it has one."""
    from mobius.assistant import glossary

    found = glossary.lookup(query.term)
    if not found:
        subject = _subject(query.term)
        if subject is not None:
            return ExplainReport(subject=subject)
        found = glossary.lookup_weak(query.term)
    if not found:
        misspelt = glossary.lookup_misspelt(query.term)
        found = (misspelt,) if misspelt is not None else ()
    if not found:
        return ExplainReport(near=tuple(entry.slug for entry in glossary.near(query.term)))
    return await _with_example(found, ctx)


async def _with_example(found: tuple[Entry, ...], ctx: Context) -> ExplainReport:
    slugs = tuple(entry.slug for entry in found[:3])
    if found[0].example is None:
        return ExplainReport(entries=slugs)
    from mobius.assistant.worked_examples import work_out

    seconds = min(EXAMPLE_S, ctx.deadline.left_s(ctx.clock))
    worked = await work_out(found[0].example, ctx.desk, ctx.as_of, within_s=seconds)
    if worked is None:
        return ExplainReport(entries=slugs, example_missing=True)
    return ExplainReport(entries=slugs, example=worked.example, figures=dict(worked.figures), parts=worked.parts)


def _subject(text: str) -> Subject | None:
    """An asset, protocol, chain or exchange that the text names by a word of its own."""
    from mobius.core.assets import find
    from mobius.core.protocols import find_chain, find_exchange, find_protocol

    words = re.findall(r"[^\s,;:!?()\"“”]+", text[:300])
    for n_words in (3, 2, 1):
        for start in range(len(words) - n_words + 1):
            phrase = " ".join(words[start : start + n_words]).strip(".'’").removesuffix("'s").removesuffix("’s")
            shouted = (phrase.isupper() and not text.isupper()) or phrase.startswith("$")
            asset, protocol = find(phrase), find_protocol(phrase)
            chain, exchange = find_chain(phrase), find_exchange(phrase)
            lowered = phrase.lower()
            if protocol is not None and lowered not in protocol.ambiguous and not shouted:
                return Subject(kind="protocol", key=protocol.slug)
            if chain is not None and lowered not in chain.ambiguous and not shouted:
                return Subject(kind="chain", key=chain.slug)
            if asset is not None and (shouted or lowered not in asset.ambiguous):
                return Subject(kind="asset", key=asset.ticker)
            if exchange is not None and lowered not in exchange.ambiguous:
                return Subject(kind="exchange", key=exchange.slug)
    return None


# ----------------------------------------------------------------------------------------------------------- wording


def words(report: ExplainReport, say: Writer) -> Draft:
    from mobius.assistant.glossary import GLOSSARY

    if report.subject is not None:
        return _subject_words(report.subject, say)
    if not report.entries:
        return _not_found(report.near)
    main, *others = (GLOSSARY[slug] for slug in report.entries)
    first, rest = _first_sentence(main.text)
    return Draft(
        headline=(Static(first),),
        blocks=tuple(_blocks(report, rest, others, say)),
        caveats=(say.say("There are no figures of the day for an example right now."),) if _untold(report, say) else (),
        followups=tuple(_explain(GLOSSARY[slug]) for slug in _related(main, report.entries)),
    )


def _untold(report: ExplainReport, say: Writer) -> bool:
    """Whether the example is missing where one could expect it: history does not hold most of them."""
    return report.example_missing and say.as_of is None


def _blocks(report: ExplainReport, rest: str, others: list[Entry], say: Writer) -> Iterator[BlockDraft]:
    if rest:
        yield TextDraft((Static(rest),))
    if report.example is not None:
        from mobius.assistant.worked_examples import WorkedExample, sentence

        worked = WorkedExample(example=cast("Example", report.example), figures=report.figures)
        yield TextDraft(sentence(worked, say))
    for other in others[: 1 if rest else 2]:
        yield TextDraft((Static(other.text),))


def _first_sentence(text: str) -> tuple[str, str]:
    """The sentence that answers by itself, and what follows it.

    >>> _first_sentence("It costs 5.7 %. That is much.")
    ('It costs 5.7 %.', 'That is much.')
    """
    first, stop, rest = text.partition(". ")
    return first + stop.strip(), rest


def _related(main: Entry, said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(slug for slug in main.related if slug not in said)[:3]


def _explain(entry: Entry) -> Line:
    from mobius.assistant.glossary import short_term

    return (Static("explain "), Static(short_term(entry)))


def _not_found(near: tuple[str, ...]) -> Draft:
    from mobius.assistant.glossary import GLOSSARY, short_term

    offered = [GLOSSARY[slug] for slug in near or _POPULAR]
    names = ", ".join(short_term(entry) for entry in offered)
    lead = (
        "I have no entry for that. Did you mean one of these: " if near else "I have no entry for that. I can explain "
    )
    close = "?" if near else ", and some two hundred other terms."
    return Draft(
        headline=(Static(lead), Static(names), Static(close)),
        followups=tuple(_explain(entry) for entry in offered),
        status="clarify",
    )


def _subject_words(subject: Subject, say: Writer) -> Draft:
    """What the registries know of it, which is its kind and its place; no more is claimed."""
    from mobius.core.protocols import CHAINS, EXCHANGES, PROTOCOLS

    if subject.kind == "asset":
        return _asset_words(subject.key, say)
    if subject.kind == "chain":
        chain = CHAINS[subject.key]
        headline = say.say("{name} is a blockchain whose fees are paid in {gas}.", name=chain.name, gas=chain.gas)
        return Draft(headline=headline, followups=(say.say("explain gas"), say.say("price of {gas}", gas=chain.gas)))
    if subject.kind == "exchange":
        headline = say.say("{name} is an exchange where crypto assets trade.", name=EXCHANGES[subject.key].name)
        return Draft(headline=headline, followups=(say.say("explain order book"), say.say("explain custody")))
    protocol = PROTOCOLS[subject.key]
    names = {"name": protocol.name, "does": protocol.does, "token": protocol.token or ""}
    if protocol.token is None:
        headline = say.say("{name} is a DeFi protocol ({does}).", **names)
        return Draft(headline=headline, followups=(say.say("explain DeFi"), say.say("explain TVL")))
    headline = say.say("{name} is a DeFi protocol ({does}); its token is {token}.", **names)
    return Draft(
        headline=headline,
        followups=(
            say.say("price of {token}", token=protocol.token),
            say.say("explain TVL"),
            say.say("explain governance"),
        ),
    )


def _asset_words(ticker: str, say: Writer) -> Draft:
    from mobius.core.assets import ASSETS

    asset = ASSETS[ticker]
    of = asset.stands_for or asset.pegged_to
    names = {"name": asset.name, "ticker": asset.ticker, "of": ASSETS[of].name if of is not None else ""}
    match asset.kind:
        case "coin":
            headline = say.say("{name} ({ticker}) is the coin of a chain of its own.", **names)
        case "token":
            headline = say.say("{name} ({ticker}) is a token, issued by a project on one or more chains.", **names)
        case "stablecoin":
            headline = say.say("{name} ({ticker}) is a stablecoin, meant to be worth one {of}.", **names)
        case "wrapped":
            headline = say.say("{name} ({ticker}) is a token that stands for {of} held or locked elsewhere.", **names)
        case "liquid_staking":
            headline = say.say("{name} ({ticker}) is a token for staked {of}.", **names)
        case "fiat":
            headline = say.say("{name} ({ticker}) is a currency.", **names)
        case "index":
            headline = say.say("{name} ({ticker}) is an index of stocks.", **names)
        case "commodity" if of is not None:
            headline = say.say("{name} ({ticker}) is a token backed by {of}.", **names)
        case "commodity":
            headline = say.say("{name} is a commodity.", **names)
    related = _RELATED_TO.get(asset.kind, "market cap")
    return Draft(
        headline=headline,
        followups=(
            say.say("price of {ticker}", ticker=ticker),
            say.say("chart {ticker} 90d", ticker=ticker),
            say.say("explain {related}", related=related),
        ),
    )


_RELATED_TO = {
    "stablecoin": "stablecoin", "wrapped": "wrapped token", "liquid_staking": "liquid staking", "token": "tokenomics",
    "commodity": "real-world assets", "coin": "blockchain", "fiat": "stablecoin", "index": "correlation",
}  # fmt: skip

TOOL = Tool(
    name="explain",
    intents=("explain",),
    query=ExplainQuery,
    report=ExplainReport,
    run=run,
    words=words,
    examples=("what is impermanent loss", "explain funding rate", "what is APR vs APY"),
    summary="What a term means, in two or three plain sentences, with figures of the day where they help.",
    positional=("term",),
)
