"""The vote: medians, outliers, disagreement."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.facts import Fact
from mobius.desk.consensus import Bid, enough, tolerance_pct, vote


def bid(source: str, price: str, *, depth: str = "1", spread: str | None = "0.02", group: str = "USD") -> Bid:
    fact = Fact(id=f"x.mid.{source}", value=Decimal(price), unit="USD", source=source, path=f"{source}:/x#mid")
    return Bid(
        source=source,
        price=Decimal(price),
        fact=fact,
        group=group,
        spread_pct=None if spread is None else Decimal(spread),
        depth=Decimal(depth),
    )


def test_one_source_is_said_to_be_alone() -> None:
    verdict = vote([bid("kraken", "100")])
    assert verdict.outcome == "single"
    assert verdict.price == 100


def test_two_that_agree_meet_in_the_middle() -> None:
    verdict = vote([bid("kraken", "100"), bid("binance", "100.4")])
    assert verdict.outcome == "agreed"
    assert verdict.price == Decimal("100.2")


def test_two_that_disagree_headline_the_deeper_market_and_keep_the_other_in_sight() -> None:
    verdict = vote([bid("kraken", "100", depth="5"), bid("binance", "101", depth="9")])
    assert verdict.outcome == "disagreed"
    assert verdict.price == 101
    assert [other.source for other in verdict.dropped] == ["kraken"]


def test_a_wide_usual_spread_widens_the_tolerance() -> None:
    assert tolerance_pct([bid("a", "100", spread="0.4"), bid("b", "100", spread="0.4")]) == Decimal("1.2")
    assert vote([bid("a", "100", spread="0.4"), bid("b", "101", spread="0.4")]).outcome == "agreed"


def test_of_three_the_far_one_is_dropped() -> None:
    verdict = vote([bid("a", "100"), bid("b", "100.2"), bid("c", "110")])
    assert verdict.outcome == "agreed"
    assert verdict.price == Decimal("100.1")
    assert [other.source for other in verdict.dropped] == ["c"]


def test_two_far_camps_are_a_disagreement_not_a_middle_nobody_trades_at() -> None:
    verdict = vote([bid("a", "100"), bid("b", "100"), bid("c", "120", depth="9"), bid("d", "120", depth="8")])
    assert verdict.price in (100, 120)


@given(st.lists(st.decimals("1", "1000", places=2), min_size=1, max_size=7))
def test_the_price_lies_within_what_was_said(prices: list[Decimal]) -> None:
    bids = [bid(f"s{number}", str(price)) for number, price in enumerate(prices)]
    verdict = vote(bids)
    assert min(prices) <= verdict.price <= max(prices)
    assert len(verdict.kept) + len(verdict.dropped) == len(bids) or len(bids) > 2


@given(st.lists(st.decimals("1", "1000", places=2), min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(prices: list[Decimal], random: object) -> None:
    bids = [bid(f"s{number}", str(price), depth=str(number + 1)) for number, price in enumerate(prices)]
    shuffled = list(bids)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert vote(bids).price == vote(shuffled).price


@pytest.mark.parametrize(("prices", "expected"), [(["100", "100.1"], True), (["100", "105"], False), (["100"], False)])
def test_enough_is_two_that_agree(prices: list[str], expected: bool) -> None:
    assert enough([bid(f"s{number}", price) for number, price in enumerate(prices)]) is expected
