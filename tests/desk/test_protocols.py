"""Protocols, flows, chains and routes at the desk: sums of versions, what is removed from a flow, gaps that stay gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from mobius.assistant.checker import check_closed
from mobius.core.errors import NoData, SourceUnavailable
from mobius.core.facts import Fact, facts_in
from mobius.core.market_views import PriceView
from mobius.core.needs import Source
from mobius.core.protocol_needs import (
    ChainTvlRow,
    DayValue,
    DexPool,
    PastPrice,
    ProtocolHistory,
    ProtocolRow,
    ProtocolTurnover,
    RouteRow,
    StablecoinSupply,
    TokenDays,
    Turnover,
)
from mobius.core.rate_needs import LendingMarketRow, StakingRateRow, YieldPoolRow
from mobius.core.sources import Need
from mobius.desk import protocols as protocols_room
from mobius.desk.chains import LAYER_2, live_chains
from mobius.desk.flows import live_flow
from mobius.desk.protocols import live_compare
from mobius.desk.routes import live_routes
from tests.desk.fakes import NOW, failing, source, sourced

D = Decimal
START = datetime(2026, 10, 26, tzinfo=UTC)
DAYS = tuple(int((START + timedelta(days=day)).timestamp()) for day in range(3))


def closed(view: Any) -> dict[str, Fact]:
    """The view's facts by id; every ancestor is among them and no id is given twice to different facts."""
    facts: dict[str, Fact] = {}
    for fact in facts_in(view):
        assert facts.setdefault(fact.id, fact) == fact, fact.id
    assert list(check_closed(facts)) == []
    return facts


def row(protocol: str, slug: str, tvl: int, **more: Any) -> ProtocolRow:
    figures: dict[str, Any] = {"category": "Lending", "chains": {"ethereum": D(tvl)}} | more
    return ProtocolRow(
        protocol=protocol, slug=slug, name=slug.title(), tvl_usd=D(tvl), fields={"chains.ethereum": "x", "chains.base": "y"},
        **figures,
    )  # fmt: skip


def llama(rows: tuple[ProtocolRow, ...] = (), **more: Any) -> Source:
    """Everything DefiLlama serves, from memory."""
    histories: Mapping[str, ProtocolHistory] = more.get("histories", {})
    by_chain: Mapping[str, tuple[int, ...]] = more.get("stable", {})

    async def protocols(query: Any, http: Any) -> Any:
        return sourced(tuple(one for one in rows if one.protocol in query.protocols), "defillama")

    async def fees(query: Any, http: Any) -> Any:
        turned = {slug: ProtocolTurnover(total_24h_usd=D(total)) for slug, total in more.get("fees", {}).items()}
        return sourced(Turnover(total_24h_usd=D(50), protocols=turned), "defillama")

    async def history(query: Any, http: Any) -> Any:
        if query.slug not in histories:
            raise NoData("defillama", "not known")
        return sourced(histories[query.slug], "defillama")

    async def chain_tvl(query: Any, http: Any) -> Any:
        return sourced(
            tuple(ChainTvlRow(chain=c, name=c.title(), tvl_usd=D(t), field=c) for c, t in more["chains"].items()),
            "defillama",
        )

    async def days(query: Any, http: Any) -> Any:
        if query.chain not in by_chain:
            raise NoData("defillama", "not known")
        return sourced(
            tuple(
                DayValue(ts=ts, value_usd=D(value), field=f"[{ts}]")
                for ts, value in zip((DAYS[0], DAYS[-1]), by_chain[query.chain], strict=True)
            ),
            "defillama",
        )

    async def dexs(query: Any, http: Any) -> Any:
        return sourced(Turnover(total_24h_usd=D(200) if query.chain is None else D(50)), "defillama")

    async def stablecoins(query: Any, http: Any) -> Any:
        return sourced(
            tuple(StablecoinSupply(chain=c, name=c, supply=D(days[-1]), field=c) for c, days in by_chain.items()),
            "defillama",
        )

    offers: dict[Any, Any] = {
        "protocols": protocols, "fees": fees, "protocol_history": history, "chain_tvl": chain_tvl, "chain_history": days,
        "stablecoin_history": days, "stablecoins": stablecoins, "dex_volumes": dexs,
    }  # fmt: skip
    return source("defillama", offers, "aggregator")


def rates(**by_protocol: tuple[str, str]) -> Source:
    async def markets(query: Any, http: Any) -> Any:
        return sourced(
            tuple(
                LendingMarketRow(
                    protocol=protocol, chain=chain, market="core", symbol="USDC", asset="USDC", token="0x", supplied=D(100),
                    supply_pct=D(rate), borrow_pct=D(9),
                )
                for protocol, (chain, rate) in by_protocol.items()
            ),
            "rates",
        )  # fmt: skip

    return source("rates", {"lending_markets": markets}, "aggregator")


async def unpriced(assets: tuple[str, ...]) -> tuple[PriceView, ...]:
    raise NoData("prices", "nobody told a price")


# ------------------------------------------------------------------------------------------------------------- compare


async def test_versions_are_added_and_named() -> None:
    rows = (
        row("aave", "aave-v3", 900, change_7d_pct=D(50), market_cap_usd=D(2000), chains={"ethereum": D(600), "base": D(300)}),
        row("aave", "aave-v2", 100, change_7d_pct=D(-50)),
        row("compound", "compound-v3", 250),
    )  # fmt: skip
    sources = [
        llama(rows, fees={"aave-v3": 5, "aave-v2": 2}),
        rates(aave=("ethereum", "3.5"), compound=("ethereum", "4.1")),
    ]
    view = await live_compare(sources, ("aave", "compound"), assets=("USDC",), chains=())
    closed(view)
    aave, compound = view.sides
    assert (aave.tvl.value, aave.fees_24h.value) == (D(1000), D(7))
    assert [fact.value for fact in aave.versions] == ["Aave-V3", "Aave-V2"]
    assert aave.change_7d.value == D(1000) / (D(600) + D(200)) * 100 - 100, "of the sum, not the mean of changes"
    assert (aave.cap_to_tvl.value, aave.main_chain, aave.main_share.value) == (D(2), "ethereum", D(70))
    assert compound.market_cap.value is None and compound.fees_24h.value is None and compound.change_7d.value is None
    assert (view.times.value, view.rate_gap.value) == (D(4), D("0.6"))


async def test_rates_on_different_chains_are_not_set_against_each_other() -> None:
    rows = (row("aave", "aave-v3", 900), row("compound", "compound-v3", 250))
    sources = [llama(rows), rates(aave=("ethereum", "3.5"), compound=("base", "4.1"))]
    view = await live_compare(sources, ("aave", "compound"), assets=("USDC",), chains=())
    assert view.rate_gap.value is None


async def test_pools_of_the_exchanges_asked_about_come_deepest_first_and_once() -> None:
    def pool(dex: str, name: str, holds: int, **more: Any) -> DexPool:
        return DexPool(chain="ethereum", dex=dex, pool=name, base="USDC", quote="WETH", liquidity_usd=D(holds), **more)

    def telling(name: str, *pools: DexPool) -> Source:
        async def dex_pools(query: Any, http: Any) -> Any:
            assert query.asset == "USDC"
            return sourced(pools, name)

        return source(name, {"dex_pools": dex_pools}, "aggregator")

    rows = (row("uniswap", "uniswap-v3", 9, category="Dexs"), row("curve", "curve-dex", 5, category="Dexs"))
    sources = [
        llama(rows),
        telling("dexscreener", pool("uniswap", "0xA", 50), pool("sushiswap", "0xB", 99), pool("curve", "0xC", 60)),
        telling("uniswap", pool("uniswap v3", "0xa", 50, fee_apr_pct=D(12))),
    ]
    view = await live_compare(sources, ("uniswap", "curve"), assets=("USDC",), chains=())
    closed(view)
    assert [(one.dex.value, one.liquidity.value) for one in view.pools] == [("curve", D(60)), ("uniswap v3", D(50))]
    assert view.pools[1].fee_apr.value == D(12)


async def test_a_protocol_nobody_lists_is_named_and_all_of_them_are_no_data() -> None:
    sources = [llama((row("lido", "lido", 5, category="Liquid Staking"),))]
    view = await live_compare(sources, ("lido", "gmx"), assets=(), chains=())
    assert view.missing == ("gmx",)
    down = [failing("defillama", SourceUnavailable("defillama", "down"), "protocols")]
    with pytest.raises(NoData, match="did not answer"):
        await live_compare(down, ("lido",), assets=(), chains=())
    with pytest.raises(NoData, match="Euler"):
        await live_compare(
            down, ("euler",), assets=(), chains=()
        )  # its incidents alone, of our own list, are no answer


def down(told: Source, *needs: Need) -> Source:
    """The same source, that fails these needs; all of them where none is named."""

    async def fail(query: Any, http: Any) -> Any:
        raise SourceUnavailable(told.spec.name, "down")

    return replace(told, offers={**told.offers, **dict.fromkeys(needs or told.offers, fail)})


async def test_rates_are_told_though_nobody_tells_sizes() -> None:
    sources = [down(llama()), rates(aave=("ethereum", "3.5"), compound=("ethereum", "4.1"))]
    view = await live_compare(sources, ("aave", "compound", "lido"), assets=("USDC",), chains=())
    closed(view)
    aave, compound, lido = view.sides
    assert (aave.lending[0].supply.value, compound.lending[0].borrow.value) == (D("3.5"), D(9))
    assert (view.rate_gap.value, view.times.value, view.missing) == (D("0.6"), None, ())
    assert {side.tvl.reason for side in view.sides} == {"the source of locked values did not answer"}
    assert aave.fees_24h.reason == "the source of fees did not answer"
    assert lido.lending == ()
    assert [failure.source.partition(":")[0] for failure in view.failures] == ["defillama"], "named once"


async def test_fees_are_told_though_nobody_tells_sizes() -> None:
    sources = [down(llama(fees={"aave-v3": 5, "aave-v2": 2}), "protocols")]
    view = await live_compare(sources, ("aave", "lido"), assets=(), chains=())
    closed(view)
    assert [side.fees_24h.value for side in view.sides] == [D(7), None]


async def test_a_lender_that_is_not_listed_is_shown_with_its_rate() -> None:
    sources = [llama((row("aave", "aave-v3", 900),)), rates(aave=("ethereum", "3.5"), compound=("ethereum", "4.1"))]
    view = await live_compare(sources, ("aave", "compound"), assets=("USDC",), chains=())
    closed(view)
    assert [side.protocol for side in view.sides] == ["aave", "compound"]
    assert view.sides[1].tvl.reason == "no source here lists it"


@pytest.mark.parametrize("kept", [True, False])
async def test_who_did_not_tell_what_a_stake_pays_is_named(kept: bool) -> None:
    async def staking(query: Any, http: Any) -> Any:
        paid = StakingRateRow(protocol="lido", asset="ETH", receipt="stETH", net_pct=D("3.1"))
        return sourced((paid,) if kept else (), "lido")

    rows = (row("lido", "lido", 900, category="Liquid Staking"), row("rocket-pool", "rocket-pool", 90))
    sources = [
        llama(rows), source("lido", {"staking_rate": staking}, "aggregator"),
        failing("defillama_yields", SourceUnavailable("defillama_yields", "down"), "yield_pools"),
    ]  # fmt: skip
    view = await live_compare(sources, ("lido", "rocket-pool"), assets=(), chains=())
    closed(view)
    assert [side.stake is not None for side in view.sides] == [kept, False]
    assert [failure.source for failure in view.failures] == ["defillama_yields:yield_pools"]
    assert (view.times.value, view.rate_gap.value) == (D(10), None)


async def test_stakes_are_told_though_their_sizes_are_not() -> None:
    async def pools(query: Any, http: Any) -> Any:
        return sourced((stake("lido", "STETH", "3.3"), stake("rocket-pool", "RETH", "2.7")), "defillama_yields")

    sources = [down(llama()), source("defillama_yields", {"yield_pools": pools}, "aggregator")]
    view = await live_compare(sources, ("lido", "rocket-pool"), assets=(), chains=())
    closed(view)
    assert [side.tvl.value for side in view.sides] == [None, None]
    assert round(D(str(view.rate_gap.value)), 6) == D("0.6")


async def test_stakes_are_set_against_each_other_and_incidents_are_dated() -> None:
    async def staking(query: Any, http: Any) -> Any:
        paid = StakingRateRow(protocol="lido", asset="ETH", receipt="stETH", net_pct=D("3.1"))
        return sourced((paid,), "lido")

    async def pools(query: Any, http: Any) -> Any:
        return sourced((stake("lido", "STETH", "3.3"), stake("rocket-pool", "RETH", "2.7")), "defillama_yields")

    rows = (row("lido", "lido", 900, category="Liquid Staking"), row("rocket-pool", "rocket-pool", 90))
    sources = [
        llama(rows), source("lido", {"staking_rate": staking}, "aggregator"),
        source("defillama_yields", {"yield_pools": pools}, "aggregator"),
    ]  # fmt: skip
    view = await live_compare(sources, ("lido", "rocket-pool"), assets=(), chains=())
    closed(view)
    paid = [(side.stake.asset, side.stake.rate.value) for side in view.sides if side.stake is not None]
    assert paid == [("ETH", D("3.1")), ("ETH", D("2.7"))], "its own rate in place of the aggregator's"
    assert view.rate_gap.value == D("0.4")
    assert [side.incidents for side in view.sides] == [(), ()]


async def test_incidents_come_from_our_own_list_with_their_day() -> None:
    view = await live_compare(
        [llama((row("euler", "euler-v2", 9), row("curve", "curve-dex", 5)))], ("euler", "curve"), assets=(), chains=()
    )
    facts = closed(view)
    (one,) = view.sides[0].incidents
    assert (one.lost.value, one.lost.unit, one.what.as_of) == (D(197_000_000), "USD", datetime(2023, 3, 13, tzinfo=UTC))
    assert facts[one.what.id].source == "registry"
    assert one.what.path is not None and "euler.2023-03-13" in one.what.path
    assert view.sides[1].incidents[0].lost.reason is not None


def stake(project: str, symbol: str, rate: str) -> YieldPoolRow:
    return YieldPoolRow(pool=f"{project}-pool", chain="ethereum", chain_name="Ethereum", project=project, protocol=project,
                        symbol=symbol, apy_pct=D(rate), tvl_usd=D(10**9))  # fmt: skip


def month(slug: str, values: tuple[int, ...]) -> ProtocolHistory:
    days = [int((START - timedelta(days=len(values) - n)).timestamp()) for n in range(len(values))]
    tvl = tuple((day, D(value)) for day, value in zip(days, values, strict=True))
    return ProtocolHistory(
        slug=slug, name=slug, category="Lending", tvl_usd=tvl, held=days_of({}), borrowed=days_of({})
    )


async def test_locked_value_by_day_is_of_all_versions_and_starts_at_a_hundred() -> None:
    rows = (row("aave", "aave-v3", 900), row("aave", "aave-v2", 100), row("compound", "compound-v3", 250))
    histories = {
        "aave-v3": month("aave-v3", (90, 90, 90, 90, 90, 90, 90, 180)), "aave-v2": month("aave-v2", (10,) * 8),
        "compound-v3": month("compound-v3", (5, 6, 7, 8)),
    }  # fmt: skip
    view = await live_compare(
        [llama(rows, histories=histories)], ("aave", "compound"), assets=(), chains=(), since=START
    )
    facts = closed(view)
    aave, compound = view.sides
    assert aave.daily is not None
    assert aave.daily.series.columns["close"] == (100.0,) * 7 + (190.0,)
    assert facts[aave.daily.column.id].derived_from == ("aave.aave-v3.days", "aave.aave-v2.days")
    assert compound.daily is None, "too few days to draw"


async def test_a_version_that_did_not_come_leaves_no_line() -> None:
    rows = (row("aave", "aave-v3", 900), row("compound", "compound-v3", 250))
    told = llama(rows, histories={"aave-v3": month("aave-v3", (9,) * 8), "compound-v3": month("compound-v3", (5,) * 8)})
    history = told.offers["protocol_history"]

    async def halting(query: Any, http: Any) -> Any:
        if query.slug == "aave-v2":
            raise SourceUnavailable("defillama", "down")
        return await history(query, http)

    sources = [replace(told, offers={**told.offers, "protocol_history": halting})]
    view = await live_compare(sources, ("aave", "compound"), assets=(), chains=(), since=START)
    closed(view)
    assert [side.daily is None for side in view.sides] == [True, False]
    assert view.failures == ()


async def test_a_chart_that_is_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocols_room, "CHART_S", 0.01)
    told = llama((row("aave", "aave-v3", 900), row("compound", "compound-v3", 250)))

    async def never(query: Any, http: Any) -> Any:
        await asyncio.Event().wait()

    sources = [replace(told, offers={**told.offers, "protocol_history": never})]
    view = await live_compare(sources, ("aave", "compound"), assets=(), chains=(), since=START)
    assert [side.daily for side in view.sides] == [None, None]
    assert view.times.value is not None


# --------------------------------------------------------------------------------------------------------------- flows


def days_of(amounts: Mapping[str, tuple[Any, ...]], price: Any = 2, field: str = "tokens") -> TokenDays:
    columns = {token: tuple(None if v is None else D(v) for v in column) for token, column in amounts.items()}
    values = {token: tuple(None if v is None else v * price for v in column) for token, column in columns.items()}
    return TokenDays(ts=DAYS, amounts=columns, values_usd=values, field=field, values_field=field + "InUsd")


def history(
    slug: str, category: str, held: Mapping[str, tuple[Any, ...]], lent: Mapping[str, tuple[Any, ...]]
) -> ProtocolHistory:
    return ProtocolHistory(
        slug=slug, name=slug, category=category, tvl_usd=tuple(zip(DAYS, (D(100), D(110), D(120)), strict=True)),
        held=days_of(held), borrowed=days_of(lent, field="borrowed"),
    )  # fmt: skip


async def test_staking_rewards_are_no_inflow() -> None:
    async def staking(query: Any, http: Any) -> Any:
        paid = StakingRateRow(protocol="lido", asset="ETH", receipt="stETH", net_pct=D("3.65"))
        return sourced((paid,), "lido")

    grown = D(1000) * (1 + D("0.0365") / 365) ** 2
    told = history("lido", "Liquid Staking", {"WETH": (1000, None, grown + 7)}, {})
    sources = [
        llama(histories={"lido": told}, fees={"lido": 3}),
        source("lido", {"staking_rate": staking}, "aggregator"),
    ]
    view = await live_flow(sources, "lido", START)
    closed(view)
    assert view.kind == "staking"
    assert round(Decimal(str(view.net.value)), 9) == 14, "seven units at the price of the start"
    assert round(Decimal(str(view.earned.value)), 6) == round((grown - 1000) * 2, 6)
    assert (view.tvl_change.value, view.days.value, view.fees_24h.value) == (D(20), 2, D(3))
    assert view.notices == ()


async def test_borrowing_is_no_outflow() -> None:
    told = history("aave-v3", "Lending", {"USDC": (100, 60, 40)}, {"USDC": (50, 90, 110)})
    view = await live_flow([llama(histories={"aave-v3": told}), rates(aave=("ethereum", "0"))], "aave", START)
    closed(view)
    assert (view.net.value, view.net_share.value) == (D(0), D(0))
    assert [notice.kind for notice in view.notices] == []


async def test_what_could_not_be_removed_is_told() -> None:
    told = history("aave-v3", "Lending", {"USDC": (100, 60, 40)}, {})
    view = await live_flow([llama(histories={"aave-v3": told})], "aave", START)
    assert view.net.value == D(-120)
    assert {notice.kind for notice in view.notices} == {"earnings_in_flow", "loans_not_told"}


async def test_an_exchange_has_no_flow_and_a_price_alone_makes_none() -> None:
    told = history("curve-dex", "Dexs", {"USDC": (100, 60, 40)}, {})
    view = await live_flow([llama(histories={"curve-dex": told})], "curve", START)
    closed(view)
    assert (view.kind, view.net.value, view.tvl.value) == ("exchange", None, D(120))
    still = history("pendle", "Yield", {"X": (5, 5, 5)}, {})
    moved = await live_flow([llama(histories={"pendle": still})], "pendle", START)
    assert moved.net.value == 0
    assert moved.tokens == ()


async def test_days_add_up_to_the_flow_and_a_token_without_a_price_is_told() -> None:
    told = history("pendle", "Yield", {"X": (5, 9, 6), "Y": (0, 1, 3)}, {})
    bare = TokenDays(ts=DAYS, amounts={"Z": (D(1), D(2), D(3))}, field="t", values_field="u")
    second = ProtocolHistory(slug="pendle-2", name="p", category="Yield", held=bare, borrowed=days_of({}))
    merged = ProtocolHistory(
        slug="pendle", name="p", category="Yield", tvl_usd=told.tvl_usd, borrowed=days_of({}),
        held=TokenDays(
            ts=DAYS, amounts={**told.held.amounts, **second.held.amounts}, values_usd=told.held.values_usd, field="t",
            values_field="u",
        ),
    )  # fmt: skip
    view = await live_flow([llama(histories={"pendle": merged})], "pendle", START)
    closed(view)
    assert view.daily is not None and view.daily_column is not None
    assert view.daily.columns["value"] == (10.0, -2.0)
    assert sum(v for v in view.daily.columns["value"] if v is not None) == float(str(view.net.value)) == 8.0
    assert [(one.token.value, one.net.value) for one in view.tokens] == [("Y", D(6)), ("X", D(2))]
    (notice,) = view.notices
    assert (notice.kind, notice.facts["n"].value) == ("tokens_unpriced", 1)


async def test_a_price_the_history_lacks_is_asked_of_those_who_know_past_prices() -> None:
    async def past(query: Any, http: Any) -> Any:
        assert (query.assets, query.instants) == (("ETH",), (START,))
        return sourced((PastPrice(asset="ETH", asked=START, at=START, price_usd=D(2000), field="eth"),), "coins")

    bare = TokenDays(ts=DAYS, amounts={"ETH": (D(1), D(2), D(3))}, field="t", values_field="u")
    told = ProtocolHistory(slug="pendle", name="p", category="Yield", held=bare, borrowed=days_of({}))
    view = await live_flow([llama(histories={"pendle": told}), source("coins", {"past_prices": past})], "pendle", START)
    closed(view)
    assert view.net.value == D(4000)
    assert view.notices == ()


async def test_those_of_its_kind_that_rose_most_stand_beside_it() -> None:
    told = history("lido", "Liquid Staking", {"WETH": (1000, 1000, 900)}, {})
    millions = 10**6
    rows = (
        row("lido", "lido", 900 * millions, change_7d_pct=D(-3)),
        row("rocket-pool", "rocket-pool", 90 * millions, change_7d_pct=D(5)),
        row("jito", "jito-liquid-staking", 80 * millions, change_7d_pct=D(2)),
        row("marinade", "marinade-liquid-staking", 70 * millions, change_7d_pct=D(1)),
        row("stader", "stader", 60 * millions, change_7d_pct=D("0.5")),
        row("sanctum", "sanctum", 1, change_7d_pct=D(900)),
        row("aave", "aave-v3", 70 * millions, change_7d_pct=D(8)),
    )
    sources = [llama(rows, histories={"lido": told})]
    view = await live_flow(sources, "lido", START, days=7)
    closed(view)
    assert [peer.protocol for peer in view.peers] == ["rocket-pool", "jito", "marinade", "lido"]
    assert view.peers[0].change.value == pytest.approx(D(5))
    assert (await live_flow(sources, "lido", START, days=30)).peers == (), "the source tells no change of a month"
    assert (await live_flow(sources, "lido", START)).peers == ()


async def test_no_history_is_no_data() -> None:
    with pytest.raises(NoData, match="Lido"):
        await live_flow([llama()], "lido", START)


# -------------------------------------------------------------------------------------------------------------- chains


async def test_growth_is_told_within_one_series_and_shares_of_all() -> None:
    chains = {"ethereum": 900, "base": 90, "arbitrum": 80}
    stable = {"ethereum": (100, 90), "base": (10, 11), "arbitrum": (5, 5)}
    sources = [llama(chains=chains, stable=stable)]
    view = await live_chains(sources, (), layer_2=True, by="locked", since=START, now=NOW, prices=unpriced)
    closed(view)
    assert [side.chain for side in view.sides] == ["base", "arbitrum"]
    base = view.sides[0]
    assert (base.tvl.value, base.stablecoins.value, base.stablecoins_change.value) == (D(90), D(11), D(10))
    assert (base.dex_share.value, base.fees_24h.value, view.days.value) == (D(25), D(50), 7)
    ranked = await live_chains(sources, (), layer_2=False, by="stablecoins", since=START, now=NOW, prices=unpriced)
    assert ranked.sides[0].chain == "ethereum"


async def test_a_chain_nobody_counts_is_named_and_gaps_stay_gaps() -> None:
    sources = [llama(chains={"base": 90}, stable={})]
    view = await live_chains(
        sources, ("base", "ton"), layer_2=False, by="locked", since=START, now=NOW, prices=unpriced
    )
    closed(view)
    assert view.missing == ("ton",)
    assert view.sides[0].stablecoins.value is None
    assert view.days.value is None
    with pytest.raises(NoData):
        await live_chains([], (), layer_2=False, by="locked", since=START, now=NOW, prices=unpriced)


COUNTED: tuple[Need, ...] = ("chain_tvl", "chain_history", "fees", "dex_volumes")
ISSUED: tuple[Need, ...] = ("stablecoins", "stablecoin_history")


@pytest.mark.parametrize("named", [(), ("arbitrum", "base")])
@pytest.mark.parametrize("silent", [COUNTED, ISSUED])
async def test_one_of_two_counters_is_enough_for_chains(named: tuple[str, ...], silent: tuple[Need, ...]) -> None:
    sources = [down(llama(chains={"base": 90, "arbitrum": 80}, stable={"base": (10, 11), "arbitrum": (5, 5)}), *silent)]
    view = await live_chains(sources, named, layer_2=not named, by="stablecoins", since=START, now=NOW, prices=unpriced)
    closed(view)
    base, arbitrum = view.sides
    assert (base.chain, arbitrum.chain, view.missing) == ("base", "arbitrum", ()), "largest first by what is told"
    untold = [base.tvl, base.fees_24h, base.dex_24h] if silent is COUNTED else [base.stablecoins]
    assert [(fact.value, fact.reason) for fact in untold] == [(None, "the source did not answer")] * len(untold)
    known = base.stablecoins if silent is COUNTED else base.tvl
    assert known.value == (D(11) if silent is COUNTED else D(90))
    assert base.stablecoins_change.value == (D(10) if silent is COUNTED else None)
    assert [failure.source.partition(":")[0] for failure in view.failures] == ["defillama"], "named once"


async def test_exchange_volume_alone_is_told_where_nobody_counts_chains() -> None:
    sources = [down(llama(), "chain_tvl", "chain_history", "fees", *ISSUED)]
    view = await live_chains(sources, ("base",), layer_2=False, by="locked", since=START, now=NOW, prices=unpriced)
    closed(view)
    assert (view.sides[0].dex_share.value, view.sides[0].tvl.value, view.days.value) == (D(25), None, None)
    with pytest.raises(NoData, match="Base"):
        await live_chains([down(llama())], ("base",), layer_2=False, by="locked", since=START, now=NOW, prices=unpriced)


async def test_the_registered_chains_are_asked_what_they_hold_where_nobody_ranks_them() -> None:
    asked: list[str] = []

    async def fees(query: Any, http: Any) -> Any:
        asked.append(query.chain)
        return sourced(Turnover(total_24h_usd=D(7)), "defillama")

    sources = [down(llama()), source("other", {"fees": fees}, "aggregator")]
    view = await live_chains(sources, (), layer_2=True, by="bridge", since=START, now=NOW, prices=unpriced)
    closed(view)
    assert asked and set(asked) <= LAYER_2
    assert {side.chain for side in view.sides} == set(asked)


# -------------------------------------------------------------------------------------------------------------- routes


def quoting(name: str, received: str, **more: Any) -> Source:
    async def quote(query: Any, http: Any) -> Any:
        return sourced((RouteRow(route=name, sent=query.amount, received=D(received), **more),), name)

    return source(name, {"route_quote": quote}, "aggregator")


async def test_the_route_by_which_most_arrives_comes_first() -> None:
    sources = [quoting("slow", "990", duration_s=D(600), gas_usd=D(1)), quoting("fast", "999", duration_s=D(9))]
    view = await live_routes(sources, "USDC", D(1000), "ethereum", "base", stated=True)
    closed(view)
    best, other = view.options
    assert (best.route.value, best.cost.value, best.cost_pct.value) == ("fast", D(1), D("0.1"))
    assert (best.duration.value, best.duration.unit, best.gas.value) == (D(9), "s", None)
    assert (other.duration.value, other.duration.unit) == (10, "min")


async def test_nobody_who_quotes_is_no_data() -> None:
    sources = [failing("lifi", SourceUnavailable("lifi", "down"), "route_quote")]
    with pytest.raises(NoData, match="did not answer"):
        await live_routes(sources, "USDC", D(1000), "ethereum", "base", stated=True)
