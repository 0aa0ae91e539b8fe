"""Sealing private values at rest with AES-256-GCM. Here: AesGcmSealer. Not here: keys and their file.

A sealed value is `version (1) | key id (4) | nonce (12) | ciphertext and tag`. The header and the place of the value
(table, column, row id, person) are authenticated with it: moved to another row or person, or changed by one bit, it
does not open, and the error does not tell which it was.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from mobius.core.errors import AccessDenied, BadParameter
from mobius.security.keys import KEY_ID_BYTES, Keyring

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE_BYTES = 12
TAG_BYTES = 16
_HEADER_BYTES = len(VERSION) + KEY_ID_BYTES
_TEXT_FROM = _HEADER_BYTES + NONCE_BYTES
_lengths = struct.Struct(">4I").pack


class AesGcmSealer:
    """The `Sealer` port over a keyring, which is opened at first use.

    Nonces are 96 random bits drawn for each value: under one key, 2**32 values keep the chance of a repeated nonce under
    2**-32 (NIST SP 800-38D, 8.3). They are never drawn ahead, since a forked process would repeat them.
    """

    def __init__(self, keyring: Callable[[], Keyring], *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._open_keyring = keyring
        self._random = random

    def seal(self, plain: bytes, *, table: str, column: str, row_id: str, person: str) -> bytes:
        """Encrypt `plain` for this one place."""
        ring = self._opened
        nonce = self._random(NONCE_BYTES)
        place = _bound(ring.header, table, column, row_id, person)
        return ring.header + nonce + ring.encrypt(nonce, plain, place)

    def unseal(self, sealed: bytes, *, table: str, column: str, row_id: str, person: str) -> bytes:
        """Decrypt what was sealed for this place; raises AccessDenied for anything else."""
        ring = self._opened
        header = sealed[:_HEADER_BYTES]
        cipher = ring.ciphers.get(header)
        if cipher is None or len(sealed) < _TEXT_FROM + TAG_BYTES:
            raise _closed()
        place = _bound(header, table, column, row_id, person)
        try:
            return cipher.decrypt(sealed[_HEADER_BYTES:_TEXT_FROM], sealed[_TEXT_FROM:], place)
        except ring.refused:
            raise _closed() from None

    @cached_property
    def _opened(self) -> _OpenRing:
        # 28 ms of import that a question with nothing to seal does not pay
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        ciphers = {VERSION + key.id: AESGCM(key.secret) for key in self._open_keyring().keys}
        header, first = next(iter(ciphers.items()))
        return _OpenRing(header=header, encrypt=first.encrypt, ciphers=ciphers, refused=InvalidTag)


class _OpenRing(Struct, frozen=True, kw_only=True):
    """A keyring made ready: the first key's header and encryption, every key's cipher by header."""

    header: bytes
    encrypt: Callable[[bytes, bytes, bytes], bytes]
    ciphers: Mapping[bytes, AESGCM]
    refused: type[Exception]


def _bound(header: bytes, table: str, column: str, row_id: str, person: str) -> bytes:
    """The associated data: the lengths of the parts before the parts, so that no two places read the same."""
    lengths = _lengths(len(table), len(column), len(row_id), len(person))
    try:
        return header + lengths + f"{table}{column}{row_id}{person}".encode()
    except UnicodeEncodeError as error:
        raise BadParameter("A row id or a person's id is no valid text.") from error


def _closed() -> AccessDenied:
    return AccessDenied(
        "A sealed value cannot be opened here.",
        hint="It was changed, moved or sealed with a key that is not in the key file.",
    )
