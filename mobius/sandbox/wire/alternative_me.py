"""The fear and greed index as api.alternative.me serves it. Here: `/fng/`. Numbers and times are strings, newest first."""

from __future__ import annotations

from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S

_FIRST_DAY = BEGINS_S // DAY_S + 91
_LABELS = ((25, "Extreme Fear"), (46, "Fear"), (54, "Neutral"), (75, "Greed"), (100, "Extreme Greed"))


def _fng(ask: Ask, scene: Scene) -> Said:
    limit = whole(ask.params.get("limit", "1"))
    n_days = 1 if limit is None else limit
    today = scene.now_s // DAY_S
    first = max(_FIRST_DAY, today - n_days + 1) if n_days else _FIRST_DAY
    data: list[Json] = []
    for day in range(today, first - 1, -1):
        value = scene.world.fear_greed(day)
        row: dict[str, Json] = {
            "value": str(value),
            "value_classification": next(label for top, label in _LABELS if value <= top),
            "timestamp": str(day * DAY_S),
        }
        if day == today:
            row["time_until_update"] = str((today + 1) * DAY_S - scene.now_s)
        data.append(row)
    return said({"name": "Fear and Greed Index", "data": data, "metadata": {"error": None}})


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(body=b"<html><body><h1>404 Not Found</h1></body></html>", status=404, content_type="text/html")


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return Said(
        body=b"Too Many Requests",
        status=429,
        content_type="text/plain",
        headers={"Retry-After": str(spent.retry_after_s)},
    )


PROVIDER = Provider(
    name="alternative_me",
    prefix="/alternative_me",
    routes={"/fng/": _fng, "/fng": _fng},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(60, 60)},
)
