"""An amount of one thing in another, at market. Here: the convert tool. Not here: prices (desk)."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from mobius.core.assets import ASSETS, find
from mobius.core.errors import BadParameter, NoData
from mobius.core.facts import Fact, derive, echo
from mobius.core.market_views import PriceView
from mobius.core.tools import Context, Tool
from mobius.core.words import Draft, TextDraft, Writer

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY"}
_AMOUNT = re.compile(
    r"([$€£¥₹₩₺]?)\s*(\d[\d.,]*)\s*(?:k|m|bn|b|mio|million|thousand)?\s*([$€£¥₹₩₺]|[^\W\d_]+)?", re.IGNORECASE
)


_WRITTEN = re.compile(r"(?<![\w.,-])([-−]?\d[\d.,]*(?:e[+-]?\d+)?)\s*([^\W\d_]+)", re.IGNORECASE)
_INTO = re.compile(r"\b(?:to|in|into|as)\s+([a-z]+)\s*[?.!]*\s*$", re.IGNORECASE)


class ConvertQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    """What is held; the first counts."""
    amount: float | None = None
    """One when the question states none."""
    quote: str = "USD"
    """What it is wanted in."""
    text: str = ""
    """The question: in "how much ADA for $500" the amount is of the quote."""


class ConvertReport(Struct, frozen=True, kw_only=True):
    given: Fact
    got: Fact
    rate: Fact
    view: PriceView | None
    """None where no market is needed."""


async def run(query: ConvertQuery, ctx: Context) -> ConvertReport:
    """Convert at the consensus price; fees are not in it."""
    check_amount(query)
    asset, quote = query.assets[0], query.quote
    if len(query.assets) > 1 and quote == "USD":
        quote = query.assets[1]
    smaller = sub_unit_in(query.text, asset)
    if smaller is not None:
        return _into_sub_unit(asset, Decimal(1) if query.amount is None else Decimal(str(query.amount)), *smaller)
    views = await ctx.desk.prices((asset,), quote, at=ctx.as_of)
    if not views or views[0].price.value is None:
        raise NoData("market", f"There is no {asset}/{quote} price to convert at.")
    view = views[0]
    rate = Decimal(str(view.price.value))
    amount = Decimal(1) if query.amount is None else Decimal(str(query.amount))
    stated = query.amount is not None
    unit_of_quote = view.price.unit
    stem = asset.lower()
    if amount_is_in(query.text, quote):
        given = echo("convert.given", amount, unit_of_quote, "amount", stated=stated)
        got = derive("convert.got", amount / rate, view.asset, (given, view.price), f"amount divided by {stem} price")
    else:
        given = echo("convert.given", amount, view.asset, "amount", stated=stated)
        got = derive("convert.got", amount * rate, unit_of_quote, (given, view.price), f"amount times {stem} price")
    return ConvertReport(given=given, got=got, rate=view.price, view=view)


def _into_sub_unit(asset: str, amount: Decimal, unit: str, size: Decimal) -> ConvertReport:
    """A coin in its own smaller unit needs no market."""
    given = echo("convert.given", amount, asset, "amount")
    got = derive("convert.got", amount / size, unit, (given,), f"one {asset} divided by the size of a {unit}")
    return ConvertReport(given=given, got=got, rate=got, view=None)


def check_amount(query: ConvertQuery) -> None:
    """Refuse what looks like an amount and cannot be one: a negative number, one that could not be read."""
    for match in _WRITTEN.finditer(query.text):
        if match[2] and find(match[2]) is None:
            continue
        if match[1].startswith(("-", "−")):
            raise BadParameter("The amount must be more than nothing.")
        if query.amount is None:
            raise BadParameter("I could not read that amount.", hint="Write it as 1,200 or 0.5 or 10k.")


def sub_unit_in(text: str, asset: str) -> tuple[str, Decimal] | None:
    """A smaller unit of the asset that the text asks for: `1 btc to sats`."""
    match = _INTO.search(text)
    if match is None or asset not in ASSETS:
        return None
    named = {name.lower(): (name, size) for name, size in ASSETS[asset].sub_unit}
    return named.get(match[1].lower())


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
    if report.view is None:
        return Draft(headline=headline)
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
