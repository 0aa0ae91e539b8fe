"""A cached price costs little: the heavy libraries stay unloaded. The CPU time itself is measured by benchmarks/ask.py."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "numpy", "sqlalchemy", "aiohttp", "sklearn", "ccxt", "pandas", "httpx", "pyarrow", "talib", "litellm", "fastapi",
    "pyreqwest",
}  # fmt: skip
TELL = """
import sys
import mobius.__main__ as command
try:
    command.main()
finally:
    sys.stderr.write("LOADED " + " ".join(sys.modules))
"""


def run(home: Path, *start: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *start],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "MOBIUS_HOME": str(home)},
    )


@pytest.mark.slow
def test_a_cached_price_loads_no_heavy_library(tmp_path: Path) -> None:
    run(tmp_path, "-m", "mobius", "price", "btc", "--sandbox")
    done = run(tmp_path, "-c", TELL, "price", "btc", "--sandbox")
    loaded = {name.split(".")[0] for name in done.stderr.rpartition("LOADED ")[2].split()}
    assert not loaded & HEAVY, loaded & HEAVY
    assert "SIMULATED" in done.stdout
