"""Kraken's recorded tickers of all pairs."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from mobius.core.assets import ASSETS
from mobius.core.needs import SpotQuery
from mobius.sources.market import kraken
from tests.sources.contracts import Interaction, NotAsked


def check(one: Interaction) -> None:
    if "/0/public/Ticker" not in one.url:
        raise NotAsked("another endpoint")
    raw = one.raw()["result"]
    result = msgspec.json.decode(one.body, type=kraken._Envelope).result
    rows = kraken.parse_spot(result, SpotQuery(assets=tuple(ASSETS), quotes=("USD", "EUR", "GBP", "JPY")))
    assert len(rows) >= 400
    for row in rows:
        key = row.fields["bid"].split(".", 1)[1].rsplit(".", 1)[0]
        assert key.split("/")[1] == row.quote
        assert (row.bid, row.ask) == (Decimal(raw[key]["b"][0]) or None, Decimal(raw[key]["a"][0]) or None)
        assert row.last == (Decimal(raw[key]["c"][0]) or None)
