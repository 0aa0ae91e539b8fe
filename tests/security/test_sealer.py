"""Sealing: what was sealed opens in its own place and nowhere else."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mobius.core.errors import AccessDenied, BadParameter
from mobius.core.ports import Sealer
from mobius.security.keys import Key, Keyring
from mobius.security.sealer import AesGcmSealer

KEY = Key(bytes(range(32)))
OTHER = Key(bytes(range(1, 33)))
PLACE = {"table": "answers", "column": "sealed", "row_id": "0192", "person": "owner"}
places = st.fixed_dictionaries({name: st.text(max_size=20) for name in PLACE})


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Have the cipher library loaded before any example is timed."""
    sealer().seal(b"", **PLACE)


def sealer(*keys: Key) -> Sealer:
    return AesGcmSealer(lambda: Keyring(keys or (KEY,)))


@given(plain=st.binary(max_size=2_000), place=places)
def test_what_is_sealed_opens_in_its_place(plain: bytes, place: dict[str, str]) -> None:
    assert sealer().unseal(sealer().seal(plain, **place), **place) == plain


@given(plain=st.binary(max_size=200), data=st.data())
def test_one_changed_bit_closes_it(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(sealer().seal(plain, **PLACE))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(AccessDenied):
        sealer().unseal(bytes(sealed), **PLACE)


@given(plain=st.binary(min_size=1, max_size=200), data=st.data())
def test_a_cut_value_does_not_open(plain: bytes, data: st.DataObject) -> None:
    sealed = sealer().seal(plain, **PLACE)
    with pytest.raises(AccessDenied):
        sealer().unseal(sealed[: data.draw(st.integers(0, len(sealed) - 1))], **PLACE)


@given(there=places, here=places)
def test_another_place_does_not_open_it(there: dict[str, str], here: dict[str, str]) -> None:
    assume(there != here)
    with pytest.raises(AccessDenied):
        sealer().unseal(sealer().seal(b"1.5 BTC", **there), **here)


@pytest.mark.parametrize("field", PLACE)
def test_every_part_of_the_place_counts(field: str) -> None:
    sealed = sealer().seal(b"1.5 BTC", **PLACE)
    with pytest.raises(AccessDenied):
        sealer().unseal(sealed, **{**PLACE, field: PLACE[field] + "x"})


def test_letters_moved_between_two_parts_make_another_place() -> None:
    sealed = sealer().seal(b"x", table="ab", column="c", row_id="1", person="23")
    with pytest.raises(AccessDenied):
        sealer().unseal(sealed, table="a", column="bc", row_id="12", person="3")


@given(plain=st.binary(max_size=50))
def test_sealing_twice_gives_two_values(plain: bytes) -> None:
    assert sealer().seal(plain, **PLACE) != sealer().seal(plain, **PLACE)


def test_the_plain_text_is_not_in_the_sealed_value() -> None:
    assert b"1.5 BTC" not in sealer().seal(b"I hold 1.5 BTC", **PLACE)


def test_an_old_key_still_opens_and_the_first_key_seals() -> None:
    old = sealer(KEY).seal(b"kept", **PLACE)
    ring = Keyring((KEY,)).with_first(OTHER)
    rotated = AesGcmSealer(lambda: ring)
    assert rotated.unseal(old, **PLACE) == b"kept"
    new = rotated.seal(b"new", **PLACE)
    assert sealer(OTHER).unseal(new, **PLACE) == b"new"
    with pytest.raises(AccessDenied):
        sealer(KEY).unseal(new, **PLACE)


def test_every_refusal_reads_the_same() -> None:
    sealed = sealer().seal(b"x", **PLACE)
    messages = set()
    for wrong, place in ((sealed[:-1], PLACE), (b"", PLACE), (sealed, {**PLACE, "person": "eve"})):
        with pytest.raises(AccessDenied) as caught:
            sealer().unseal(wrong, **place)
        messages.add((caught.value.message, caught.value.hint))
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert len(messages) == 1


def test_text_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(BadParameter):
        sealer().seal(b"x", **{**PLACE, "person": "\ud800"})


def test_the_keyring_is_opened_at_first_use_only() -> None:
    opened = []

    def keyring() -> Keyring:
        opened.append(1)
        return Keyring((KEY,))

    lazy = AesGcmSealer(keyring)
    assert not opened
    lazy.seal(b"x", **PLACE)
    lazy.seal(b"x", **PLACE)
    assert len(opened) == 1


def test_importing_the_sealer_loads_no_cryptography() -> None:
    code = "import sys, mobius.security.sealer, mobius.security.keyfile; print('cryptography' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def test_a_key_never_shows() -> None:
    assert str(KEY) == f"{KEY}" == repr(KEY) == f"Key(id={KEY.id.hex()}, secret=***)"
    assert "secret=***" in repr(Keyring((KEY,)))
    assert repr(KEY.secret) not in repr(Keyring((KEY,)))


def test_a_keyring_of_doubles_or_nothing_is_refused() -> None:
    for keys in ((), (KEY, KEY)):
        with pytest.raises(BadParameter):
            Keyring(keys)
    with pytest.raises(BadParameter):
        Key(b"short")
