"""The command line as a process: what it imports, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from mobius.frontends.cli.main import run

def opened(request):
    from tests.frontends.cli.fake_process import application
    return application.open(request)

code = run(sys.argv[1:], opened)
if {loaded}:
    sys.stderr.write(" ".join(sys.modules))
sys.exit(code)
"""
HEAVY = {
    "numpy", "sqlalchemy", "aiohttp", "pyreqwest", "sklearn", "pandas", "pyarrow", "talib", "rich", "scipy", "cryptography",
    "unittest", "importlib.metadata", "readline", "typing_extensions",
}  # fmt: skip


def program(*argv: str, loaded: bool = False) -> list[str]:
    code = PROGRAM.format(loaded=loaded)
    return [sys.executable, "-c", code, *argv]


def ran(*argv: str, loaded: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program(*argv, loaded=loaded), capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment},
        timeout=30,
    )  # fmt: skip


@pytest.mark.parametrize(
    "argv", [("price", "btc"), ("price", "btc", "--json"), ("what is btc",), ("pirce",), ("table",)]
)
def test_an_answer_loads_nothing_heavy(argv: tuple[str, ...]) -> None:
    done = ran(*argv, loaded=True)
    modules = set(done.stderr.split())
    assert "mobius.frontends.cli.dispatch" in modules
    assert not modules & HEAVY


def test_help_loads_nothing_but_itself() -> None:
    ended = "except SystemExit: sys.stderr.write(' '.join(sys.modules))"
    code = f"import sys; from mobius.__main__ import main\ntry: main()\n{ended}"
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, cwd=ROOT, check=True)
    modules = set(done.stderr.split())
    assert done.stdout.startswith("usage: mobius")
    assert not modules & {*HEAVY, "msgspec", "asyncio", "argparse", "mobius.core.tools", "mobius.app", "decimal"}


def test_exit_codes_of_a_process() -> None:
    assert ran("what is btc").returncode == 0
    assert ran("bug").returncode == 1
    assert ran("pirce", "btc").returncode == 2
    assert ran("whales", "usdt").returncode == 3
    assert ran("denied").returncode == 4


def test_never_a_traceback() -> None:
    for argv in (("bug",), ("bug", "--json"), ("denied",), ("--bogus",)):
        done = ran(*argv)
        assert "Traceback" not in done.stderr + done.stdout


def test_output_in_a_terminal_without_unicode_is_ascii() -> None:
    done = ran("what is btc", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert ran("what is btc", "--json", PYTHONIOENCODING="ascii").returncode == 0


def test_a_reader_that_goes_away_is_no_error() -> None:
    started = subprocess.Popen(
        program("long", "--json"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.close()
    assert started.stderr.read() == ""
    started.stderr.close()
    assert started.wait(30) == 141


def test_an_interrupt_ends_it_quietly() -> None:
    started = subprocess.Popen(program("wait"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stderr is not None
    assert started.stdout.readline() == "waiting\n"
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=30)
    assert (started.returncode, out, err) == (130, "", "")


def test_chat_over_a_pipe_answers_line_by_line() -> None:
    done = subprocess.run(
        program("chat"), input="what is btc\nbug\n\n1\n/why\nexit\nnever asked\n", capture_output=True, text=True, cwd=ROOT,
        timeout=30,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.count("Bitcoin is $61,240") == 3
    assert "1 try: chart BTC 90d" in done.stdout
    assert "median of the mids of two venues" in done.stdout
    assert done.stderr.startswith("A bug: ZeroDivisionError")
    assert "never asked" not in done.stdout
