"""The tools of protocols and chains: their sentences, and the same through a whole simulated world."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from mobius.app import App, open_app
from mobius.assistant.tools.chains import ChainsQuery, ChainsReport, aspect_of, move_of
from mobius.assistant.tools.chains import words as chain_words
from mobius.assistant.tools.compare import CompareReport, words
from mobius.core.answers import Answer, ChartBlock, FactRef, SeriesData, TableBlock, plain
from mobius.core.facts import Fact, unknown
from mobius.core.notices import SourceFailure
from mobius.core.protocol_views import (
    BridgeHolding,
    ChainSide,
    ChainsView,
    CompareView,
    DailyValue,
    IncidentView,
    LendingSide,
    ProtocolSide,
    RouteOption,
    RoutesView,
    StakeSide,
)
from mobius.core.words import ChartDraft, Draft, ListDraft, TableDraft, Writer
from mobius.frontends.cli.opening import OpenRequest
from tests.assistant.fakes import NOW


def leaf(name: str, value: Any, unit: str = "USD") -> Fact:
    return Fact(id=name, value=value, unit=unit, source="defillama", path=f"defillama:/x#{name}", as_of=NOW, fetched_at=NOW,
                reason="not told" if value is None else None)  # fmt: skip


def side(protocol: str, tvl: int, *, rate: str | None = None, chain: str = "ethereum") -> ProtocolSide:
    def fact(name: str, value: Any, unit: str = "USD") -> Fact:
        return leaf(f"{protocol}.{name}", value, unit)

    lending: tuple[LendingSide, ...] = ()
    if rate is not None:
        lending = (
            LendingSide(
                asset="USDC", chain=chain, market="core", source="x", supply=fact("supply", Decimal(rate), "pct"),
                borrow=fact("borrow", Decimal(6), "pct"), utilisation=fact("use", Decimal(80), "pct"), size=fact("size", None),
            ),
        )  # fmt: skip
    return ProtocolSide(
        protocol=protocol, name=protocol.title(), category=fact("category", "Lending", "text"),
        versions=(fact("v", "V3", "text"),), tvl=fact("tvl", Decimal(tvl)), change_1d=fact("d", Decimal(1), "pct"),
        change_7d=fact("w", Decimal("-2.5"), "pct"), fees_24h=fact("f1", Decimal(tvl) / 1000), fees_7d=fact("f7", None),
        fees_30d=fact("f30", None), borrowed=fact("b", None), market_cap=fact("m", None), cap_to_tvl=fact("c", None, "ratio"),
        chains=fact("n", 3, "count"), main_chain="ethereum", main_share=fact("s", Decimal(90), "pct"), lending=lending,
    )  # fmt: skip


def view(
    *sides: ProtocolSide, times: str | None = None, gap: str | None = None, missing: tuple[str, ...] = ()
) -> CompareView:
    return CompareView(
        sides=sides, missing=missing, times=leaf("times", None if times is None else Decimal(times), "ratio"),
        rate_gap=leaf("gap", None if gap is None else Decimal(gap), "points"),
    )  # fmt: skip


def said(line: Any) -> str:
    return "".join(str(part) if isinstance(part, str) else part.text for part in line)


def draft(report: CompareReport) -> Draft:
    return words(report, Writer(now=NOW))


def test_the_better_rate_leads_with_its_gap_and_who_is_larger() -> None:
    compared = view(side("aave", 9000, rate="3.7"), side("compound", 1000, rate="4.1"), times="9", gap="0.4")
    assert said(draft(CompareReport(view=compared, aspect="rates")).headline) == (
        "For supplying USDC on Ethereum, Compound pays 0.4 points more than Aave (4.1 % against 3.7 %); Aave is 9× larger."
    )


def test_rates_that_are_the_same_are_said_to_be() -> None:
    compared = view(side("aave", 1000, rate="4.1"), side("compound", 1000, rate="4.1"), times="1", gap="0")
    headline = said(draft(CompareReport(view=compared, aspect="rates")).headline)
    assert headline == "For supplying USDC on Ethereum, Aave and Compound pay about the same: 4.1 % and 4.1 %."


@pytest.mark.parametrize(
    ("aspect", "times", "sentence"),
    [
        ("size", "9", "Aave is 9× larger than Lido: $9.0 bn against $1.0 bn locked."),
        ("rates", "9", "Aave is 9× larger than Lido: $9.0 bn against $1.0 bn locked."),
        ("fees", "9", "Users of Aave paid most: $9.0 M in 24 h, against $1.0 M on Lido."),
        ("size", "1.01", "Aave and Lido hold about the same: $9.0 bn and $1.0 bn."),
    ],
)
def test_without_rates_size_or_fees_lead(aspect: Any, times: str, sentence: str) -> None:
    compared = view(side("aave", 9_000_000_000), side("lido", 1_000_000_000), times=times)
    assert said(draft(CompareReport(view=compared, aspect=aspect)).headline) == sentence


def test_one_side_alone_is_partial_and_names_what_is_missing() -> None:
    alone = draft(CompareReport(view=view(side("aave", 10**9), missing=("gmx",))))
    assert said(alone.headline) == "Aave holds $1.0 bn, down 2.5 % in 7 days."
    assert [said(line) for line in alone.caveats] == ["No source here lists GMX."]
    assert alone.status == "partial"


def test_rows_that_nobody_has_are_left_out_and_gaps_are_dashes() -> None:
    compared = draft(CompareReport(view=view(side("aave", 9000, rate="3.7"), side("lido", 1000))))
    table = next(block for block in compared.blocks if isinstance(block, TableDraft))
    rows = {said(row[0]): [said(cell) for cell in row[1:]] for row in table.rows}
    assert rows["supply USDC"] == ["3.7 %", "–"]
    assert rows["last incident"] == ["not known", "not known"]
    assert not {"fees 7 days", "market value", "supplied"} & set(rows)


def staking(protocol: str, tvl: int, rate: str) -> ProtocolSide:
    return replace(
        side(protocol, tvl), stake=StakeSide(asset="ETH", rate=leaf(f"{protocol}.stake", Decimal(rate), "pct"))
    )


def test_stakers_are_told_apart_by_what_they_pay() -> None:
    compared = view(staking("lido", 9000, "2.9"), staking("rocket-pool", 1000, "2.7"), times="9", gap="0.2")
    drafted = draft(CompareReport(view=compared, aspect="rates"))
    assert said(drafted.headline) == (
        "For staking ETH, Lido pays 0.2 points more than Rocket-Pool (2.9 % against 2.7 %); Lido is 9× larger."
    )
    table = next(block for block in drafted.blocks if isinstance(block, TableDraft))
    assert [said(cell) for cell in table.rows[0]] == ["staking ETH", "2.9 %", "2.7 %"]
    same = view(staking("lido", 1000, "2.9"), staking("rocket-pool", 1000, "2.9"), times="1", gap="0")
    assert "pay about the same: 2.9 % and 2.9 %" in said(draft(CompareReport(view=same, aspect="rates")).headline)


def unsized(one: ProtocolSide) -> ProtocolSide:
    gap = unknown(f"{one.protocol}.gap", "USD", "the source was silent")
    return replace(one, tvl=gap, change_1d=gap, change_7d=gap, fees_24h=gap, chains=gap, versions=())


def test_rates_lead_where_sizes_are_not_told_and_the_gap_is_named() -> None:
    sides = unsized(side("aave", 1, rate="3.7")), unsized(side("compound", 1, rate="4.1"))
    drafted = draft(CompareReport(view=view(*sides, gap="0.4"), aspect="rates"))
    assert said(drafted.headline) == (
        "For supplying USDC on Ethereum, Compound pays 0.4 points more than Aave (4.1 % against 3.7 %)."
    )
    assert drafted.status == "partial"
    assert [said(line) for line in drafted.caveats] == [
        "What is locked and lent out is not known: the source was silent.",
        "What users paid in fees is not known: the source was silent.",
    ]
    table = next(block for block in drafted.blocks if isinstance(block, TableDraft))
    assert [said(one[0]) for one in table.rows] == ["supply USDC", "borrow USDC", "in use", "on", "last incident"]
    by_size = said(draft(CompareReport(view=view(*sides))).headline)
    assert by_size == (
        "Compound pays 4.1 % for supplying USDC on Ethereum; Aave pays 3.7 % for supplying USDC on Ethereum; "
        "how much is locked is not known."
    )


def test_fees_alone_lead_where_nothing_else_is_told() -> None:
    told = replace(unsized(side("curve", 1)), fees_24h=leaf("curve.f", Decimal(2_000_000)))
    paid = draft(CompareReport(view=view(told, unsized(side("uniswap", 1))), aspect="fees"))
    assert said(paid.headline) == "Users of Curve paid $2.0 M in 24 h; how much is locked is not known."
    nothing = draft(CompareReport(view=view(unsized(side("curve", 1)), unsized(side("uniswap", 1)))))
    assert said(nothing.headline).startswith("How much is locked is not known just now")


def test_one_rate_alone_leads_and_whose_is_missing_is_named() -> None:
    stakers = view(staking("lido", 9000, "2.9"), side("rocket-pool", 1000), times="9")
    drafted = draft(CompareReport(view=stakers, aspect="rates"))
    assert said(drafted.headline) == "Lido pays 2.9 % for staking ETH; Lido is 9× larger."
    assert [said(line) for line in drafted.caveats] == ["What Rocket-Pool pays is not known: no source told it."]
    assert drafted.status == "partial"
    lenders = draft(
        CompareReport(view=view(side("aave", 9, rate="3.7"), side("compound", 1), times="9"), aspect="rates")
    )
    assert [said(line) for line in lenders.caveats] == ["What Compound pays is not known: no source told it."]
    assert lenders.status == "partial"


def test_changes_are_said_to_be_of_what_is_locked() -> None:
    table = next(
        block for block in draft(CompareReport(view=view(side("aave", 9)))).blocks if isinstance(block, TableDraft)
    )
    rows = {said(one[0]): said(one[1]) for one in table.rows}
    assert (rows["locked, change in 24 h"], rows["locked, change in 7 days"]) == ("+1.0 %", "−2.5 %")


def test_incidents_are_dated_and_who_has_none_listed_is_not_said_to_have_none() -> None:
    day = datetime(2023, 3, 13, tzinfo=UTC)
    what = Fact(
        id="i", value="one of 3 vaults was drained", unit="text", source="registry", path="registry:x#y", as_of=day
    )
    lost = Fact(id="l", value=Decimal(197_000_000), unit="USD", source="registry", path="registry:x#y", as_of=day)
    compared = view(replace(side("euler", 9), incidents=(IncidentView(what=what, lost=lost),)), side("lido", 5))
    drafted = draft(CompareReport(view=compared))
    table = next(block for block in drafted.blocks if isinstance(block, TableDraft))
    assert [said(cell) for cell in table.rows[-1]] == ["last incident", "13 March 2023", "not known"]
    (listed,) = (block for block in drafted.blocks if isinstance(block, ListDraft))
    assert [said(item) for item in listed.items] == ["Euler, 13 March 2023: one of 3 vaults was drained (about $197 M)"]
    assert "not complete" in said(listed.title)


def test_two_lines_are_drawn_and_one_alone_is_not() -> None:
    def line(protocol: str) -> DailyValue:
        series = SeriesData(name=protocol, unit="index", ts=(1, 2), columns={"close": (100.0, 101.0)})
        return DailyValue(series=series, column=leaf(f"{protocol}.days", 2, "count"))

    both = view(replace(side("aave", 9), daily=line("aave")), replace(side("lido", 5), daily=line("lido")))
    charts = [block.block for block in draft(CompareReport(view=both)).blocks if isinstance(block, ChartDraft)]
    assert [chart.series for chart in charts] == [("aave.days", "lido.days")]
    alone = view(replace(side("aave", 9), daily=line("aave")), side("lido", 5))
    assert not [block for block in draft(CompareReport(view=alone)).blocks if isinstance(block, ChartDraft)]


# -------------------------------------------------------------------------------------------------------------- chains


@pytest.mark.parametrize(
    ("chains", "text", "ends"),
    [
        (("ethereum", "base"), "move 10k USDC from ethereum to base", ("ethereum", "base")),
        (("base", "ethereum"), "bridge to base from mainnet", ("ethereum", "base")),
        (("base",), "bridge eth to base", ("ethereum", "base")),
        (("base",), "bridge usdc from base", ("base", "ethereum")),
        (("ethereum", "solana"), "compare ethereum and solana tvl", None),
        ((), "fastest growing L2", None),
        (("base",), "how is base doing", None),
        (("arbitrum",), "how much is in the arbitrum bridge", None),
        (("optimism",), "tvl of the optimism bridge", None),
        (("base", "arbitrum"), "is base cheaper than arbitrum to move usdc", None),
        (("base", "arbitrum"), "cheapest way to move usdc from base to arbitrum", ("base", "arbitrum")),
        (("base", "arbitrum"), "what does it cost to bridge usdc base arbitrum", ("base", "arbitrum")),
    ],
)
def test_a_move_is_told_from_a_comparison(chains: tuple[str, ...], text: str, ends: tuple[str, str] | None) -> None:
    assert move_of(ChainsQuery(chains=chains, text=text)) == ends


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("fastest growing L2", "growth"),
        ("which chain has the most stablecoins", "stablecoins"),
        ("chains by fees", "fees"),
        ("dex volume by chain", "volume"),
        ("biggest chain", "locked"),
        ("chains", "growth"),
        ("which L2 is cheapest", "cost"),
        ("arbitrum bridge balance", "bridge"),
        ("which chain holds the most in its bridge", "bridge"),
        ("cheapest chain to move usdc", "cost"),
    ],
)
def test_what_was_asked_for_leads(text: str, aspect: str) -> None:
    assert aspect_of(ChainsQuery(text=text)) == aspect


def chain_side(chain: str, change: str | None) -> ChainSide:
    return ChainSide(
        chain=chain, name=chain.title(), tvl=leaf(f"{chain}.tvl", Decimal(10**9)),
        stablecoins=leaf(f"{chain}.s", Decimal(10**8)),
        tvl_change=leaf(f"{chain}.tc", Decimal(3), "pct"), fees_24h=leaf(f"{chain}.f", None), dex_24h=leaf(f"{chain}.d", None),
        stablecoins_change=leaf(f"{chain}.sc", None if change is None else Decimal(change), "pct"),
        dex_share=unknown(f"{chain}.x", "pct", "silent"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (("6.2", "1"), "Base grew fastest: stablecoins +6.2 % in 30 days."),
        (("-6.2", "-1"), "None of these grew; Arbitrum shrank least: stablecoins −1.0 % in 30 days."),
        ((None, None), "Base grew fastest: locked value +3.0 %, prices included, in 30 days."),
    ],
)
def test_growth_is_told_by_stablecoins(changes: tuple[str | None, str | None], sentence: str) -> None:
    sides = (chain_side("base", changes[0]), chain_side("arbitrum", changes[1]))
    report = ChainsReport(view=ChainsView(sides=sides, days=leaf("days", 30, "d")))
    assert said(chain_words(report, Writer(now=NOW)).headline) == sentence


def uncounted(chain: str) -> ChainSide:
    gap = unknown(f"{chain}.gap", "USD", "the source did not answer")
    return replace(chain_side(chain, "1"), tvl=gap, tvl_change=gap, fees_24h=gap, dex_24h=gap)


def test_stablecoins_lead_where_nobody_tells_what_is_locked() -> None:
    days = leaf("days", 30, "d")
    both = ChainsView(sides=(uncounted("base"), uncounted("arbitrum")), days=days)
    drafted = chain_words(ChainsReport(view=both, aspect="locked"), Writer(now=NOW))
    assert said(drafted.headline) == "Most stablecoins stand on Base: $100 M; what is locked is not known."
    gap = "Not known, since the source did not answer: locked value, fees, exchange volume."
    assert gap in [said(line) for line in drafted.caveats]
    alone = ChainsView(sides=(uncounted("base"),), days=days)
    assert said(chain_words(ChainsReport(view=alone, aspect="locked"), Writer(now=NOW)).headline) == (
        "$100 M of stablecoins stand on Base; what is locked is not known."
    )


def test_what_using_a_chain_costs_is_told_where_nothing_else_is() -> None:
    gap = unknown("gap", "USD", "the source did not answer")
    bare = replace(uncounted("base"), stablecoins=gap, stablecoins_change=gap, swap=leaf("b.swap", Decimal("0.0019")))
    failure = SourceFailure(source="defillama:chains", kind="source_unavailable", message="down")
    report = ChainsView(sides=(bare,), days=leaf("days", 30, "d"), missing=("ton",), failures=(failure,))
    drafted = chain_words(ChainsReport(view=report, aspect="locked"), Writer(now=NOW))
    assert said(drafted.headline) == "Base: a swap costs $0.0019 of network fee."
    (table,) = (block for block in drafted.blocks if isinstance(block, TableDraft))
    assert said(table.columns[1]) == "in its own bridge"
    assert said(drafted.caveats[0]) == "No source told about TON."


def test_the_cheapest_chain_leads_and_bridges_are_told_apart() -> None:
    bridge = BridgeHolding(total=leaf("b", Decimal(3 * 10**9)), most="ETH", share=leaf("bs", Decimal(44), "pct"))
    silent = BridgeHolding(
        total=unknown("s", "USD", "no node told what it holds"), share=unknown("ss", "pct", "no node")
    )
    sides = (
        replace(chain_side("base", "1"), bridge=bridge, sending=leaf("b.send", Decimal("0.00083")),
                swap=leaf("b.swap", Decimal("0.0019"))),
        replace(chain_side("arbitrum", "1"), bridge=silent, swap=leaf("a.swap", Decimal("0.0044"))),
        chain_side("tron", "1"),
    )  # fmt: skip
    view = ChainsView(sides=sides, days=leaf("days", 30, "d"))
    drafted = chain_words(ChainsReport(view=view, aspect="cost"), Writer(now=NOW))
    assert said(drafted.headline) == (
        "Base is cheapest to use: sending a token costs $0.00083 and a swap costs $0.0019 of network fee."
    )
    first, _ = (block for block in drafted.blocks if isinstance(block, TableDraft))
    assert [said(cell) for cell in first.rows[0]] == ["Base", "$3.0 bn", "ETH", "44.0 %", "$0.00083", "$0.0019"]
    assert [said(cell) for cell in first.rows[2]] == ["Tron", "–", "–", "–", "–", "–"]
    told = [said(line) for line in drafted.caveats]
    assert "The bridge of Arbitrum is not known: no node told what it holds." in told
    assert "Without a registered bridge of its own: Tron." in told
    held = said(chain_words(ChainsReport(view=view, aspect="bridge"), Writer(now=NOW)).headline)
    assert held == "In the bridge of Base: $3.0 bn on Ethereum, 44.0 % of it ETH."


def test_a_route_says_cost_time_and_what_was_assumed() -> None:
    option = RouteOption(
        source="across", route=leaf("r", "Across", "text"), received=leaf("got", Decimal("999.4"), "USDC"),
        cost=leaf("cost", Decimal("0.6763"), "USDC"), cost_pct=leaf("share", Decimal("0.06"), "pct"),
        gas=leaf("gas", None), duration=leaf("t", Decimal(4), "s"),
    )  # fmt: skip
    routes = RoutesView(
        asset="USDC",
        from_chain="ethereum",
        to_chain="base",
        amount=leaf("sent", Decimal(1000), "USDC"),
        options=(option,),
    )
    drafted = chain_words(ChainsReport(routes=routes, assumed=("amount", "from")), Writer(now=NOW))
    assert said(drafted.headline) == (
        "Moving $1,000 from Ethereum to Base costs about $0.68 (0.06 %) by way of Across, in about 4 s."
    )
    told = [said(line) for line in drafted.caveats]
    assert "The network fee on Ethereum comes on top." in told
    assert "Took $1,000, since the question names no amount." in told
    assert "Only one source quoted a route, so nothing checks it." in told


# ------------------------------------------------------------------------------------------------- a simulated world


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


def number(answer: Answer, fact_id: str) -> float:
    value = answer.facts[fact_id].number()
    assert value is not None
    return value


async def test_two_lenders_side_by_side(app: App) -> None:
    answer = await app.ask("Compare Aave vs Compound rates", deadline_s=20.0)
    assert answer.intent == "defi_compare"
    assert answer.status == "answered", answer.caveats
    assert answer.headline_plain.startswith("For supplying USDC on Ethereum, ")
    assert {"aave", "compound_ethereum", "defillama"} <= {fact.source for fact in answer.facts.values()}
    assert 0 < number(answer, "aave.usdc.ethereum.supply") < number(answer, "aave.usdc.ethereum.borrow") < 40
    assert number(answer, "compare.times") == pytest.approx(number(answer, "aave.tvl") / number(answer, "compound.tvl"))
    (table,) = (block for block in answer.blocks if isinstance(block, TableBlock))
    assert table.columns == ("", "Aave", "Compound")


async def test_two_stakers_side_by_side(app: App) -> None:
    answer = await app.ask("lido vs rocket pool", deadline_s=20.0)
    assert (answer.intent, answer.status) == ("defi_compare", "answered"), answer.caveats
    assert answer.headline_plain.startswith("For staking ETH, ")
    assert answer.facts["lido.tvl"].simulated
    euler = await app.ask("aave vs euler", deadline_s=20.0)
    told = {fact.source for fact in euler.facts.values()}
    assert "registry" in told and "registry" not in {note.name for note in euler.sources}
    assert euler.simulated


async def test_a_flow_leaves_rewards_out_and_its_days_add_up(app: App) -> None:
    answer = await app.ask("how much flowed into Lido this week", deadline_s=20.0)
    assert (answer.intent, answer.status) == ("defi_flows", "answered"), answer.caveats
    assert "prices and staking rewards removed" in answer.headline_plain
    (chart,) = (block for block in answer.blocks if isinstance(block, ChartBlock))
    assert {"peer.lido.change", "peer.rocket-pool.change"} <= answer.facts.keys()
    days = [value or 0.0 for value in chart.data["lido.daily"].columns["value"]]
    assert len(days) == 7
    assert sum(days) == pytest.approx(number(answer, "lido.net"))
    held, earned = number(answer, "lido.deposits_start"), number(answer, "lido.earned")
    yearly = earned / held / 7 * 365 * 100
    assert yearly == pytest.approx(number(answer, "lido.staking_rate"), rel=0.1)
    moved_by_price = number(answer, "lido.tvl") - number(answer, "lido.tvl_start") - number(answer, "lido.net") - earned
    assert abs(moved_by_price) / held < 0.5


async def test_lending_interest_is_small_and_loans_are_added_back(app: App) -> None:
    answer = await app.ask("inflows to aave last 30 days", deadline_s=20.0)
    assert "loans added back" in answer.headline_plain, answer.caveats
    assert number(answer, "aave.deposits_start") > 1.2 * number(answer, "aave.tvl_start")
    assert 0 < number(answer, "aave.earned") < 0.02 * number(answer, "aave.deposits_start")


async def test_an_exchange_is_not_separable_and_says_so(app: App) -> None:
    answer = await app.call("flows", {"protocols": ["curve"], "window": "30d"}, deadline_s=20.0)
    assert answer.status == "partial"
    assert "not separable from trades without its events" in answer.headline_plain
    fees = await app.ask("uniswap fees", deadline_s=20.0)
    assert fees.headline_plain.startswith("Users of Uniswap paid ")


async def test_the_fastest_growing_layer_two(app: App) -> None:
    answer = await app.ask("fastest growing L2", deadline_s=20.0)
    assert (answer.intent, answer.status) == ("crosschain", "answered"), answer.caveats
    assert "grew fastest: stablecoins +" in answer.headline_plain
    table, costs = (block for block in answer.blocks if isinstance(block, TableBlock))
    names = {cell if isinstance(cell, str) else cell.text for cell in (row[0] for row in table.rows)}
    assert "Base" in names and not {"Ethereum", "Solana", "Polygon"} & names
    assert all(isinstance(cell, FactRef) for row in table.rows for cell in row[1:])
    assert [row[0] for row in costs.rows] == [row[0] for row in table.rows]
    assert all(isinstance(cell, FactRef) for row in costs.rows for cell in (row[1], *row[3:]))
    assert number(answer, "chain.base.bridge.dai") < number(answer, "chain.base.stablecoins")
    assert "in their own bridges" not in " ".join(plain(line) for line in answer.caveats if "not read" in plain(line))


async def test_the_cheapest_chain_is_told_by_its_fees(app: App) -> None:
    answer = await app.ask("which L2 is cheapest", deadline_s=20.0)
    assert (answer.intent, answer.status) == ("crosschain", "answered"), answer.caveats
    assert " is cheapest to use: sending a token costs $0.0" in answer.headline_plain
    costs = [number(answer, name) for name in answer.facts if name.startswith("chain.") and name.endswith(".swap")]
    assert len(costs) == 3 and min(costs) > 0


async def test_a_move_is_quoted_by_both(app: App) -> None:
    answer = await app.ask("move 10k USDC from ethereum to base", deadline_s=20.0)
    assert answer.status == "answered", answer.caveats
    assert answer.headline_plain.startswith("Moving $10,000 from Ethereum to Base costs about $")
    assert {"across", "lifi"} <= {fact.source for fact in answer.facts.values()}
    nowhere = await app.ask("bridge USDC from ethereum to solana", deadline_s=20.0)
    assert nowhere.status == "no_data"


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("flows", {"protocols": ["lido"], "window": "10y"}, "one day up to a year"),
        ("flows", {"protocols": ["lido"], "window": "1h"}, "one day up to a year"),
        (
            "compare",
            {"protocols": ["aave", "lido", "uniswap", "curve", "maker", "gmx", "morpho"]},
            "more protocols than fit",
        ),
        ("chains", {"chains": ["base"], "window": "1h"}, "one day up to a year"),
    ],
)
async def test_what_cannot_be_answered_is_said(app: App, tool: str, arguments: dict[str, Any], sentence: str) -> None:
    answer = await app.call(tool, arguments, deadline_s=20.0)
    assert answer.status == "clarify"
    assert sentence in answer.headline_plain


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [("compare", {"protocols": ["aave", "lido"]}), ("flows", {"protocols": ["lido"]}), ("chains", {}),
     ("chains", {"chains": ["ethereum", "base"], "assets": ["USDC"], "amount": 5})],
)  # fmt: skip
async def test_a_past_day_opens_no_socket(app: App, tool: str, arguments: dict[str, Any]) -> None:
    past = await app.call(tool, arguments, as_of=datetime(2026, 3, 5, tzinfo=UTC))
    assert past.status == "no_data"
    assert plain(past.headline).count("Ask without a date") == 1
