"""The key file: made once, for its owner alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mobius.core.errors import AccessDenied
from mobius.security.keyfile import open_keyring, save_keyring
from mobius.security.keys import Key


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_a_file_for_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "keys.json"
    umask = os.umask(0)
    try:
        made = open_keyring(file)
    finally:
        os.umask(umask)
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700
    assert open_keyring(file) == made
    assert list(file.parent.iterdir()) == [file]


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert open_keyring(tmp_path / "a").first != open_keyring(tmp_path / "b").first


@pytest.mark.parametrize("permissions", [0o644, 0o640, 0o660, 0o604, 0o601])
def test_a_file_others_may_read_is_refused_with_what_to_do(tmp_path: Path, permissions: int) -> None:
    file = tmp_path / "keys.json"
    open_keyring(file)
    file.chmod(permissions)
    with pytest.raises(AccessDenied) as caught:
        open_keyring(file)
    assert str(file) in caught.value.message
    assert caught.value.hint is not None
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"{}", b'{"version":1,"keys":[]}', b'{"version":1,"keys":["AAAA"]}', b"\xff",
                                     b'{"version":2,"keys":["' + b"A" * 43 + b'="]}'])  # fmt: skip
def test_a_broken_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(AccessDenied):
        open_keyring(file)
    assert file.read_bytes() == content


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AccessDenied):
        open_keyring(tmp_path)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(AccessDenied):
        open_keyring(tmp_path / "file" / "keys.json")


def test_rotation_replaces_the_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    old = open_keyring(file)
    save_keyring(file, old.with_first(Key(bytes(32))))
    rotated = open_keyring(file)
    assert rotated.first == Key(bytes(32))
    assert rotated.keys[1] == old.first
    assert mode(file) == 0o600


def test_processes_that_start_at_once_end_with_one_key(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mobius.security.keyfile import open_keyring\n"
        "sys.stdin.read(1); print(open_keyring(Path(sys.argv[1])).first.id.hex())"
    )
    file = tmp_path / "home" / "keys.json"
    gate, latch = os.pipe()
    racers = [
        subprocess.Popen([sys.executable, "-c", code, str(file)], stdin=gate, stdout=subprocess.PIPE) for _ in range(4)
    ]
    os.close(gate)
    os.close(latch)  # all are let go together, once every one of them was started
    ids = {racer.communicate()[0] for racer in racers}
    assert len(ids) == 1
    assert ids == {open_keyring(file).first.id.hex().encode() + b"\n"}
    assert list(file.parent.iterdir()) == [file]
