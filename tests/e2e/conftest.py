"""Whole worlds in a temporary home, opened as the command line opens them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Ran:
    """What one run of the command came to."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Mobius = Callable[..., Ran]


def run_mobius(home: Path, *arguments: str, stdin: str | None = None, env: dict[str, str] | None = None) -> Ran:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MOBIUS_")}
    done = subprocess.run(
        [sys.executable, "-m", "mobius", *arguments],
        check=False,
        capture_output=True,
        text=True,
        input=stdin,
        timeout=60,
        env={**clean, "MOBIUS_HOME": str(home), "COLUMNS": "80", "NO_COLOR": "1", **(env or {})},
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def mobius(tmp_path: Path) -> Mobius:
    """Run the command in a home of its own."""

    def run(*arguments: str, stdin: str | None = None, env: dict[str, str] | None = None) -> Ran:
        return run_mobius(tmp_path, *arguments, stdin=stdin, env=env)

    return run
