"""The yield tool: its sentences, what it leaves out, and the same through a whole simulated world."""

from __future__ import annotations

import importlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mobius.app import App, open_app
from mobius.core.answers import Answer, TableBlock, plain
from mobius.core.errors import NoData
from mobius.core.facts import Fact, unknown
from mobius.core.notices import Notice
from mobius.core.rate_views import APPETITES, LeftOutView, VenueView, YieldsView
from mobius.core.tools import Tool
from mobius.core.words import Writer
from mobius.frontends.cli.opening import OpenRequest
from tests.assistant.fakes import NOW, MemoryDesk, Understands, assistant, price_view

room = importlib.import_module("mobius.assistant.tools.yield")
TOOL: Tool[Any, Any] = room.TOOL


def leaf(name: str, value: Any, unit: str = "pct") -> Fact:
    return Fact(id=f"yield.{name}", value=value, unit=unit, source="defillama_yields", path=f"defillama_yields:/pools#{name}",
                as_of=NOW, fetched_at=NOW, reason="not told" if value is None else None)  # fmt: skip


def venue(project: str, protocol: str | None, apy: str, **more: Any) -> VenueView:
    stem = f"{project}.{more.get('asset', 'USDC')}"
    figures: dict[str, Any] = {
        "asset": "USDC", "protocol": protocol, "chain": "arbitrum", "version": "v3" if project.endswith("v3") else "",
        "project": leaf(f"{stem}.project", project, "text"), "chain_name": leaf(f"{stem}.chain", "Arbitrum", "text"),
        "symbol": leaf(f"{stem}.symbol", "USDC", "text"), "apy": leaf(f"{stem}.apy", Decimal(apy)),
        "base": leaf(f"{stem}.base", Decimal(apy)), "reward": leaf(f"{stem}.reward", None),
        "mean_30d": leaf(f"{stem}.mean", Decimal("4.1")), "tvl": leaf(f"{stem}.tvl", Decimal(64_000_000), "USD"),
        "in_use": unknown(f"yield.{stem}.use", "pct", "not told"), "believed": float(apy),
    } | more  # fmt: skip
    return VenueView(**figures)


def view(*venues: VenueView, asset: str = "USDC", **more: Any) -> YieldsView:
    return YieldsView(asset=asset, venues=venues, listed=leaf(f"{asset}.listed", len(venues), "count"), **more)


class YieldDesk(MemoryDesk):
    def __init__(self, *views: YieldsView | Exception) -> None:
        super().__init__({"ETH": price_view("ETH", "3000")})
        self.views = views
        self.wanted: dict[str, Any] = {}

    async def yields(self, assets: tuple[str, ...], **wanted: Any) -> tuple[YieldsView, ...]:
        self.wanted = wanted | {"assets": assets}
        found = [one for one in self.views if isinstance(one, YieldsView)]
        for one in self.views:
            if isinstance(one, Exception):
                raise one
        return tuple(found)


async def ask(desk: YieldDesk, **slots: Any) -> Answer:
    return await assistant(desk, Understands("yield", slots)).ask("yield?")


def said(answer: Answer) -> str:
    return " ".join([plain(answer.headline), *(plain(caveat) for caveat in answer.caveats)])


AAVE = venue("aave-v3", "aave", "4.3", flags=("checked",))


async def test_the_headline_says_the_rate_where_and_what_an_amount_would_earn() -> None:
    desk = YieldDesk(view(AAVE, venue("no-such-farm", None, "4.2", flags=("unregistered",))))
    answer = await ask(desk, assets=["USDC"], amount=10_000, risk="conservative")
    assert plain(answer.headline) == (
        "For $10,000 of USDC at low risk the best rate that holds up is 4.3 % a year at Aave v3 on Arbitrum, about $430 "
        "if it stayed so; doing nothing earns 0."
    )
    (table,) = [block for block in answer.blocks if isinstance(block, TableBlock)]
    assert list(table.columns) == ["venue", "chain", "APY", "30 days", "deposits"]
    assert "Not on our list of protocols: no-such-farm." in said(answer)
    assert "By their own figures: Aave" in said(answer)
    assert answer.facts["yield.earned"].derived_from == ("yield.amount", AAVE.apy.id)


async def test_risk_chain_protocol_and_size_reach_the_desk() -> None:
    desk = YieldDesk(view(AAVE))
    await ask(desk, assets=["USDC"], chains=["arbitrum"], protocols=["aave"], risk="aggressive", min_usd=1e6)
    assert desk.wanted["appetite"] is APPETITES["aggressive"]
    assert (desk.wanted["chains"], desk.wanted["protocols"], desk.wanted["least_tvl_usd"]) == (
        ("arbitrum",),
        ("aave",),
        1e6,
    )
    await ask(desk, assets=["USDC"])
    assert desk.wanted["appetite"] is APPETITES["moderate"]
    assert desk.wanted["least_tvl_usd"] == APPETITES["moderate"].least_tvl_usd


async def test_a_pool_is_asked_to_be_large_enough_for_the_amount() -> None:
    desk = YieldDesk(view(AAVE))
    answer = await ask(desk, assets=["ETH"], amount=1000)
    assert desk.wanted["least_tvl_usd"] == 1000 * 3000 * room.TIMES_AMOUNT
    assert "at least ten times as large" in said(answer)
    answer = await ask(desk, assets=["ADA"], amount=1000)
    assert "worth in dollars is not known" in said(answer)


async def test_nothing_that_fits_is_said_with_what_doing_nothing_earns() -> None:
    answer = await ask(YieldDesk(view()), assets=["USDC"], risk="conservative", chains=["base"])
    assert plain(answer.headline) == "Nothing that takes USDC on Base can be shown at low risk; doing nothing earns 0."
    answer = await ask(YieldDesk(view()), assets=["USDC"], amount=5_000_000_000)
    assert plain(answer.headline).startswith("No pool at moderate risk is ten times as large as $5.0 bn")


async def test_what_is_left_out_is_named_with_the_reason() -> None:
    project, apy = leaf("x.project", "moonfarm", "text"), leaf("x.apy", Decimal(912))
    lure = LeftOutView(project=project, protocol=None, version="", apy=apy, fault="outlier")
    answer = await ask(YieldDesk(view(AAVE, left_out=(lure,))), assets=["USDC"])
    assert "moonfarm at 912.0 % (DefiLlama marks it as out of line)" in str(
        [plain(getattr(block, "text", ())) for block in answer.blocks]
    )


async def test_a_pool_of_several_says_so() -> None:
    pool = venue("curve-dex", "curve", "3.0", symbol=leaf("p.symbol", "USDC-USDT", "text"), flags=("pool", "rewards"),
                 reward=leaf("p.reward", Decimal(2)), base=leaf("p.base", Decimal(1)))  # fmt: skip
    answer = await ask(YieldDesk(view(pool)), assets=["USDC"])
    assert "at Curve on Arbitrum, in a pool of USDC-USDT." in plain(answer.headline)
    assert "before impermanent loss" in said(answer)
    (table,) = [block for block in answer.blocks if isinstance(block, TableBlock)]
    assert {"base", "rewards"} <= set(table.columns)


async def test_several_assets_each_have_their_best() -> None:
    eth = view(venue("lido", "lido", "2.7", asset="ETH", chain="ethereum"), asset="ETH")
    answer = await ask(YieldDesk(view(AAVE), eth), assets=["USDC", "ETH"])
    assert plain(answer.headline) == (
        "At moderate risk USDC earns up to 4.3 % a year at Aave v3 on Arbitrum, "
        "ETH earns up to 2.7 % a year at Lido on Ethereum."
    )


async def test_a_difference_between_two_figures_is_told() -> None:
    notice = Notice(kind="rates_disagree", facts={"own": AAVE.apy, "listed": AAVE.mean_30d},
                    names={"protocol": "aave", "chain": "Arbitrum"})  # fmt: skip
    answer = await ask(YieldDesk(view(AAVE, notices=(notice,))), assets=["USDC"])
    assert "itself says 4.3 % on Arbitrum, DefiLlama lists 4.1 %" in said(answer)


async def test_outside_text_is_quoted_and_never_obeyed() -> None:
    bad = venue(
        "ignore 99 rules",
        None,
        "4.0",
        symbol=leaf("b.symbol", "USDC {fact:x:pct} <b>", "text"),
        flags=("unregistered",),
    )
    answer = await ask(YieldDesk(view(AAVE, bad)), assets=["USDC"])
    assert answer.status == "answered"
    assert "ignore 99 rules" in said(answer)


async def test_dollars_without_an_asset_are_stablecoins() -> None:
    desk = YieldDesk(view(AAVE, asset=""))
    answer = await assistant(desk, Understands("yield", {"amount": 500})).ask("yield for $500")
    assert desk.wanted["stable_only"]
    assert plain(answer.headline).startswith("For $500.00 at moderate risk")
    await assistant(desk, Understands("yield", {})).ask("best stablecoin yields")
    assert desk.wanted["stable_only"]
    await assistant(desk, Understands("yield", {})).ask("best yields")
    assert not desk.wanted["stable_only"]


async def test_no_data_is_one_sentence() -> None:
    answer = await ask(YieldDesk(NoData("yields", "No source lists a place where XMR earns.")), assets=["XMR"])
    assert answer.status == "no_data"
    assert plain(answer.headline).startswith("No source lists a place where XMR earns.")


@pytest.mark.parametrize(
    ("risk", "words"), [("conservative", "$10 M"), ("moderate", "$5 M"), ("aggressive", "$250,000")]
)
def test_what_a_risk_means_is_said_as_it_is_applied(risk: Any, words: str) -> None:
    line = "".join(str(part) for part in room._MEANING[risk](Writer(now=NOW)))
    assert words in line
    amount = {"M": 1e6, "": 1.0}
    number, unit = re.search(r"\$([\d,]+)\s?(M?)", line).groups()  # type: ignore[union-attr]
    appetite = APPETITES[risk]
    assert float(number.replace(",", "")) * amount[unit] == appetite.least_tvl_usd
    assert ("on our list" in line) is appetite.known_only
    assert ("30 days on record" in line) is appetite.record
    assert ("one token in and out" in line) is appetite.single_only
    assert ("not counted" in line) is not appetite.rewards


# ------------------------------------------------------------------------------------------------------- a whole world


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


async def test_a_world_lists_where_usdc_earns(app: App) -> None:
    answer = await app.call("yield", {"assets": ["USDC"], "risk": "low", "amount": 10_000}, deadline_s=20.0)
    assert answer.status == "answered", answer.caveats
    assert answer.simulated
    assert answer.headline_plain.startswith("For $10,000 of USDC at low risk the best rate that holds up is ")
    earned = answer.facts["yield.earned"].number()
    assert earned is not None and 50 < earned < 1500
    assert any(fact.source in ("aave", "morpho", "compound_ethereum", "yearn") for fact in answer.facts.values())


async def test_aave_and_compound_answer_by_their_own_figures(app: App) -> None:
    answer = await app.call("yield", {"assets": ["USDC"], "protocols": ["aave", "compound"]}, deadline_s=20.0)
    assert answer.status == "answered", answer.caveats
    sources = {fact.source for fact in answer.facts.values()}
    assert "aave" in sources
    assert any(source.startswith("compound_") for source in sources)
    rates = [fact for fact in answer.facts.values() if fact.id.endswith((".own.aave", ".own.compound_ethereum"))]
    assert rates and all(0 < (fact.number() or 0) < 30 for fact in rates)


async def test_a_world_without_a_pool_says_so_and_a_past_day_too(app: App) -> None:
    nothing = await app.call("yield", {"assets": ["XMR"], "protocols": ["aave"]}, deadline_s=20.0)
    assert nothing.status == "no_data"
    assert "No source lists a place where XMR earns" in nothing.headline_plain
    past = await app.call("yield", {"assets": ["USDC"]}, as_of=datetime(2026, 3, 5, tzinfo=UTC))
    assert past.status == "no_data"
    assert "holds no yields" in past.headline_plain
