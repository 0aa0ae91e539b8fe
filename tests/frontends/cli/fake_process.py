"""The fake application as a process of its own uses it: the question decides what happens."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import datetime

from mobius.core.answers import Answer
from mobius.core.errors import AccessDenied
from mobius.core.ports import Person
from tests.frontends.cli.fake import Asked, FakeApplication, answer, listed, table


@dataclass
class Scripted(FakeApplication):
    """Answers by the word asked."""

    async def ask(
        self, question: str, *, person: Person, as_of: datetime | None = None, deadline_s: float | None = None
    ) -> Answer:
        if question == "bug":
            raise ZeroDivisionError("division by zero")
        if question == "denied":
            raise AccessDenied("That is not yours.")
        if question == "wait":
            sys.stdout.write("waiting\n")
            sys.stdout.flush()
            await asyncio.sleep(60)
        if question == "long":
            return answer(blocks=(listed(*("a long item" for _ in range(50_000))),))
        if question == "table":
            return answer(blocks=(table("Bitcoin", "Ethereum"),))
        return self._reply(Asked(question, {}, as_of, deadline_s))


application = Scripted()
