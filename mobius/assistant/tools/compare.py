"""Protocols side by side. Here: the compare tool. Not here: rates over all venues (yield), flows (flows), how versions become
one figure (desk), which incidents are known (core.incidents)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

from msgspec import Struct

from mobius.core.errors import BadParameter
from mobius.core.facts import Fact
from mobius.core.protocol_views import CompareView, LendingSide, ProtocolSide, StakeSide
from mobius.core.protocols import CHAINS, PROTOCOLS
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Dynamic, Line, ListDraft, Static, TableDraft, TextDraft, Writer

MOST_PROTOCOLS = 6
CHART_DAYS = 90
MOST_INCIDENTS = 3
"""Of one protocol, the newest."""
USUAL_ASSET = "USDC"
"""What rates are compared of when no asset is named."""
_BLANK = "–"
_UNTOLD = "no source told it"
_RATES = re.compile(r"\b(?:rates?|apy|apr|yields?|borrow\w*|lend\w*|suppl\w*|interest|pays?|earn\w*)\b", re.IGNORECASE)
_FEES = re.compile(r"\b(?:fees?|revenue)\b", re.IGNORECASE)
_EQUAL_POINTS = 0.05
_EQUAL_TIMES = 1.05


class CompareQuery(Struct, frozen=True, kw_only=True):
    protocols: tuple[str, ...]
    assets: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    text: str = ""
    """The question: whether it asks for rates or fees."""


class CompareReport(Struct, frozen=True, kw_only=True):
    view: CompareView
    assumed_asset: str | None = None
    """The asset whose rates were compared though none was named."""
    aspect: Literal["rates", "fees", "size"] = "size"


async def run(query: CompareQuery, ctx: Context) -> CompareReport:
    """Each protocol with its versions together; rates where all of them lend or stake, or where they are asked for."""
    if len(query.protocols) > MOST_PROTOCOLS:
        raise BadParameter("That is more protocols than fit side by side.", hint="Name six at most.")
    lend = [protocol in PROTOCOLS and PROTOCOLS[protocol].does == "lending" for protocol in query.protocols]
    with_rates = any(lend) and (all(lend) or bool(query.assets) or bool(_RATES.search(query.text)))
    assets = (query.assets or (USUAL_ASSET,)) if with_rates else query.assets
    stake = [protocol in PROTOCOLS and PROTOCOLS[protocol].does == "liquid staking" for protocol in query.protocols]
    since = (ctx.clock.now() - timedelta(days=CHART_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    view = await ctx.desk.compare(query.protocols, assets=assets[:2], chains=query.chains, since=since, at=ctx.as_of)
    return CompareReport(
        view=view,
        assumed_asset=USUAL_ASSET if with_rates and not query.assets else None,
        aspect="fees" if _FEES.search(query.text) else "rates" if with_rates or all(stake) else "size",
    )


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: CompareReport, say: Writer) -> Draft:
    view = report.view
    blocks: list[BlockDraft] = [_table(view, say)]
    if view.pools:
        blocks.append(_pools(view, say))
    lines = {side.daily.column.id: side.daily.series for side in view.sides if side.daily is not None}
    if len(lines) > 1:
        blocks.append(say.chart("line", say.say("Locked value over three months, 100 on the first day"), lines))
    listed = _incidents(view, say)
    if listed is not None:
        blocks.append(listed)
    versions = _versions(view, say)
    if versions:
        blocks.append(TextDraft(versions))
    unpaid = _unpaid(report)
    caveats = [say.say("No source here lists {protocol}.", protocol=_name(one)) for one in view.missing]
    caveats += _gaps(view, say)
    if unpaid:
        caveats.append(say.say("What {protocols} pays is not known: no source told it.", protocols=unpaid))
    if len(view.sides) + len(view.missing) < 2:
        only = _name((*(side.protocol for side in view.sides), *view.missing)[0])
        caveats.append(
            say.say("Of what was named I know {protocol} alone; name a second one to compare.", protocol=only)
        )
    if any(pool.fee_apr.value is not None for pool in view.pools):
        caveats.append(say.say("Fee APR is a mean of the whole pool, before impermanent loss."))
    if report.assumed_asset is not None and any(side.lending for side in view.sides):
        caveats.append(say.say("Took {asset}, since no asset was named.", asset=report.assumed_asset))
    return Draft(
        headline=_headline(report, say), blocks=tuple(blocks), caveats=tuple(caveats), followups=_followups(view, say),
        status="partial" if view.missing or unpaid or not _sized(view) else None,
    )  # fmt: skip


def _sized(view: CompareView) -> bool:
    return any(side.tvl.value is not None for side in view.sides)


def _unpaid(report: CompareReport) -> str:
    """Whose rate is asked for and was not told, where that of another was."""
    if report.aspect != "rates":
        return ""
    sides = report.view.sides
    if any(side.stake is not None for side in sides):
        return ", ".join(side.name for side in sides if side.stake is None)
    if any(side.lending for side in sides):
        return ", ".join(side.name for side in sides if not side.lending and _lends(side.protocol))
    return ""


def _lends(protocol: str) -> bool:
    return protocol in PROTOCOLS and PROTOCOLS[protocol].does == "lending"


def _gaps(view: CompareView, say: Writer) -> list[Line]:
    """Which figures nobody has for want of a source, and why."""
    if _sized(view) or not view.sides:
        return []
    lines = [say.say("What is locked and lent out is not known: {why}.", why=view.sides[0].tvl.reason or _UNTOLD)]
    if all(side.fees_24h.value is None for side in view.sides):
        lines.append(
            say.say("What users paid in fees is not known: {why}.", why=view.sides[0].fees_24h.reason or _UNTOLD)
        )
    return lines


def _name(protocol: str) -> str:
    return PROTOCOLS[protocol].name if protocol in PROTOCOLS else protocol


def _chain(slug: str) -> str:
    return CHAINS[slug].name if slug in CHAINS else slug


def _ranked(sides: tuple[ProtocolSide, ...]) -> list[ProtocolSide]:
    return sorted(sides, key=lambda side: -(side.tvl.number() or 0.0))


def _headline(report: CompareReport, say: Writer) -> Line:
    view = report.view
    stakers = sorted(
        ((side, side.stake) for side in view.sides if side.stake is not None),
        key=lambda pair: -(pair[1].rate.number() or 0.0),
    )
    if report.aspect == "rates" and len(stakers) > 1 and view.rate_gap.value is not None:
        return _by_stake(view, stakers, say) + _larger(view, say)
    lenders = sorted(
        ((side, side.lending[0]) for side in view.sides if side.lending and side.lending[0].supply.value is not None),
        key=lambda pair: -(pair[1].supply.number() or 0.0),
    )
    if report.aspect == "rates" and len(lenders) > 1 and view.rate_gap.value is not None:
        return _by_rate(view, lenders, say) + _larger(view, say)
    if report.aspect == "rates" and (stakers or lenders):
        return _paid(stakers, lenders, say) + _larger(view, say)
    told = [side for side in view.sides if side.fees_24h.value is not None]
    if report.aspect == "fees" and len(told) > 1:
        most = sorted(told, key=lambda side: -(side.fees_24h.number() or 0.0))
        return say.say(
            "Users of {first} paid most: {fees:big} in 24 h, against {other:big} on {second}.",
            first=most[0].name, fees=most[0].fees_24h, other=most[1].fees_24h, second=most[1].name,
        )  # fmt: skip
    if len(view.sides) == 1 or view.times.value is None:
        side = _ranked(view.sides)[0]
        if side.tvl.value is None:
            return _without_size(view, stakers, lenders, say)
        return say.say("{name} holds {tvl:big}", name=side.name, tvl=side.tvl) + _moved(side, say) + say.say(".")
    first, second = _ranked(view.sides)[:2]
    if (view.times.number() or 0.0) < _EQUAL_TIMES:
        return say.say(
            "{first} and {second} hold about the same: {one:big} and {other:big}.",
            first=first.name, second=second.name, one=first.tvl, other=second.tvl,
        )  # fmt: skip
    return say.say(
        "{first} is {times:index}× larger than {second}: {one:big} against {other:big} locked.",
        first=first.name, times=view.times, second=second.name, one=first.tvl, other=second.tvl,
    )  # fmt: skip


def _moved(side: ProtocolSide, say: Writer) -> Line:
    if side.change_7d.value is None:
        return ()
    return say.say(", {change:change} in 7 days", change=side.change_7d)


def _by_rate(view: CompareView, lenders: list[tuple[ProtocolSide, LendingSide]], say: Writer) -> Line:
    (best, one), (next_best, other) = lenders[:2]
    where = say.say("For supplying {asset} on {chain}, ", asset=one.asset, chain=_chain(one.chain))
    if (view.rate_gap.number() or 0.0) < _EQUAL_POINTS:
        return where + say.say(
            "{best} and {other} pay about the same: {rate:pct} and {less:pct}",
            best=best.name, other=next_best.name, rate=one.supply, less=other.supply,
        )  # fmt: skip
    return where + say.say(
        "{best} pays {gap:index} points more than {other} ({rate:pct} against {less:pct})",
        best=best.name, gap=view.rate_gap, other=next_best.name, rate=one.supply, less=other.supply,
    )  # fmt: skip


def _by_stake(view: CompareView, stakers: list[tuple[ProtocolSide, StakeSide]], say: Writer) -> Line:
    asset = stakers[0][1].asset
    same = [pair for pair in stakers if pair[1].asset == asset]
    (best, one), (next_best, other) = same[:2]
    where = say.say("For staking {asset}, ", asset=asset)
    if (view.rate_gap.number() or 0.0) < _EQUAL_POINTS:
        return where + say.say(
            "{best} and {other} pay about the same: {rate:pct} and {less:pct}",
            best=best.name, other=next_best.name, rate=one.rate, less=other.rate,
        )  # fmt: skip
    return where + say.say(
        "{best} pays {gap:index} points more than {other} ({rate:pct} against {less:pct})",
        best=best.name, gap=view.rate_gap, other=next_best.name, rate=one.rate, less=other.rate,
    )  # fmt: skip


def _paid(
    stakers: list[tuple[ProtocolSide, StakeSide]], lenders: list[tuple[ProtocolSide, LendingSide]], say: Writer
) -> Line:
    """Rates that cannot be set against each other: one alone, or of several chains or assets."""
    line: Line = ()
    for side, stake in stakers:
        lead = say.say("; " if line else "")
        line += lead + say.say(
            "{name} pays {rate:pct} for staking {asset}", name=side.name, rate=stake.rate, asset=stake.asset
        )
    for side, lent in lenders if not stakers else ():
        lead = say.say("; " if line else "")
        line += lead + say.say(
            "{name} pays {rate:pct} for supplying {asset} on {chain}",
            name=side.name, rate=lent.supply, asset=lent.asset, chain=_chain(lent.chain),
        )  # fmt: skip
    return line


def _without_size(
    view: CompareView, stakers: list[tuple[ProtocolSide, StakeSide]], lenders: list[tuple[ProtocolSide, LendingSide]],
    say: Writer,
) -> Line:  # fmt: skip
    """What there is to say where nobody told what is locked."""
    if stakers or lenders:
        return _paid(stakers, lenders, say) + say.say("; how much is locked is not known.")
    paid = max(view.sides, key=lambda side: side.fees_24h.number() or 0.0)
    if paid.fees_24h.value is not None:
        return say.say(
            "Users of {name} paid {fees:big} in 24 h; how much is locked is not known.",
            name=paid.name,
            fees=paid.fees_24h,
        )
    return say.say("How much is locked is not known just now; what else was told stands below.")


def _larger(view: CompareView, say: Writer) -> Line:
    if view.times.value is None or (view.times.number() or 0.0) < _EQUAL_TIMES:
        return say.say(".")
    return say.say("; {name} is {times:index}× larger.", name=_ranked(view.sides)[0].name, times=view.times)


def _table(view: CompareView, say: Writer) -> TableDraft:
    """One column a protocol, one row a figure; rows that nobody has are left out."""
    rows: list[tuple[Line, ...]] = []
    for asset in dict.fromkeys(one.asset for side in view.sides for one in side.lending):
        sides = [next((one for one in side.lending if one.asset == asset), None) for side in view.sides]
        for what, cells in (
            (say.say("supply {asset}", asset=asset), [_cell(one.supply if one else None, "pct", say) for one in sides]),
            (say.say("borrow {asset}", asset=asset), [_cell(one.borrow if one else None, "pct", say) for one in sides]),
            (say.say("in use"), [_cell(one.utilisation if one else None, "pct", say) for one in sides]),
            (say.say("supplied"), [_cell(one.size if one else None, "big", say) for one in sides]),
            (say.say("on"), [say.cell(_chain(one.chain) if one else _BLANK) for one in sides]),
        ):
            rows.append((_joined(what), *cells))
    for asset in dict.fromkeys(side.stake.asset for side in view.sides if side.stake is not None):
        stakes = [side.stake if side.stake is not None and side.stake.asset == asset else None for side in view.sides]
        what = say.say("staking {asset}", asset=asset)
        rows.append((_joined(what), *(_cell(one.rate if one else None, "pct", say) for one in stakes)))
    rows += [
        _row("locked", [(side.tvl, "big") for side in view.sides], say),
        _row("locked, change in 24 h", [(side.change_1d, "signed") for side in view.sides], say),
        _row("locked, change in 7 days", [(side.change_7d, "signed") for side in view.sides], say),
        _row("lent out", [(side.borrowed, "big") for side in view.sides], say),
        _row("fees 24 h", [(side.fees_24h, "big") for side in view.sides], say),
        _row("fees 7 days", [(side.fees_7d, "big") for side in view.sides], say),
        _row("fees 30 days", [(side.fees_30d, "big") for side in view.sides], say),
        _row("market value", [(side.market_cap, "big") for side in view.sides], say),
        _row("value / locked", [(side.cap_to_tvl, "ratio") for side in view.sides], say),
        _row("chains", [(side.chains, "count") for side in view.sides], say),
    ]
    told = [row for row in rows if any(_text(cell) != _BLANK for cell in row[1:])]
    known = [side.incidents[0].what if side.incidents else None for side in view.sides]
    told.append(
        (say.say("last incident"), *(say.cell("not known") if one is None else say.cell(one, "date") for one in known))
    )
    return say.table(("", *(say.cell(side.name) for side in view.sides)), told)


def _incidents(view: CompareView, say: Writer) -> ListDraft | None:
    """What happened, the newest of each protocol; a list of our own that is not complete."""
    items = [
        say.say("{name}, {day:date}: {what}", name=side.name, day=one.what, what=one.what)
        + (say.say(" (about {lost:big})", lost=one.lost) if one.lost.value is not None else ())
        for side in view.sides
        for one in side.incidents[:MOST_INCIDENTS]
    ]
    return ListDraft(items=tuple(items), title=say.say("Incidents, by a list that is not complete")) if items else None


def _row(what: str, figures: list[tuple[Fact, str]], say: Writer) -> tuple[Line, ...]:
    return ((Static(what),), *(_cell(fact, fmt, say) for fact, fmt in figures))


def _joined(line: Line) -> Line:
    """A cell is one part."""
    return (Dynamic("".join(str(part) for part in line)),)


def _text(cell: Line) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in cell)


def _cell(fact: Fact | None, fmt: str, say: Writer) -> Line:
    return say.cell(_BLANK) if fact is None or fact.value is None else say.cell(fact, fmt)


def _pools(view: CompareView, say: Writer) -> TableDraft:
    rows = [
        (
            say.cell(pool.dex),
            say.cell(pool.base),
            say.cell(pool.quote),
            say.cell(_chain(pool.chain) if pool.chain is not None else _BLANK),
            _cell(pool.liquidity, "big", say),
            _cell(pool.volume_24h, "big", say),
            _cell(pool.fee_apr, "pct", say),
        )
        for pool in view.pools
    ]
    return say.table(("pool at", "", "", "on", "holds", "24 h volume", "fee APR"), rows)


def _versions(view: CompareView, say: Writer) -> Line:
    """What was added up, where a protocol is more than one entry."""
    line: Line = ()
    for side in view.sides:
        if len(side.versions) > 1:
            line += say.say(" · " if line else "Counted: ")
            for place, version in enumerate(side.versions):
                line += say.say(", " if place else "") + say.say("{name:text}", name=version)
    return line


def _followups(view: CompareView, say: Writer) -> tuple[Line, ...]:
    first = view.sides[0].name
    return (
        say.say("how much flowed into {name} this week", name=first),
        say.say("best yield on {asset}", asset=USUAL_ASSET),
        say.say("what is TVL"),
    )


TOOL = Tool(
    name="compare",
    intents=("defi_compare",),
    query=CompareQuery,
    report=CompareReport,
    run=run,
    words=words,
    examples=("Compare Aave vs Compound rates", "aave vs morpho", "compare uniswap, curve and balancer fees"),
    summary="Protocols side by side: rates, locked value, fees.",
    positional=("protocols",),
)
