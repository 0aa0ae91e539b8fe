"""An amount of one thing in another, at market. Here: the convert tool. Not here: prices (desk)."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from mobius.core.assets import ASSETS, find
from mobius.core.desk import PriceView
from mobius.core.errors import NoData
from mobius.core.facts import Fact, derive, echo
from mobius.core.tools import Context, Tool
from mobius.core.words import Draft, TextDraft, Writer

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY"}
_AMOUNT = re.compile(
    r"([$€£¥₹₩₺]?)\s*(\d[\d.,]*)\s*(?:k|m|bn|b|mio|million|thousand)?\s*([$€£¥₹₩₺]|[^\W\d_]+)?", re.IGNORECASE
)


class ConvertQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    """What is held; the first counts."""
    amount: float = 1.0
    quote: str = "USD"
    """What it is wanted in."""
    text: str = ""
    """The question: in "how much ADA for $500" the amount is of the quote."""


class ConvertReport(Struct, frozen=True, kw_only=True):
    given: Fact
    got: Fact
    rate: Fact
    view: PriceView


async def run(query: ConvertQuery, ctx: Context) -> ConvertReport:
    """Convert at the consensus price; fees are not in it."""
    asset, quote = query.assets[0], query.quote
    if len(query.assets) > 1 and quote == "USD":
        quote = query.assets[1]
    views = await ctx.desk.prices((asset,), quote, at=ctx.as_of)
    if not views or views[0].price.value is None:
        raise NoData("market", f"There is no {asset}/{quote} price to convert at.")
    view = views[0]
    rate = Decimal(str(view.price.value))
    amount = Decimal(str(query.amount))
    stated = bool(re.search(r"\d", query.text)) or not query.text
    unit_of_quote = view.price.unit
    stem = asset.lower()
    if amount_is_in(query.text, quote):
        given = echo("convert.given", amount, unit_of_quote, "amount", stated=stated)
        got = derive("convert.got", amount / rate, view.asset, (given, view.price), f"amount divided by {stem} price")
    else:
        given = echo("convert.given", amount, view.asset, "amount", stated=stated)
        got = derive("convert.got", amount * rate, unit_of_quote, (given, view.price), f"amount times {stem} price")
    return ConvertReport(given=given, got=got, rate=view.price, view=view)


def amount_is_in(text: str, quote: str) -> bool:
    """Whether the amount in `text` is written in the quote: `$500`, `500 euros`."""
    for match in _AMOUNT.finditer(text):
        before, after = match[1], match[3] or ""
        if before:
            return _SIGNS[before] == quote
        if after in _SIGNS:
            return _SIGNS[after] == quote
        unit = find(after) if after else None
        if unit is not None:
            return unit.ticker == quote
    return False


def words(report: ConvertReport, say: Writer) -> Draft:
    when = say.say(" on {rate:day}", rate=report.rate) if say.as_of is not None else ()
    verb = say.say(" was ") if say.as_of is not None else say.say(" is ")
    headline = (
        *say.say("{given:amount}", given=report.given),
        *when,
        *verb,
        *say.say("{got:amount}.", got=report.got),
    )
    name = ASSETS[report.view.asset].name if report.view.asset in ASSETS else report.view.asset
    line = say.say("Rate: {name} at {rate:price}, {rate:age}. Fees are not included.", name=name, rate=report.rate)
    return Draft(
        headline=headline,
        blocks=(TextDraft(line),),
        followups=(
            say.say("price of {asset}", asset=report.view.asset),
            say.say("chart {asset} 90d", asset=report.view.asset),
        ),
    )


TOOL = Tool(
    name="convert",
    intents=("convert",),
    query=ConvertQuery,
    report=ConvertReport,
    run=run,
    words=words,
    examples=("how many euros are 0.2 eth", "convert 1 btc to eth", "how much ADA for $500"),
    summary="An amount of one thing expressed in another, at market.",
    positional=("amount", "assets"),
)
