"""Black's model and the smile: known values, parity, bounds, monotony, the way back, what is not extrapolated."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mobius.analytics.options import Kind, Quoted, delta, implied_vol, normal_cdf, price, smile
from mobius.core.errors import BadParameter

forwards = st.floats(0.01, 1e6)
moneyness = st.floats(0.2, 5.0)
vols = st.floats(0.02, 4.0)
times = st.floats(1 / 365, 3.0)
kinds: st.SearchStrategy[Kind] = st.sampled_from(("call", "put"))


@given(forwards, moneyness, vols, times)
def test_a_call_less_its_put_is_the_forward_less_the_strike(f: float, m: float, vol: float, t: float) -> None:
    k = f * m
    assert price(f, k, vol, t, "call") - price(f, k, vol, t, "put") == pytest.approx(f - k, abs=1e-9 * f)
    assert delta(f, k, vol, t, "call") - delta(f, k, vol, t, "put") == pytest.approx(1.0, abs=1e-12)


@given(forwards, moneyness, vols, times, kinds)
def test_a_price_lies_between_its_worth_now_and_its_bound(f: float, m: float, vol: float, t: float, kind: Kind) -> None:
    k = f * m
    value = price(f, k, vol, t, kind)
    at_once = max(0.0, f - k if kind == "call" else k - f)
    assert at_once - 1e-9 * f <= value <= (f if kind == "call" else k) + 1e-9 * f


@given(forwards, moneyness, vols, times, kinds, st.floats(1.01, 2.0))
def test_more_volatility_or_time_is_never_worth_less(
    f: float, m: float, vol: float, t: float, kind: Kind, more: float
) -> None:
    k = f * m
    value = price(f, k, vol, t, kind)
    assert price(f, k, vol * more, t, kind) >= value - 1e-9 * f
    assert price(f, k, vol, t * more, kind) >= value - 1e-9 * f


@given(forwards, moneyness, vols, times, kinds)
def test_only_the_ratio_of_future_and_strike_counts(f: float, m: float, vol: float, t: float, kind: Kind) -> None:
    assert price(f, f * m, vol, t, kind) / f == pytest.approx(price(1.0, m, vol, t, kind), rel=1e-9, abs=1e-12)


@given(st.floats(0.5, 2.0), st.floats(0.2, 2.0), st.floats(0.05, 2.0), kinds)
def test_delta_is_the_slope_of_the_price(m: float, vol: float, t: float, kind: Kind) -> None:
    step = 1e-5
    slope = (price(1 + step, m, vol, t, kind) - price(1 - step, m, vol, t, kind)) / (2 * step)
    assert delta(1.0, m, vol, t, kind) == pytest.approx(slope, abs=1e-6)


@given(st.floats(0.5, 2.0), st.floats(0.1, 3.0), st.floats(0.02, 2.0), kinds)
def test_the_implied_volatility_leads_back(m: float, vol: float, t: float, kind: Kind) -> None:
    value = price(1.0, m, vol, t, kind)
    slope = (price(1.0, m, vol * 1.001, t, kind) - value) / (vol * 0.001)
    assume(slope > 1e-4)  # far out of the money many volatilities give the same price to the last bit
    found = implied_vol(value, 1.0, m, t, kind)
    assert found == pytest.approx(vol, rel=1e-6)


def test_known_values() -> None:
    # F = 100, K = 110, 60 % a year, half a year: d1 = -0.012516, d2 = -0.436780
    assert price(100, 110, 0.6, 0.5, "call") == pytest.approx(100 * 0.495007 - 110 * 0.331136, abs=1e-3)
    assert normal_cdf(1.6448536269514722) == pytest.approx(0.95, abs=1e-12)


def test_a_price_is_the_mean_of_what_is_paid() -> None:
    """Against the integral over the log-normal law itself."""
    f, k, vol, years, step = 100.0, 110.0, 0.6, 0.5, 1e-3
    sd = vol * math.sqrt(years)
    mean = 0.0
    for n in range(-8_000, 8_001):
        z = n * step
        paid = max(0.0, f * math.exp(sd * z - sd * sd / 2) - k)
        mean += paid * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * step
    assert price(f, k, vol, years, "call") == pytest.approx(mean, abs=1e-5)


def test_at_expiry_only_the_worth_at_once_is_left() -> None:
    assert price(100, 90, 0.6, 0.0, "call") == 10
    assert price(100, 90, 0.6, 0.0, "put") == 0
    assert delta(100, 90, 0.0, 1.0, "call") == 1
    assert delta(100, 90, 0.0, 1.0, "put") == 0


def test_no_volatility_gives_an_impossible_price() -> None:
    assert implied_vol(9.9, 100, 90, 0.5, "call") is None  # under what it is worth at once
    assert implied_vol(100.0, 100, 90, 0.5, "call") is None  # a call is never worth its future
    assert implied_vol(5.0, 100, 100, 0.0, "call") is None
    assert implied_vol(math.nan, 100, 100, 0.5, "call") is None


@pytest.mark.parametrize("bad", [(0.0, 1.0, 0.5, 1.0), (1.0, -1.0, 0.5, 1.0), (1.0, 1.0, math.nan, 1.0),
                                 (1.0, 1.0, 0.5, -1.0), (math.inf, 1.0, 0.5, 1.0), (1.0, math.nan, 0.5, 1.0)])  # fmt: skip
def test_what_is_no_option_is_refused(bad: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadParameter):
        price(*bad, "call")


# --------------------------------------------------------------------------------------------------------------- smile


def chain(vol_of: Mapping[float, float]) -> list[Quoted]:
    quotes: list[Quoted] = []
    for strike, vol in vol_of.items():
        for kind in ("call", "put"):
            quotes.append(Quoted(strike, kind, vol, len(quotes)))
    return quotes


@given(st.floats(0.4, 1.5), st.floats(0.05, 1.0), st.floats(80.0, 120.0))
def test_a_flat_smile_reads_the_same_everywhere(vol: float, years: float, forward: float) -> None:
    found = smile(chain(dict.fromkeys(range(2, 3000, 2), vol)), forward=forward, years=years)
    spread = vol * math.sqrt(years)
    # past twice the 75th percentile of the normal, the put of 25 delta lies above the future: in the money, not read
    out_of_the_money = spread < 1.3
    for point in (found.atm, found.call_25, found.put_25)[: 3 if out_of_the_money else 2]:
        assert point is not None
        assert point.vol == pytest.approx(vol)
    if spread > 1.4:
        assert found.put_25 is None


def test_dearer_puts_show_in_the_wings() -> None:
    found = smile(chain({float(k): 0.6 - 0.002 * (k - 100) for k in range(40, 180, 5)}), forward=101.0, years=30 / 365)
    assert found.atm is not None and found.put_25 is not None and found.call_25 is not None
    assert found.put_25.vol > found.atm.vol > found.call_25.vol
    assert found.atm.vol == pytest.approx(0.6 - 0.002, abs=1e-4)


def test_the_25_delta_point_has_that_delta() -> None:
    vol_of = {float(k): 0.55 + 1e-5 * (k - 100) ** 2 for k in range(30, 300, 5)}
    quotes = chain(vol_of)
    found = smile(quotes, forward=100.0, years=0.25)
    assert found.call_25 is not None
    by_row = {q.row: q for q in quotes}
    deltas = [delta(100.0, by_row[row].strike, by_row[row].vol, 0.25, "call") for row in found.call_25.rows]
    assert min(deltas) <= 0.25 <= max(deltas)
    assert {by_row[row].kind for row in found.call_25.rows} == {"call"}
    assert min(vol_of[by_row[row].strike] for row in found.call_25.rows) <= found.call_25.vol


def test_a_strike_at_the_future_is_met_exactly() -> None:
    found = smile(chain({90.0: 0.7, 100.0: 0.6, 110.0: 0.65}), forward=100.0, years=0.1)
    assert found.atm is not None
    assert found.atm.vol == pytest.approx(0.6)


def test_what_the_quotes_do_not_reach_is_not_made_up() -> None:
    found = smile(chain({99.0: 0.6, 101.0: 0.6}), forward=100.0, years=0.5)
    assert found.atm is not None
    assert (found.call_25, found.put_25) == (None, None)
    only_calls = [q for q in chain({101.0: 0.6, 150.0: 0.7}) if q.kind == "call"]
    assert smile(only_calls, forward=100.0, years=0.5).atm is None
    assert smile([], forward=100.0, years=0.5).atm is None
    assert smile(chain({100.0: 0.6}), forward=100.0, years=0.0).atm is None


def test_a_quote_without_a_volatility_is_passed_over() -> None:
    quotes = chain({90.0: 0.6, 95.0: 0.0, 105.0: 0.0, 110.0: 0.6})
    found = smile(quotes, forward=100.0, years=0.5)
    assert found.atm is not None
    assert found.atm.vol == pytest.approx(0.6)
