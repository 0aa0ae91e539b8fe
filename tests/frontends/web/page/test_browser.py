"""The page in a real Chromium: asking, figures' accounts, themes, sizes, the keyboard, no scripts, hostile text."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from mobius.core.errors import ErrorBody
from tests.frontends.web.page import answers
from tests.frontends.web.page.conftest import DESKTOP, PHONE, SMALL, Visits
from tests.frontends.web.page.serving import EXAMPLES, Told

pytestmark = pytest.mark.slow


def clean_visits(visit: Visits) -> None:
    for each in visit.opened:
        assert not each.errors, each.errors
        assert not each.elsewhere, each.elsewhere
        assert not each.violations(), each.violations()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, PHONE, DESKTOP], ids=["small", "phone", "desktop"])
def test_a_question_becomes_a_card_that_fits(visit: Visits, told: Told, size: tuple[int, int], theme: str) -> None:
    told.answers = {each.question: each for each in (answers.price(), answers.chart(), answers.lines(), answers.past())}
    seen = visit(told, size=size, theme=theme)
    assert seen.overflow() == 0
    for question in told.answers:
        seen.ask(question)
        expect(seen.card().locator(".asked")).to_have_text(question)
        assert seen.overflow() == 0
    for figure in seen.page.locator("figure.chart:not([data-figure=sparkline])").all():
        figure.scroll_into_view_if_needed()
        expect(figure.locator("canvas").first).to_be_visible()
    assert seen.overflow() == 0
    clean_visits(visit)


def test_the_first_answer_is_visible_within_a_second(visit: Visits, told: Told) -> None:
    seen = visit(told)
    started = time.monotonic()
    seen.ask("What's BTC doing today?")
    expect(seen.card().locator("h2")).to_contain_text("Bitcoin is $75,404")
    assert time.monotonic() - started < 1.0


def test_simulated_stands_in_the_headline_the_header_and_on_charts(visit: Visits, told: Told) -> None:
    told.answers["chart ETH 90d"] = answers.chart()
    seen = visit(told)
    seen.ask("chart ETH 90d")
    expect(seen.page.locator(".simulated-band")).to_contain_text("SIMULATED")
    expect(seen.card().locator("h2 .mark")).to_have_text("SIMULATED")
    expect(seen.card().locator("figcaption .mark")).to_have_text("SIMULATED")
    assert "SIMULATED" in seen.card().locator(".chart-host").get_attribute("aria-label")
    assert "SIMULATED" in seen.page.title()


def test_a_past_day_stands_in_the_headline_and_cannot_be_refreshed(visit: Visits, told: Told) -> None:
    told.answers[answers.past().question] = answers.past()
    told.simulated = False
    seen = visit(told)
    seen.ask(answers.past().question)
    expect(seen.card().locator("h2 .as-of")).to_have_text("as of the close of 5 March 2024")
    expect(seen.card().locator("[data-do=refresh]")).to_have_count(0)
    expect(seen.page.locator(".simulated-band")).to_have_count(0)


# --------------------------------------------------------------------------------------------------- accounts of figures


def test_focus_hover_and_tap_tell_where_a_figure_comes_from(visit: Visits, told: Told) -> None:
    for touch in (False, True):
        seen = visit(told, touch=touch, size=PHONE if touch else DESKTOP)
        seen.ask("btc?")
        figure = seen.card().locator("h2 .fig").first
        box = seen.page.locator("#provenance")
        expect(box).to_be_hidden()
        if touch:
            figure.tap()
        else:
            figure.hover()
        for words in ("Möbius: median of 2 venues' mids", "Kraken", "Binance", "binance:/api/v3/ticker/24hr#bidPrice",
                      "41 s ago", "SIMULATED", "75404 USD"):  # fmt: skip
            expect(box).to_contain_text(words)
        assert figure.get_attribute("aria-describedby") == "provenance"
        seen.page.keyboard.press("Escape")
        expect(box).to_be_hidden()
        assert figure.get_attribute("aria-describedby") is None
    clean_visits(visit)


def test_every_figure_of_a_card_is_reached_by_the_keyboard_and_has_an_account(visit: Visits, told: Told) -> None:
    told.answers["compare BTC and ETH"] = answers.lines()
    seen = visit(told)
    seen.ask("compare BTC and ETH")
    seen.card().locator("h2").focus()
    n_figures = seen.card().locator(".fig").count()
    reached = set()
    for _ in range(60):
        seen.page.keyboard.press("Tab")
        at = seen.page.evaluate("[...document.querySelectorAll('.fig')].indexOf(document.activeElement)")
        if at >= 0:
            reached.add(at)
            expect(seen.page.locator("#provenance")).to_contain_text("source")
    assert len(reached) == n_figures
    clean_visits(visit)


def test_enter_on_a_figure_opens_its_whole_derivation(visit: Visits, told: Told) -> None:
    seen = visit(told)
    seen.ask("btc?")
    seen.card().locator("h2 .fig").first.focus()
    seen.page.keyboard.press("Enter")
    dialog = seen.page.locator("#derivation")
    expect(dialog).to_be_visible()
    expect(dialog.locator("h1")).to_contain_text("How this figure came about")
    expect(dialog).to_contain_text("mean of bid and ask")
    seen.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert seen.page.evaluate("document.activeElement.classList.contains('fig')")
    clean_visits(visit)


def test_the_popover_stays_inside_the_window(visit: Visits, told: Told) -> None:
    told.answers["compare BTC and ETH"] = answers.lines()
    for size in (SMALL, DESKTOP):
        seen = visit(told, size=size)
        seen.ask("compare BTC and ETH")
        expect(seen.card()).to_be_visible()
        for figure in seen.card().locator(".fig").all():
            figure.hover()
            expect(seen.page.locator("#provenance")).to_be_visible()
            box = seen.page.locator("#provenance").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
            seen.page.keyboard.press("Escape")
            seen.page.mouse.move(0, 0)


# ------------------------------------------------------------------------------------------------------- what cards offer


def test_refreshing_marks_what_changed_in_words(visit: Visits, told: Told) -> None:
    told.make = lambda question, n: answers.price(n, question, dollars=75_000 + 100 * n)
    seen = visit(told)
    seen.ask("btc?")
    expect(seen.card().locator("h2")).to_contain_text("$75,100")
    seen.card().locator("[data-do=refresh]").click()
    expect(seen.card().locator("h2")).to_contain_text("$75,200 (was $75,100)")
    assert seen.page.locator("article[data-answer]").count() == 1
    expect(seen.page.locator("#said")).to_contain_text("changed")
    clean_visits(visit)


def test_cards_come_back_after_a_reload_and_pins_in_a_new_tab(visit: Visits, told: Told) -> None:
    seen = visit(told)
    for question in ("one", "two"):
        seen.ask(question)
        expect(seen.card().locator(".asked")).to_have_text(question)
    seen.card(1).locator("[data-do=pin]").click()
    expect(seen.card(1).locator("[data-do=pin]")).to_have_text("Pinned")
    seen.page.reload()
    expect(seen.page.locator(".asked")).to_have_text(["two", "one"])
    tab = seen.page.context.new_page()
    tab.goto(told.url)
    expect(tab.locator(".asked")).to_have_text(["one"])
    assert told.asked == ["one", "two"]


def test_copy_link_export_and_follow_ups(visit: Visits, told: Told) -> None:
    seen = visit(told)
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=told.url)
    seen.ask("btc?")
    card = seen.card()
    card.locator("[data-do=link]").click()
    expect(card.locator(".note")).to_have_text("Link copied.")
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{told.url}/answers/{card.get_attribute('data-answer')}"
    card.locator(".menu summary").click()
    for kind in ("md", "json", "csv", "png"):
        assert card.locator(f"a[href$='export.{kind}']").is_visible()
    card.locator(".chip").first.click()
    expect(seen.card().locator(".asked")).to_have_text("chart BTC 90d")
    assert seen.page.url.rstrip("/") == told.url
    clean_visits(visit)


def test_earlier_questions_are_listed_and_opened(visit: Visits, told: Told) -> None:
    seen = visit(told)
    seen.ask("first question")
    expect(seen.card()).to_be_visible()
    seen.page.locator("#earlier summary").click()
    seen.card().locator("[data-do=close]").click()
    expect(seen.page.locator("article[data-answer]")).to_have_count(0)
    seen.page.locator("#history a").first.click()
    expect(seen.card().locator(".asked")).to_have_text("first question")
    assert told.asked == ["first question"]
    clean_visits(visit)


# -------------------------------------------------------------------------------------------------------------- the chart


def test_the_chart_is_read_and_zoomed_by_the_keyboard(visit: Visits, told: Told) -> None:
    told.answers["chart ETH 90d"] = answers.chart()
    seen = visit(told)
    seen.ask("chart ETH 90d")
    host = seen.card().locator(".chart-host")
    host.focus()
    assert host.get_attribute("role") == "slider"
    assert "1 November 2026" in host.get_attribute("aria-valuetext")
    seen.page.keyboard.press("ArrowLeft")
    expect(host).to_have_attribute("aria-valuenow", "88")
    assert re.search(
        r"31 October 2026, open [\d,]+, high [\d,]+, low [\d,]+, close [\d,]+, volume",
        host.get_attribute("aria-valuetext"),
    )
    expect(seen.card().locator(".legend")).to_contain_text("31 October 2026")
    seen.page.keyboard.press("Home")
    expect(host).to_have_attribute("aria-valuenow", "0")
    seen.page.keyboard.press("+")
    seen.card().get_by_role("button", name="Show all bars").click()
    host.hover(position={"x": 300, "y": 100})
    expect(seen.card().locator(".legend b")).not_to_have_text("1 November 2026")
    clean_visits(visit)


def test_the_theme_is_chosen_and_kept_and_charts_follow(visit: Visits, told: Told) -> None:
    told.answers["chart ETH 90d"] = answers.chart()
    seen = visit(told, theme="light")
    seen.ask("chart ETH 90d")
    expect(seen.card().locator("canvas").first).to_be_visible()
    ground = "getComputedStyle(document.body).backgroundColor"
    light = seen.page.evaluate(ground)
    seen.page.click("#theme")
    seen.page.click("#theme")
    expect(seen.page.locator("#theme")).to_have_text("Theme: dark")
    assert seen.page.evaluate(ground) != light
    seen.page.reload()
    expect(seen.page.locator("#theme")).to_have_text("Theme: dark")
    assert seen.page.evaluate(ground) != light
    clean_visits(visit)


# -------------------------------------------------------------------------------------------------------------- the strip


def test_the_strip_is_live_and_marks_moves_by_a_sign(visit: Visits, told: Told) -> None:
    seen = visit(told)
    tick = seen.page.locator("[data-asset=BTC] .tick")
    expect(tick).to_contain_text("$75,404")
    other = seen.page.locator("[data-asset=ETH] .moved")
    told.prices["BTC"] = 75_500.0
    told.send_prices()
    expect(tick).to_contain_text("$75,500")
    expect(tick.locator(".moved")).to_have_text("▲")
    assert tick.locator(".moved").get_attribute("aria-label") == "rose last"
    expect(other).to_have_text("")
    tick.focus()
    seen.page.keyboard.press("Shift+Tab")
    seen.page.keyboard.press("Tab")
    expect(seen.page.locator("#provenance")).to_contain_text("median of 2 venues' mids")
    clean_visits(visit)


def test_the_watchlist_is_edited_and_kept(visit: Visits, told: Told) -> None:
    told.prices["DOGE"] = 0.145
    seen = visit(told)
    seen.page.click("#watch-edit")
    seen.page.fill("#watch-add", "doge")
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("[data-asset=DOGE] .price")).to_have_text("$0")
    seen.page.get_by_role("button", name="Remove ETH").click()
    expect(seen.page.locator("#ticks li")).to_have_count(3)
    seen.page.fill("#watch-add", "nonsense")
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("#watch-note")).to_have_text("NONSENSE is not known here.")
    expect(seen.page.locator("[data-asset=DOGE] .price")).to_have_text("$0")
    seen.page.reload()
    expect(seen.page.locator("#ticks .name")).to_have_text(["BTC", "SOL", "DOGE"])


# ----------------------------------------------------------------------------------------------- keyboard, no scripts, harm


def test_the_keyboard_alone_is_enough(visit: Visits, told: Told) -> None:
    seen = visit(told)
    keys = seen.page.keyboard
    keys.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip"
    keys.press("/")
    assert seen.page.evaluate("document.activeElement.id") == "q"
    keys.type("price of btc/eth")
    assert seen.page.input_value("#q") == "price of btc/eth"
    keys.press("Enter")
    expect(seen.card().locator("h2")).to_be_visible()
    expect(seen.page.locator("#said")).to_contain_text("Answer: SIMULATED Bitcoin is $75,404")
    assert seen.page.evaluate("document.activeElement.id") == "q"
    seen.card().locator(".menu summary").focus()
    keys.press("Enter")
    assert seen.card().locator(".menu a").first.is_visible()
    keys.press("Escape")
    expect(seen.card().locator(".menu a").first).to_be_hidden()
    outline = seen.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "2px"
    clean_visits(visit)


def test_without_scripts_the_answer_and_its_sources_are_there(visit: Visits, told: Told) -> None:
    told.answers["chart ETH 90d"] = answers.chart()
    seen = visit(told, scripts=False, size=PHONE)
    page = seen.page
    for example in EXAMPLES:
        assert page.get_by_role("link", name=example).is_visible()
    page.fill("#q", "chart ETH 90d")
    page.keyboard.press("Enter")
    expect(page.locator("article h2")).to_contain_text("ETH rose 33.0 % in 90 days.")
    expect(page.locator(".still svg")).to_be_visible()
    page.locator("figure details summary").click()
    expect(page.locator("figure tbody tr")).to_have_count(40)
    assert "last close against the first, from Binance" in (page.locator("h2 .fig").get_attribute("title") or "")
    assert page.locator("[data-do=pin]").is_hidden()
    assert page.locator("[data-do=close]").is_hidden()
    page.locator("h2 .fig").click()
    expect(page.locator("#why h1")).to_contain_text("How this figure came about")
    expect(page.locator("#why")).to_contain_text("binance:/0/public/Ticker?pair=XBTUSD#result.XXBTZUSD.eth.low")
    page.locator("#why").get_by_role("link", name="The answer").click()
    expect(page.locator("article h2")).to_contain_text("ETH rose")


def test_hostile_text_stays_text_everywhere(visit: Visits, told: Told) -> None:
    told.answers[answers.HOSTILE] = answers.hostile()
    for scripts in (True, False):
        seen = visit(told, scripts=scripts)
        page = seen.page
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        if scripts:
            seen.ask(answers.HOSTILE)
        else:
            page.goto(f"{told.url}/answers/{answers.hostile().id}")
        expect(seen.card()).to_be_visible()
        assert (
            page.locator("article img, article script:not([type='application/json']), article b:not(.legend b)").count()
            == 0
        )
        text = seen.card().inner_text()
        assert "<img src=x" in text
        assert "**bold**" in text
        assert "{{ 7 * 7 }}" in text
        assert "49" not in seen.card().locator("h2").inner_text()
        assert "\u202e" not in page.content()
        assert "🦄" in text
        if scripts:
            seen.card().locator("h2 .fig").first.click()
            expect(page.locator("#provenance")).to_contain_text("<img src=x")
            page.locator("#provenance a[data-why]").click()
            expect(page.locator("#derivation")).to_contain_text("<img src=x")
            assert page.locator("#derivation img").count() == 0
            page.keyboard.press("Escape")
            page.reload()
            expect(seen.card()).to_be_visible()
            assert not seen.violations()
            page.locator("#earlier summary").click()
            expect(page.locator("#history a").first).to_contain_text("<img src=x")
            assert not seen.errors


def test_doctor_says_what_each_key_would_add(visit: Visits, told: Told) -> None:
    seen = visit(told, path="/doctor", size=SMALL)
    keys = seen.page.locator("section", has_text="What a key would add").first
    expect(keys).to_contain_text("contract sources and verified names (set MOBIUS_ETHERSCAN_KEY)")
    expect(seen.page.locator("body")).to_contain_text("<b>no</b> connection")
    assert seen.overflow() == 0
    clean_visits(visit)


def test_a_refused_question_says_why(visit: Visits, told: Told) -> None:
    told.refuse = ErrorBody(kind="bad_input", message="That question is too long.", hint="Use fewer words.")
    seen = visit(told)
    seen.ask("much")
    box = seen.page.locator(".card.problem")
    expect(box).to_contain_text("That question is too long.")
    expect(box).to_contain_text("Use fewer words.")
    told.refuse = None
    box.get_by_role("button", name="Try again").click()
    expect(seen.card().locator("h2")).to_contain_text("Bitcoin is")
