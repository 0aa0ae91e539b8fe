"""A world whose keys lie under a passphrase, opened as the command line opens it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import Mobius, Ran

pytestmark = pytest.mark.slow

RIGHT = {"MOBIUS_KEY": "passphrase", "MOBIUS_PASSPHRASE": "correct horse battery staple"}
ASK = ("explain", "tvl", "--sandbox")


def told(ran: Ran, code: int) -> str:
    """What was said on stderr: a sentence, never a trace."""
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    return ran.err


def test_what_one_passphrase_sealed_no_other_opens(mobius: Mobius, tmp_path: Path) -> None:
    assert mobius(*ASK, env=RIGHT).code == 0
    assert mobius("why", "--sandbox", env=RIGHT).code == 0
    wrong = {**RIGHT, "MOBIUS_PASSPHRASE": "another passphrase"}
    assert "not the passphrase" in told(mobius("why", "--sandbox", env=wrong), 4)
    assert "protected by a passphrase" in told(mobius("why", "--sandbox"), 4)
    assert not (tmp_path / "sandbox-7" / "keys").exists()


def test_keys_are_put_under_a_passphrase_and_open_what_was_sealed_before(mobius: Mobius) -> None:
    assert mobius(*ASK).code == 0
    assert "no passphrase yet" in told(mobius("why", "--sandbox", env=RIGHT), 4)
    moved = with_descriptor(mobius, "keys", "protect", "--sandbox", "--json")
    assert moved.code == 0, moved.err
    assert moved.json()["setting"] == "passphrase"
    assert mobius("why", "--sandbox", env=RIGHT).code == 0
    assert with_descriptor(mobius, "keys", "unprotect", "--sandbox").code == 0
    assert mobius("why", "--sandbox").code == 0


def with_descriptor(mobius: Mobius, *arguments: str) -> Ran:
    """Run a command that reads the passphrase from its standard input, a descriptor like any other."""
    return mobius(*arguments, "--passphrase-fd", "0", stdin=f"{RIGHT['MOBIUS_PASSPHRASE']}\n")


def test_without_a_terminal_nobody_is_asked(mobius: Mobius) -> None:
    if os.environ.get("CI") is None and _has_terminal():
        pytest.skip("there is a terminal to ask at")
    assert "no terminal to ask at" in told(mobius(*ASK, env={"MOBIUS_KEY": "passphrase"}, stdin=""), 4)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    "settings",
    [
        {"MOBIUS_KEY": "yes"},
        {**RIGHT, "MOBIUS_PASSPHRASE": "short"},
        {"MOBIUS_KEY": "passphrase", "MOBIUS_PASSPHRASE_FD": "x"},
    ],
)
def test_a_setting_that_cannot_be_used_is_told(mobius: Mobius, settings: dict[str, str]) -> None:
    told(mobius(*ASK, env=settings), 2)


def test_a_passphrase_beside_the_data_is_refused(mobius: Mobius, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('MOBIUS_KEY = "passphrase"\nMOBIUS_PASSPHRASE = "correct horse battery"\n')
    assert "settings.toml" in told(mobius(*ASK), 2)
