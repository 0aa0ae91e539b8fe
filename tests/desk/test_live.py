"""Live prices: conversion before the vote, stress, gaps named, other quotes."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mobius.core.errors import NoData, RateLimited, SourceUnavailable
from mobius.core.facts import Fact, Sourced, facts_in
from mobius.core.needs import FxRate, Source
from mobius.desk.hearing import GRACE_S
from mobius.desk.live import live_prices
from tests.desk.fakes import NOW, aggregator, failing, row, source, sourced, ticker, venue

TETHER = (ticker("USDT", "USD", "0.9990"),)


def closed(report: Any) -> bool:
    facts = {fact.id: fact for fact in facts_in(report)}
    return all(parent in facts for fact in facts.values() for parent in fact.derived_from)


def value(fact: Fact) -> Decimal:
    return Decimal(str(fact.value))


async def test_a_usdt_book_is_converted_before_the_vote() -> None:
    sources = [
        venue("kraken", ticker("BTC", "USD", "60000"), *TETHER),
        venue("binance", ticker("BTC", "USDT", "60060")),
        aggregator("coingecko", row("BTC", "60001", market_cap=Decimal("1.2e12")), row("USDT", "0.9990")),
    ]
    (view,) = await live_prices(sources, ("BTC",), "USD")
    assert value(view.price) == (Decimal(60000) + Decimal(60060) * Decimal("0.9990")) / 2
    assert view.venues.value == 2
    assert value(view.market_cap) == Decimal("1.2e12")
    assert view.notices == ()
    assert closed(view)


async def test_without_two_sources_of_the_tether_rate_usdt_books_do_not_vote() -> None:
    sources = [
        venue("kraken", ticker("BTC", "USD", "60000"), *TETHER),
        venue("binance", ticker("BTC", "USDT", "66000")),
    ]
    (view,) = await live_prices(sources, ("BTC",), "USD")
    assert value(view.price) == 60000
    assert [notice.kind for notice in view.notices] == ["one_source"]
    assert view.market_cap.value is None
    assert view.market_cap.reason


async def test_only_usdt_books_and_no_rate_is_shown_in_usdt_and_said() -> None:
    (view,) = await live_prices([venue("binance", ticker("BTC", "USDT", "60000"))], ("BTC",), "USD")
    assert view.price.unit == "USDT"
    assert "tether_not_converted" in [notice.kind for notice in view.notices]


async def test_books_in_dollars_and_tether_far_apart_are_shown_as_stress() -> None:
    sources = [
        venue("kraken", ticker("BTC", "USD", "60000"), *TETHER),
        venue("binance", ticker("BTC", "USDT", "60300")),
        aggregator("coingecko", row("USDT", "0.9990")),
    ]
    (view,) = await live_prices(sources, ("BTC",), "USD")
    (stress,) = [notice for notice in view.notices if notice.kind == "stablecoin_stress"]
    assert value(stress.facts["usd"]) == 60000
    assert value(stress.facts["usdt"]) == Decimal("60300") * Decimal("0.9990")


async def test_a_dead_source_costs_its_own_figures_and_is_named() -> None:
    sources = [
        venue("kraken", ticker("BTC", "USD", "60000")),
        failing("binance", SourceUnavailable("binance", "no answer")),
        failing("coingecko", RateLimited("coingecko", "429"), "overview"),
    ]
    (view,) = await live_prices(sources, ("BTC",), "USD")
    assert value(view.price) == 60000
    assert {failure.source: failure.kind for failure in view.failures} == {
        "binance": "source_unavailable",
        "coingecko": "rate_limited",
    }


async def test_all_dead_is_one_sentence_naming_each() -> None:
    sources = [
        failing("kraken", SourceUnavailable("kraken", "refused")),
        failing("binance", SourceUnavailable("binance", "503")),
    ]
    with pytest.raises(NoData, match=r"Kraken and Binance did not answer"):
        await live_prices(sources, ("BTC",), "USD")


async def test_a_bug_in_a_source_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        await live_prices([failing("kraken", ZeroDivisionError())], ("BTC",), "USD")


async def test_a_slow_source_is_not_waited_for_past_the_grace() -> None:
    never = asyncio.Event()

    async def hang(query: Any, http: Any) -> Sourced[Any]:
        await never.wait()
        raise AssertionError("unreachable")

    sources = [venue("kraken", ticker("BTC", "USD", "60000")), source("binance", {"spot": hang})]
    (view,) = await asyncio.wait_for(live_prices(sources, ("BTC",), "USD"), 2)
    assert [(failure.source, failure.kind) for failure in view.failures] == [("binance", "slow")]


async def test_an_old_last_trade_without_a_book_gives_no_price() -> None:
    stale = ticker("BTC", "USD", "60000")
    stale = msgspec.structs.replace(stale, bid=None, ask=None, last_at=NOW.replace(year=2025))
    with pytest.raises(NoData):
        await live_prices([venue("kraken", stale)], ("BTC",), "USD")


async def test_an_asset_only_the_aggregator_knows_has_its_price_and_says_so() -> None:
    sources = [venue("kraken", ticker("BTC", "USD", "60000")), aggregator("coingecko", row("PENDLE", "3.21"))]
    (view,) = await live_prices(sources, ("PENDLE",), "USD")
    assert value(view.price) == Decimal("3.21")
    assert view.notices[0].names == {"source": "coingecko"}
    assert closed(view)


async def test_one_asset_in_another_is_the_quotient() -> None:
    sources = [venue("kraken", ticker("BTC", "USD", "60000"), ticker("ETH", "USD", "3000"))]
    (view,) = await live_prices(sources, ("ETH",), "BTC")
    assert value(view.price) == Decimal("0.05")
    assert view.price.unit == "BTC"
    assert closed(view)


async def test_a_price_in_euros_weighs_the_euro_book_with_the_converted_dollar_price() -> None:
    async def fx(query: Any, http: Any) -> Sourced[Any]:
        return sourced(FxRate(base=query.base, quote=query.quote, rate=Decimal("0.90"), field="rate"), "kraken")

    kraken = venue("kraken", ticker("BTC", "USD", "60000"), ticker("BTC", "EUR", "54100"))
    both = Source(spec=kraken.spec, offers={**kraken.offers, "fx": fx}, http=None)
    (view,) = await live_prices([both], ("BTC",), "EUR")
    assert value(view.price) == Decimal("54050")
    assert view.price.unit == "EUR"
    assert closed(view)


async def test_a_kept_overview_does_not_cut_off_venues_that_are_still_connecting() -> None:
    """An aggregator's reply out of the cache is there at once, which says nothing of how fast the venues are."""
    kept = aggregator("coingecko", row("BTC", "60001"), row("USDT", "0.9990"))
    quick = venue("kraken", ticker("BTC", "USD", "60000"), *TETHER)

    async def connects_first(query: Any, http: Any) -> Sourced[Any]:
        await asyncio.sleep(GRACE_S + 0.1)
        answered: Sourced[Any] = await quick.offers["spot"](query, http)
        return answered

    (view,) = await live_prices([kept, source("kraken", {"spot": connects_first})], ("BTC",), "USD")
    assert value(view.price) == 60000
    assert [notice.kind for notice in view.notices] == ["one_source"]
    assert view.failures == ()
