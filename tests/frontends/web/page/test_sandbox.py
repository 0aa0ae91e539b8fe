"""The page on the real server, in the simulated world: what a person sees who runs it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mobius.app import open_app
from mobius.frontends.cli.opening import OpenRequest
from mobius.frontends.web.serving import serving
from tests.frontends.web.page.conftest import PHONE, Visits
from tests.frontends.web.page.serving import Told

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The sandbox served on a free port, from a loop of its own."""
    home: Path = tmp_path_factory.mktemp("home")
    told = Told()
    ready = threading.Event()
    stop = asyncio.Event()

    async def run() -> None:
        request = OpenRequest(world="sandbox:7", home=home)
        async with open_app(request) as application, serving(application, port=0) as address:
            told.url, told.loop = address.rstrip("/"), asyncio.get_running_loop()
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(20)
    yield told
    assert told.loop is not None
    told.loop.call_soon_threadsafe(stop.set)
    thread.join(20)


def test_a_first_answer_is_visible_within_a_second(visit: Visits, world: Told) -> None:
    seen = visit(world, size=PHONE)
    expect(seen.page.locator(".simulated-band")).to_contain_text("SIMULATED")
    started = time.monotonic()
    seen.ask("What's BTC doing today?")
    expect(seen.card().locator("h2")).to_contain_text("Bitcoin is $")
    took = time.monotonic() - started
    assert not seen.errors
    assert not seen.violations()
    assert not seen.elsewhere
    seen.ask("What's BTC doing today?")
    expect(seen.page.locator("article[data-answer]")).to_have_count(2)
    assert took < 1.0, f"{took:.2f} s"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("chart ETH 90d", "ETH"),
        ("how's the market", "Risk is"),
        ("RSI on SOL?", "SOL"),
        ("what is impermanent loss", "Impermanent"),
    ],
)
def test_every_number_of_an_answer_tells_its_source(visit: Visits, world: Told, question: str, says: str) -> None:
    seen = visit(world)
    seen.ask(question)
    expect(seen.card().locator("h2")).to_contain_text(says)
    for figure in seen.card().locator(".fig").all()[:25]:
        figure.focus()
        seen.page.keyboard.press("Shift+Tab")
        seen.page.keyboard.press("Tab")
        expect(seen.page.locator("#provenance")).to_contain_text("source")
    assert seen.overflow() == 0
    assert not seen.errors
    assert not seen.violations()


def test_the_strip_is_live(visit: Visits, world: Told) -> None:
    seen = visit(world)
    expect(seen.page.locator("[data-asset=BTC] .price")).to_contain_text("$")
    expect(seen.page.locator("#watch-state")).to_contain_text("live")
    seen.page.locator("[data-asset=BTC] .tick").hover()
    expect(seen.page.locator("#provenance")).to_contain_text("median of")
    assert not seen.errors


def test_without_scripts_too(visit: Visits, world: Told) -> None:
    seen = visit(world, scripts=False)
    seen.ask("eth?")
    expect(seen.card().locator("h2")).to_contain_text("Ethereum is $")
    seen.card().locator("h2 .fig").first.click()
    expect(seen.page.locator("#why")).to_contain_text("SIMULATED")
    seen.page.goto(f"{world.url}/doctor")
    expect(seen.page.locator("#sources")).to_contain_text("answer")
