"""A log of questions as many people would ask them. Here: the generator, seeded and published. Not here: what answers them.

Assets are asked about by Zipf's law with exponent 1 over sixty, intents by a fixed mix; a day has a rhythm (three in the
afternoon UTC is the busiest, three at night the quietest), each asset has hours in which it is asked about more, and a third of
the questions are follow-ups within a minute and a half about the same asset. Five questions a second on average. Each question
needs one value, whose times are those of its kind of data in the product (`core.keeping`); conversions need the price.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Iterator

from msgspec import Struct

from mobius.core.keeping import BOOK, DAILY, DERIVATIVES, GAS, POSTS, RATES, TOTALS, TVL, Policy, candles

ASSETS = 60
EXPONENT = 1.0
PER_SECOND = 5.0
FOLLOW_UP = 1 / 3
"""Chance that a question has another after it."""
FOLLOWS_S = (5.0, 90.0)
DAY_S = 86_400.0
BEGIN_S = 1_793_491_200.0
"""Midnight UTC, the first of November 2026."""

INTENTS: dict[str, tuple[float, str, Policy, int]] = {
    "price": (30, "book", BOOK, ASSETS),
    "convert": (8, "book", BOOK, ASSETS),
    "chart": (10, "candles_1h", candles(3_600), ASSETS),
    "technicals": (10, "candles_4h", candles(14_400), ASSETS),
    "news": (8, "posts", POSTS, ASSETS),
    "derivatives": (6, "derivatives", DERIVATIVES, ASSETS),
    "sentiment": (6, "daily", DAILY, ASSETS),
    "yield": (6, "rates", RATES, ASSETS),
    "market": (6, "totals", TOTALS, 1),
    "defi": (5, "tvl", TVL, ASSETS),
    "gas": (5, "gas", GAS, 5),
}
"""Share of the questions, the value needed, its policy, and how many subjects there are (chains for gas)."""
AFTER: dict[str, tuple[tuple[str, float], ...]] = {
    "price": (("chart", 0.4), ("news", 0.3), ("derivatives", 0.15), ("sentiment", 0.15)),
    "chart": (("technicals", 0.6), ("price", 0.4)),
    "technicals": (("derivatives", 0.5), ("price", 0.5)),
    "news": (("price", 0.5), ("sentiment", 0.5)),
    "sentiment": (("news", 0.6), ("price", 0.4)),
    "derivatives": (("price", 0.6), ("chart", 0.4)),
    "yield": (("defi", 0.6), ("price", 0.4)),
    "defi": (("yield", 1.0),),
    "convert": (("price", 1.0),),
    "market": (("price", 0.7), ("news", 0.3)),
    "gas": (("price", 1.0),),
}

_Coming = tuple[float, int, str, int, str | None]


class Question(Struct, frozen=True):
    at_s: float
    intent: str
    subject: int
    after: str | None = None
    """The value that the same person's question just before needed."""

    @property
    def key(self) -> str:
        """The value it needs, as a cache key."""
        kind = INTENTS[self.intent][1]
        return f"live|r2|{kind}|/{self.subject}"

    @property
    def policy(self) -> Policy:
        return INTENTS[self.intent][2]


def questions(*, seed: int = 11, hours: float = 48.0, per_second: float = PER_SECOND) -> Iterator[Question]:
    """Questions in the order they are asked."""
    rng = random.Random(seed)
    names = list(INTENTS)
    mix = list(itertools.accumulate(INTENTS[name][0] for name in names))
    peaks = [rng.uniform(0, 24) for _ in range(ASSETS)]
    by_hour = [_popularity(hour, peaks) for hour in range(24)]
    first = per_second * (1 - FOLLOW_UP)  # each question has FOLLOW_UP others after it, on average and in the long run
    coming: list[_Coming] = []
    number = itertools.count()
    at_s = BEGIN_S
    while True:
        at_s += rng.expovariate(first * 1.6)
        if at_s >= BEGIN_S + hours * 3600:
            return
        while coming and coming[0][0] <= at_s:
            yield _asked(coming, rng, number)
        hour = (at_s - BEGIN_S) / 3600 % 24
        if rng.random() * 1.6 > 1 + 0.6 * math.cos(2 * math.pi * (hour - 15) / 24):
            continue
        intent = rng.choices(names, cum_weights=mix)[0]
        asset = rng.choices(range(ASSETS), cum_weights=by_hour[int(hour)])[0]
        heapq.heappush(coming, (at_s, next(number), intent, asset, None))
        yield _asked(coming, rng, number)


def _asked(coming: list[_Coming], rng: random.Random, number: Iterator[int]) -> Question:
    """The next question, after which another may come."""
    at_s, _, intent, asset, before = heapq.heappop(coming)
    asked = Question(at_s, intent, asset % INTENTS[intent][3], before)
    if rng.random() < FOLLOW_UP:
        after, weights = zip(*AFTER[intent], strict=True)
        then_s = at_s + rng.uniform(*FOLLOWS_S)
        heapq.heappush(coming, (then_s, next(number), rng.choices(after, weights)[0], asset, asked.key))
    return asked


def _popularity(hour: int, peaks: list[float]) -> list[float]:
    weights = (
        (1 + 0.5 * math.cos(2 * math.pi * (hour - peaks[rank]) / 24)) / (rank + 1) ** EXPONENT for rank in range(ASSETS)
    )
    return list(itertools.accumulate(weights))
