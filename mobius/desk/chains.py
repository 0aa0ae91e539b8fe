"""Chains side by side: locked value, stablecoins, fees, exchange volume, their changes, what lies in their own bridges, what
using them costs. Here: which chains, asking, facts.

Which chains grow is told by the stablecoins that stand on them: locked value moves with prices, stablecoins do not. A change is
taken within one series of a source, never between two. Not here: what moving between them costs (routes), how balances and fees
are read (bridges, gas).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mobius.core.bridges import BRIDGES, HOME
from mobius.core.chain_views import GasView
from mobius.core.errors import NoData, SourceError
from mobius.core.facts import Fact, Sourced, derive, unknown
from mobius.core.gather import Gathered, gather
from mobius.core.market_views import PriceView
from mobius.core.needs import Source
from mobius.core.notices import Notice, SourceFailure
from mobius.core.protocol_needs import (
    ChainHistoryQuery,
    ChainTvlQuery,
    DayValue,
    StablecoinHistoryQuery,
    StablecoinsQuery,
    StablecoinSupply,
    TurnoverQuery,
)
from mobius.core.protocol_views import ChainSide, ChainsView, Ranking
from mobius.core.protocols import CHAINS
from mobius.core.sources import Need
from mobius.desk import bridges
from mobius.desk.failures import failures_of, once, told
from mobius.desk.gas import Prices, live_gas
from mobius.desk.parents import ancestry
from mobius.desk.protocols import percent, ratio
from mobius.desk.rounds import ROUND_S, Round, ask

NEEDS: tuple[Need, ...] = (
    "chain_tvl", "chain_history", "stablecoins", "stablecoin_history", "dex_volumes", "fees", "multicall", "fee_history",
    "data_fee",
)  # fmt: skip
MOST_CHAINS = 6
FIRST_ROUND_S = 2.0
SECOND_ROUND_S = 2.2
WHOLE_S = 4.5
"""A little more than both rounds."""
BESIDE_S = 0.8
"""How much longer balances, prices and network fees may take than the figures beside which they stand."""
MONTH_DAYS = 30
LAYER_2 = frozenset(
    """arbitrum base optimism zksync linea scroll starknet mantle blast unichain world-chain ink soneium abstract katana mode
    zora taiko bob fraxtal manta opbnb polygon-zkevm arbitrum-nova metis immutable celo""".split()
)
"""Chains that settle on another and say so of themselves; side chains such as Polygon are not among them."""
_BRIDGES, _PRICES, _SIDES, _COSTS, _ROUND = "bridges", "prices", "sides", "costs", "round"


class Heard(Struct, frozen=True, kw_only=True):
    """What sources told: of which chains, and what using them costs in their own coins."""

    chosen: tuple[str, ...]
    round: Round
    gas: GasView | None = None
    failures: tuple[SourceFailure, ...] = ()
    """Nodes that did not tell what using their chains costs."""


async def live_chains(
    sources: Sequence[Source], chains: tuple[str, ...], *, layer_2: bool, by: Ranking, since: datetime, now: datetime,
    prices: Prices,
) -> ChainsView:  # fmt: skip
    """Sides of `chains`, or of the largest (of the layer-2 chains only, if asked), each with what was told of it.

    Raises NoData when nothing was told of any.
    """
    named = chains[:MOST_CHAINS]
    bridged = tuple(dict.fromkeys(one.chain for one in BRIDGES if not named or one.chain in named))
    jobs: dict[str, Callable[[], Awaitable[Any]]] = {
        _SIDES: partial(_hear, sources, named, layer_2=layer_2, by=by, since=since),
        _PRICES: partial(prices, _coins(sources, named)),
    }
    if bridged:
        jobs[_BRIDGES] = partial(bridges.bridge_balances, sources, bridged)
    got = await _with(jobs, _SIDES, timeout_s=WHOLE_S)
    if _SIDES in got.failures:
        raise got.failures[_SIDES]
    heard: Heard = got.results[_SIDES]
    parts: list[Fact] = []
    notices: list[Notice] = []
    days = _days(since, now, heard.round, heard.chosen, parts)
    market = _leaf(heard.round.first("dexs"), "chains.dex_24h", "total_24h_usd")
    if market is not None:
        parts.append(market)
    told_month = round((now - since).total_seconds() / 86_400) == MONTH_DAYS
    priced = {view.asset: view for view in got.results.get(_PRICES, ())}
    counting = heard.round.first("chains") is not None
    sides: list[ChainSide] = []
    for chain in heard.chosen:
        behind: list[Fact] = []
        about: list[Notice] = []
        bare = _side(chain, heard.round, market, behind, month=told_month)
        side = _with_costs(bare, heard.gas, got.results.get(_BRIDGES), priced, behind, about)
        if _known(side, counting=counting):
            sides.append(side)
            parts += behind
            notices += about
    if not sides:
        said = told(heard.round.failures, sources)
        names = ", ".join(CHAINS[chain].name for chain in heard.chosen if chain in CHAINS) or "these chains"
        raise NoData("chains", f"No source counts {names}{': ' + said if said else ''}.")
    counted = {side.chain for side in sides}
    return ChainsView(
        sides=tuple(sorted(sides, key=_size, reverse=True)), days=days,
        parts=tuple({part.id: part for part in parts}.values()), notices=tuple(notices),
        missing=tuple(chain for chain in chains if chain not in counted),
        failures=once((*heard.round.failures, *heard.failures, *_bridge_failures(got, sides))),
    )  # fmt: skip


def _known(side: ChainSide, *, counting: bool) -> bool:
    """Whether a source counts the chain. Where the list of chains was told, fees and costs alone are not enough."""
    figures = [side.tvl, side.stablecoins]
    if not counting:
        bridge = () if side.bridge is None else (side.bridge.total,)
        figures += [one for one in (side.fees_24h, side.dex_24h, side.swap, *bridge) if one is not None]
    return any(one.value is not None for one in figures)


def _size(side: ChainSide) -> tuple[float, float]:
    return side.tvl.number() or 0.0, side.stablecoins.number() or 0.0


async def _with(
    jobs: Mapping[str, Callable[[], Awaitable[Any]]], needed: str, *, timeout_s: float
) -> Gathered[Any]:  # fmt: skip
    """All jobs; once the needed one is there the others may take `BESIDE_S` more."""
    return await gather(
        jobs, limit=len(jobs), timeout_s=timeout_s, enough=lambda told_of: needed in told_of, linger=lambda _: BESIDE_S,
        grace_s=timeout_s,
    )  # fmt: skip


def _coins(sources: Sequence[Source], named: Sequence[str]) -> tuple[str, ...]:
    """What bridges hold, and what fees are paid in on the chains that may be shown."""
    fees = [CHAINS[chain].gas for chain in _served(sources) if not named or chain in named]
    return tuple(dict.fromkeys((*bridges.priced_assets(), *fees)))


def _served(sources: Sequence[Source]) -> tuple[str, ...]:
    """Chains whose fees a source tells."""
    return tuple(one.spec.chain for one in sources if one.spec.chain is not None and "fee_history" in one.offers)


def _bridge_failures(got: Gathered[Any], sides: Sequence[ChainSide]) -> tuple[SourceFailure, ...]:
    """Who failed to tell balances, if any chain shown has a bridge."""
    return _failures(got, _BRIDGES, (f"rpc_{HOME}",)) if any(side.bridge is not None for side in sides) else ()


def _failures(got: Gathered[Any], job: str, nodes: Sequence[str]) -> tuple[SourceFailure, ...]:
    """Who failed one of the jobs: the source that its error names, else all `nodes` it asked. A bug in any job is raised."""
    rows = [row for row in failures_of(got) if row.source == job]
    error = got.failures.get(job)
    names = (error.source,) if isinstance(error, SourceError) else nodes
    return tuple(SourceFailure(source=name, kind=row.kind, message=row.message) for row in rows for name in names)


# --------------------------------------------------------------------------------------------------------------- asking


async def _hear(
    sources: Sequence[Source], named: tuple[str, ...], *, layer_2: bool, by: Ranking, since: datetime
) -> Heard:
    """One round where chains are named, else a second one for the largest. Raises NoData when no chain is told of."""
    if named:
        return await _further(sources, named, _general() | _of(named, since), timeout_s=ROUND_S)
    first = await ask(sources, _general(), timeout_s=FIRST_ROUND_S)
    among = {"cost": frozenset(_served(sources)), "bridge": frozenset(one.chain for one in BRIDGES)}.get(by)
    chosen = _largest(first, by=by, layer_2=layer_2, among=among) or _registered(among, layer_2=layer_2)
    if not chosen:
        said = told(first.failures, sources)
        raise NoData("chains", f"No source told about chains{': ' + said if said else ''}.",
                     hint="`mobius doctor` shows which sources answer.")  # fmt: skip
    second = await _further(sources, chosen, _of(chosen, since), timeout_s=SECOND_ROUND_S)
    both = Round(answers={**first.answers, **second.round.answers}, failures=(*first.failures, *second.round.failures))
    return replace(second, round=both)


async def _further(
    sources: Sequence[Source], chosen: tuple[str, ...], questions: Mapping[str, tuple[Need, Any]], *, timeout_s: float
) -> Heard:
    """A round about `chosen`, and beside it what using them costs, as far as that comes in time."""
    served = tuple(chain for chain in chosen if chain in _served(sources))
    jobs: dict[str, Callable[[], Awaitable[Any]]] = {_ROUND: partial(ask, sources, questions, timeout_s=timeout_s)}
    if served:
        telling = [one for one in sources if "fee_history" in one.offers]
        jobs[_COSTS] = partial(live_gas, telling, served, _unpriced)
    got = await _with(jobs, _ROUND, timeout_s=timeout_s + 0.1)
    if _ROUND in got.failures:
        raise got.failures[_ROUND]
    gas: GasView | None = got.results.get(_COSTS)
    nodes = [one.spec.name for one in sources if "fee_history" in one.offers and one.spec.chain in served]
    silent = _failures(got, _COSTS, nodes) if gas is None else gas.failures
    return Heard(chosen=chosen, round=got.results[_ROUND], gas=gas, failures=silent)


async def _unpriced(assets: tuple[str, ...]) -> tuple[PriceView, ...]:
    """No prices: costs are valued with those that bridges are valued with."""
    return ()


def _general() -> dict[str, tuple[Need, Any]]:
    return {
        "chains": ("chain_tvl", ChainTvlQuery()),
        "stablecoins": ("stablecoins", StablecoinsQuery()),
        "dexs": ("dex_volumes", TurnoverQuery()),
    }


def _of(chains: Sequence[str], since: datetime) -> dict[str, tuple[Need, Any]]:
    """Four questions a chain."""
    questions: dict[str, tuple[Need, Any]] = {}
    for chain in chains:
        questions[f"history {chain}"] = ("chain_history", ChainHistoryQuery(chain=chain, start=since))
        questions[f"stable {chain}"] = ("stablecoin_history", StablecoinHistoryQuery(chain=chain, start=since))
        questions[f"fees {chain}"] = ("fees", TurnoverQuery(chain=chain))
        questions[f"dexs {chain}"] = ("dex_volumes", TurnoverQuery(chain=chain))
    return questions


def _largest(heard: Round, *, by: Ranking, layer_2: bool, among: frozenset[str] | None = None) -> tuple[str, ...]:
    """Our slugs of the chains that hold most, by stablecoins or locked value; by the other where one is not told."""
    order = ("chains", "stablecoins") if by == "locked" else ("stablecoins", "chains")
    for sourced in (heard.first(label) for label in order):
        told_of = [row.chain for row in sourced.value if row.chain is not None] if sourced is not None else []
        known = [one for one in told_of if (not layer_2 or one in LAYER_2) and (among is None or one in among)]
        if known:
            return tuple(dict.fromkeys(known))[:MOST_CHAINS]
    return ()


def _registered(among: frozenset[str] | None, *, layer_2: bool) -> tuple[str, ...]:
    """Chains whose nodes can be asked though nobody told which are the largest."""
    known = [chain for chain in CHAINS if among is not None and chain in among and (not layer_2 or chain in LAYER_2)]
    return tuple(known[:MOST_CHAINS])


# ---------------------------------------------------------------------------------------------------------------- facts


def _days(since: datetime, now: datetime, heard: Round, chosen: Sequence[str], parts: list[Fact]) -> Fact:
    """How long ago the changes start; the parent is the first value of a series that starts then."""
    for chain in chosen:
        for label in (f"stable {chain}", f"history {chain}"):
            sourced = heard.first(label)
            if sourced is not None:
                first: DayValue = sourced.value[0]
                at = datetime.fromtimestamp(first.ts, tz=UTC)
                begin = sourced.leaf("chains.first_day", first.value_usd, "USD", first.field, as_of=at)
                parts.append(begin)
                return derive(
                    "chains.days", round((now - at).total_seconds() / 86_400), "d", (begin,), "from its day to now"
                )
    return unknown("chains.days", "d", "no source told an earlier day")


def _leaf(sourced: Sourced[Any] | None, fact_id: str, field: str) -> Fact | None:
    if sourced is None:
        return None
    return sourced.leaf(fact_id, getattr(sourced.value, field), "USD", sourced.value.fields.get(field, field))


def _side(chain: str, heard: Round, market: Fact | None, parts: list[Fact], *, month: bool) -> ChainSide:
    listed, coins = heard.first("chains"), heard.first("stablecoins")
    row = next((one for one in listed.value if one.chain == chain), None) if listed is not None else None
    history = heard.first(f"history {chain}")
    name = f"chain.{chain}"
    silent = "the source did not answer"
    tvl = unknown(f"{name}.tvl", "USD", silent)
    if row is not None and listed is not None:
        tvl = listed.leaf(f"{name}.tvl", row.tvl_usd, "USD", row.field)
    elif history is not None:
        newest: DayValue = history.value[-1]
        tvl = history.leaf(f"{name}.tvl", newest.value_usd, "USD", newest.field)
    supply = next((one for one in coins.value if one.chain == chain), None) if coins is not None else None
    stable, stable_change = _stablecoins(name, coins, supply, heard.first(f"stable {chain}"), parts, month=month)
    fees = _leaf(heard.first(f"fees {chain}"), f"{name}.fees_24h", "total_24h_usd")
    dexs = _leaf(heard.first(f"dexs {chain}"), f"{name}.dex_24h", "total_24h_usd")
    share = unknown(f"{name}.dex_share", "pct", silent)
    if dexs is not None and market is not None:
        part = ratio(f"{name}.dex_ratio", dexs, market, "exchange volume of the chain over that of all")
        parts.append(part)
        share = percent(f"{name}.dex_share", part)
    return ChainSide(
        chain=chain,
        name=CHAINS[chain].name if chain in CHAINS else chain,
        tvl=tvl,
        tvl_change=_change(f"{name}.tvl_change", history, parts),
        stablecoins=stable,
        stablecoins_change=stable_change,
        fees_24h=fees if fees is not None else unknown(f"{name}.fees_24h", "USD", silent),
        dex_24h=dexs if dexs is not None else unknown(f"{name}.dex_24h", "USD", silent),
        dex_share=share,
    )


def _with_costs(
    side: ChainSide, gas: GasView | None, balances: bridges.Balances | None, priced: Mapping[str, PriceView],
    parts: list[Fact], notices: list[Notice],
) -> ChainSide:  # fmt: skip
    """The side with what lies in the chain's own bridge and what using the chain costs."""
    prices = {asset: view.price for asset, view in priced.items()}
    bridge = bridges.bridge_of(side.chain, balances, prices, parts, notices)
    if bridge is not None and bridge.total.value is not None:
        for asset in bridges.priced_assets():
            parts += _price_facts(priced.get(asset))
    return replace(
        side,
        bridge=bridge,
        sending=_cost(side.chain, "token_transfer", gas, priced, parts),
        swap=_cost(side.chain, "swap", gas, priced, parts),
    )


def _cost(
    chain: str, action: str, gas: GasView | None, priced: Mapping[str, PriceView], parts: list[Fact]
) -> Fact | None:  # fmt: skip
    """In dollars; None where no source tells the chain's fees."""
    fees = next((one for one in gas.chains if one.chain == chain), None) if gas is not None else None
    cost = fees.cost(action) if fees is not None else None
    if gas is None or fees is None or cost is None:
        return None
    name, native, coin = f"chain.{chain}.{action}", cost.native, priced.get(fees.gas)
    if native.value is None or coin is None or coin.price.value is None:
        return unknown(name, "USD", native.reason or "the price of the coin is not known")
    parts += [native, *ancestry(native, (*gas.parts, fees.base_fee, fees.priority, fees.data_fee))]
    parts += _price_facts(coin)
    dollars = Decimal(str(native.value)) * Decimal(str(coin.price.value))
    return derive(name, dollars, "USD", (native, coin.price), "cost x price")


def _price_facts(view: PriceView | None) -> tuple[Fact, ...]:
    return () if view is None else (view.price, *ancestry(view.price, view.parts))


def _stablecoins(
    name: str, coins: Sourced[Any] | None, supply: StablecoinSupply | None, history: Sourced[Any] | None,
    parts: list[Fact], *, month: bool,
) -> tuple[Fact, Fact]:  # fmt: skip
    """What stands there now, and its change: within the chart of days, else against the month before that the list tells."""
    now_id, change_id = f"{name}.stablecoins", f"{name}.stablecoins_change"
    why = "the source did not answer" if coins is None else "no source counts stablecoins there"
    now = unknown(now_id, "USD", why)
    if coins is not None and supply is not None:
        now = coins.leaf(now_id, supply.supply, "USD", supply.field)
    elif history is not None:
        newest: DayValue = history.value[-1]
        now = history.leaf(now_id, newest.value_usd, "USD", newest.field)
    if history is None and month and coins is not None and supply is not None and supply.supply_month_ago:
        before = coins.leaf(f"{now_id}_before", supply.supply_month_ago, "USD", f"{supply.field}.circulatingPrevMonth")
        return now, _apart(change_id, now, before, parts)
    return now, _change(change_id, history, parts)


def _change(fact_id: str, series: Sourced[Any] | None, parts: list[Fact]) -> Fact:
    """Last over first of one series, in percent."""
    if series is None or len(series.value) < 2:
        return unknown(fact_id, "pct", "the source told no earlier days")
    first, last = series.value[0], series.value[-1]
    before = series.leaf(f"{fact_id}_from", first.value_usd, "USD", first.field,
                         as_of=datetime.fromtimestamp(first.ts, tz=UTC))  # fmt: skip
    after = series.leaf(f"{fact_id}_to", last.value_usd, "USD", last.field)
    parts.append(after)
    return _apart(fact_id, after, before, parts)


def _apart(fact_id: str, after: Fact, before: Fact, parts: list[Fact]) -> Fact:
    parts.append(before)
    earlier = Decimal(str(before.value))
    change = (Decimal(str(after.value)) / earlier - 1) * 100 if earlier else None
    return derive(fact_id, change, "pct", (after, before), "now over then, less one",
                  reason=None if change is not None else "there was nothing then")  # fmt: skip
