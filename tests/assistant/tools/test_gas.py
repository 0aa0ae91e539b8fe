"""The gas tool: its sentences and tables."""

from __future__ import annotations

from typing import Any

import pytest

from mobius.assistant.tools.gas import TOOL, GasQuery, GasReport, words
from mobius.core.answers import Answer, plain
from mobius.core.chain_views import GasView
from mobius.core.errors import BadParameter, SourceUnavailable
from mobius.core.words import Draft, TableDraft, Writer
from mobius.desk.gas import live_gas
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
    assert answer.headline_plain == "A Bitcoin payment costs about $0.282 now (4 sat/vB)."
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


def test_its_query_has_defaults() -> None:
    assert GasQuery() == GasQuery(chains=("ethereum",))
    assert TOOL.positional == ("chains",)
