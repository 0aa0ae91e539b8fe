"""Wikimedia's page views (`wikimedia.org/api/rest_v1`): how many people read an article, by the day.

More read on days of large moves. A day is told some hours after it is over. Here: pageviews/per-article, daily. Not here: other
projects, top lists.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np

from mobius.core.crowds import CROWDS, MARKET
from mobius.sandbox import draws
from mobius.sandbox.catalogue import COIN
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said
from mobius.sandbox.world import DAY_S, SimulatedWorld, turnover_usd

_TOLD_AFTER_S = 8 * 3600
_ARTICLES = {article: ticker for ticker, (_, article) in CROWDS.items() if article and ticker in COIN}
_MARKET_SHARE = 0.6


def _views(ask: Ask, scene: Scene) -> Said:
    article = ask.parts.get("article", "")
    ticker = "BTC" if article == MARKET.article else _ARTICLES.get(article)
    days = [_day(ask.parts.get(name, "")) for name in ("first", "last")]
    if days[0] is None or days[1] is None or days[0] > days[1]:
        return _problem(400, "Invalid request.", "start and end must be days in YYYYMMDD")
    newest = (scene.now_s - _TOLD_AFTER_S) // DAY_S - 1
    told = range(max(days[0], BEGINS_S // DAY_S + 2), min(days[1], newest) + 1)
    if ticker is None or not told or ask.parts.get("project") != "en.wikipedia":
        return _problem(
            404, "Not found.", "The date(s) you used are valid, but we either do not have data for those date(s)"
        )
    rows: list[Json] = [
        {
            "project": "en.wikipedia", "article": article, "granularity": "daily", "access": ask.parts.get("access", ""),
            "timestamp": f"{datetime.fromtimestamp(day * DAY_S, tz=UTC):%Y%m%d}00", "agent": ask.parts.get("agent", ""),
            "views": _read(scene.world, ticker, article, day),
        }
        for day in told
    ]  # fmt: skip
    return said({"items": rows})


def _read(world: SimulatedWorld, ticker: str, article: str, day: int) -> int:
    """More with the day's move and that of the day before, fewer at the weekend."""
    line = world.index(ticker)
    closes = np.log(world.closes(line, np.array([day - 1, day, day + 1]) * DAY_S))
    moves = np.abs(np.diff(closes)) / 0.03
    usual = (900.0 + 60.0 * math.sqrt(turnover_usd(ticker) / 1e6)) * (
        _MARKET_SHARE if article == MARKET.article else 1.0
    )
    luck = float(draws.normal(draws.key(world.seed, "views", article), np.array([day]))[0])
    weekend = -0.12 if (day + 3) % 7 >= 5 else 0.0
    return int(
        usual
        * math.exp(0.45 * min(3.0, float(moves[1])) + 0.2 * min(3.0, float(moves[0])) - 0.35 + 0.07 * luck + weekend)
    )


def _day(text: str) -> int | None:
    try:
        at = datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(days=1) if len(text) in (8, 10) else None


def _problem(status: int, title: str, detail: str) -> Said:
    body = {"type": "about:blank", "title": title, "method": "get", "detail": detail, "status": status}
    return said(body, status=status, content_type="application/problem+json")


def _missing(ask: Ask, scene: Scene) -> Said:
    return _problem(404, "Not found.", "no such path")


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    return said(
        {"httpReason": "Too Many Requests", "httpCode": 429},
        status=429,
        headers={"Retry-After": str(spent.retry_after_s)},
    )


PROVIDER = Provider(
    name="wikipedia",
    prefix="/wikipedia/api/rest_v1",
    routes={"/metrics/pageviews/per-article/{project}/{access}/{agent}/{article}/daily/{first}/{last}": _views},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(100, 6000)},
)
