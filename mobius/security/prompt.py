"""Where a passphrase comes from: a setting, a file descriptor, or a person at the terminal. Here: asking. Never logged."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from mobius.core.errors import AccessDenied, BadParameter

_DESCRIPTOR_MAX_BYTES = 8_192


@dataclass(frozen=True, slots=True, repr=False)
class PassphraseSource:
    """Asks once what was `given`, then the descriptor, then the terminal; its repr shows none of it."""

    given: str = ""
    descriptor: int | None = None
    type_in: Callable[[str], str] | None = None
    """Shows a prompt and reads a line without echo; by default on the terminal itself."""

    @property
    def silent(self) -> bool:
        """Whether nobody need be asked."""
        return bool(self.given) or self.descriptor is not None

    def old(self) -> str:
        """The passphrase there is."""
        return self._elsewhere() or self._typed("Passphrase: ")

    def new(self) -> str:
        """A passphrase to be: typed twice at a terminal, since a slip would lock everything away."""
        said = self._elsewhere()
        if said is not None:
            return said
        said = self._typed("New passphrase: ")
        if said != self._typed("The same again: "):
            raise BadParameter("The two passphrases differ.", hint="Nothing was changed; try again.")
        return said

    def _elsewhere(self) -> str | None:
        if self.given:
            return self.given
        return None if self.descriptor is None else _read_descriptor(self.descriptor)

    def _typed(self, prompt: str) -> str:
        return (self.type_in or _at_the_terminal)(prompt)

    def __repr__(self) -> str:
        return "PassphraseSource(***)"


def _read_descriptor(descriptor: int) -> str:
    """The first line of what the descriptor gives."""
    content = b""
    try:
        while len(content) < _DESCRIPTOR_MAX_BYTES and b"\n" not in content:
            chunk = os.read(descriptor, 1024)
            if not chunk:
                break
            content += chunk
    except (OSError, OverflowError) as error:
        raise AccessDenied(f"The passphrase cannot be read from file descriptor {descriptor}: {error}.") from error
    said = content.partition(b"\n")[0].decode("utf-8", "replace").strip()
    if not said:
        raise AccessDenied(f"File descriptor {descriptor} gave no passphrase.")
    return said


def _at_the_terminal(prompt: str) -> str:
    from getpass import GetPassWarning, getpass

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)  # rather nothing than a passphrase on the screen
            return getpass(prompt)
    except (GetPassWarning, EOFError, OSError) as error:
        raise AccessDenied(
            "The keys need a passphrase, and there is no terminal to ask at.",
            hint="Give it as MOBIUS_PASSPHRASE, or through a file descriptor: MOBIUS_PASSPHRASE_FD=3 ... 3<FILE",
        ) from error
