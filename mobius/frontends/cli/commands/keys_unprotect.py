"""`mobius keys unprotect`: the keys in a plain file again. Here: the command. Not here: how they are wrapped (security)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobius.core.application import Application
from mobius.core.tools import Command
from mobius.frontends.cli.commands.keys_protect import PASSPHRASE_FD, Moved, source_of
from mobius.frontends.cli.plain import Page
from mobius.security.keyfile import KEY_FILE


async def run(options: Mapping[str, Any], application: Application) -> Moved:
    from mobius.security.passphrase import unprotect

    key_file = application.home / KEY_FILE
    unprotect(key_file, source_of(options["passphrase_fd"]).old)
    return Moved(file=str(key_file), setting="file")


def show(result: Moved, page: Page) -> None:
    page.line(f"The keys lie in {result.file}, which only you may read. Set MOBIUS_KEY={result.setting}.")


COMMAND = Command(
    name="keys unprotect",
    summary="Take the passphrase off the keys and keep them in a file of yours alone.",
    options=(PASSPHRASE_FD,),
    run=run,
    show=show,
    shows_progress=True,
    examples=("MOBIUS_KEY=file mobius keys unprotect",),
)
