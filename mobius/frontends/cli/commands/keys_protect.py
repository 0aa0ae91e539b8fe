"""`mobius keys protect`: a passphrase for the keys. Here: the command. Not here: how they are wrapped (security)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mobius.core.application import Application
from mobius.core.errors import BadParameter
from mobius.core.tools import Command, Option
from mobius.frontends.cli.plain import Page
from mobius.security.keyfile import KEY_FILE, protected_file
from mobius.security.prompt import PassphraseSource

PASSPHRASE_FD = Option(
    name="--passphrase-fd", help="file descriptor to read the passphrase from, instead of being asked"
)


class Moved(Struct, frozen=True, kw_only=True):
    """Where the keys lie now, and what MOBIUS_KEY must say."""

    file: str
    setting: str


def source_of(descriptor: str | None) -> PassphraseSource:
    """Where the passphrase of a command comes from. Raises BadParameter for what is no file descriptor."""
    if descriptor is None:
        return PassphraseSource()
    if not (descriptor.isascii() and descriptor.isdigit()):
        raise BadParameter(f"{descriptor[:40]!r} is no file descriptor.", hint="Such as --passphrase-fd 3 3<FILE")
    return PassphraseSource(descriptor=int(descriptor))


async def run(options: Mapping[str, Any], application: Application) -> Moved:
    from mobius.security.passphrase import protect

    key_file = application.home / KEY_FILE
    protect(key_file, source_of(options["passphrase_fd"]).new)
    return Moved(file=str(protected_file(key_file)), setting="passphrase")


def show(result: Moved, page: Page) -> None:
    page.line("The keys need the passphrase from now on. Nobody can open them without it.")
    page.line(f"Set MOBIUS_KEY={result.setting}. Copies of the key file made before open the data still: destroy them.")


COMMAND = Command(
    name="keys protect",
    summary="Put the keys of what is private under a passphrase.",
    options=(PASSPHRASE_FD,),
    run=run,
    show=show,
    shows_progress=True,
    examples=("mobius keys protect", "mobius keys protect --passphrase-fd 3 3<passphrase.txt"),
)
