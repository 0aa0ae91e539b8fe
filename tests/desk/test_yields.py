"""Where an asset earns: listed rates, checked by the protocols themselves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mobius.assistant.checker import check_closed
from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.facts import facts_in
from mobius.core.needs import Source
from mobius.core.rate_needs import LendingMarketRow, PoolRateRow, StakingRateRow, VaultRow, YieldPoolRow
from mobius.core.rate_views import APPETITES, YieldsView
from mobius.desk import yields as room
from mobius.desk.staking import live_staking
from mobius.desk.yields import live_yields
from tests.desk.fakes import failing, source, sourced

USDC = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"


def pool(
    number: int, project: str = "aave-v3", protocol: str | None = "aave", apy: str | None = "4.2", **more: Any
) -> YieldPoolRow:
    figures: dict[str, Any] = {
        "pool": f"00000000-0000-4000-8000-{number:012d}", "project": project, "protocol": protocol, "chain": "ethereum",
        "chain_name": "Ethereum", "symbol": "USDC", "assets": ("USDC",), "tokens": (USDC,), "tvl_usd": Decimal(200_000_000),
        "apy_pct": None if apy is None else Decimal(apy), "base_pct": None if apy is None else Decimal(apy),
        "mean_30d_pct": Decimal("4"), "single": True, "il": False, "stable": True,
    } | more  # fmt: skip
    return YieldPoolRow(**figures)


def teller(name: str, need: Any, *rows: Any) -> Source:
    async def fetch(query: Any, http: Any) -> Any:
        return sourced(rows, name)

    return source(name, {need: fetch}, "aggregator")


def market(supply: str, **more: Any) -> LendingMarketRow:
    figures: dict[str, Any] = {
        "protocol": "aave", "chain": "ethereum", "market": "AaveV3Ethereum", "symbol": "USDC", "asset": "USDC", "token": USDC,
        "supply_pct": Decimal(supply), "utilisation_pct": Decimal(84),
    } | more  # fmt: skip
    return LendingMarketRow(**figures)


async def ask(*sources: Source, risk: Any = "moderate", assets: tuple[str, ...] = ("USDC",), **more: Any) -> YieldsView:
    appetite = APPETITES[risk]
    given: dict[str, Any] = {"chains": (), "protocols": (), "least_tvl_usd": appetite.least_tvl_usd} | more
    (view,) = await live_yields(sources, assets, appetite=appetite, **given)
    assert not list(check_closed({fact.id: fact for fact in facts_in(view)})), "every ancestor is in the view"
    return view


def names(view: YieldsView) -> Sequence[Any]:
    return [venue.project.value for venue in view.venues]


LISTED = (
    pool(1, apy="4.2"), pool(2, "morpho-v1", "morpho", "5.1"), pool(3, "compound-v3", "compound", "3.9"),
    pool(4, "no-such-farm", None, "7"), pool(5, "euler-v2", "euler", "900"), pool(6, "fluid-lending", "fluid", "0"),
)  # fmt: skip


async def test_the_best_that_can_be_believed_comes_first_and_the_rest_is_named() -> None:
    view = await ask(teller("defillama_yields", "yield_pools", *LISTED))
    assert names(view) == ["aave-v3", "morpho-v1", "compound-v3"], "by the lower of the rate and its mean, then by size"
    assert [(one.project.value, one.fault) for one in view.left_out] == [
        ("euler-v2", "far_above"),
        ("fluid-lending", "idle"),
    ]
    assert view.listed.value == 6
    assert view.venues[0].apy.source == "defillama_yields"
    assert view.venues[0].in_use.value is None
    assert view.venues[0].in_use.reason


async def test_who_takes_more_risk_sees_the_unregistered() -> None:
    view = await ask(teller("defillama_yields", "yield_pools", *LISTED), risk="aggressive")
    farm = next(venue for venue in view.venues if venue.project.value == "no-such-farm")
    assert "unregistered" in farm.flags


async def test_the_protocols_own_figure_is_shown_and_a_difference_told() -> None:
    view = await ask(
        teller("defillama_yields", "yield_pools", pool(1, apy="6.5", reward_pct=Decimal("0.5"), base_pct=Decimal(6))),
        teller("aave", "lending_markets", market("4.31"), market("9", market="AaveV3EthereumLido")),
    )
    (venue,) = view.venues
    assert (venue.base.value, venue.apy.value) == (Decimal("4.31"), Decimal("4.81"))
    assert venue.base.source == "aave"
    assert venue.apy.derived_from == (venue.base.id, venue.reward.id)
    assert venue.in_use.value == 84
    assert "checked" in venue.flags
    (notice,) = view.notices
    assert (notice.kind, notice.facts["own"].value, notice.facts["listed"].value) == (
        "rates_disagree",
        Decimal("4.31"),
        6,
    )


async def test_a_note_chooses_the_market_it_names() -> None:
    view = await ask(
        teller("defillama_yields", "yield_pools", pool(1, apy="9", note="lido-market")),
        teller("aave", "lending_markets", market("4.31"), market("9", market="AaveV3EthereumLido")),
    )
    assert view.venues[0].apy.value == 9
    assert view.notices == ()


async def test_a_fraction_taken_for_percent_is_told_and_the_true_rate_shown() -> None:
    view = await ask(
        teller("defillama_yields", "yield_pools", pool(1, apy="0.0431", reward_pct=Decimal("0.01"))),
        teller("aave", "lending_markets", market("4.31")),
    )
    assert view.venues[0].apy.value == Decimal("4.31")
    assert [notice.kind for notice in view.notices] == ["rate_scale"]


async def test_a_frozen_market_says_nothing_of_the_listed_rate() -> None:
    view = await ask(
        teller("defillama_yields", "yield_pools", pool(1)), teller("aave", "lending_markets", market("1", open=False))
    )
    assert view.venues[0].apy.source == "defillama_yields"


async def test_a_vault_is_known_by_its_name_and_a_pool_by_its_tokens() -> None:
    vault = VaultRow(protocol="morpho", chain="ethereum", address="0x1", name="Steakhouse USDC", symbol="steakUSDC",
                     asset="USDC", token=USDC, net_pct=Decimal("5.2"))  # fmt: skip
    fees = PoolRateRow(protocol="curve", chain="ethereum", address="0x2", name="x", tokens=(USDC, "0xbb"),
                       tvl_usd=Decimal(190_000_000), daily_pct=Decimal("1.5"))  # fmt: skip
    view = await ask(
        teller(
            "defillama_yields", "yield_pools", pool(1, "morpho-v1", "morpho", "5.0", symbol="STEAKUSDC"),
            pool(2, "curve-dex", "curve", "1.4", single=False, symbol="USDC-XUSD", tokens=(USDC, "0xbb")),
        ),
        teller("morpho", "vaults", vault), teller("curve", "pool_rates", fees),
    )  # fmt: skip
    assert [(venue.base.source, venue.base.value) for venue in view.venues] == [
        ("morpho", Decimal("5.2")), ("curve", Decimal("1.5")),
    ]  # fmt: skip


async def test_curve_is_not_asked_where_none_of_its_pools_may_be_shown() -> None:
    view = await ask(
        teller("defillama_yields", "yield_pools", pool(1)), failing("curve", AssertionError("asked"), "pool_rates")
    )
    assert names(view) == ["aave-v3"]


async def test_a_protocol_that_fails_costs_the_check_alone() -> None:
    view = await ask(
        teller("defillama_yields", "yield_pools", pool(1)),
        failing("aave", SourceUnavailable("aave", "aave answered 503."), "lending_markets"),
    )
    assert names(view) == ["aave-v3"]
    assert [failure.source for failure in view.failures] == ["aave:lending_markets"]


def vault(rate: str) -> VaultRow:
    return VaultRow(protocol="morpho", chain="ethereum", address=f"0x{rate}", name="x", symbol="x", asset="USDC", token=USDC,
                    net_pct=Decimal(rate), tvl_usd=Decimal(10**8))  # fmt: skip


async def test_without_the_aggregator_the_protocols_markets_are_shown() -> None:
    view = await ask(
        failing("defillama_yields", SourceChanged("defillama_yields", "no JSON"), "yield_pools"),
        teller("aave", "lending_markets", market("4.31"), market("2", asset="DAI"), market("3", open=False)),
        teller("morpho", "vaults", vault("4"), vault("3.9"), vault("88")),
    )
    rates = [venue.apy.value for venue in view.venues]
    assert rates == [Decimal("4.31"), 4, Decimal("3.9")], "none that is far above the others"
    assert view.venues[0].tvl.value is None
    assert view.listed.value is None
    assert [notice.kind for notice in view.notices] == ["yields_unlisted"]


async def test_nobody_is_no_data_that_says_who() -> None:
    with pytest.raises(NoData, match="did not answer"):
        await ask(failing("defillama_yields", SourceUnavailable("defillama_yields", "x"), "yield_pools"))
    with pytest.raises(NoData, match="No source lists a place where USDC earns"):
        await ask(failing("defillama_yields", NoData("defillama_yields", "none"), "yield_pools"),
                  teller("aave", "lending_markets", market("4.31")))  # fmt: skip
    with pytest.raises(NoData):
        await ask()


async def test_a_protocol_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr(room, "LINGER_S", 0.01)

    async def hang(query: Any, http: Any) -> Any:
        await asyncio.Event().wait()

    view = await ask(teller("defillama_yields", "yield_pools", pool(1)), source("aave", {"lending_markets": hang}))
    assert names(view) == ["aave-v3"]
    assert [failure.kind for failure in view.failures] == ["slow"]


async def test_a_stake_is_a_place_where_ether_earns_and_a_loan_of_its_token_is_not() -> None:
    stake = pool(1, "lido", "lido", "2.7", symbol="STETH", assets=(), tokens=(), stable=False)
    loan = pool(2, "aave-v3", "aave", "0.1", symbol="STETH", assets=(), stable=False)
    own = StakingRateRow(protocol="lido", asset="ETH", receipt="stETH", net_pct=Decimal("2.67"))
    view = await ask(
        teller("defillama_yields", "yield_pools", stake, loan), teller("lido", "staking_rate", own), assets=("ETH",)
    )
    assert [(venue.project.value, venue.apy.value) for venue in view.venues] == [("lido", Decimal("2.67"))]


async def test_only_stablecoins_where_those_are_meant() -> None:
    view = await ask(
        teller("defillama_yields", "yield_pools", pool(1, stable=False), pool(2, "morpho-v1", "morpho")), assets=(),
        stable_only=True,
    )  # fmt: skip
    assert names(view) == ["morpho-v1"]


async def test_each_asset_has_a_view_of_its_own() -> None:
    eth = pool(9, "aave-v3", "aave", "1.9", symbol="WETH", assets=("ETH",), stable=False)
    both = teller("defillama_yields", "yield_pools", pool(1), eth)
    views = await live_yields(
        (both,), ("USDC", "ETH"), chains=(), protocols=(), appetite=APPETITES["moderate"], least_tvl_usd=0
    )
    assert [(view.asset, names(view)) for view in views] == [("USDC", ["aave-v3"]), ("ETH", ["aave-v3"])]
    assert not list(check_closed({fact.id: fact for fact in facts_in(msgspec.structs.asdict(views[0]))}))


# ------------------------------------------------------------------------------------------------------------- staking

STAKES = (
    pool(1, "lido", "lido", "2.9", symbol="STETH", tvl_usd=Decimal(300), mean_30d_pct=Decimal("2.8")),
    pool(2, "rocket-pool", "rocket-pool", "2.5", symbol="RETH", tvl_usd=Decimal(100), mean_30d_pct=Decimal("2.5")),
    pool(3, "aave-v3", "aave", "0.1", symbol="STETH", tvl_usd=Decimal(900)),
    pool(4, "jito-liquid-staking", "jito", "6.1", symbol="JITOSOL", tvl_usd=Decimal(50), mean_30d_pct=Decimal(6)),
)  # fmt: skip


async def test_what_staking_pays_is_weighted_by_what_is_staked() -> None:
    (view,) = await live_staking((teller("defillama_yields", "yield_pools", *STAKES),), ("ETH",))
    assert [stake.receipt.value for stake in view.stakes] == ["STETH", "RETH"]
    assert view.typical.value == Decimal("2.8")
    assert [stake.share.value for stake in view.stakes] == [75, 25]
    assert not list(check_closed({fact.id: fact for fact in facts_in(view)}))


async def test_lidos_own_rate_stands_in_place_of_the_listed_one() -> None:
    own = StakingRateRow(protocol="lido", asset="ETH", receipt="stETH", net_pct=Decimal("3.9"))
    (view,) = await live_staking(
        (teller("defillama_yields", "yield_pools", *STAKES), teller("lido", "staking_rate", own)), ("ETH",)
    )
    assert (view.stakes[0].rate.value, view.stakes[0].own) == (Decimal("3.9"), True)
    assert [notice.kind for notice in view.notices] == ["rates_disagree"]
    assert not list(check_closed({fact.id: fact for fact in facts_in(view)}))


async def test_where_the_aggregator_is_silent_the_protocol_speaks() -> None:
    own = StakingRateRow(protocol="lido", asset="ETH", receipt="stETH", net_pct=Decimal("2.7"))
    (view,) = await live_staking(
        (failing("defillama_yields", SourceUnavailable("defillama_yields", "x"), "yield_pools"),
         teller("lido", "staking_rate", own)), ("ETH",),
    )  # fmt: skip
    assert (view.typical.value, view.stakes[0].tvl.value) == (Decimal("2.7"), None)
    assert [failure.source for failure in view.failures] == ["defillama_yields:yield_pools"]


async def test_an_asset_nobody_tells_of_is_left_out_or_no_data() -> None:
    listed = teller("defillama_yields", "yield_pools", *STAKES)
    assert [view.asset for view in await live_staking((listed,), ("ADA", "SOL"))] == ["SOL"]
    with pytest.raises(NoData, match="what staking ADA pays"):
        await live_staking((listed,), ("ADA",))
