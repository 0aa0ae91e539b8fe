"""Fees at the desk: what usual things cost, what is missing and said, and that no figure stands without its ancestors."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.chain_needs import BitcoinFees, DataFee, FeeHistory
from mobius.core.chain_views import GasView
from mobius.core.errors import MobiusError, NoData, SourceChanged, SourceUnavailable
from mobius.core.facts import facts_in
from mobius.core.needs import Source
from mobius.core.sources import Limits, Need, Rights, SourceSpec
from mobius.desk import gas
from mobius.desk.gas import GAS_UNITS, PAYMENT_VBYTES, live_gas, sample
from tests.assistant.fakes import price_view
from tests.desk.fakes import sourced

GWEI = 10**9


def node(chain: str, row: FeeHistory | MobiusError | None = None, data: Any = None) -> Source:
    """A node that tells `row`; one of a rollup where `data` is set: rows, or an error."""
    name = f"rpc_{chain}"

    async def fee_history(query: Any, http: Any) -> Any:
        assert query.chain == chain
        if isinstance(row, MobiusError):
            raise row
        return sourced(row if row is not None else history(chain), name)

    async def data_fee(query: Any, http: Any) -> Any:
        if isinstance(data, MobiusError):
            raise data
        return sourced(tuple(DataFee(fee_wei=fee, field=f"[{n}]") for n, fee in enumerate(data)), name)

    offers: dict[Need, Any] = {"fee_history": fee_history}
    if data is not None:
        offers["data_fee"] = data_fee
    return Source(spec=_spec(name, chain, tuple(offers)), offers=offers, http=None)


def bitcoin() -> Source:
    async def fees(query: Any, http: Any) -> Any:
        row = BitcoinFees(fastest=Decimal(6), half_hour=Decimal(4), hour=Decimal(3), economy=Decimal(2), minimum=Decimal(1),
                          fields={name: name for name in ("fastest", "half_hour", "hour", "economy")})  # fmt: skip
        return sourced(row, "mempool")

    return Source(spec=_spec("mempool", "bitcoin", ("bitcoin_fees",)), offers={"bitcoin_fees": fees}, http=None)


def _spec(name: str, chain: str, needs: tuple[Need, ...]) -> SourceSpec:
    return SourceSpec(
        name=name, title=name, kind="chain", base_url="http://127.0.0.1:1", limits=Limits(per_minute=60), needs=needs,
        rights=Rights(attribution=name), chain=chain,
    )  # fmt: skip


def history(chain: str = "ethereum", base: int = 10 * GWEI, rewards: Any = ((1, 2 * GWEI, 3), (1, 4 * GWEI, 5)),
            gas_price: int | None = 13 * GWEI) -> FeeHistory:  # fmt: skip
    return FeeHistory(
        chain=chain, block=100, base_fee_wei=base, rewards_wei=rewards, gas_price_wei=gas_price,
        reward_fields=tuple(tuple(f"reward[{n}][{k}]" for k in range(len(paid))) for n, paid in enumerate(rewards)),
        fields={"base_fee_wei": "baseFeePerGas[2]", "gas_price_wei": "result", "block": "oldestBlock"},
    )  # fmt: skip


async def prices(assets: tuple[str, ...]) -> Any:
    known = {"ETH": price_view("ETH", "2000"), "BTC": price_view("BTC", "50000"), "POL": price_view("POL", "0.5")}
    return tuple(known[asset] for asset in assets if asset in known)


async def no_prices(assets: tuple[str, ...]) -> Any:
    raise NoData("market", "No source lists it.")


def closed(view: GasView) -> None:
    """Every ancestor of every fact stands in the view, each id once."""
    facts: dict[str, Any] = {}
    for fact in facts_in(view):
        assert facts.setdefault(fact.id, fact) == fact, fact.id
    for fact in facts.values():
        assert set(fact.derived_from) <= set(facts), fact.id


async def test_a_swap_costs_gas_times_base_and_median_priority_fee() -> None:
    view = await live_gas([node("ethereum")], ("ethereum",), prices)
    (chain,) = view.chains
    assert (chain.base_fee.value, chain.priority.value, chain.base_fee.unit) == (10, 3, "gwei")
    swap = chain.cost("swap")
    assert swap is not None
    assert swap.native.value == Decimal(GAS_UNITS["swap"]) * 13 / 10**9
    assert swap.native.unit == "ETH"
    assert swap.usd.value == swap.native.value * 2000
    assert chain.data_fee.reason == "this chain has none"
    closed(view)


async def test_a_rollups_data_fee_is_part_of_each_cost() -> None:
    view = await live_gas([node("base", data=(10**12, 2 * 10**12, 3 * 10**12))], ("base",), prices)
    (chain,) = view.chains
    assert chain.data_fee.value == Decimal("0.000003")
    costs = {cost.action: cost.native.value for cost in chain.costs}
    plain = {action: Decimal(units) * 13 / 10**9 for action, units in GAS_UNITS.items()}
    assert costs["transfer"] == plain["transfer"] + Decimal("0.000001")
    assert costs["swap"] == plain["swap"] + Decimal("0.000003")
    closed(view)


async def test_a_data_fee_that_cannot_be_read_is_unknown_and_the_rest_stands() -> None:
    view = await live_gas([node("base", data=SourceUnavailable("rpc_base", "no"))], ("base",), prices)
    (chain,) = view.chains
    assert (chain.rollup, chain.data_fee.value, view.failures) == (True, None, ())
    assert chain.costs[0].native.value is not None
    closed(view)


async def test_empty_blocks_leave_what_the_node_offers_itself() -> None:
    view = await live_gas([node("polygon", history("polygon", rewards=()))], ("polygon",), prices)
    assert view.chains[0].priority.value == 3
    closed(view)
    view = await live_gas([node("polygon", history("polygon", rewards=(), gas_price=None))], ("polygon",), prices)
    chain = view.chains[0]
    assert (chain.priority.value, chain.costs[0].native.value, chain.base_fee.value) == (None, None, 10)
    closed(view)


async def test_chains_stand_side_by_side_with_bitcoin_and_the_rest_named() -> None:
    sources = [node("ethereum"), node("polygon", SourceUnavailable("rpc_polygon", "down")), bitcoin()]
    view = await live_gas(sources, ("ethereum", "polygon", "bitcoin", "solana"), prices)
    assert [chain.chain for chain in view.chains] == ["ethereum"]
    assert (view.unserved, view.silent) == (("solana",), ("polygon",))
    assert [failure.source for failure in view.failures] == ["rpc_polygon"]
    assert view.bitcoin is not None
    assert view.bitcoin.transfer.native.value == Decimal(4 * PAYMENT_VBYTES) / 10**8
    assert view.bitcoin.transfer.usd.value == view.bitcoin.transfer.native.value * 50_000
    closed(view)


async def test_without_prices_costs_are_in_the_coin() -> None:
    view = await live_gas([node("ethereum"), bitcoin()], ("ethereum", "bitcoin"), no_prices)
    assert view.bitcoin is not None
    assert {cost.usd.value for cost in (*view.chains[0].costs, view.bitcoin.transfer)} == {None}
    assert view.failures == ()
    closed(view)


async def test_a_chain_without_a_source_is_no_data_by_name() -> None:
    with pytest.raises(NoData, match="No source here tells the fees of Solana"):
        await live_gas([node("ethereum")], ("solana",), prices)


async def test_the_only_error_there_is_speaks_for_itself() -> None:
    wrong = SourceUnavailable("rpc_ethereum", "The endpoint of Ethereum node is on chain 137, not on 1.")
    with pytest.raises(SourceUnavailable, match="on chain 137"):
        await live_gas([node("ethereum", wrong)], ("ethereum",), prices)
    garbled = SourceChanged("rpc_ethereum", "the reply is no JSON")
    with pytest.raises(NoData, match=r"No source told the fees of Ethereum: .* answered in a shape we don't know"):
        await live_gas([node("ethereum", garbled)], ("ethereum",), prices)
    with pytest.raises(NoData, match="did not answer"):
        await live_gas([node("ethereum", wrong), node("base", wrong)], ("ethereum", "base"), prices)


async def test_a_node_that_hangs_costs_its_own_figures_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gas, "TIMEOUT_S", 0.05)
    hangs = node("base")

    async def for_ever(query: Any, http: Any) -> Any:
        await asyncio.Event().wait()

    stuck = Source(spec=hangs.spec, offers={"fee_history": for_ever}, http=None)
    view = await live_gas([node("ethereum"), stuck], ("ethereum", "base"), prices)
    assert [chain.chain for chain in view.chains] == ["ethereum"]
    assert view.silent == ("base",)
    assert [(failure.source, failure.kind) for failure in view.failures] == [("rpc_base", "deadline")]


async def test_prices_that_hang_leave_costs_in_the_coin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gas, "TIMEOUT_S", 0.05)

    async def for_ever(assets: tuple[str, ...]) -> Any:
        await asyncio.Event().wait()

    view = await live_gas([node("ethereum")], ("ethereum",), for_ever)
    swap = view.chains[0].cost("swap")
    assert swap is not None
    assert (swap.usd.value, swap.native.value is not None, view.failures) == (None, True, ())


async def test_a_mistake_of_ours_is_not_hidden() -> None:
    async def broken(assets: tuple[str, ...]) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await live_gas([node("ethereum")], ("ethereum",), broken)


def test_samples_are_the_same_each_time_and_grow_with_what_is_done() -> None:
    assert sample("swap") == sample("swap")
    assert len(sample("transfer")) < len(sample("token_transfer")) < len(sample("swap"))


@given(base=st.integers(0, 10**14), tip=st.integers(0, 10**13))
async def test_a_dearer_action_costs_more_and_nothing_is_negative(base: int, tip: int) -> None:
    rewards = ((0, tip, tip),)
    view = await live_gas([node("ethereum", history(base=base, rewards=rewards))], ("ethereum",), prices)
    costs = [cost.native.value for cost in view.chains[0].costs if isinstance(cost.native.value, Decimal)]
    assert len(costs) == len(GAS_UNITS)
    assert all(cost >= 0 for cost in costs)
    assert costs == sorted(costs)
