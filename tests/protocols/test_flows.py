"""Net flows: prices and earnings are no flow, deposits are exactly their amount."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.protocols.flows import (
    by_day_usd,
    daily_deposits,
    first_price,
    flow,
    growth_of_a_day,
    together,
)

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=6)
POSITIVE = st.decimals(min_value="0.01", max_value=10**6, places=4)
SERIES = st.lists(AMOUNTS, min_size=2, max_size=30)
NEAR = Decimal("1e-9")


def near(left: Decimal, right: Decimal) -> bool:
    return abs(left - right) <= NEAR * max(abs(left), abs(right), Decimal(1))


@given(amount=POSITIVE, prices=st.lists(POSITIVE, min_size=2, max_size=30))
def test_a_move_of_the_price_alone_is_no_flow(amount: Decimal, prices: list[Decimal]) -> None:
    found = flow("X", [amount] * len(prices), [amount * price for price in prices])
    assert found is not None
    assert found.net_usd == 0


@given(amount=POSITIVE, deposit=st.decimals(min_value=-10, max_value=10**6, places=4), before=POSITIVE, after=POSITIVE)
def test_a_deposit_is_its_amount_at_the_earlier_price(
    amount: Decimal, deposit: Decimal, before: Decimal, after: Decimal
) -> None:
    later = amount + deposit
    found = flow("X", [amount, later], [amount * before, later * after])
    assert found is not None
    assert found.amount == deposit
    assert found.net_usd is not None
    assert near(found.net_usd, deposit * before)


@given(amount=POSITIVE, rate=st.decimals(min_value=0, max_value=50, places=2), days=st.integers(2, 60))
def test_what_the_index_explains_is_no_flow(amount: Decimal, rate: Decimal, days: int) -> None:
    growth = growth_of_a_day(rate)
    held = [amount * growth**day for day in range(days)]
    found = flow("X", held, held, growth_a_day=growth)
    assert found is not None
    assert near(found.amount, Decimal(0))
    assert near(found.earned, held[-1] - held[0])


@given(held=SERIES, growth=st.decimals(min_value="0.999", max_value="1.001", places=6), data=st.data())
def test_windows_side_by_side_add_up_in_units(held: list[Decimal], growth: Decimal, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(held) - 1))
    whole = flow("X", held, held, growth_a_day=growth)
    parts = [flow("X", part, part, growth_a_day=growth) for part in (held[: cut + 1], held[cut:])]
    assert whole is not None
    assert near(whole.amount, sum((part.amount for part in parts if part is not None), Decimal(0)))


@given(held=SERIES, price=POSITIVE, drift=st.decimals(min_value="-0.5", max_value="0.5", places=3), data=st.data())
def test_windows_add_up_in_money_up_to_the_drift_of_prices(
    held: list[Decimal], price: Decimal, drift: Decimal, data: st.DataObject
) -> None:
    held = [one + 1 for one in held]
    cut = data.draw(st.integers(1, len(held) - 1))
    prices = [price if day < cut else price * (1 + drift) for day in range(len(held))]
    worth = [one * at for one, at in zip(held, prices, strict=True)]
    whole, first = flow("X", held, worth), flow("X", held[: cut + 1], worth[: cut + 1])
    second = flow("X", held[cut:], worth[cut:])
    assert whole is not None and first is not None
    assert whole.net_usd is not None and first.net_usd is not None
    if second is None:
        assert near(whole.net_usd, first.net_usd)
        return
    assert second.net_usd is not None
    apart = abs(second.amount * price * drift)
    assert abs(whole.net_usd - first.net_usd - second.net_usd) <= apart + NEAR * max(abs(whole.net_usd), Decimal(1))


@given(columns=st.lists(st.lists(AMOUNTS, min_size=5, max_size=5), min_size=1, max_size=4), price=POSITIVE)
def test_days_add_up_to_the_window(columns: list[list[Decimal]], price: Decimal) -> None:
    named = {f"T{place}": column for place, column in enumerate(columns)}
    prices = dict.fromkeys(named, price)
    days = by_day_usd(named, prices, growth_a_day={}, days=5)
    whole = sum(((column[-1] - column[0]) * price for column in columns), Decimal(0))
    assert near(sum(days, Decimal(0)), whole)


def test_a_day_without_a_reading_falls_into_the_next() -> None:
    one, gap = Decimal(1), None
    assert daily_deposits([one, gap, Decimal(4), Decimal(3)]) == (None, Decimal(3), Decimal(-1))
    assert flow("X", [gap, one], [gap, one]) is None
    assert flow("X", [], []) is None
    grown = daily_deposits([Decimal(100), None, Decimal("102.01")], growth_a_day=Decimal("1.01"))
    assert grown == (None, Decimal("0.0000"))


def test_a_token_that_is_new_is_priced_on_its_first_day() -> None:
    assert first_price([Decimal(0), Decimal(4)], [None, Decimal(8)]) == 2
    found = flow("X", [Decimal(0), Decimal(4)], [None, None], price_usd=Decimal(3))
    assert found is not None
    assert found.amount == 4
    assert found.net_usd == 12
    priceless = flow("X", [Decimal(0), Decimal(4)], [None, None])
    assert priceless is not None
    assert priceless.net_usd is None


@pytest.mark.parametrize(
    ("columns", "added"),
    [
        (([Decimal(1), None], [Decimal(2), None]), (Decimal(3), None)),
        (([Decimal(1), Decimal(1)], [None, Decimal(5)]), (None, Decimal(6))),
    ],
)
def test_columns_are_added_where_all_are_told(
    columns: tuple[list[Decimal | None], ...], added: tuple[Decimal | None, ...]
) -> None:
    assert together(*columns) == added
