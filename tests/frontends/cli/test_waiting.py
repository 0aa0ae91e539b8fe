"""What a person sees while waiting: nothing at first, then a mark, and nothing of it afterwards."""

from __future__ import annotations

import io
import threading

import pytest

from mobius.frontends.cli import waiting
from mobius.frontends.cli.waiting import Waiting, stop_waiting


class Terminal(io.StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if "importing" in text:
            self.written.set()
        return super().write(text)


def test_what_is_quick_shows_nothing() -> None:
    terminal = Terminal()
    with Waiting.on(terminal):
        pass
    assert terminal.getvalue() == ""


def test_what_takes_long_is_told_and_the_line_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_S", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with Waiting.on(terminal, text="importing [red]\x1b[2Jx"):
        assert terminal.written.wait(10)
    shown = terminal.getvalue()
    assert "importing [red]x" in shown
    assert "\x1b[2J" not in shown
    assert shown.endswith("\x1b[2K")  # the line is cleared


def test_nothing_is_shown_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_S", 0.0)
    file = io.StringIO()
    with Waiting.on(file):
        pass
    assert file.getvalue() == ""
    terminal = Terminal()
    with Waiting.on(terminal, wanted=False):
        pass
    assert terminal.getvalue() == ""


def test_the_mark_goes_when_a_person_is_asked_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_S", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with Waiting.on(terminal, text="importing"):
        assert terminal.written.wait(10)
        stop_waiting()
        shown = terminal.getvalue()
        assert shown.endswith("\x1b[2K")
    assert terminal.getvalue() == shown
