"""DefiLlama coins: one price an asset, with how sure it is of it. Keyless.

Here: SPEC, rows, parse and fetch of reference prices, by CoinGecko's ids, of now and of past instants. It serves where no book
does: as a further opinion on what a USDT is worth, and for assets that no venue lists. A price it is not sure of (confidence
under 0.9) is not used. Also prices of tokens by contract. What a price of now does not need is imported where it is used: every
price loads this file. Not here: market values, TVL and yields (their own hosts).
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData
from mobius.core.facts import Sourced
from mobius.core.keeping import DAILY, QUOTE
from mobius.core.needs import ReferencePrice, ReferenceQuery
from mobius.core.ports import Http
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import Figures, decode, endpoint, epoch_s, expect_ok, sourced

if TYPE_CHECKING:
    from mobius.core.protocol_needs import PastPrice, PastPricesQuery, TokenPrice, TokenPricesQuery

SPEC = SourceSpec(
    name="defillama_coins",
    title="DefiLlama prices",
    kind="aggregator",
    base_url="https://coins.llama.fi",
    limits=Limits(
        per_minute=120, burst=5, concurrent=3, timeout_s=4.0
    ),  # no stated limit: at most 5 a second is polite
    needs=("reference", "past_prices", "token_prices"),
    rights=Rights(attribution="Prices: DefiLlama"),
    probe="/prices/current/coingecko:tether",
)
CURRENT, BATCH = "/prices/current/", "/batchHistorical"
_SYMBOL_MOST = 40
NEAR_S = 6 * 3_600
"""A price further from the instant asked is not used."""
LEAST_CONFIDENCE = Decimal("0.9")
_LAST_S = 253_402_300_799


class _Coin(Struct, frozen=True):
    price: Decimal | None = None
    timestamp: int | None = None
    confidence: Decimal | None = None
    symbol: str = ""
    decimals: int | None = None


class _Reply(Struct, frozen=True):
    coins: dict[str, _Coin] = {}


def coins_of(query: ReferenceQuery) -> dict[str, str]:
    """DefiLlama's id of each asset it may know, to our ticker: `{"coingecko:tether": "USDT"}`."""
    return {
        f"coingecko:{ASSETS[asset].ids['coingecko']}": asset
        for asset in query.assets
        if asset in ASSETS and "coingecko" in ASSETS[asset].ids
    }


def parse_reference(body: bytes, query: ReferenceQuery) -> tuple[ReferencePrice, ...]:
    """Prices that DefiLlama is sure of; an id it does not know is absent, and so is the row."""
    reply = decode(body, _Reply, SPEC.name).coins
    rows = []
    for coin, asset in coins_of(query).items():
        if coin not in reply:
            continue
        read = Figures(SPEC.name, f'coins["{coin}"]', {})
        price = read.price("price", reply[coin].price, "price")
        confidence = read.amount("confidence", reply[coin].confidence, "confidence")
        if price is None or confidence is None or confidence < LEAST_CONFIDENCE:
            continue
        at_s = reply[coin].timestamp
        rows.append(
            ReferencePrice(
                asset=asset,
                price=price,
                confidence=confidence,
                updated_at=datetime.fromtimestamp(at_s, tz=UTC) if at_s is not None and 0 < at_s < _LAST_S else None,
                field=read.fields["price"],
            )
        )
    return tuple(rows)


async def reference(query: ReferenceQuery, http: Http) -> Sourced[tuple[ReferencePrice, ...]]:
    """Prices of the assets it knows and is sure of. Raises NoData when there is none."""
    coins = sorted(coins_of(query))
    path = CURRENT + ",".join(coins)
    rows: tuple[ReferencePrice, ...] = ()
    if coins:
        reply = await http.get(path, keep=QUOTE)
        expect_ok(reply, SPEC.name)
        rows = parse_reference(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no price it is sure of for {', '.join(query.assets)}.")
    return sourced(rows, SPEC.name, path, [reply])


def parse_token_prices(body: bytes, query: TokenPricesQuery) -> tuple[TokenPrice, ...]:
    """Prices of tokens by contract, sure or not: `confidence` says. One that it does not know is absent, and so is the row."""
    from mobius.core.protocol_needs import TokenPrice
    from mobius.sources.outside import plain_text

    reply = decode(body, _Reply, SPEC.name).coins
    by_id = {name.lower(): name for name in reply}  # addresses come back as they were sent, or in lower case
    rows = []
    for chain, address in query.tokens:
        coin = by_id.get(_token_id(chain, address).lower())
        price = None
        if coin is not None:
            read = Figures(SPEC.name, f'coins["{coin}"]', {})
            price = read.price("price", reply[coin].price, "price")
        if coin is None or price is None:
            continue
        told, at_s = reply[coin], reply[coin].timestamp
        rows.append(
            TokenPrice(
                chain=chain, address=address, symbol=plain_text(told.symbol, _SYMBOL_MOST), price_usd=price,
                decimals=told.decimals, confidence=read.amount("confidence", told.confidence, "confidence"),
                updated_at=datetime.fromtimestamp(at_s, tz=UTC) if at_s is not None and 0 < at_s < _LAST_S else None,
                field=read.fields["price"],
            )
        )  # fmt: skip
    return tuple(rows)


def _token_id(chain: str, address: str) -> str:
    """DefiLlama's id of a token; empty where it does not have the chain."""
    from mobius.core.provider_names import CHAIN_NAMES

    prefix = CHAIN_NAMES[chain].defillama_coins if chain in CHAIN_NAMES else None
    return "" if prefix is None else f"{prefix}:{address}"


async def token_prices(query: TokenPricesQuery, http: Http) -> Sourced[tuple[TokenPrice, ...]]:
    """Prices of tokens by contract. Raises NoData when it knows none of them."""
    known = sorted({coin for token in query.tokens if (coin := _token_id(*token))})
    path = CURRENT + ",".join(known)
    rows: tuple[TokenPrice, ...] = ()
    if known:
        reply = await http.get(path, keep=QUOTE)
        expect_ok(reply, SPEC.name)
        rows = parse_token_prices(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} knows none of these tokens.")
    return sourced(rows, SPEC.name, path, [reply])


class _Point(Struct, frozen=True):
    timestamp: int
    price: Decimal | None = None
    confidence: Decimal | None = None


class _Past(Struct, frozen=True):
    prices: list[_Point] = []


class _Batch(Struct, frozen=True):
    coins: dict[str, _Past] = {}


def parse_past_prices(body: bytes, query: PastPricesQuery) -> tuple[PastPrice, ...]:
    """For each asset and instant the nearest price told, where one is near enough and DefiLlama is sure of it."""
    reply = decode(body, _Batch, SPEC.name).coins
    rows = []
    for coin, asset in coins_of(ReferenceQuery(assets=query.assets)).items():
        points = [
            (epoch_s(point.timestamp, SPEC.name, f'coins["{coin}"].prices[{place}].timestamp'), place, point)
            for place, point in enumerate(reply[coin].prices if coin in reply else ())
        ]
        for asked in query.instants:
            wanted = int(asked.timestamp())
            near = min(points, key=lambda told: abs(told[0] - wanted), default=None)
            if near is not None and abs(near[0] - wanted) <= NEAR_S:
                row = _past_price(asset, asked, near[2], f'coins["{coin}"].prices[{near[1]}]')
                rows += [] if row is None else [row]
    return tuple(rows)


def _past_price(asset: str, asked: datetime, point: _Point, place: str) -> PastPrice | None:
    from mobius.core.protocol_needs import PastPrice

    read = Figures(SPEC.name, place, {})
    price = read.price("price", point.price, "price")
    confidence = read.amount("confidence", point.confidence, "confidence")
    if price is None or (confidence is not None and confidence < LEAST_CONFIDENCE):
        return None
    return PastPrice(
        asset=asset, asked=asked, at=datetime.fromtimestamp(point.timestamp, tz=UTC), price_usd=price,
        confidence=confidence, field=read.fields["price"],
    )  # fmt: skip


async def past_prices(query: PastPricesQuery, http: Http) -> Sourced[tuple[PastPrice, ...]]:
    """Prices at past instants, all in one request. Raises NoData when there is none it is sure of."""
    coins = sorted(coins_of(ReferenceQuery(assets=query.assets)))
    seconds = sorted(int(instant.timestamp()) for instant in query.instants)
    params = {"coins": msgspec.json.encode(dict.fromkeys(coins, seconds)).decode()}
    rows: tuple[PastPrice, ...] = ()
    if coins and seconds:
        reply = await http.get(BATCH, params, keep=DAILY)
        expect_ok(reply, SPEC.name)
        rows = parse_past_prices(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no past price it is sure of for {', '.join(query.assets)}.")
    return sourced(rows, SPEC.name, endpoint(BATCH, params), [reply])


OFFERS = {"reference": reference, "past_prices": past_prices, "token_prices": token_prices}
