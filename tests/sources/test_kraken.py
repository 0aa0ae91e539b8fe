"""Kraken: historical pair names, faults inside a 200, and rates of currencies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceError, SourceUnavailable
from mobius.core.needs import CandlesQuery, FxQuery, SpotQuery
from mobius.sources.market import kraken
from mobius.sources.market.kraken import OHLC, TICKER, candles, fx, pairs_of, parse_spot, spot

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]


def result(body: bytes) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(body, type=kraken._Envelope).result


def test_pairs_are_asked_by_their_plain_names() -> None:
    query = SpotQuery(
        assets=("BTC", "DOGE", "USDT", "EUR", "USD", "JPY", "LEO", "nonsense"), quotes=("USD", "EUR", "USDT", "JPY")
    )
    assert set(pairs_of(query)) == {
        "XBTUSD", "XBTEUR", "XBTJPY", "XDGUSD", "XDGEUR", "XDGJPY", "USDTUSD", "USDTEUR", "USDTJPY", "EURUSD", "EURJPY",
        "USDJPY",
    }  # fmt: skip


def test_tether_books_are_asked_only_where_dollars_are_not() -> None:
    assert set(pairs_of(SpotQuery(assets=("BTC",), quotes=("USD", "USDT")))) == {"XBTUSD"}
    assert set(pairs_of(SpotQuery(assets=("BTC",), quotes=("USDT",)))) == {"XBTUSDT"}


def test_historical_keys_are_mapped_back(written: Written) -> None:
    query = SpotQuery(assets=("BTC", "DOGE", "USDT"), quotes=("USD", "EUR"))
    rows = {(row.asset, row.quote): row for row in parse_spot(result(written("kraken_ticker")), query)}
    assert set(rows) == {("BTC", "USD"), ("BTC", "EUR"), ("USDT", "USD"), ("DOGE", "USD")}
    btc = rows["BTC", "USD"]
    assert (btc.bid, btc.ask, btc.last) == (Decimal("67971.4"), Decimal("67971.5"), Decimal("67971.5"))
    assert (btc.low_24h, btc.high_24h, btc.volume_24h) == (Decimal(66480), Decimal(68390), Decimal("2100.55"))
    assert btc.change_24h_pct is None  # it tells the opening of the day, not the price 24 hours ago
    assert btc.fields["bid"] == "result.XXBTZUSD.b[0]"
    assert rows["USDT", "USD"].fields["high_24h"] == "result.USDTZUSD.h[1]"


@pytest.mark.parametrize(
    ("key", "asset", "quote"),
    [("XETHXXBT", "ETH", "BTC"), ("ETH/BTC", "ETH", "BTC"), ("BTC/USD", "BTC", "USD"), ("XXLMZEUR", "XLM", "EUR"),
     ("ZEURZUSD", "EUR", "USD"), ("USDCHF", "USD", "CHF"), ("SOLUSD", "SOL", "USD"), ("XXDGXXBT", "DOGE", "BTC"),
     ("DOGE/USD", "DOGE", "USD")],
)  # fmt: skip
def test_every_spelling_of_a_pair_is_known(key: str, asset: str, quote: str) -> None:
    body = {key: {"a": ["2", "1", "1.000"], "b": ["1", "1", "1.000"]}}
    raw = msgspec.json.decode(msgspec.json.encode(body), type=dict[str, msgspec.Raw])
    (row,) = parse_spot(raw, SpotQuery(assets=(asset,), quotes=(quote,)))
    assert (row.asset, row.quote, row.bid, row.last) == (asset, quote, Decimal(1), None)


async def test_spot_asks_once(provider: Providers, written: Written, now: datetime) -> None:
    http = provider(written("kraken_ticker"))
    got = await spot(SpotQuery(assets=("BTC", "USDT")), http)
    assert http.asked == [(TICKER, {"pair": "USDTUSD,XBTUSD"})]
    assert (got.endpoint, got.as_of) == ("/0/public/Ticker?pair=USDTUSD,XBTUSD", now)
    assert {row.asset for row in got.value} == {"BTC", "USDT"}


async def test_a_batch_with_an_unknown_pair_is_read_from_the_whole_list(provider: Providers, written: Written) -> None:
    def route(_path: str, params: Mapping[str, str]) -> bytes:
        return written("kraken_unknown_pair") if "pair" in params else written("kraken_ticker")

    http = provider(route)
    got = await spot(SpotQuery(assets=("BTC", "HYPE"), quotes=("USD",)), http)
    assert [row.asset for row in got.value] == ["BTC"]
    assert got.endpoint == TICKER
    assert len(http.asked) == 2


async def test_nothing_listed_is_no_data(provider: Providers, written: Written) -> None:
    with pytest.raises(NoData):
        await spot(SpotQuery(assets=("BTC",), quotes=("CHF",)), provider(written("kraken_unknown_pair")))
    silent = provider()
    with pytest.raises(NoData):
        await spot(SpotQuery(assets=("LEO",)), silent)
    assert silent.asked == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [("EGeneral:Too many requests", RateLimited), ("EAPI:Rate limit exceeded", RateLimited),
     ("EService:Unavailable", SourceUnavailable), ("EService:Busy", SourceUnavailable),
     ("EGeneral:Invalid arguments", SourceChanged), ("EQuery:Unknown asset pair", NoData)],
)  # fmt: skip
async def test_a_fault_inside_a_200_is_a_fault(provider: Providers, fault: str, error: type[SourceError]) -> None:
    body = json.dumps({"error": [fault]}).encode()
    with pytest.raises(error):
        await spot(SpotQuery(assets=("BTC",)), provider(body))
    with pytest.raises(error):
        await candles(CandlesQuery(asset="BTC", quote="USD", interval_s=3_600), provider(body))
    assert body.startswith(kraken.SPEC.refusals)


async def test_a_warning_is_no_fault(provider: Providers, written: Written) -> None:
    body = written("kraken_ticker").replace(b'"error": []', b'"error": ["WGeneral:Something"]')
    assert (await spot(SpotQuery(assets=("BTC",)), provider(body))).value
    assert not body.startswith(kraken.SPEC.refusals)


async def test_bars_are_columns_without_the_open_one(provider: Providers, written: Written) -> None:
    http = provider(written("kraken_ohlc_60"))
    got = await candles(CandlesQuery(asset="BTC", quote="USD", interval_s=3_600), http)
    assert http.asked == [(OHLC, {"pair": "XBTUSD", "interval": "60"})]
    assert got.value.ts_ms.tolist() == [1793523600000, 1793527200000]
    assert got.value.close.tolist() == [67480.0, 67970.4]
    assert got.value.volume.tolist() == [90.12345678, 101.0]  # base units, not the volume-weighted price


async def test_bars_from_a_start(provider: Providers, written: Written) -> None:
    http = provider(written("kraken_ohlc_60"))
    got = await candles(
        CandlesQuery(asset="BTC", quote="USD", interval_s=3_600, start_ms=1793527200000, n_bars=1), http
    )
    assert http.asked[0][1]["since"] == "1793527199"
    assert got.value.ts_ms.tolist() == [1793527200000]


@pytest.mark.parametrize(
    ("base", "quote", "rate"),
    [("EUR", "USD", "1.1503"), ("USD", "JPY", "152"), ("USD", "EUR", "0.869338433452"), ("GBP", "JPY", "200.716"),
     ("JPY", "USD", "0.00657894736842")],
)  # fmt: skip
async def test_rates_run_either_way_and_through_the_dollar(
    provider: Providers, written: Written, base: str, quote: str, rate: str
) -> None:
    got = await fx(FxQuery(base=base, quote=quote), provider(written("kraken_money")))
    assert got.value.rate == Decimal(rate)
    assert "result.Z" in got.value.field


async def test_the_field_of_a_rate_is_its_formula(provider: Providers, written: Written) -> None:
    got = await fx(FxQuery(base="USD", quote="EUR"), provider(written("kraken_money")))
    assert got.value.field == "1/mean(result.ZEURZUSD.b[0], result.ZEURZUSD.a[0])"


async def test_currencies_without_a_way_are_not_asked_for(provider: Providers) -> None:
    http = provider()
    for base, quote in (("USD", "INR"), ("USD", "USD"), ("BTC", "USD")):
        with pytest.raises(NoData):
            await fx(FxQuery(base=base, quote=quote), http)
    assert http.asked == []
