"""Answers in a terminal: golden pages at 80 and 40 columns, marks, hostile text in every place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from mobius.core.answers import ChartBlock, FactRef, ListBlock, SeriesData, SourceNote, TableBlock, TextBlock, plain
from mobius.core.facts import Fact, derive
from mobius.frontends.cli.escape import cell_width
from mobius.frontends.cli.plain import Look
from mobius.frontends.cli.render import answer_text, past_day, short_id
from tests.frontends.cli.fake import ANSWER_ID, CHANGE, NOW, PRICE, SEEN, answer, chart, listed, table
from tests.frontends.cli.test_escape import HOSTILE


def lines(width: int = 80, *, color: bool = False, ascii_only: bool = False, **changes: Any) -> list[str]:
    text = answer_text(answer(**changes), Look(width=width, color=color, ascii=ascii_only), NOW)
    assert text.endswith("\n")
    return text[:-1].split("\n")


def test_an_answer_at_eighty_columns() -> None:
    assert lines(blocks=(TextBlock(text=("Range ", PRICE)), table("Bitcoin", "Ethereum"), listed("one", "two"))) == [
        "Bitcoin is $61,240, up 1.8 % in 24 h.",
        "",
        "Range $61,240",
        "",
        "            price    24 h  market cap",
        "────────  ───────  ──────  ──────────",
        "Bitcoin   $61,240  +1.8 %     unknown",
        "Ethereum  $61,240  +1.8 %     unknown",
        "",
        "Things",
        "• one",
        "• two",
        "",
        "· Median of two venues, at most 1.8 % from it.",
        "",
        "try: chart BTC 90d",
        "try: RSI on BTC",
        "",
        "Prices by Kraken",
        "kraken (cache), binance · no answer from coingecko · 12 s ago ·",
        "mobius why 0198f1c2-3b4d",
    ]


def test_an_answer_at_forty_columns() -> None:
    assert lines(40, simulated=True, blocks=(table("Bitcoin"), TextBlock(text=("Range ", PRICE, " to ", PRICE)))) == [
        "SIMULATED · Bitcoin is $61,240, up 1.8 %",
        "in 24 h.",
        "",
        "           price    24 h  market cap",
        "───────  ───────  ──────  ──────────",
        "Bitcoin  $61,240  +1.8 %     unknown",
        "",
        "Range $61,240 to $61,240",
        "",
        "· Median of two venues, at most 1.8 %",
        "  from it.",
        "",
        "try: chart BTC 90d",
        "try: RSI on BTC",
        "",
        "Prices by Kraken",
        "kraken (cache), binance · no answer from",
        "coingecko · 12 s ago ·",
        "mobius why 0198f1c2-3b4d",
    ]


def test_the_past_is_named_before_the_figure() -> None:
    page = lines(as_of=datetime(2024, 3, 6, tzinfo=UTC), simulated=True)
    assert page[0] == "SIMULATED · as of the close of 5 March 2024 · Bitcoin is $61,240, up 1.8 % in 24"
    assert "data to 28 July 2026 09:59 UTC" in page[-1].replace("\u00a0", " ")
    assert past_day(datetime(2024, 3, 5, 14, 30, tzinfo=UTC)) == "5 March 2024 14:30 UTC"


def test_a_past_day_that_the_headline_names_is_not_named_twice() -> None:
    headline = ("Bitcoin closed at ", PRICE, " on 5 March 2024.")
    page = lines(as_of=datetime(2024, 3, 6, tzinfo=UTC), headline=headline, headline_plain=plain(headline))
    assert page[0] == "Bitcoin closed at $61,240 on 5 March 2024."


def test_the_history_is_named_by_its_venue() -> None:
    notes = (SourceNote(name="history:binance", tier="history", as_of=SEEN),)
    assert lines(sources=notes)[-1].startswith("binance (history) · ")


def test_colour_is_only_a_help() -> None:
    colored = lines(color=True, simulated=True)
    assert colored[0].startswith("\x1b[1;33mSIMULATED\x1b[0m")
    assert "\x1b[32mup 1.8 %\x1b[0m" in colored[0]
    assert lines(simulated=True)[0].startswith("SIMULATED · ")


def test_ascii_all_through() -> None:
    page = lines(ascii_only=True, blocks=(table("Bitcoin"), listed("one"), chart(title="Bitcoin − days")))
    assert all(line.isascii() for line in page)


@pytest.mark.parametrize("figure", ["line", "sparkline", "bar"])
def test_charts_are_drawn_within_the_page(figure: Any) -> None:
    page = lines(60, blocks=(chart(figure),))
    assert any("Bitcoin, days" in line for line in page)
    assert all(cell_width(line) <= 60 for line in page)


def test_markup_is_data() -> None:
    page = lines(headline=("[red]Coin[/red] :rocket: is ", PRICE))
    assert page[0] == "[red]Coin[/red] :rocket: is $61,240"


def test_an_answer_without_anything_still_ends_with_its_id() -> None:
    page = lines(blocks=(), caveats=(), sources=(), followups=(), facts={}, headline=("Which coin do you mean?",))
    assert page == ["Which coin do you mean?", "", "mobius why 0198f1c2-3b4d"]


def test_the_age_is_the_oldest_sources_when_the_headline_has_no_figure() -> None:
    notes = (SourceNote(name="a", as_of=SEEN), SourceNote(name="b", as_of=NOW - timedelta(minutes=10)))
    assert lines(headline=("Nothing new.",), sources=notes)[-1] == "a, b · 10 min ago · mobius why 0198f1c2-3b4d"


def test_a_change_since_last_week_is_of_today() -> None:
    then = Fact(
        id="then", value=1.0, unit="USD", source="defillama", path="defillama:/x#a", as_of=NOW - timedelta(days=7)
    )
    today = replace(then, id="today", value=2.0, as_of=NOW - timedelta(minutes=5))
    other = replace(today, id="other", source="lido", path="lido:/x#a", as_of=NOW - timedelta(hours=3))
    flow = derive("flow", 1.0, "USD", (then, today), "today less then")
    net = derive("net", 1.0, "USD", (flow, other), "the flow without rewards")
    told = {each.id: each for each in (then, today, other, flow, net)}
    for fact, age in ((flow, "5 min ago"), (net, "3 h ago"), (then, "21 July 2026 10:00 UTC")):
        page = lines(headline=(FactRef(fact=fact.id, format="big", text="$1"),), facts=told)
        assert f" · {age} ·" in " ".join(page[-2:])


def test_ids_are_shortened_to_what_tells_them_apart() -> None:
    assert short_id(ANSWER_ID) == "0198f1c2-3b4d"
    assert short_id("abc") == "abc"


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("text", [*HOSTILE, "x" * 500, "漢" * 100, "{fact}", "%s %d %(prog)s"])
def test_hostile_text_anywhere_is_harmless(text: str, color: bool) -> None:
    ref = FactRef(fact="f", format="text", text=text)
    fact = Fact(id="f", value=text, unit="text", source=text, path=text, as_of=SEEN)
    series = SeriesData(name=text, unit=text, ts=(0, 86_400_000), columns={"close": (1.0, 2.0)})
    hostile = answer(
        question=text, headline=(text, ref), headline_plain=text, facts={"f": fact}, followups=(text,),
        blocks=(
            TextBlock(text=(text, ref)),
            ListBlock(items=((text, ref),), title=text),
            TableBlock(columns=(text, text), rows=((text, ref),), title=text),
            ChartBlock(figure="line", title=text, series=("s", "t"), data={"s": series, "t": series}, levels=(ref,)),
        ),
        caveats=((text, ref),),
        sources=(SourceNote(name=text, attribution=text, tier=text), SourceNote(name=text, failed=text)),
    )  # fmt: skip
    for width in (80, 23):
        printed = answer_text(hostile, Look(width=width, color=color), NOW)
        bare = printed
        if color:
            for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m", "\x1b[1;33m", "\x1b[32m", "\x1b[31m", "\x1b[36m"):
                bare = bare.replace(code, "")
            bare = _without_colours(bare)
        for line in bare.split("\n"):
            assert cell_width(line) <= width, line
            for char in line:
                assert char.isprintable(), hex(ord(char))


def _without_colours(text: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_json_and_back_is_the_same_answer() -> None:
    from mobius.frontends.cli.output import as_json

    made = answer(blocks=(table("Bitcoin"), chart(), listed("one")))
    printed = as_json(made)
    assert printed.count("\n") == 1
    back = msgspec.json.Decoder(type(made), float_hook=Decimal).decode(printed)
    assert back == made
    assert '"value":61240.0' in printed
    assert '"as_of":"2026-07-28T09:59:48Z"' in printed


def test_changes_in_a_sentence_stay_together() -> None:
    page = lines(23, headline=("It is ", CHANGE, " higher"), blocks=(), caveats=(), followups=(), sources=())
    assert page[0] == "It is up 1.8 % higher"
