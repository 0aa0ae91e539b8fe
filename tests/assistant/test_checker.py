"""Nothing is said that no fact bears out: every mutation of a rendered figure is caught."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.assistant.checker import bind_model_text, check_answer, check_line, merged, numerals, texts_of
from mobius.core.answers import Answer, FactRef, TableBlock, TextBlock
from mobius.core.facts import Fact, derive
from mobius.core.words import FORMATS, Dynamic, Static, Writer, render
from mobius.desk import flows

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def leaf(fact_id: str, value: object, unit: str = "USD") -> Fact:
    return Fact(id=fact_id, value=value, unit=unit, source="kraken", path="kraken:/x#y", as_of=NOW, fetched_at=NOW)  # type: ignore[arg-type]


PRICE = leaf("btc.price", Decimal("61240.5"))
OTHER = leaf("btc.high", Decimal("61999"))
CHANGE = leaf("btc.change", Decimal("-1.84"), "pct")
FACTS = {fact.id: fact for fact in (PRICE, OTHER, CHANGE)}
WRITER = Writer(now=NOW)


def answer() -> Answer:
    headline = merged(WRITER.say("{n} is {p:price}, {c:change} in 24 h.", n="Bitcoin", p=PRICE, c=CHANGE))
    cell = FactRef(fact=OTHER.id, format="price", text=render(OTHER, "price", NOW))
    return Answer(
        id="a", status="answered", question="btc?", intent="price", world="live", headline=headline,
        headline_plain="".join(p if isinstance(p, str) else p.text for p in headline),
        blocks=(TableBlock(columns=("high",), rows=((cell,),)), TextBlock(text=("calm",))), facts=FACTS,
    )  # fmt: skip


def test_an_answer_as_drafted_passes() -> None:
    assert check_answer(answer(), dict(texts_of(answer())), NOW) == ()


# ------------------------------------------------------------------------------------------------------ mutations


def mutations(text: str) -> list[str]:
    """Every change of a rendered numeral by one unit in its last digit, its sign, its unit."""
    found = []
    for match in re.finditer(r"\d(?=\D*$)", text):
        digit = match[0]
        for step in (1, 9):
            found.append(text[: match.start()] + str((int(digit) + step) % 10) + text[match.end() :])
    found += [f"−{text}", text.replace("$", "€"), text.replace("%", "bps"), text.replace("down", "up")]
    return [mutated for mutated in found if mutated != text]


@pytest.mark.parametrize("place", ["headline", "cell"])
def test_no_mutation_of_a_figure_passes(place: str) -> None:
    original = answer()
    drafted = dict(texts_of(original))
    refs = [p for p in original.headline if isinstance(p, FactRef)]
    if place == "cell":
        refs = [original.blocks[0].rows[0][0]]  # type: ignore[union-attr,list-item]
    for ref in refs:
        for text in mutations(ref.text):
            changed = msgspec.structs.replace(ref, text=text)
            assert check_answer(swapped(original, ref, changed), drafted, NOW), f"{ref.text!r} -> {text!r}"


def test_naming_another_fact_is_caught_even_when_it_reads_the_same() -> None:
    twin = msgspec.structs.replace(PRICE, id="eth.price")
    original = msgspec.structs.replace(answer(), facts={**FACTS, twin.id: twin})
    ref = next(p for p in original.headline if isinstance(p, FactRef))
    changed = swapped(original, ref, msgspec.structs.replace(ref, fact=twin.id))
    assert check_answer(changed, dict(texts_of(original)), NOW)


def test_a_fact_whose_value_moved_under_its_text_is_caught() -> None:
    moved = {**FACTS, PRICE.id: msgspec.structs.replace(PRICE, value=Decimal("61241.5"))}
    assert check_answer(msgspec.structs.replace(answer(), facts=moved), dict(texts_of(answer())), NOW)


def test_the_plain_headline_cannot_say_something_else() -> None:
    lying = msgspec.structs.replace(answer(), headline_plain="Bitcoin is $61,299, up 2 % in 24 h.")
    assert check_answer(lying, dict(texts_of(answer())), NOW)


@given(st.decimals("-99999999", "99999999", places=8, allow_nan=False), st.sampled_from(FORMATS))
def test_one_unit_in_the_last_shown_digit_never_passes(value: Decimal, fmt: str) -> None:
    fact = leaf("x", value)
    shown = render(fact, fmt, NOW)
    for text in mutations(shown):
        ref = FactRef(fact="x", format=fmt, text=text)
        assert list(check_line("here", (ref,), {"x": fact}, NOW))


def swapped(original: Answer, old: FactRef, new: FactRef) -> Answer:
    raw = msgspec.json.encode(original)
    before, after = msgspec.json.encode(old), msgspec.json.encode(new)
    assert before in raw
    return msgspec.json.decode(raw.replace(before, after), type=Answer, strict=False)


# ---------------------------------------------------------------------------------------------------- literal text


@pytest.mark.parametrize(
    "text",
    [
        "about 5 coins",
        "fell by half",
        "it doubled",
        "٣ عملات",
        "three venues",
        "x²",
        "½ of it",
        "Ⅳ quarters",
        "５ coins",
    ],
)
def test_a_numeral_in_run_time_text_is_a_violation(text: str) -> None:
    assert list(check_line("here", (Dynamic(text),), {}, NOW))


@pytest.mark.parametrize(
    "text", ["ERC-20", "Uniswap v3", "1INCH", "1INCH/USDT", "BTC/USDT 1h bars", "EIP-1559", "Bitcoin"]
)
def test_a_registered_name_may_hold_a_numeral(text: str) -> None:
    assert numerals(text) == []


def test_template_text_was_reviewed_where_it_stands() -> None:
    assert list(check_line("here", (Static("in 24 h"),), {}, NOW)) == []


def test_a_derived_fact_without_its_parents_is_caught() -> None:
    orphan = derive("btc.mid", Decimal(1), "USD", (PRICE,), "mean")
    lonely = msgspec.structs.replace(answer(), facts={**FACTS, orphan.id: orphan})
    assert check_answer(lonely, dict(texts_of(lonely)), NOW) == ()
    del lonely.facts[PRICE.id]
    assert check_answer(lonely, dict(texts_of(lonely)), NOW)


# -------------------------------------------------------------------------------------------------------- models


def test_a_model_may_place_facts_and_names() -> None:
    line, violations = bind_model_text("Bitcoin trades at {fact:btc.price:price} (an ERC-20 it is not).", FACTS, NOW)
    assert violations == ()
    assert "$61,2" in "".join(p.text if isinstance(p, FactRef) else p for p in line)


@pytest.mark.parametrize(
    "text",
    [
        "Bitcoin is $61,240.",
        "It doubled.",
        "{fact:btc.prise:price}",
        "{fact:btc.price:money}",
        "Up two percent {fact:btc.price:price}.",
    ],
)
def test_a_model_may_not_invent(text: str) -> None:
    assert bind_model_text(text, FACTS, NOW)[1]


def test_why_a_flow_is_not_known_can_be_said() -> None:
    """The reason is put into a caveat at run time: a number word in it would be taken for an invented figure."""
    calls = [
        node
        for node in ast.walk(ast.parse(Path(flows.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_unknown_flow"
    ]
    reasons = [part.value for call in calls for part in ast.walk(call.args[1]) if isinstance(part, ast.Constant)]
    assert reasons
    for reason in reasons:
        assert not list(check_line("caveat", (Dynamic(str(reason)),), {}, NOW)), reason
