"""Chains side by side, and moving between them. Here: the chains tool. Not here: network fees by themselves (gas), protocols
(compare, flows), how routes and chains become facts (desk)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from mobius.core.bridges import HOME
from mobius.core.errors import BadParameter
from mobius.core.facts import Fact
from mobius.core.instants import span_s
from mobius.core.protocol_views import ChainSide, ChainsView, Ranking, RouteOption, RoutesView
from mobius.core.protocols import CHAINS
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TableDraft, Writer

Aspect = Literal["bridge", "cost", "growth", "stablecoins", "fees", "volume", "locked"]
MOST_CHAINS = 6
MOST_DAYS = 366
DAY_S = 86_400
USUAL_CHAIN = "ethereum"
"""Where a move starts when only its end is named."""
USUAL_AMOUNTS = {"ETH": Decimal(1), "WETH": Decimal(1), "WBTC": Decimal("0.1")}
_QUOTERS = {"lifi": "LI.FI", "across": "Across"}
_MOVED_BETWEEN = frozenset({"ethereum", "base", "arbitrum", "optimism", "polygon", "avalanche"})
"""Where dollars of the issuer's own stand, so that a move between them is quoted."""
_BLANK = "–"
_MOVE = re.compile(r"\b(?:mov(?:e|ing)|bridg(?:e|ing)|send(?:ing)?|transfer(?:ring)?|swap|across|get)\b", re.IGNORECASE)
_LAYER_2 = re.compile(r"\b(?:l2s?|layer[- ]?2s?|layer two|roll-?ups?)\b", re.IGNORECASE)
_HELD = re.compile(
    r"\b(?:in|inside|own|native|canonical|biggest|largest)\b[^.?!]*\bbridges?\b|\btvl of\b[^.?!]*\bbridge\b"
    r"|\bbridges?'?s? (?:balances?|holds?|holdings?|tvl|reserves?|contains?)\b|\bbridged (?:value|tvl|assets?)\b",
    re.IGNORECASE,
)
"""What lies in a bridge, not a way over one."""
_COST = re.compile(r"\b(?:cheap\w*|costs?|costly|expensive|gas)\b", re.IGNORECASE)
_EITHER = re.compile(r"\b(?:or|vs\.?|versus|than|compared?)\b", re.IGNORECASE)
_RANKINGS: Mapping[Aspect, Ranking] = {
    "bridge": "bridge", "cost": "cost", "growth": "stablecoins", "stablecoins": "stablecoins",
}  # fmt: skip
_ASPECTS: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    ("bridge", _HELD),
    ("cost", _COST),
    (
        "growth",
        re.compile(r"\b(?:grow\w*|fastest|gain\w*|winning|shift\w*|flow\w*|moving|going|rising)\b", re.IGNORECASE),
    ),
    ("stablecoins", re.compile(r"\b(?:stables?|stablecoins?|usdc|usdt)\b", re.IGNORECASE)),
    ("fees", re.compile(r"\b(?:fees?|revenue)\b", re.IGNORECASE)),
    ("volume", re.compile(r"\b(?:volumes?|dex(?:es)?|trad\w+)\b", re.IGNORECASE)),
    ("locked", re.compile(r"\b(?:tvl|locked|biggest|largest|size|liquidity)\b", re.IGNORECASE)),
)


class ChainsQuery(Struct, frozen=True, kw_only=True):
    chains: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    """What is moved."""
    amount: float | None = None
    window: str = "30d"
    text: str = ""
    """The question: which way a move goes, whether layer-2 chains are meant, what leads."""


class ChainsReport(Struct, frozen=True, kw_only=True):
    view: ChainsView | None = None
    routes: RoutesView | None = None
    aspect: Aspect = "growth"
    assumed: tuple[str, ...] = ()
    """What a move was taken to be of, and from where, though the question did not say."""


async def run(query: ChainsQuery, ctx: Context) -> ChainsReport:
    """Routes where a move between two chains is asked about, else the chains themselves."""
    if len(query.chains) > MOST_CHAINS:
        raise BadParameter("That is more chains than fit side by side.", hint="Name six at most.")
    ends = move_of(query)
    if ends is not None:
        return await _routes(query, ends, ctx)
    days = round(span_s(query.window) / DAY_S)
    if not 1 <= days <= MOST_DAYS:
        raise BadParameter("Chains are compared over one day up to a year.", hint="Try 7d or 30d.")
    aspect, now = aspect_of(query), ctx.clock.now()
    start = now - timedelta(days=days) + timedelta(hours=12)
    view = await ctx.desk.chains(
        query.chains, since=start.replace(hour=0, minute=0, second=0, microsecond=0), now=now,
        layer_2=bool(_LAYER_2.search(query.text)), at=ctx.as_of,
        by=_RANKINGS.get(aspect, "locked"),
    )  # fmt: skip
    return ChainsReport(view=view, aspect=aspect)


async def _routes(query: ChainsQuery, ends: tuple[str, str], ctx: Context) -> ChainsReport:
    named = [asset for asset in query.assets if asset != "MOVE"] or list(query.assets)  # "move" is the verb here
    asset = named[0] if named else "USDC"
    usual = USUAL_AMOUNTS.get(asset, Decimal(1000))
    amount = usual if query.amount is None else Decimal(str(query.amount))
    if amount <= 0:
        raise BadParameter("The amount must be more than nothing.")
    routes = await ctx.desk.routes(asset, amount, *ends, stated=query.amount is not None, at=ctx.as_of)
    assumed = ([] if query.assets else ["asset"]) + ([] if query.amount is not None else ["amount"])
    assumed += [] if len(query.chains) > 1 else ["from"]
    return ChainsReport(routes=routes, assumed=tuple(assumed))


def move_of(query: ChainsQuery) -> tuple[str, str] | None:
    """From where to where, when the question is about moving; None when it is about the chains.

    >>> move_of(ChainsQuery(chains=("base", "arbitrum"), text="bridge USDC to base from arbitrum"))
    ('arbitrum', 'base')
    """
    moves = query.amount is not None or bool(query.assets) or bool(_MOVE.search(query.text))
    if not moves or not 1 <= len(query.chains) <= 2 or (_HELD.search(query.text) and query.amount is None):
        return None
    if _COST.search(query.text) and _EITHER.search(query.text) and not _goes(query):
        return None  # which of the two is cheaper, not the way from one to the other
    if len(query.chains) == 1:
        only = query.chains[0]
        if not _MOVE.search(query.text):
            return None
        return (only, USUAL_CHAIN) if _stands_after("from", only, query.text) else (USUAL_CHAIN, only)
    first, second = query.chains
    turned = _stands_after("to", first, query.text) or _stands_after("from", second, query.text)
    return (second, first) if turned else (first, second)


def _goes(query: ChainsQuery) -> bool:
    """Whether a way is named: from a chain, or to one."""
    return any(_stands_after(word, chain, query.text) for word in ("from", "to") for chain in query.chains)


def _stands_after(word: str, chain: str, text: str) -> bool:
    names = CHAINS[chain].aliases if chain in CHAINS else (chain,)
    low = " ".join(text.lower().split())
    return any(f"{word} {name}" in low for name in names)


def aspect_of(query: ChainsQuery) -> Aspect:
    """What leads: growth where nothing else is named."""
    for aspect, asked in _ASPECTS:
        if asked.search(query.text):
            return aspect
    return "locked" if query.chains else "growth"


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: ChainsReport, say: Writer) -> Draft:
    if report.routes is not None:
        return _moving(report.routes, report.assumed, say)
    view = report.view
    assert view is not None
    caveats = [_uncounted(chain, view, say) for chain in view.missing] + _gaps(view, say)
    caveats += _about_bridges(view, say)
    blocks: list[BlockDraft] = [_table(view, say)] if any(_sized(side) for side in view.sides) else []
    if any(side.bridge is not None or side.swap is not None for side in view.sides):
        blocks.insert(0 if report.aspect in ("bridge", "cost") else 1, _costs(view, say))
    return Draft(
        headline=_headline(view, report.aspect, say), blocks=tuple(blocks), caveats=tuple(caveats),
        followups=_followups(view, say), status="partial" if view.missing else None,
    )  # fmt: skip


def _sized(side: ChainSide) -> bool:
    """Whether any figure of the first table is known."""
    figures = (side.tvl, side.stablecoins, side.stablecoins_change, side.tvl_change, side.fees_24h, side.dex_share)
    return any(fact.value is not None for fact in figures)


def _uncounted(chain: str, view: ChainsView, say: Writer) -> Line:
    """Whether nobody counts a chain is not known where a source is silent."""
    if view.failures:
        return say.say("No source told about {chain}.", chain=_name(chain))
    return say.say("No source here counts {chain}.", chain=_name(chain))


def _gaps(view: ChainsView, say: Writer) -> list[Line]:
    """Figures that are told of none of the chains, and why."""
    figures = {"tvl": "locked value", "stablecoins": "stablecoins", "fees_24h": "fees", "dex_24h": "exchange volume"}
    untold: dict[str, list[str]] = {}
    for figure, name in figures.items():
        facts: list[Fact] = [getattr(side, figure) for side in view.sides]
        if facts and all(fact.value is None for fact in facts):
            untold.setdefault(facts[0].reason or "no source told it", []).append(name)
    return [
        say.say("Not known, since {why}: {names}.", why=why, names=", ".join(names)) for why, names in untold.items()
    ]


def _about_bridges(view: ChainsView, say: Writer) -> list[Line]:
    """What is counted in the bridges, which could not be read, and which chains have none here."""
    lines = []
    holding = [(side, side.bridge) for side in view.sides if side.bridge is not None]
    if any(bridge.total.value is not None for _, bridge in holding):
        lines.append(
            say.say(
                "In the chains' own bridges on Ethereum: ether, USDC, USDT, DAI, WETH, WBTC and wstETH, no other token; "
                "what was issued on a chain or came another way is not in them."
            )
        )
    lines += [
        say.say("The bridge of {chain} is not known: {why}.", chain=side.name, why=bridge.total.reason)
        for side, bridge in holding
        if bridge.total.reason is not None
    ]
    without = ", ".join(side.name for side in view.sides if side.bridge is None and side.chain != HOME)
    if without:
        lines.append(say.say("Without a registered bridge of its own: {chains}.", chains=without))
    return lines


def _name(chain: str) -> str:
    return CHAINS[chain].name if chain in CHAINS else chain


def _best(view: ChainsView, figure: str) -> tuple[ChainSide, Fact] | None:
    told: list[tuple[ChainSide, Fact]] = [(side, getattr(side, figure)) for side in view.sides]
    known = [(side, fact) for side, fact in told if fact.value is not None]
    return max(known, key=lambda pair: pair[1].number() or 0.0, default=None)


def _headline(view: ChainsView, aspect: Aspect, say: Writer) -> Line:
    if aspect == "bridge":
        return _held(view, say)
    if aspect == "cost":
        return _cheapest(view, say)
    if aspect == "growth":
        return _growth(view, say)
    if len(view.sides) == 1:
        side = view.sides[0]
        if side.tvl.value is None:
            return _without_size(view, say)
        line = say.say("{name} holds {tvl:big}", name=side.name, tvl=side.tvl)
        if side.stablecoins.value is not None:
            line += say.say(" and {coins:big} of stablecoins", coins=side.stablecoins)
        return line + say.say(".")
    figures = {"stablecoins": "stablecoins", "fees": "fees_24h", "volume": "dex_24h", "locked": "tvl"}
    best = _best(view, figures[aspect])
    if best is None:
        return (
            _without_size(view, say) if aspect == "locked" else say.say("No source told that of these chains just now.")
        )
    side, fact = best
    template = {
        "stablecoins": "Most stablecoins stand on {name}: {figure:big}.",
        "fees": "Users paid most on {name}: {figure:big} in 24 h.",
        "volume": "Exchanges on {name} traded most: {figure:big} in 24 h.",
        "locked": "{name} holds most: {figure:big} locked.",
    }[aspect]
    return say.say(template, name=side.name, figure=fact)


def _without_size(view: ChainsView, say: Writer) -> Line:
    """What leads where nobody told what is locked."""
    best = _best(view, "stablecoins")
    if best is None:
        return _cheapest(view, say)
    side, coins = best
    if len(view.sides) == 1:
        return say.say(
            "{coins:big} of stablecoins stand on {name}; what is locked is not known.", coins=coins, name=side.name
        )
    return say.say(
        "Most stablecoins stand on {name}: {coins:big}; what is locked is not known.", name=side.name, coins=coins
    )


def _held(view: ChainsView, say: Writer) -> Line:
    known = [
        (side, side.bridge) for side in view.sides if side.bridge is not None and side.bridge.total.value is not None
    ]
    if not known:
        return say.say("What lies in the bridges of these chains is not known just now.")
    side, bridge = max(known, key=lambda pair: pair[1].total.number() or 0.0)
    lead = say.say(
        "The most lies in the bridge of {name}: " if len(known) > 1 else "In the bridge of {name}: ", name=side.name
    )
    line = lead + say.say("{total:big} on Ethereum", total=bridge.total)
    if bridge.most is not None:
        line += say.say(", {share:pct} of it {most}", share=bridge.share, most=bridge.most)
    return line + say.say(".")


def _cheapest(view: ChainsView, say: Writer) -> Line:
    known = [(side, side.swap) for side in view.sides if side.swap is not None and side.swap.value is not None]
    if not known:
        return say.say("What using these chains costs is not known just now.")
    side, swap = min(known, key=lambda pair: pair[1].number() or 0.0)
    line = say.say("{name} is cheapest to use: " if len(known) > 1 else "{name}: ", name=side.name)
    if side.sending is not None and side.sending.value is not None:
        line += say.say("sending a token costs {sending:about} and ", sending=side.sending)
    return line + say.say("a swap costs {swap:about} of network fee.", swap=swap)


def _growth(view: ChainsView, say: Writer) -> Line:
    """By stablecoins; by locked value where those are not told, which moves with prices."""
    best = _best(view, "stablecoins_change")
    template = "stablecoins {change:signed}"
    if best is None:
        best, template = _best(view, "tvl_change"), "locked value {change:signed}, prices included,"
    if best is None:
        return say.say("How these chains changed is not known just now.")
    side, change = best
    if len(view.sides) == 1:
        line = say.say("{name}: ", name=side.name)
    elif (change.number() or 0.0) > 0:
        line = say.say("{name} grew fastest: ", name=side.name)
    else:
        line = say.say("None of these grew; {name} shrank least: ", name=side.name)
    line += say.say(template, change=change)
    return line + (say.say(" in {days:count} days.", days=view.days) if view.days.value is not None else say.say("."))


def _table(view: ChainsView, say: Writer) -> TableDraft:
    rows = [
        (
            say.cell(side.name),
            _cell(side.stablecoins, "big", say),
            _cell(side.stablecoins_change, "signed", say),
            _cell(side.tvl, "big", say),
            _cell(side.tvl_change, "signed", say),
            _cell(side.fees_24h, "big", say),
            _cell(side.dex_share, "pct", say),
        )
        for side in view.sides
    ]
    return say.table(("", "stablecoins", "change", "locked", "change", "fees 24 h", "DEX share"), rows)


def _costs(view: ChainsView, say: Writer) -> TableDraft:
    """What lies in each chain's own bridge, and what using the chain costs; a table of its own, so that both fit a terminal."""
    rows = []
    for side in view.sides:
        bridge = side.bridge
        rows.append(
            (
                say.cell(side.name),
                _cell(bridge.total if bridge is not None else None, "big", say),
                say.cell(bridge.most if bridge is not None and bridge.most is not None else _BLANK),
                _cell(bridge.share if bridge is not None else None, "pct", say),
                _cell(side.sending, "about", say),
                _cell(side.swap, "about", say),
            )
        )
    return say.table(("", "in its own bridge", "mostly", "share", "send a token", "swap"), rows)


def _cell(fact: Fact | None, fmt: str, say: Writer) -> Line:
    return say.cell(_BLANK) if fact is None or fact.value is None else say.cell(fact, fmt)


def _followups(view: ChainsView, say: Writer) -> tuple[Line, ...]:
    """Moves are suggested between chains that routes are quoted for."""
    known = [side.name for side in view.sides if side.chain in _MOVED_BETWEEN]
    first = known[0] if known else "Ethereum"
    other = next(name for name in (*known, "Base", "Arbitrum") if name != first)
    return (
        say.say("bridge USDC from {first} to {other}", first=first, other=other),
        say.say("gas on {first}", first=first),
        say.say("fastest growing L2"),
    )


# --------------------------------------------------------------------------------------------------------------- moving


def _moving(view: RoutesView, assumed: tuple[str, ...], say: Writer) -> Draft:
    best = view.options[0]
    start, end = _name(view.from_chain), _name(view.to_chain)
    if (best.cost.number() or 0.0) >= 0:
        line = say.say("Moving ") + _sent(view, say)
        line += say.say(" from {start} to {end} costs about {cost:about}", start=start, end=end, cost=best.cost)
        line += say.say(" ({share:rate})", share=best.cost_pct)
    else:
        line = say.say("Of ") + _sent(view, say)
        line += say.say(" moved from {start} to {end} you are quoted ", start=start, end=end)
        line += say.say("{received:amount}", received=best.received)
    line += say.say(" by way of {route:text}", route=best.route)
    if best.duration.value is not None:
        line += say.say(", in about {time:about}", time=best.duration)
    if best.gas.value is not None:
        line += say.say(", and {gas:about} of network fee", gas=best.gas)
    caveats = [say.say("Quotes for now, not binding; a bridge is one more contract to trust.")]
    if best.gas.value is None:
        caveats.append(say.say("The network fee on {chain} comes on top.", chain=_name(view.from_chain)))
    caveats += _assumptions(view, assumed, say)
    if len({option.source for option in view.options}) == 1:
        caveats.append(say.say("Only one source quoted a route, so nothing checks it."))
    return Draft(
        headline=line + say.say("."), blocks=(_options(view, say),), caveats=tuple(caveats),
        followups=(
            say.say("bridge USDC from {end} to {start}", end=_name(view.to_chain), start=_name(view.from_chain)),
            say.say("gas on {start}", start=_name(view.from_chain)),
            say.say("compare {start} and {end}", start=_name(view.from_chain), end=_name(view.to_chain)),
        ),
    )  # fmt: skip


def _sent(view: RoutesView, say: Writer) -> Line:
    """The amount as it was said: whole dollars without cents, anything else in full."""
    whole = (view.amount.number() or 0.5).is_integer() and (view.amount.number() or 0.0) >= 100
    return say.say("{amount:about}" if whole else "{amount:amount}", amount=view.amount)


def _assumptions(view: RoutesView, assumed: tuple[str, ...], say: Writer) -> list[Line]:
    lines = []
    if "asset" in assumed or "amount" in assumed:
        lines.append(say.say("Took ") + _sent(view, say) + say.say(", since the question names no amount."))
    if "from" in assumed:
        lines.append(say.say("Took {chain} as the other end.", chain=_name(USUAL_CHAIN)))
    return lines


def _options(view: RoutesView, say: Writer) -> TableDraft:
    rows = [_option(option, say) for option in view.options]
    return say.table(("route", "quoted by", "arrives", "cost", "network fee", "time"), rows)


def _option(option: RouteOption, say: Writer) -> tuple[Line, ...]:
    return (
        say.cell(option.route),
        say.cell(_QUOTERS.get(option.source, option.source)),
        _cell(option.received, "amount", say),
        _cell(option.cost_pct, "rate", say),
        _cell(option.gas, "about", say),
        _cell(option.duration, "about", say),
    )


TOOL = Tool(
    name="chains",
    intents=("crosschain",),
    query=ChainsQuery,
    report=ChainsReport,
    run=run,
    words=words,
    examples=("fastest growing L2", "compare ethereum and solana tvl", "move 10k USDC from ethereum to base"),
    summary="Chains side by side: stablecoins, locked value, fees, exchange volume; what moving between them costs.",
    positional=("chains",),
)
