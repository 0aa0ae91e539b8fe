"""Who is asked, in which order, and what an aggregator's price is used for."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from mobius.core.errors import NoData, RateLimited
from mobius.core.facts import Sourced
from mobius.core.needs import ReferencePrice, Source
from mobius.desk.hearing import listen, tether_rate
from mobius.desk.live import live_prices
from tests.desk.fakes import NOW, aggregator, row, source, sourced, ticker, venue
from tests.desk.test_live import closed, value

TETHER = ticker("USDT", "USD", "0.9990")


def reference(
    name: str, prices: dict[str, str], asked: list[tuple[str, tuple[str, ...]]], per_minute: int = 60
) -> Source:
    async def fetch(query: Any, http: Any) -> Sourced[Any]:
        asked.append((name, query.assets))
        rows = tuple(
            ReferencePrice(asset=asset, price=Decimal(prices[asset]), updated_at=NOW, field=f"coins.{asset}")
            for asset in query.assets
            if asset in prices
        )
        if not rows:
            raise NoData(name, "nothing")
        return sourced(rows, name)

    return allowing(source(name, {"reference": fetch}, "aggregator"), per_minute)


def allowing(one: Source, per_minute: int) -> Source:
    return replace(one, spec=replace(one.spec, limits=replace(one.spec.limits, per_minute=per_minute)))


def counted(one: Source, asked: list[str]) -> Source:
    async def fetch(query: Any, http: Any) -> Sourced[Any]:
        asked.append(one.spec.name)
        got: Sourced[Any] = await one.offers["overview"](query, http)
        return got

    return replace(one, offers={"overview": fetch})


async def test_a_second_aggregator_is_not_asked_while_the_first_answers() -> None:
    asked: list[str] = []
    first = allowing(counted(aggregator("coingecko", row("BTC", "60000", market_cap=Decimal("1.2e12"))), asked), 30)
    spare = allowing(counted(aggregator("coinpaprika", row("BTC", "60100", market_cap=Decimal("1.3e12"))), asked), 10)
    books = (
        venue("kraken", ticker("BTC", "USD", "60000"), TETHER),
        venue("coinbase", ticker("BTC", "USD", "60010"), TETHER),
    )
    (view,) = await live_prices([spare, first, *books], ("BTC",), "USD")
    assert asked == ["coingecko"]
    assert value(view.market_cap) == Decimal("1.2e12")
    assert view.failures == ()


async def test_when_the_first_aggregator_fails_the_next_fills_in_and_it_is_said() -> None:
    async def refuse(query: Any, http: Any) -> Sourced[Any]:
        raise RateLimited("coingecko", "429")

    first = allowing(source("coingecko", {"overview": refuse}, "aggregator"), 30)
    spare = allowing(aggregator("coinpaprika", row("BTC", "60100", market_cap=Decimal("1.3e12"))), 10)
    (view,) = await live_prices([first, spare, venue("kraken", ticker("BTC", "USD", "60000"))], ("BTC",), "USD")
    assert value(view.market_cap) == Decimal("1.3e12")
    assert view.market_cap.source == "coinpaprika"
    assert [(failure.source, failure.kind) for failure in view.failures] == [("coingecko", "rate_limited")]


async def test_when_every_aggregator_fails_each_is_named_for_its_own_failure() -> None:
    def refusing(name: str, per_minute: int) -> Source:
        async def refuse(query: Any, http: Any) -> Sourced[Any]:
            raise RateLimited(name, f"{name} says no")

        return allowing(source(name, {"overview": refuse}, "aggregator"), per_minute)

    sources = [refusing("coingecko", 30), refusing("coinpaprika", 10), venue("kraken", ticker("BTC", "USD", "60000"))]
    (view,) = await live_prices(sources, ("BTC",), "USD")
    assert {failure.source: failure.message for failure in view.failures} == {
        "coingecko": "coingecko says no",
        "coinpaprika": "coinpaprika says no",
    }


async def test_the_worth_of_a_tether_rests_on_books_where_two_tell_it() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    two = [
        venue("kraken", TETHER),
        venue("coinbase", ticker("USDT", "USD", "0.9992")),
        aggregator("coingecko", row("USDT", "0.95")),
        reference("defillama_coins", {"USDT": "0.94"}, asked),
    ]
    rate = tether_rate(await listen(two, ("BTC",), "USD")).fact
    assert rate is not None
    assert Decimal(str(rate.value)) == Decimal("0.9991")
    assert ("defillama_coins", ("USDT",)) not in asked


async def test_an_aggregator_is_the_second_opinion_on_a_tether_where_one_book_tells_it() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    sources = [
        venue("kraken", TETHER),
        venue("binance", ticker("BTC", "USDT", "60000")),
        reference("defillama_coins", {"USDT": "0.9994", "BTC": "60000"}, asked),
    ]
    heard = await listen(sources, ("BTC",), "USD")
    rate = tether_rate(heard)
    assert rate.fact is not None
    assert Decimal(str(rate.fact.value)) == Decimal("0.9992")
    assert [fact.source for fact in rate.parts if not fact.derived_from] == ["kraken", "kraken", "defillama_coins"]


async def test_nobody_is_told_of_an_asset_that_venues_list() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    sources = [
        venue("kraken", ticker("BTC", "USD", "60000"), TETHER),
        venue("coinbase", ticker("BTC", "USD", "60010")),
        reference("defillama_coins", {"USDT": "1", "BTC": "60000"}, asked, per_minute=120),
        reference("geckoterminal", {"USDT": "1", "BTC": "60000"}, asked, per_minute=30),
    ]
    await live_prices(sources, ("BTC",), "USD")
    assert {names for _, names in asked} <= {("USDT",)}


async def test_an_asset_no_venue_lists_is_the_median_of_aggregators_that_agree() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    sources = [
        aggregator("coingecko", row("weETH", "3200", market_cap=Decimal("6e9")), row("USDT", "1")),
        reference("defillama_coins", {"weETH": "3204", "USDT": "1"}, asked, per_minute=120),
        reference("geckoterminal", {"weETH": "3300"}, asked, per_minute=30),
    ]
    (view,) = await live_prices(sources, ("weETH",), "USD")
    assert value(view.price) == 3202
    assert [notice.kind for notice in view.notices] == ["from_aggregators"]
    assert ("geckoterminal", ("weETH",)) not in asked  # two prices are enough
    assert view.venues.value == 2
    assert closed(view)


async def test_aggregators_that_disagree_are_both_shown() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    sources = [
        aggregator("coingecko", row("weETH", "3200"), row("USDT", "1")),
        reference("defillama_coins", {"weETH": "3500", "USDT": "1"}, asked),
    ]
    (view,) = await live_prices(sources, ("weETH",), "USD")
    (apart,) = [notice for notice in view.notices if notice.kind == "references_disagree"]
    assert {value(view.price), value(apart.facts["other"])} == {Decimal(3200), Decimal(3500)}
    assert closed(view)


async def test_the_last_resort_is_asked_when_the_others_know_nothing() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    sources = [
        reference("defillama_coins", {"USDT": "1"}, asked, per_minute=120),
        reference("geckoterminal", {"wstETH": "3500"}, asked, per_minute=30),
    ]
    (view,) = await live_prices(sources, ("wstETH",), "USD")
    assert value(view.price) == 3500
    assert [notice.kind for notice in view.notices] == ["one_source"]
    assert asked[-1] == ("geckoterminal", ("wstETH",))
    assert closed(view)


async def test_venues_about_to_answer_are_still_heard() -> None:
    """Two agree at once; three more need a turn or two of the loop, as a fetch of several requests does."""

    def slow(name: str, price: str) -> Source:
        async def spot(query: Any, http: Any) -> Sourced[Any]:
            for _ in range(5):
                await asyncio.sleep(0)
            return sourced((ticker("BTC", "USD", price),), name)

        return source(name, {"spot": spot})

    sources = [
        venue("kraken", ticker("BTC", "USD", "60000"), TETHER),
        venue("binance", ticker("BTC", "USD", "60001"), TETHER),
        slow("okx", "60002"),
        slow("bybit", "60003"),
        slow("coinbase", "60004"),
        aggregator("coingecko", row("USDT", "1")),
    ]
    (view,) = await live_prices(sources, ("BTC",), "USD")
    assert view.venues.value == 5
    assert value(view.price) == 60002


async def test_a_slow_venue_is_not_missed_where_others_agree_but_the_aggregator_is() -> None:
    async def hang(query: Any, http: Any) -> Sourced[Any]:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    books = (
        venue("kraken", ticker("BTC", "USD", "60000"), TETHER),
        venue("coinbase", ticker("BTC", "USD", "60010"), TETHER),
    )
    slow = source("okx", {"spot": hang})
    (view,) = await live_prices([*books, slow, aggregator("coingecko", row("USDT", "1"))], ("BTC",), "USD")
    assert [(failure.source, failure.kind) for failure in view.failures] == [("okx", "not_waited")]
    (view,) = await live_prices([*books, slow, source("coingecko", {"overview": hang}, "aggregator")], ("BTC",), "USD")
    assert {failure.source: failure.kind for failure in view.failures} == {"okx": "not_waited", "coingecko": "slow"}


@pytest.mark.parametrize("tier", ["l1", "origin"])
async def test_a_venue_that_never_answers_holds_up_a_kept_answer_for_no_time(tier: str) -> None:
    async def hang(query: Any, http: Any) -> Sourced[Any]:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    def kept(one: Source, need: Any) -> Source:
        async def fetch(query: Any, http: Any) -> Sourced[Any]:
            got: Sourced[Any] = await one.offers[need](query, http)
            return replace(got, tier=tier)

        return replace(one, offers={need: fetch})

    sources = [
        kept(venue("kraken", ticker("BTC", "USD", "60000"), TETHER), "spot"),
        kept(venue("binance", ticker("BTC", "USD", "60001"), TETHER), "spot"),
        source("okx", {"spot": hang}),
        kept(aggregator("coingecko", row("USDT", "1")), "overview"),
    ]
    loop = asyncio.get_running_loop()
    began = loop.time()
    (view,) = await live_prices(sources, ("BTC",), "USD")
    passed = loop.time() - began
    assert view.venues.value == 2
    assert passed < (0.06 if tier == "l1" else 0.35)
