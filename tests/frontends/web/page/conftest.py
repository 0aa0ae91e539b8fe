"""A real Chromium looking at the page, and what it must never see: errors, violations of the policy, other servers."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.frontends.web.page.serving import Told, serving

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, SMALL, DESKTOP = (390, 844), (360, 640), (1280, 900)


@dataclass
class Visit:
    """One person's browser on the page."""

    page: Page
    url: str
    told: Told
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        self.page.fill("#q", question)
        self.page.keyboard.press("Enter")

    def card(self, n: int = 0) -> Any:
        return self.page.locator("article[data-answer]").nth(n)

    def violations(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.violations ?? []")
        return found

    def overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def chromium() -> Path:
    """Debian's browser, installed when that can be done; without it these tests are skipped, and fail in CI."""
    if not CHROMIUM.exists() and shutil.which("apt-get") and os.geteuid() == 0:
        with (Path(tempfile.gettempdir()) / "mobius-chromium.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes, apt in one
            if not CHROMIUM.exists():
                _install()
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is needed: apt-get install chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return CHROMIUM


def _install() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-qy", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *command], check=False, capture_output=True, timeout=900, env=quiet)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a file: it holds a running loop, which files of coroutine tests cannot share."""
    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(path), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def told() -> Iterator[Told]:
    with serving(Told()) as server:
        yield server


class Visits:
    """Opens the page in contexts of their own, and checks at the end what they saw."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.opened: list[Visit] = []

    def __call__(
        self, told: Told, *, size: tuple[int, int] = DESKTOP, theme: Any = "light", scripts: bool = True,
        touch: bool = False, path: str = "/", motion: Any = "no-preference",
    ) -> Visit:  # fmt: skip
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, java_script_enabled=scripts,
            has_touch=touch, reduced_motion=motion,
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(5_000)
        visit = Visit(page, told.url, told)
        page.on("console", lambda message: visit.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        page.on(
            "request", lambda request: None if request.url.startswith(told.url) else visit.elsewhere.append(request.url)
        )
        if scripts:
            page.add_init_script(
                "window.violations = []; addEventListener('securitypolicyviolation',"
                " (event) => violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"
            )
        page.goto(told.url + path)
        self.opened.append(visit)
        return visit


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visits]:
    visits = Visits(browser)
    yield visits
    for each in visits.opened:
        each.page.context.close()
