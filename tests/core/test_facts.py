"""What a fact must say of itself, and how facts are derived from others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.facts import Fact, Sourced, Tier, column_digest, derive, echo, facts_in, unknown

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
REPLY = Sourced(
    value=None,
    source="kraken",
    endpoint="/0/public/Ticker?pair=XBTUSD",
    as_of=NOW,
    fetched_at=NOW + timedelta(seconds=1),
)


def leaf(name: str, *, as_of: datetime = NOW, tier: Tier = "origin", simulated: bool = False) -> Fact:
    return Fact(
        id=name, value=1, unit="USD", source="kraken", path="kraken:/x#y", as_of=as_of, tier=tier, simulated=simulated
    )


def test_a_leaf_names_its_place_in_the_reply() -> None:
    fact = REPLY.leaf("btc.mid", Decimal("61240.5"), "USD", "result.XXBTZUSD.b[0]")
    assert fact.path == "kraken:/0/public/Ticker?pair=XBTUSD#result.XXBTZUSD.b[0]"
    assert fact.source == "kraken"
    assert fact.as_of == NOW
    assert fact.reason is None


def test_a_leaf_that_is_not_there_says_why() -> None:
    assert REPLY.leaf("btc.cap", None, "USD", "cap").reason == "not in the reply"
    assert REPLY.leaf("btc.cap", None, "USD", "cap", reason="off that day").reason == "off that day"


def test_unknown_and_its_reason_go_together() -> None:
    with pytest.raises(ValueError, match="if and only if"):
        Fact(id="x", value=None, unit="USD", source="kraken", path="p")
    with pytest.raises(ValueError, match="if and only if"):
        Fact(id="x", value=1, unit="USD", reason="why", source="kraken", path="p")
    assert unknown("x", "USD", "no source").reason == "no source"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_no_number_is_no_figure(value: float | Decimal) -> None:
    with pytest.raises(ValueError, match="no figure"):
        Fact(id="x", value=value, unit="USD", source="kraken", path="p")


def test_a_fact_says_where_it_comes_from() -> None:
    with pytest.raises(ValueError, match="no path"):
        Fact(id="x", value=1, unit="USD", source="kraken")
    with pytest.raises(ValueError, match="no parents"):
        Fact(id="x", value=1, unit="USD", source="mobius", how="by magic")
    with pytest.raises(ValueError, match="no parents"):
        Fact(id="x", value=1, unit="USD", source="mobius", derived_from=("y",))


def test_a_derived_fact_is_as_old_and_as_far_as_its_worst_parent() -> None:
    old, far, made_up = leaf("a", as_of=NOW - timedelta(hours=1)), leaf("b", tier="l3"), leaf("c", simulated=True)
    fact = derive("d", 3, "USD", (old, far, made_up), "sum")
    assert fact.as_of == NOW - timedelta(hours=1)
    assert fact.tier == "l3"
    assert fact.simulated
    assert fact.derived_from == ("a", "b", "c")
    assert not derive("d", 3, "USD", (old, far), "sum").simulated


def test_an_echo_tells_the_question_from_a_default() -> None:
    assert echo("amount", 2, "BTC", "amount").source == "question"
    assert echo("window", "90d", "text", "window", stated=False).source == "default"


@pytest.mark.parametrize(("value", "number"), [(Decimal("1.5"), 1.5), (3, 3.0), ("text", None), (True, None)])
def test_only_numbers_are_numbers(value: Decimal | int | str | bool, number: float | None) -> None:
    assert Fact(id="x", value=value, unit="USD", source="kraken", path="p").number() == number
    assert unknown("x", "USD", "why").number() is None


class Inner(msgspec.Struct, frozen=True):
    fact: Fact


class Report(msgspec.Struct, frozen=True):
    one: Fact
    many: tuple[Inner, ...]
    named: dict[str, Fact]
    note: str = ""


def test_every_fact_of_a_report_is_found() -> None:
    report = Report(one=leaf("a"), many=(Inner(leaf("b")), Inner(leaf("c"))), named={"d": leaf("d")})
    assert [fact.id for fact in facts_in(report)] == ["a", "b", "c", "d"]
    assert list(facts_in(None)) == []


def test_decimals_go_out_as_json_numbers() -> None:
    encoded = msgspec.json.Encoder(decimal_format="number").encode(REPLY.leaf("x", Decimal("61240.50"), "USD", "f"))
    assert b'"value":61240.50' in encoded
    assert msgspec.json.decode(encoded, type=Fact).value == 61240.5


@given(st.dictionaries(st.text(max_size=5), st.lists(st.integers(-9, 9) | st.none(), max_size=5), max_size=4))
def test_the_digest_is_blind_to_the_order_of_columns(columns: dict[str, list[int | None]]) -> None:
    turned = dict(reversed(columns.items()))
    assert column_digest(columns) == column_digest(turned)
    assert len(column_digest(columns)) == 64


def test_the_digest_sees_one_changed_value() -> None:
    assert column_digest({"close": [1.0, 2.0]}) != column_digest({"close": [1.0, 2.0000001]})
