"""Cards and their raster: drawn on any machine, every text escaped, nothing outside the picture."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobius.charts.card import ROWS_MAX, Card, draw_card, text_width, wrapped
from mobius.charts.png import FONTS, rasterise
from mobius.charts.text import clean
from mobius.core.errors import BadParameter

HOSTILE = '</text><script>alert(1)</script><image href="http://x/"/>&lt;"\x1b[31m\u202e'
PNG = b"\x89PNG\r\n\x1a\n"


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def ink(svg: str) -> int:
    """How much of a 400 by 60 picture is not white: the size of its packed pixels tells a blank one from a written one."""
    return len(zlib.compress(rasterise(svg, width=400, height=60)))


def text_svg(text: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="60" font-family="system-ui, sans-serif">'
        f'<text x="5" y="40" font-size="24">{text}</text></svg>'
    )


def test_letters_are_drawn_without_any_font_of_the_machine() -> None:
    assert ink(text_svg("Bitcoin €61,240 −1.8 %")) > 3 * ink(text_svg(""))


def test_the_bold_weight_is_another_font_than_the_plain_one() -> None:
    assert ink(text_svg('<tspan font-weight="600">Bitcoin</tspan>')) != ink(text_svg("Bitcoin"))


def test_the_fonts_are_small_and_carry_their_licence() -> None:
    assert sum(file.stat().st_size for file in FONTS) < 400_000
    assert "SIL OPEN FONT LICENSE" in FONTS[0].with_name("OFL.txt").read_text()


def test_the_page_beside_the_fonts_names_their_digests() -> None:
    import hashlib

    page = FONTS[0].with_name("README.md").read_text()
    for file in FONTS:
        assert hashlib.sha256(file.read_bytes()).hexdigest() in page


def test_zoom_multiplies_the_pixels() -> None:
    picture = draw_card(Card(headline="Bitcoin is $61,240."))
    assert size_of(rasterise(picture.svg, width=picture.width, height=picture.height, zoom=2)) == (
        2 * picture.width,
        2 * picture.height,
    )


def test_a_picture_beyond_memory_is_refused() -> None:
    with pytest.raises(BadParameter):
        rasterise(text_svg(""), width=100_000, height=100_000)


def test_a_simulated_card_says_so() -> None:
    assert "SIMULATED" in draw_card(Card(headline="x", simulated=True)).svg
    assert "SIMULATED" not in draw_card(Card(headline="x")).svg


def test_hostile_text_stays_text() -> None:
    card = Card(
        headline=HOSTILE,
        paragraphs=(HOSTILE,),
        columns=(HOSTILE, HOSTILE),
        rows=((HOSTILE, HOSTILE),),
        notes=(HOSTILE,),
    )
    picture = draw_card(card)
    found = {element.tag.rpartition("}")[2] for element in ET.fromstring(picture.svg).iter()}
    assert found <= {"svg", "text", "rect", "path"}
    assert size_of(rasterise(picture.svg, width=picture.width, height=picture.height))


def test_rows_beyond_the_most_are_counted() -> None:
    rows = [(f"asset {at}", "1") for at in range(ROWS_MAX + 5)]
    svg = draw_card(Card(headline="x", columns=("", "price"), rows=rows)).svg
    assert "and 5 more" in svg
    assert f"asset {ROWS_MAX}" not in svg


def test_columns_that_do_not_fit_are_left_out() -> None:
    rows = [("Bitcoin", *(f"a rather long figure {at}" for at in range(8)))]
    svg = draw_card(Card(headline="x", columns=[""] * 9, rows=rows)).svg
    assert "figure 0" in svg
    assert "figure 7" not in svg


@given(text=st.text(max_size=200), room=st.floats(60, 900), size=st.floats(8, 24), limit=st.integers(1, 6))
def test_lines_fit_their_room(text: str, room: float, size: float, limit: int) -> None:
    lines = list(wrapped(text, room, size, limit=limit))
    assert len(lines) <= limit
    for line in lines:
        assert text_width(line, size) <= room or len(line) == 1


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_nothing_is_lost_where_there_is_room(text: str) -> None:
    lines = list(wrapped(text, 10_000, 10, limit=99))
    assert " ".join(lines).split() == clean(text).split()


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=5), simulated=st.booleans())
def test_any_card_is_a_document_that_can_be_drawn(texts: list[str], simulated: bool) -> None:
    card = Card(headline=texts[0], paragraphs=texts, columns=texts, rows=(texts,), notes=texts, simulated=simulated)
    picture = draw_card(card)
    ET.fromstring(picture.svg)
    drawn = rasterise(picture.svg, width=picture.width, height=picture.height, zoom=0.5)
    assert drawn.startswith(PNG)


def test_names_stand_left_and_figures_right() -> None:
    rows = (("Euler", "Base", "4.8 %"), ("Fluid", "Arbitrum", "4.7 %"))
    svg = draw_card(Card(headline="x", columns=("venue", "chain", "APY"), rows=rows, figures=(False, False, True))).svg
    anchored = {
        text: 'text-anchor="end"' in svg.partition(f">{text}<")[0].rpartition("<text")[2] for text in ("Base", "4.8 %")
    }
    assert anchored == {"Base": False, "4.8 %": True}
