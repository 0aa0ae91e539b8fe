"""Answers written to files by the command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.conftest import Mobius, Ran

pytestmark = pytest.mark.slow

ASK = ("explain", "tvl", "--sandbox")


def exported(mobius: Mobius, *arguments: str) -> Ran:
    return mobius("export", "--sandbox", *arguments)


@pytest.mark.parametrize("kind", ["json", "md", "csv", "svg", "png"])
def test_the_last_answer_is_written_in_every_kind(mobius: Mobius, tmp_path: Path, kind: str) -> None:
    assert mobius("price", "btc", "--sandbox").code == 0
    file = tmp_path / f"answer.{kind}"
    done = exported(mobius, "--format", kind, "--out", str(file), "--json")
    assert done.code == 0, done.err
    assert done.json()["n_bytes"] == file.stat().st_size > 100
    assert exported(mobius, "--format", kind, "--out", str(file)).code == 0  # a file one names is replaced


def test_stdout_holds_the_file_alone(mobius: Mobius) -> None:
    assert mobius(*ASK).code == 0
    done = exported(mobius, "--out", "-")
    assert done.out.startswith("# TVL is")
    assert "SIMULATED" in done.out
    assert done.err == ""


@pytest.mark.parametrize("wrong", [("--format", "exe"), ("no-such-id",), ("--out", "/no/such/folder/x.md")])
def test_what_cannot_be_exported_is_told(mobius: Mobius, wrong: Sequence[str]) -> None:
    assert mobius(*ASK).code == 0
    done = exported(mobius, *wrong)
    assert done.code == 2
    assert "Traceback" not in done.err
