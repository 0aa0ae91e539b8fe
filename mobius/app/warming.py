"""Asking ahead of people, while the process stays. Here: `Warmer`. Not here: what is worth asking (cache.warming).

What was asked is the owner's business: it is remembered in the cache's own file, as tool and arguments without a name, only
where the arguments are names out of the markets' own vocabulary (never an address, an amount, a holding or free text), for the
newest few thousand questions; and it leaves the machine as the very requests that were made for it before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from mobius.assistant.border import MissingSlot, to_query
from mobius.assistant.registry import tool_for, tools
from mobius.cache.disk import Disk
from mobius.cache.warming import FOLLOWS_S, MOST_QUERIES, Habits, Renewal
from mobius.core.answers import Answer
from mobius.core.deadline import due
from mobius.core.desk import Desk
from mobius.core.errors import MobiusError
from mobius.core.gather import gather
from mobius.core.keeping import Watch, watching
from mobius.core.ports import OWNER, Clock, Compute, Deadline, Person, Tracer
from mobius.core.tools import Context
from mobius.core.world import World

TICK_S = 2.0
AHEAD_S = 5.0
"""Values are renewed when less than this is left of their time: two ticks and a slow source."""
RENEWAL_S = 5.0
MOST_AT_ONCE = 4
PUBLIC = frozenset({"assets", "quote", "window", "interval", "indicators", "exchanges", "protocols", "chains", "risk"})
"""Arguments that are words everybody uses; a question with any other is not remembered."""
_MOST_PEOPLE = 1_000

logger = logging.getLogger("mobius.warming")


class Remembered(Struct, frozen=True, kw_only=True):
    """A question as the log keeps it: enough to ask it again, and nothing of who asked."""

    tool: str
    arguments: dict[str, Any]
    after: str | None = None
    fresh_s: float
    limit_s: float
    costs: dict[str, int]

    @property
    def query(self) -> str:
        return query_of(self.tool, self.arguments)


def query_of(tool: str, arguments: Mapping[str, Any]) -> str:
    """One text for one question, however its arguments are ordered."""
    return f"{tool} {msgspec.json.encode(arguments, order='sorted').decode()}"


class Warmer:
    """Listens to what is asked and asks what is likely next, in time for whoever asks it."""

    def __init__(
        self,
        *,
        desk: Desk,
        clock: Clock,
        compute: Compute,
        tracer: Tracer,
        world: World,
        log: Disk,
        budget: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._desk, self._clock, self._compute = desk, clock, compute
        self._tracer, self._world, self._log = tracer, world, log
        self._sleep = sleep
        self._habits = Habits(budget=budget, ahead_s=AHEAD_S)
        self._questions: dict[str, Remembered] = {}
        self._last: dict[str, tuple[float, str]] = {}
        self.renewed = 0
        """Questions asked ahead since the process began."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask ahead while the block runs."""
        self._recall()
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def listening(self, ask: Callable[[], Awaitable[Answer]], person: Person) -> Answer:
        """Answer, and learn from it."""
        with watching() as watch:
            answer = await ask()
        self.hear(answer, watch, person)
        return answer

    def hear(self, answer: Answer, watch: Watch, person: Person) -> None:
        """Learn from an answer and from what was fetched for it."""
        tool = tool_for(answer.intent)
        if tool is None or answer.status not in ("answered", "partial") or answer.as_of is not None or not watch.asked:
            return
        wanted = {field.name for field in msgspec.structs.fields(tool.query)} - {"text"}
        slots = {
            name: value for name, value in answer.slots.items() if name in wanted and value not in (None, "", [], ())
        }
        if not PUBLIC.issuperset(slots):
            return
        now_s = self._now_s()
        query = query_of(tool.name, slots)
        at_s, before = self._last.get(person.id, (0.0, ""))
        self._last[person.id] = (now_s, query)
        if len(self._last) > _MOST_PEOPLE:
            del self._last[next(iter(self._last))]
        one = Remembered(
            tool=tool.name, arguments=slots, after=before if before and now_s - at_s <= FOLLOWS_S else None,
            fresh_s=watch.fresh_s, limit_s=watch.limit_s, costs=dict(watch.asked),
        )  # fmt: skip
        self._learn(one, now_s, live=True)
        if watch.fetched:
            self._habits.fetched(query, now_s, costs=watch.fetched)
        self._log.remember(now_s, msgspec.json.encode(one).decode())

    async def once(self) -> int:
        """Ask what is worth asking now; how many questions that were."""
        due_now = self._habits.due(self._now_s(), most=MOST_AT_ONCE)
        jobs = {renewal.query: partial(self._renew, renewal) for renewal in due_now}
        got = await gather(jobs, limit=MOST_AT_ONCE, timeout_s=RENEWAL_S)
        for query, failure in got.failures.items():
            logger.info("not renewed", extra={"query": query.split(" ")[0], "error": type(failure).__name__})
            if not isinstance(failure, MobiusError | MissingSlot):
                raise failure
        self.renewed += len(got.results)
        return len(got.results)

    async def _run(self) -> None:
        while True:
            await self._sleep(TICK_S)
            try:
                await self.once()
            except Exception:  # the outermost loop of its task: one bad question must not end the warming of all others
                logger.exception("warming failed")

    async def _renew(self, renewal: Renewal) -> None:
        one = self._questions[renewal.query]
        tool = tools()[one.tool]
        query = to_query(tool, one.arguments)
        deadline = Deadline(self._clock.monotonic() + RENEWAL_S)
        context = Context(
            desk=self._desk, clock=self._clock, as_of=None, person=OWNER, deadline=deadline, compute=self._compute,
            tracer=self._tracer, world=self._world, tools=tools(),
        )  # fmt: skip
        with due(deadline), watching(AHEAD_S) as watch, self._tracer.span("warm", tool=tool.name):
            await tool.run(query, context)
        self._habits.fetched(renewal.query, self._now_s(), costs=watch.fetched)

    def _recall(self) -> None:
        for at_s, text in self._log.remembered():
            try:
                one = msgspec.json.decode(text, type=Remembered)
            except msgspec.MsgspecError:  # of another version
                continue
            if one.tool in tools():
                self._learn(one, at_s, live=False)

    def _learn(self, one: Remembered, at_s: float, *, live: bool) -> None:
        if len(self._questions) >= 2 * MOST_QUERIES:
            self._questions = {query: known for query, known in self._questions.items() if query in self._habits}
        self._questions[one.query] = one
        self._habits.asked(
            one.query, at_s, fresh_s=one.fresh_s, limit_s=one.limit_s, costs=one.costs, after=one.after, live=live
        )

    def _now_s(self) -> float:
        return self._clock.now().timestamp()
