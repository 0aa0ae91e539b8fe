"""Whole pages: the first screen, history, doctor; the files they are made of."""

from __future__ import annotations

import hashlib
import re

from mobius.core.errors import ErrorBody
from mobius.frontends.web import views
from mobius.frontends.web.cards import card_context
from mobius.frontends.web.safe_text import clean, script_json
from tests.frontends.web.page import answers, serving

SCRIPTS_MOST_BYTES = 300_000
VENDOR = views.STATIC / "vendor"


def page(**more: object) -> str:
    return views.page_html(world="sandbox:7", simulated=True, **more)  # type: ignore[arg-type]


def test_the_first_screen_has_one_input_the_examples_and_the_watchlist() -> None:
    html = page(examples=serving.EXAMPLES, watch=("BTC", "ETH"))
    assert html.count('name="q"') == 1
    assert html.count('class="chip"') == len(serving.EXAMPLES)
    assert 'href="/?q=What%27s%20BTC%20doing%20today%3F"' in html
    assert 'data-watch="BTC,ETH"' in html
    assert "SIMULATED" in html


def test_a_live_page_does_not_say_simulated() -> None:
    assert "SIMULATED" not in views.page_html(world="live", simulated=False)


def test_a_form_without_scripts_asks_with_get() -> None:
    form = re.search(r'<form class="ask"[^>]*>', page())
    assert form is not None
    assert 'action="/"' in form[0]
    assert 'method="get"' in form[0]


def test_an_error_is_told_beside_the_question() -> None:
    html = page(question="<b>x", error=ErrorBody(kind="bad_input", message="<i>no</i>", hint="less"))
    assert 'value="&lt;b&gt;x"' in html
    assert "&lt;i&gt;no&lt;/i&gt;" in html
    assert 'aria-describedby="problem"' in html


def test_the_history_marks_what_is_simulated_or_past() -> None:
    rows = views.history_rows([answers.price(), answers.past()], answers.NOW)
    assert [(row.simulated, row.as_of, row.at_text) for row in rows] == [
        (True, None, "41 s ago"), (False, "the close of 5 March 2024", "41 s ago"),
    ]  # fmt: skip
    html = views.history_html(rows)
    assert f'href="/answers/{answers.past().id}"' in html
    assert views.history_html([]).strip() == '<p class="dim">Nothing was asked yet.</p>'


def test_doctor_tells_keys_that_are_missing_first() -> None:
    view = views.doctor_view(serving.HEALTH)
    assert [(key.title, key.needed) for key in view.keys] == [("Coingecko", False), ("Etherscan", True)]
    assert view.n_reachable == 1
    assert [source.state_said for source in view.sources] == ["answers in 41 ms", "does not answer", "not asked"]
    html = views.doctor_html(view, simulated=True)
    assert "&lt;b&gt;no&lt;/b&gt;" in html
    assert "SIMULATED" in html


def test_templates_hold_nothing_the_policy_forbids() -> None:
    for file in views.TEMPLATES.glob("*.html"):
        text = file.read_text()
        assert not re.search(r"\bstyle\s*=|<style|\bon[a-z]+\s*=|javascript:", text), file.name
        assert "|safe" not in text.replace(" ", ""), file.name
        for tag in re.findall(r"<script[^>]*>", text):
            assert 'src="/static/' in tag or 'type="application/json"' in tag, (file.name, tag)
    assert views.environment().autoescape is True


def test_scripts_are_light_and_speak_to_no_other_server() -> None:
    scripts = [*views.STATIC.rglob("*.js"), *views.STATIC.rglob("*.mjs")]
    assert sum(file.stat().st_size for file in scripts) < SCRIPTS_MOST_BYTES
    for file in scripts:
        if file.parent != VENDOR:
            text = file.read_text()
            assert not re.search(r"https?://|\beval\(|new Function|document\.write|insertAdjacentHTML", text), file.name
    style = (views.STATIC / "page.css").read_text()
    assert "url(" not in style
    assert "@import" not in style


def test_files_by_others_are_as_published_and_carry_their_licence() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|.*\| ([\d.]+) \| [^|]*`([^`]+)` \| `([0-9a-f]{64})` \|$",
                        (VENDOR / "README.md").read_text(), re.MULTILINE)  # fmt: skip
    assert {name for name, *_ in listed} == {file.name for file in VENDOR.iterdir()} - {
        "README.md",
        *(row[2] for row in listed),
    }
    for name, version, licence, sha256 in listed:
        body = (VENDOR / name).read_bytes()
        assert hashlib.sha256(body).hexdigest() == sha256, name
        assert f"v{version}".encode() in body[:400]
        assert "Apache License" in (VENDOR / licence).read_text()


def test_the_mark_that_the_charts_makers_ask_for_is_on_every_page() -> None:
    doctor = views.doctor_html(views.doctor_view(serving.HEALTH), simulated=True)
    for html in (page(), page(card=card_context(answers.chart(), answers.NOW)), doctor):
        assert "TradingView Lightweight Charts™" in html
        assert "Copyright © 2026 TradingView, Inc." in html
        assert 'href="https://www.tradingview.com/"' in html


def test_unseen_and_steering_characters_are_dropped_and_emoji_and_persian_stay() -> None:
    assert clean("a\u202eb\u2066c\u200bd\x1b[31me\x00") == "abcd[31me"
    assert clean("👩\u200d🚀 ❤\ufe0f می\u200cخواهم") == "👩\u200d🚀 ❤\ufe0f می\u200cخواهم"
    assert clean("\ud800x") == "\ufffdx"
    assert clean(" two\n lines ") == " two lines "


def test_json_in_a_page_is_inert() -> None:
    assert str(script_json({"a": "</script>&\u2028"})) == '{"a":"\\u003c/script\\u003e\\u0026\\u2028"}'
