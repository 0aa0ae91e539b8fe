"""DefiLlama's recorded prices: each one of an asset we know, against the raw document."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import unquote, urlsplit

from mobius.core.assets import by_provider
from mobius.core.needs import ReferenceQuery
from mobius.sources.market.defillama_coins import LEAST_CONFIDENCE, coins_of, parse_reference
from tests.sources.contracts import Interaction, NotAsked


def check(one: Interaction) -> None:
    path = unquote(urlsplit(one.url).path)
    if "/prices/current/" not in path:
        raise NotAsked("past prices are asked in batches")
    names = path.rpartition("/")[2].split(",")
    known = [
        by_provider("coingecko", name.removeprefix("coingecko:")) for name in names if name.startswith("coingecko:")
    ]
    query = ReferenceQuery(assets=tuple(asset.ticker for asset in known if asset is not None))
    raw = json.loads(one.body, parse_float=Decimal)["coins"]
    rows = {row.asset: row for row in parse_reference(one.body, query)}
    if not query.assets:
        assert rows == {}
        raise NotAsked("prices by contract, or of assets we have no name for, are not asked")
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
