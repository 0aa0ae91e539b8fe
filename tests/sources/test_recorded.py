"""The parses on real recorded replies, where they stand beside the checkout; every value against the raw JSON."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from mobius.core.assets import ASSETS, by_provider
from mobius.core.facts import Sourced
from mobius.core.needs import OverviewQuery, SpotQuery, SpotTicker
from mobius.core.ports import Reply
from mobius.sources.market import coingecko, kraken

QUOTES = tuple(kraken.QUOTES)


class Recorded(msgspec.Struct):
    response: msgspec.Raw
    url: str = ""
    endpoint: str = ""
    status: int = 200


def recorded(folder: Path, name: str, part: str) -> Iterator[Recorded]:
    """Interactions whose address holds `part`; bodies byte for byte."""
    file = folder / "api" / f"{name}.jsonl.gz"
    if not file.is_file():
        pytest.skip(f"{file.name} is not among the recorded data")
    with gzip.open(file, "rb") as lines:
        for line in lines:
            one = msgspec.json.decode(line, type=Recorded)
            if part in one.url + one.endpoint and one.status == 200:
                yield one


def at(document: Any, field: str) -> Any:
    """What stands in the raw document at a place such as `result.XXBTZUSD.b[0]`."""
    for part in field.replace("[", ".[").split("."):
        document = document[int(part[1:-1])] if part.startswith("[") else document[part]
    return document


def test_simple_prices(shared_data: Path) -> None:
    seen = known = 0
    for one in recorded(shared_data, "coingecko", "/simple/price"):
        body = bytes(one.response)
        raw = json.loads(body, parse_float=Decimal, parse_int=Decimal)
        asked = parse_qs(urlsplit(one.url).query)
        currencies = asked["vs_currencies"][0].upper().split(",")
        assert coingecko._simple(body) == raw
        assets = tuple(
            asset.ticker for coin in asked["ids"][0].split(",") if (asset := by_provider("coingecko", coin)) is not None
        )
        rows = coingecko.parse_spot(body, SpotQuery(assets=assets, quotes=tuple(currencies)))
        assert len(rows) == len(assets) * len(currencies)
        for row in rows:
            assert row.last == at(raw, row.fields["last"]) > 0
            assert row.fields["last"] == f"{ASSETS[row.asset].ids['coingecko']}.{row.quote.lower()}"
        seen += 1
        known += bool(rows)
    assert seen >= 40
    assert known >= 25


def test_markets(shared_data: Path) -> None:
    seen = 0
    for one in recorded(shared_data, "coingecko_markets_snapshots", "/coins/markets"):
        body = bytes(one.response)
        raw = json.loads(body, parse_float=Decimal, parse_int=Decimal)
        rows = coingecko.parse_overview(body, OverviewQuery(top=250))
        assert len(rows) == len(raw)
        for row, true in zip(rows, raw, strict=True):
            assert row.asset is not None
            assert ASSETS[row.asset].ids["coingecko"] == true["id"]
            assert (row.price, row.market_cap, row.rank) == (
                true["current_price"], true["market_cap"], true["market_cap_rank"],
            )  # fmt: skip
            assert (row.volume_24h, row.high_24h, row.low_24h) == (
                true["total_volume"], true["high_24h"], true["low_24h"],
            )  # fmt: skip
            assert row.change_24h_pct == true["price_change_percentage_24h"]
            named = coingecko.parse_overview(body, OverviewQuery(assets=(row.asset,)))
            assert [each.price for each in named] == [row.price]
        seen += 1
    assert seen >= 2


def every_row(body: bytes) -> tuple[SpotTicker, ...]:
    result = msgspec.json.decode(body, type=kraken._Envelope).result
    # by halves of the quotes: dollars and tethers are not asked together
    first = kraken.parse_spot(result, SpotQuery(assets=tuple(ASSETS), quotes=tuple(q for q in QUOTES if q != "USDT")))
    return first + kraken.parse_spot(result, SpotQuery(assets=tuple(ASSETS), quotes=("USDT",)))


def test_kraken_tickers(shared_data: Path) -> None:
    seen = 0
    for one in recorded(shared_data, "kraken_rest", "/0/public/Ticker"):
        body = bytes(one.response)
        raw = json.loads(body)
        rows = every_row(body)
        assert len(rows) >= 400
        assert {("BTC", "USD"), ("ETH", "EUR"), ("DOGE", "USD"), ("USDT", "USD"), ("BTC", "USDT")} <= {
            (row.asset, row.quote) for row in rows
        }
        for row in rows:
            base = ASSETS[row.asset].ticker.upper()
            key = row.fields["bid"].split(".", 1)[1].rsplit(".", 1)[0]
            assert key.split("/")[1] == row.quote
            assert key.split("/")[0].upper() in {base, ASSETS[row.asset].ids.get("kraken", base).upper()}
            for name in ("bid", "ask", "last", "high_24h", "low_24h", "volume_24h"):
                value = getattr(row, name)
                true = Decimal(raw["result"][key][row.fields[name][-4]][int(row.fields[name][-2])])
                assert value == (true or None) or (name == "volume_24h" and value == true == 0)
        seen += 1
    assert seen >= 3


def test_krakens_historical_names_lead_back_to_the_pair(shared_data: Path) -> None:
    """Every listed pair of ours is found under the key that the exchange itself gives it."""
    tested = 0
    for one in recorded(shared_data, "exchange_rest_kraken", "AssetPairs"):
        listing = json.loads(bytes(one.response))["result"]
        by_code = {asset.ids["kraken"]: asset.ticker for asset in ASSETS.values() if "kraken" in asset.ids}
        quotes = {code: quote for quote, code in kraken.QUOTES.items()}
        for key, pair in listing.items():
            if "wsname" not in pair:
                continue  # a dark pool
            base, term = pair["wsname"].split("/")
            base = {"XDG": "XDG", "DOGE": "XDG"}.get(base, base)
            asset, quote = by_code.get(base), quotes.get(term)
            if asset is None or quote is None or kraken.pair_of(asset, quote) is None:
                continue
            assert kraken.pair_of(asset, quote) == pair["altname"]
            assert kraken._by_key([(asset, quote)])[key] == (asset, quote)
            tested += 1
    assert tested >= 80


async def test_whole_interactions_through_fetch(
    shared_data: Path, provider: Callable[..., Any], make_reply: Callable[..., Reply]
) -> None:
    """The list of all tickers, as the way out when a batch is refused."""
    body = next(bytes(one.response) for one in recorded(shared_data, "kraken_rest", "/0/public/Ticker"))
    refused = make_reply(b'{"error":["EQuery:Unknown asset pair"]}')
    http = provider(lambda _path, params: refused if "pair" in params else make_reply(body))
    got: Sourced[tuple[SpotTicker, ...]] = await kraken.spot(SpotQuery(assets=("BTC", "HYPE", "LEO")), http)
    assert {row.asset for row in got.value} >= {"BTC"}
    assert all(row.bid is not None and row.ask is not None and row.bid <= row.ask for row in got.value)
