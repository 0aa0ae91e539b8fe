"""What networks charge now. Here: the gas tool. Not here: what moving between chains costs (crosschain), how fees become costs
(desk)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from mobius.core.chain_views import ActionCost, BitcoinFeesView, ChainFees, GasView
from mobius.core.facts import Fact
from mobius.core.protocols import CHAINS
from mobius.core.tools import Context, Tool
from mobius.core.words import BlockDraft, Draft, Line, TableDraft, TextDraft, Writer

_BLANK = "–"


class GasQuery(Struct, frozen=True, kw_only=True):
    chains: tuple[str, ...] = ("ethereum",)


class GasReport(Struct, frozen=True, kw_only=True):
    view: GasView


async def run(query: GasQuery, ctx: Context) -> GasReport:
    """Fees of each chain, and what a transfer and a swap come to; chains without a source are named."""
    return GasReport(view=await ctx.desk.gas(query.chains or GasQuery().chains, at=ctx.as_of))


# ---------------------------------------------------------------------------------------------------------------- words


def words(report: GasReport, say: Writer) -> Draft:
    view = report.view
    blocks: list[BlockDraft] = []
    if len(view.chains) == 1:
        blocks += (TextDraft(_details(view.chains[0], say)), _actions(view.chains[0], say))
    elif view.chains:
        blocks.append(_chains(view, say))
    if view.bitcoin is not None:
        blocks.append(_bitcoin(view.bitcoin, say))
    status: Literal["partial"] | None = "partial" if view.unserved or view.silent else None
    return Draft(
        headline=_headline(view, say), blocks=tuple(blocks), caveats=tuple(_caveats(view, say)),
        followups=_followups(view, say), status=status,
    )  # fmt: skip


def _name(chain: str) -> str:
    return CHAINS[chain].name if chain in CHAINS else chain


def _headline(view: GasView, say: Writer) -> Line:
    if len(view.chains) > 1:
        return _cheapest(view.chains, say)
    if view.chains:
        return _swap(view.chains[0], say)
    bitcoin = view.bitcoin
    if bitcoin is None:
        return say.say("No network told its fees just now.")
    line = say.say("A Bitcoin payment costs about ")
    return line + _money(bitcoin.transfer, say) + say.say(" now ({rate:about}).", rate=bitcoin.half_hour)


def _swap(chain: ChainFees, say: Writer) -> Line:
    swap = chain.cost("swap")
    if swap is None or swap.native.value is None:
        return say.say("The base fee on {chain} is {base:about} now.", chain=_name(chain.chain), base=chain.base_fee)
    line = say.say("A swap on {chain} costs about ", chain=_name(chain.chain)) + _money(swap, say)
    return line + say.say(" now (base fee {base:about}).", base=chain.base_fee)


def _money(cost: ActionCost, say: Writer) -> Line:
    """In dollars, or in the chain's coin where its price is not known."""
    if cost.usd.value is not None:
        return say.say("{usd:about}", usd=cost.usd)
    return say.say("{native:about}", native=cost.native)


def _cheapest(chains: tuple[ChainFees, ...], say: Writer) -> Line:
    known = [(cost.usd.number() or 0.0, chain, cost) for chain in chains
             if (cost := chain.cost("swap")) is not None and cost.usd.value is not None]  # fmt: skip
    if len(known) < 2:
        return _swap(chains[0], say)
    _, low, least = min(known, key=lambda one: one[0])
    _, high, most = max(known, key=lambda one: one[0])
    return say.say(
        "A swap is cheapest on {low}: about {least:about}, against {most:about} on {high}.",
        low=_name(low.chain), least=least.usd, most=most.usd, high=_name(high.chain),
    )  # fmt: skip


def _details(chain: ChainFees, say: Writer) -> Line:
    line = say.say("base fee {base:about}", base=chain.base_fee)
    if chain.priority_high.number():  # where nobody pays above the base fee there is nothing to say
        line += say.say(
            " · above it, transactions paid {middle:about} (one in ten under {low:about}, one in ten over {high:about})",
            middle=chain.priority, low=chain.priority_low, high=chain.priority_high,
        )  # fmt: skip
    if chain.data_fee.value is not None:
        line += say.say(" · data fee of a swap {fee:about}", fee=chain.data_fee)
    return line


def _actions(chain: ChainFees, say: Writer) -> TableDraft:
    named = {"transfer": say.say("transfer"), "token_transfer": say.say("ERC-20 transfer"), "swap": say.say("swap")}
    rows = [
        (named[cost.action], _cell(cost.native, "about", say), _cell(cost.usd, "about", say)) for cost in chain.costs
    ]
    return say.table(("", "in its coin", "in dollars"), rows)


def _chains(view: GasView, say: Writer) -> TableDraft:
    """Cheapest swap first; a cost that is not known comes last."""

    def rank(chain: ChainFees) -> tuple[bool, float]:
        swap = chain.cost("swap")
        return (swap is None or swap.usd.value is None, 0.0 if swap is None else swap.usd.number() or 0.0)

    rows = [
        (
            say.cell(_name(chain.chain)),
            _cell(chain.base_fee, "about", say),
            *(_dollars(chain, action, say) for action in ("transfer", "token_transfer", "swap")),
        )
        for chain in sorted(view.chains, key=rank)
    ]
    return say.table(("", "base fee", "transfer", "ERC-20 transfer", "swap"), rows)


def _dollars(chain: ChainFees, action: str, say: Writer) -> Line:
    cost = chain.cost(action)
    if cost is None:
        return say.cell(_BLANK)
    return _cell(cost.usd, "about", say) if cost.usd.value is not None else _cell(cost.native, "about", say)


def _bitcoin(fees: BitcoinFeesView, say: Writer) -> TableDraft:
    rows = [
        (say.say("next block"), say.cell(fees.fastest, "about")),
        (say.say("half an hour"), say.cell(fees.half_hour, "about")),
        (say.say("an hour"), say.cell(fees.hour, "about")),
        (say.say("no hurry"), say.cell(fees.economy, "about")),
    ]
    return say.table(("Bitcoin, within", "fee"), rows)


def _cell(fact: Fact, fmt: str, say: Writer) -> Line:
    """A figure, or a dash where it is not known: why stands with the fact."""
    return say.cell(_BLANK) if fact.value is None else say.cell(fact, fmt)


def _caveats(view: GasView, say: Writer) -> list[Line]:
    lines = [say.say("No source here tells the fees of {chain}.", chain=_name(chain)) for chain in view.unserved]
    lines += [say.say("No answer about {chain} just now.", chain=_name(chain)) for chain in view.silent]
    if view.chains:
        lines.append(
            say.say(
                "Reckoned with 21,000 units of gas for a transfer, 65,000 for an ERC-20 transfer, 150,000 for a swap; a route "
                "over several pools needs more."
            )
        )
    lines += [
        say.say("What {chain} charges for data could not be read: its costs are without it.", chain=_name(chain.chain))
        for chain in view.chains
        if chain.rollup and chain.data_fee.value is None
    ]
    if view.bitcoin is not None:
        lines.append(say.say("A Bitcoin payment of one input and two outputs, within half an hour."))
    unpriced = {chain.gas for chain in view.chains if chain.costs and chain.costs[0].usd.value is None}
    unpriced |= {"BTC"} if view.bitcoin is not None and view.bitcoin.transfer.usd.value is None else set()
    lines += [
        say.say("The price of {coin} is not known just now: costs are in it.", coin=coin) for coin in sorted(unpriced)
    ]
    return lines


def _followups(view: GasView, say: Writer) -> tuple[Line, ...]:
    asked = {chain.chain for chain in view.chains}
    others = []
    if not asked & {"base", "arbitrum"}:
        others.append(say.say("gas on base and arbitrum"))
    if "ethereum" not in asked:
        others.append(say.say("gwei on ethereum"))
    if view.bitcoin is None:
        others.append(say.say("btc fees"))
    return (*others[:2], say.say("explain gas"))


TOOL = Tool(
    name="gas",
    intents=("gas",),
    query=GasQuery,
    report=GasReport,
    run=run,
    words=words,
    examples=("gwei?", "gas on base and arbitrum", "btc fees"),
    summary="Network fees: what a transfer and a swap cost now, chain by chain.",
    positional=("chains",),
)
