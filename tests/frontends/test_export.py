"""Files made of answers: every kind carries the marks, and outside text stays text in each."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.core.answers import Answer, FactRef, ListBlock, SourceNote, TableBlock, TextBlock, plain
from mobius.core.errors import BadParameter
from mobius.core.facts import Fact
from mobius.core.ids import new_id
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.frontends.cli.output import as_json
from mobius.frontends.export import KINDS, MEDIA_TYPES, Kind, export
from mobius.frontends.markdown import brief, escaped
from mobius.frontends.moments import answered_at
from mobius.frontends.sharing import LEFT_OUT, shareable
from mobius.frontends.spreadsheet import number_text, raw_cell, text_cell
from tests.frontends.cli.fake import NOW, PRICE, answer, chart, facts, table
from tests.frontends.cli.test_escape import HOSTILE

GIVEN = new_id(NOW, bytes(10))


def spec(name: str, *, may_share: bool) -> SourceSpec:
    return SourceSpec(
        name=name, title=name.title(), kind="venue", base_url="https://example.org", limits=Limits(per_minute=60), needs=(),
        rights=Rights(attribution=f"Prices by {name.title()}", may_share=may_share),
    )  # fmt: skip


def text(made: Answer, kind: Kind, **options: Any) -> str:
    return export(made, kind, **options).body.decode()


def rows(made: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(made, "csv"), newline="")))


# ---------------------------------------------------------------------------------------------------------- every kind


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_named_and_typed(kind: Kind) -> None:
    made = export(answer(id=GIVEN), kind)
    assert made.media_type == MEDIA_TYPES[kind]
    assert made.file_name == f"mobius-price-2026-07-28-{GIVEN[:13]}.{kind}"
    assert made.body


def test_a_kind_there_is_not_is_refused() -> None:
    with pytest.raises(BadParameter):
        export(answer(), cast("Kind", "exe"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "png"])
def test_a_simulated_answer_says_so_in_every_kind(kind: Kind) -> None:
    made = export(answer(simulated=True, world="sandbox:7"), kind)
    assert b'"simulated":true' in made.body if kind == "json" else b"SIMULATED" in made.body
    assert "-simulated." in made.file_name


@pytest.mark.parametrize("kind", ["md", "csv", "svg"])
def test_a_past_answer_names_its_day(kind: Kind) -> None:
    past = answer(as_of=NOW.replace(hour=0))
    assert "27 July 2026" in text(past, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_attribution_stands_in_every_kind(kind: Kind) -> None:
    if kind != "png":
        assert "Prices by Kraken" in text(answer(), kind)


def test_a_file_name_holds_nothing_of_the_outside() -> None:
    made = export(answer(intent="../../etc/pass wd", id="../x"), "md")
    assert set(made.file_name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
    assert ".." not in made.file_name


def test_json_is_the_document_of_the_command_line() -> None:
    assert text(answer(), "json") == as_json(answer())


def test_the_id_tells_when_an_answer_was_given() -> None:
    assert answered_at(answer(id=GIVEN)) == NOW
    assert answered_at(answer(id="no uuid")) is None


# ------------------------------------------------------------------------------------------------------------ Markdown


def test_markdown_has_headline_tables_caveats_and_sources_with_age() -> None:
    page = text(answer(id=GIVEN, blocks=(table("Bitcoin", "Ethereum"),)), "md")
    assert page.startswith("# Bitcoin is $61,240, up 1.8 % in 24 h.\n")
    assert "| Bitcoin | $61,240 | +1.8 % | unknown |" in page
    assert "|---|---:|---:|---:|" in page
    assert "- Median of two venues, at most 1.8 % from it." in page
    assert "- kraken: as of 28 July 2026 09:59 UTC, 12 s old then, from the cache; Prices by Kraken" in page
    assert "- coingecko: no answer: timed out" in page


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_markup(name: str) -> None:
    block = TableBlock(columns=("", name), rows=((name, PRICE),), title=name)
    page = text(answer(question=name, blocks=(block, TextBlock((name,)), ListBlock(((name,),)))), "md")
    for line in page.splitlines():
        assert line.isprintable()
        bare = line.replace("\\\\", "").replace("\\<", "").replace("\\[", "").replace("\\`", "").replace("\\!", "")
        assert not set("<[`!") & set(bare), line


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[x](http://evil)", r"\[x\](http\://evil)"), ("<img src=x>", r"\<img src=x\>"), ("a|b", r"a\|b"),
        ("# big", r"\# big"), ("- item", r"\- item"), ("1. item", r"1\. item"), ("2024 was", "2024 was"),
        ("www.evil.io", r"www\.evil.io"), ("&amp;", r"\&amp;"), ("a\nb", "a b"), ("```", r"\`\`\`"),
    ],
)  # fmt: skip
def test_markdown_of_names_is_escaped(name: str, shown: str) -> None:
    assert escaped(name) == shown


@given(name=st.text(max_size=60))
def test_escaped_text_stays_on_one_line_and_opens_nothing(name: str) -> None:
    shown = escaped(name)
    assert "\n" not in shown
    odd = [at for at, char in enumerate(shown) if char in "<[`|*_" and (at == 0 or shown[at - 1] != "\\")]
    assert not odd


def test_brief_text_cuts_long_tables_and_says_simulated() -> None:
    told = brief(answer(simulated=True, blocks=(table(*(f"A{at}" for at in range(30))),)), rows_max=5)
    assert told.startswith("SIMULATED · Bitcoin is $61,240")
    assert "and 25 more rows" in told
    assert "A4" in told
    assert "A5" not in told


# ----------------------------------------------------------------------------------------------------------------- CSV


def test_a_table_comes_with_raw_numbers_and_units() -> None:
    header, bitcoin = rows(answer(blocks=(table("Bitcoin"),)))[:2]
    assert header == ["", "price", "price unit", "24 h", "24 h unit", "market cap", "market cap unit"]
    assert bitcoin == ["Bitcoin", "61240", "USD", "1.84", "pct", "", "USD"]


def test_a_chart_comes_as_columns() -> None:
    found = rows(answer(blocks=(chart(),)))
    assert found[0] == ["time", "close", "unit"]
    assert found[1] == ["2024-10-04T00:00:00Z", "60000", "USD"]
    assert found[31] == []


def test_several_sections_are_told_apart_by_their_titles() -> None:
    found = rows(answer(blocks=(chart(), table("Bitcoin"))))
    assert found[0] == ["Bitcoin, days: BTC/USD"]
    assert ["table"] in found


def test_an_answer_in_words_comes_as_its_figures() -> None:
    found = rows(answer())
    assert found[0] == ["figure", "value", "unit", "source", "as of"]
    assert found[1] == ["price", "61240", "USD", "mobius", "2026-07-28T09:59:48Z"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "\r-x"])
def test_a_formula_is_disarmed(cell: str) -> None:
    assert text_cell(cell).startswith("'")
    found = rows(answer(blocks=(TableBlock(columns=(cell,), rows=((cell,),)),)))
    assert found[0][0].startswith("'")
    assert found[1][0].startswith("'")


@given(name=st.text(max_size=40))
def test_no_text_cell_is_a_formula(name: str) -> None:
    cell = text_cell(name)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_negative_number_of_a_fact_stays_a_number() -> None:
    fact = Fact(id="x", value=Decimal("-1.50"), unit="pct", source="kraken", path="kraken:/x#y")
    assert raw_cell(fact) == "-1.5"


def test_text_of_a_fact_is_guarded() -> None:
    assert raw_cell(Fact(id="x", value="=cmd()", unit="text", source="kraken", path="kraken:/x#y")) == "'=cmd()"


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_lose_nothing(value: float) -> None:
    shown = number_text(value)
    assert float(shown) == value
    assert "e" not in shown.lower()


@given(value=st.integers(-(10**20), 10**20))
def test_whole_numbers_keep_their_zeros(value: int) -> None:
    assert int(number_text(value)) == value


# ------------------------------------------------------------------------------------------------------------ pictures


def test_the_first_chart_is_drawn() -> None:
    svg = text(answer(blocks=(chart(),)), "svg")
    ET.fromstring(svg)
    assert "Bitcoin, days" in svg
    assert "up\u00a01.8\u00a0%" in svg


def test_without_a_chart_the_figures_stand_on_a_card() -> None:
    svg = text(answer(blocks=(table("Bitcoin", "Ethereum"),)), "svg")
    assert "Ethereum" in svg
    assert "$61,240" in svg


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_an_element(name: str) -> None:
    svg = text(answer(headline=(name,), blocks=(TextBlock((name,)),), caveats=((name,),)), "svg")
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "rect", "text", "path", "title"}


def test_a_png_is_a_picture() -> None:
    assert export(answer(blocks=(chart("candles"),)), "png").body.startswith(b"\x89PNG\r\n\x1a\n")


# ------------------------------------------------------------------------------------------------------------- sharing

OPEN = (spec("kraken", may_share=True), spec("binance", may_share=True))
CLOSED = (spec("kraken", may_share=True), spec("binance", may_share=False))


def test_what_may_be_shared_is_shared_whole() -> None:
    assert shareable(answer(), OPEN) == answer()


def test_a_consensus_with_a_source_that_forbids_it_is_left_out_and_said() -> None:
    shared = shareable(answer(blocks=(table("Bitcoin"), chart())), CLOSED)
    assert shared.headline_plain == f"Bitcoin is {LEFT_OUT}, up 1.8 % in 24 h."
    assert "price" not in shared.facts
    assert "61,240" not in as_json(shared)
    assert "61239.9" not in as_json(shared)
    assert plain(shared.caveats[-1]).endswith("shared: Binance.")
    assert [note.name for note in shared.sources] == ["kraken", "coingecko"]


def test_a_source_nobody_declares_is_not_shared() -> None:
    assert not {"price", "change", "binance.mid", "kraken.mid"} & set(shareable(answer(), ()).facts)


def test_history_follows_the_rights_of_its_venue() -> None:
    kept = Fact(id="close", value=1.0, unit="USD", source="history:kraken", path="history:kraken:/x#y")
    made = answer(headline=(FactRef("close", "price", "$1.00"),), facts={"close": kept}, blocks=(), caveats=())
    assert shareable(made, OPEN) == made
    assert shareable(made, (spec("kraken", may_share=False),)).headline_plain == LEFT_OUT


def test_simulated_figures_are_our_own() -> None:
    simulated = {key: msgspec.structs.replace(fact, simulated=True) for key, fact in facts().items()}
    made = answer(simulated=True, facts=simulated)
    assert shareable(made, CLOSED) == made


def test_a_chart_of_a_source_that_forbids_it_is_left_out() -> None:
    column = Fact(id="closes", value=30, unit="count", source="binance", path="binance:/k#", n=30, sha256="0" * 64)
    made = answer(facts={**facts(), "closes": column}, blocks=(chart(),))
    assert shareable(made, CLOSED).blocks == ()
    assert "60,0" not in text(made, "svg", share=True, specs=CLOSED)


@settings(max_examples=50)
@given(allowed=st.sets(st.sampled_from(["kraken", "binance"])))
def test_no_figure_of_a_forbidding_source_survives_in_any_kind(allowed: set[str]) -> None:
    specs = tuple(spec(name, may_share=name in allowed) for name in ("kraken", "binance"))
    made = answer(blocks=(table("Bitcoin"),), sources=(SourceNote(name="kraken", as_of=NOW - timedelta(seconds=5)),))
    kinds: tuple[Kind, ...] = ("json", "md", "csv", "svg")
    for kind in kinds:
        body = text(made, kind, share=True, specs=specs)
        assert ("61,240" in body) == (allowed == {"kraken", "binance"})
        if kind == "json":
            assert ("61239.9" in body) == ("binance" in allowed)
        if "kraken" not in allowed:
            assert "1.84" not in body


def test_the_shared_document_is_still_an_answer() -> None:
    body = export(answer(), "json", share=True, specs=CLOSED).body
    assert msgspec.json.decode(body, type=Answer).id == json.loads(body)["id"]
