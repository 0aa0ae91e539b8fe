from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.limits import MinuteWindow, TokenBucket, Unlimited
from mobius.sandbox.server import SandboxServer

from .conftest import SEED, Caller


@pytest.fixture(scope="module")
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="module")
def limited(clock: FrozenClock) -> Iterator[SandboxServer]:
    with SandboxServer.start(SEED, clock) as server:
        yield server


@given(gaps=st.lists(st.floats(0.0, 30.0), min_size=1, max_size=80))
def test_a_bucket_never_grants_more_than_its_pace(gaps: list[float]) -> None:
    bucket, now, granted = TokenBucket(5, 30), 100.0, 0
    began = now + gaps[0]
    for gap in gaps:
        now += gap
        granted += bucket.spend(1, now).allowed
    assert granted <= 5 + (now - began) * 0.5 + 1e-6


@given(weights=st.lists(st.integers(1, 40), max_size=60))
def test_a_window_never_grants_more_than_its_limit(weights: list[int]) -> None:
    window = MinuteWindow(100)
    assert sum(weight for weight in weights if window.spend(weight, 30.0).allowed) <= 100


def test_a_refused_request_is_told_when_to_come_back() -> None:
    bucket = TokenBucket(1, 30)
    assert bucket.spend(1, 0.0).allowed
    refused = bucket.spend(1, 0.0)
    assert (refused.allowed, refused.retry_after_s) == (False, 2)
    assert bucket.spend(1, refused.retry_after_s).allowed


def test_whoever_goes_on_beyond_a_window_is_banned() -> None:
    window = MinuteWindow(1)
    assert window.spend(1, 0.0).allowed
    refusals = [window.spend(1, 1.0) for _ in range(MinuteWindow.PATIENCE + 2)]
    assert refusals[-1].banned
    assert not window.spend(1, 61.0).allowed
    assert window.spend(1, 200.0).allowed


def test_unlimited_grants_everything() -> None:
    assert all(Unlimited().spend(10_000, 0.0).allowed for _ in range(100))


def test_the_keyless_aggregator_runs_dry_and_recovers(limited: SandboxServer, clock: FrozenClock) -> None:
    get = Caller(limited)
    replies = [get("coingecko", "/ping") for _ in range(31)]
    assert {reply.status for reply in replies[:30]} == {200}
    dry = replies[30]
    assert dry.status == 429
    assert dry.json["status"]["error_code"] == 429
    keyed = get.url(limited.base_url("coingecko") + "/ping", headers={"x-cg-demo-api-key": "CG-anything"})
    assert keyed.status == 200
    clock.advance(int(dry.headers["retry-after"]))
    assert get("coingecko", "/ping").status == 200


def test_binance_counts_request_weight(limited: SandboxServer, clock: FrozenClock) -> None:
    get = Caller(limited)
    clock.advance(60)
    assert get("binance", "/api/v3/ping").headers["x-mbx-used-weight-1m"] == "1"
    assert get("binance", "/api/v3/klines", symbol="BTCUSDT", interval="1h", limit=1).headers[
        "x-mbx-used-weight-1m"
    ] == str(1 + 2)
    assert get("binance", "/api/v3/ticker/24hr").headers["x-mbx-used-weight-1m"] == str(1 + 2 + 80)
    clock.advance(60)
    assert get("binance", "/api/v3/ping").headers["x-mbx-used-weight-1m"] == "1"
