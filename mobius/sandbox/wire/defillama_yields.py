"""DefiLlama's yields (`yields.llama.fi`): every place that earns, with its rates in percent, and the past of one.

Rates are as of the whole hour; any number may be null. Here: pools, chart/{pool}. Not here: what is paid for (borrow rates,
perpetuals), where the figures come from (sandbox.yields).
"""

from __future__ import annotations

from datetime import UTC, datetime
from weakref import WeakKeyDictionary

import numpy as np

from mobius.core.candles import FloatArray
from mobius.sandbox.hourly import hourly
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S, SimulatedWorld
from mobius.sandbox.yields import Listing, chain_name, listings

_DAYS = 30
_LISTED: WeakKeyDictionary[SimulatedWorld, tuple[Listing, ...]] = WeakKeyDictionary()


def _pools(ask: Ask, scene: Scene) -> Said:
    hour_s = scene.now_s - scene.now_s % 3600

    def whole() -> object:
        rows = [_row(listing, hour_s) for listing in _listed(scene.world)]
        return {"status": "success", "data": sorted(rows, key=_worth, reverse=True)}

    return Said(body=hourly(scene, "yields", whole))


def _listed(world: SimulatedWorld) -> tuple[Listing, ...]:
    found = _LISTED.get(world)
    if found is None:
        found = _LISTED[world] = listings(world)
    return found


def _worth(row: dict[str, Json]) -> float:
    worth = row["tvlUsd"]
    assert isinstance(worth, int)
    return worth


def _row(listing: Listing, hour_s: int) -> dict[str, Json]:
    days = hour_s - np.arange(_DAYS, -1, -1) * DAY_S
    base = listing.base_pct(days)
    reward = listing.reward_pct(days) if listing.reward_pct is not None else None
    whole = base if reward is None else base + reward
    traded = listing.traded_usd(days) if listing.traded_usd is not None else None
    young = listing.count < _DAYS
    return {
        "chain": chain_name(listing), "project": listing.project, "symbol": listing.symbol,
        "tvlUsd": round(float(listing.usd(days[-1:])[0])), "apyBase": _told(base[-1]),
        "apyReward": None if reward is None else _told(reward[-1]), "apy": _told(whole[-1]),
        "rewardTokens": None if listing.reward_token is None else [listing.reward_token], "pool": listing.id,
        "apyPct1D": _told(whole[-1] - whole[-2]), "apyPct7D": None if young else _told(whole[-1] - whole[-8]),
        "apyPct30D": None if young else _told(whole[-1] - whole[0]), "stablecoin": listing.stablecoin,
        "ilRisk": "yes" if listing.swaps else "no", "exposure": "multi" if listing.swaps or "-" in listing.symbol else "single",
        "predictions": _predicted(whole, young=young), "poolMeta": listing.meta, "mu": _told(float(np.mean(whole))),
        "sigma": _told(float(np.std(whole))), "count": listing.count, "outlier": listing.outlier,
        "underlyingTokens": list(listing.coins), "il7d": None,
        "apyBase7d": None if traded is None else _told(float(np.mean(base[-7:]))),
        "apyMean30d": _told(float(np.mean(whole[1:]))), "volumeUsd1d": None if traded is None else _told(traded[-1]),
        "volumeUsd7d": None if traded is None else _told(float(np.sum(traded[-7:]))), "apyBaseInception": None,
    }  # fmt: skip


def _told(value: float) -> float:
    return round(float(value), 5)


def _predicted(whole: FloatArray, *, young: bool) -> Json:
    if young:
        return {"predictedClass": None, "predictedProbability": None, "binnedConfidence": None}
    falling = whole[-1] > 1.3 * float(np.mean(whole))
    return {
        "predictedClass": "Down" if falling else "Stable/Up", "predictedProbability": 64 if falling else 75,
        "binnedConfidence": 2 if falling else 3,
    }  # fmt: skip


def _chart(ask: Ask, scene: Scene) -> Said:
    wanted = ask.parts.get("pool", "")
    listing = next((listing for listing in _listed(scene.world) if listing.id == wanted), None)
    if listing is None:
        return said({"status": "error", "message": "pool not found"}, status=404)
    newest = scene.now_s - scene.now_s % DAY_S
    days = newest - np.arange(min(listing.count, (newest - BEGINS_S) // DAY_S - 60), -1, -1) * DAY_S
    base, worth = listing.base_pct(days), listing.usd(days)
    reward = listing.reward_pct(days) if listing.reward_pct is not None else None
    rows: list[Json] = []
    for place, at_s in enumerate(days.tolist()):
        more = None if reward is None else _told(reward[place])
        rows.append(
            {
                "timestamp": datetime.fromtimestamp(at_s + 60, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "tvlUsd": round(float(worth[place])), "apy": _told(base[place] + (more or 0.0)),
                "apyBase": _told(base[place]), "apyReward": more, "il7d": None, "apyBase7d": None,
            }
        )  # fmt: skip
    return said({"status": "success", "data": rows})


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Not Found"}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said({"message": "Too Many Requests"}, status=429, headers={"Retry-After": str(spent.retry_after_s)})


PROVIDER = Provider(
    name="defillama_yields",
    prefix="/defillama_yields",
    routes={"/pools": _pools, "/chart/{pool}": _chart},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(300, 300)},
)
