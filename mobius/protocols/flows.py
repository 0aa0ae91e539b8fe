"""What flowed into and out of a protocol, with prices and earnings taken out. Here: pure sums over amounts by day.

A protocol's value changes because prices move, because what lies there earns, and because people bring or take: only the last
is a flow. So amounts are compared, not values; the change is valued at the price of the earlier time; and growth that an index
explains (staking rewards, lending interest) is no deposit. In and out cannot be told apart this way, only their difference.
Not here: reading amounts (sources), which index applies (desk.flows).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFlow:
    """One token's net flow over a window: units, and US dollars at the price of the window's start."""

    token: str
    amount: Decimal
    """Deposits less withdrawals, in units; earnings left out."""
    earned: Decimal
    """Units that the index explains."""
    price_usd: Decimal | None
    """At the window's start, or on the first day that has one; None where no day has."""

    @property
    def net_usd(self) -> Decimal | None:
        return None if self.price_usd is None else self.amount * self.price_usd


def deposits(before: Decimal, after: Decimal, *, growth: Decimal = ONE) -> Decimal:
    """Units brought less units taken between two readings, when what lay there grew by the factor `growth`.

    >>> deposits(Decimal(100), Decimal(111), growth=Decimal("1.01"))
    Decimal('10.00')
    """
    return after - before * growth


def first_price(amounts: Sequence[Decimal | None], values_usd: Sequence[Decimal | None]) -> Decimal | None:
    """Value over amount on the first day that tells both and has some; None where no day does."""
    for amount, value in zip(amounts, values_usd, strict=True):
        if amount and value is not None and value > 0 and amount > 0:
            return value / amount
    return None


def together(*columns: Sequence[Decimal | None]) -> tuple[Decimal | None, ...]:
    """Columns of one length added day by day; None on a day that any of them does not tell."""
    added: list[Decimal | None] = []
    for day in zip(*columns, strict=True):
        told = [value for value in day if value is not None]
        added.append(sum(told, ZERO) if len(told) == len(day) else None)
    return tuple(added)


def daily_deposits(amounts: Sequence[Decimal | None], *, growth_a_day: Decimal = ONE) -> tuple[Decimal | None, ...]:
    """Units brought less taken on each day after the first; days without a reading fall into the next that has one.

    The result is one shorter than `amounts`. Over days that are not told the index goes on growing.
    """
    steps: list[Decimal | None] = []
    before: Decimal | None = amounts[0] if amounts else None
    passed = 0
    for amount in amounts[1:]:
        passed += 1
        if amount is None:
            steps.append(None)
            continue
        steps.append(None if before is None else deposits(before, amount, growth=growth_a_day**passed))
        before, passed = amount, 0
    return tuple(steps)


def flow(
    token: str,
    amounts: Sequence[Decimal | None],
    values_usd: Sequence[Decimal | None],
    *,
    price_usd: Decimal | None = None,
    growth_a_day: Decimal = ONE,
) -> TokenFlow | None:
    """Net flow of one token over the days given, None where fewer than two days have a reading.

    Parameters
    ----------
    amounts, values_usd
        Units held and what they were worth, by day, oldest first. The price of the window's start is their ratio.
    price_usd
        Used where no day tells a price of its own.
    growth_a_day
        The index: what a unit that just lay there grew to in a day (1.0001 for 3.7 % a year).

    >>> flow("ETH", [Decimal(10), Decimal(13)], [Decimal(20_000), Decimal(27_300)]).net_usd
    Decimal('6000')
    """
    told = [amount for amount in amounts if amount is not None]
    if len(told) < 2:
        return None
    steps = [step for step in daily_deposits(amounts, growth_a_day=growth_a_day) if step is not None]
    net = sum(steps, ZERO)
    price = first_price(amounts, values_usd)
    return TokenFlow(
        token=token, amount=net, earned=told[-1] - told[0] - net, price_usd=price if price is not None else price_usd
    )


def by_day_usd(
    columns: Mapping[str, Sequence[Decimal | None]],
    prices_usd: Mapping[str, Decimal],
    *,
    growth_a_day: Mapping[str, Decimal],
    days: int,
) -> tuple[Decimal, ...]:
    """Net flow of each day after the first, all tokens together, at the prices of the window's start.

    The days add up to the window's flow: every step has the same price.
    """
    total = [ZERO] * max(0, days - 1)
    for token, amounts in columns.items():
        price = prices_usd.get(token)
        if price is None:
            continue
        for place, step in enumerate(daily_deposits(amounts, growth_a_day=growth_a_day.get(token, ONE))):
            if step is not None:
                total[place] += step * price
    return tuple(total)


def growth_of_a_day(rate_year_pct: Decimal) -> Decimal:
    """The daily index factor of a compounded yearly rate in percent.

    >>> round(growth_of_a_day(Decimal("3.65")), 7)
    Decimal('1.0000982')
    """
    return (ONE + rate_year_pct / 100) ** (ONE / 365)
