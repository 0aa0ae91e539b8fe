"""The whole market in a glance. Here: the market tool. Not here: single assets (price), why it moved (news)."""

from __future__ import annotations

from msgspec import Struct

from mobius.core.market_views import MarketView, OverviewView
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TableDraft, TextDraft, Writer

LIQUID_VOLUME_USD = 5_000_000.0
"""Movers thinner than this a day are left out: a few trades move them."""
MOVERS = 5
SECTORS_SHOWN = 3
"""Best and worst, each."""
_STEADY_PCT = 0.5


class MarketQuery(Struct, frozen=True, kw_only=True):
    quote: str = "USD"


class MarketReport(Struct, frozen=True, kw_only=True):
    view: MarketView
    up: tuple[OverviewView, ...]
    down: tuple[OverviewView, ...]


async def run(query: MarketQuery, ctx: Context) -> MarketReport:
    """Totals, mood, and the liquid assets that moved most in a day."""
    view = await ctx.desk.market(top=100, quote=query.quote, at=ctx.as_of)
    moved = [
        row for row in view.assets if row.change_24h.value is not None and _liquid(row, past=ctx.as_of is not None)
    ]
    ranked = sorted(moved, key=_change, reverse=True)
    return MarketReport(
        view=view,
        up=tuple(row for row in ranked[:MOVERS] if _change(row) > 0),
        down=tuple(row for row in reversed(ranked[-MOVERS:]) if _change(row) < 0),
    )


def _change(row: OverviewView) -> float:
    return row.change_24h.number() or 0.0


def _liquid(row: OverviewView, *, past: bool) -> bool:
    """On a past day the volume is in base units of one venue, so nothing is left out."""
    return past or (row.volume_24h.number() or 0.0) >= LIQUID_VOLUME_USD


def words(report: MarketReport, say: Writer) -> Draft:
    view = report.view
    blocks: list[BlockDraft] = []
    details = _details(view, say)
    if details:
        blocks.append(TextDraft(details))
    if report.up or report.down:
        blocks.append(_movers(report, say))
    if view.sectors:
        blocks.append(_sectors(view, say))
    leader = next((row.asset for row in (*report.up, *report.down) if row.asset), "BTC")
    return Draft(
        headline=_headline(report, say),
        blocks=tuple(blocks),
        followups=(
            say.say("chart {asset} 30d", asset=leader),
            say.say("what is the fear and greed index"),
            say.say("price of BTC"),
        ),
    )


def _headline(report: MarketReport, say: Writer) -> Line:
    view = report.view
    if view.market_cap.value is None:
        return _without_totals(report, say)
    change = view.change_24h.number()
    mood = "mixed" if change is None or abs(change) < _STEADY_PCT else "on" if change > 0 else "off"
    line = say.say(
        "Risk is {mood}: total cap {cap:big} ({change:signed})", mood=mood, cap=view.market_cap, change=view.change_24h
    )
    if "BTC" in view.dominance:
        line += say.say(", BTC dominance {share:pct}", share=view.dominance["BTC"])
    if view.fear_greed.value is not None:
        line += say.say(", fear & greed {mood:index}", mood=view.fear_greed)
    return line + say.say(".")


def _without_totals(report: MarketReport, say: Writer) -> Line:
    """On a past day the history holds assets, no totals; live, the source of totals may be silent."""
    if say.as_of is None or not (report.up or report.down):
        return say.say("Market totals are not known just now.")
    best = report.up[0] if report.up else report.down[-1]
    verb = "{name} led the market" if report.up else "Everything here fell; {name} fell least"
    return say.say(verb, name=best.name) + say.say(
        ", {change:change} to {price:price} on {price:day}.", change=best.change_24h, price=best.price
    )


def _details(view: MarketView, say: Writer) -> Line:
    line: Line = ()
    if view.volume_24h.value is not None:
        line += say.say("24 h volume {volume:big}", volume=view.volume_24h)
    if "ETH" in view.dominance:
        line += say.say(" · ETH dominance {share:pct}", share=view.dominance["ETH"])
    if view.fear_greed_label.value is not None:
        line += say.say(" · mood: {label}", label=view.fear_greed_label)
    if view.stablecoins is not None and view.stablecoins_week is not None:
        line += say.say(" · dollar stablecoins {supply:big}", supply=view.stablecoins)
        if view.stablecoins_week.value is not None:
            line += say.say(" ({change:signed} in a week)", change=view.stablecoins_week)
    return line


def _sectors(view: MarketView, say: Writer) -> TableDraft:
    shown = (
        view.sectors
        if len(view.sectors) <= 2 * SECTORS_SHOWN
        else (*view.sectors[:SECTORS_SHOWN], *view.sectors[-SECTORS_SHOWN:])
    )
    rows = [
        (say.cell(sector.name), say.cell(sector.change_24h, "signed"), say.cell(sector.n, "count")) for sector in shown
    ]
    return say.table(("sector", "24 h", "assets"), rows)


def _movers(report: MarketReport, say: Writer) -> TableDraft:
    rows = [
        (
            say.cell(row.name),
            say.cell(row.price, "price"),
            say.cell(row.change_24h, "signed"),
            say.cell(row.volume_24h, "big"),
        )
        for row in (*report.up, *report.down)
    ]
    return say.table(("mover", "price", "24 h", "volume"), rows)


TOOL = Tool(
    name="market",
    intents=("market",),
    query=MarketQuery,
    report=MarketReport,
    run=run,
    words=words,
    examples=("how's the market", "top movers today", "fear and greed?"),
    summary="The whole market: total cap, dominance, mood, movers.",
)
