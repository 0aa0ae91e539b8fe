"""The one pipeline: understand, plan, run, compose, check. Here: its order and its deadline. Nothing routes around it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from mobius.assistant import replies
from mobius.assistant.border import MissingSlot, to_query
from mobius.assistant.compose import Circumstances, compose, join
from mobius.assistant.planner import Step, plan
from mobius.assistant.registry import tools
from mobius.core.answers import Answer
from mobius.core.asker import asked_by
from mobius.core.deadline import due
from mobius.core.desk import Desk
from mobius.core.errors import BadParameter, DeadlineExceeded, MobiusError, UnknownSymbol
from mobius.core.history import AnswerLog
from mobius.core.ids import new_id
from mobius.core.intents import Understanding
from mobius.core.needs import Sources
from mobius.core.ports import OWNER, Clock, Compute, Deadline, Person, Tracer
from mobius.core.tools import Context
from mobius.core.words import Draft, Writer
from mobius.core.world import World

if TYPE_CHECKING:
    from mobius.language.understand import Understander

DEADLINE_S = 5.0
QUESTION_MAX_CHARS = 4_000
"""What of a question is kept with its answer; understanding reads less."""
_COMPOSE_S = 0.05
"""Kept back from the deadline for wording what there is."""
_ENCODER = msgspec.json.Encoder(decimal_format="number")

logger = logging.getLogger("mobius.ask")


class Assistant(Struct):
    """Answers questions in one world."""

    desk: Desk
    clock: Clock
    world: World
    compute: Compute
    tracer: Tracer
    answers: AnswerLog
    sources: Sources
    understander: Understander | None = None

    async def ask(
        self, question: str, *, person: Person = OWNER, as_of: datetime | None = None, deadline_s: float | None = None
    ) -> Answer:
        """Answer a question typed in plain words."""
        started = self.clock.monotonic()
        with self.tracer.span("ask"):
            with self.tracer.span("understand"):
                understood = self._understand(question, as_of)
            about = self._about(understood.text, understood.intent, understood, as_of)
            if not understood.text.strip():
                return await self._finish([(replies.nothing_asked(), None, about)], person, started)
            if about.as_of is not None and about.as_of > self.clock.now():
                return await self._finish(
                    [(replies.future_day(), None, msgspec.structs.replace(about, as_of=as_of))], person, started
                )
            with self.tracer.span("plan"):
                steps = plan(understood)
            parts = await self._run(steps, understood, about, person, started + (deadline_s or DEADLINE_S))
            return await self._finish(parts, person, started)

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        person: Person = OWNER,
        as_of: datetime | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        """Run one tool with typed arguments. Raises UserError for arguments that cannot be used."""
        started = self.clock.monotonic()
        chosen = tools().get(tool)
        if chosen is None:
            raise BadParameter(f"There is no tool {tool!r}.", hint=f"There are {', '.join(sorted(tools()))}.")
        if as_of is not None and as_of > self.clock.now():
            raise BadParameter("That instant has not come yet.")
        with self.tracer.span("call", tool=tool):
            try:
                query = to_query(chosen, arguments)
            except MissingSlot as missing:
                raise BadParameter(
                    f"{tool} needs {missing.slot}.", hint=f"`mobius {tool} --help` shows how."
                ) from missing
            slots = {k: v for k, v in msgspec.to_builtins(query).items() if v not in (None, [], "")}
            intent = chosen.intents[0] if chosen.intents else tool
            about = Circumstances(
                answer_id=new_id(self.clock.now()), question="", intent=intent, intents=(intent,), confidence=None,
                slots=slots, as_of=as_of, world=self.world.name, simulated=self.world.simulated,
            )  # fmt: skip
            step = Step(intent, chosen, query)
            parts = await self._run((step,), None, about, person, started + (deadline_s or DEADLINE_S))
            return await self._finish(parts, person, started)

    # ---------------------------------------------------------------------------------------------------- the steps

    def _understand(self, question: str, as_of: datetime | None) -> Understanding:
        if self.understander is None:
            from mobius.language.understand import Understander

            self.understander = Understander.load()
        # half a surrogate pair is text that nothing further down can write
        text = question[:QUESTION_MAX_CHARS].encode("utf-8", "replace").decode("utf-8")
        return self.understander.understand(text, now=as_of or self.clock.now())

    def _about(self, text: str, intent: str, understood: Understanding, as_of: datetime | None) -> Circumstances:
        return Circumstances(
            answer_id=new_id(self.clock.now()), question=text, intent=intent,
            intents=understood.intents or (intent,), confidence=round(understood.confidence, 4), slots=understood.slots,
            as_of=_earlier(understood.as_of, as_of, self.clock.now()), world=self.world.name,
            simulated=self.world.simulated,
        )  # fmt: skip

    async def _run(
        self,
        steps: Sequence[Step],
        understood: Understanding | None,
        about: Circumstances,
        person: Person,
        due_at_s: float,
    ) -> list[tuple[Draft, Any, Circumstances]]:
        """Every step at once, under one deadline; a step that fails gives its own sentence."""
        deadline = Deadline(due_at_s - _COMPOSE_S)
        context = Context(
            desk=self.desk, clock=self.clock, as_of=about.as_of, person=person, deadline=deadline,
            compute=self.compute, tracer=self.tracer, world=self.world, tools=tools(),
            configured=self._titles,
        )  # fmt: skip
        with due(deadline), asked_by(person):
            return list(await asyncio.gather(*(self._step(step, understood, about, context) for step in steps)))

    async def _step(
        self, step: Step, understood: Understanding | None, about: Circumstances, context: Context
    ) -> tuple[Draft, Any, Circumstances]:
        about = msgspec.structs.replace(about, intent=step.intent, answer_id=about.answer_id)
        writer = Writer(now=self.clock.now(), as_of=about.as_of)
        if step.intent == "out_of_scope":
            return replies.out_of_scope(), None, about
        if step.tool is None:
            return replies.not_built(step.intent), None, about
        if isinstance(step.error, UnknownSymbol):
            return replies.unknown_asset(step.error, writer), None, about
        if step.error is not None:
            return replies.failed(step.error), None, about
        if step.missing is not None:
            return self._ask_back(step, understood, writer), None, about
        try:
            with self.tracer.span("run", tool=step.tool.name):
                async with asyncio.timeout(context.deadline.left_s(self.clock)):
                    report = await step.tool.run(step.query, context)
        except TimeoutError:
            return replies.failed(DeadlineExceeded("There was no answer in the time given.")), None, about
        except UnknownSymbol as error:
            return replies.unknown_asset(error, writer), None, about
        except MobiusError as error:
            return replies.failed(error), None, about
        return step.tool.words(report, Writer(now=self.clock.now(), as_of=about.as_of)), report, about

    def _titles(self) -> tuple[str, ...]:
        return tuple(source.spec.title for source in self.sources if source.configured)

    def _ask_back(self, step: Step, understood: Understanding | None, writer: Writer) -> Draft:
        if understood is not None and understood.unresolved and step.missing == "assets":
            from mobius.language.near import near_assets

            word = understood.unresolved[0]
            return replies.unknown_asset(UnknownSymbol(word, near=near_assets(word)), writer)
        examples = step.tool.examples if step.tool is not None else ()
        return replies.ask_back(step.missing or "", examples)

    async def _finish(
        self, parts: Sequence[tuple[Draft, Any, Circumstances]], person: Person, started: float
    ) -> Answer:
        with self.tracer.span("compose"):
            now = self.clock.now()
            made = [compose(draft, report, about, self.sources.spec, now) for draft, report, about in parts]
            answer = made[0] if len(made) == 1 else join(made[0], made[1:], made[0].id)
        elapsed_ms = round((self.clock.monotonic() - started) * 1000, 3)
        answer = msgspec.structs.replace(answer, elapsed_ms=elapsed_ms)
        await self._keep(answer, person)
        logger.info("answered", extra={"intent": answer.intent, "status": answer.status, "elapsed_ms": elapsed_ms})
        return answer

    async def _keep(self, answer: Answer, person: Person) -> None:
        await self.answers.keep(_ENCODER.encode(answer), answer_id=answer.id, person=person.id, at=self.clock.now())


def _earlier(asked: datetime | None, given: datetime | None, now: datetime) -> datetime | None:
    """The instant a question is about: the day it names, never later than an `--as-of`; today is no past day."""
    if asked is not None and given is None and now < asked <= now + timedelta(days=1):
        return None
    if asked is None or given is None:
        return asked or given
    return min(asked, given)
