"""CoinGecko: one page for everybody, refusals in three shapes, candles named by their close."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceError, SourceUnavailable
from mobius.core.needs import CandlesQuery, FxQuery, MarketTotalsQuery, OverviewQuery, SpotQuery
from mobius.core.ports import Reply
from mobius.sources.market import coingecko
from mobius.sources.market.coingecko import candles, fx, market_totals, overview, parse_overview, parse_spot, spot

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]


def test_a_row_of_the_market(written: Written) -> None:
    btc, usdt, other = parse_overview(written("coingecko_markets"), OverviewQuery(top=10))
    assert (btc.asset, btc.symbol, btc.rank) == ("BTC", "BTC", 1)
    assert (btc.price, btc.market_cap) == (Decimal("67969.5"), Decimal(1344000000000))
    assert (btc.change_24h_pct, btc.change_7d_pct) == (Decimal("1.87112"), Decimal("-2.41"))
    assert btc.sparkline_7d == (66000.5, 66500.25, 67969.5)
    assert btc.updated_at == datetime(2026, 11, 1, 10, 59, 41, 123000, tzinfo=UTC)
    assert btc.fields["market_cap"] == "[id=bitcoin].market_cap"
    assert (usdt.asset, usdt.price, usdt.change_7d_pct) == ("USDT", Decimal("0.999561"), None)
    assert (other.asset, other.price) == (None, Decimal("1.2E-7"))
    assert (other.market_cap, other.volume_24h, other.rank, other.updated_at) == (None, None, None, None)


async def test_any_registered_asset_is_read_from_one_page_that_names_none(
    provider: Providers, written: Written
) -> None:
    http = provider(written("coingecko_markets"))
    got = await overview(OverviewQuery(assets=("USDT", "BTC")), http)
    await overview(OverviewQuery(assets=("BTC",)), http)
    await overview(OverviewQuery(top=100), http)
    assert {row.asset for row in got.value} == {"BTC", "USDT"}
    assert http.asked[0] == http.asked[1] == http.asked[2]
    assert "ids" not in http.asked[0][1]
    assert http.asked[0][1]["per_page"] == "250"
    assert got.endpoint.startswith("/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&page=1")


async def test_a_short_list_comes_with_a_week_of_prices(provider: Providers, written: Written) -> None:
    http = provider(written("coingecko_markets"))
    got = await overview(OverviewQuery(top=2, quote="EUR"), http)
    assert len(got.value) == 2
    assert (http.asked[0][1]["sparkline"], http.asked[0][1]["per_page"]) == ("true", "2")
    assert http.asked[0][1]["vs_currency"] == "eur"


def by_ids(written: Written, small: bytes | SourceError) -> Callable[[str, Mapping[str, str]], bytes | SourceError]:
    return lambda _path, params: small if "ids" in params else written("coingecko_markets")


async def test_what_is_not_among_the_largest_is_asked_by_name(provider: Providers, written: Written) -> None:
    small = b'[{"id": "zilliqa", "symbol": "zil", "name": "Zilliqa", "current_price": 0.01, "market_cap": 190000000}]'
    http = provider(by_ids(written, small))
    got = await overview(OverviewQuery(assets=("BTC", "ZIL")), http)
    assert {row.asset: row.price for row in got.value} == {"BTC": Decimal("67969.5"), "ZIL": Decimal("0.01")}
    assert http.asked[1][1]["ids"] == "zilliqa"
    assert got.endpoint == "/coins/markets?vs_currency=usd"


async def test_the_rest_stands_when_the_small_one_fails(provider: Providers, written: Written) -> None:
    down = SourceUnavailable("coingecko", "down")
    got = await overview(OverviewQuery(assets=("BTC", "ZIL")), provider(by_ids(written, down)))
    assert [row.asset for row in got.value] == ["BTC"]
    with pytest.raises(SourceUnavailable):
        await overview(OverviewQuery(assets=("ZIL",)), provider(by_ids(written, down)))
    with pytest.raises(NoData):
        await overview(OverviewQuery(assets=("ZIL",)), provider(by_ids(written, b"[]")))


async def test_totals_in_the_asked_currency(provider: Providers, written: Written) -> None:
    usd = (await market_totals(MarketTotalsQuery(), provider(written("coingecko_global")))).value
    assert (usd.market_cap, usd.volume_24h) == (Decimal("2311000000000.25"), Decimal("88400000000.5"))
    assert usd.change_24h_pct == Decimal("1.4412")
    assert usd.dominance_pct == {
        "BTC": Decimal("58.1523"), "ETH": Decimal("12.8001"), "USDT": Decimal("6.05"), "stETH": Decimal("1.1"),
    }  # fmt: skip
    assert usd.fields["dominance_pct.BTC"] == "data.market_cap_percentage.btc"
    assert usd.fields["market_cap"] == "data.total_market_cap.usd"
    assert usd.updated_at == datetime(2026, 11, 1, 10, 59, 55, tzinfo=UTC)
    eur = (await market_totals(MarketTotalsQuery(quote="EUR"), provider(written("coingecko_global")))).value
    assert (eur.market_cap, eur.change_24h_pct) == (Decimal(2009000000000), None)  # the change is told in dollars only
    zar = (await market_totals(MarketTotalsQuery(quote="ZAR"), provider(written("coingecko_global")))).value
    assert (zar.market_cap, zar.volume_24h) == (None, None)


async def test_a_share_over_the_whole_is_refused(provider: Providers) -> None:
    body = b'{"data": {"market_cap_percentage": {"btc": 581.0}}}'
    with pytest.raises(SourceChanged) as caught:
        await market_totals(MarketTotalsQuery(), provider(body))
    assert caught.value.path == "$.data.market_cap_percentage.btc"


def test_simple_prices_in_each_asked_currency(written: Written) -> None:
    rows = parse_spot(written("coingecko_simple_price"), SpotQuery(assets=("BTC", "LEO", "ETH"), quotes=("USD", "EUR")))
    assert [(row.asset, row.quote, row.last) for row in rows] == [
        ("BTC", "USD", Decimal("67969.5")), ("BTC", "EUR", Decimal("59098.1")), ("LEO", "USD", Decimal("9.12")),
    ]  # fmt: skip
    assert rows[0].change_24h_pct == Decimal("1.87112")
    assert rows[0].last_at == datetime(2026, 11, 1, 10, 59, 41, tzinfo=UTC)
    assert rows[1].fields["last"] == "bitcoin.eur"
    assert (rows[2].change_24h_pct, rows[2].turnover_24h, rows[2].bid) == (None, None, None)


async def test_spot_asks_for_known_ids_and_currencies_only(provider: Providers, written: Written) -> None:
    http = provider(written("coingecko_simple_price"))
    got = await spot(SpotQuery(assets=("LEO", "BTC", "nonsense"), quotes=("USD", "USDT")), http)
    asked = http.asked[0][1]
    assert (asked["ids"], asked["vs_currencies"]) == ("bitcoin,leo-token", "usd")
    assert len(got.value) == 2
    silent = provider()
    for query in (SpotQuery(assets=("BTC",), quotes=("USDT",)), SpotQuery(assets=("EUR",), quotes=("USD",))):
        with pytest.raises(NoData):
            await spot(query, silent)
    assert silent.asked == []
    with pytest.raises(NoData):
        await spot(SpotQuery(assets=("BTC",)), provider(b"{}"))


async def test_a_coin_called_status_is_no_refusal(provider: Providers) -> None:
    assert coingecko._fault(b'{"status":{"usd":0.0098}}') == (None, "")
    assert not b'{"status":{"usd":0.0098}}'.startswith(coingecko.SPEC.refusals)


async def test_a_rate_of_currencies_by_way_of_bitcoin(provider: Providers, written: Written) -> None:
    http = provider(written("coingecko_simple_price"))
    got = await fx(FxQuery(base="EUR", quote="USD"), http)
    assert got.value.rate == Decimal("1.150113117")
    assert got.value.field == "bitcoin.usd / bitcoin.eur"
    assert http.asked[0][1]["vs_currencies"] == "eur,usd"
    with pytest.raises(NoData):
        await fx(FxQuery(base="EUR", quote="INR"), http)
    with pytest.raises(NoData):
        await fx(FxQuery(base="EUR", quote="nonsense"), http)


async def test_candles_go_by_their_opening_and_have_no_volume(provider: Providers, written: Written) -> None:
    http = provider(written("coingecko_ohlc_7"))
    got = await candles(CandlesQuery(asset="LEO", quote="USD", interval_s=14_400, n_bars=30), http)
    assert http.asked == [("/coins/leo-token/ohlc", {"vs_currency": "usd", "days": "7"})]
    assert got.value.ts_ms.tolist() == [1793505600000 - 14_400_000, 1793505600000]
    assert all(math.isnan(volume) for volume in got.value.volume)
    assert got.endpoint == "/coins/leo-token/ohlc?vs_currency=usd&days=7"


@pytest.mark.parametrize(("n_bars", "days"), [(41, "7"), (42, "14"), (170, "30"), (5_000, "30")])
async def test_as_many_days_as_the_bars_need(provider: Providers, written: Written, n_bars: int, days: str) -> None:
    http = provider(written("coingecko_ohlc_7"))
    await candles(CandlesQuery(asset="BTC", quote="USD", interval_s=14_400, n_bars=n_bars), http)
    assert http.asked[0][1]["days"] == days


async def test_other_lengths_of_bars_are_not_made_up(provider: Providers) -> None:
    http = provider()
    for query in (
        CandlesQuery(asset="BTC", quote="USD", interval_s=86_400),
        CandlesQuery(asset="BTC", quote="USDT", interval_s=14_400),
        CandlesQuery(asset="EUR", quote="USD", interval_s=14_400),
    ):
        with pytest.raises(NoData):
            await candles(query, http)
    assert http.asked == []


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [("limited", 429, RateLimited), ("limited", 200, RateLimited), ("unknown", 404, NoData), ("unknown", 200, NoData),
     ("plan", 401, SourceUnavailable), ("key", 400, SourceUnavailable), ("key", 200, SourceUnavailable)],
)  # fmt: skip
async def test_refusals_in_every_shape_with_any_status(
    provider: Providers,
    make_reply: Callable[..., Reply],
    faults: dict[str, bytes],
    name: str,
    status: int,
    error: type[SourceError],
) -> None:
    body = json.dumps(json.loads(faults[name]), separators=(",", ":")).encode()
    http = provider(make_reply(body, status=status))
    for ask in (
        lambda: overview(OverviewQuery(top=5), http),
        lambda: market_totals(MarketTotalsQuery(), http),
        lambda: spot(SpotQuery(assets=("BTC",)), http),
        lambda: fx(FxQuery(base="EUR", quote="USD"), http),
        lambda: candles(CandlesQuery(asset="BTC", quote="USD", interval_s=14_400), http),
    ):
        with pytest.raises(error):
            await ask()
    assert body.startswith(coingecko.SPEC.refusals)


async def test_a_page_of_html_and_a_server_fault(provider: Providers, make_reply: Callable[..., Reply]) -> None:
    with pytest.raises(SourceChanged, match="HTML"):
        await overview(OverviewQuery(top=5), provider(b"<html>Just a moment...</html>"))
    with pytest.raises(SourceUnavailable):
        await overview(OverviewQuery(top=5), provider(make_reply(b"<html>1020</html>", status=403)))
    with pytest.raises(SourceUnavailable):
        await overview(OverviewQuery(top=5), provider(make_reply(b"", status=503)))
