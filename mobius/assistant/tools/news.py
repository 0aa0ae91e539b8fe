"""Headlines on assets and regulators, and what came before a move. Here: the news tool. Not here: whether a piece is right,
the mood of a crowd (sentiment)."""

from __future__ import annotations

import re

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.facts import Fact, echo
from mobius.core.instants import span_s
from mobius.core.protocols import PROTOCOLS
from mobius.core.record_views import HeadlineView, NewsView
from mobius.core.regulators import regulators_in
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, ListDraft, TextDraft, Writer

DEFAULT_WINDOW = "3d"
_LONGEST_HOURS = 30 * 24
_QUIET_PCT = 1.0
"""A day that moved less needs no cause."""
MARKET = "BTC"
"""Looked at where the whole market is asked about."""
_MARKET = re.compile(r"\b(?:crypto\w*|markets?|everything|coins|alts|altcoins|prices)\b", re.IGNORECASE)
_WHY = re.compile(
    r"\bwhy\b|\bhow come\b|\bwhat(?:'s| is|s)? (?:happen\w*|going on|moving|caus\w+|behind)\b|\breasons?\b|\bcaused?\b"
    r"|\bpourquoi\b|\bwarum\b|\bpor qu[eé]\b",
    re.IGNORECASE,
)


class NewsQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    window: str = ""
    text: str = ""
    """The question: a regulator it names, and whether it asks why."""


class NewsReport(Struct, frozen=True, kw_only=True):
    view: NewsView
    assets: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    regulators: tuple[str, ...] = ()
    window: Fact
    why: bool = False
    stands_for_all: bool = False
    """Whether the whole market was meant, and one asset was looked at for it."""


async def run(query: NewsQuery, ctx: Context) -> NewsReport:
    """Headlines of the window; asked why, the move of the first asset and what came shortly before it."""
    regulators = regulators_in(query.text)
    why = not regulators and _WHY.search(query.text) is not None and bool(query.assets or _MARKET.search(query.text))
    assets = query.assets or ((MARKET,) if why else ())
    window = query.window or DEFAULT_WINDOW
    hours = max(1, min(_LONGEST_HOURS, span_s(window) // 3_600))
    view = await ctx.desk.news(
        assets, protocols=query.protocols, regulators=regulators, hours=hours, why=why, now=ctx.clock.now(),
        at=ctx.as_of,
    )  # fmt: skip
    asked = (
        echo("news.days", hours // 24, "count", "window", stated=bool(query.window))
        if hours % 24 == 0
        else echo("news.hours", hours, "count", "window", stated=bool(query.window))
    )
    return NewsReport(
        view=view,
        assets=assets,
        protocols=query.protocols,
        regulators=regulators,
        window=asked,
        why=why,
        stands_for_all=why and not query.assets,
    )


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: NewsReport, say: Writer) -> Draft:
    view = report.view
    candidates = () if _is_quiet(view) else view.candidates
    blocks: list[BlockDraft] = []
    caveats: list[Line] = []
    if view.move is not None:
        blocks.append(TextDraft(_sharpest(report, say)))
        if candidates:
            items = tuple(_candidate(each, say) for each in candidates)
            blocks.append(ListDraft(items, title=say.say("What came shortly before")))
            caveats.append(say.say("Coming before a move is no proof of having caused it."))
    shown = {each.title.id for each in candidates}
    rest = tuple(_item(each, say) for each in view.headlines if each.title.id not in shown)
    if rest:
        blocks.append(ListDraft(rest, title=_title(report, say)))
    if report.stands_for_all:
        caveats.append(say.say("{asset} was looked at for the whole market.", asset=_subject(report)))
    if view.headlines or view.candidates:
        caveats.append(say.say("Headlines are quoted as their outlets wrote them; nothing here checked them."))
    return Draft(
        headline=_headline(report, say), blocks=tuple(blocks), caveats=tuple(caveats),
        followups=_followups(report, say), status=None if view.headlines or view.move is not None else "no_data",
    )  # fmt: skip


def _subject(report: NewsReport) -> str:
    """What was asked about: the regulators, the assets, or crypto at large."""
    named = [ASSETS[each].name if each in ASSETS else each for each in report.assets]
    named += [PROTOCOLS[slug].name if slug in PROTOCOLS else slug for slug in report.protocols]
    return " and ".join(report.regulators or dict.fromkeys(named)) or "crypto"


def _headline(report: NewsReport, say: Writer) -> Line:
    view = report.view
    if view.move is not None:
        return _moved(report, say)
    if report.why:
        return say.say(
            "How {subject} moved is not known just now, so nothing can be held against it.", subject=_subject(report)
        )
    if view.unrelated or not view.headlines:
        span = _span(report.window, say)
        return say.say("No headline of the last ") + span + say.say(" is on {subject}.", subject=_subject(report))
    first = view.headlines[0]
    return say.say("“{title:text}” ({outlet:text}, {title:age})", title=first.title, outlet=first.outlet)


def _span(window: Fact, say: Writer) -> Line:
    if window.id.endswith("hours") or window.value == 1:
        return say.say("{window:count} h" if window.id.endswith("hours") else "day", window=window)
    return say.say("{window:count} days", window=window)


def _moved(report: NewsReport, say: Writer) -> Line:
    """The move, and whether anything came before it."""
    view, name = report.view, _subject(report)
    assert view.move is not None
    line = say.say("{name} is {change:change} in 24 h; ", name=name, change=view.move.change)
    if _is_quiet(view):
        return line + say.say("that is a quiet day, with nothing to explain.")
    if not view.candidates:
        return line + say.say(
            "no clear cause found: no headline of the six hours before its sharpest hour is about it."
        )
    first = view.candidates[0]
    return line + say.say("candidate cause: “{title:text}” ({outlet:text})", title=first.title, outlet=first.outlet)


def _is_quiet(view: NewsView) -> bool:
    """Whether the price hardly moved, so that there is nothing to look a cause for."""
    return view.move is not None and abs(view.move.change.number() or 0.0) < _QUIET_PCT


def _sharpest(report: NewsReport, say: Writer) -> Line:
    move = report.view.move
    assert move is not None
    return say.say("Sharpest hour: {hour:signed}, from {hour:clock}.", hour=move.sharpest)


def _candidate(each: HeadlineView, say: Writer) -> Line:
    assert each.lead is not None
    within = (each.lead.number() or 0.0) < 0
    return say.say("Within that hour: " if within else "{lead:amount} before: ", lead=each.lead) + _item(each, say)


def _item(each: HeadlineView, say: Writer) -> Line:
    line = say.say("“{title:text}” — {outlet:text}, {title:age}", title=each.title, outlet=each.outlet)
    if each.copies is not None:
        line += say.say(" ({n:count} outlets)", n=each.copies)
    return line


def _title(report: NewsReport, say: Writer) -> Line:
    if report.view.unrelated:
        return say.say("The newest on anything else")
    if report.regulators:
        return say.say("Official documents first")
    return say.say("Headlines")


def _followups(report: NewsReport, say: Writer) -> tuple[Line, ...]:
    asset = report.assets[0] if report.assets else "BTC"
    if report.protocols and not report.assets:
        protocol = PROTOCOLS[report.protocols[0]].name if report.protocols[0] in PROTOCOLS else report.protocols[0]
        return (
            say.say("how much flowed into {protocol} this week", protocol=protocol), say.say("crypto news"),
            say.say("any SEC news"),
        )  # fmt: skip
    if report.why:
        return (
            say.say("any SEC news"), say.say("{asset} news", asset=asset), say.say("chart {asset} 7d", asset=asset),
        )  # fmt: skip
    return (
        say.say("why is {asset} moving", asset=asset), say.say("any SEC news"), say.say("price of {asset}", asset=asset),
    )  # fmt: skip


TOOL = Tool(
    name="news",
    intents=("news",),
    query=NewsQuery,
    report=NewsReport,
    run=run,
    words=words,
    examples=("any SEC news", "why is BTC down", "crypto news", "news on Uniswap"),
    summary="Dated headlines, official documents first, and what came before a move.",
    positional=("assets",),
)
