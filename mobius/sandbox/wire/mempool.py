"""Mempool.space (`mempool.space/api`): Bitcoin's fees in satoshi a virtual byte, and its height as plain text.

Here: v1/fees/recommended, blocks/tip/height, mempool. Not here: addresses, transactions.
"""

from __future__ import annotations

from mobius.sandbox.gas import bitcoin_fees, bitcoin_height
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.wire import Ask, Provider, Said, Scene, said


def _fees(ask: Ask, scene: Scene) -> Said:
    fastest, half, hour, economy, minimum = bitcoin_fees(scene.world, scene.now_s)
    return said(
        {"fastestFee": fastest, "halfHourFee": half, "hourFee": hour, "economyFee": economy, "minimumFee": minimum}
    )


def _height(ask: Ask, scene: Scene) -> Said:
    height = bitcoin_height(scene.world, scene.now_s)
    return Said(body=str(height).encode(), content_type="text/plain")


def _waiting(ask: Ask, scene: Scene) -> Said:
    fastest = bitcoin_fees(scene.world, scene.now_s)[0]
    return said(
        {"count": 9_000 * fastest, "vsize": 2_600_000 * fastest, "total_fee": 3_000_000 * fastest, "fee_histogram": []}
    )


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(body=b"Not found", status=404, content_type="text/plain")


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return Said(body=b"Too Many Requests", status=429, content_type="text/plain")


PROVIDER = Provider(
    name="mempool",
    prefix="/mempool/api",
    routes={"/v1/fees/recommended": _fees, "/blocks/tip/height": _height, "/mempool": _waiting},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 60)},
)
