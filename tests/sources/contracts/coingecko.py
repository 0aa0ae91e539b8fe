"""CoinGecko's recorded interactions: simple prices; the others are endpoints Möbius never asks."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from mobius.core.assets import by_provider
from mobius.core.needs import SpotQuery
from mobius.sources.market.coingecko import parse_spot
from tests.sources.contracts import Interaction, NotAsked

_OTHERS = {
    "list": "the registry of assets is our own",
    "history": "past prices come from imported bars",
    "coins": "descriptions of a coin are not asked",
}


def check(one: Interaction) -> None:
    parts = urlsplit(one.url)
    path = parts.path.strip("/").split("/")
    if path[-2:] != ["simple", "price"]:
        raise NotAsked(_OTHERS.get(path[-1], _OTHERS["coins"]))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    coins = {
        coin: known.ticker for coin in query["ids"].split(",") if (known := by_provider("coingecko", coin)) is not None
    }
    if not coins:
        raise NotAsked("a coin that is not registered here")
    quote, raw = query["vs_currencies"].upper(), one.raw()
    rows = {row.asset: row for row in parse_spot(one.body, SpotQuery(assets=tuple(coins.values()), quotes=(quote,)))}
    assert set(rows) == {asset for coin, asset in coins.items() if coin in raw}
    for coin, asset in coins.items():
        if coin in raw:
            assert rows[asset].last == Decimal(str(raw[coin][quote.lower()]))
            assert rows[asset].fields["last"] == f"{coin}.{quote.lower()}"
