"""Exchanges beyond the main ones: asked by name, or for what stands nowhere else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mobius.core.errors import MissingExtra, NoData, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.needs import Source, SpotTicker
from mobius.desk.live import live_prices
from tests.desk.fakes import aggregator, row, source, sourced, ticker, venue

TETHER = (ticker("USDT", "USD", "1.0000"),)


def further(name: str, *tickers: SpotTicker, raises: Exception | None = None) -> tuple[Source, list[Any]]:
    asked: list[Any] = []

    async def tail_spot(query: Any, http: Any) -> Sourced[Any]:
        asked.append(query)
        if raises is not None:
            raise raises
        rows = tuple(t for t in tickers if t.asset in query.assets and t.quote in query.quotes)
        if not rows:
            raise NoData(name, "lists none of these pairs")
        return sourced(rows, name)

    return source(name, {"tail_spot": tail_spot}), asked


def books(price: str = "60000") -> list[Source]:
    return [
        venue("kraken", ticker("BTC", "USD", price), *TETHER),
        venue("binance", ticker("BTC", "USDT", price), *TETHER),
    ]


def kinds(view: Any) -> list[str]:
    return [notice.kind for notice in view.notices]


async def test_where_books_tell_nobody_else_is_asked() -> None:
    tail, asked = further("ccxt_kucoin", ticker("BTC", "USDT", "1"))
    (view,) = await live_prices([*books(), tail], ("BTC",), "USD")
    assert asked == []
    assert view.venues.value == 2


async def test_an_asset_that_stands_nowhere_else_is_looked_for() -> None:
    tail, asked = further("ccxt_kucoin", ticker("LEO", "USDT", "9.10"))
    (view,) = await live_prices([*books(), tail], ("LEO",), "USD")
    assert [query.assets for query in asked] == [("LEO",)]
    assert view.price.value == Decimal("9.10")
    assert kinds(view) == ["one_source"]


async def test_a_book_of_another_token_with_that_ticker_is_left_out() -> None:
    tail, _ = further("ccxt_kucoin", ticker("LEO", "USDT", "0.0001"))
    told = aggregator("coingecko", row("LEO", "9.05"), row("USDT", "1"))
    (view,) = await live_prices([*books(), told, tail], ("LEO",), "USD")
    assert view.price.value == Decimal("9.05")


async def test_a_named_exchange_is_told_alone() -> None:
    tail, asked = further("ccxt_kucoin", ticker("BTC", "USDT", "60600"))
    (view,) = await live_prices([*books(), tail], ("BTC",), "USD", ("kucoin",))
    assert len(asked) == 1
    assert view.price.value == Decimal(60600)
    assert kinds(view) == ["as_asked"]
    (view,) = await live_prices([*books("61000"), tail], ("BTC",), "USD", ("kraken",))
    assert (view.price.value, kinds(view), len(asked)) == (Decimal(61000), ["as_asked"], 1)


@pytest.mark.parametrize(
    ("raises", "said"),
    [
        (MissingExtra("KuCoin is read by ccxt, which is not installed."), "not installed"),
        (SourceUnavailable("ccxt_kucoin", "KuCoin cannot be asked just now."), "cannot be asked"),
        (NoData("ccxt_kucoin", "none"), "KuCoin gave no price of BTC"),
    ],
)
async def test_a_named_exchange_without_a_price_is_no_data_and_says_why(raises: Exception, said: str) -> None:
    tail, _ = further("ccxt_kucoin", raises=raises)
    with pytest.raises(NoData, match=said):
        await live_prices([*books(), tail], ("BTC",), "USD", ("kucoin",))


async def test_an_exchange_nobody_reads_is_no_data() -> None:
    with pytest.raises(NoData, match="Bitget gave no price"):
        await live_prices(books(), ("BTC",), "USD", ("bitget",))


async def test_what_is_not_installed_is_told_when_nothing_else_helps() -> None:
    tail, _ = further("ccxt_kucoin", raises=MissingExtra("KuCoin is read by ccxt, which is not installed."))
    told = aggregator("coingecko", row("LEO", "9.05"), row("USDT", "1"))
    (view,) = await live_prices([*books(), told, tail], ("LEO",), "USD")
    assert view.price.value == Decimal("9.05")
    assert "tail_missing" in kinds(view)
