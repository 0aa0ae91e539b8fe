"""Where an asset earns. Here: the yield tool, listing and filters. Not here: splitting an amount over venues (an optimiser),
staking terms (staking), two protocols side by side (compare)."""
# ruff: noqa: N999 - a file is named for its tool, and tools are imported by name

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import MobiusError
from mobius.core.facts import Fact, derive, echo
from mobius.core.protocols import CHAINS, PROTOCOLS
from mobius.core.rate_views import APPETITES, Flag, LeftOutView, Risk, VenueView, YieldsView
from mobius.core.tools import Context, Tool
from mobius.core.words import DOLLARS, BlockDraft, Draft, Line, TableDraft, TextDraft, Writer

TIMES_AMOUNT = 10
"""A pool is shown for an amount that is at most a tenth of it: more would move its rate."""
SHOWN_EACH = 3
LONG = 11
"""A symbol beyond so many letters leaves no room for the base rate beside the rewards: it is what is left of the APY."""
MOST_NAMED = 3
"""Assets whose rates fit a headline."""
_BLANK = "–"
_COLUMNS = ("venue", "chain", "takes", "APY", "base", "rewards", "30 days", "deposits", "lent out")
_STABLE = re.compile(r"\bstable(?:coin|coins|s)?\b", re.IGNORECASE)
_MARKS: dict[Flag, str] = {
    "above_mean": "far above the mean of its month",
    "rewards": "mostly rewards in other tokens",
    "young": "too new for a mean of its month",
    "unregistered": "not on our list of protocols",
}
"""What is said of a venue below the table, the gravest first."""
_FAULTS = {
    "outlier": "DefiLlama marks it as out of line",
    "idle": "it stands still at nothing where others pay",
    "scale": "its rate and its month differ as a fraction and percent do",
    "far_above": "far above its peers",
}


class YieldQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ()
    amount: float | None = None
    chains: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    risk: Risk | None = None
    min_usd: float | None = None
    """The smallest pool to show, in place of what the risk allows."""
    quote: str = "USD"
    text: str = ""
    """The question: "stablecoins" may stand in place of an asset."""


class YieldReport(Struct, frozen=True, kw_only=True):
    views: tuple[YieldsView, ...]
    risk: Risk
    risk_stated: bool
    protocols: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    amount: Fact | None = None
    earned: Fact | None = None
    """What the amount would earn in a year at the first venue's rate."""
    size_unknown: bool = False
    """An amount was given whose worth in dollars no source told."""
    sized: bool = False
    """Pools were asked to be large enough for the amount."""
    stable_only: bool = False


async def run(query: YieldQuery, ctx: Context) -> YieldReport:
    """The best believed rates for each asset; what is left out is named, never averaged in."""
    risk: Risk = query.risk or "moderate"
    asset = query.assets[0] if query.assets else query.quote if query.amount is not None else ""
    worth = await _worth(asset, query.amount, ctx)
    appetite = APPETITES[risk]
    least = appetite.least_tvl_usd if query.min_usd is None else query.min_usd
    stable_only = not query.assets and (asset == "USD" or _STABLE.search(query.text) is not None)
    views = await ctx.desk.yields(
        query.assets, appetite=appetite, chains=query.chains, protocols=query.protocols,
        least_tvl_usd=max(least, (worth or 0.0) * TIMES_AMOUNT), stable_only=stable_only, at=ctx.as_of,
    )  # fmt: skip
    amount = earned = None
    if query.amount is not None:
        amount = echo("yield.amount", Decimal(str(query.amount)), asset, "amount")
        earned = _earned(amount, views[0])
    return YieldReport(
        views=views, risk=risk, risk_stated=query.risk is not None, protocols=query.protocols, chains=query.chains,
        amount=amount, earned=earned, size_unknown=query.amount is not None and worth is None,
        sized=worth is not None and worth * TIMES_AMOUNT > least, stable_only=stable_only,
    )  # fmt: skip


async def _worth(asset: str, amount: float | None, ctx: Context) -> float | None:
    """What an amount is worth in dollars, to leave out pools it is too large for; None where nobody tells."""
    if amount is None or ctx.as_of is not None:
        return None
    if asset == "USD" or (asset in ASSETS and ASSETS[asset].pegged_to == "USD"):
        return amount
    try:
        (view,) = await ctx.desk.prices((asset,), "USD")
    except MobiusError:
        return None
    price = view.price.number()
    return None if price is None else amount * price


def _earned(amount: Fact, view: YieldsView) -> Fact | None:
    if not view.venues or view.venues[0].apy.value is None:
        return None
    apy = view.venues[0].apy
    value = Decimal(str(amount.value)) * Decimal(str(apy.value)) / 100
    return derive("yield.earned", value, amount.unit, (amount, apy), "amount x rate, if it stayed for a year")


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: YieldReport, say: Writer) -> Draft:
    blocks: list[BlockDraft] = []
    if len(report.views) > 1:
        shown = [venue for view in report.views for venue in view.venues[:SHOWN_EACH]]
    else:
        shown = list(report.views[0].venues)
    if shown:
        blocks.append(_table(shown, say))
    named = [one for view in report.views for one in view.left_out]
    if named:
        blocks.append(TextDraft(_left_out(named, say)))
    return Draft(
        headline=_headline(report, say), blocks=tuple(blocks), caveats=tuple(_caveats(report, shown, say)),
        followups=_followups(report, say),
    )  # fmt: skip


def _name(ticker: str) -> str:
    return ticker if ticker in ASSETS else "any asset"


def _what(report: YieldReport, asset: str) -> str:
    return _name(asset) if asset else "stablecoins" if report.stable_only else "any asset"


def venue_name(protocol: str | None, version: str, project: Fact) -> Fact | str:
    """A registered protocol by its name and version, another by what the aggregator calls it."""
    if protocol is None or protocol not in PROTOCOLS:
        return project
    return f"{PROTOCOLS[protocol].name} {version}".strip()


def chain_name(chain: str | None, name: Fact) -> Fact | str:
    return CHAINS[chain].name if chain is not None and chain in CHAINS else name


_AT_RISK: dict[str, str] = {"conservative": "low", "moderate": "moderate", "aggressive": "high"}


def _headline(report: YieldReport, say: Writer) -> Line:
    paying = [view for view in report.views if view.venues]
    risk = _AT_RISK[report.risk]
    if not paying:
        return _nothing(report, say)
    if len(report.views) > 1:
        line = say.say("At {risk} risk ", risk=risk)
        for number, view in enumerate(paying[:MOST_NAMED]):
            line += (say.say(", ") if number else ()) + say.say("{asset} earns up to ", asset=view.asset)
            line += _place(view.venues[0], say)
        return line + say.say(".")
    line = _opening(report, paying[0], say) + _place(paying[0].venues[0], say)
    if report.earned is not None:
        return line + say.say(", about {earned:about} if it stayed so; doing nothing earns 0.", earned=report.earned)
    return line + say.say(".")


def _nothing(report: YieldReport, say: Writer) -> Line:
    asset, risk, where = _what(report, report.views[0].asset), _AT_RISK[report.risk], _where(report)
    if report.sized and report.amount is not None:
        return say.say(
            "No pool at {risk} risk{where} is ten times as large as {amount:big}; doing nothing earns 0.",
            risk=risk, where=where, amount=report.amount,
        )  # fmt: skip
    return say.say(
        "Nothing that takes {asset}{where} can be shown at {risk} risk; doing nothing earns 0.",
        asset=asset, risk=risk, where=where,
    )  # fmt: skip


def _place(venue: VenueView, say: Writer) -> Line:
    """A rate and where: `4.8 % a year at Euler v2 on Base`; a pool of several tokens says which."""
    line = say.say(
        "{apy:pct} a year at {venue} on {chain}",
        apy=venue.apy, venue=venue_name(venue.protocol, venue.version, venue.project),
        chain=chain_name(venue.chain, venue.chain_name),
    )  # fmt: skip
    return line + say.say(", in a pool of {symbol}", symbol=venue.symbol) if "pool" in venue.flags else line


def _opening(report: YieldReport, view: YieldsView, say: Writer) -> Line:
    risk = _AT_RISK[report.risk]
    if report.amount is None or len(report.views) > 1:
        return say.say(
            "The best rate for {asset} that holds up at {risk} risk is ", asset=_what(report, view.asset), risk=risk
        )
    if report.amount.unit in DOLLARS and report.amount.unit != "USD":
        return say.say(
            "For {amount:price} of {asset} at {risk} risk the best rate that holds up is ",
            amount=report.amount, asset=report.amount.unit, risk=risk,
        )  # fmt: skip
    return say.say("For {amount:price} at {risk} risk the best rate that holds up is ", amount=report.amount, risk=risk)


def _where(report: YieldReport) -> str:
    names = [PROTOCOLS[slug].name for slug in report.protocols if slug in PROTOCOLS]
    chains = [CHAINS[slug].name for slug in report.chains if slug in CHAINS]
    said = f" in {' or '.join(names)}" if names else ""
    return said + (f" on {' or '.join(chains)}" if chains else "")


def _table(shown: list[VenueView], say: Writer) -> TableDraft:
    """Venues with what they pay, within eighty columns: rewards, or how much is lent out, where any has them."""
    rewards = any((venue.reward.number() or 0.0) > 0 for venue in shown)
    use = not rewards and any(venue.in_use.value is not None for venue in shown)
    takes = len({venue.symbol.value for venue in shown}) > 1
    base = rewards and not (takes and any(len(str(venue.symbol.value)) > LONG for venue in shown))
    wanted = {"takes": takes, "base": base, "rewards": rewards, "lent out": use}
    columns = [name for name in _COLUMNS if wanted.get(name, True)]
    rows = []
    for venue in shown:
        row = [say.cell(venue_name(venue.protocol, venue.version, venue.project))]
        row.append(say.cell(chain_name(venue.chain, venue.chain_name)))
        row += [say.cell(venue.symbol)] if takes else []
        row.append(_cell(venue.apy, "pct", say))
        row += [_cell(venue.base, "pct", say)] if base else []
        row += [_cell(venue.reward, "pct", say)] if rewards else []
        row += [_cell(venue.mean_30d, "pct", say), _cell(venue.tvl, "big", say)]
        row += [_cell(venue.in_use, "pct", say)] if use else []
        rows.append(row)
    return say.table(columns, rows)


def _marked(shown: list[VenueView], say: Writer) -> list[Line]:
    """What is to be known of some venues: `Not on our list of protocols: aries-markets.`"""
    lines = []
    for flag, words_of in _MARKS.items():
        named = list({str(venue.project.value): venue for venue in shown if flag in venue.flags}.values())
        if not named:
            continue
        line = say.say("{what}: ", what=words_of.capitalize())
        for number, venue in enumerate(named):
            name = venue_name(venue.protocol, venue.version, venue.project)
            line += (say.say(", ") if number else ()) + say.say("{venue}", venue=name)
        lines.append(line + say.say("."))
    return lines


def _checked(shown: list[VenueView], say: Writer) -> list[Line]:
    """Whose own figures stand in the table."""
    checked = [one.protocol for one in shown if "checked" in one.flags and one.protocol is not None]
    names = dict.fromkeys(PROTOCOLS[slug].name for slug in checked if slug in PROTOCOLS)
    return (
        [say.say("By their own figures: {names}; the rest as DefiLlama lists it.", names=", ".join(names))]
        if names
        else []
    )


def _cell(fact: Fact, fmt: str, say: Writer) -> Line:
    return say.cell(_BLANK) if fact.value is None else say.cell(fact, fmt)


def _left_out(named: list[LeftOutView], say: Writer) -> Line:
    line: Line = say.say("Left out: ")
    for number, one in enumerate(named):
        line += say.say("; ") if number else ()
        line += say.say(
            "{venue} at {apy:pct} ({why})",
            venue=venue_name(one.protocol, one.version, one.project), apy=one.apy, why=_FAULTS[one.fault],
        )  # fmt: skip
    return line + say.say(".")


def _caveats(report: YieldReport, shown: list[VenueView], say: Writer) -> list[Line]:
    lines = [_meaning(report, say), *_marked(shown, say), *_checked(shown, say)]
    if any("pool" in venue.flags for venue in shown):
        lines.append(say.say("What a pool of several tokens pays is its average, before impermanent loss."))
    if report.sized:
        lines.append(say.say("Only pools at least ten times as large as the amount."))
    if report.size_unknown and len(report.views) == 1:
        lines.append(say.say("What the amount is worth in dollars is not known, so pools may be small for it."))
    lines.append(say.say("Not computed: a split over venues, what the amount does to a rate, fees of moving it."))
    return lines


def _meaning(report: YieldReport, say: Writer) -> Line:
    """What the risk stands for; the limits are those of APPETITES."""
    line = _MEANING[report.risk](say)
    return line if report.risk_stated else line + say.say(" No risk was named.")


def _low(say: Writer) -> Line:
    return say.say(
        "Low risk here: protocols on our list, one token in and out, $10 M or more deposited, 30 days on record; rewards in "
        "other tokens are not counted in the order."
    )


def _moderate(say: Writer) -> Line:
    return say.say(
        "Moderate risk here: protocols on our list, $5 M or more deposited, 30 days on record, no impermanent loss; rewards in "
        "other tokens are not counted in the order."
    )


def _high(say: Writer) -> Line:
    return say.say("High risk here: anything with $250,000 or more deposited; impermanent loss and rewards included.")


_MEANING = {"conservative": _low, "moderate": _moderate, "aggressive": _high}


def _followups(report: YieldReport, say: Writer) -> tuple[Line, ...]:
    asset = report.views[0].asset or "USDC"
    other: Literal["low", "high"] = "low" if report.risk != "conservative" else "high"
    return (
        say.say("best yield for {asset}, {risk} risk", asset=asset, risk=other),
        say.say("what is impermanent loss") if report.risk == "aggressive" else say.say("what is APY"),
        say.say("compare Aave and Compound"),
    )


TOOL = Tool(
    name="yield",
    intents=("yield",),
    query=YieldQuery,
    report=YieldReport,
    run=run,
    words=words,
    examples=("best yield for 10k USDC, low risk", "where can I earn on ETH", "best APY for USDT on Arbitrum"),
    summary="Where an asset earns: rates that hold up, by risk, chain, protocol and size.",
    positional=("assets",),
)
