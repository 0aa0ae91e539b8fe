"""The gas tool: its sentences, its tables, and the same through a whole simulated world."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mobius.app import App, open_app
from mobius.assistant.tools.gas import TOOL, GasQuery, GasReport, words
from mobius.core.answers import Answer, plain
from mobius.core.chain_views import GasView
from mobius.core.errors import BadParameter, SourceUnavailable
from mobius.core.words import Draft, TableDraft, TextDraft, Writer
from mobius.desk.gas import live_gas
from mobius.frontends.cli.opening import OpenRequest
from tests.assistant.fakes import NOW, Understands, assistant
from tests.desk.test_gas import bitcoin, history, no_prices, node, prices


def said(line: Any) -> str:
    return "".join(str(part) if isinstance(part, str) else part.text for part in line)


def draft(view: GasView) -> Draft:
    return words(GasReport(view=view), Writer(now=NOW))


def rows(of: Draft, n: int = 0) -> list[list[str]]:
    tables = [block for block in of.blocks if isinstance(block, TableDraft)]
    return [[said(cell) for cell in row] for row in tables[n].rows]


class GasDesk:
    def __init__(self, *sources: Any, priced: Any = prices) -> None:
        self.sources, self.priced = sources, priced

    async def gas(self, chains: tuple[str, ...], *, at: Any = None) -> GasView:
        return await live_gas(self.sources, chains, self.priced)


async def answer_of(desk: GasDesk, **slots: Any) -> Answer:
    return await assistant(desk, Understands("gas")).call("gas", slots)


async def test_the_headline_says_what_a_swap_costs() -> None:
    answer = await answer_of(GasDesk(node("ethereum")))
    assert answer.headline_plain == "A swap on Ethereum costs about $3.90 now (base fee 10 gwei)."
    assert answer.status == "answered"
    assert [row[0] for row in rows(draft(await live_gas([node("ethereum")], ("ethereum",), prices)))] == [
        "transfer", "ERC-20 transfer", "swap",
    ]  # fmt: skip


async def test_several_chains_stand_side_by_side_cheapest_first() -> None:
    desk = GasDesk(node("ethereum"), node("base", history("base", base=10**6, rewards=((0, 0, 0),)), data=(1, 2, 3)))
    answer = await answer_of(desk, chains=["ethereum", "base"])
    assert answer.headline_plain == "A swap is cheapest on Base: about $0.0003, against $3.90 on Ethereum."
    view = await live_gas(desk.sources, ("ethereum", "base"), prices)
    assert [row[0] for row in rows(draft(view))] == ["Base", "Ethereum"]


async def test_bitcoin_is_told_by_its_own_measure() -> None:
    answer = await answer_of(GasDesk(bitcoin()), chains=["bitcoin"])
    assert answer.headline_plain == "A Bitcoin payment costs about $0.28 now (4 sat/vB)."
    view = await live_gas([bitcoin()], ("bitcoin",), prices)
    assert rows(draft(view)) == [
        ["next block", "6 sat/vB"], ["half an hour", "4 sat/vB"], ["an hour", "3 sat/vB"], ["no hurry", "2 sat/vB"],
    ]  # fmt: skip


async def test_without_a_price_the_coin_stands_in_and_it_is_said() -> None:
    answer = await answer_of(GasDesk(node("ethereum"), priced=no_prices))
    assert answer.headline_plain == "A swap on Ethereum costs about 0.00195 ETH now (base fee 10 gwei)."
    assert any("price of ETH is not known" in plain(line) for line in answer.caveats)


async def test_what_is_missing_is_named() -> None:
    down = SourceUnavailable("rpc_polygon", "down")
    desk = GasDesk(node("base", data=SourceUnavailable("rpc_base", "no")), node("polygon", down))
    answer = await answer_of(desk, chains=["base", "polygon", "solana"])
    caveats = [plain(line) for line in answer.caveats]
    assert answer.status == "partial"
    assert "No source here tells the fees of Solana." in caveats
    assert "No answer about Polygon just now." in caveats
    assert "What Base charges for data could not be read: its costs are without it." in caveats


async def test_where_nobody_pays_above_the_base_fee_nothing_is_said_of_it() -> None:
    paid, free = ([node("ethereum", history(rewards=((0, 0, tip),)))] for tip in (5 * 10**9, 0))
    (about_paid,) = [
        one for one in draft(await live_gas(paid, ("ethereum",), prices)).blocks if isinstance(one, TextDraft)
    ]
    (about_free,) = [
        one for one in draft(await live_gas(free, ("ethereum",), prices)).blocks if isinstance(one, TextDraft)
    ]
    assert "one in ten over 5 gwei" in said(about_paid.line)
    assert said(about_free.line) == "base fee 10 gwei"


async def test_a_chain_that_tells_no_tips_still_tells_its_base_fee() -> None:
    answer = await answer_of(GasDesk(node("ethereum", history(rewards=(), gas_price=None))))
    assert answer.headline_plain == "The base fee on Ethereum is 10 gwei now."


async def test_a_chain_without_a_source_is_no_data() -> None:
    answer = await answer_of(GasDesk(node("ethereum")), chains=["solana"])
    assert answer.status == "no_data"
    assert "Solana" in answer.headline_plain


@pytest.mark.parametrize("chains", ["narnia", ["ethereum", "narnia"]])
async def test_a_chain_that_is_none_is_refused(chains: Any) -> None:
    with pytest.raises(BadParameter, match="narnia"):
        await answer_of(GasDesk(node("ethereum")), chains=chains)


async def test_no_chain_at_all_is_ethereum() -> None:
    assert (await answer_of(GasDesk(node("ethereum")), chains="")).headline_plain.startswith("A swap on Ethereum")


def test_its_query_has_defaults() -> None:
    assert GasQuery() == GasQuery(chains=("ethereum",))
    assert TOOL.positional == ("chains",)


# ------------------------------------------------------------------------------------------------- a simulated world


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


async def test_a_world_tells_what_a_swap_costs(app: App) -> None:
    answer = await app.call("gas", {}, deadline_s=20.0)
    assert answer.status == "answered", answer.caveats
    assert answer.simulated
    assert answer.headline_plain.startswith("A swap on Ethereum costs about $")
    swap, base, tip, eth = (
        answer.facts[name].number()
        for name in ("gas.ethereum.swap.usd", "gas.ethereum.base_fee", "gas.ethereum.priority_50", "eth.price")
    )
    assert swap is not None and base is not None and tip is not None and eth is not None
    assert swap == pytest.approx(150_000 * (base + tip) * 1e-9 * eth)
    assert answer.facts["gas.ethereum.base_fee_wei"].path == (
        "rpc_ethereum:/?method=eth_feeHistory,eth_gasPrice#[1].result.baseFeePerGas[4]"
    )


async def test_a_world_sets_chains_side_by_side(app: App) -> None:
    answer = await app.call("gas", {"chains": ["base", "ethereum", "bitcoin"]}, deadline_s=20.0)
    assert answer.headline_plain.startswith("A swap is cheapest on Base")
    assert answer.facts["gas.base.data_fee.swap"].value is not None
    assert answer.facts["gas.bitcoin.transfer.usd"].value is not None


async def test_a_past_day_is_told_to_hold_no_fees(app: App) -> None:
    past = await app.call("gas", {}, as_of=datetime(2026, 3, 5, tzinfo=UTC))
    assert past.status == "no_data"
    assert "holds no network fees" in past.headline_plain
