"""What flowed into and out of protocols, and what is locked there. Here: the flows tool. Not here: how a flow is told from a
move of prices (desk), large transfers (whales)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

from msgspec import Struct

from mobius.core.errors import BadParameter, MobiusError, NoData
from mobius.core.facts import Fact
from mobius.core.instants import span_s
from mobius.core.protocol_views import FlowView
from mobius.core.protocols import PROTOCOLS
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TableDraft, TextDraft, Writer

MOST_PROTOCOLS = 4
MOST_DAYS = 366
DAY_S = 86_400
_BLANK = "–"
_FEES = re.compile(r"\b(?:fees?|revenue|earn(?:s|ed|ings)?)\b", re.IGNORECASE)
_HELD = re.compile(r"\b(?:tvl|locked|deposits?|holds?|size)\b", re.IGNORECASE)
_FLOWED = re.compile(r"\b(?:flow\w*|inflows?|outflows?|net|left|leaving|withdraw\w*|drain\w*)\b", re.IGNORECASE)
_REMOVED = {
    "staking": "prices and staking rewards removed",
    "lending": "prices and interest removed, loans added back",
    "other": "prices removed",
}


class FlowsQuery(Struct, frozen=True, kw_only=True):
    protocols: tuple[str, ...]
    window: str = "7d"
    text: str = ""
    """The question: whether it asks for fees or locked value."""


class FlowsReport(Struct, frozen=True, kw_only=True):
    views: tuple[FlowView, ...]
    missing: tuple[str, ...] = ()
    """Protocols asked for whose history nobody keeps."""
    aspect: Literal["flow", "locked", "fees"] = "flow"


async def run(query: FlowsQuery, ctx: Context) -> FlowsReport:
    """Each protocol since the midnight (UTC) that is nearest to the window's start."""
    import asyncio

    if len(query.protocols) > MOST_PROTOCOLS:
        raise BadParameter("That is more protocols than one answer reads.", hint="Name four at most.")
    days = round(span_s(query.window) / DAY_S)
    if not 1 <= days <= MOST_DAYS:
        raise BadParameter("Flows are told by the day, for one day up to a year.", hint="Try 7d or 30d.")
    start = ctx.clock.now() - timedelta(days=days) + timedelta(hours=12)
    since = start.replace(hour=0, minute=0, second=0, microsecond=0)
    beside = days if len(query.protocols) == 1 else None
    jobs = [ctx.desk.flow(protocol, since=since, days=beside, at=ctx.as_of) for protocol in query.protocols]
    got = await asyncio.gather(*jobs, return_exceptions=True)
    views, missing = [], []
    for protocol, result in zip(query.protocols, got, strict=True):
        if isinstance(result, FlowView):
            views.append(result)
        elif isinstance(result, NoData) and len(query.protocols) > 1:
            missing.append(protocol)
        else:
            raise result
    if not views:
        first = next(result for result in got if isinstance(result, MobiusError))
        raise first
    return FlowsReport(views=tuple(views), missing=tuple(missing), aspect=aspect_of(query.text))


def aspect_of(text: str) -> Literal["flow", "locked", "fees"]:
    """What a question leads with; the flow where it names nothing.

    >>> aspect_of("lido tvl"), aspect_of("uniswap fees"), aspect_of("aave inflows and fees")
    ('locked', 'fees', 'flow')
    """
    if _FLOWED.search(text):
        return "flow"
    return "fees" if _FEES.search(text) else "locked" if _HELD.search(text) else "flow"


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: FlowsReport, say: Writer) -> Draft:
    caveats = [say.say("No source here keeps a history of {protocol}.", protocol=_name(one)) for one in report.missing]
    unknown = any(view.net.value is None for view in report.views)
    status: Literal["partial"] | None = "partial" if unknown or report.missing else None
    if len(report.views) > 1:
        return Draft(
            headline=_largest(report.views, say), blocks=(_protocols(report.views, say),),
            caveats=(*caveats, *_caveats(report.views, say)), followups=_followups(report.views[0], say), status=status,
        )  # fmt: skip
    (view,) = report.views
    blocks: list[BlockDraft] = []
    details = _details(view, say)
    if details:
        blocks.append(TextDraft(details))
    if view.tokens:
        blocks.append(_tokens(view, say))
    if view.daily is not None and view.daily_column is not None and len(view.daily.ts) > 1:
        title = say.say("{name}: net flow by day", name=view.name)
        blocks.append(say.chart("bar", title, {view.daily_column.id: view.daily}))
    if view.peers:
        blocks.append(_peers(view, say))
    return Draft(
        headline=_headline(view, report.aspect, say), blocks=tuple(blocks),
        caveats=(*caveats, *_caveats(report.views, say)), followups=_followups(view, say), status=status,
    )  # fmt: skip


def _name(protocol: str) -> str:
    return PROTOCOLS[protocol].name if protocol in PROTOCOLS else protocol


def _headline(view: FlowView, aspect: str, say: Writer) -> Line:
    if aspect == "fees" and view.fees_24h.value is not None:
        line = say.say("Users of {name} paid {fees:big} in fees in 24 h", name=view.name, fees=view.fees_24h)
        if view.fees_7d.value is not None:
            line += say.say(", {fees:big} in 7 days", fees=view.fees_7d)
        return line + say.say(".")
    if aspect == "locked" or view.net.value is None:
        line = say.say("{name} holds {tvl:big}", name=view.name, tvl=view.tvl) + _moved(view, say)
        if view.kind == "exchange":
            return line + say.say("; what people brought and took is not separable from trades without its events.")
        return line + (say.say("; ") + _flowed(view, say) if view.net.value is not None else ()) + say.say(".")
    return _flowed(view, say, named=True) + say.say(".")


def _moved(view: FlowView, say: Writer) -> Line:
    if view.tvl_change.value is None or view.days.value is None:
        return ()
    return say.say(", {change:change}", change=view.tvl_change) + _within(view, say)


def _within(view: FlowView, say: Writer) -> Line:
    return say.say(" in {days:count} days" if view.days.value != 1 else " since yesterday", days=view.days)


def _flowed(view: FlowView, say: Writer, *, named: bool = False) -> Line:
    net = view.net.number() or 0.0
    name = view.name if named else "it"
    if not net:
        line = say.say("nothing net flowed into or out of {name}", name=name)
    else:
        verb = "{size:big} net flowed into {name}" if net > 0 else "{size:big} net left {name}"
        line = say.say(verb, size=view.net_size, name=name)
    if named and view.days.value is not None:
        line += _within(view, say)
    told = any(notice.kind == "earnings_in_flow" for notice in view.notices)
    removed = _REMOVED["other"] if told else _REMOVED.get(view.kind, _REMOVED["other"])
    if view.net_share.value is None or not net:
        return line + say.say(" ({removed})", removed=removed)
    return line + say.say(" ({share:signed} of deposits; {removed})", share=view.net_share, removed=removed)


def _details(view: FlowView, say: Writer) -> Line:
    lines: list[Line] = []
    if view.tvl.value is not None:
        line = say.say("locked {tvl:big}", tvl=view.tvl)
        if view.tvl_change.value is not None:
            line += say.say(" ({change:signed} with prices)", change=view.tvl_change)
        lines.append(line)
    if view.earned.value:
        lines.append(say.say("earned there {earned:big}", earned=view.earned))
    if view.fees_24h.value is not None:
        lines.append(say.say("fees 24 h {fees:big}", fees=view.fees_24h))
    if view.fees_7d.value is not None:
        lines.append(say.say("7 days {fees:big}", fees=view.fees_7d))
    return say.joined(lines)


def _tokens(view: FlowView, say: Writer) -> TableDraft:
    rows = [
        (say.cell(token.token), _cell(token.amount, "big", say), _cell(token.net, "big", say)) for token in view.tokens
    ]
    return say.table(("token", "net units", "net"), rows)


def _cell(fact: Fact, fmt: str, say: Writer) -> Line:
    return say.cell(_BLANK) if fact.value is None else say.cell(fact, fmt)


def _peers(view: FlowView, say: Writer) -> TableDraft:
    rows = [
        (say.cell(peer.name), _cell(peer.tvl, "big", say), _cell(peer.change, "signed", say)) for peer in view.peers
    ]
    return say.table(
        ("", "locked", "change"), rows, say.say("Who rose most of its kind, counted to the hour, prices included")
    )


def _largest(views: tuple[FlowView, ...], say: Writer) -> Line:
    told = [view for view in views if view.net.value is not None]
    if not told:
        most = max(views, key=lambda view: view.tvl.number() or 0.0)
        return say.say("{name} holds most: {tvl:big}", name=most.name, tvl=most.tvl) + _moved(most, say) + say.say(".")
    most = max(told, key=lambda view: abs(view.net.number() or 0.0))
    return say.say("The largest: ") + _flowed(most, say, named=True) + say.say(".")


def _protocols(views: tuple[FlowView, ...], say: Writer) -> TableDraft:
    rows = [
        (
            say.cell(view.name),
            _cell(view.net, "big", say),
            _cell(view.net_share, "signed", say),
            _cell(view.tvl, "big", say),
            _cell(view.tvl_change, "signed", say),
            _cell(view.fees_7d, "big", say),
        )
        for view in views
    ]
    return say.table(("", "net flow", "of deposits", "locked", "change", "fees 7 days"), rows)


def _caveats(views: tuple[FlowView, ...], say: Writer) -> list[Line]:
    told = [view for view in views if view.net.value is not None]
    lines = []
    if told:
        lines.append(
            say.say(
                "Changes of amounts at the prices of {start:date}, in less out; gross flows and users need logs or a key.",
                start=told[0].start,
            )
        )
    lines += [
        say.say("{name}: {why}.", name=view.name, why=view.net.reason)
        for view in views
        if view.net.value is None and view.net.reason is not None and (view.kind != "exchange" or len(views) > 1)
    ]
    return lines


def _followups(view: FlowView, say: Writer) -> tuple[Line, ...]:
    days = view.days.number() or 0.0
    return (
        say.say("{name} inflows last 7 days" if days > 7 else "{name} inflows last 30 days", name=view.name),
        say.say("compare {name} and {other}", name=view.name, other="Aave" if view.protocol != "aave" else "Compound"),
        say.say("what is TVL"),
    )


TOOL = Tool(
    name="flows",
    intents=("defi_flows",),
    query=FlowsQuery,
    report=FlowsReport,
    run=run,
    words=words,
    examples=("how much flowed into Lido this week", "inflows to aave last 30 days", "uniswap fees"),
    summary="Net flows of protocols with prices and earnings taken out, locked value, fees.",
    positional=("protocols",),
)
