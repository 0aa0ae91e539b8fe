"""Which listed rates are believed: pure rules, and what holds for any of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.rate_needs import YieldPoolRow
from mobius.core.rate_views import APPETITES
from mobius.desk.rate_guards import above_mean, agree, believed, fault_of, fits, peers_median, scaled

RATES = st.decimals(min_value=-5, max_value=300, places=4)


def row(apy: str | None, **more: Any) -> YieldPoolRow:
    figures: dict[str, Any] = {
        "pool": "p", "project": "aave-v3", "protocol": "aave", "chain": "ethereum", "chain_name": "Ethereum", "symbol": "USDC",
        "apy_pct": None if apy is None else Decimal(apy), "mean_30d_pct": Decimal("4"), "tvl_usd": Decimal(20_000_000),
        "single": True, "il": False,
    } | more  # fmt: skip
    return YieldPoolRow(**figures)


@pytest.mark.parametrize(
    ("one", "fault"),
    [
        (row("4.2"), None),
        (row("4.2", outlier=True), "outlier"),
        (row("0"), "idle"),
        (row("0", mean_30d_pct=None), "idle"),
        (row("0.043", mean_30d_pct=Decimal("4.3")), "scale"),
        (row("912"), "far_above"),
        (row("16"), None),
        (row("18"), "far_above"),
        (row("38", single=False), None),
        (row("42", single=False), "far_above"),
        (row(None), None),
        (row("-0.8"), None),
    ],
)
def test_a_pool_is_held_against_its_month_and_its_peers(one: YieldPoolRow, fault: str | None) -> None:
    assert fault_of(one, Decimal(4)) == fault


def test_without_peers_only_its_own_month_counts() -> None:
    assert fault_of(row("912"), None) is None
    assert fault_of(row("0", mean_30d_pct=Decimal(0)), None) is None
    assert fault_of(row("0"), None) == "idle"


def test_the_protocols_own_figure_settles_it() -> None:
    assert fault_of(row("0.043"), Decimal(4), own=Decimal("4.3")) is None


def test_peers_are_the_large_ones_where_there_are_enough() -> None:
    small = [row("90", tvl_usd=Decimal(1000)) for _ in range(9)]
    large = [row(apy) for apy in ("3", "4", "5")]
    assert peers_median([*small, *large]) == 4
    assert peers_median([*small, *large[:2]]) == 90
    assert peers_median([row("0"), row(None), row("50", outlier=True)]) is None


@given(RATES, RATES)
def test_agreement_does_not_depend_on_the_order(left: Decimal, right: Decimal) -> None:
    assert agree(left, right) == agree(right, left)
    assert agree(left, left)


@given(st.decimals(min_value="0.5", max_value=50, places=3))
def test_a_fraction_taken_for_percent_is_known_as_such(rate: Decimal) -> None:
    assert scaled(rate / 100, rate)
    assert not scaled(rate, rate)
    assert not scaled(Decimal(0), rate)


@given(RATES, st.none() | RATES, st.none() | RATES)
def test_no_more_is_believed_than_what_is_paid(apy: Decimal, mean: Decimal | None, reward: Decimal | None) -> None:
    with_rewards, without = (believed(apy, mean, reward, rewards=counted) for counted in (True, False))
    assert without <= with_rewards <= float(apy)
    if mean is not None:
        assert with_rewards <= float(mean)


def test_a_week_of_rewards_is_called_above_its_month() -> None:
    assert above_mean(Decimal(12), Decimal(4))
    assert not above_mean(Decimal("0.9"), Decimal("0.2"))
    assert not above_mean(Decimal(12), None)


@given(
    st.builds(
        row, st.just("4"), tvl_usd=st.decimals(min_value=0, max_value=10**9, places=0), single=st.booleans(), il=st.booleans(),
        protocol=st.sampled_from(["aave", None]), mean_30d_pct=st.none() | st.just(Decimal(4)),
    )
)  # fmt: skip
def test_who_takes_less_risk_sees_no_more(one: YieldPoolRow) -> None:
    seen = [fits(one, appetite, appetite.least_tvl_usd) for appetite in APPETITES.values()]
    assert seen == sorted(seen), "conservative, moderate, aggressive: each sees at least what the one before does"
