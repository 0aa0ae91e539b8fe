"""Moralis, recorded: prices of tokens, the block of an instant."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from mobius.sources.chain import moralis
from tests.sources.contracts import Interaction


def check(one: Interaction) -> None:
    raw = json.loads(one.body, parse_float=Decimal)
    if urlsplit(one.url).path.endswith("/dateToBlock"):
        block = moralis.parse_block_at(one.body)
        assert (block.number, block.at) == (raw["block"], datetime.fromisoformat(raw["block_timestamp"]))
        return
    price = moralis.parse_price(one.body)
    assert (price.price_usd, price.symbol, price.spam) == (
        Decimal(raw["usdPrice"]),
        raw["tokenSymbol"],
        raw["possibleSpam"],
    )
    assert price.change_24h_pct == Decimal(raw["24hrPercentChange"])
    assert price.liquidity_usd == Decimal(raw["pairTotalLiquidityUsd"])
    assert price.at is not None
    assert int(price.at.timestamp() * 1000) == int(raw["blockTimestamp"])
