"""CoinGecko's wire format: shapes, the agreement of its endpoints, its errors."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mobius.sandbox.aggregator import shown
from mobius.sandbox.clock import BIRTH, FrozenClock
from mobius.sandbox.server import SandboxServer

from .conftest import SEED, Caller

FLAGS = ("include_market_cap", "include_24hr_vol", "include_24hr_change", "include_last_updated_at")
NOW_S = int(BIRTH.timestamp())


def markets(get: Caller, **params: str | int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = get("coingecko", "/coins/markets", **{"vs_currency": "usd", **params}).json
    return rows


def test_simple_price_has_what_was_asked_for_and_leaves_out_the_unknown(get: Caller) -> None:
    plain = get("coingecko", "/simple/price", ids="bitcoin,no-such-coin", vs_currencies="usd,eur,xyz").json
    assert {coin: set(row) for coin, row in plain.items()} == {"bitcoin": {"usd", "eur"}}
    full = get("coingecko", "/simple/price", ids="bitcoin", vs_currencies="usd", **dict.fromkeys(FLAGS, "true")).json
    assert list(full["bitcoin"]) == ["usd", "usd_market_cap", "usd_24h_vol", "usd_24h_change", "last_updated_at"]
    assert full["bitcoin"]["last_updated_at"] == NOW_S
    assert get("coingecko", "/simple/price", ids="no-such-coin", vs_currencies="usd").json == {}


def test_simple_price_by_symbol_and_by_name(get: Caller) -> None:
    assert set(get("coingecko", "/simple/price", symbols="btc,eth", vs_currencies="usd").json) == {"btc", "eth"}
    assert set(get("coingecko", "/simple/price", names="Bitcoin", vs_currencies="usd").json) == {"bitcoin"}


def test_precision_is_honoured(get: Caller) -> None:
    def price(**params: str) -> float:
        row = get("coingecko", "/simple/price", ids="ethereum", vs_currencies="usd", **params).json
        return float(row["ethereum"]["usd"])

    full = price(precision="full")
    assert price() == shown(full)
    assert price(precision="4") == round(full, 4)


def test_markets_and_simple_price_and_totals_agree(get: Caller) -> None:
    rows = markets(get, per_page=250)
    simple = get(
        "coingecko", "/simple/price", ids=",".join(row["id"] for row in rows), vs_currencies="usd",
        **dict.fromkeys(FLAGS, "true"),
    ).json  # fmt: skip
    for row in rows:
        same = simple[row["id"]]
        assert same["usd"] == row["current_price"]
        assert round(same["usd_market_cap"]) == row["market_cap"]
        assert round(same["usd_24h_vol"]) == row["total_volume"]
        assert round(same["usd_24h_change"], 5) == row["price_change_percentage_24h"]
        assert row["market_cap"] == pytest.approx(row["current_price"] * row["circulating_supply"], rel=5e-3)
        assert row["low_24h"] <= row["current_price"] <= row["high_24h"]
        assert row["atl"] <= row["low_24h"] <= row["high_24h"] <= row["ath"]
    data = get("coingecko", "/global").json["data"]
    twice = {"wrapped-bitcoin", "weth", "staked-ether", "wrapped-steth", "rocket-pool-eth"}
    counted = [row for row in rows if row["id"] not in twice]
    assert len(rows) - len(counted) == len(twice)
    assert data["total_market_cap"]["usd"] == pytest.approx(sum(row["market_cap"] for row in counted), rel=1e-9)
    assert data["total_volume"]["usd"] == pytest.approx(sum(row["total_volume"] for row in counted), rel=1e-6)
    bitcoin = next(row for row in rows if row["id"] == "bitcoin")
    assert data["market_cap_percentage"]["btc"] == pytest.approx(
        100 * bitcoin["market_cap"] / data["total_market_cap"]["usd"], rel=1e-9
    )
    assert data["updated_at"] == NOW_S


def test_markets_are_ranked_and_paged(get: Caller) -> None:
    rows = markets(get)
    assert [row["market_cap_rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["id"] == "bitcoin"
    pages = [markets(get, per_page=7, page=page) for page in (1, 2, 3)]
    assert [row["id"] for page in pages for row in page] == [row["id"] for row in rows[:21]]
    assert markets(get, page=99) == []
    by_volume = [row["total_volume"] for row in markets(get, order="volume_desc")]
    assert by_volume == sorted(by_volume, reverse=True)
    chosen = markets(get, ids="ethereum,dogecoin,no-such-coin")
    assert [row["id"] for row in chosen] == ["ethereum", "dogecoin"]
    assert chosen[0]["market_cap_rank"] == 2
    assert {row["id"] for row in markets(get, category="stablecoins")} == {"tether", "usd-coin", "dai"}


def test_markets_have_the_fields_of_a_real_page(get: Caller, shared_data: Path) -> None:
    with gzip.open(shared_data / "api" / "coingecko_markets_snapshots.jsonl.gz") as lines:
        recorded = msgspec.json.decode(next(iter(lines)))["response"][0]
    assert list(markets(get, per_page=1)[0]) == list(recorded)


def test_sparkline_and_changes_come_from_the_same_path(get: Caller) -> None:
    row = markets(get, ids="solana", sparkline="true", price_change_percentage="1h,24h,7d")[0]
    week = row["sparkline_in_7d"]["price"]
    assert len(week) == 168
    # The clock stands on a whole hour: the last point is now, the one 24 hours before is yesterday.
    assert shown(week[-1]) == row["current_price"]
    assert row["price_change_percentage_24h"] == pytest.approx((week[-1] / week[-25] - 1) * 100, abs=1e-5)
    assert row["price_change_percentage_24h_in_currency"] == pytest.approx(row["price_change_percentage_24h"], abs=1e-5)
    assert row["price_change_percentage_1h_in_currency"] == pytest.approx((week[-1] / week[-2] - 1) * 100)
    assert "price_change_percentage_7d_in_currency" in row
    assert "sparkline_in_7d" not in markets(get, ids="solana")[0]


@pytest.mark.parametrize(
    ("days", "interval", "points", "gap_s"),
    [
        (1, None, 289, 300),
        (7, None, 169, 3600),
        (90, None, 2161, 3600),
        (91, None, 92, 86_400),
        (7, "daily", 8, 86_400),
    ],
)
def test_chart_grain_follows_the_span(get: Caller, days: int, interval: str | None, points: int, gap_s: int) -> None:
    params: dict[str, str | int] = {"vs_currency": "usd", "days": days}
    if interval:
        params["interval"] = interval
    chart = get("coingecko", "/coins/bitcoin/market_chart", **params).json
    assert list(chart) == ["prices", "market_caps", "total_volumes"]
    prices = chart["prices"]
    assert abs(len(prices) - points) <= 1
    instants = [point[0] for point in prices]
    assert instants == sorted(set(instants))
    assert instants[-1] == NOW_S * 1000
    assert instants[0] >= (NOW_S - days * 86_400) * 1000
    gaps = [later - earlier for earlier, later in itertools.pairwise(instants[:-1])]
    assert sum(gaps) / len(gaps) == pytest.approx(gap_s * 1000, rel=0.01)
    assert [point[0] for point in chart["market_caps"]] == [point[0] for point in chart["total_volumes"]] == instants


def test_chart_ends_with_what_markets_say(get: Caller) -> None:
    row = markets(get, ids="ethereum")[0]
    for days in (1, 30, 365):
        chart = get("coingecko", "/coins/ethereum/market_chart", vs_currency="usd", days=days).json
        assert shown(chart["prices"][-1][1]) == row["current_price"]
        assert round(chart["market_caps"][-1][1]) == row["market_cap"]
        assert round(chart["total_volumes"][-1][1]) == row["total_volume"]


def test_charts_of_different_grain_show_the_same_prices(get: Caller) -> None:
    daily = dict(get("coingecko", "/coins/bitcoin/market_chart", vs_currency="usd", days=91).json["prices"])
    bars = get("binance", "/api/v3/klines", symbol="BTCUSDC", interval="1d", limit=20).json
    for row in bars[:-1]:
        assert daily[row[0]] == pytest.approx(float(row[1]), rel=0.01)
    forced = dict(
        get("coingecko", "/coins/bitcoin/market_chart", vs_currency="usd", days=9, interval="daily").json["prices"]
    )
    assert {at: price for at, price in forced.items() if at in daily} == {
        at: price for at, price in daily.items() if at in forced
    }


def test_range_is_a_part_of_the_chart(get: Caller) -> None:
    chart = get("coingecko", "/coins/bitcoin/market_chart", vs_currency="eur", days=30).json["prices"]
    first, last = chart[100][0] // 1000, chart[200][0] // 1000 + 1
    params: dict[str, str | int] = {"vs_currency": "eur", "from": first, "to": last}
    part = get("coingecko", "/coins/bitcoin/market_chart/range", **params).json["prices"]
    known = [tuple(point) for point in chart]
    assert len(part) >= 99
    assert all(tuple(point) in known for point in part)


def test_ohlc_candles_are_named_by_their_close(get: Caller) -> None:
    for days, step_s, n_bars in ((1, 1800, 48), (7, 14_400, 42), (90, 345_600, 22)):
        rows = get("coingecko", "/coins/bitcoin/ohlc", vs_currency="usd", days=days).json
        assert abs(len(rows) - n_bars) <= 1
        assert rows[-1][0] <= NOW_S * 1000
        assert all(row[0] % (step_s * 1000) == 0 for row in rows)
        assert all(low <= min(start, close) <= max(start, close) <= high for _, start, high, low, close in rows)


def test_an_aggregator_lags_and_says_so() -> None:
    clock = FrozenClock()
    with SandboxServer.start(SEED, clock, limited=False) as server:
        get = Caller(server)
        clock.advance(33)
        row = get(
            "coingecko", "/simple/price", ids="bitcoin", vs_currencies="usd", include_last_updated_at="true"
        ).json["bitcoin"]
        assert row["last_updated_at"] == NOW_S + 20


def test_search_and_trending_and_list(get: Caller) -> None:
    listed = get("coingecko", "/coins/list").json
    assert {"id": "bitcoin", "symbol": "btc", "name": "Bitcoin"} in listed
    assert "platforms" in get("coingecko", "/coins/list", include_platform="true").json[0]
    found = get("coingecko", "/search", query="bitcoin").json
    assert found["coins"][0]["id"] == "bitcoin"
    assert {"id", "name", "api_symbol", "symbol", "market_cap_rank"} <= set(found["coins"][0])
    assert get("coingecko", "/search", query="<script>").json["coins"] == []
    trend = get("coingecko", "/search/trending").json["coins"]
    assert [coin["item"]["score"] for coin in trend] == list(range(len(trend)))
    assert isinstance(trend[0]["item"]["data"]["price_change_percentage_24h"]["usd"], float)


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/coins/no-such-coin/market_chart", {"vs_currency": "usd", "days": "1"}, 404),
        ("/coins/no-such-coin/ohlc", {"vs_currency": "usd", "days": "1"}, 404),
        ("/coins/bitcoin/market_chart", {"vs_currency": "usd", "days": "366"}, 401),
        ("/coins/bitcoin/market_chart", {"vs_currency": "usd", "days": "max"}, 401),
        ("/coins/bitcoin/market_chart", {"vs_currency": "usd", "days": "soon"}, 422),
        ("/coins/bitcoin/market_chart", {"vs_currency": "usd", "days": "nan"}, 422),
        ("/coins/bitcoin/market_chart", {"days": "1"}, 422),
        ("/coins/bitcoin/ohlc", {"vs_currency": "usd", "days": "2"}, 422),
        ("/coins/markets", {}, 422),
        ("/coins/markets", {"vs_currency": "xyz"}, 422),
        ("/coins/markets", {"vs_currency": "usd", "per_page": "1000"}, 422),
        ("/coins/markets", {"vs_currency": "usd", "page": "inf"}, 422),
        ("/simple/price", {"ids": "bitcoin"}, 422),
        ("/simple/price", {"vs_currencies": "usd"}, 422),
    ],
)
def test_a_wrong_request_is_refused(get: Caller, path: str, params: dict[str, str], status: int) -> None:
    reply = get("coingecko", path, **params)
    assert reply.status == status
    assert "error" in reply.json
    if status == 404:
        assert reply.json == {"error": "coin not found"}
