"""axe finds nothing on any page, in both themes, at both sizes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.frontends.web.page import answers
from tests.frontends.web.page.conftest import DESKTOP, PHONE, Visits
from tests.frontends.web.page.serving import Told

pytestmark = pytest.mark.slow


def nothing_found(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    said = [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]
    assert not said, said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_is_found(visit: Visits, told: Told, size: tuple[int, int], theme: str) -> None:
    told.answers = {
        each.question: each
        for each in (answers.price(), answers.chart(), answers.lines(), answers.past(), answers.hostile())
    }
    seen = visit(told, size=size, theme=theme, motion="reduce")
    expect(seen.page.locator("[data-asset=BTC]")).to_contain_text("$75,404")
    nothing_found(seen.page)
    for question in told.answers:
        seen.ask(question)
        expect(seen.page.locator("article[aria-busy]")).to_have_count(0)
    for figure in seen.page.locator("figure.chart:not([data-figure=sparkline])").all():
        figure.scroll_into_view_if_needed()
        expect(figure.locator("canvas").first).to_be_visible()
    for details in seen.page.locator("details:not(.menu)").all():
        details.evaluate("(each) => (each.open = true)")
    seen.page.click("#watch-edit")
    seen.card(4).locator(".menu summary").click()
    nothing_found(seen.page)
    seen.page.keyboard.press("Escape")
    seen.card(4).locator("h2 .fig").first.click()
    expect(seen.page.locator("#provenance")).to_be_visible()
    nothing_found(seen.page)
    seen.page.locator("#provenance a[data-why]").click()
    expect(seen.page.locator("#derivation h1")).to_be_visible()
    nothing_found(seen.page)
    for path in ("/doctor", f"/fragments/answers/{answers.price().id}/why", f"/answers/{answers.chart().id}"):
        seen.page.goto(told.url + path)
        nothing_found(seen.page)


def test_the_page_without_scripts_is_as_good(visit: Visits, told: Told) -> None:
    """axe needs scripts of its own: the page's are kept from loading instead."""
    told.answers["chart ETH 90d"] = answers.chart()
    seen = visit(told)
    seen.page.route("**/static/*.js", lambda route: route.abort())
    seen.page.goto(f"{told.url}/?q=chart+ETH+90d")
    expect(seen.page.locator(".still svg")).to_be_visible()
    nothing_found(seen.page)


def test_landmarks_headings_and_tables_are_named(visit: Visits, told: Told) -> None:
    told.answers["compare BTC and ETH"] = answers.lines()
    seen = visit(told, path="/?q=compare+BTC+and+ETH")
    page = seen.page
    for role in ("banner", "main", "contentinfo", "navigation", "search"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", level=2, name="SIMULATED BTC did best: up 45.2 %.")).to_have_count(1)
    table = page.locator("article .scroll table").last
    assert table.locator("thead th:not([scope=col])").count() == 0
    expect(table.locator("tbody th[scope=row]")).to_have_text(["Bitcoin", "Ethereum"])


def test_nothing_moves_when_motion_is_unwanted(visit: Visits, told: Told) -> None:
    seen = visit(told, motion="reduce")
    seen.ask("btc?")
    expect(seen.card()).to_be_visible()
    assert seen.page.evaluate("document.getAnimations().length") == 0
