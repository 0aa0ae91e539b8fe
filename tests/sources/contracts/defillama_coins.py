"""DefiLlama's recorded prices: each one of an asset or on a chain that we know, against the raw document."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from mobius.core.assets import by_provider
from mobius.core.needs import ReferenceQuery
from mobius.core.protocol_needs import TokenPricesQuery
from mobius.core.provider_names import CHAIN_NAMES
from mobius.sources.market.defillama_coins import LEAST_CONFIDENCE, coins_of, parse_reference, parse_token_prices
from tests.sources.contracts import Interaction, NotAsked

SLUGS = {names.defillama_coins: slug for slug, names in CHAIN_NAMES.items() if names.defillama_coins is not None}


def check(one: Interaction) -> None:
    path = unquote(urlsplit(one.url).path)
    if "/prices/current/" not in path:
        raise NotAsked("past prices are asked in batches")
    names = [name for name in path.rpartition("/")[2].split(",") if name]
    raw = json.loads(one.body, parse_float=Decimal)["coins"]
    asked = _assets(names, one, raw) + _tokens(names, one, raw)
    if not asked:
        raise NotAsked("prices on chains, or of assets, that we have no name for")


def _assets(names: list[str], one: Interaction, raw: dict[str, Any]) -> int:
    known = [
        by_provider("coingecko", name.removeprefix("coingecko:")) for name in names if name.startswith("coingecko:")
    ]
    query = ReferenceQuery(assets=tuple(asset.ticker for asset in known if asset is not None))
    rows = {row.asset: row for row in parse_reference(one.body, query)}
    for coin, asset in coins_of(query).items():
        true = raw.get(coin)
        if true is None or true["confidence"] < LEAST_CONFIDENCE:
            assert asset not in rows
            continue
        row = rows[asset]
        assert row.price == true["price"]
        assert row.confidence == true["confidence"]
        assert row.updated_at is not None
        assert row.updated_at.timestamp() == true["timestamp"]
        assert row.field == f'coins["{coin}"].price'
    return len(query.assets)


def _tokens(names: list[str], one: Interaction, raw: dict[str, Any]) -> int:
    placed = [name.partition(":") for name in names if name.partition(":")[0] in SLUGS]
    query = TokenPricesQuery(tokens=tuple((SLUGS[chain], address) for chain, _, address in placed))
    rows = {(row.chain, row.address.lower()): row for row in parse_token_prices(one.body, query)}
    priced = {name.lower(): true for name, true in raw.items() if true.get("price")}
    for chain, _, address in placed:
        true = priced.get(f"{chain}:{address}".lower())
        row = rows.get((SLUGS[chain], address.lower()))
        assert (row is None) == (true is None)
        if row is not None and true is not None:
            assert (row.price_usd, row.confidence) == (true["price"], true.get("confidence"))
            assert (row.decimals, row.symbol) == (true.get("decimals"), true["symbol"].strip())
    return len(placed)
