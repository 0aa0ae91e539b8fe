"""Metrics: counters that rise, buckets that add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.errors import BadParameter
from mobius.observe.metrics import MOST_LABEL_SETS, Metrics


def test_counters_add_up_by_labels() -> None:
    metrics = Metrics()
    metrics.count("fetches", source="kraken")
    metrics.count("fetches", 2, source="kraken")
    metrics.count("fetches", source="binance")
    counts = {(count.name, count.labels["source"]): count.value for count in metrics.snapshot().counts}
    assert counts == {("fetches", "binance"): 1, ("fetches", "kraken"): 3}


def test_a_counter_never_falls() -> None:
    with pytest.raises(BadParameter):
        Metrics().count("fetches", -1)


@given(st.lists(st.floats(0, 100), max_size=50))
def test_buckets_hold_every_value_once(values: list[float]) -> None:
    metrics = Metrics(bounds=(0.1, 1.0, 10.0))
    for value in values:
        metrics.observe("seconds", value)
    for distribution in metrics.snapshot().distributions:
        assert distribution.n == len(values)
        assert distribution.total == pytest.approx(sum(values))
        for bound, n in zip(distribution.bounds, distribution.at_most, strict=True):
            assert n == sum(value <= bound for value in values)


def test_too_many_labels_end_in_one_place() -> None:
    metrics = Metrics()
    for n in range(MOST_LABEL_SETS + 10):
        metrics.count("asked", person=str(n))
    counts = metrics.snapshot().counts
    assert len(counts) == MOST_LABEL_SETS + 1
    assert sum(count.value for count in counts if "overflow" in count.labels) == 10


def test_bounds_must_rise() -> None:
    with pytest.raises(BadParameter):
        Metrics(bounds=(1.0, 0.5))
