"""Keys that seal what is private. Here: Key and Keyring, with masked representations. Not here: where they lie (keyfile)."""

from __future__ import annotations

import hashlib

from msgspec import Struct

from mobius.core.errors import BadParameter

KEY_BYTES = 32
KEY_ID_BYTES = 4


class Key(Struct, frozen=True):
    """One AES-256 key. Printing, logging or formatting it shows its id only."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise BadParameter(f"a key has {KEY_BYTES} bytes, not {len(self.secret)}")

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys apart; they stand in the header of every sealed value and give nothing of the key."""
        return hashlib.sha256(b"mobius key id\0" + self.secret).digest()[:KEY_ID_BYTES]

    def __repr__(self) -> str:
        return f"Key(id={self.id.hex()}, secret=***)"


class Keyring(Struct, frozen=True):
    """Keys in order: the first seals, any of them unseals. Rotation puts a new key in front."""

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise BadParameter("a keyring holds at least one key")
        if len({key.id for key in self.keys}) != len(self.keys):
            raise BadParameter("a keyring holds no key twice")

    @property
    def first(self) -> Key:
        return self.keys[0]

    def with_first(self, key: Key) -> Keyring:
        """The same ring with `key` sealing from now on."""
        return Keyring((key, *(old for old in self.keys if old.id != key.id)))
