"""Keys under a passphrase, instead of a plain key file. Here: wrapping, opening, changing it. Not here: asking for it.

A key-encryption key made of the passphrase by Argon2id (RFC 9106) seals the keyring with AES-256-GCM; what is private stays
sealed with the keys of the ring. So a new passphrase rewrites this small file and nothing else. The file holds the cost and
the salt in the clear, authenticated with the rest, and is for its owner alone like a key file.
"""

from __future__ import annotations

import contextlib
import os
import struct
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from mobius.core.errors import AccessDenied, BadParameter, NotConfigured
from mobius.security.keyfile import (
    PROTECTED,
    decode_keyring,
    encode_keyring,
    protected_file,
    read_keyring,
    read_private,
    write_private,
)
from mobius.security.keys import KEY_BYTES, Key, Keyring

CHARACTERS_LEAST = 8
"""Of a new passphrase; NIST SP 800-63B asks for as many, and for no other rule."""
CHARACTERS_MOST = 1_024
SALT_BYTES = 16
NONCE_BYTES = 12
_CONTEXT = b"mobius protected keyring"
_HINT = "It cannot be recovered: without it what is sealed stays closed, to everyone."


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What one guess costs; the defaults are the second recommended choice of RFC 9106, section 4."""

    iterations: int = 3
    lanes: int = 4
    memory_kib: int = 65_536


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes are Base64 on disk."""

    version: Literal[1]
    kdf: Literal["argon2id"]
    cost: Cost
    salt: bytes
    nonce: bytes
    sealed: bytes


def open_wrapped_keyring(
    file: Path,
    passphrase: Callable[[], str],
    *,
    first: Callable[[], str] | None = None,
    random: Callable[[int], bytes] = os.urandom,
) -> Keyring:
    """Open the keys in `file`; where there is no file yet, make it with one new key under `first()` (else `passphrase()`).

    Raises AccessDenied for a wrong passphrase, a changed file, one that others may read, and where a plain key file lies
    beside it and no protected one: its keys would be missed.
    """
    try:
        return _opened(file, passphrase)
    except FileNotFoundError:
        pass
    plain = file.with_name(file.name.removesuffix(PROTECTED))
    if plain != file and plain.exists():
        raise AccessDenied(
            f"The keys in {plain} have no passphrase yet.",
            hint="Give them one: MOBIUS_KEY=file mobius keys protect",
        )
    chosen = (first or passphrase)()
    # Where another process was faster its file stays, and its key counts for both.
    with contextlib.suppress(FileExistsError):
        wrap_keyring(file, Keyring((Key(random(KEY_BYTES)),)), lambda: chosen, replace=False, random=random)
    return _opened(file, lambda: chosen)


def wrap_keyring(
    file: Path,
    keyring: Keyring,
    passphrase: Callable[[], str],
    *,
    replace: bool = True,
    cost: Cost | None = None,
    random: Callable[[int], bytes] = os.urandom,
) -> None:
    """Write the keys under a passphrase, with a fresh salt. Raises BadParameter for a passphrase that is too short."""
    chosen = passphrase()
    _refuse_weak(chosen)
    cost = cost or Cost()
    salt, nonce = random(SALT_BYTES), random(NONCE_BYTES)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = AESGCM(_key(chosen, salt, cost)).encrypt(nonce, encode_keyring(keyring), _bound(salt, cost))
    document = _Document(version=1, kdf="argon2id", cost=cost, salt=salt, nonce=nonce, sealed=sealed)
    write_private(file, msgspec.json.encode(document), replace=replace)


def change_passphrase(file: Path, old: Callable[[], str], new: Callable[[], str]) -> None:
    """Put the same keys under another passphrase; what they seal is not touched. Raises as opening and wrapping do."""
    try:
        keyring = _opened(file, old)
    except FileNotFoundError as error:
        raise NotConfigured("No passphrase protects these keys.", hint="Give them one: mobius keys protect") from error
    wrap_keyring(file, keyring, new)


def protect(key_file: Path, passphrase: Callable[[], str]) -> None:
    """Move the keys of a plain key file under a passphrase; the plain file goes once the other one has been opened.

    A copy in a backup, or what the disk still holds of the deleted file, is not protected by it. Raises BadParameter where
    there is no key file, AccessDenied where a protected file with other keys lies beside it.
    """
    keyring = read_keyring(key_file)
    if keyring is None:
        raise BadParameter(f"There is no key file {key_file}.", hint="The first start makes one.")
    file, chosen = protected_file(key_file), passphrase()
    with contextlib.suppress(FileExistsError):  # left by an attempt that was interrupted: opened and compared below
        wrap_keyring(file, keyring, lambda: chosen, replace=False)
    if _opened(file, lambda: chosen) != keyring:
        raise AccessDenied(f"{file} protects other keys than {key_file} holds.", hint="Move one of them away.")
    key_file.unlink()


def unprotect(key_file: Path, passphrase: Callable[[], str]) -> None:
    """Write the keys into a plain key file again and remove the protected one. Raises as `change_passphrase` does."""
    file = protected_file(key_file)
    try:
        keyring = _opened(file, passphrase)
    except FileNotFoundError as error:
        raise NotConfigured("No passphrase protects these keys.") from error
    try:
        write_private(key_file, encode_keyring(keyring), replace=False)
    except FileExistsError as error:
        if read_keyring(key_file) != keyring:
            raise AccessDenied(f"{key_file} holds other keys than {file}.", hint="Move one of them away.") from error
    file.unlink()


# ------------------------------------------------------------------------------------------------------------- pieces


def _opened(file: Path, passphrase: Callable[[], str]) -> Keyring:
    """The same work for every passphrase, asked for when the file is read: the derivation, then one try to unseal."""
    content = read_private(file)
    try:
        document = msgspec.json.decode(content, type=_Document)
        _refuse_cost(document.cost)
    except (msgspec.DecodeError, UnicodeDecodeError, BadParameter) as error:
        raise AccessDenied(f"{file} does not hold protected keys.", hint="Restore it from a copy.") from error
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = _key(passphrase(), document.salt, document.cost)
    try:
        plain = AESGCM(key).decrypt(document.nonce, document.sealed, _bound(document.salt, document.cost))
    except (InvalidTag, ValueError):  # a nonce or a ciphertext of a length that cannot be is a changed file
        raise AccessDenied("That is not the passphrase of these keys.", hint=_HINT) from None
    return decode_keyring(plain)


def _key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """The key-encryption key: the passphrase in one spelling of its letters (NFKC), without white space around it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    said = _spelt(passphrase).encode("utf-8", "surrogatepass")
    try:
        argon = Argon2id(
            salt=salt, length=KEY_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
        )
        return argon.derive(said)
    except UnsupportedAlgorithm as error:
        raise NotConfigured(
            "The cryptography library here was built without Argon2id.",
            hint="Install it from PyPI: pip install cryptography",
        ) from error
    except MemoryError as error:
        raise AccessDenied(f"The passphrase needs {cost.memory_kib // 1024} MB of memory to be tried.") from error
    except ValueError as error:
        raise AccessDenied("The file of the protected keys was changed.", hint="Restore it from a copy.") from error


def _spelt(passphrase: str) -> str:
    return unicodedata.normalize("NFKC", passphrase[:CHARACTERS_MOST]).strip()


def _bound(salt: bytes, cost: Cost) -> bytes:
    """What is authenticated beside the keys: that they are keys, how the passphrase was stretched."""
    return _CONTEXT + struct.pack(">BIII", 1, cost.iterations, cost.lanes, cost.memory_kib) + salt


def _refuse_cost(cost: Cost) -> None:
    """A changed file must not make the process take all memory, or hours."""
    if not (1 <= cost.iterations <= 64 and 1 <= cost.lanes <= 64 and 8 * cost.lanes <= cost.memory_kib <= 2**20):
        raise BadParameter("the cost is out of bounds")


def _refuse_weak(passphrase: str) -> None:
    if not CHARACTERS_LEAST <= len(_spelt(passphrase)) <= CHARACTERS_MOST or len(passphrase) > CHARACTERS_MOST:
        raise BadParameter(
            f"A passphrase has {CHARACTERS_LEAST} to {CHARACTERS_MOST:,} characters.",
            hint="Four or five words drawn at random are good.",
        )
