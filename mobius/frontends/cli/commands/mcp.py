"""`mobius mcp`: tools for other programs, over stdin and stdout. Here: the command. Not here: the server (frontends.mcp)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mobius.core.application import Application
from mobius.core.tools import Command
from mobius.frontends.cli.plain import Page

if TYPE_CHECKING:
    from mobius.frontends.mcp.server import Served


async def run(options: Mapping[str, Any], application: Application) -> Served:
    """Serve until the client closes stdin."""
    from mobius.frontends.mcp.server import serve

    return await serve(application)


def show(result: Served, page: Page) -> None:
    """Nothing: stdout is the client's."""


COMMAND = Command(
    name="mcp",
    summary="Offer the tools to other programs over MCP, on stdin and stdout.",
    options=(),
    run=run,
    show=show,
    stays=True,
    shows_progress=True,
    examples=("mobius mcp", "mobius mcp --sandbox", "claude mcp add mobius -- mobius mcp"),
)
