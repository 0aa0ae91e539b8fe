"""Every command the documentation shows is one that works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_STAYS = {"chat", "serve", "mcp", "telegram"}
"""Commands that do not end by themselves: only their help is asked for."""
_READS = re.compile(r"history import|--eval|--out|replay|FILE|\bID\b")
"""Examples that name files or answers a reader has: their options are checked, they are not run."""


def commands() -> list[str]:
    found: dict[str, None] = {}
    for page in PAGES:
        for block in re.findall(r"```(?:sh|console|bash)\n(.*?)```", page.read_text(), flags=re.DOTALL):
            for line in block.splitlines():
                text = line.strip().removeprefix("$ ")
                if text.startswith("mobius "):
                    found[text.split("  #")[0].strip()] = None
    return list(found)


def test_the_documentation_shows_commands() -> None:
    assert len(commands()) > 5


@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_a_documented_command_works(command: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    arguments = shlex.split(command.split("|")[0].split(">")[0])[1:]
    name = arguments[0]
    if name in _STAYS or _READS.search(command):
        arguments = [name, "--help"] if name != "history" else ["history", arguments[1], "--help"]
    elif "--as-of" in arguments or "on 5 March" in command:
        pass  # nothing is imported here: no data is the right answer
    elif not any(option in arguments for option in ("--sandbox", "--world")):
        arguments = [*arguments, "--sandbox"] if "--" not in arguments else ["--sandbox", *arguments]
    home = tmp_path_factory.getbasetemp() / "docs"
    done = subprocess.run(
        [sys.executable, "-m", "mobius", *arguments], check=False, capture_output=True, text=True, timeout=60,
        env={**os.environ, "MOBIUS_HOME": str(home)},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.returncode in ({0, 3} if "March" in command or "--as-of" in arguments else {0}), done.stderr
