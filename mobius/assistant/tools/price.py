"""The current quote of assets. Here: the price tool. Not here: how sources become one price (desk)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.market_views import PriceView
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TextDraft, Writer


class PriceQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    quote: str = "USD"
    exchanges: tuple[str, ...] = ()
    """The price there, whatever others say."""


class PriceReport(Struct, frozen=True, kw_only=True):
    quotes: tuple[PriceView, ...]
    missing: tuple[str, ...] = ()
    """Assets asked for that no source had."""


async def run(query: PriceQuery, ctx: Context) -> PriceReport:
    """The consensus price of each asset; gaps are named, never filled."""
    quotes = await ctx.desk.prices(query.assets, query.quote, exchanges=query.exchanges, at=ctx.as_of)
    missing = [asset for asset in query.assets if asset not in {view.asset for view in quotes}]
    return PriceReport(quotes=quotes, missing=tuple(missing) if len(quotes) < len(query.assets) else ())


def words(report: PriceReport, say: Writer) -> Draft:
    caveats = [say.say("No source gave a price for {asset}.", asset=asset) for asset in report.missing]
    if len(report.quotes) == 1:
        (view,) = report.quotes
        return Draft(
            headline=_headline(view, say),
            blocks=tuple(_details(view, say)),
            caveats=(*caveats, *_agreement(view, say)),
            followups=_followups(view, say),
            status="partial" if report.missing else None,
        )
    return Draft(
        headline=_leader(report.quotes, say),
        blocks=(_table(report.quotes, say),),
        caveats=tuple(caveats),
        followups=(
            say.say("chart {one} and {two}", one=report.quotes[0].asset, two=report.quotes[1].asset),
            say.say("how's the market"),
        ),
        status="partial" if report.missing else None,
    )


def name_of(ticker: str) -> str:
    return ASSETS[ticker].name if ticker in ASSETS else ticker


def _headline(view: PriceView, say: Writer) -> Line:
    name = name_of(view.asset)
    if say.as_of is not None:
        close = say.say("{name} closed at {price:price} on {price:day}", name=name, price=view.price)
        if not _is_midnight(say.as_of):
            close = say.say("{name} was at {price:price} at {price:clock}", name=name, price=view.price)
        if view.change_24h.value is None:
            return close + say.say(".")
        return close + say.say(", {change:change} from the day before.", change=view.change_24h)
    crypto = view.quote in ASSETS and ASSETS[view.quote].kind not in ("fiat", "stablecoin")
    verb = "One {name} is {price:price}" if crypto else "{name} is {price:price}"
    if view.change_24h.value is None:
        return say.say(verb, name=name, price=view.price) + say.say(".")
    return say.say(verb, name=name, price=view.price) + say.say(", {change:change} in 24 h.", change=view.change_24h)


def _is_midnight(instant: datetime) -> bool:
    return instant.hour == instant.minute == instant.second == 0


def _details(view: PriceView, say: Writer) -> Iterator[BlockDraft]:
    line: list[Line] = []
    if view.low_24h.value is not None and view.high_24h.value is not None:
        line.append(say.say("24 h range {low:price} to {high:price}", low=view.low_24h, high=view.high_24h))
    if view.volume_24h.value is not None:
        line.append(say.say("volume {volume:big}", volume=view.volume_24h))
    if view.market_cap.value is not None:
        line.append(say.say("market cap {cap:big}", cap=view.market_cap))
    if line:
        yield TextDraft(say.joined(line))
    if view.week is not None and view.week_column is not None:
        title = say.say("{name}, seven days", name=name_of(view.asset))
        yield say.chart("sparkline", title, {view.week_column.id: view.week})


def _agreement(view: PriceView, say: Writer) -> Iterator[Line]:
    if say.as_of is None and isinstance(view.venues.value, int) and view.venues.value > 1:
        yield say.say(
            "Median of {n:count} quotes, at most {gap:pct} from it; {price:age}.",
            n=view.venues, gap=view.agreement, price=view.price,
        )  # fmt: skip


def _leader(views: tuple[PriceView, ...], say: Writer) -> Line:
    moved = [view for view in views if view.change_24h.value is not None]
    if not moved:
        return say.say("{n} at {price:price}.", n=name_of(views[0].asset), price=views[0].price)
    best = max(moved, key=lambda view: view.change_24h.number() or 0.0)
    when = say.say(" in 24 h.") if say.as_of is None else say.say(" on {day:day}.", day=best.price)
    return say.say("{name} did best, {change:change} to {price:price}", name=name_of(best.asset), change=best.change_24h,
                   price=best.price) + when  # fmt: skip


def _table(views: tuple[PriceView, ...], say: Writer) -> BlockDraft:
    rows = [
        (
            say.cell(name_of(view.asset)),
            say.cell(view.price, "price"),
            say.cell(view.change_24h, "signed"),
            say.cell(view.volume_24h, "big"),
            say.cell(view.market_cap, "big"),
        )
        for view in views
    ]
    return say.table(("", "price", "24 h", "volume", "market cap"), rows)


def _followups(view: PriceView, say: Writer) -> tuple[Line, ...]:
    return (
        say.say("chart {asset} 90d", asset=view.asset),
        say.say("RSI on {asset}", asset=view.asset),
        say.say("how's the market"),
    )


TOOL = Tool(
    name="price",
    intents=("price",),
    query=PriceQuery,
    report=PriceReport,
    run=run,
    words=words,
    examples=("what's BTC doing today?", "price of eth and sol", "eth/btc", "price of SOL on Kraken"),
    summary="The current quote of one or more assets, or the close of a past day.",
    positional=("assets",),
)
