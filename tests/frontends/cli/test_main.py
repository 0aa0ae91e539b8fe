"""Command lines in, output and exit codes out, with a fake application."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mobius import __version__
from mobius.core.errors import (
    AccessDenied,
    BadParameter,
    DeadlineExceeded,
    MobiusError,
    NotConfigured,
    SourceUnavailable,
    UnknownSymbol,
)
from mobius.frontends.cli.main import run
from tests.frontends.cli.fake import FakeApplication, FakeCatalogue, answer


class Ran:
    """What one command line did."""

    def __init__(self, application: FakeApplication, code: int, out: str, err: str) -> None:
        self.application = application
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*argv: str, reply: Any = None, application: FakeApplication | None = None) -> Ran:
        app = application or FakeApplication(reply=answer() if reply is None else reply)
        code = run(argv, app.open, catalogue=FakeCatalogue())
        said = capsys.readouterr()
        assert app.n_closed == len(app.opened) or code == 1 or isinstance(app.reply, BaseException)
        return Ran(app, code, said.out, said.err)

    return call


# ----------------------------------------------------------------------------------------------------------- questions


@pytest.mark.parametrize(
    ("argv", "question"),
    [
        (("ask", "what", "is", "btc"), "what is btc"),
        (("ask", "what is btc"), "what is btc"),
        (("what is btc",), "what is btc"),
        (("what", "is", "btc"), "what is btc"),
        (("ask", "what", "--json", "is", "btc"), "what is btc"),
        (("--json", "what is btc"), "what is btc"),
        (("gm",), "gm"),
        (("0x00",), "0x00"),
        (("btc?",), "btc?"),
        (("ask", "--", "--json", "is", "what"), "--json is what"),
        (("ask", "-5 % on btc"), "-5 % on btc"),
        (("ask", ""), ""),
        (("ask", "bad \udcff byte"), "bad ? byte"),
    ],
)
def test_questions_are_asked(cli: Any, argv: tuple[str, ...], question: str) -> None:
    ran = cli(*argv)
    assert [asked.what for asked in ran.application.asked] == [question]
    assert ran.code == 0


def test_an_answer_is_printed_for_people(cli: Any) -> None:
    ran = cli("what is btc")
    assert ran.out.startswith("Bitcoin is $61,240, up 1.8 % in 24 h.\n")
    assert ran.err == ""


def test_an_answer_is_one_json_document(cli: Any) -> None:
    ran = cli("ask", "what is btc", "--json")
    assert ran.json["headline_plain"] == "Bitcoin is $61,240, up 1.8 % in 24 h."
    assert ran.out.count("\n") == 1


@pytest.mark.parametrize("argv", [("--as-of", "2024-03-05", "ask", "btc"), ("ask", "btc", "--as-of", "2024-03-05")])
def test_options_stand_before_or_after_the_command(cli: Any, argv: tuple[str, ...], tmp_path: Path) -> None:
    ran = cli(*argv, "--deadline", "2.5", "--sandbox", "--home", str(tmp_path), "--verbose")
    (asked,) = ran.application.asked
    assert asked.as_of == datetime(2024, 3, 6, tzinfo=UTC)
    assert asked.deadline_s == 2.5
    (request,) = ran.application.opened
    assert (request.world, request.home, request.verbose) == ("sandbox", tmp_path, True)
    assert request.as_of == asked.as_of


def test_the_world_is_left_to_the_settings_unless_said(cli: Any) -> None:
    assert cli("ask", "btc").application.opened[0].world is None
    assert cli("ask", "btc", "--world", "sandbox:3").application.opened[0].world == "sandbox:3"
    assert cli("ask", "btc", "--sandbox", "--world", "sandbox:3").application.opened[0].world == "sandbox:3"


# --------------------------------------------------------------------------------------------------------------- tools


def test_a_tool_is_called_with_what_was_typed(cli: Any) -> None:
    ran = cli("price", "bitcoin", "--json", "eth", "--quote", "EUR")
    (asked,) = ran.application.asked
    assert (asked.what, asked.arguments) == ("price", {"assets": ("bitcoin", "eth"), "quote": "EUR"})


def test_every_kind_of_field(cli: Any) -> None:
    ran = cli(
        "chart",
        "btc",
        "--window",
        "7d",
        "--bars",
        "50",
        "--scale",
        "log",
        "--no-volume",
        "--weights",
        "BTC=0.6",
        "ETH=0.4",
    )
    assert ran.application.asked[0].arguments == {
        "assets": ("btc",), "window": "7d", "bars": 50, "scale": "log", "volume": False,
        "weights": {"BTC": "0.6", "ETH": "0.4"},
    }  # fmt: skip


def test_the_words_of_a_term_need_no_quotes(cli: Any) -> None:
    ran = cli("explain", "impermanent", "--json", "loss")
    assert ran.application.asked[0].arguments == {"term": "impermanent loss"}
    assert cli("explain").code == 2


def test_two_words_name_a_tool(cli: Any) -> None:
    assert cli("portfolio", "risk", "--assets", "btc").application.asked[0].what == "portfolio risk"


def test_what_the_application_must_read_is_left_as_typed(cli: Any) -> None:
    assert cli("chart", "btc", "--bars", "10k").application.asked[0].arguments["bars"] == "10k"


@pytest.mark.parametrize(
    ("argv", "arguments"),
    [
        (("0.35", "btc", "eur"), {"amount": 0.35, "assets": ("btc", "eur")}),
        (("btc", "eur"), {"assets": ("btc", "eur")}),
        (("btc",), {"assets": ("btc",)}),
        (("10k", "btc"), {"amount": "10k", "assets": ("btc",)}),
    ],
)
def test_an_amount_may_be_left_out(cli: Any, argv: tuple[str, ...], arguments: dict[str, Any]) -> None:
    assert cli("convert", *argv).application.asked[0].arguments == arguments


# ----------------------------------------------------------------------------------------------------------- wrong use


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("price",), "mobius price: the following arguments are required: ASSETS."),
        (("price", "btc", "--bogus"), "mobius price: unrecognized arguments: --bogus."),
        (("--bogus",), "There is no option '--bogus'."),
        (("pirce", "btc"), "There is no command 'pirce': did you mean price?"),
        (("histroy", "list"), "There is no command 'histroy': did you mean history?"),
        (("history",), "mobius history needs one of: gaps, import, list."),
        (("history", "frobnicate"), "mobius history needs one of: gaps, import, list."),
        (("ask",), "mobius ask: the following arguments are required: QUESTION."),
        (("ask", "x", "--as-of", "soon"), "'soon' is no date or instant."),
        (("ask", "x", "--deadline", "0"), "--deadline: 0 is not between 0 and 3600 seconds."),
        (("ask", "x", "--deadline", "nan"), "--deadline: nan is not between 0 and 3600 seconds."),
        (("ask", "x", "--deadline", "x"), "--deadline: 'x' is no number of seconds."),
        (("ask", "x", "--world", "moon"), "'moon' is no world."),
        (("ask", "x", "--world", "live", "--sandbox"), "--sandbox and --world live contradict each other."),
        (("chart", "btc", "--scale", "cubic"), "--scale: 'cubic' is not one of the choices."),
        (("chart", "btc", "--weights", "BTC"), "--weights: 'BTC' is not NAME=VALUE."),
        (("why", "one", "two", "three"), "mobius why: unrecognized arguments: three."),
    ],
)
def test_wrong_use_is_two_lines_and_exit_two(cli: Any, argv: tuple[str, ...], said: str) -> None:
    ran = cli(*argv)
    assert ran.code == 2
    assert ran.out == ""
    message, hint = ran.err.splitlines()
    assert message == said
    assert hint
    assert ran.application.opened == []


def test_wrong_use_with_json_is_json(cli: Any) -> None:
    ran = cli("pirce", "btc", "--json")
    assert (ran.code, ran.err) == (2, "")
    assert ran.json["error"] == {
        "kind": "bad_input", "message": "There is no command 'pirce': did you mean price?",
        "hint": 'A question goes in quotes: mobius "..."; `mobius --help` lists the commands.',
    }  # fmt: skip


def test_hostile_arguments_are_shown_harmless(cli: Any) -> None:
    ran = cli("price", "--\x1b[31mred\u202e")
    assert "\x1b" not in ran.err
    assert "\u202e" not in ran.err


@pytest.mark.parametrize("argv", [("whales", "usdt"), ("portfolio", "optimize"), ("wallet", "a")])
def test_what_is_not_built_says_so(cli: Any, argv: tuple[str, ...]) -> None:
    ran = cli(*argv)
    assert ran.code == 3
    assert "is not built yet. It will " in ran.err


# ---------------------------------------------------------------------------------------------------------- exit codes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"status": "partial"}, 0),
        ({"status": "clarify"}, 0),
        ({"status": "refused", "intent": "out_of_scope"}, 0),
        ({"status": "refused", "intent": "yield"}, 3),
        ({"status": "no_data"}, 3),
    ],
)
def test_the_answer_decides_the_exit_code(cli: Any, changes: dict[str, Any], code: int) -> None:
    for argv in (("ask", "x"), ("price", "btc"), ("ask", "x", "--json")):
        assert cli(*argv, reply=answer(**changes)).code == code


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (UnknownSymbol("BTX", near=("BTC",)), 2, "unknown_symbol"),
        (BadParameter("no"), 2, "bad_input"),
        (NotConfigured("needs a key"), 3, "not_configured"),
        (SourceUnavailable("kraken", "down"), 3, "source_unavailable"),
        (DeadlineExceeded("too late"), 3, "deadline"),
        (AccessDenied("not yours"), 4, "denied"),
        (ExceptionGroup("one", [AccessDenied("not yours")]), 4, "denied"),
    ],
)
def test_an_error_decides_the_exit_code(cli: Any, error: Exception, code: int, kind: str) -> None:
    assert cli("ask", "x", reply=error).code == code
    ran = cli("ask", "x", "--json", reply=error)
    assert (ran.code, ran.json["error"]["kind"], ran.err) == (code, kind, "")
    assert set(ran.json["error"]) == {"kind", "message", "hint"}


def test_an_unknown_asset_names_near_ones(cli: Any) -> None:
    assert cli("price", "btx", reply=UnknownSymbol("btx", near=("BTC",))).err == (
        "I don't know the asset 'btx'.\nDid you mean BTC?\n"
    )


def test_a_bug_is_one_sentence(cli: Any) -> None:
    ran = cli("ask", "x", reply=ZeroDivisionError("division by zero"))
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err == (
        "A bug: ZeroDivisionError: division by zero; please report it, with the trace that --verbose shows.\n"
    )


def test_a_bug_shows_its_trace_when_asked(cli: Any) -> None:
    ran = cli("ask", "x", "--verbose", reply=ZeroDivisionError("\x1b[31mdivision"))
    assert ran.code == 1
    assert "Traceback" in ran.err
    assert "\x1b" not in ran.err


def test_a_bug_with_json_is_json(cli: Any) -> None:
    ran = cli("ask", "x", "--json", reply=KeyError("x"))
    assert (ran.code, ran.json["error"]["kind"], ran.err) == (1, "bug", "")


def test_every_error_of_the_tree_has_an_exit_code() -> None:
    waiting = [MobiusError]
    while waiting:
        error = waiting.pop()
        assert error.exit_code in (1, 2, 3, 4)
        waiting += error.__subclasses__()


def test_an_interrupt_is_quiet(cli: Any) -> None:
    ran = cli("ask", "x", reply=KeyboardInterrupt())
    assert (ran.code, ran.out, ran.err) == (130, "", "")


# ---------------------------------------------------------------------------------------------------------------- help


@pytest.mark.parametrize("argv", [(), ("--help",), ("-h",), ("help",), ("--json", "--help")])
def test_the_overview_lists_every_command(cli: Any, argv: tuple[str, ...]) -> None:
    ran = cli(*argv)
    assert ran.code == 0
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    for name in ("ask", "chat", "price", "portfolio risk", "history import", "why"):
        assert f"\n  {name} " in ran.out
    assert ran.application.opened == []


@pytest.mark.parametrize(
    "argv", [("price", "--help"), ("help", "price"), ("--help", "price"), ("price", "btc", "-h", "--json")]
)
def test_a_commands_help_has_its_options_and_examples(cli: Any, argv: tuple[str, ...]) -> None:
    ran = cli(*argv)
    assert ran.code == 0
    assert "The price of assets, 100 % sourced." in ran.out
    assert "--quote QUOTE" in ran.out
    assert "--as-of INSTANT" in ran.out
    assert 'examples:\n  mobius ask "what\'s 100 % of btc?"' in ran.out


@pytest.mark.parametrize("name", ["ask", "chat", "why", "doctor", "history import", "history list", "history gaps"])
def test_every_command_has_help_with_examples(cli: Any, name: str) -> None:
    ran = cli(*name.split(), "--help")
    assert ran.code == 0
    assert f"usage: mobius {name} " in ran.out
    assert f"examples:\n  mobius {name}" in ran.out


def test_a_group_has_help(cli: Any) -> None:
    ran = cli("history", "--help")
    assert ran.code == 0
    assert ran.out.startswith("usage: mobius history COMMAND ...\n\ncommands:\n  history gaps ")


def test_the_version(cli: Any) -> None:
    assert cli("--version").out == f"mobius {__version__}\n"


def test_help_of_a_question_word_is_the_help_of_ask(cli: Any) -> None:
    assert "usage: mobius ask" in cli("wen", "moon", "--help").out
