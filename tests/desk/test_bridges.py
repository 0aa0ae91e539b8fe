"""What chains' own bridges hold and what using the chains costs: sums down to the node's words, gaps that stay gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from mobius.core.bridges import BRIDGED_ASSETS, BRIDGES, bridges_of
from mobius.core.chain_needs import FeeHistory, MulticallResult
from mobius.core.errors import SourceUnavailable
from mobius.core.facts import Fact, unknown
from mobius.core.market_views import PriceView
from mobius.core.needs import Source
from mobius.core.protocol_views import ChainSide, ChainsView
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.desk import chains as chains_room
from mobius.desk.bridges import BALANCE_OF, GET_ETH_BALANCE
from mobius.desk.chains import live_chains
from mobius.language.keccak import keccak256
from tests.desk.fakes import NOW, sourced
from tests.desk.test_protocols import closed, llama, unpriced

D = Decimal
START = datetime(2026, 10, 26, tzinfo=UTC)
PRICES = {"ETH": "2000", "USDC": "1", "USDT": "1", "DAI": "0.99", "WBTC": "60000", "wstETH": "2400", "POL": "0.2"}
HELD = {
    ("OptimismPortal", "base", "ETH"): 3,
    ("L1StandardBridge", "base", "USDC"): 500,
    ("L1StandardBridge", "base", "WETH"): 1,
}


def node(
    held: Mapping[tuple[str, str, str], int], *, chain: str = "ethereum", silent: str | None = None, error: Any = None
) -> Source:
    """A node that answers balances and fees; `silent` names a contract whose calls fail."""
    owners = {one.address.lower(): one for one in BRIDGES}
    tickers = {asset.address.lower(): asset.ticker for asset in BRIDGED_ASSETS.values() if asset.address is not None}

    async def multicall(query: Any, http: Any) -> Any:
        if error is not None:
            raise error
        rows = []
        for n, call in enumerate(query.calls):
            bridge = owners["0x" + call.data[-20:].hex()]
            ticker = "ETH" if call.data[:4] == GET_ETH_BALANCE else tickers[call.to.lower()]
            units = held.get((bridge.name, bridge.chain, ticker), 0) * 10 ** BRIDGED_ASSETS[ticker].decimals
            answer = b"" if bridge.name == silent else units.to_bytes(32, "big")
            rows.append(MulticallResult(success=bridge.name != silent, data=answer, field=f"[1].result[{n}]"))
        return sourced(tuple(rows), f"rpc_{chain}")

    async def fees(query: Any, http: Any) -> Any:
        row = FeeHistory(chain=chain, block=9, base_fee_wei=10**9, rewards_wei=((0, 10**9, 2 * 10**9),),
                         reward_fields=(("a", "b", "c"),), fields={"base_fee_wei": "base"})  # fmt: skip
        return sourced(row, f"rpc_{chain}")

    spec = SourceSpec(
        name=f"rpc_{chain}", title=chain, kind="chain", base_url="http://127.0.0.1:1", limits=Limits(per_minute=60),
        needs=("multicall", "fee_history"), rights=Rights(attribution=chain), chain=chain,
    )  # fmt: skip
    return Source(spec=spec, offers={"multicall": multicall, "fee_history": fees}, http=None)


async def prices(assets: tuple[str, ...]) -> tuple[PriceView, ...]:
    return tuple(view(asset) for asset in assets if asset in PRICES)


def view(asset: str) -> PriceView:
    leaf = Fact(
        id=f"price.{asset}.leaf", value=D(PRICES[asset]), unit="USD", source="venue", path="venue:/x#y", as_of=NOW
    )
    price = Fact(id=f"price.{asset}", value=D(PRICES[asset]), unit="USD", source="mobius", derived_from=(leaf.id,),
                 how="median", as_of=NOW)  # fmt: skip
    gap = unknown(f"price.{asset}.gap", "pct", "not asked")
    return PriceView(asset=asset, quote="USD", price=price, change_24h=gap, high_24h=gap, low_24h=gap, volume_24h=gap,
                     market_cap=gap, agreement=gap, venues=gap, parts=(leaf,))  # fmt: skip


async def chains(
    *sources: Source, named: tuple[str, ...] = ("base", "ethereum", "tron"), told: Any = prices
) -> ChainsView:
    counted = llama(chains={"ethereum": 900, "tron": 95, "base": 90}, stable={"base": (10, 11)})
    return await live_chains(
        [counted, *sources], named, layer_2=False, by="locked", since=START, now=NOW, prices=told
    )  # fmt: skip


def of(found: ChainsView, chain: str) -> ChainSide:
    return next(side for side in found.sides if side.chain == chain)


def test_selectors_are_of_the_functions_they_name() -> None:
    assert keccak256(b"getEthBalance(address)")[:4] == GET_ETH_BALANCE
    assert keccak256(b"balanceOf(address)")[:4] == BALANCE_OF


async def test_a_bridge_is_summed_from_what_each_contract_holds() -> None:
    found = await chains(node(HELD))
    facts = closed(found)
    bridge = of(found, "base").bridge
    assert bridge is not None
    assert bridge.total.value == 3 * 2000 + 500 + 2000
    assert (bridge.most, bridge.share.value) == ("ETH", D(6000) / D(8500) * 100)
    (portal,) = [one for one in bridges_of("base") if one.name == "OptimismPortal"]
    (leaf,) = [fact for fact in facts.values() if fact.path is not None and portal.address in fact.path]
    assert (leaf.value, leaf.unit, leaf.source) == (D(3), "ETH", "rpc_ethereum")


async def test_chains_without_a_registered_bridge_have_none() -> None:
    found = await chains(node(HELD))
    assert of(found, "tron").bridge is None
    assert of(found, "ethereum").bridge is None


async def test_a_contract_that_does_not_answer_leaves_the_sum_unknown() -> None:
    found = await chains(node(HELD, silent="L1StandardBridge"))
    closed(found)
    bridge = of(found, "base").bridge
    assert bridge is not None and bridge.total.value is None
    assert bridge.total.reason == "a contract of it did not answer"


async def test_a_balance_beyond_all_supply_is_none() -> None:
    bridge = of(await chains(node({("OptimismPortal", "base", "ETH"): 10**40})), "base").bridge
    assert bridge is not None and bridge.total.value is None


async def test_an_empty_bridge_is_nothing_not_unknown() -> None:
    bridge = of(await chains(node({})), "base").bridge
    assert bridge is not None
    assert (bridge.total.value, bridge.most, bridge.share.value) == (0, None, None)


async def test_a_node_that_fails_is_named_and_costs_its_figures_only() -> None:
    found = await chains(node(HELD, error=SourceUnavailable("rpc_ethereum", "no answer")))
    closed(found)
    assert [failure.source for failure in found.failures] == ["rpc_ethereum"]
    side = of(found, "base")
    assert side.bridge is not None and side.bridge.total.reason == "no node told what it holds"
    assert side.tvl.value == 90


async def test_what_has_no_price_is_left_out_and_named() -> None:
    async def some(assets: tuple[str, ...]) -> tuple[PriceView, ...]:
        return tuple(view(asset) for asset in assets if asset == "USDC")

    found = await chains(node(HELD), told=some)
    closed(found)
    bridge = of(found, "base").bridge
    assert bridge is not None and bridge.total.value == 500
    (notice,) = found.notices
    assert (notice.kind, notice.names) == ("bridge_unpriced", {"chain": "Base", "tokens": "ETH, WETH"})
    nothing = of(await chains(node(HELD), told=unpriced), "base").bridge
    assert nothing is not None and nothing.total.reason == "no price of what it holds was told"


async def test_using_a_chain_costs_its_fees_at_the_price_of_its_coin() -> None:
    found = await chains(node({}), node({}, chain="polygon"), named=("ethereum", "tron"))
    facts = closed(found)
    ethereum = of(found, "ethereum")
    assert ethereum.swap is not None and ethereum.sending is not None
    assert float(ethereum.swap.value or 0) == pytest.approx(150_000 * 2e-9 * 2000)
    assert float(ethereum.sending.value or 0) == pytest.approx(65_000 * 2e-9 * 2000)
    assert of(found, "tron").swap is None
    assert not any("POL" in name or "polygon" in name for name in facts)


async def test_a_node_that_does_not_tell_its_fees_is_named() -> None:
    async def refuse(query: Any, http: Any) -> Any:
        raise SourceUnavailable("rpc_base", "no answer")

    base = node(HELD, chain="base")
    found = await chains(node(HELD), replace(base, offers={"fee_history": refuse}))
    closed(found)
    assert [failure.source for failure in found.failures] == ["rpc_base"]
    assert of(found, "base").swap is None
    swap = of(found, "ethereum").swap
    assert swap is not None and swap.value is not None


async def test_nodes_that_hang_are_named_and_hold_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains_room, "BESIDE_S", 0.02)

    async def never(query: Any, http: Any) -> Any:
        await asyncio.Event().wait()

    hanging = replace(node({}), offers={"fee_history": never, "multicall": never})
    found = await chains(hanging)
    closed(found)
    assert {(failure.source, failure.kind) for failure in found.failures} == {("rpc_ethereum", "slow")}
    assert of(found, "base").tvl.value == 90


async def test_for_the_fullest_bridge_only_chains_with_one_are_chosen() -> None:
    counted = llama(chains={"ethereum": 900, "tron": 95, "base": 90, "polygon": 5}, stable={})
    found = await live_chains(
        [counted, node(HELD)], (), layer_2=False, by="bridge", since=START, now=NOW, prices=prices
    )  # fmt: skip
    assert [side.chain for side in found.sides] == ["base", "polygon"]


async def test_for_the_cheapest_only_chains_whose_fees_are_told_are_chosen() -> None:
    counted = llama(chains={"ethereum": 900, "tron": 95, "base": 90}, stable={"base": (10, 11), "tron": (50, 60)})
    found = await live_chains(
        [counted, node({}), node({}, chain="base")], (), layer_2=False, by="cost", since=START, now=NOW, prices=prices
    )  # fmt: skip
    closed(found)
    assert [side.chain for side in found.sides] == ["base"]
    assert found.sides[0].swap is not None and found.sides[0].swap.value is not None
