"""What funds, futures desks and treasuries do with an asset. Here: the institutions tool. Not here: whales on chain, prices."""

from __future__ import annotations

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.facts import Fact
from mobius.core.record_views import FundFlowsView, InstitutionsView, PositioningView, TreasuriesView
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, ListDraft, TableDraft, TextDraft, Writer

LEAST_DRAWN = 4
"""Days from which flows are worth a picture."""
_BLANK = "–"
_FILINGS = 3
"""Filings that are shown: the newest of those told."""


class InstitutionsQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ("BTC",)


class InstitutionsReport(Struct, frozen=True, kw_only=True):
    view: InstitutionsView
    others: tuple[str, ...] = ()
    """Assets asked about as well, which one answer does not hold."""


async def run(query: InstitutionsQuery, ctx: Context) -> InstitutionsReport:
    """The first asset: fund flows from a file or a key, the weekly report on futures, holdings, filings."""
    view = await ctx.desk.institutions(query.assets[0], now=ctx.clock.now(), at=ctx.as_of)
    return InstitutionsReport(view=view, others=query.assets[1:])


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: InstitutionsReport, say: Writer) -> Draft:
    view = report.view
    blocks: list[BlockDraft] = []
    if view.flows is not None:
        blocks.append(TextDraft(_sums(view.flows, say)))
        if len(view.flows.series.ts) >= LEAST_DRAWN:
            title = say.say("Net flow of spot {asset} funds a day", asset=view.asset)
            blocks.append(say.chart("bar", title, {view.flows.column.id: view.flows.series}))
    if view.positioning is not None:
        blocks.append(_positions(view.positioning, say))
    if view.treasuries is not None and view.treasuries.largest:
        blocks.append(_holders(view.treasuries, say))
    if view.filings:
        items = tuple(
            say.say("{form:text} of {filer:text}, {form:date}", form=each.form, filer=each.filer)
            for each in view.filings[:_FILINGS]
        )
        blocks.append(ListDraft(items, title=say.say("Newest filings")))
    return Draft(
        headline=_headline(view, say),
        blocks=tuple(blocks),
        caveats=_caveats(report, say),
        followups=_followups(view, say),
    )


def _name(ticker: str) -> str:
    return ASSETS[ticker].name if ticker in ASSETS else ticker


def _headline(view: InstitutionsView, say: Writer) -> Line:
    if view.flows is not None:
        took = (view.flows.day.number() or 0.0) >= 0
        return say.say(
            "Spot {asset} funds took in {net:big} net on {net:day}."
            if took
            else "Spot {asset} funds saw a net outflow on {net:day}: {net:big}.",
            asset=view.asset, net=view.flows.day,
        )  # fmt: skip
    if view.positioning is not None:
        return _positioned(view.positioning, say)
    if view.treasuries is not None and view.treasuries.holdings.value is not None:
        line = say.say("Listed companies hold {held:big}", held=view.treasuries.holdings)
        if view.treasuries.share.value is not None:
            line += say.say(", {share:pct} of all there is", share=view.treasuries.share)
        return line + say.say(".")
    if view.filings:
        first = view.filings[0]
        return say.say(
            "The newest filing around {asset} is a {form:text} of {filer:text}, {form:date}.", asset=_name(view.asset),
            form=first.form, filer=first.filer,
        )  # fmt: skip
    return say.say("Nothing is told of institutions and {asset} just now.", asset=_name(view.asset))


def _positioned(each: PositioningView, say: Writer) -> Line:
    line: Line = ()
    for who, net in (("asset managers", each.managers), ("leveraged funds", each.leveraged)):
        if net.value is not None:
            line += say.say(", {who} {side} {n:signed}" if line else "Futures: {who} are net {side}, {n:signed} contracts",
                            who=who, side=_side(net), n=net)  # fmt: skip
    return line + say.say(" ({market:text}, report of {market:date}).", market=each.market)


def _side(net: Fact) -> str:
    value = net.number() or 0.0
    return "long" if value > 0 else "short" if value < 0 else "flat"


def _sums(flows: FundFlowsView, say: Writer) -> Line:
    line: Line = ()
    if flows.five.value is not None:
        line += say.say("Last five days {sum:big}", sum=flows.five)
    if flows.twenty.value is not None:
        line += say.say(" · last twenty {sum:big}", sum=flows.twenty)
    if flows.funds.value is not None:
        line += say.say(" · {n:count} of {all:count} funds told the newest day" if line else
                        "{n:count} of {all:count} funds told the newest day", n=flows.funds, all=flows.held)  # fmt: skip
    return line or say.say("Fewer than five days are told.")


def _positions(each: PositioningView, say: Writer) -> TableDraft:
    rows = [
        (say.cell("asset managers"), _cell(each.managers, "signed", say), _cell(each.managers_change, "signed", say)),
        (
            say.cell("leveraged funds"),
            _cell(each.leveraged, "signed", say),
            _cell(each.leveraged_change, "signed", say),
        ),
        (say.cell("dealers"), _cell(each.dealers, "signed", say), say.cell(_BLANK)),
        (say.cell("open interest"), _cell(each.open_interest, "count", say), say.cell(_BLANK)),
    ]
    title = say.say("Futures, net contracts on {market:date}", market=each.market)
    return say.table(("holder", "net", "against the week before"), rows, title)


def _holders(each: TreasuriesView, say: Writer) -> TableDraft:
    rows = [
        (say.cell(row.name), _cell(row.holdings, "big", say), _cell(row.value, "big", say)) for row in each.largest
    ]  # fmt: skip
    return say.table(("holder", "holds", "worth"), rows, say.say("Largest listed holders"))


def _cell(fact: Fact, fmt: str, say: Writer) -> Line:
    """A figure, or a dash where it is not known: why stands with the fact."""
    return say.cell(_BLANK) if fact.value is None else say.cell(fact, fmt)


def _caveats(report: InstitutionsReport, say: Writer) -> tuple[Line, ...]:
    view = report.view
    lines = []
    if view.flows_need_key:
        lines.append(
            say.say(
                "Fund flows need a key (SoSoValue, CoinGlass) or a CSV (`mobius data import FILE`): `mobius doctor`."
            )
        )
    if view.positioning is not None:
        lines.append(
            say.say(
                "The report tells a Tuesday and comes out on Friday; leveraged funds often sell against spot they hold."
            )
        )
    lines += [say.say("{name} was not looked at: ask for one at a time.", name=_name(other)) for other in report.others]
    return tuple(lines)


def _followups(view: InstitutionsView, say: Writer) -> tuple[Line, ...]:
    return (
        say.say("funding on {asset}", asset=view.asset),
        say.say("{asset} news", asset=view.asset),
        say.say("chart {asset} 30d", asset=view.asset),
    )


TOOL = Tool(
    name="institutions",
    intents=("institutional_flows",),
    query=InstitutionsQuery,
    report=InstitutionsReport,
    run=run,
    words=words,
    examples=("BTC ETF flows", "institutional bitcoin holdings", "cme bitcoin positioning"),
    summary="Fund flows, futures positions, treasuries and filings around an asset.",
    positional=("assets",),
)
