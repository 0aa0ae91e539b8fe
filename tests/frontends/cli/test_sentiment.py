"""`mobius sentiment`: a text or a file when its options are given, else the tool of that name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mobius.core.errors import BadParameter
from mobius.frontends.cli.catalogue import Folders
from mobius.frontends.cli.commands.sentiment import COMMAND, Scores, TextMood, run, show
from mobius.frontends.cli.main import run as run_line
from mobius.frontends.cli.plain import Look, Page
from tests.frontends.cli.fake import FakeApplication, answer

ROWS = (
    '{"text": "wagmi, to the moon", "label": 1, "domain": "crypto"}\n'
    '{"text": "rugged again, total scam", "label": -1, "domain": "crypto"}\n\n'
    '{"text": "Bank declares $0.12 dividend", "label": 0, "domain": "finance", "source": "x"}\n'
)


async def scored(**options: Any) -> Any:
    return await run({"text": None, "eval": None, **options}, FakeApplication())


async def test_a_text_is_scored_with_the_words_that_spoke() -> None:
    mood = await scored(text="rug pull, stay away")
    assert isinstance(mood, TextMood)
    assert (mood.label, mood.evidence) == (-1, ("rug pull", "stay away"))
    assert mood.score < -0.35
    assert sum(mood.probabilities.values()) == pytest.approx(1, abs=1e-3)


async def test_a_file_is_scored_beside_the_peer(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(ROWS)
    scores = await scored(eval=str(file))
    assert isinstance(scores, Scores)
    assert scores.n == 3
    assert scores.metrics == {"accuracy": 1.0, "macro_f1": 1.0, "macro_f1_polar": 1.0}
    assert set(scores.by) == {"domain", "vader"}
    assert set(scores.by["domain"]) == {"crypto", "finance"}
    assert set(scores.by["vader"]) == {"all", "crypto", "finance"}
    page = Page(Look(width=80))
    show(scores, page)
    assert "3 rows" in page.text()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"text": 1, "label": 1}', "line 1"), ('{"text": "x", "label": 7}', "no label"), ("nonsense", "line 1"),
        ("", "no row"), ('{"text": "x", "label": 1}\n{"text": "y"}', "line 2"),
    ],
)  # fmt: skip
async def test_a_bad_file_is_refused_by_its_line(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(content)
    with pytest.raises(BadParameter, match=message):
        await scored(eval=str(file))


@pytest.mark.parametrize("options", [{}, {"text": "x", "eval": "y"}, {"text": "  "}, {"eval": "/nope/rows.jsonl"}])
async def test_wrong_use_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(BadParameter):
        await scored(**options)


async def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadParameter, match="UTF-8"):
        await scored(eval=str(file))


def called(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, FakeApplication]:
    application = FakeApplication(reply=answer())
    code = run_line(argv, application.open, catalogue=Folders())
    return code, capsys.readouterr().out, application


def test_without_its_options_the_tool_answers(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, application = called(capsys, "sentiment", "DOGE", "--window", "24h")
    assert code == 0
    asked = application.asked[-1]
    assert (asked.what, asked.arguments) == ("sentiment", {"assets": ("DOGE",), "window": "24h"})


@pytest.mark.parametrize("argv", [("--text", "ngmi"), ("--text=ngmi",)])
def test_with_an_option_the_command_answers(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]) -> None:
    code, out, application = called(capsys, "sentiment", *argv, "--json")
    assert code == 0
    assert json.loads(out)["label"] == -1
    assert not application.asked


def test_after_two_dashes_nothing_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, application = called(capsys, "sentiment", "--", "--text")
    assert application.asked[-1].what == "sentiment"


def test_help_tells_of_both(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "sentiment", "--help")
    assert code == 0
    assert "--window" in out
    assert "--eval" in out
    assert COMMAND.beside is not None
    assert COMMAND.beside.name == COMMAND.name
