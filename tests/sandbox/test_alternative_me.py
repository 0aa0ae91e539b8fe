from __future__ import annotations

import numpy as np

from mobius.sandbox.world import SimulatedWorld

from .conftest import Caller


def test_days_come_newest_first_as_text(get: Caller) -> None:
    reply = get("alternative_me", "/fng/", limit=30).json
    assert (reply["name"], reply["metadata"]) == ("Fear and Greed Index", {"error": None})
    instants = [int(row["timestamp"]) for row in reply["data"]]
    assert len(instants) == 30
    assert instants == sorted(instants, reverse=True)
    assert all(at % 86_400 == 0 for at in instants)
    assert list(reply["data"][0]) == ["value", "value_classification", "timestamp", "time_until_update"]
    assert "time_until_update" not in reply["data"][1]


def test_one_day_unless_more_are_asked_for_and_all_for_zero(get: Caller) -> None:
    assert len(get("alternative_me", "/fng/").json["data"]) == 1
    assert len(get("alternative_me", "/fng/", limit="x").json["data"]) == 1
    assert len(get("alternative_me", "/fng/", limit=0).json["data"]) > 1000
    assert len(get("alternative_me", "/fng/", limit=100_000).json["data"]) > 1000


def test_labels_follow_values(get: Caller) -> None:
    order = ["Extreme Fear", "Fear", "Neutral", "Greed", "Extreme Greed"]
    rows = get("alternative_me", "/fng/", limit=0).json["data"]
    ranks = [order.index(row["value_classification"]) for row in sorted(rows, key=lambda row: int(row["value"]))]
    assert ranks == sorted(ranks)
    assert set(ranks) == set(range(5))


def test_the_index_falls_with_the_market(world: SimulatedWorld) -> None:
    days = np.arange(19_600, 20_700)
    values = np.array([world.fear_greed(int(day)) for day in days])
    prices = world.closes(world.index("BTC"), days * 86_400)
    month = np.log(prices[30:] / prices[:-30])
    assert np.corrcoef(values[30:], month)[0, 1] > 0.5
    assert 1 <= values.min() < 25
    assert 75 < values.max() <= 99
