"""GDELT's document search (`api.gdeltproject.org/api/v2/doc/doc`): articles of the press, and their tone through time.

One call in five seconds; faults are plain text with status 200. Here: artlist, timelinetone. Not here: images, volumes.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

import numpy as np

from mobius.core.assets import find
from mobius.sandbox.catalogue import COIN
from mobius.sandbox.crowd import headlines
from mobius.sandbox.drift import price, wander
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S

_SPAN = re.compile(r"(\d{1,4})(min|minutes|h|hours|d|days|w|weeks|m|months)")
_UNITS_S = {"m": 30 * DAY_S, "h": 3600, "d": DAY_S, "w": 7 * DAY_S, "min": 60}
_DOMAINS = ("example-finance.com", "daily-ledger.example", "chain-courier.example", "markets-today.example")
_MOST, _MOST_DAYS = 250, 92


def _doc(ask: Ask, scene: Scene) -> Said:
    query, mode = ask.params.get("query", ""), ask.params.get("mode", "artlist").lower()
    words = [word for word in re.findall(r"[a-z0-9.$ ]+", re.sub(r"\w+:\S+", " ", query.lower())) if word.strip(" .")]
    if len(query) > 250:
        return _plain("Your query was too short or too long.")
    if not words:
        return _plain("Your search did not contain any keywords.")
    if ask.params.get("format", "html") != "json":
        return Said(body=b"<html><body>GDELT</body></html>", content_type="text/html")
    span = _SPAN.fullmatch(ask.params.get("timespan", "3months").lower())
    if span is None or int(span[1]) == 0:
        return _plain("Invalid timespan.")
    unit = "min" if span[2].startswith("min") else span[2][0]
    seconds = min(int(span[1]) * _UNITS_S[unit], _MOST_DAYS * DAY_S)
    named = {part.strip() for word in words for part in (word, *word.split(" or ")) if part.strip()}
    tickers = tuple(dict.fromkeys(asset.ticker for word in named if (asset := find(word)) and asset.ticker in COIN))
    if mode == "artlist":
        return _articles(ask, scene, tickers, seconds)
    if mode == "timelinetone":
        return _tone(scene, tickers, seconds)
    return _plain("Invalid mode.")


def _articles(ask: Ask, scene: Scene, tickers: tuple[str, ...], seconds: int) -> Said:
    most = min(_MOST, whole(ask.params.get("maxrecords", "")) or 75)
    found = headlines(scene.world, now_s=scene.now_s, hours=max(1, seconds // 3600), tickers=tickers) if tickers else ()
    rows: list[Json] = []
    for place, each in enumerate(each for each in found if each.at_s >= scene.now_s - seconds):
        domain = _DOMAINS[place % len(_DOMAINS)]
        seen = datetime.fromtimestamp(each.at_s - each.at_s % 900, tz=UTC)
        rows.append(
            {
                "url": f"https://{domain}/{each.slug}", "url_mobile": "", "title": each.title,
                "seendate": f"{seen:%Y%m%dT%H%M%SZ}",
                "socialimage": "", "domain": domain, "language": "English", "sourcecountry": "United States",
            }
        )  # fmt: skip
    return said({"articles": rows[:most]} if rows else {})


def _tone(scene: Scene, tickers: tuple[str, ...], seconds: int) -> Said:
    if not tickers:
        return said({})
    step = 900 if seconds <= 3 * DAY_S else 3600 if seconds <= 8 * DAY_S else DAY_S
    last = scene.now_s // step * step
    at_s = np.arange(last - seconds // step * step, last + 1, step)
    at_s = at_s[at_s > BEGINS_S + 2 * DAY_S]
    rows: list[Json] = []
    moved = np.log(price(scene.world, tickers[0], at_s) / price(scene.world, tickers[0], at_s - DAY_S)) / 0.03
    luck = wander(scene.world.seed, f"tone:{tickers[0]}", at_s, node_s=6 * 3600)
    for instant, move, chance in zip(at_s.tolist(), moved.tolist(), luck.tolist(), strict=True):
        value = round(0.4 + 1.9 * math.tanh(move) + 0.5 * chance, 4)
        rows.append({"date": f"{datetime.fromtimestamp(instant, tz=UTC):%Y%m%dT%H%M%SZ}", "value": value})
    details: Json = {"title": "Average Tone", "date_resolution": "15m" if step == 900 else "day"}
    series: Json = {"series": "Average Tone", "data": rows}
    return said({"query_details": details, "timeline": [series]})


def _plain(text: str) -> Said:
    return Said(body=text.encode(), content_type="text/html; charset=utf-8")


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(body=b"<html><title>404 Not Found</title></html>", status=404, content_type="text/html")


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    text = b"Please limit requests to one every 5 seconds or contact the project for larger queries."
    return Said(body=text, status=429, content_type="text/plain")


PROVIDER = Provider(
    name="gdelt",
    prefix="/gdelt/api/v2",
    routes={"/doc/doc": _doc},
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(2, 12)},
)
