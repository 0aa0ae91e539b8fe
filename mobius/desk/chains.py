"""Chains side by side: locked value, stablecoins, fees, exchange volume, and their changes. Here: which chains, asking, facts.

Which chains grow is told by the stablecoins that stand on them: locked value moves with prices, stablecoins do not. A change is
taken within one series of a source, never between two. Not here: what moving between them costs (routes), network fees (gas).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, derive, unknown
from mobius.core.needs import Source
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
from mobius.desk.failures import told
from mobius.desk.protocols import percent, ratio
from mobius.desk.rounds import ROUND_S, Round, ask

NEEDS: tuple[Need, ...] = (
    "chain_tvl", "chain_history", "stablecoins", "stablecoin_history", "dex_volumes", "fees",
)  # fmt: skip
MOST_CHAINS = 6
FIRST_ROUND_S = 2.0
SECOND_ROUND_S = 2.2
MONTH_DAYS = 30
LAYER_2 = frozenset(
    """arbitrum base optimism zksync linea scroll starknet mantle blast unichain world-chain ink soneium abstract katana mode
    zora taiko bob fraxtal manta opbnb polygon-zkevm arbitrum-nova metis immutable celo""".split()
)
"""Chains that settle on another and say so of themselves; side chains such as Polygon are not among them."""


async def live_chains(
    sources: Sequence[Source], chains: tuple[str, ...], *, layer_2: bool, by: Ranking, since: datetime, now: datetime
) -> ChainsView:
    """Sides of `chains`, or of the largest (of the layer-2 chains only, if asked). Raises NoData when none is counted."""
    chosen = chains[:MOST_CHAINS]
    questions = _general() | (_of(chosen, since) if chosen else {})
    heard = await ask(sources, questions, timeout_s=ROUND_S if chosen else FIRST_ROUND_S)
    if not chosen:
        chosen = _largest(heard, by=by, layer_2=layer_2)
        if not chosen:
            said = told(heard.failures, sources)
            raise NoData("chains", f"No source told about chains{': ' + said if said else ''}.",
                         hint="`mobius doctor` shows which sources answer.")  # fmt: skip
        second = await ask(sources, _of(chosen, since), timeout_s=SECOND_ROUND_S)
        heard = Round(answers={**heard.answers, **second.answers}, failures=(*heard.failures, *second.failures))
    parts: list[Fact] = []
    days = _days(since, now, heard, chosen, parts)
    market = _leaf(heard.first("dexs"), "chains.dex_24h", "total_24h_usd")
    if market is not None:
        parts.append(market)
    told_month = round((now - since).total_seconds() / 86_400) == MONTH_DAYS
    sides = tuple(
        side for chain in chosen if (side := _side(chain, heard, market, parts, month=told_month)) is not None
    )
    if not sides:
        said = told(heard.failures, sources)
        names = ", ".join(CHAINS[chain].name for chain in chosen if chain in CHAINS) or "these chains"
        raise NoData("chains", f"No source counts {names}{': ' + said if said else ''}.")
    counted = {side.chain for side in sides}
    return ChainsView(
        sides=tuple(sorted(sides, key=lambda side: -(side.tvl.number() or 0.0))), days=days, parts=tuple(parts),
        missing=tuple(chain for chain in chains if chain not in counted), failures=heard.failures,
    )  # fmt: skip


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


def _largest(heard: Round, *, by: Ranking, layer_2: bool) -> tuple[str, ...]:
    """Our slugs of the chains that hold most, by stablecoins or locked value; by the other where one is not told."""
    first, second = ("stablecoins", "chains") if by == "stablecoins" else ("chains", "stablecoins")
    sourced = heard.first(first) or heard.first(second)
    if sourced is None:
        return ()
    known = [row.chain for row in sourced.value if row.chain is not None and (not layer_2 or row.chain in LAYER_2)]
    return tuple(dict.fromkeys(known))[:MOST_CHAINS]


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


def _side(chain: str, heard: Round, market: Fact | None, parts: list[Fact], *, month: bool) -> ChainSide | None:
    listed, coins = heard.first("chains"), heard.first("stablecoins")
    row = next((one for one in listed.value if one.chain == chain), None) if listed is not None else None
    history = heard.first(f"history {chain}")
    if row is None and history is None:
        return None
    name = f"chain.{chain}"
    silent = "its source did not answer"
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


def _stablecoins(
    name: str, coins: Sourced[Any] | None, supply: StablecoinSupply | None, history: Sourced[Any] | None,
    parts: list[Fact], *, month: bool,
) -> tuple[Fact, Fact]:  # fmt: skip
    """What stands there now, and its change: within the chart of days, else against the month before that the list tells."""
    now_id, change_id = f"{name}.stablecoins", f"{name}.stablecoins_change"
    now = unknown(now_id, "USD", "no source counts stablecoins there")
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
