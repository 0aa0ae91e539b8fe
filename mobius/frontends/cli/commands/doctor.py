"""`mobius doctor`: what works here, and what would help. Here: the command. Not here: the checks (frontends.health)."""

from __future__ import annotations

from mobius.core.tools import Command, Option
from mobius.frontends.cli.health import show
from mobius.frontends.health import examined

COMMAND = Command(
    name="doctor",
    summary="Check sources, keys, files, history and packages, and say what would help.",
    options=(Option(name="--live", help="give every source as long as a question would", flag=True),),
    run=examined,
    show=show,
    examples=("mobius doctor", "mobius doctor --live --json"),
)
