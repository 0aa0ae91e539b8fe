"""Perpetuals, futures and options of the simulated world: of one state, never from the future, without free money."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable

import numpy as np
import pytest

from mobius.sandbox.clock import BIRTH
from mobius.sandbox.contracts import Contracts, contracts_of, day_name, expiries
from mobius.sandbox.paths import BIRTH_S
from mobius.sandbox.world import DAY_S, SimulatedWorld

YEAR_S = 365 * DAY_S


@pytest.fixture(scope="module")
def contracts(world: SimulatedWorld) -> Contracts:
    return contracts_of(world)


def rates(contracts: Contracts, ticker: str, n_intervals: int = 400) -> list[float]:
    return [contracts.funding(ticker, "okx", BIRTH_S - n * 28_800 - 1, interval_h=8) for n in range(n_intervals)]


def test_funding_rests_at_what_money_costs_and_comes_back_to_it(contracts: Contracts) -> None:
    for ticker in ("BTC", "ETH", "DOGE"):
        found = rates(contracts, ticker)
        assert statistics.median(found) == pytest.approx(1e-4, abs=3e-5)
        assert 5e-5 < statistics.pstdev(found) < 4e-4
        assert min(found) < 0 < max(found)
        assert max(map(abs, found)) < 2e-3
        wide = [n for n, rate in enumerate(found) if abs(rate - 1e-4) > 1e-4]
        back = sum(abs(found[n - 6] - 1e-4) < abs(found[n] - 1e-4) for n in wide if n >= 6)
        assert back > 0.6 * len([n for n in wide if n >= 6])  # two days later it is nearer to its rest


def test_funding_follows_the_premium(contracts: Contracts) -> None:
    premiums = [
        statistics.mean(contracts.premium("ETH", "okx", BIRTH_S - n * 28_800 - 28_800 + h * 3600) for h in range(8))
        for n in range(200)
    ]
    found = rates(contracts, "ETH", 200)
    high = statistics.mean(f for f, p in zip(found, premiums, strict=True) if p > np.quantile(premiums, 0.9))
    low = statistics.mean(f for f, p in zip(found, premiums, strict=True) if p < np.quantile(premiums, 0.1))
    assert low < 1e-4 < high


def test_a_shorter_interval_pays_its_share(contracts: Contracts) -> None:
    for n in range(50):
        at = BIRTH_S - n * 7200 + 1800
        assert abs(contracts.funding("SOL", "hyperliquid", at, interval_h=1)) <= 0.01 / 8


def test_open_interest_follows_how_busy_trade_was(world: SimulatedWorld, contracts: Contracts) -> None:
    days = BIRTH_S - np.arange(1, 300, 3) * DAY_S
    held = [contracts.open_interest("BTC", 0.2, int(day)) * contracts.index("BTC", int(day)) for day in days]
    traded = world.volumes("BTC", "USD", days, unit_s=3600)
    assert float(np.corrcoef(np.log(held), np.log(traded))[0, 1]) > 0.35
    assert 0.2 < min(held) / max(held) < 1.0


def test_a_closed_instant_never_changes(world: SimulatedWorld) -> None:
    at = BIRTH_S - 12_345
    once, again = Contracts(world), Contracts(SimulatedWorld(world.seed))
    again.premium("BTC", "okx", BIRTH_S + 40 * DAY_S)
    looks: tuple[Callable[[Contracts], float], ...] = (
        lambda c: c.premium("BTC", "okx", at),
        lambda c: c.open_interest("ETH", 0.1, at),
        lambda c: c.atm_vol("ETH", at, 0.1),
        lambda c: c.forward("BTC", at, at + 30 * DAY_S),
    )
    for look in looks:
        assert look(once) == look(again)


def test_the_curve_meets_the_index_at_its_start_and_carries_beyond(contracts: Contracts) -> None:
    at = BIRTH_S
    assert contracts.forward("BTC", at, at) == pytest.approx(contracts.index("BTC", at))
    year = contracts.forward("BTC", at, at + YEAR_S) / contracts.index("BTC", at) - 1
    assert -0.02 < year < 0.15


def test_a_chain_keeps_put_call_parity(contracts: Contracts) -> None:
    expires = expiries(BIRTH_S // DAY_S, options=True)[5]
    marks = contracts.chain("ETH", BIRTH_S, expires)
    by_strike = {(mark.strike, mark.call): mark for mark in marks}
    for strike in {mark.strike for mark in marks}:
        call, put = by_strike[strike, True], by_strike[strike, False]
        assert call.price - put.price == pytest.approx(call.forward - strike, abs=1e-6 * call.forward)
        assert call.vol == put.vol


def test_a_chain_gives_no_free_money(contracts: Contracts) -> None:
    """Calls fall with the strike, by less than its steps, and ever more slowly; a later expiry has more variance in all."""
    total: dict[int, float] = {}
    for expires in expiries(BIRTH_S // DAY_S, options=True):
        calls = [mark for mark in contracts.chain("BTC", BIRTH_S, expires) if mark.call]
        slopes = [(b.price - a.price) / (b.strike - a.strike) for a, b in itertools.pairwise(calls)]
        assert all(-1.0 - 1e-9 <= slope <= 1e-9 for slope in slopes)
        assert all(later >= earlier - 2e-3 for earlier, later in itertools.pairwise(slopes))
        years = (expires - BIRTH_S) / YEAR_S
        total[expires] = contracts.atm_vol("BTC", BIRTH_S, years) ** 2 * years
    assert list(total.values()) == sorted(total.values())


def test_puts_cost_more_than_calls_as_a_rule(contracts: Contracts) -> None:
    dearer = 0
    for n in range(0, 200, 5):
        at = BIRTH_S - n * DAY_S
        expires = expiries(at // DAY_S, options=True)[5]
        marks = {
            round(math.log(mark.strike / mark.forward), 3): mark.vol for mark in contracts.chain("ETH", at, expires)
        }
        low, high = min(marks, key=lambda k: abs(k + 0.1)), min(marks, key=lambda k: abs(k - 0.1))
        dearer += marks[low] > marks[high]
    assert dearer >= 36


def test_implied_volatility_starts_at_the_worlds_own(contracts: Contracts) -> None:
    for n in range(0, 300, 30):
        at = BIRTH_S - n * DAY_S
        assert contracts.atm_vol("BTC", at, 1e-4) == pytest.approx(1.05 * contracts.vol_now("BTC", at), rel=0.01)
        assert contracts.volatility_index("BTC", at) == pytest.approx(103 * contracts.atm_vol("BTC", at, 30 / 365))


def test_expiries_are_fridays_at_eight_but_for_the_days() -> None:
    day = BIRTH_S // DAY_S
    dated, optional = expiries(day, options=False), expiries(day, options=True)
    assert set(dated) <= set(optional)
    assert dated == tuple(sorted(dated))
    assert all(instant % DAY_S == 8 * 3600 for instant in optional)
    assert all((instant // DAY_S + 4) % 7 == 5 for instant in dated)
    assert all(instant > BIRTH.timestamp() for instant in optional)
    assert day_name(dated[0]) == "6NOV26"
    for later in range(day, day + 400, 9):
        assert len(expiries(later, options=False)) >= 6
