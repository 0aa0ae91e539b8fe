"""What is likely to be asked next, and what is fetched ahead for it: the model alone, and a day of questions replayed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import replay
from benchmarks.question_log import ASSETS, BEGIN_S, INTENTS, questions
from mobius.cache.warming import FOLLOWS_S, MOST_QUERIES, PURSE, Habits

DAY_S = 86_400.0
COSTS = {"kraken": 1}


def ask(habits: Habits, query: str, at_s: float, *, after: str | None = None, fetched: bool = True) -> None:
    habits.asked(query, at_s, fresh_s=10, limit_s=30, costs=COSTS, after=after)
    if fetched:
        habits.fetched(query, at_s, costs=COSTS)


def test_what_is_asked_often_is_likelier_than_what_was_asked_once() -> None:
    habits = Habits()
    for second in range(0, 600, 20):
        ask(habits, "often", BEGIN_S + second)
    ask(habits, "once", BEGIN_S + 599)
    assert habits.chance("often", BEGIN_S + 600) > 0.5 > habits.chance("once", BEGIN_S + 600) > 0
    assert habits.chance("never", BEGIN_S + 600) == 0.0


def test_interest_fades() -> None:
    habits = Habits()
    for second in range(0, 600, 20):
        ask(habits, "q", BEGIN_S + second)
    chances = [habits.chance("q", BEGIN_S + 600 + hours * 3_600) for hours in range(6)]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.05


def test_an_hour_remembers_the_same_hour_of_the_days_before() -> None:
    habits = Habits()
    for day in range(3):
        for second in range(0, 3_600, 20):
            ask(habits, "morning", BEGIN_S + day * DAY_S + 9 * 3_600 + second)
    tomorrow = BEGIN_S + 3 * DAY_S
    assert habits.chance("morning", tomorrow + 9 * 3_600) > 0.4
    assert habits.chance("morning", tomorrow + 20 * 3_600) < 0.01


def test_what_follows_is_likely_after_what_it_follows() -> None:
    habits = Habits()
    at_s = BEGIN_S
    for _ in range(20):
        at_s += 2 * 3_600
        ask(habits, "price", at_s)
        ask(habits, "chart", at_s + 30, after="price")
    later_s = at_s + 5 * 3_600
    before = habits.chance("chart", later_s)
    ask(habits, "price", later_s)
    assert habits.chance("chart", later_s) > 0.6 > before
    assert [renewal.query for renewal in habits.due(later_s)] == ["chart"]
    assert habits.chance("chart", later_s + FOLLOWS_S + 1) < 0.3


def test_a_value_is_renewed_just_before_it_may_be_given_no_more_and_not_sooner() -> None:
    habits = Habits(ahead_s=2.0)
    for second in range(0, 600, 5):
        ask(habits, "q", BEGIN_S + second, fetched=second % 10 == 0)
    at_s = BEGIN_S + 590  # fetched last
    due = {second: [renewal.query for renewal in habits.due(at_s + second)] for second in range(10, 40)}
    assert [second for second, found in due.items() if found] == [28]


def test_nothing_is_asked_ahead_once_nobody_asks() -> None:
    habits = Habits()
    for second in range(0, 600, 20):
        ask(habits, "q", BEGIN_S + second)
    renewals, at_s = 0, BEGIN_S + 600
    while at_s < BEGIN_S + DAY_S:
        for renewal in habits.due(at_s):
            habits.fetched(renewal.query, at_s, costs=COSTS)
            renewals += 1
        at_s += 2
    assert 0 < renewals <= PURSE * 2
    assert habits.due(at_s) == []


def test_a_log_read_back_teaches_without_filling_the_purse() -> None:
    habits = Habits()
    for second in range(0, 3_600, 20):
        habits.asked("q", BEGIN_S + second, fresh_s=10, limit_s=30, costs=COSTS, live=False)
    assert habits.chance("q", BEGIN_S + 3_600) > 0.5
    assert (habits.plain, habits.purse("kraken")) == (0, PURSE / 2)


def test_only_so_many_queries_are_known() -> None:
    habits = Habits()
    for number in range(MOST_QUERIES + 10):
        ask(habits, f"q{number}", BEGIN_S + number)
        assert len(habits) <= MOST_QUERIES
    assert habits.chance("q0", BEGIN_S + MOST_QUERIES) == 0.0
    assert habits.chance(f"q{MOST_QUERIES + 9}", BEGIN_S + MOST_QUERIES + 9) > 0.0


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1_000), budget=st.sampled_from([0.0, 0.1, 0.2, 0.5]), per_second=st.floats(0.02, 2.0),
    n_queries=st.integers(1, 30),
)  # fmt: skip
def test_all_fetches_together_stay_within_the_budget(
    seed: int, budget: float, per_second: float, n_queries: int
) -> None:
    rng = random.Random(seed)
    habits = Habits(budget=budget)
    fresh_until: dict[str, float] = {}
    fetched = 0
    at_s, tick_s = BEGIN_S, BEGIN_S
    for _ in range(400):
        at_s += rng.expovariate(per_second)
        while tick_s < at_s and tick_s < BEGIN_S + 3_600:
            for renewal in habits.due(tick_s):
                assert 0 <= renewal.chance <= 1
                habits.fetched(renewal.query, tick_s, costs=COSTS)
                fresh_until[renewal.query] = tick_s + 10
                fetched += 1
            tick_s += 1
        query = f"q{rng.randrange(n_queries)}"
        missed = at_s >= fresh_until.get(query, 0.0)
        habits.asked(query, at_s, fresh_s=10, limit_s=30, costs=COSTS)
        if missed:
            habits.fetched(query, at_s, costs=COSTS)
            fresh_until[query] = at_s + 10
            fetched += 1
    assert fetched <= habits.plain * (1 + budget) + PURSE + 1


def test_the_log_of_questions_is_what_it_says() -> None:
    log = list(questions(hours=24))
    assert 4.8 <= len(log) / 86_400 <= 5.2
    assert [question.at_s for question in log] == sorted(question.at_s for question in log)
    assert log[:50] == list(questions(hours=1))[:50]
    night, afternoon = (sum(h <= (q.at_s - BEGIN_S) / 3_600 < h + 2 for q in log) for h in (2, 14))
    assert afternoon > 2.5 * night
    assert 0.28 <= sum(question.after is not None for question in log) / len(log) <= 0.36
    prices = [question.subject for question in log if question.intent == "price"]
    assert prices.count(0) > 5 * prices.count(9) > 5 * prices.count(ASSETS - 1) > 0
    assert {question.intent for question in log} == set(INTENTS)


@pytest.mark.slow
async def test_on_a_replayed_log_more_is_there_when_it_is_asked_for_within_the_budget() -> None:
    log = list(questions(seed=3, hours=16))
    from_s = BEGIN_S + 12 * 3_600
    lru = replay.plain(log, from_s=from_s)
    cold = await replay.ours(log, from_s=from_s, budget=None)
    warm = await replay.ours(log, from_s=from_s)
    assert warm.hit_ratio >= 0.92
    assert warm.waited <= 0.3 * lru.waited
    assert warm.waited <= 0.75 * cold.waited
    assert warm.fetched <= 1.2 * lru.fetched
