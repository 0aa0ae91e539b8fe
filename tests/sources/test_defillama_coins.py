"""DefiLlama coins: a price with its confidence, refused where it is not sure."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.assets import ASSETS, by_provider
from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.needs import ReferenceQuery
from mobius.core.ports import Reply
from mobius.core.protocol_needs import PastPricesQuery, TokenPricesQuery
from mobius.sources.market.defillama_coins import (
    parse_past_prices,
    parse_reference,
    past_prices,
    reference,
    token_prices,
)

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

TETHER = ReferenceQuery(assets=("USDT",))


def said(**coins: Any) -> bytes:
    return json.dumps({"coins": {f"coingecko:{name}": coin for name, coin in coins.items()}}).encode()


def coin(price: Any = 0.9994, confidence: Any = 0.99, timestamp: Any = 1_793_530_000) -> dict[str, Any]:
    return {"price": price, "symbol": "USDT", "timestamp": timestamp, "confidence": confidence}


async def test_a_price_is_dated_and_says_how_sure_it_is(provider: Providers) -> None:
    http = provider(said(tether=coin(), ethereum=coin(3000)))
    got = await reference(ReferenceQuery(assets=("USDT", "ETH", "nonsense")), http)
    assert [path for path, _ in http.asked] == ["/prices/current/coingecko:ethereum,coingecko:tether"]
    tether, ether = got.value
    assert (tether.asset, tether.price, tether.confidence) == ("USDT", Decimal("0.9994"), Decimal("0.99"))
    assert tether.updated_at == datetime(2026, 11, 1, 10, 46, 40, tzinfo=UTC)
    assert tether.field == 'coins["coingecko:tether"].price'
    assert ether.price == 3000


@pytest.mark.parametrize(
    "body",
    [
        said(),
        said(tether=coin(confidence=0.89)),
        said(tether={"price": 1.0, "timestamp": 1}),
        said(tether=coin(price=0)),
        said(tether=coin(price=None)),
        b"{}",
    ],
)
async def test_what_it_does_not_know_or_is_not_sure_of_is_no_data(provider: Providers, body: bytes) -> None:
    with pytest.raises(NoData):
        await reference(TETHER, provider(body))


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"Bad gateway", 502, SourceUnavailable),
        (b"<html></html>", 200, SourceChanged),
        (said(tether=coin(price="one")), 200, SourceChanged),
        (said(tether=coin(price=-1)), 200, SourceChanged),
        (b'{"coins":{"coingecko:tether":{"price":1e99,"confidence":1}}}', 200, SourceChanged),
        (b'{"coins":[]}', 200, SourceChanged),
        (b'{"coins":{"coingecko:te', 200, SourceUnavailable),
    ],
)
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await reference(TETHER, provider(make_reply(body, status=status)))


async def test_an_asset_it_cannot_know_is_not_asked_for(provider: Providers) -> None:
    silent = provider()
    with pytest.raises(NoData):
        await reference(ReferenceQuery(assets=("USD", "nonsense")), silent)
    assert silent.asked == []


def test_an_absurd_time_is_no_time() -> None:
    (row,) = parse_reference(said(tether=coin(timestamp=10**17)), TETHER)
    assert row.updated_at is None


def test_recorded_replies_are_read_whole(shared_data: Path) -> None:
    file = shared_data / "api" / "defillama_coins.jsonl.gz"
    if not file.is_file():
        pytest.skip("no recorded reply of DefiLlama")
    seen = 0
    with gzip.open(file) as lines:
        for line in lines:
            raw = json.loads(line, parse_float=Decimal)
            if "/prices/current/" not in raw["url"]:
                continue
            body = json.dumps(raw["response"], default=float).encode()
            coins = raw["response"]["coins"]
            known = {
                asset.ticker: name
                for name in coins
                if name.startswith("coingecko:") and (asset := by_provider("coingecko", name.split(":")[1]))
            }
            rows = parse_reference(body, ReferenceQuery(assets=tuple(ASSETS)))
            assert {row.asset for row in rows} == set(known)
            for row in rows:
                assert row.price == pytest.approx(Decimal(coins[known[row.asset]]["price"]))
                assert row.updated_at is not None
                assert int(row.updated_at.timestamp()) == coins[known[row.asset]]["timestamp"]
            seen += len(rows)
    assert seen >= 10


# --------------------------------------------------------------------------------------------------------- past prices

DAY = datetime(2026, 10, 26, tzinfo=UTC)
PAST = PastPricesQuery(assets=("ETH", "USDT"), instants=(DAY, DAY + timedelta(days=2)))


def past(**coins: list[dict[str, Any]]) -> bytes:
    return json.dumps(
        {"coins": {f"coingecko:{name}": {"symbol": "x", "prices": rows} for name, rows in coins.items()}}
    ).encode()


async def test_past_prices_come_in_one_request_and_the_nearest_counts(provider: Providers) -> None:
    at = int(DAY.timestamp())
    rows = [coin(2300, timestamp=at - 20_000), coin(2290.5, timestamp=at + 90), coin(9, timestamp=at + 40_000)]
    http = provider(past(ethereum=rows, tether=[coin(1, confidence=0.5, timestamp=at)]))
    got = await past_prices(PAST, http)
    (path, params), *more = http.asked
    assert path == "/batchHistorical" and not more
    assert json.loads(params["coins"]) == {
        name: [at, at + 172_800] for name in ("coingecko:ethereum", "coingecko:tether")
    }
    (row,) = got.value
    assert (row.asset, row.price_usd, row.asked) == ("ETH", Decimal("2290.5"), DAY)
    assert (row.at.timestamp(), row.field) == (at + 90, 'coins["coingecko:ethereum"].prices[1].price')


@pytest.mark.parametrize("body", [b"{}", past(), past(ethereum=[]), past(ethereum=[coin(1, timestamp=5)])])
async def test_no_past_price_near_enough_is_no_data(provider: Providers, body: bytes) -> None:
    with pytest.raises(NoData):
        await past_prices(PAST, provider(body))


@pytest.mark.parametrize("row", [coin(-1), coin(1e300), coin(1, timestamp=-5), coin(1, timestamp=10**15)])
def test_a_past_price_out_of_bounds_is_refused(row: dict[str, Any]) -> None:
    query = PastPricesQuery(assets=("ETH",), instants=(datetime.fromtimestamp(1_793_530_000, tz=UTC),))
    with pytest.raises(SourceChanged):
        parse_past_prices(past(ethereum=[row]), query)


async def test_tokens_are_priced_by_their_contract(provider: Callable[..., Any]) -> None:
    usdc = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
    body = json.dumps(
        {
            "coins": {
                f"ethereum:{usdc}": {
                    "decimals": 6, "symbol": "USDC\u202e", "price": 0.9998, "timestamp": 1793530800, "confidence": 0.99
                },
                "base:0xdead": {"symbol": "FREE", "price": None},
            }
        }
    ).encode()  # fmt: skip
    http = provider(body)
    query = TokenPricesQuery(tokens=(("ethereum", usdc.lower()), ("base", "0xdead"), ("nowhere", "0x1")))
    got = await token_prices(query, http)
    (row,) = got.value
    assert (row.chain, row.symbol, row.decimals, row.price_usd) == ("ethereum", "USDC", 6, Decimal("0.9998"))
    assert row.field == f'coins["ethereum:{usdc}"].price'
    assert http.asked == [(f"/prices/current/base:0xdead,ethereum:{usdc.lower()}", {})]
    with pytest.raises(NoData):
        await token_prices(TokenPricesQuery(tokens=(("nowhere", "0x1"),)), http)
