"""A question log replayed through the cache, and through a plain one. Here: the two replays. Not here: the log (question_log).

Time is the log's: a load takes none, a tick of the warming comes every second. Both caches have room for everything asked
about, so that what differs is not what is thrown out but when it is fetched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from benchmarks.question_log import Question
from mobius.cache.memory import Memory
from mobius.cache.tiers import Tiered
from mobius.cache.warming import Habits

TICK_S = 1.0


class Result(Struct, frozen=True, kw_only=True):
    asked: int
    waited: int
    """Questions that had to wait for a fetch."""
    fetched: int

    @property
    def hit_ratio(self) -> float:
        return 1 - self.waited / self.asked


def plain(log: Sequence[Question], *, from_s: float) -> Result:
    """LRU with times to live, never full: a value is fetched when it is asked for after its fresh time."""
    until: dict[str, float] = {}
    asked = waited = 0
    for question in log:
        missed = question.at_s >= until.get(question.key, 0.0)
        if missed:
            until[question.key] = question.at_s + question.policy.fresh_s
        if question.at_s >= from_s:
            asked += 1
            waited += missed
    return Result(asked=asked, waited=waited, fetched=waited)


async def ours(log: Sequence[Question], *, from_s: float, budget: float | None = 0.2) -> Result:
    """The product's tiers in memory, with old values given while they are fetched again; `budget` None never warms."""
    now_s = log[0].at_s
    cache = Tiered(Memory(lambda: now_s), None)
    habits = Habits(budget=budget or 0.0)
    asked_for: dict[str, Question] = {}
    asked = waited = fetched = 0

    def loading(question: Question) -> Callable[[], Awaitable[bytes]]:
        async def load() -> bytes:
            nonlocal fetched
            fetched += now_s >= from_s
            habits.fetched(question.key, now_s, costs={question.policy.kind: 1})
            return b"v"

        return load

    tick_s = now_s
    for question in log:
        while budget is not None and tick_s < question.at_s:
            now_s = tick_s
            for renewal in habits.due(now_s):
                due = asked_for[renewal.query]
                await cache.renew(due.key, due.policy, loading(due), due.policy.oldest_s())
            tick_s += TICK_S
        now_s, policy = question.at_s, question.policy
        asked_for[question.key] = question
        habits.asked(
            question.key, now_s, fresh_s=policy.fresh_s, limit_s=policy.limit_s, costs={policy.kind: 1},
            after=question.after,
        )  # fmt: skip
        _, tier = await cache.get(question.key, policy, loading(question))
        if tier != "origin":
            await asyncio.sleep(0)  # what is fetched behind begins
            await asyncio.sleep(0)
        if now_s >= from_s:
            asked += 1
            waited += tier == "origin"
    await cache.aclose()
    return Result(asked=asked, waited=waited, fetched=fetched)
