"""Keys under a passphrase: opened by it alone, changed without touching what they seal, never told."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobius.core.errors import AccessDenied, BadParameter, NotConfigured
from mobius.security import passphrase as room
from mobius.security.keyfile import open_keyring, protected_file, read_keyring
from mobius.security.keys import KEY_BYTES, Key, Keyring
from mobius.security.passphrase import (
    Cost,
    change_passphrase,
    open_wrapped_keyring,
    protect,
    unprotect,
    wrap_keyring,
)
from mobius.security.prompt import PassphraseSource
from mobius.security.sealer import AesGcmSealer

RIGHT, OTHER = "correct horse battery staple", "another passphrase"
CHEAP = Cost(iterations=1, lanes=1, memory_kib=8)
RING = Keyring((Key(b"a" * KEY_BYTES), Key(b"b" * KEY_BYTES)))
PLACE = {"table": "answers", "column": "body", "row_id": "1", "person": "owner"}


def said(text: str) -> Callable[[], str]:
    return lambda: text


def never() -> str:
    raise AssertionError("nobody should have been asked")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The protected file of `RING`, cheap to try."""
    file = tmp_path / "keys.protected"
    wrap_keyring(file, RING, said(RIGHT), cost=CHEAP)
    return file


def test_the_right_passphrase_opens_the_keys_in_their_order(file: Path) -> None:
    assert open_wrapped_keyring(file, said(RIGHT)) == RING


@pytest.mark.parametrize("wrong", [OTHER, "", RIGHT.upper(), RIGHT + "x", RIGHT[:-1], "\x00", "x" * 5_000])
def test_a_wrong_passphrase_is_denied_in_a_sentence(file: Path, wrong: str) -> None:
    with pytest.raises(AccessDenied) as told:
        open_wrapped_keyring(file, said(wrong))
    assert told.value.message == "That is not the passphrase of these keys."
    assert told.value.__cause__ is None


def test_a_wrong_passphrase_costs_as_much_as_the_right_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Cost] = []
    real = room._key

    def counted(passphrase: str, salt: bytes, cost: Cost) -> bytes:
        tried.append(cost)
        return real(passphrase, salt, cost)

    file = tmp_path / "keys.protected"
    wrap_keyring(file, RING, said(RIGHT), cost=CHEAP)
    monkeypatch.setattr(room, "_key", counted)
    open_wrapped_keyring(file, said(RIGHT))
    with pytest.raises(AccessDenied):
        open_wrapped_keyring(file, said(""))
    assert tried == [CHEAP, CHEAP]


def test_the_file_is_its_owners_alone_and_holds_no_key(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    document = json.loads(file.read_bytes())
    assert set(document) == {"version", "kdf", "cost", "salt", "nonce", "sealed"}
    for key in RING.keys:
        assert key.secret not in file.read_bytes()
        assert msgspec.json.encode(key.secret)[1:-1] not in file.read_bytes()


def test_the_cost_is_the_second_choice_of_rfc_9106() -> None:
    assert Cost() == Cost(iterations=3, lanes=4, memory_kib=64 * 1024)


def test_a_guess_at_full_cost_takes_its_time_and_opens(tmp_path: Path) -> None:
    file = tmp_path / "keys.protected"
    wrap_keyring(file, RING, said(RIGHT))
    start = time.perf_counter()
    assert open_wrapped_keyring(file, said(RIGHT)) == RING
    assert time.perf_counter() - start > 0.01


def test_the_key_agrees_with_the_reference_implementation() -> None:
    """A vector of the test suite of phc-winner-argon2 (Argon2id, version 0x13)."""
    key = room._key("password", b"somesalt", Cost(iterations=2, lanes=1, memory_kib=256))
    assert key.hex() == "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"


# -------------------------------------------------------------------------------------------------------- first start


def test_the_first_start_makes_keys_under_the_new_passphrase(tmp_path: Path) -> None:
    file = tmp_path / "home" / "keys.protected"
    made = open_wrapped_keyring(file, never, first=said(RIGHT))
    assert open_wrapped_keyring(file, said(RIGHT)) == made


def test_the_first_start_beside_a_plain_key_file_is_refused(tmp_path: Path) -> None:
    open_keyring(tmp_path / "keys")
    with pytest.raises(AccessDenied, match="no passphrase yet"):
        open_wrapped_keyring(protected_file(tmp_path / "keys"), said(RIGHT))


def test_a_plain_start_beside_protected_keys_is_refused(tmp_path: Path, file: Path) -> None:
    with pytest.raises(AccessDenied, match="protected by a passphrase"):
        open_keyring(tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("weak", ["", "short", "       1 ", "x" * 2_000])
def test_a_weak_new_passphrase_is_refused_and_nothing_is_written(tmp_path: Path, weak: str) -> None:
    with pytest.raises(BadParameter):
        open_wrapped_keyring(tmp_path / "keys.protected", said(weak))
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------------------- changing


def test_a_new_passphrase_opens_what_was_sealed_before(file: Path) -> None:
    sealed = AesGcmSealer(lambda: open_wrapped_keyring(file, said(RIGHT))).seal(b"holdings", **PLACE)
    before = file.read_bytes()
    change_passphrase(file, said(RIGHT), said(OTHER))
    assert AesGcmSealer(lambda: open_wrapped_keyring(file, said(OTHER))).unseal(sealed, **PLACE) == b"holdings"
    with pytest.raises(AccessDenied):
        open_wrapped_keyring(file, said(RIGHT))
    assert json.loads(before)["salt"] != json.loads(file.read_bytes())["salt"]


@pytest.mark.parametrize(("old", "new"), [(OTHER, OTHER), (RIGHT, "short")])
def test_a_change_that_fails_changes_nothing(file: Path, old: str, new: str) -> None:
    before = file.read_bytes()
    with pytest.raises((AccessDenied, BadParameter)):
        change_passphrase(file, said(old), said(new))
    assert file.read_bytes() == before


def test_there_is_nothing_to_change_without_protected_keys(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        change_passphrase(tmp_path / "keys.protected", never, never)


def test_protecting_moves_the_keys_and_unprotecting_brings_them_back(tmp_path: Path) -> None:
    plain = tmp_path / "keys"
    ring = open_keyring(plain)
    protect(plain, said(RIGHT))
    assert not plain.exists()
    assert open_wrapped_keyring(protected_file(plain), said(RIGHT)) == ring
    unprotect(plain, said(RIGHT))
    assert read_keyring(plain) == ring
    assert list(tmp_path.iterdir()) == [plain]


def test_protecting_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    plain = tmp_path / "keys"
    ring = open_keyring(plain)
    wrap_keyring(protected_file(plain), ring, said(RIGHT), cost=CHEAP)
    protect(plain, said(RIGHT))
    assert list(tmp_path.iterdir()) == [protected_file(plain)]


def test_no_keys_are_lost_to_other_keys(tmp_path: Path, file: Path) -> None:
    plain = tmp_path / "keys"
    wrap_keyring(file, RING, said(RIGHT), cost=CHEAP)
    file.rename(tmp_path / "aside")
    open_keyring(plain)
    (tmp_path / "aside").rename(file)
    for change in (protect, unprotect):
        with pytest.raises(AccessDenied, match="other keys"):
            change(plain, said(RIGHT))
    assert plain.exists()
    assert file.exists()


def test_without_keys_there_is_nothing_to_protect(tmp_path: Path) -> None:
    with pytest.raises(BadParameter):
        protect(tmp_path / "keys", never)
    with pytest.raises(NotConfigured):
        unprotect(tmp_path / "keys", never)


# ------------------------------------------------------------------------------------------------------- changed files


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_file_changed_by_one_bit_never_gives_other_keys(file: Path, at: int, bit: int) -> None:
    whole = bytearray(file.read_bytes())
    whole[at % len(whole)] ^= 1 << bit
    changed = file.with_name("changed")
    changed.touch(0o600)
    changed.write_bytes(bytes(whole))
    with contextlib.suppress(AccessDenied):
        assert open_wrapped_keyring(changed, said(RIGHT)) == RING  # a bit that Base64 does not use


@pytest.mark.parametrize(
    "cost", [Cost(memory_kib=2**30), Cost(iterations=10**6), Cost(lanes=10**4), Cost(iterations=0)]
)
def test_a_cost_that_would_take_the_machine_is_refused_before_it_is_paid(file: Path, cost: Cost) -> None:
    document = json.loads(file.read_bytes())
    file.write_text(json.dumps({**document, "cost": msgspec.to_builtins(cost)}))
    with pytest.raises(AccessDenied, match="does not hold protected keys"):
        open_wrapped_keyring(file, said(RIGHT))


def test_a_lower_cost_written_into_the_file_opens_nothing(file: Path) -> None:
    document = json.loads(file.read_bytes())
    file.write_text(json.dumps({**document, "cost": {"iterations": 1, "lanes": 1, "memory_kib": 9}}))
    with pytest.raises(AccessDenied):
        open_wrapped_keyring(file, said(RIGHT))


def test_a_file_that_others_may_read_is_refused_before_anybody_is_asked(file: Path) -> None:
    file.chmod(0o644)
    with pytest.raises(AccessDenied, match="may be read by others"):
        open_wrapped_keyring(file, never)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(min_size=room.CHARACTERS_LEAST, max_size=60),
    secrets=st.sets(st.binary(min_size=32, max_size=32), min_size=1),
)
def test_any_keys_come_back_under_any_passphrase(tmp_path: Path, text: str, secrets: set[bytes]) -> None:
    ring = Keyring(tuple(map(Key, sorted(secrets))))
    file = tmp_path / "keys.protected"
    try:
        wrap_keyring(file, ring, said(text), cost=CHEAP)
    except BadParameter:
        assert len(text.strip()) < 60  # white space around it, or letters that join, do not count
        return
    assert open_wrapped_keyring(file, said(f"  {text}\n")) == ring


def test_one_spelling_of_letters_is_taken_for_the_other(tmp_path: Path) -> None:
    file = tmp_path / "keys.protected"
    wrap_keyring(file, RING, said("Zu\u0308rich im Regen"), cost=CHEAP)
    assert open_wrapped_keyring(file, said("Z\u00fcrich im Regen")) == RING


# --------------------------------------------------------------------------------------------------------------- asking


def test_a_new_passphrase_is_typed_twice() -> None:
    prompts: list[str] = []

    def typed(prompt: str) -> str:
        prompts.append(prompt)
        return RIGHT

    assert PassphraseSource(type_in=typed).new() == RIGHT
    assert prompts == ["New passphrase: ", "The same again: "]


def test_two_that_differ_are_refused() -> None:
    lines = iter([RIGHT, OTHER])
    with pytest.raises(BadParameter):
        PassphraseSource(type_in=lambda prompt: next(lines)).new()


def test_a_descriptor_gives_its_first_line() -> None:
    reader, writer = os.pipe()
    os.write(writer, f"{RIGHT}\nand more".encode())
    os.close(writer)
    assert PassphraseSource(descriptor=reader).old() == RIGHT
    os.close(reader)


@pytest.mark.parametrize("content", [b"", b"\n", b"  \n"])
def test_a_descriptor_that_gives_nothing_is_told(content: bytes) -> None:
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    with pytest.raises(AccessDenied):
        PassphraseSource(descriptor=reader).old()
    os.close(reader)


@pytest.mark.parametrize("descriptor", [987, 10**30])
def test_a_descriptor_that_is_none_is_told(descriptor: int) -> None:
    with pytest.raises(AccessDenied):
        PassphraseSource(descriptor=descriptor).old()


def test_nothing_shows_the_passphrase(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = PassphraseSource(given=RIGHT)
    assert RIGHT not in repr(source)
    with caplog.at_level("DEBUG"):
        open_wrapped_keyring(file, source.old)
        with pytest.raises(AccessDenied) as told:
            open_wrapped_keyring(file, said(OTHER))
    assert RIGHT not in caplog.text
    assert OTHER not in f"{told.value} {told.value.hint}"


def test_importing_it_loads_no_cryptography() -> None:
    import subprocess
    import sys

    code = "import sys, mobius.security.passphrase, mobius.security.prompt; print('cryptography' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
