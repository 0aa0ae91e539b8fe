"""What the command line asks to be opened. Here: OpenRequest and the type of `open_app`. Not here: the opening (app)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from mobius.core.application import Application


class OpenRequest(Struct, frozen=True, kw_only=True):
    """What the command line said about the process; None leaves a choice to the settings."""

    world: str | None = None
    """A world's name as typed (`sandbox`, `sandbox:3`, `live`)."""
    home: Path | None = None
    """Folder of all worlds' data."""
    as_of: datetime | None = None
    """Questions are about this instant: no socket is opened."""
    stays: bool = False
    """The process goes on until it is told to end, so that it may fetch ahead of what is asked."""
    verbose: bool = False
    """Log more, on the error stream."""


OpenApp: TypeAlias = Callable[[OpenRequest], AbstractAsyncContextManager[Application]]
