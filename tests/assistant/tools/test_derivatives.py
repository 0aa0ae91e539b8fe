"""The derivatives tool: its sentences, its tables, and the same through a whole simulated world."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mobius.app import App, open_app
from mobius.assistant.tools.derivatives import TOOL, DerivativesQuery, DerivativesReport, aspect_of, words
from mobius.core.answers import Answer, FactRef, TableBlock, plain
from mobius.core.facts import Fact, unknown
from mobius.core.market_views import BasisView, DerivativesView, ExpiryView, PerpetualView
from mobius.core.words import Draft, TableDraft, Writer
from mobius.frontends.cli.opening import OpenRequest
from tests.assistant.fakes import NOW, MemoryDesk, Understands, assistant


def leaf(name: str, value: Any, unit: str = "pct") -> Fact:
    return Fact(id=name, value=value, unit=unit, source="okx", path=f"okx:/x#{name}", as_of=NOW, fetched_at=NOW,
                reason="not told" if value is None else None)  # fmt: skip


def perpetual(source: str, per_8h: str | None) -> PerpetualView:
    stem = f"eth.{source}"
    rate = leaf(f"{stem}.rate", None if per_8h is None else Decimal(per_8h) / 100, "ratio")
    scaled = leaf(f"{stem}.8h", None if per_8h is None else Decimal(per_8h))
    return PerpetualView(
        source=source, symbol="ETH-PERP", rate=rate, interval=leaf(f"{stem}.h", Decimal(8), "h"), per_8h=scaled,
        per_year=leaf(f"{stem}.year", None if per_8h is None else Decimal(per_8h) * 1095), next_at=None,
        premium=unknown(f"{stem}.premium", "pct", "not asked for"), open_interest=leaf(f"{stem}.oi", Decimal(1000), "ETH"),
        open_interest_value=leaf(f"{stem}.oiv", Decimal(3_000_000), "USDT"),
    )  # fmt: skip


def view(asset: str = "ETH", funding: str | None = "0.006", **more: Any) -> DerivativesView:
    stem = asset.lower()

    def maybe(name: str, value: str | None, unit: str = "pct") -> Fact:
        return leaf(f"{stem}.{name}", None if value is None else Decimal(value), unit)

    year = None if funding is None else str(Decimal(funding) * 1095)
    figures: dict[str, Any] = {
        "funding_8h": maybe("funding_8h", funding), "funding_year": maybe("funding_year", year),
        "venues": leaf(f"{stem}.venues", 2, "count"), "open_interest": maybe("oi", "2000000", asset),
        "open_interest_value": maybe("oiv", "6.2e9", "USD"), "volatility_index": maybe("dvol", "52.4"),
        "volatility_change": maybe("dvol_change", "-1.2", "points"), "put_call": maybe("put_call", "0.62", "ratio"),
    } | more  # fmt: skip
    return DerivativesView(asset=asset, **figures)


def draft(*views: DerivativesView, missing: tuple[str, ...] = ()) -> Draft:
    return words(DerivativesReport(views=views, missing=missing), Writer(now=NOW))


def said(line: Any) -> str:
    return "".join(str(part) if isinstance(part, str) else part.text for part in line)


@pytest.mark.parametrize(
    ("funding", "sentence"),
    [
        ("0.006", "Funding on ETH perps is 0.006 % per 8 h (6.6 % a year), longs pay."),
        ("-0.0123", "Funding on ETH perps is −0.012 % per 8 h (−13.5 % a year), shorts pay."),
        ("0", "Funding on ETH perps is 0 % per 8 h (0 % a year), nobody pays."),
    ],
)
def test_the_headline_says_who_pays(funding: str, sentence: str) -> None:
    assert said(draft(view(funding=funding)).headline) == sentence


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("implied vol of eth", "Options expect 52.4 % a year of ETH over the next 30 days."),
        ("eth open interest", "Open interest in ETH perps is $6.2 bn on the venues that told it."),
        ("eth futures basis", "Funding on ETH perps is 0.006 % per 8 h (6.6 % a year), longs pay."),
    ],
)
def test_what_was_asked_for_leads_where_it_is_known(question: str, sentence: str) -> None:
    report = DerivativesReport(views=(view(),), aspect=aspect_of(question))
    assert said(words(report, Writer(now=NOW)).headline) == sentence


def test_without_funding_the_options_speak() -> None:
    quiet = view(funding=None)
    assert said(draft(quiet).headline) == "Options expect 52.4 % a year of ETH over the next 30 days."
    silent = view(
        funding=None, volatility_index=unknown("x", "pct", "none"), volatility_change=unknown("y", "pct", "none")
    )
    assert said(draft(silent).headline) == "No venue told a funding rate of ETH just now."


def test_venues_stand_on_one_scale_and_gaps_as_dashes() -> None:
    eth = view(perpetuals=(perpetual("okx", "0.004"), perpetual("bybit", None), perpetual("binance_futures", "0.008")))
    table = next(block for block in draft(eth).blocks if isinstance(block, TableDraft))
    rows = [[said(cell) for cell in row] for row in table.rows]
    assert [row[0] for row in rows] == ["Binance", "OKX", "Bybit"]
    assert rows[0][1:] == ["0.008 %", "8.8 %", "8 h", "–", "$3.0 M"]
    assert rows[2][1:3] == ["–", "–"]


def test_expiries_join_basis_and_smile() -> None:
    day = datetime(2026, 11, 27, 8, tzinfo=UTC)
    expires = leaf("eth.expires", "2026-11-27", "text")
    basis = BasisView(
        source="deribit", symbol="ETH-27NOV26", expires_at=day, expires=expires, days=leaf("d", Decimal(25), "d"),
        future=leaf("f", Decimal(3010), "USD"), basis=leaf("b", Decimal("0.3")), per_year=leaf("by", Decimal("4.4")),
    )  # fmt: skip
    smile = ExpiryView(
        source="deribit", expires_at=day, expires=expires, days=leaf("d2", Decimal(25), "d"), atm=leaf("atm", Decimal("47.2")),
        put_25=leaf("p", Decimal(49)), call_25=leaf("c", Decimal(47)), skew=leaf("s", Decimal("2.1"), "points"),
    )  # fmt: skip
    later = ExpiryView(
        source="deribit", expires_at=day + timedelta(days=28), expires=leaf("eth.later", "2026-12-25", "text"),
        days=leaf("d3", Decimal(53), "d"), atm=unknown("a3", "pct", "thin"), put_25=unknown("p3", "pct", "thin"),
        call_25=unknown("c3", "pct", "thin"), skew=unknown("s3", "points", "thin"),
    )  # fmt: skip
    table = draft(view(basis=(basis,), expiries=(smile, later))).blocks[-1]
    assert isinstance(table, TableDraft)
    assert [[said(cell) for cell in row] for row in table.rows] == [
        ["2026-11-27", "+4.4 %", "47.2 %", "+2.1"],
        ["2026-12-25", "–", "–", "–"],
    ]


def test_several_assets_are_a_table_under_the_largest() -> None:
    many = draft(view("ETH", "0.006"), view("SOL", "-0.02"), missing=("LEO",))
    assert said(many.headline) == "The largest funding is on SOL perps: −0.02 % per 8 h (−21.9 % a year), shorts pay."
    assert [said(line) for line in many.caveats] == ["No venue here has derivatives of LEO Token."]
    assert many.status == "partial"


async def test_exchanges_are_known_by_any_of_their_names() -> None:
    asked: list[tuple[tuple[str, ...], tuple[str, ...], datetime | None]] = []

    class Desk(MemoryDesk):
        async def derivatives(
            self, assets: tuple[str, ...], *, exchanges: tuple[str, ...] = (), at: datetime | None = None
        ) -> tuple[DerivativesView, ...]:
            asked.append((assets, exchanges, at))
            return (view(assets[0]),)

    answer = await assistant(Desk({}), Understands()).call("derivatives", {"exchanges": ["Binance", "OKX"]})
    assert asked == [(("BTC",), ("binance", "okx"), None)]
    assert answer.headline_plain.startswith("Funding on BTC perps is 0.006 %")


def test_its_query_has_defaults() -> None:
    assert DerivativesQuery() == DerivativesQuery(assets=("BTC",), exchanges=())
    assert TOOL.intents == ("derivatives",)


# ------------------------------------------------------------------------------------------------- a simulated world


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)) as opened:
        yield opened


def leaves(answer: Answer, fact_id: str) -> set[str]:
    """Sources of everything a fact rests on."""
    seen: set[str] = set()
    stack = [answer.facts[fact_id]]
    while stack:
        fact = stack.pop()
        if fact.derived_from:
            stack += [answer.facts[parent] for parent in fact.derived_from]
        else:
            assert fact.path is not None and "#" in fact.path
            seen.add(fact.source)
    return seen


async def test_a_world_answers_with_funding_basis_and_volatility(app: App) -> None:
    answer = await app.call("derivatives", {"assets": ["ETH"]}, deadline_s=20.0)
    assert answer.status == "answered", answer.caveats
    assert answer.simulated
    assert answer.headline_plain.startswith("Funding on ETH perps is ")
    assert leaves(answer, "eth.funding_8h") == {"binance_futures", "bybit", "deribit", "hyperliquid", "okx"}
    rate, year = (answer.facts[name].number() for name in ("eth.funding_8h", "eth.funding_year"))
    assert rate is not None and year is not None
    assert year == pytest.approx(rate * 1095)
    assert abs(rate) < 0.2
    venues, terms = (block for block in answer.blocks if isinstance(block, TableBlock))
    assert len(venues.rows) == 5
    assert len(terms.rows) == 6
    assert all(isinstance(cell, FactRef) for row in terms.rows for cell in row)
    vol = answer.facts["eth.volatility_index"].number()
    assert vol is not None and 20 < vol < 150
    interest, index = answer.facts["eth.open_interest"].number(), answer.facts["eth.index.deribit"].number()
    assert interest is not None and index is not None
    assert 1e9 < interest * index < 2e10


async def test_a_price_there_rests_on_five_venues(app: App) -> None:
    answer = await app.call("price", {"assets": ["BTC"]}, deadline_s=20.0)
    again = await app.call("price", {"assets": ["BTC"]}, deadline_s=20.0)
    venues = max(int(str(each.facts["btc.venues"].value)) for each in (answer, again))
    assert venues >= 5
    assert {"binance", "kraken", "okx", "bybit", "coinbase"} <= leaves(answer, "btc.price") | leaves(again, "btc.price")


async def test_one_exchange_is_asked_alone(app: App) -> None:
    answer = await app.call("derivatives", {"assets": ["SOL"], "exchanges": ["hyperliquid"]}, deadline_s=20.0)
    assert leaves(answer, "sol.funding_8h") == {"hyperliquid"}
    assert any("Only Hyperliquid gave a funding rate" in plain(line) for line in answer.caveats)
    unknown_venue = await app.call("derivatives", {"exchanges": ["kraken"]}, deadline_s=20.0)
    assert unknown_venue.status == "no_data"


async def test_a_past_day_is_told_to_hold_no_funding(app: App) -> None:
    past = await app.call("derivatives", {"assets": ["ETH"]}, as_of=datetime(2026, 3, 5, tzinfo=UTC))
    assert past.status == "no_data"
    assert "holds no funding" in past.headline_plain


async def test_a_stablecoin_has_none_and_says_so(app: App) -> None:
    answer = await app.call("derivatives", {"assets": ["USDT"]}, deadline_s=20.0)
    assert answer.status == "no_data"
    assert "USDT" in answer.headline_plain
