"""The pipeline: what is asked becomes an answer, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mobius.core.answers import Answer
from mobius.core.errors import BadParameter, SourceUnavailable, UnknownSymbol
from mobius.core.notices import Notice, SourceFailure
from mobius.core.ports import Person
from mobius.core.world import parse_world
from tests.assistant.fakes import MemoryDesk, Understands, assistant, market_view, price_view

BTC = price_view("BTC", "61240.5")


def btc_desk() -> MemoryDesk:
    return MemoryDesk({"BTC": BTC, "ETH": price_view("ETH", "3010.25", change="-0.5")})


async def test_one_price_is_said_in_one_sentence() -> None:
    answer = await assistant(btc_desk(), Understands(slots={"assets": ["BTC"]})).ask("what's BTC doing today?")
    assert answer.status == "answered"
    assert answer.headline_plain == "Bitcoin is $61,240, up 1.8 % in 24 h."
    assert answer.facts["btc.price"].value == Decimal("61240.5")
    assert answer.facts["btc.price"].derived_from == ("btc.mid.kraken",)
    assert [note.name for note in answer.sources] == ["kraken"]
    assert answer.elapsed_ms > 0


async def test_several_prices_are_a_table_and_what_is_missing_is_named() -> None:
    answer = await assistant(btc_desk(), Understands(slots={"assets": ["BTC", "ETH", "SOL"]})).ask("btc eth sol")
    assert answer.status == "partial"
    assert "Bitcoin did best, up 1.8 % to $61,240" in answer.headline_plain
    assert any("SOL" in str(caveat) for caveat in answer.caveats)


async def test_an_answer_is_kept_for_its_person() -> None:
    pipeline = assistant(btc_desk(), Understands(slots={"assets": ["BTC"]}))
    answer = await pipeline.ask("btc", person=Person("ada"))
    kept = await pipeline.answers.find(answer.id, person="ada")
    assert kept is not None
    assert msgspec.json.decode(kept, type=Answer, strict=False).headline_plain == answer.headline_plain
    assert await pipeline.answers.find(answer.id, person="bob") is None


async def test_a_missing_slot_is_one_short_question_back() -> None:
    answer = await assistant(btc_desk(), Understands()).ask("how much is it")
    assert answer.status == "clarify"
    assert answer.headline_plain == "Which coin do you mean?"
    assert answer.followups


async def test_an_unknown_asset_offers_near_names() -> None:
    answer = await assistant(btc_desk(), Understands(unresolved=("bitcoinn",))).ask("price of bitcoinn")
    assert answer.status == "clarify"
    assert "Bitcoin" in answer.headline_plain


async def test_an_intent_without_a_tool_is_refused_with_what_it_will_do() -> None:
    answer = await assistant(btc_desk(), Understands("whales")).ask("big USDT moves")
    assert answer.status == "refused"
    assert "large transfers" in answer.headline_plain


async def test_out_of_scope_is_one_friendly_sentence() -> None:
    answer = await assistant(btc_desk(), Understands("out_of_scope")).ask("weather in Paris")
    assert (answer.status, answer.intent) == ("refused", "out_of_scope")
    assert len(answer.followups) == 2


async def test_an_empty_question_is_asked_back() -> None:
    assert (await assistant(btc_desk(), Understands()).ask("  ")).status == "clarify"


async def test_a_day_to_come_has_no_price() -> None:
    future = datetime(2030, 1, 1, tzinfo=UTC)
    answer = await assistant(btc_desk(), Understands(slots={"assets": ["BTC"]}, as_of=future)).ask("btc on 1 jan 2030")
    assert answer.status == "no_data"


async def test_a_past_day_reaches_the_desk_and_the_earlier_instant_wins() -> None:
    desk = btc_desk()
    day = datetime(2024, 3, 6, tzinfo=UTC)
    pipeline = assistant(desk, Understands(slots={"assets": ["BTC"]}, as_of=day))
    answer = await pipeline.ask("btc on 5 March 2024")
    assert answer.as_of == day
    assert desk.asked[-1][2] == day
    assert "closed at $61,240" in answer.headline_plain
    earlier = datetime(2023, 1, 1, tzinfo=UTC)
    assert (await pipeline.ask("btc on 5 March 2024", as_of=earlier)).as_of == earlier


async def test_all_sources_down_is_no_data_in_one_sentence() -> None:
    desk = MemoryDesk({"BTC": SourceUnavailable("kraken", "Kraken did not answer.")})
    answer = await assistant(desk, Understands(slots={"assets": ["BTC"]})).ask("btc")
    assert (answer.status, answer.headline_plain) == ("no_data", "Kraken did not answer.")


async def test_a_source_down_makes_the_answer_partial_and_is_named() -> None:
    failure = SourceFailure(source="binance", kind="source_unavailable", message="503")
    desk = MemoryDesk({"BTC": price_view("BTC", "61240", failures=(failure,))})
    answer = await assistant(desk, Understands(slots={"assets": ["BTC"]})).ask("btc")
    assert answer.status == "partial"
    assert ("Binance did not answer.",) in answer.caveats


async def test_a_notice_is_worded_with_the_sources_title() -> None:
    desk = MemoryDesk(
        {"BTC": price_view("BTC", "61240", notices=(Notice(kind="one_source", names={"source": "kraken"}),))}
    )
    answer = await assistant(desk, Understands(slots={"assets": ["BTC"]})).ask("btc")
    assert any("Only Kraken answered" in str(caveat) for caveat in answer.caveats)


async def test_a_tool_that_hangs_ends_at_the_deadline() -> None:
    class Hanging(MemoryDesk):
        async def prices(self, *_: Any, **__: Any) -> Any:
            await asyncio.Event().wait()

    answer = await assistant(Hanging({}), Understands(slots={"assets": ["BTC"]})).ask("btc", deadline_s=0.1)
    assert answer.status == "no_data"
    assert "time" in answer.headline_plain


async def test_two_questions_are_both_answered_in_order() -> None:
    understands = Understands(slots={"assets": ["BTC"]}, intents=("price", "market"))
    answer = await assistant(MemoryDesk({"BTC": BTC}, market_view()), understands).ask("btc and how's the market")
    assert answer.headline_plain.startswith("Bitcoin")
    assert "Risk is off" in str(answer.blocks)
    assert answer.facts["market.cap"].value == Decimal("2.31e12")


async def test_a_simulated_world_marks_every_answer() -> None:
    pipeline = assistant(btc_desk(), Understands("out_of_scope"), world=parse_world("sandbox:3"))
    answer = await pipeline.ask("weather")
    assert answer.simulated
    assert answer.world == "sandbox:3"


# ------------------------------------------------------------------------------------------------------ typed calls


async def test_a_call_resolves_names_as_people_type_them() -> None:
    desk = btc_desk()
    answer = await assistant(desk, None).call("price", {"assets": ["bitcoin", "$eth"], "quote": "dollars"})
    assert desk.asked == [(("BTC", "ETH"), "USD", None)]
    assert list(answer.slots["assets"]) == ["BTC", "ETH"]


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        ("price", {"assets": ["foocoin"]}, UnknownSymbol),
        ("price", {}, BadParameter),
        ("price", {"assets": 5}, BadParameter),
        ("price", {"assets": ["btc"], "quote": 5}, UnknownSymbol),
        ("nonsense", {}, BadParameter),
        ("convert", {"assets": ["btc"], "amount": "1e400"}, BadParameter),
        ("convert", {"assets": ["btc"], "amount": -3}, BadParameter),
        ("convert", {"assets": ["btc"], "amount": "nan"}, BadParameter),
        ("convert", {"assets": ["btc"], "amount": "many"}, BadParameter),
        ("price", {"assets": ["btc"] * 2 + [f"x{n}" for n in range(99)]}, UnknownSymbol),
    ],
)
async def test_arguments_that_cannot_be_used_are_one_clear_error(
    tool: str, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await assistant(btc_desk(), None).call(tool, arguments)


# ------------------------------------------------------------------------------------------------------ convert, market


@pytest.mark.parametrize(
    ("question", "slots", "headline"),
    [
        ("what is 2 btc worth", {"assets": ["BTC"], "amount": 2}, "2 BTC is $122,481.00."),
        ("how much BTC for $500", {"assets": ["BTC"], "amount": 500, "quote": "USD"}, "$500.00 is 0.00816453 BTC."),
        ("500 dollars in btc", {"assets": ["BTC"], "amount": 500, "quote": "USD"}, "$500.00 is 0.00816453 BTC."),
        ("0.5 btc in usd", {"assets": ["BTC"], "amount": 0.5, "quote": "USD"}, "0.5 BTC is $30,620.25."),
    ],
)
async def test_convert_takes_the_amount_in_the_unit_it_was_written_in(
    question: str, slots: dict[str, Any], headline: str
) -> None:
    answer = await assistant(btc_desk(), Understands("convert", slots)).ask(question)
    assert answer.headline_plain == headline
    assert answer.facts["convert.given"].source == "question"


@pytest.mark.parametrize(
    ("question", "slots", "message"),
    [
        ("convert -1 btc", {"assets": ["BTC"], "amount": 1}, "more than nothing"),
        ("1e30 btc in usd", {"assets": ["BTC"]}, "could not read that amount"),
    ],
)
async def test_an_amount_that_cannot_be_one_is_not_taken_for_another(
    question: str, slots: dict[str, Any], message: str
) -> None:
    answer = await assistant(btc_desk(), Understands("convert", slots)).ask(question)
    assert answer.status == "clarify"
    assert message in answer.headline_plain


async def test_a_coin_in_its_own_smaller_unit_needs_no_market() -> None:
    desk = btc_desk()
    answer = await assistant(desk, Understands("convert", {"assets": ["BTC"], "amount": 1})).ask("1 btc to sats")
    assert answer.headline_plain == "1 BTC is 100,000,000 sats."
    assert desk.asked == []


async def test_the_market_in_one_sentence_with_liquid_movers_only() -> None:
    answer = await assistant(MemoryDesk({}, market_view()), Understands("market")).ask("how's the market")
    assert answer.headline_plain == ("Risk is off: total cap $2.31 tn (−2.1 %), BTC dominance 57.2 %, fear & greed 28.")
    assert "Doge" not in str(answer.blocks)
