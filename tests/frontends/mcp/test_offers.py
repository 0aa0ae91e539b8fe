"""What is offered over MCP comes from the registry; arguments are read strictly and told of in a sentence."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.assistant.registry import tools
from mobius.core.errors import BadParameter, SourceUnavailable
from mobius.core.facts import Fact
from mobius.frontends.mcp.offers import ASK, EXTRA, Offer, offers, output_schema, read_call
from mobius.frontends.mcp.results import error_document, error_text, structured
from tests.frontends.cli.fake import TOOLS, answer, chart

OFFERED = {offer.name: offer for offer in offers(tools())}
FAKE = {offer.name: offer for offer in offers({tool.name: tool for tool in TOOLS})}
PRICE = next(tool for tool in TOOLS if tool.name == "price")
CHART = next(tool for tool in TOOLS if tool.name == "chart")


def test_every_tool_for_mcp_is_offered_once_beside_ask() -> None:
    wanted = [name.replace(" ", "_") for name, tool in tools().items() if "mcp" in tool.surfaces]
    assert list(OFFERED) == [ASK, *wanted]


def test_the_list_is_short_enough_for_a_model_to_choose_from() -> None:
    assert len(OFFERED) <= 20


@pytest.mark.parametrize("offer", OFFERED.values(), ids=lambda offer: offer.name)
def test_an_offer_is_whole(offer: Offer) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", offer.name)
    assert offer.input_schema["type"] == "object"
    assert offer.input_schema["additionalProperties"] is False
    assert set(EXTRA) <= set(offer.input_schema["properties"])
    assert 'such as "' in offer.description or "Examples:" in offer.description


@pytest.mark.parametrize("name", tools())
def test_no_tool_has_an_argument_of_the_extra_names(name: str) -> None:
    assert not set(EXTRA) & set(tools()[name].query.__struct_fields__)


def test_a_name_of_two_words_is_one() -> None:
    assert FAKE["portfolio_risk"].tool == "portfolio risk"


def test_the_output_schema_is_small_and_needs_nothing_of_outside() -> None:
    import json

    body = output_schema()
    assert len(json.dumps(body)) < 5_000
    refs = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(body)))
    assert {ref.removeprefix("#/$defs/") for ref in refs} <= set(body["$defs"])


# ---------------------------------------------------------------------------------------------------------- arguments


def test_arguments_are_read() -> None:
    call = read_call(FAKE["price"], PRICE, {"assets": ["BTC"], "as_of": "2024-03-05", "deadline_s": 3, "series": True})
    assert call.arguments == {"assets": ["BTC"]}
    assert call.as_of == datetime(2024, 3, 6, tzinfo=UTC)
    assert call.deadline_s == 3.0
    assert call.series


def test_one_text_where_several_are_taken_is_one_of_them() -> None:
    assert read_call(FAKE["price"], PRICE, {"assets": "BTC"}).arguments == {"assets": ["BTC"]}


def test_null_is_as_if_it_was_left_out() -> None:
    given = {"assets": ["BTC"], "quote": None, "as_of": None, "deadline_s": None, "series": None}
    assert read_call(FAKE["price"], PRICE, given).arguments == {"assets": ["BTC"]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"assets": ["BTC"], "asset": "x"}, "price has no argument 'asset'."), ({}, "price needs assets."),
        ({"assets": None}, "price needs assets."), ({"assets": 5}, "price: assets: "), ({"assets": [{}]}, "price: assets: "),
        ({"assets": ["BTC"], "as_of": 5}, "as_of is no text."), ({"assets": ["BTC"], "as_of": "soon"}, "'soon' is no date"),
        ({"assets": ["BTC"], "deadline_s": 0}, "deadline_s is no number"),
        ({"assets": ["BTC"], "deadline_s": 1e9}, "deadline_s is no number"),
        ({"assets": ["BTC"], "deadline_s": "soon"}, "deadline_s is no number"),
        ({"assets": ["BTC"], "deadline_s": True}, "deadline_s is no number"),
        ({"assets": ["BTC"], "series": "yes"}, "series is neither"), ({"assets": ["BTC"], "": 1}, "price has no argument ''."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_a_sentence(given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadParameter) as told:
        read_call(FAKE["price"], PRICE, given)
    assert told.value.message.startswith(said)
    assert "\n" not in told.value.message


@pytest.mark.parametrize("given", [{}, {"question": None}, {"question": 5}, {"question": ["x"]}])
def test_ask_needs_its_question_as_text(given: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        read_call(FAKE[ASK], None, given)


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from([*CHART.query.__struct_fields__, *EXTRA, "other", "question"])


@given(arguments=st.dictionaries(names, json_value, max_size=4), which=st.sampled_from(["chart", "ask"]))
def test_any_arguments_are_read_or_refused(arguments: dict[str, Any], which: str) -> None:
    try:
        call = read_call(FAKE[which], CHART if which == "chart" else None, arguments)
    except BadParameter as error:
        assert error.message
    else:
        assert set(call.arguments) <= set(arguments)


# ------------------------------------------------------------------------------------------------------------ results


def test_facts_lose_what_says_nothing_and_keep_an_unknown_value() -> None:
    facts = structured(answer(), series=False)["facts"]
    assert facts["cap"]["value"] is None
    assert facts["cap"]["reason"] == "no aggregator answered"
    assert facts["price"]["value"] == 61240.0
    assert facts["price"]["derived_from"] == ["kraken.mid", "binance.mid"]
    assert "reason" not in facts["price"]
    assert "derived_from" not in facts["kraken.mid"]
    assert facts["kraken.mid"]["path"] == "kraken:/ticker?pair=BTCUSD#mid"


def test_columns_of_charts_come_when_they_are_asked_for() -> None:
    made = answer(blocks=(chart(),))
    assert structured(made, series=False)["blocks"][0]["data"] == {}
    assert len(structured(made, series=True)["blocks"][0]["data"]["closes"]["ts"]) == 30


def test_every_structured_answer_fits_the_schema() -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    validator = Draft202012Validator(output_schema())
    text = Fact(id="mood", value="Greed", unit="text", source="alternative_me", path="alternative_me:/fng#value")
    for made in (
        answer(),
        answer(blocks=(chart(),)),
        answer(facts={"mood": text}, as_of=datetime(2024, 3, 6, tzinfo=UTC)),
    ):
        for series in (True, False):
            validator.validate(structured(made, series=series))
    validator.validate(error_document(BadParameter("no")))
    assert not validator.is_valid({})
    assert not validator.is_valid({"id": "x"})


def test_errors_have_the_one_shape() -> None:
    document = error_document(SourceUnavailable("kraken", "Kraken did not answer."))
    assert document == {"error": {"kind": "source_unavailable", "message": "Kraken did not answer.", "hint": None}}
    assert error_text(document) == "Kraken did not answer."


def test_a_bug_tells_its_kind_and_nothing_of_the_inside() -> None:
    document = error_document(ValueError("/home/someone/secret"))
    assert document["error"]["kind"] == "bug"
    assert "secret" not in str(document)
