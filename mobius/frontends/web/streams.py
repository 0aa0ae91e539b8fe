"""Answers as streams of events, kept so that a dropped connection loses nothing. Here: the buffer. Not here: HTTP.

A question runs in a task of its own, once, whoever listens or goes away. Its events are kept, numbered from 1, for a minute
after the last; whoever comes back names the last one seen and gets the rest.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from mobius.frontends.web.problems import Refused

KEEP_S = 60.0
MOST_RUNNING = 16
"""Questions of one person that may run at the same time."""
MOST_KEPT = 64
"""Streams kept a person, and bytes of them; the oldest that have ended go first."""
MOST_BYTES = 16_000_000
JOIN_S = 10.0
"""How long an answer that nobody has yet waits for whoever asks the same again; later it is asked anew."""
STREAM_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")

Emit = Callable[[str, bytes], None]
Run = Callable[[Emit], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its place in the stream, from 1, its name and its data, a line of JSON or lines of HTML."""

    n: int
    name: str
    data: bytes

    def wire(self, stream: str) -> bytes:
        """As Server-Sent Events have it; each line of the data is a `data:` line of its own."""
        lines = re.split(rb"\r\n|\r|\n", self.data)
        data = b"".join(b"data: %s\n" % line for line in lines)
        return b"id: %s:%d\nevent: %s\n%s\n" % (stream.encode(), self.n, self.name.encode(), data)


@dataclass(slots=True)
class Stream:
    """One question's events, as they come."""

    id: str
    person: str
    asked: str
    """What was asked, all that tells two questions apart."""
    events: list[Event] = field(default_factory=list)
    ended_s: float | None = None
    n_bytes: int = 0
    collected: bool = False
    """Whether a listener was given its last event."""
    task: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, name: str, data: bytes) -> None:
        self.events.append(Event(len(self.events) + 1, name, data))
        self.n_bytes += len(data)
        self._wake()

    def end(self, now_s: float) -> None:
        self.ended_s = now_s
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def more(self, n: int) -> None:
        """Wait until there are more than `n` events, or none will come."""
        while len(self.events) <= n and self.ended_s is None:
            await self._news.wait()


@dataclass(slots=True)
class Streams:
    """The streams of this process, by person and id."""

    monotonic: Callable[[], float]
    keep_s: float = KEEP_S
    _kept: dict[tuple[str, str], Stream] = field(default_factory=dict)

    def open(self, person: str, asked: str, run: Run, stream_id: str | None = None) -> Stream:
        """The stream of that id if there is one; one of the same question that nobody has the end of; else a new one.

        A browser that lost its connection before the first event asks again without saying what it has seen: it finds
        the question still running, or its answer waiting, and nothing runs twice.
        """
        self._forget()
        if stream_id is not None and not STREAM_ID.fullmatch(stream_id):
            raise Refused("bad_input", "A stream's id is 8 to 64 letters, digits, - and _.")
        found = self._kept.get((person, stream_id)) if stream_id is not None else self._waiting(person, asked)
        if found is not None:
            if found.asked != asked:
                raise Refused("bad_input", "That stream answers another question.", hint="Choose a new id.")
            return found
        if sum(stream.ended_s is None for stream in self._of(person)) >= MOST_RUNNING:
            raise Refused("too_many", "Too many questions are running.", hint="Wait for one of them to end.")
        stream = Stream(stream_id or secrets.token_urlsafe(12), person, asked)
        self._kept[person, stream.id] = stream
        stream.task = asyncio.create_task(self._run(stream, run))
        return stream

    def resume(self, person: str, last: str) -> tuple[Stream, int]:
        """The stream and the number that an event's id `<stream>:<n>` names; Refused when it is no longer kept."""
        self._forget()
        stream_id, _, number = last.rpartition(":")
        if not (STREAM_ID.fullmatch(stream_id) and number.isascii() and number.isdigit() and len(number) < 7):
            raise Refused("bad_input", "That is no event's id.", hint="Give the id of the last event that was seen.")
        stream = self._kept.get((person, stream_id))
        if stream is None:
            raise Refused("gone", "That stream is no longer kept.", hint="The answer may be among the recent ones.")
        return stream, min(int(number), len(stream.events))

    async def aclose(self) -> None:
        """Stop what still runs."""
        tasks = [stream.task for stream in self._kept.values() if stream.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._kept.clear()

    @property
    def n_running(self) -> int:
        return sum(stream.ended_s is None for stream in self._kept.values())

    async def _run(self, stream: Stream, run: Run) -> None:
        try:
            await run(stream.add)
        finally:
            stream.end(self.monotonic())

    def _of(self, person: str) -> list[Stream]:
        return [stream for (owner, _), stream in self._kept.items() if owner == person]

    def _waiting(self, person: str, asked: str) -> Stream | None:
        since_s = self.monotonic() - JOIN_S
        waiting = (s for s in self._of(person) if s.asked == asked and not s.collected)
        return next((s for s in waiting if s.ended_s is None or s.ended_s > since_s), None)

    def _forget(self) -> None:
        """Let go what ended more than a minute ago, and the oldest beyond what is kept of a person."""
        now_s = self.monotonic()
        for key, stream in list(self._kept.items()):
            if stream.ended_s is not None and now_s - stream.ended_s > self.keep_s:
                del self._kept[key]
        for person in {owner for owner, _ in self._kept}:
            streams = self._of(person)
            n_bytes = sum(stream.n_bytes for stream in streams)
            for stream in streams:
                if len(streams) < MOST_KEPT and n_bytes < MOST_BYTES:
                    break
                if stream.ended_s is not None:
                    streams = [other for other in streams if other is not stream]
                    n_bytes -= stream.n_bytes
                    del self._kept[person, stream.id]
