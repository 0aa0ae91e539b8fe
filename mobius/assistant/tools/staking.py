"""What staking an asset pays. Here: the staking tool. Not here: other ways to earn (yield), what staking is (explain)."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData
from mobius.core.facts import Fact, derive, echo
from mobius.core.protocols import PROTOCOLS
from mobius.core.rate_views import StakeView, StakingView
from mobius.core.receipts import RECEIPTS
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TableDraft, Writer

SOLO_ETH = Decimal(32)
"""A validator of one's own takes 32 ETH; the words below say so, and a test holds them together."""
MINED = frozenset(
    {"BTC", "DOGE", "LTC", "BCH", "ETC", "XMR", "ZEC", "KAS", "RVN", "BSV", "DASH", "DGB", "SC", "XEC", "ZEN"}
)
"""Secured by work: there is nothing to stake."""
_BLANK = "–"


class StakingQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ()
    """Ether when neither an asset nor a protocol tells otherwise."""
    amount: float | None = None
    protocols: tuple[str, ...] = ()


class StakingReport(Struct, frozen=True, kw_only=True):
    views: tuple[StakingView, ...]
    amount: Fact | None = None
    earned: Fact | None = None
    """What the amount would earn in a year at the typical rate."""
    not_staked: tuple[str, ...] = ()
    """Assets asked for that are no stake of any chain."""
    missing: tuple[str, ...] = ()
    """Assets asked for that no source tells a rate of."""
    assumed: bool = False
    """Whether ether was assumed."""
    ahead: Fact | None = None
    """Points between the rates of two protocols that were named."""
    named: bool = False
    """Whether protocols were named, so that shares are of those alone."""


async def run(query: StakingQuery, ctx: Context) -> StakingReport:
    """Rates of each asset that can be staked; what cannot be, and what nobody tells, is named."""
    assets = query.assets or staked_by(query.protocols) or ("ETH",)
    chosen = tuple(dict.fromkeys(_underlying(asset) for asset in assets))
    staked = tuple(asset for asset in chosen if _can_be(asset))
    if not staked:
        raise NoData("staking", _why_not(chosen[0]), hint="Try `mobius yield` for other ways to earn.")
    views = await ctx.desk.staking(staked, protocols=query.protocols, at=ctx.as_of)
    found = {view.asset for view in views}
    amount = earned = None
    if query.amount is not None and len(views) == 1:
        amount = echo("stake.amount", Decimal(str(query.amount)), views[0].asset, "amount")
        earned = _earned(amount, views[0])
    return StakingReport(
        views=views, amount=amount, earned=earned,
        not_staked=tuple(asset for asset in chosen if asset not in staked),
        missing=tuple(asset for asset in staked if asset not in found),
        assumed=not query.assets and not staked_by(query.protocols),
        ahead=_ahead(views[0]) if len(query.protocols) == 2 and len(views) == 1 else None,
        named=bool(query.protocols),
    )  # fmt: skip


def staked_by(protocols: tuple[str, ...]) -> tuple[str, ...]:
    """What the protocols of a question stake: the asset of most of their tokens.

    >>> staked_by(("lido", "rocket-pool")), staked_by(("jito",)), staked_by(("aave",))
    (('ETH',), ('SOL',), ())
    """
    assets = [
        receipt.asset
        for protocol in protocols
        for receipt in RECEIPTS.values()
        if any(project == protocol or project.startswith(f"{protocol}-") for project in receipt.projects)
    ]
    return (max(dict.fromkeys(assets), key=assets.count),) if assets else ()


def _underlying(asset: str) -> str:
    """What a staked or wrapped token stands for."""
    known = ASSETS.get(asset)
    return known.stands_for if known is not None and known.stands_for is not None else asset


def _can_be(asset: str) -> bool:
    return asset in ASSETS and ASSETS[asset].kind == "coin" and asset not in MINED


def _why_not(asset: str) -> str:
    name = ASSETS[asset].name if asset in ASSETS else asset
    if asset in MINED:
        return f"{name} is secured by mining: there is nothing to stake."
    return f"{name} is no coin of a chain that is secured by stake."


def _earned(amount: Fact, view: StakingView) -> Fact | None:
    if view.typical.value is None:
        return None
    value = Decimal(str(amount.value)) * Decimal(str(view.typical.value)) / 100
    return derive("stake.earned", value, amount.unit, (amount, view.typical), "amount x the typical rate, for a year")


def _ahead(view: StakingView) -> Fact | None:
    """By how many points the better of two pays more."""
    if len(view.stakes) != 2 or any(stake.rate.value is None for stake in view.stakes):
        return None
    best, other = _by_rate(view)
    points = Decimal(str(best.rate.value)) - Decimal(str(other.rate.value))
    return derive("stake.ahead", points, "points", (best.rate, other.rate), "the higher rate less the lower")


def _by_rate(view: StakingView) -> tuple[StakeView, ...]:
    return tuple(sorted(view.stakes, key=lambda stake: -(stake.rate.number() or 0.0)))


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: StakingReport, say: Writer) -> Draft:
    first = report.views[0]
    blocks: list[BlockDraft] = [
        _table(view, say, titled=len(report.views) > 1, share=not report.named) for view in report.views
    ]
    return Draft(
        headline=_headline(report, first, say) if len(report.views) == 1 else _several(report, say),
        blocks=tuple(blocks), caveats=tuple(_caveats(report, say)), followups=_followups(first, say),
        status="partial" if report.missing or report.not_staked else None,
    )  # fmt: skip


def _headline(report: StakingReport, view: StakingView, say: Writer) -> Line:
    if view.typical.value is None:
        return say.say("No size is known of the ways to stake {asset}, so no typical rate.", asset=view.asset)
    if report.ahead is not None and report.amount is None:
        best, other = _by_rate(view)
        return say.say(
            "For staking {asset}, {best} pays {points:index} points more than {other}: {rate:pct} against {lower:pct} a year.",
            asset=view.asset, best=_venue(best), other=_venue(other), points=report.ahead, rate=best.rate, lower=other.rate,
        )  # fmt: skip
    if report.amount is None or report.earned is None:
        return say.say(
            "Staking {asset} pays about {rate:pct} a year after the protocols' fees.",
            asset=view.asset,
            rate=view.typical,
        )
    line: Line = ()
    if view.asset == "ETH" and Decimal(str(report.amount.value)) < SOLO_ETH:
        line = say.say("{amount:price} is below the 32 ETH of a solo validator; ", amount=report.amount)
        return line + say.say(
            "pooled, it would earn about {earned:about} a year net ({rate:pct}).",
            earned=report.earned,
            rate=view.typical,
        )
    return say.say(
        "{amount:price} staked with others would earn about {earned:about} a year net ({rate:pct}).",
        amount=report.amount, earned=report.earned, rate=view.typical,
    )  # fmt: skip


def _several(report: StakingReport, say: Writer) -> Line:
    best = max(report.views, key=lambda view: view.typical.number() or 0.0)
    return say.say("{asset} pays most, about {rate:pct} a year.", asset=best.asset, rate=best.typical)


def _venue(stake: StakeView) -> Fact | str:
    """The protocol's name, or the issuer's, or what the aggregator calls it."""
    if stake.protocol is not None and stake.protocol in PROTOCOLS:
        return PROTOCOLS[stake.protocol].name
    receipt = RECEIPTS.get(str(stake.receipt.value).upper())
    return receipt.issuer if receipt is not None and receipt.issuer else stake.project


def _table(view: StakingView, say: Writer, *, titled: bool, share: bool) -> TableDraft:
    rows = [
        (
            say.cell(_venue(stake)),
            say.cell(stake.receipt),
            _cell(stake.rate, "pct", say),
            _cell(stake.mean_30d, "pct", say),
            _cell(stake.tvl, "big", say),
            *((_cell(stake.share, "pct", say),) if share else ()),
            say.cell("its own" if stake.own else "DefiLlama"),
        )
        for stake in view.stakes
    ]
    columns = ("with", "you get", "net a year", "30 days", "staked", *(("share",) if share else ()), "rate by")
    return say.table(columns, rows, title=say.say("{asset}", asset=view.asset) if titled else ())


def _cell(fact: Fact, fmt: str, say: Writer) -> Line:
    return say.cell(_BLANK) if fact.value is None else say.cell(fact, fmt)


def _caveats(report: StakingReport, say: Writer) -> list[Line]:
    lines = [say.say("{asset} cannot be staked.", asset=asset) for asset in report.not_staked]
    lines += [say.say("No source here tells what staking {asset} pays.", asset=asset) for asset in report.missing]
    if report.assumed:
        lines.append(say.say("No asset was named: taken as ether."))
    lines.append(
        say.say(
            "Staked tokens can trade below what they stand for, leaving takes days or weeks, and a fault of a validator can "
            "cost part of the stake. Queues, fees and discounts of today are not told by a source here."
        )
    )
    return lines


def _followups(view: StakingView, say: Writer) -> tuple[Line, ...]:
    return (
        say.say("best yield for {asset}", asset=view.asset),
        say.say("what is slashing"),
        say.say("price of {asset}", asset=view.asset),
    )


TOOL = Tool(
    name="staking",
    intents=("staking",),
    query=StakingQuery,
    report=StakingReport,
    run=run,
    words=words,
    examples=("I want to stake 5 ETH", "what does staking SOL pay", "Lido or Rocket Pool for staking"),
    summary="What staking a coin pays: liquid staking by protocol, net of fees, and what an amount would earn.",
    positional=("assets",),
)
