"""DefiLlama coins: one price an asset, with how sure it is of it. Keyless.

Here: SPEC, rows, parse and fetch of reference prices, by CoinGecko's ids. It serves where no book does: as a further opinion
on what a USDT is worth, and for assets that no venue lists. A price it is not sure of (confidence under 0.9) is not used. Not
here: market values, history, prices by contract address, TVL and yields (their own hosts).
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData
from mobius.core.facts import Sourced
from mobius.core.keeping import QUOTE
from mobius.core.needs import ReferencePrice, ReferenceQuery
from mobius.core.ports import Http
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="defillama_coins",
    title="DefiLlama",
    kind="aggregator",
    base_url="https://coins.llama.fi",
    limits=Limits(
        per_minute=120, burst=5, concurrent=3, timeout_s=4.0
    ),  # no stated limit: at most 5 a second is polite
    needs=("reference",),
    rights=Rights(attribution="Prices: DefiLlama"),
    probe="/prices/current/coingecko:tether",
)
CURRENT = "/prices/current/"
LEAST_CONFIDENCE = Decimal("0.9")
_LAST_S = 253_402_300_799


class _Coin(Struct, frozen=True):
    price: Decimal | None = None
    timestamp: int | None = None
    confidence: Decimal | None = None


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


OFFERS = {"reference": reference}
