"""The key file: made at first start, readable by its owner alone. Here: reading and writing it. Not here: sealing.

The file is written beside its place and linked into it, so that a reader sees the whole file or none, and of two
processes that start at once one wins and both use its key.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec

from mobius.core.errors import AccessDenied, BadParameter
from mobius.security.keys import KEY_BYTES, Key, Keyring

_HINT = "Keep a copy of the key file apart from the data: what was sealed with a lost key cannot be opened again."


_FILE_MAX_BYTES = 65_536  # a ring of a thousand keys
KEY_FILE = "keys"
"""Its name in the folder of a world."""
PROTECTED = ".protected"
"""What is added to the key file's name for the file of the same keys under a passphrase (`security.passphrase`)."""


class _KeyDocument(msgspec.Struct, frozen=True):
    version: int
    keys: tuple[bytes, ...]
    """Base64 on disk; the first one seals."""


def open_keyring(file: Path, *, random: Callable[[int], bytes] = os.urandom) -> Keyring:
    """Read the keys in `file`; where there is none yet, make it with one new key.

    Raises AccessDenied when others than the owner may read the file, when its content is no keyring, or when the keys are
    under a passphrase: a new key beside them would open nothing of what is sealed.
    """
    try:
        return _read(file)
    except FileNotFoundError:
        pass
    if protected_file(file).exists():
        raise AccessDenied(
            "The keys of this folder are protected by a passphrase.",
            hint="Set MOBIUS_KEY=passphrase, or take the passphrase off: mobius keys unprotect",
        )
    # Where another process was faster its file stays, and its key counts for both.
    with contextlib.suppress(FileExistsError):
        write_private(file, encode_keyring(Keyring((Key(random(KEY_BYTES)),))), replace=False)
    return _read(file)


def read_keyring(file: Path) -> Keyring | None:
    """The keys in `file`, None where there is no such file. Raises AccessDenied as `open_keyring` does."""
    try:
        return _read(file)
    except FileNotFoundError:
        return None


def protected_file(file: Path) -> Path:
    """Where the keys of the key file `file` lie when a passphrase protects them."""
    return file.with_name(file.name + PROTECTED)


def save_keyring(file: Path, keyring: Keyring) -> None:
    """Put `keyring` in place of the file's content, whole or not at all; rotation uses it."""
    write_private(file, encode_keyring(keyring), replace=True)


def _read(file: Path) -> Keyring:
    content = read_private(file)
    try:
        return decode_keyring(content)
    except BadParameter as error:
        raise AccessDenied(
            f"The key file {file} does not hold keys.", hint=f"Restore it from a copy. {_HINT}"
        ) from error


def encode_keyring(keyring: Keyring) -> bytes:
    """The keys as the JSON of a key file."""
    return msgspec.json.encode(_KeyDocument(version=1, keys=tuple(key.secret for key in keyring.keys)))


def decode_keyring(content: bytes) -> Keyring:
    """The keys of a key file's JSON; raises BadParameter."""
    try:
        document = msgspec.json.decode(content, type=_KeyDocument)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadParameter("this is no document of keys") from error
    if document.version != 1:
        raise BadParameter(f"version {document.version} is not known")
    return Keyring(tuple(Key(secret) for secret in document.keys))


def read_private(file: Path) -> bytes:
    """The content of a file that is its owner's alone. Raises FileNotFoundError, or AccessDenied where it is not."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise AccessDenied(f"The key file {file} cannot be read: {error.strerror}.") from error
    try:
        _refuse_shared(file, os.fstat(descriptor))
        return os.read(descriptor, _FILE_MAX_BYTES)
    finally:
        os.close(descriptor)


def _refuse_shared(file: Path, status: os.stat_result) -> None:
    """The keys open everything private: a file that others may read or that is theirs is refused, not mended."""
    if not stat.S_ISREG(status.st_mode):
        raise AccessDenied(f"The key file {file} is no plain file.")
    if os.name == "nt":  # permissions are access lists there; the user folder's own apply
        return
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        raise AccessDenied(
            f"The key file {file} may be read by others (mode {mode:04o}), so its keys are not used.",
            hint=f"If nobody else has read it, run: chmod 600 {file}",
        )
    if status.st_uid not in (os.geteuid(), 0):
        raise AccessDenied(f"The key file {file} belongs to another user.", hint=f"Run: chown $USER {file}")


def _prepare_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise AccessDenied(f"The folder {folder} for the key file cannot be made: {error.strerror}.") from error


def write_private(file: Path, content: bytes, *, replace: bool) -> None:
    """Write a file for its owner alone, whole or not at all. Raises FileExistsError without `replace`, AccessDenied."""
    _prepare_folder(file.parent)
    beside = file.with_name(f".{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if replace:
                beside.replace(file)
            else:
                os.link(beside, file)  # fails where the file is there already
        finally:
            beside.unlink(missing_ok=True)
        _settle(file.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise AccessDenied(f"The key file {file} cannot be written: {error.strerror}.") from error


def _settle(folder: Path) -> None:
    """Have the folder's new entry on the disk before anything is sealed with the key."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
