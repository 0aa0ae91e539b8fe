"""What will be asked next, and what is worth fetching ahead. Here: `Habits`, pure: time is passed in. Not here: fetching (app).

Each query has a rate: what was asked of it in the last three quarters of an hour, and in the same hour of the days before, with
equal weight. A query just asked also makes those likely that usually follow it. From that comes the chance that a query is
asked while a value fetched now may still be given; values are renewed just before nothing may be given any more, the likeliest
first, while there is budget.

The budget is per source and follows demand: a shadow of a plain cache, one that fetches when asked after the fresh time and
never ahead, counts what questions alone would have fetched; all fetches together may be `budget` more than that. So warming
costs a source at most a known share, and nothing where nothing is asked.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping

from msgspec import Struct

HALF_S = 1_800.0
"""Half-life of what was asked lately."""
_WINDOW_S = HALF_S / math.log(2)
KEEP_DAY = 0.6
"""Weight that an hour of the day before keeps against the newest."""
FOLLOWS_S = 120.0
"""What is asked within this time of another question follows it."""
LIKELY = 0.9
"""With an empty purse, only what is this likely to be asked is fetched ahead."""
UNLIKELY = 0.08
"""With a full purse, nothing less likely than this."""
PURSE = 30.0
"""Fetches of one source that can be saved up."""
MOST_QUERIES = 2_000
MOST_FOLLOWERS = 16
MOST_HINTS = 64
_DAY_H = 24


class Renewal(Struct, frozen=True, kw_only=True):
    """A query worth asking now, though nobody has."""

    query: str
    chance: float
    """Of its being asked while what is fetched now may still be given."""


class _Purse:
    """What may still be fetched of one source beyond what questions alone would have."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = PURSE / 2

    def add(self, fetches: float) -> None:
        self.left = min(PURSE, self.left + fetches)


class _Habit:
    """What is known of one query."""

    __slots__ = (
        "asked_s", "costs", "counts", "days", "ends_s", "followers", "fresh_s", "hints", "limit_s", "means", "plain_until_s",
        "recent", "times", "watched",
    )  # fmt: skip

    def __init__(self) -> None:
        self.costs: Mapping[str, int] = {}
        self.fresh_s = self.limit_s = 0.0
        self.asked_s = -math.inf
        self.recent = 0.0
        self.means = [0.0] * _DAY_H
        self.counts = [0] * _DAY_H
        self.days = [-1] * _DAY_H
        self.followers: dict[str, float] = {}
        self.hints: list[tuple[float, float]] = []
        """Until when, and how likely, it follows a question just asked."""
        self.times = 0.0
        self.ends_s = -math.inf
        self.plain_until_s = -math.inf
        self.watched = False

    def note(self, at_s: float) -> None:
        self.recent = self.recent_at(at_s) + 1
        self.asked_s = at_s
        slot, day = _hour(at_s)
        self._fold(slot, day)
        self.counts[slot] += 1
        self.times += 1

    def recent_at(self, at_s: float) -> float:
        return self.recent * 0.5 ** (max(0.0, at_s - self.asked_s) / HALF_S) if self.recent else 0.0

    def rate(self, at_s: float, began_s: float) -> float:
        """Questions a second to be expected at `at_s`."""
        window_s = min(_WINDOW_S, max(60.0, at_s - began_s))
        recent = self.recent_at(at_s)
        slot, day = _hour(at_s)
        days = day - _hour(began_s)[1]
        if days <= 0:
            return recent / window_s
        self._fold(slot, day)
        usual = self.means[slot] / (1 - KEEP_DAY**days) / 3600
        return (recent + usual * window_s) / (2 * window_s)

    def _fold(self, slot: int, day: int) -> None:
        """Close the counts of an earlier day; the days between were silent."""
        last = self.days[slot]
        if last == day:
            return
        if last >= 0:
            closed = self.means[slot] * KEEP_DAY + (1 - KEEP_DAY) * self.counts[slot]
            self.means[slot] = closed * KEEP_DAY ** max(0, day - last - 1)
        self.counts[slot] = 0
        self.days[slot] = day


class Habits:
    """Learns from what is asked and fetched; says what to fetch ahead. Instants are epoch seconds that do not run backwards."""

    def __init__(self, *, budget: float = 0.2, ahead_s: float = 2.0) -> None:
        self._budget = budget
        self._ahead_s = ahead_s
        self._habits: dict[str, _Habit] = {}
        self._purses: dict[str, _Purse] = {}
        self._queue: list[tuple[float, str]] = []
        self._began_s = math.inf
        self._hour = -1
        self.plain = 0
        """Fetches that questions alone would have made."""

    def __len__(self) -> int:
        return len(self._habits)

    def __contains__(self, query: object) -> bool:
        return query in self._habits

    def asked(
        self,
        query: str,
        at_s: float,
        *,
        fresh_s: float,
        limit_s: float,
        costs: Mapping[str, int],
        after: str | None = None,
        live: bool = True,
    ) -> None:
        """A person asked. `costs` says how many values of which source it needs, `after` what the same person asked just
        before; `live` is false for a log read back."""
        self._began_s = min(self._began_s, at_s)
        habit = self._habits.get(query)
        if habit is None:
            self._forget()
            habit = self._habits[query] = _Habit()
        if costs:
            habit.fresh_s, habit.limit_s, habit.costs = fresh_s, max(limit_s, fresh_s), costs
        if after is not None and after != query:
            self._follow(query, after)
        habit.note(at_s)
        if live and at_s >= habit.plain_until_s:
            self.plain += 1
            habit.plain_until_s = at_s + habit.fresh_s
            for source, n in habit.costs.items():
                self._purse(source).add(n * (1 + self._budget))
        if live:
            self._likely_after(habit, at_s)

    def fetched(self, query: str, at_s: float, *, costs: Mapping[str, int]) -> None:
        """Its values were fetched, because someone asked or ahead of it."""
        for source, n in costs.items():
            self._purse(source).left -= n
        habit = self._habits.get(query)
        if habit is not None:
            habit.ends_s = at_s + habit.limit_s
            self._watch(query, habit, habit.ends_s - self._ahead_s)

    def due(self, now_s: float, *, most: int = 8) -> list[Renewal]:
        """What to fetch now, the likeliest first."""
        hour = int(now_s // 3600)
        if hour != self._hour:  # another hour has other habits
            self._hour = hour
            for query, habit in self._habits.items():
                self._watch(query, habit, now_s)
        found: list[Renewal] = []
        while self._queue and self._queue[0][0] <= now_s:
            _, query = heapq.heappop(self._queue)
            due = self._habits.get(query)
            if due is None:
                continue
            due.watched = False
            if not due.costs or math.isinf(due.limit_s):
                continue
            if due.ends_s - self._ahead_s > now_s:
                self._watch(query, due, due.ends_s - self._ahead_s)
                continue
            chance = self.chance(query, now_s)
            if chance >= self._threshold(due.costs):
                found.append(Renewal(query=query, chance=chance))
        found.sort(key=lambda renewal: -renewal.chance)
        for left in found[most:]:
            self._watch(left.query, self._habits[left.query], now_s)
        return found[:most]

    def chance(self, query: str, now_s: float) -> float:
        """That `query` is asked within the time a value fetched now may be given."""
        habit = self._habits.get(query)
        if habit is None:
            return 0.0
        expected = habit.rate(now_s, self._began_s) * (habit.limit_s + max(0.0, habit.ends_s - now_s))
        if habit.hints:
            habit.hints = [hint for hint in habit.hints if hint[0] > now_s]
            expected += sum(likely for _, likely in habit.hints)
        return -math.expm1(-expected)

    def purse(self, source: str) -> float:
        """Fetches of `source` that may still be made ahead."""
        return self._purse(source).left

    # ------------------------------------------------------------------------------------------------------- followers

    def _follow(self, query: str, after: str) -> None:
        """Count this question as a follower of the one before."""
        before = self._habits.get(after)
        if before is None:
            return
        if query in before.followers or len(before.followers) < MOST_FOLLOWERS:
            before.followers[query] = before.followers.get(query, 0.0) + 1
            return
        weakest = min(
            before.followers, key=before.followers.__getitem__
        )  # loses slowly: a new habit can take its place
        before.followers[weakest] -= 1
        if before.followers[weakest] <= 0:
            del before.followers[weakest]

    def _likely_after(self, habit: _Habit, at_s: float) -> None:
        for query, times in habit.followers.items():
            follower = self._habits.get(query)
            if follower is not None:
                if len(follower.hints) >= MOST_HINTS:
                    follower.hints = [hint for hint in follower.hints if hint[0] > at_s][-MOST_HINTS // 2 :]
                follower.hints.append((at_s + FOLLOWS_S, times / habit.times))
                if follower.ends_s - self._ahead_s <= at_s:
                    self._watch(query, follower, at_s)

    # ---------------------------------------------------------------------------------------------------------- budget

    def _threshold(self, costs: Mapping[str, int]) -> float:
        """The fuller the poorest of the purses, the less likely a question needs to be."""
        left = min(self._purse(source).left - n for source, n in costs.items())
        if left < 0:
            return math.inf
        return LIKELY - (LIKELY - UNLIKELY) * min(1.0, left / PURSE)

    def _purse(self, source: str) -> _Purse:
        purse = self._purses.get(source)
        if purse is None:
            purse = self._purses[source] = _Purse()
        return purse

    def _watch(self, query: str, habit: _Habit, at_s: float) -> None:
        if not habit.watched or at_s < habit.ends_s - self._ahead_s:
            habit.watched = True
            heapq.heappush(self._queue, (at_s, query))

    def _forget(self) -> None:
        """Make room for one more: the one asked longest ago goes."""
        if len(self._habits) >= MOST_QUERIES:
            del self._habits[min(self._habits, key=lambda query: self._habits[query].asked_s)]


def _hour(at_s: float) -> tuple[int, int]:
    hours = int(at_s // 3600)
    return hours % _DAY_H, hours // _DAY_H
