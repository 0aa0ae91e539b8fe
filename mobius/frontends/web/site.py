"""What every route works with. Here: Site, the person who asks, the JSON of a reply. Not here: any route (routes)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec
from litestar import Request, Response
from msgspec import Struct

from mobius.core.answers import Answer
from mobius.core.application import Application
from mobius.core.errors import BadParameter, MobiusError
from mobius.core.instants import parse_instant
from mobius.core.ports import OWNER, Person
from mobius.core.tools import Tool
from mobius.frontends.web.problems import PROBLEM_TYPE, Refused, encoded, problem_of
from mobius.frontends.web.streams import Streams
from mobius.frontends.web.watching import Watching
from mobius.observe.metrics import Metrics

DEADLINE_MAX_S = 60.0
JSON = "application/json"
Asked: TypeAlias = Request[Any, Any, Any]
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_ANSWERS = msgspec.json.Decoder(Answer, float_hook=Decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One world's application as the web offers it."""

    application: Application
    metrics: Metrics
    streams: Streams
    watching: Watching
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server ends: what streams goes away."""

    async def ask(self, question: str, person: Person, circumstances: Circumstances) -> Answer:
        answer = await self.application.ask(
            question, person=person, as_of=circumstances.as_of, deadline_s=circumstances.deadline_s
        )
        self.count(answer)
        return answer

    async def call(
        self, tool: str, arguments: Mapping[str, Any], person: Person, circumstances: Circumstances
    ) -> Answer:
        answer = await self.application.call(
            tool, arguments, person=person, as_of=circumstances.as_of, deadline_s=circumstances.deadline_s
        )
        self.count(answer)
        return answer

    async def kept(self, answer_id: str, person: Person) -> bytes:
        """The stored answer of that id, as JSON; Refused when there is none."""
        found = await self.application.answers.find(answer_id, person=person.id)
        if found is None:
            raise Refused("not_found", "No answer is kept under that id.", hint="The newest ten thousand are kept.")
        return found

    def count(self, answer: Answer) -> None:
        self.metrics.count("mobius_answers", intent=answer.intent, status=answer.status, surface="web")
        self.metrics.observe("mobius_answer_seconds", answer.elapsed_ms / 1000, intent=answer.intent)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What may be said of any question: the instant it is about, and the seconds it may take."""

    as_of: datetime | None = None
    deadline_s: float | None = None

    @classmethod
    def read(cls, as_of: object, deadline_s: object) -> Circumstances:
        """Read both as typed; raises BadParameter."""
        if as_of is not None and not isinstance(as_of, str):
            raise BadParameter("as_of is an instant as text.", hint="Such as 2024-03-05 or 2024-03-05T14:00:00Z.")
        return cls(None if as_of is None else parse_instant(as_of), _seconds(deadline_s))


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value) if isinstance(value, str | int | float) else float("nan")
    except (ValueError, OverflowError):
        seconds = float("nan")
    if not 0 < seconds <= DEADLINE_MAX_S:
        raise BadParameter(f"deadline_s is a number of seconds, at most {DEADLINE_MAX_S:g}.")
    return seconds


def person_of(request: Asked) -> Person:
    """Who asks: whoever got past the guard is the owner."""
    return person_in(request.scope)


def person_in(scope: Any) -> Person:
    person: Person = scope.get("person", OWNER)
    return person


def decoded(answer: bytes) -> Answer:
    """A stored answer; its decimals stay exact."""
    return _ANSWERS.decode(answer)


def as_json(value: Struct) -> bytes:
    """Decimals as numbers, instants as ISO 8601 with `Z`."""
    return _ENCODER.encode(value)


def bytes_reply(
    body: bytes, media_type: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """A reply of ready bytes. Nothing private stays in a cache unless `headers` say otherwise."""
    told = {"cache-control": "private, no-cache", **(headers or {})}
    media_type = media_type.removesuffix("; charset=utf-8") if media_type.startswith("text/") else media_type
    return Response(body, status_code=status, media_type=media_type, headers=told)  # it says the charset of text itself


def json_reply(body: bytes, status: int = 200) -> Response[bytes]:
    return bytes_reply(body, JSON, status=status)


def problem_reply(error: Exception) -> Response[bytes]:
    """An error as a problem document."""
    said = problem_of(error)
    headers = {"cache-control": "no-store"}
    retry_after_s = getattr(error, "retry_after_s", None) if isinstance(error, MobiusError) else None
    if retry_after_s is not None:
        headers["retry-after"] = str(round(retry_after_s))
    return bytes_reply(encoded(said), PROBLEM_TYPE, status=said.status, headers=headers)


def offered(application: Application) -> dict[str, Tool[Any, Any]]:
    """The tools of this surface by their name in an address, `portfolio-risk` for `portfolio risk`."""
    tools = application.tools.values()
    return {tool.name.replace(" ", "-"): tool for tool in tools if "web" in tool.surfaces}
