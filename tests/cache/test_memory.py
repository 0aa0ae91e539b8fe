"""S3-FIFO in memory: what it gives back, what it bounds, and how often it hits."""

from __future__ import annotations

import random
from collections import OrderedDict

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mobius.cache.memory import Memory

KEYS = st.sampled_from([f"k{i}" for i in range(8)])


class Hand:
    """Seconds moved by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class AgainstADict(RuleBasedStateMachine):
    """With room for everything, the cache is a dictionary with times to live."""

    def __init__(self) -> None:
        super().__init__()
        self.hand = Hand()
        self.cache = Memory(self.hand, max_entries=100, max_bytes=10**6)
        self.model: dict[str, tuple[bytes, float, float]] = {}

    @rule(key=KEYS, value=st.binary(max_size=20), keep_s=st.integers(-1, 20), age_s=st.integers(0, 5))
    def put(self, key: str, value: bytes, keep_s: int, age_s: int) -> None:
        self.cache.put(key, value, keep_s, age_s=age_s)
        if keep_s > 0:
            self.model[key] = (value, self.hand.now_s - age_s, self.hand.now_s + keep_s)
        else:
            self.model.pop(key, None)

    @rule(key=KEYS)
    def drop(self, key: str) -> None:
        self.cache.drop(key)
        self.model.pop(key, None)

    @rule(seconds=st.integers(0, 10))
    def pass_time(self, seconds: int) -> None:
        self.hand.now_s += seconds

    @rule(key=KEYS, keep_s=st.sampled_from([1.0, 5.0, float("inf")]))
    def peek(self, key: str, keep_s: float) -> None:
        value, stored_s, expires_s = self.model.get(key, (b"", 0.0, -1.0))
        alive = self.hand.now_s < expires_s and self.hand.now_s - stored_s < keep_s
        assert self.cache.peek(key, keep_s) == (value if alive else None)

    @precondition(lambda self: self.model)
    @invariant()
    def holds_all_live_values(self) -> None:
        assert len(self.cache) <= 8


TestAgainstADict = AgainstADict.TestCase
TestAgainstADict.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 300), st.integers(1, 9)), max_size=200),
    st.integers(1, 12),
)
@settings(max_examples=60, deadline=None)
def test_never_over_its_bounds_and_never_another_keys_value(ops: list[tuple[int, int, int]], room: int) -> None:
    hand = Hand()
    cache = Memory(hand, max_entries=room, max_bytes=4_000)
    for number, size, keep_s in ops:
        hand.now_s += 1
        value = bytes([number]) * size
        got = cache.peek(str(number))
        assert got is None or set(got) <= {number}
        cache.put(str(number), value, keep_s)
        assert len(cache) <= room
        assert 0 <= cache.size_bytes <= 4_000


def test_an_empty_value_is_a_hit() -> None:
    cache = Memory(Hand())
    cache.put("nothing", b"", 1.0)
    assert cache.peek("nothing") == b""


def test_a_value_is_gone_at_the_instant_it_expires() -> None:
    hand = Hand()
    cache = Memory(hand)
    cache.put("k", b"v", 10.0)
    hand.now_s = 9.999
    assert cache.peek("k") == b"v"
    hand.now_s = 10.0
    assert cache.peek("k") is None


def test_a_reader_who_wants_it_fresher_gets_a_miss_and_spoils_nothing() -> None:
    hand = Hand()
    cache = Memory(hand)
    cache.put("k", b"v", 60.0)
    hand.now_s = 20.0
    assert cache.peek("k", 10.0) is None
    assert cache.peek("k", 30.0) == b"v"


def test_a_hot_key_refreshed_for_days_does_not_grow_the_queues() -> None:
    hand = Hand()
    cache = Memory(hand, max_entries=4)
    for _ in range(5_000):
        hand.now_s += 20
        assert cache.peek("hot") is None
        cache.put("hot", b"v", 10.0)
        cache.drop("hot")
    assert len(cache._small) + len(cache._main) <= 4


def test_a_value_too_large_is_not_kept_and_replaces_the_old_one() -> None:
    cache = Memory(Hand(), max_bytes=8_000)
    cache.put("k", b"old", 10.0)
    cache.put("k", b"x" * 5_000, 10.0)
    assert cache.peek("k") is None


def zipf(n: int, keys: int, *, scans: bool) -> list[str]:
    rng = random.Random(11)
    weights = [1 / rank for rank in range(1, keys + 1)]
    trace = [str(key) for key in rng.choices(range(keys), weights, k=n)]
    return [f"scan{i}" if scans and i % 5 == 0 else key for i, key in enumerate(trace)]


def lru_hits(trace: list[str], room: int) -> int:
    seen: OrderedDict[str, None] = OrderedDict()
    hits = 0
    for key in trace:
        if key in seen:
            hits += 1
            seen.move_to_end(key)
        else:
            seen[key] = None
            if len(seen) > room:
                seen.popitem(last=False)
    return hits


def own_hits(trace: list[str], room: int) -> int:
    cache = Memory(Hand(), max_entries=room)
    hits = 0
    for key in trace:
        if cache.peek(key) is not None:
            hits += 1
        else:
            cache.put(key, b"v", 1.0)
    return hits


def test_hits_at_least_five_points_more_than_lru_on_zipf_and_scans() -> None:
    for scans in (False, True):
        trace = zipf(30_000, 10_000, scans=scans)
        gain = (own_hits(trace, 100) - lru_hits(trace, 100)) / len(trace)
        assert gain >= 0.05
