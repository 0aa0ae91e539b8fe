"""The staking tool: its sentences, what cannot be staked, and the same through a whole simulated world."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mobius.app import App, open_app
from mobius.assistant.tools.staking import MINED, SOLO_ETH, TOOL, StakingQuery, staked_by
from mobius.core.answers import Answer, TableBlock, plain
from mobius.core.assets import ASSETS
from mobius.core.errors import NoData
from mobius.core.facts import Fact, derive
from mobius.core.rate_views import StakeView, StakingView
from mobius.core.receipts import RECEIPTS
from mobius.frontends.cli.opening import OpenRequest
from tests.assistant.fakes import NOW, MemoryDesk, Understands, assistant


def leaf(name: str, value: Any, unit: str = "pct") -> Fact:
    return Fact(id=f"stake.{name}", value=value, unit=unit, source="defillama_yields", path=f"defillama_yields:/pools#{name}",
                as_of=NOW, fetched_at=NOW, reason="not told" if value is None else None)  # fmt: skip


def stake(receipt: str, protocol: str | None, rate: str, *, project: str = "x-staking") -> StakeView:
    return StakeView(
        protocol=protocol, project=leaf(f"{receipt}.project", project, "text"),
        receipt=leaf(f"{receipt}.symbol", receipt, "text"),
        chain="ethereum", chain_name=leaf(f"{receipt}.chain", "Ethereum", "text"), rate=leaf(f"{receipt}.rate", Decimal(rate)),
        mean_30d=leaf(f"{receipt}.mean", None), tvl=leaf(f"{receipt}.tvl", Decimal(10**9), "USD"),
        share=leaf(f"{receipt}.share", Decimal(50)), own=protocol == "lido",
    )  # fmt: skip


def view(asset: str = "ETH", *stakes: StakeView) -> StakingView:
    stakes = stakes or (stake("STETH", "lido", "2.9"), stake("RETH", "rocket-pool", "2.5"))
    typical = derive(f"stake.{asset.lower()}.typical", Decimal("2.8"), "pct", [one.rate for one in stakes], "weighted")
    return StakingView(asset=asset, stakes=stakes, typical=typical)


class StakingDesk(MemoryDesk):
    def __init__(self, *views: StakingView) -> None:
        super().__init__({})
        self.views = views
        self.wanted: list[Any] = []

    async def staking(self, assets: tuple[str, ...], **wanted: Any) -> tuple[StakingView, ...]:
        self.wanted.append((assets, wanted["protocols"]))
        if not self.views:
            raise NoData("staking", f"No source here tells what staking {assets[0]} pays.")
        return self.views


async def ask(*views: StakingView, **slots: Any) -> Answer:
    return await assistant(StakingDesk(*views), Understands("staking", slots)).ask("stake?")


def said(answer: Answer) -> str:
    return " ".join([plain(answer.headline), *(plain(caveat) for caveat in answer.caveats)])


async def test_less_than_a_validator_of_ones_own_is_said_with_what_pools_pay() -> None:
    answer = await ask(view(), assets=["ETH"], amount=5)
    assert plain(answer.headline) == (
        "5 ETH is below the 32 ETH of a solo validator; pooled, it would earn about 0.14 ETH a year net (2.8 %)."
    )
    assert f"the {SOLO_ETH} ETH" in plain(answer.headline)
    (table,) = [block for block in answer.blocks if isinstance(block, TableBlock)]
    assert len(table.rows) == 2
    assert "Queues, fees and discounts" in said(answer)


async def test_more_than_that_is_not_called_below() -> None:
    answer = await ask(view(), assets=["ETH"], amount=64)
    assert plain(answer.headline) == "64 ETH staked with others would earn about 1.79 ETH a year net (2.8 %)."


async def test_two_protocols_are_set_against_each_other() -> None:
    answer = await ask(view(), protocols=["lido", "rocket-pool"])
    assert (
        plain(answer.headline)
        == "For staking ETH, Lido pays 0.4 points more than Rocket Pool: 2.9 % against 2.5 % a year."
    )
    assert answer.facts["stake.ahead"].derived_from == ("stake.STETH.rate", "stake.RETH.rate")


async def test_an_issuer_outside_the_registry_has_its_name() -> None:
    answer = await ask(
        view("ETH", stake("WBETH", None, "3.0"), stake("ZZETH", None, "2.0", project="zz-staked")), assets=["ETH"]
    )
    (table,) = [block for block in answer.blocks if isinstance(block, TableBlock)]
    assert table.rows[0][0] == "Binance"
    assert getattr(table.rows[1][0], "text", "") == "zz-staked"


async def test_ether_is_assumed_aloud_where_nothing_is_named() -> None:
    assert "taken as ether" in said(await ask(view()))
    assert "taken as ether" not in said(await ask(view(), protocols=["lido"]))


@pytest.mark.parametrize(
    ("asset", "why"), [("BTC", "secured by mining"), ("USDC", "no coin of a chain"), ("UNI", "no coin of a chain")]
)
async def test_what_cannot_be_staked_is_told_why(asset: str, why: str) -> None:
    answer = await ask(view(), assets=[asset])
    assert answer.status == "no_data"
    assert why in plain(answer.headline)


async def test_what_nobody_tells_stands_beside_what_is_told() -> None:
    answer = await ask(view(), assets=["ETH", "ADA", "BTC"])
    assert answer.status == "partial"
    assert "No source here tells what staking ADA pays." in said(answer)
    assert "BTC cannot be staked." in said(answer)


async def test_a_staked_token_is_asked_about_as_its_coin() -> None:
    desk = StakingDesk(view())
    await assistant(desk, Understands("staking", {"assets": ["stETH"]})).ask("stake?")
    assert desk.wanted == [(("ETH",), ())]


def test_protocols_tell_what_they_stake() -> None:
    assert staked_by(("lido",)) == ("ETH",)
    assert staked_by(("marinade", "jito")) == ("SOL",)
    assert staked_by(()) == ()


def test_the_tables_hold_together() -> None:
    assert {receipt.asset for receipt in RECEIPTS.values()} <= set(ASSETS)
    assert set(ASSETS) >= MINED
    assert not {receipt.asset for receipt in RECEIPTS.values()} & MINED
    assert StakingQuery() == StakingQuery(assets=(), amount=None, protocols=())
    assert TOOL.intents == ("staking",)


# ------------------------------------------------------------------------------------------------------- a whole world


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


async def test_a_world_stakes_ether_with_lidos_own_rate(app: App) -> None:
    answer = await app.call("staking", {"assets": ["ETH"], "amount": 5}, deadline_s=20.0)
    assert answer.status == "answered", answer.caveats
    assert answer.simulated
    assert answer.headline_plain.startswith("5 ETH is below the 32 ETH")
    assert {"defillama_yields", "lido"} <= {fact.source for fact in answer.facts.values()}
    earned = answer.facts["stake.earned"].number()
    assert earned is not None and 0.05 < earned < 0.5


async def test_a_past_day_is_told_to_hold_no_rates(app: App) -> None:
    past = await app.call("staking", {"assets": ["ETH"]}, as_of=datetime(2026, 3, 5, tzinfo=UTC))
    assert past.status == "no_data"
    assert "holds no staking rates" in past.headline_plain
