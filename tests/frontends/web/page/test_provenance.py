"""Derivations as trees."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mobius.core.facts import Fact, derive
from mobius.frontends.web.provenance import Derivation, exact, provenance, why
from mobius.frontends.web.views import why_html
from tests.frontends.web.page import answers


def ids(node: Derivation) -> list[str]:
    return [node.figure.id, *(each for parent in node.parents for each in ids(parent))]


def test_a_figure_is_told_down_to_the_providers_fields_each_once() -> None:
    told = why(answers.price(), answers.NOW, fact="btc.price", titles=answers.TITLES)
    assert told.one
    (root,) = told.figures
    assert ids(root) == [
        "btc.price", "btc.mid.kraken", "btc.bid.kraken", "btc.ask.kraken", "btc.mid.binance", "btc.bid.binance",
        "btc.ask.binance",
    ]  # fmt: skip
    html = why_html(told)
    assert "binance:/api/v3/ticker/24hr#askPrice" in html
    assert "75402.5 USD" in html


def test_all_figures_of_an_answer_are_told_and_shared_parents_once() -> None:
    told = why(answers.price(), answers.NOW)
    assert not told.one
    seen = [each for root in told.figures for each in ids(root)]
    assert len(seen) == len(set(seen)) or any(node.repeated for node in _all(told.figures))
    assert {"btc.price", "btc.change_24h", "btc.market_cap", "btc.week"} <= set(seen)


def _all(nodes: tuple[Derivation, ...]) -> list[Derivation]:
    return [each for node in nodes for each in (node, *_all(node.parents))]


def test_a_circle_of_facts_ends() -> None:
    one = Fact(id="one", value=1, unit="USD", source="mobius", how="x", derived_from=("two",))
    two = Fact(id="two", value=1, unit="USD", source="mobius", how="y", derived_from=("one", "gone"))
    answer = answers.make(9, "q", (answers.ref(one, "price", "$1"),), [one, two])
    told = why(answer, answers.NOW)
    assert ids(told.figures[0]) == ["one", "two", "one"]
    assert provenance(one, answer.facts, answers.NOW, {}).origins == ()


def test_values_keep_every_digit_and_their_unit() -> None:
    assert exact(answers.leaf("a", 75404.067974, "USD")) == "75404.067974 USD"
    assert exact(answers.leaf("a", 1e-9, "BTC")) == "0.000000001 BTC"
    assert exact(answers.leaf("a", 12.5, "pct")) == "12.5 %"
    assert exact(answers.leaf("a", 3, "count")) == "3"


@given(st.text(max_size=40))
def test_any_name_of_a_fact_can_be_explained(name: str) -> None:
    parent = answers.leaf(f"p{name}", 1, "USD")
    fact = derive(f"f{name}", 2, "USD", [parent], "doubled")
    answer = answers.make(9, "q", (answers.ref(fact, "price", "$2"),), [fact, parent])
    html = why_html(why(answer, answers.NOW, fact=fact.id))
    assert "doubled" in html
    assert html.count("<script") == 1
