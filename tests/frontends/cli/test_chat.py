"""The conversation: lines in, answers out, and nothing ends it but its end."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from mobius.core.answers import Answer
from mobius.core.errors import NotConfigured, SourceUnavailable
from mobius.frontends.cli.main import run
from mobius.frontends.cli.opening import OpenRequest
from tests.frontends.cli.fake import Asked, FakeApplication, FakeCatalogue, answer


@pytest.fixture
def talk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def call(application: FakeApplication, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code = run(("chat", *options), application.open, catalogue=FakeCatalogue())
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_each_line_is_a_question(talk: Any) -> None:
    application = FakeApplication()
    code, out, err = talk(application, "what is btc", "", "  rsi on sol ")
    assert [asked.what for asked in application.asked] == ["what is btc", "rsi on sol"]
    assert (code, err, out.count("Bitcoin is")) == (0, "", 2)
    assert application.n_closed == 1


@pytest.mark.parametrize("end", ["exit", "quit", "EXIT"])
def test_a_word_ends_it(talk: Any, end: str) -> None:
    application = FakeApplication()
    assert talk(application, end, "what is btc")[0] == 0
    assert application.asked == []


def test_a_follow_up_is_chosen_by_its_number(talk: Any) -> None:
    application = FakeApplication()
    talk(application, "1", "what is btc", "2", "3")
    assert [asked.what for asked in application.asked] == ["1", "what is btc", "RSI on BTC", "3"]


def test_errors_never_end_it(talk: Any) -> None:
    application = FakeApplication(reply=SourceUnavailable("kraken", "Kraken is down."))
    code, out, err = talk(application, "what is btc", "/why nope", "/why", "/help")
    assert code == 0
    assert err.splitlines()[0] == "Kraken is down."
    assert "No answer is kept under 'nope'." in err
    assert "No answer is kept yet." in err
    assert "/why [ID] [FACT]" in out


def test_why_explains_the_last_answer(talk: Any) -> None:
    _, out, _ = talk(FakeApplication(), "what is btc", "/why", "/why 0198 price")
    assert out.count("median of the mids of two venues") == 2


class Narrowing(FakeApplication):
    """The window is made narrower while the second question is answered."""

    def _reply(self, asked: Asked) -> Answer:
        os.environ["COLUMNS"] = "80" if not self.asked else "40"
        return super()._reply(asked)


def test_each_answer_is_as_wide_as_the_window_is_now(talk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    first, second = talk(Narrowing(), "what is btc", "what is btc")[1].split("Bitcoin is")[1:]
    assert max(len(line) for line in first.splitlines()) > 40
    assert max(len(line) for line in second.splitlines()) <= 40


def test_json_is_one_document_a_line(talk: Any) -> None:
    application = FakeApplication()
    _, out, err = talk(application, "what is btc", "/why", options=("--json",))
    first, second = map(json.loads, out.splitlines())
    assert first["headline_plain"].startswith("Bitcoin is")
    assert second["shown"] == ["price", "change"]
    application.reply = SourceUnavailable("kraken", "Kraken is down.")
    _, out, err = talk(application, "what is btc", options=("--json",))
    assert json.loads(out)["error"]["kind"] == "source_unavailable"
    assert err == ""


def test_options_hold_for_every_question(talk: Any) -> None:
    application = FakeApplication()
    talk(application, "a", "b", options=("--as-of", "2024-03-05", "--deadline", "3"))
    assert {(asked.as_of.isoformat() if asked.as_of else "", asked.deadline_s) for asked in application.asked} == {
        ("2024-03-06T00:00:00+00:00", 3.0)
    }


def test_the_application_lives_on_one_loop_of_its_own() -> None:
    """Opened, asked and closed in the same task's loop, which is not the prompt's thread."""
    places: list[tuple[str, asyncio.AbstractEventLoop, int]] = []

    class Noting(FakeApplication):
        async def ask(self, *_: Any, **__: Any) -> Any:
            places.append(("ask", asyncio.get_running_loop(), threading.get_ident()))
            return answer()

    @asynccontextmanager
    async def opened(request: OpenRequest) -> AsyncIterator[Any]:
        places.append(("open", asyncio.get_running_loop(), threading.get_ident()))
        yield Noting()
        places.append(("close", asyncio.get_running_loop(), threading.get_ident()))

    stdin, sys.stdin = sys.stdin, io.StringIO("a\nb\n")
    try:
        assert run(("chat",), opened, catalogue=FakeCatalogue()) == 0
    finally:
        sys.stdin = stdin
    assert [name for name, _, _ in places] == ["open", "ask", "ask", "close"]
    assert len({(loop, thread) for _, loop, thread in places}) == 1
    assert places[0][2] != threading.get_ident()


def test_what_cannot_be_opened_ends_it_with_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    @asynccontextmanager
    async def opened(request: OpenRequest) -> AsyncIterator[Any]:
        if request.world is None:
            raise NotConfigured("There is no world here.")
        yield FakeApplication()

    assert run(("chat",), opened, catalogue=FakeCatalogue()) == 3
    assert capsys.readouterr().err == "There is no world here.\n"
