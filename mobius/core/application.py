"""The composed application as a frontend sees it. Here: the Application port. Not here: the composition (app)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mobius.core.answers import Answer
from mobius.core.desk import Desk
from mobius.core.history import AnswerLog, History
from mobius.core.imported import Imported
from mobius.core.needs import Sources
from mobius.core.ports import Clock, Person
from mobius.core.tools import Tool
from mobius.core.world import World

if TYPE_CHECKING:
    from mobius.core.health import CacheHealth


class Application(Protocol):
    """One world, opened. Everything a frontend or a command may do goes through here."""

    world: World
    home: Path
    """The world's data folder."""
    clock: Clock
    tools: Mapping[str, Tool[Any, Any]]
    sources: Sources
    history: History
    imported: Imported
    answers: AnswerLog
    desk: Desk
    """Checked facts outside any question, such as a page's live prices."""

    def cache_health(self) -> CacheHealth | None:
        """What the cache did since the process began; None where there is none."""
        ...

    async def ask(
        self, question: str, *, person: Person, as_of: datetime | None = None, deadline_s: float | None = None
    ) -> Answer:
        """The one pipeline: understand, plan, run, compose, check."""
        ...

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        person: Person,
        as_of: datetime | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        """Run one tool with typed arguments (text as a person types it is accepted), then compose and check."""
        ...
