"""`mobius keys passphrase`: another passphrase for the same keys. Here: the command. Not here: wrapping keys (security)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobius.core.application import Application
from mobius.core.tools import Command, Option
from mobius.frontends.cli.commands.keys_protect import PASSPHRASE_FD, Moved, source_of
from mobius.frontends.cli.plain import Page
from mobius.security.keyfile import KEY_FILE, protected_file


async def run(options: Mapping[str, Any], application: Application) -> Moved:
    from mobius.security.passphrase import change_passphrase

    file = protected_file(application.home / KEY_FILE)
    change_passphrase(file, source_of(options["passphrase_fd"]).old, source_of(options["new_passphrase_fd"]).new)
    return Moved(file=str(file), setting="passphrase")


def show(result: Moved, page: Page) -> None:
    page.line("The keys need the new passphrase from now on. What they seal was not touched.")


COMMAND = Command(
    name="keys passphrase",
    summary="Change the passphrase of the keys; nothing is encrypted anew.",
    options=(
        PASSPHRASE_FD,
        Option(name="--new-passphrase-fd", help="file descriptor to read the new one from, instead of being asked"),
    ),
    run=run,
    show=show,
    shows_progress=True,
    examples=("MOBIUS_KEY=file mobius keys passphrase",),
)
