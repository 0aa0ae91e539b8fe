"""Curve's recorded lists of pools: every pool, every figure that is read."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import urlsplit

from mobius.sources.defi.curve import parse_pools
from tests.sources.contracts import Interaction, NotAsked


def check(one: Interaction) -> None:
    path = urlsplit(one.url).path
    if "/getPools/all/" not in path:
        raise NotAsked(f"{path} is not asked")
    raw = json.loads(one.body, parse_float=Decimal, parse_int=Decimal)["data"]["poolData"]
    rows = parse_pools(one.body, path.rpartition("/")[2])
    assert len(rows) == len(raw)
    for number, (row, true) in enumerate(zip(rows, raw, strict=True)):
        apy = true.get("gaugeCrvApy") or [None, None]
        assert row.address == true["address"].lower()
        assert row.tvl_usd == true["usdTotal"]
        assert (row.reward_low_pct, row.reward_high_pct) == (apy[0], apy[1])
        assert row.tokens == tuple(coin["address"].lower() for coin in true["coins"])
        assert row.broken is true["isBroken"]
        assert row.fields["tvl_usd"] == f"data.poolData[{number}].usdTotal"
