"""`GET /v1/stream`: a question's stages, answer and card as Server-Sent Events. Not here: the buffer (streams)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import asgi
from litestar.handlers import ASGIRouteHandler

from mobius.core.errors import MobiusError
from mobius.core.ports import Person
from mobius.frontends.web import shown
from mobius.frontends.web.arguments import parameters, single
from mobius.frontends.web.asgi import Header, Receive, Scope, Send
from mobius.frontends.web.problems import Refused, encoded, problem_of
from mobius.frontends.web.site import Circumstances, Site, as_json, person_in
from mobius.frontends.web.streams import Emit, Stream
from mobius.frontends.web.views import card_html

logger = logging.getLogger("mobius.web")

PARAMETERS = ("question", "as_of", "deadline_s", "stream", "resume")
UNDERSTOOD_S = 0.03
"""Understanding takes milliseconds: a question that has no answer after this long is being run."""
ALIVE_S = 10.0
"""A comment is sent this often, so that a connection that is gone is noticed."""
SEND_S = 20.0
"""A listener that takes nothing for this long is let go; it may come back and resume."""
RETRY_MS = 1_000
_HEAD: list[Header] = [
    (b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"),
]  # fmt: skip


def handlers(site: Site) -> Sequence[ASGIRouteHandler]:
    @asgi("/v1/stream", copy_scope=True)
    async def stream(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] != "GET":
            raise Refused("method_not_allowed", "A stream is read with GET.")
        chosen, after = _chosen(site, scope)
        await _send(site, chosen, after, receive, send)

    return (stream,)


def _chosen(site: Site, scope: Scope) -> tuple[Stream, int]:
    """The stream that the request means, and the number of the last event its listener has."""
    person = person_in(scope)
    asked = single(parameters(scope["query_string"]), PARAMETERS)
    last = asked.get("resume") or next(
        (value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id" and value), None
    )
    if last is not None:
        return site.streams.resume(person.id, last)
    question = asked.get("question", "").strip()
    if not question:
        raise Refused("bad_input", "There is no question.", hint="Such as /v1/stream?question=btc")
    about = Circumstances.read(asked.get("as_of"), asked.get("deadline_s"))
    same = "\0".join((question, asked.get("as_of", ""), asked.get("deadline_s", "")))

    async def run(emit: Emit) -> None:
        await _answer(site, question, person, about, emit)

    return site.streams.open(person.id, same, run, asked.get("stream")), 0


async def _answer(site: Site, question: str, person: Person, about: Circumstances, emit: Emit) -> None:
    """Run the question once and tell what comes of it."""
    emit("stage", b'{"stage":"understanding"}')
    running = asyncio.get_running_loop().call_later(UNDERSTOOD_S, emit, "stage", b'{"stage":"running"}')
    answer_id = None
    try:
        answer = await site.ask(question, person, about)
        running.cancel()
        answer_id = answer.id
        emit("answer", as_json(answer))
        emit("card", card_html(shown.card(site.application, answer)).encode())
    except Exception as error:  # the outermost loop of a question that no request waits for
        if not isinstance(error, MobiusError):
            logger.exception("stream failed")
        running.cancel()
        emit("problem", encoded(problem_of(error)))
    emit("done", msgspec.json.encode({"id": answer_id}))


async def _send(site: Site, stream: Stream, after: int, receive: Receive, send: Send) -> None:
    """Write events until the stream ends, the listener goes away or takes nothing more, or the server ends."""
    await send({"type": "http.response.start", "status": 200, "headers": [*_HEAD]})
    await _write(send, b"retry: %d\n\n" % RETRY_MS)
    writing = asyncio.create_task(_events(stream, after, send))
    gone = asyncio.create_task(_gone(receive))
    ending = asyncio.create_task(site.closing.wait())
    try:
        await asyncio.wait((writing, gone, ending), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (writing, gone, ending):
            task.cancel()
        await asyncio.gather(writing, gone, ending, return_exceptions=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SEND_S):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _events(stream: Stream, after: int, send: Send) -> None:
    with contextlib.suppress(TimeoutError):
        while True:
            for event in stream.events[after:]:
                await _write(send, event.wire(stream.id))
                after = event.n
            if stream.ended_s is not None and after == len(stream.events):
                stream.collected = True
                return
            try:
                async with asyncio.timeout(ALIVE_S):
                    await stream.more(after)
            except TimeoutError:
                await _write(send, b": alive\n\n")


async def _write(send: Send, data: bytes) -> None:
    async with asyncio.timeout(SEND_S):
        await send({"type": "http.response.body", "body": data, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
