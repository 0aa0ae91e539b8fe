"""Institutions: fund flows from a file or a key, futures positions without, and never a flow that nobody told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mobius.core.errors import SourceUnavailable
from mobius.core.record_needs import Filing, FundFlow, Positioning, Treasuries, Treasury
from tests.assistant.tools.records import InMemory, ask, caveats, listed, rows, source

INTENT = "institutional_flows"
BTC: dict[str, Any] = {"assets": ["BTC"]}


def report(on: date, *, long: int, short: int) -> Positioning:
    return Positioning(
        market="BITCOIN - CHICAGO MERCANTILE EXCHANGE", on=on, open_interest=28_100, managers_long=9_400,
        managers_short=2_100, leveraged_long=long, leveraged_short=short,
        fields={"open_interest": "[2].open_interest_all", "managers_long": "[2].asset_mgr_positions_long"},
    )  # fmt: skip


COT = source(
    "cftc", "positioning",
    (report(date(2026, 10, 27), long=3_900, short=12_500), report(date(2026, 10, 20), long=4_000, short=11_800)),
    kind="official",
)  # fmt: skip


def days(n: int, *, each: str = "10000000") -> dict[str, str]:
    return {(date(2026, 10, 31) - timedelta(days=place)).isoformat(): each for place in range(n)}


def test_imported_flows_are_summed_over_funds() -> None:
    held = InMemory(BTC_IBIT={**days(20), "2026-10-31": "120000000"}, BTC_FBTC={"2026-10-31": "-4500000"},
                    ETH_ETHA={"2026-10-31": "7"})  # fmt: skip
    answer = ask(INTENT, "BTC ETF flows", BTC, COT, imported=held)
    assert answer.headline_plain == "Spot BTC funds took in $116 M net on 31 October 2026."
    assert answer.facts["btc.flow_day"].value == Decimal(115_500_000)
    assert answer.facts["btc.flow_five"].value == Decimal(155_500_000)
    assert answer.facts["btc.flow_twenty"].value == Decimal(305_500_000)
    assert answer.facts["btc.flows_ibit"].path == "imported:flows.csv#BTC/IBIT"
    assert "need a key" not in caveats(answer)


def test_an_outflow_is_said_as_one() -> None:
    answer = ask(INTENT, "x", BTC, imported=InMemory(BTC_TOTAL={"2026-10-31": "-30000000"}))
    assert answer.headline_plain == "Spot BTC funds saw a net outflow on 31 October 2026: −$30.0 M."
    assert answer.facts["btc.flow_five"].reason == "fewer than 5 days are told"


def test_a_total_is_not_added_to_its_funds() -> None:
    held = InMemory(BTC_IBIT={"2026-10-31": "5"}, BTC_TOTAL={"2026-10-31": "9", "2026-10-30": "2"})
    answer = ask(INTENT, "x", BTC, imported=held)
    assert answer.facts["btc.flow_day"].value == Decimal(5)


def test_a_key_serves_where_no_file_does() -> None:
    flows = tuple(FundFlow(on=date(2026, 10, 29) + timedelta(days=n), net_usd=Decimal(n), field="data[0].flow_usd")
                  for n in range(3))  # fmt: skip
    answer = ask(INTENT, "x", BTC, source("coinglass", "fund_flows", flows, kind="aggregator"))
    assert answer.headline_plain == "Spot BTC funds took in $2.00 net on 31 October 2026."
    assert answer.facts["btc.flow_funds"].value is None


def test_without_flows_the_weekly_report_leads_and_the_want_of_a_key_is_said() -> None:
    answer = ask(INTENT, "x", BTC, COT)
    assert answer.headline_plain == (
        "Futures: asset managers are net long, +7,300 contracts, leveraged funds short −8,600 "
        "(BITCOIN - CHICAGO MERCANTILE EXCHANGE, report of 27 October 2026)."
    )
    assert rows(answer)[1] == ["leveraged funds", "−8,600", "−800"]
    assert rows(answer)[2] == ["dealers", "–", "–"]
    assert "Fund flows need a key (SoSoValue, CoinGlass) or a CSV" in caveats(answer)


def test_holders_and_filings_are_named() -> None:
    held = Treasuries(
        holdings=Decimal("900000.5"), value_usd=Decimal(55_000_000_000), share_pct=Decimal("4.5"),
        rows=(Treasury(name="Example Holdings 21", holdings=Decimal(600_000), value_usd=Decimal(36_000_000_000)),),
    )  # fmt: skip
    filing = Filing(filer="Example Bitcoin Trust", form="10-Q", filed_on=date(2026, 10, 30), number="0001980994-26-000031",
                    address="https://www.sec.gov/x", field="filings.recent.form[0]")  # fmt: skip
    answer = ask(
        INTENT, "x", BTC, source("coingecko_treasuries", "treasuries", held, kind="aggregator"),
        source("edgar", "filings", (filing,), kind="official"), source("edgar_search", "filings", (filing,), kind="official"),
    )  # fmt: skip
    assert answer.headline_plain == "Listed companies hold 900 k BTC, 4.5 % of all there is."
    assert listed(answer) == ["10-Q of Example Bitcoin Trust, 30 October 2026"]
    several = tuple(replace(filing, number=f"0001980994-26-00003{n}") for n in range(5))
    told = ask(INTENT, "x", BTC, source("edgar", "filings", several, kind="official"))
    assert len(listed(told)) == 3
    assert rows(answer) == [["Example Holdings 21", "600 k BTC", "$36.0 bn"]]


def test_a_past_day_sees_only_days_that_were_over() -> None:
    held = InMemory(BTC_IBIT={"2026-10-29": "1000000", "2026-10-30": "2000000"})
    answer = ask(INTENT, "x", BTC, COT, imported=held, as_of=datetime(2026, 10, 30, tzinfo=UTC))
    assert answer.headline_plain == "Spot BTC funds took in $1.0 M net on 29 October 2026."
    assert not any(fact.source == "cftc" for fact in answer.facts.values())


def test_a_past_day_without_a_file_is_no_data() -> None:
    answer = ask(INTENT, "x", BTC, COT, imported=InMemory(), as_of=datetime(2026, 10, 30, tzinfo=UTC))
    assert answer.status == "no_data"
    assert "mobius data import" in answer.headline_plain


def test_nothing_told_is_no_data_with_what_would_help() -> None:
    answer = ask(INTENT, "x", BTC, source("cftc", "positioning", SourceUnavailable("cftc", "x"), kind="official"))
    assert answer.status == "no_data"
    assert "Cftc did not answer" in answer.headline_plain
    assert "need a key or a CSV" in answer.headline_plain


def test_old_flows_give_way_to_a_key() -> None:
    fresh = (FundFlow(on=date(2026, 10, 30), net_usd=Decimal(8_000_000), field="data[0].flow_usd"),)
    answer = ask(
        INTENT, "x", BTC, source("coinglass", "fund_flows", fresh, kind="aggregator"),
        imported=InMemory(BTC_IBIT={"2025-01-02": "1"}),
    )  # fmt: skip
    assert answer.headline_plain == "Spot BTC funds took in $8.0 M net on 30 October 2026."


def test_a_second_asset_is_said_to_be_left_out() -> None:
    answer = ask(INTENT, "x", {"assets": ["BTC", "ETH"]}, COT)
    assert "Ethereum was not looked at" in caveats(answer)


def test_a_source_is_dated_by_the_newest_it_gave() -> None:
    answer = ask(INTENT, "x", BTC, COT)
    (note,) = answer.sources
    told = {fact.as_of for fact in answer.facts.values() if fact.source == "cftc" and fact.as_of is not None}
    assert len(told) == 2
    assert note.as_of == max(told)
