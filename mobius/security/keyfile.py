"""The key file: made at first start, readable by its owner alone. Here: open_keyring, save_keyring. Not here: sealing.

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


class _KeyDocument(msgspec.Struct, frozen=True):
    version: int
    keys: tuple[bytes, ...]
    """Base64 on disk; the first one seals."""


def open_keyring(file: Path, *, random: Callable[[int], bytes] = os.urandom) -> Keyring:
    """Read the keys in `file`; where there is none yet, make it with one new key.

    Raises AccessDenied when others than the owner may read the file, or when its content is no keyring.
    """
    try:
        return _read(file)
    except FileNotFoundError:
        pass
    _prepare_folder(file.parent)
    # Where another process was faster its file stays, and its key counts for both.
    with contextlib.suppress(FileExistsError):
        _write(file, Keyring((Key(random(KEY_BYTES)),)), replace=False)
    return _read(file)


def save_keyring(file: Path, keyring: Keyring) -> None:
    """Put `keyring` in place of the file's content, whole or not at all; rotation uses it."""
    _prepare_folder(file.parent)
    _write(file, keyring, replace=True)


def _read(file: Path) -> Keyring:
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise AccessDenied(f"The key file {file} cannot be read: {error.strerror}.") from error
    try:
        _refuse_shared(file, os.fstat(descriptor))
        content = os.read(descriptor, _FILE_MAX_BYTES)
    finally:
        os.close(descriptor)
    try:
        document = msgspec.json.decode(content, type=_KeyDocument)
        if document.version != 1:
            raise BadParameter(f"version {document.version} is not known")
        return Keyring(tuple(Key(secret) for secret in document.keys))
    except (msgspec.DecodeError, BadParameter) as error:
        raise AccessDenied(
            f"The key file {file} does not hold keys.", hint=f"Restore it from a copy. {_HINT}"
        ) from error


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


def _write(file: Path, keyring: Keyring, *, replace: bool) -> None:
    content = msgspec.json.encode(_KeyDocument(version=1, keys=tuple(key.secret for key in keyring.keys)))
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
