"""Perpetuals, futures and options on one scale: units, medians, what is unknown, what it rests on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.analytics.options import price as black
from mobius.core.errors import NoData, RateLimited
from mobius.core.facts import Fact, Sourced, facts_in
from mobius.core.market_views import DerivativesView
from mobius.core.needs import (
    FutureRow,
    OptionRow,
    PerpetualRow,
    Source,
    SourceList,
    VolatilityIndexPoint,
)
from mobius.core.sources import Need
from mobius.desk.derivatives import live_derivatives
from mobius.desk.desk import MarketDesk
from mobius.desk.smiles import chosen
from tests.desk.fakes import NOW, failing, source, sourced

FIELDS = {name: f"row.{name}" for name in ("funding_rate", "interval_h", "mark", "index", "open_interest")}


def perpetual(asset: str = "ETH", rate: str | None = "0.0001", hours: str | None = "8", **more: Any) -> PerpetualRow:
    figures: dict[str, Any] = {
        "quote": "USDT", "mark": Decimal(3003), "index": Decimal(3000), "open_interest": Decimal(1000), "fields": FIELDS,
    } | more  # fmt: skip
    return PerpetualRow(
        asset=asset, symbol=f"{asset}-PERP", funding_rate=None if rate is None else Decimal(rate),
        interval_h=None if hours is None else Decimal(hours), **figures,
    )  # fmt: skip


def offering(name: str, rows: Mapping[Need, Any]) -> Source:
    def fetch(need: Need) -> Any:
        async def ask(query: Any, http: Any) -> Sourced[Any]:
            got = rows[need]
            asset = getattr(query, "asset", None)
            if asset is not None:
                got = got.get(asset, ())
            if not got:
                raise NoData(name, "nothing of this")
            return sourced(got, name)

        return ask

    return source(name, {need: fetch(need) for need in rows})


def perps(name: str, *rows: PerpetualRow) -> Source:
    return offering(name, {"perpetuals": rows})


def future(days: float, mark: str, index: str | None = "3000") -> FutureRow:
    return FutureRow(
        asset="ETH", symbol=f"ETH-{days:g}D", quote="USD", expires_at=NOW + timedelta(days=days), mark=Decimal(mark),
        index=None if index is None else Decimal(index), fields={"mark": "mark_price", "index": "index_price"},
    )  # fmt: skip


def option(days: float, strike: float, kind: Literal["call", "put"], iv: float | None, held: str = "10") -> OptionRow:
    name = f"ETH-{days:g}D-{strike:g}-{kind[0].upper()}"
    return OptionRow(
        symbol=name, expires_at=NOW + timedelta(days=days), strike=Decimal(str(strike)), kind=kind,
        iv_pct=None if iv is None else Decimal(str(iv)), forward=Decimal(3000), open_interest=Decimal(held),
        place=f"result[{name}]", fields={"iv_pct": "mark_iv", "forward": "underlying_price"},
    )  # fmt: skip


def chain(days: float, *, skew: float = 0.0) -> tuple[OptionRow, ...]:
    """Both kinds of every strike, the lower ones dearer by `skew` points for each ten percent."""
    rows = []
    for strike in range(1000, 8001, 100):
        iv = 60.0 - skew * (strike / 3000 - 1) * 10
        rows += [option(days, strike, "call", iv), option(days, strike, "put", iv, "5")]
    return tuple(rows)


async def view_of(*sources: Source, asset: str = "ETH", exchanges: tuple[str, ...] = ()) -> DerivativesView:
    (view,) = await live_derivatives(sources, (asset,), exchanges)
    return view


def value(fact: Fact) -> Decimal:
    assert fact.value is not None, fact.reason
    return Decimal(str(fact.value))


def closed(report: Any) -> bool:
    facts = {fact.id: fact for fact in facts_in(report)}
    return all(parent in facts for fact in facts.values() for parent in fact.derived_from)


# ------------------------------------------------------------------------------------------------------------- funding


async def test_rates_of_any_interval_come_onto_one_scale() -> None:
    view = await view_of(
        perps("okx", perpetual(rate="0.0001", hours="8")),
        perps("bybit", perpetual(rate="0.00005", hours="4")),
        perps("hyperliquid", perpetual(rate="0.0000125", hours="1")),
    )
    assert [value(one.per_8h) for one in view.perpetuals] == [Decimal("0.01")] * 3
    assert value(view.funding_8h) == Decimal("0.01")
    assert value(view.funding_year) == Decimal("10.95")
    assert (view.funding_8h.unit, view.funding_year.unit, view.perpetuals[0].rate.unit) == ("pct", "pct", "ratio")
    assert view.venues.value == 3
    assert closed(view)


@given(
    st.lists(st.tuples(st.decimals("-0.01", "0.01", places=6), st.sampled_from([1, 2, 4, 8])), min_size=1, max_size=7)
)
def test_the_headline_lies_among_the_venues(rates: list[tuple[Decimal, int]]) -> None:
    sources = [perps(f"v{n}", perpetual(rate=str(rate), hours=str(hours))) for n, (rate, hours) in enumerate(rates)]
    view = asyncio.run(view_of(*sources))
    scaled = sorted(rate * 100 * 8 / hours for rate, hours in rates)
    assert scaled[0] <= value(view.funding_8h) <= scaled[-1]
    assert value(view.funding_year) == value(view.funding_8h) * 1095


async def test_one_venue_alone_is_said() -> None:
    view = await view_of(perps("okx", perpetual()))
    assert [(notice.kind, notice.names) for notice in view.notices] == [("one_funding", {"source": "okx"})]


async def test_venues_of_different_sign_are_said() -> None:
    view = await view_of(perps("okx", perpetual(rate="0.0001")), perps("bybit", perpetual(rate="-0.0002")))
    (apart,) = view.notices
    assert (apart.kind, apart.names) == ("funding_apart", {"lower": "bybit", "higher": "okx"})


async def test_what_a_venue_does_not_tell_is_unknown_with_a_reason() -> None:
    bare = perpetual(rate=None, hours=None, mark=None, index=None, open_interest=None)
    view = await view_of(perps("okx", bare), perps("bybit", perpetual(rate="0.0001", hours=None)))
    for one in view.perpetuals:
        assert one.per_8h.value is None
        assert one.per_8h.reason
        assert one.per_year.reason
    assert view.perpetuals[0].premium.value is None
    assert view.funding_8h.value is None
    assert view.funding_8h.reason == "no venue gave a funding rate"
    assert closed(view)


async def test_the_premium_is_mark_over_index_in_percent() -> None:
    view = await view_of(perps("okx", perpetual()))
    assert value(view.perpetuals[0].premium) == Decimal("0.1")


# ------------------------------------------------------------------------------------------------------- open interest


async def test_open_interest_adds_up_in_the_asset_and_in_dollars_by_a_dollar_price() -> None:
    told_in_dollars = perpetual(
        quote="USD", open_interest=None, open_interest_value=Decimal(6_006_000), mark=Decimal(3003), index=Decimal(3000)
    )
    view = await view_of(perps("okx", perpetual()), perps("deribit", told_in_dollars))
    by_source = {one.source: one for one in view.perpetuals}
    assert value(by_source["deribit"].open_interest) == 2000
    assert value(by_source["okx"].open_interest_value) == 3_003_000
    assert by_source["okx"].open_interest_value.unit == "USDT"
    assert (value(view.open_interest), view.open_interest.unit) == (Decimal(3000), "ETH")
    assert view.open_interest_value.unit == "USD"
    assert value(view.open_interest_value) == 3000 * 3003
    assert closed(view)


async def test_without_a_dollar_price_the_sum_stays_in_tether() -> None:
    view = await view_of(perps("okx", perpetual()))
    assert view.open_interest_value.unit == "USDT"


async def test_open_interest_that_nobody_tells_is_unknown() -> None:
    view = await view_of(perps("okx", perpetual(open_interest=None)))
    assert view.open_interest.value is None
    assert view.open_interest_value.value is None


# --------------------------------------------------------------------------------------------------------------- basis


async def test_basis_is_told_as_it_is_and_a_year() -> None:
    view = await view_of(
        offering("deribit", {"futures": (future(73, "3060"), future(0.5, "3001"), future(30, "3000", None))})
    )
    by_days = {round(float(one.days.value or 0), 1): one for one in view.basis}
    assert list(by_days) == [0.5, 30.0, 73.0]
    assert value(by_days[73.0].basis) == 2
    assert value(by_days[73.0].per_year) == 10
    assert by_days[0.5].per_year.reason == "less than a day to the expiry"
    assert value(by_days[0.5].basis) > 0
    assert by_days[30.0].basis.value is None
    assert closed(view)


# --------------------------------------------------------------------------------------------------------------- smile


async def test_a_flat_smile_has_no_skew() -> None:
    view = await view_of(offering("deribit", {"options": {"ETH": chain(30)}}))
    (expiry,) = view.expiries
    assert float(value(expiry.atm)) == pytest.approx(60, abs=1e-6)
    assert float(value(expiry.skew)) == pytest.approx(0, abs=1e-6)
    assert (expiry.skew.unit, expiry.atm.unit) == ("points", "pct")
    assert closed(view)


async def test_dearer_puts_give_a_positive_skew_in_points() -> None:
    view = await view_of(offering("deribit", {"options": {"ETH": chain(30, skew=3.0)}}))
    (expiry,) = view.expiries
    assert value(expiry.put_25) > value(expiry.atm) > value(expiry.call_25)
    assert value(expiry.skew) == value(expiry.put_25) - value(expiry.call_25)
    quotes = [fact for fact in view.parts if fact.id.startswith("eth.iv.")]
    assert quotes
    assert all(fact.path is not None and fact.path.endswith("].mark_iv") for fact in quotes)
    assert closed(view)


async def test_the_volatility_read_gives_back_the_prices_it_stands_for() -> None:
    """Put-call parity at the money: both kinds at the volatility read off differ by the forward less the strike."""
    view = await view_of(offering("deribit", {"options": {"ETH": chain(30, skew=2.0)}}))
    vol = float(value(view.expiries[0].atm)) / 100
    call, put = (black(3000, 3000, vol, 30 / 365, kind) for kind in ("call", "put"))
    assert call == pytest.approx(put)
    assert call == pytest.approx(0.4 * 3000 * vol * (30 / 365) ** 0.5, rel=0.01)


async def test_puts_for_each_call_rest_on_the_whole_list() -> None:
    view = await view_of(offering("deribit", {"options": {"ETH": chain(30)}}))
    assert view.put_call.value == Decimal("0.5")
    (column,) = [fact for fact in view.parts if fact.sha256]
    assert column.n == len(chain(30))
    assert view.put_call.derived_from == (column.id,)


async def test_a_chain_with_gaps_says_what_it_cannot_tell() -> None:
    thin = (option(30, 2900, "put", 61.0), option(30, 3100, "call", 59.0), option(30, 5000, "call", None))
    view = await view_of(offering("deribit", {"options": {"ETH": thin}}))
    (expiry,) = view.expiries
    assert 59 < value(expiry.atm) < 61
    assert expiry.skew.value is None
    assert expiry.skew.reason == "the quoted options do not reach so far"
    assert closed(view)


def test_expiries_nearest_to_the_tenors_are_chosen() -> None:
    def days(*numbers: float) -> tuple[datetime, ...]:
        return tuple(NOW + timedelta(days=number) for number in numbers)

    assert chosen(days(0.4, 2, 6, 8, 29, 45, 85, 200, 400), NOW) == days(6, 29, 45, 85, 200)
    assert chosen(days(0.4), NOW) == ()
    assert chosen((), NOW) == ()


# ---------------------------------------------------------------------------------------------------- volatility index


async def test_the_volatility_index_is_told_with_its_day() -> None:
    points = tuple(
        VolatilityIndexPoint(value=Decimal(50 + n), at=NOW - timedelta(hours=24 - n), field=f"data[{n}][4]")
        for n in range(25)
    )
    view = await view_of(offering("deribit", {"volatility_index": {"ETH": points}}))
    assert value(view.volatility_index) == 74
    assert (value(view.volatility_change), view.volatility_change.unit) == (Decimal(24), "points")
    short = await view_of(offering("deribit", {"volatility_index": {"ETH": points[-3:]}}))
    assert short.volatility_change.reason == "no value of a day before"
    assert closed(view) and closed(short)


# ------------------------------------------------------------------------------------------------------ who is asked


async def test_only_the_named_exchange_is_asked() -> None:
    sources = (perps("okx", perpetual()), perps("binance_futures", perpetual(rate="0.0003")))
    view = await view_of(*sources, exchanges=("binance",))
    assert [one.source for one in view.perpetuals] == ["binance_futures"]
    with pytest.raises(NoData, match="kraken") as caught:
        await live_derivatives(sources, ("ETH",), ("kraken",))
    assert caught.value.hint == "There are binance, okx."


async def test_a_dead_venue_costs_its_own_figures_and_is_named() -> None:
    dead = failing("bybit", RateLimited("bybit", "slow down"), "perpetuals")
    view = await view_of(perps("okx", perpetual()), dead)
    assert [(failure.source.partition(":")[0], failure.kind) for failure in view.failures] == [
        ("bybit", "rate_limited")
    ]
    assert value(view.funding_8h) == Decimal("0.01")


async def test_all_dead_is_one_sentence_naming_each() -> None:
    dead = [failing(name, RateLimited(name, f"{name} is busy"), "perpetuals") for name in ("okx", "bybit")]
    with pytest.raises(NoData, match=r"of ETH: Okx and Bybit asked for fewer requests\."):
        await live_derivatives(dead, ("ETH",), ())


async def test_an_asset_without_derivatives_is_left_out() -> None:
    views = await live_derivatives([perps("okx", perpetual("ETH"), perpetual("BTC"))], ("BTC", "LEO", "ETH"), ())
    assert [view.asset for view in views] == ["BTC", "ETH"]
    with pytest.raises(NoData, match="No venue lists derivatives of LEO"):
        await live_derivatives([perps("okx", perpetual("ETH"))], ("LEO",), ())


async def test_a_past_day_has_no_funding_here() -> None:
    desk = MarketDesk(SourceList((perps("okx", perpetual()),)), None)  # type: ignore[arg-type]
    with pytest.raises(NoData, match="holds no funding"):
        await desk.derivatives(("ETH",), at=NOW)
