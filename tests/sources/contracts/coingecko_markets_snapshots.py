"""Two recorded pages of CoinGecko's markets."""

from __future__ import annotations

import json
from decimal import Decimal

from mobius.core.needs import OverviewQuery
from mobius.sources.market import coingecko
from tests.sources.contracts import Interaction


def check(one: Interaction) -> None:
    raw = json.loads(one.body, parse_float=Decimal, parse_int=Decimal)
    rows = coingecko.parse_overview(one.body, OverviewQuery(top=250))
    assert [(row.price, row.market_cap, row.volume_24h) for row in rows] == [
        (true["current_price"], true["market_cap"], true["total_volume"]) for true in raw
    ]
