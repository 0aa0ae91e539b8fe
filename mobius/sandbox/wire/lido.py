"""Lido's staking rate (`eth-api.lido.fi`): the last days and their mean, in percent a year.

Here: v1/protocol/steth/apr/sma and apr/last. Not here: withdrawals, statistics.
"""

from __future__ import annotations

import numpy as np

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.vaults import Savings
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S

_STETH: Json = {"symbol": "stETH", "address": "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84", "chainId": 1}
_REPORTED_S = 12 * 3600  # the oracle reports at noon, of the day before


def _sma(ask: Ask, scene: Scene) -> Said:
    days = _newest(scene) - np.arange(6, -1, -1) * DAY_S
    rates = np.round(Savings(scene.world).staking_apr("lido", days) * 100, 3).tolist()
    rows: list[Json] = [{"timeUnix": day, "apr": rate} for day, rate in zip(days.tolist(), rates, strict=True)]
    return said({"data": {"aprs": rows, "smaApr": sum(rates) / len(rates)}, "meta": _STETH})


def _last(ask: Ask, scene: Scene) -> Said:
    newest = np.array([_newest(scene)])
    rate = round(float(Savings(scene.world).staking_apr("lido", newest)[0]) * 100, 3)
    return said({"data": {"timeUnix": int(newest[0]), "apr": rate}, "meta": _STETH})


def _newest(scene: Scene) -> int:
    return (scene.now_s - _REPORTED_S) // DAY_S * DAY_S + _REPORTED_S


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Cannot GET", "error": "Not Found", "statusCode": 404}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    error = {"statusCode": 429, "message": "ThrottlerException: Too Many Requests"}
    return said(error, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="lido",
    prefix="/lido",
    routes={"/v1/protocol/steth/apr/sma": _sma, "/v1/protocol/steth/apr/last": _last},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 60)},
)
