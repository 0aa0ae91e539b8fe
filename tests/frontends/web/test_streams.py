"""Answers as streams: nothing is lost and nothing comes twice, however often the connection drops."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

import pytest
import pytest_asyncio

from mobius.core.answers import Answer
from mobius.core.errors import SourceUnavailable
from mobius.core.ports import Person
from mobius.frontends.web import streams as streams_module
from mobius.frontends.web.problems import Refused
from mobius.frontends.web.serving import serving
from mobius.frontends.web.streams import Emit, Event, Stream, Streams
from tests.frontends.cli.fake import FakeApplication, answer
from tests.frontends.web.conftest import World
from tests.frontends.web.wire import Event as Seen
from tests.frontends.web.wire import Line, Web, events_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Counting(FakeApplication):
    """Answers each question with an id of its own, after a few turns of the loop; counts how often each was run."""

    runs: dict[str, int] = field(default_factory=dict)
    gate: asyncio.Event | None = None

    async def ask(
        self, question: str, *, person: Person, as_of: datetime | None = None, deadline_s: float | None = None
    ) -> Answer:
        self.runs[question] = self.runs.get(question, 0) + 1
        n = sum(self.runs.values())
        for _ in range(20):
            await asyncio.sleep(0.001)
        if self.gate is not None:
            await self.gate.wait()
        if "fail" in question:
            raise SourceUnavailable("kraken", "Kraken is down.")
        if "bug" in question:
            raise ZeroDivisionError
        made = answer(id=f"0198f1c2-3b4d-7abc-8def-{n:012x}", question=question)
        self.answers.kept[made.id] = json.dumps({"id": made.id}).encode()
        return made


@dataclass
class Served:
    application: Counting
    web: Web


@pytest_asyncio.fixture(loop_scope="session")
async def served() -> AsyncIterator[Served]:
    application = Counting()
    async with serving(application, port=0) as address:
        yield Served(application, Web(address))


async def opened(web: Web, query: str, headers: Mapping[str, str] | None = None) -> Line:
    line = await web.line()
    await line.send(web.head("GET", f"/v1/stream?{query}", headers))
    return line


async def whole(web: Web, query: str, headers: Mapping[str, str] | None = None) -> list[Seen]:
    line = await opened(web, query, headers)
    got = await asyncio.wait_for(line.got(), 10)
    assert got.status == 200, got.text
    assert got.headers["content-type"].startswith("text/event-stream")
    line.drop()
    return events_of(got.text)


async def test_a_question_streams_its_stages_its_answer_and_its_card(world: World) -> None:
    seen = await whole(world.web, "question=" + quote("what's BTC doing today?"))
    assert [event.name for event in seen if event.name != "stage"] == ["answer", "card", "done"]
    assert json.loads(seen[0].data) == {"stage": "understanding"}
    said = json.loads(next(event.data for event in seen if event.name == "answer"))
    assert "Bitcoin" in said["headline_plain"]
    card = next(event.data for event in seen if event.name == "card")
    assert said["id"] in card
    assert card == (await world.web.get(f"/fragments/answers/{said['id']}")).text or said["id"] in card
    stream = seen[0].id.rpartition(":")[0]
    assert [event.id for event in seen] == [f"{stream}:{n}" for n in range(1, len(seen) + 1)]


async def test_a_hundred_drops_lose_and_double_no_answer(served: Served) -> None:
    """Drops at every point: before the head, within it, between events, within one."""
    chance = random.Random(7)
    drops = 0
    n_questions = 0
    while drops < 100:
        question = f"question number {n_questions}"
        n_questions += 1
        seen: dict[str, Seen] = {}
        last: str | None = None
        for _ in range(40):
            headers = {"last-event-id": last} if last else {}
            line = await opened(served.web, "question=" + quote(question), headers)
            text, dropped = await read_and_drop(line, chance)
            drops += dropped
            for event in events_of(text):
                assert event.id not in seen, "an event came twice"
                seen[event.id] = event
                last = event.id
            if any(event.name == "done" for event in seen.values()):
                break
        names = [event.name for event in seen.values()]
        assert names.count("answer") == names.count("card") == names.count("done") == 1
        assert [int(name.rpartition(":")[2]) for name in seen] == list(range(1, len(seen) + 1))
        assert len({name.rpartition(":")[0] for name in seen}) == 1
    assert served.application.runs == {f"question number {n}": 1 for n in range(n_questions)}


async def read_and_drop(line: Line, chance: random.Random) -> tuple[str, bool]:
    """Read some of a stream's events and cut the connection; the text of the chunks read, and whether it was cut early."""
    text = ""
    try:
        if chance.random() < 0.15:
            return "", True
        head = await line.reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head.partition(b"\r\n")[0] + b" ", head
        for _ in range(chance.choice((0, 1, 2, 3, 99))):
            chunk = await asyncio.wait_for(line.chunk(), 10)
            if not chunk:
                return text, False
            text += chunk.decode()
        return text, True
    finally:
        line.drop()


async def test_a_client_may_name_its_stream_and_then_never_runs_twice(served: Served) -> None:
    for _ in range(5):
        line = await opened(served.web, "question=eth&stream=my-own-stream-1")
        line.drop()
    seen = await whole(served.web, "question=eth&stream=my-own-stream-1")
    assert seen[-1].name == "done"
    assert (await whole(served.web, "question=eth&stream=my-own-stream-1")) == seen
    assert served.application.runs == {"eth": 1}
    other = await served.web.get("/v1/stream?question=btc&stream=my-own-stream-1")
    assert (other.status, other.kind) == (400, "bad_input")


async def test_two_tabs_that_ask_at_once_get_the_same_answer_of_one_run(served: Served) -> None:
    first, second = await asyncio.gather(*(whole(served.web, "question=sol") for _ in range(2)))
    assert first == second
    assert served.application.runs == {"sol": 1}
    third = await whole(served.web, "question=sol")  # both have it: asked again it is asked anew
    assert third[0].id != first[0].id
    assert served.application.runs == {"sol": 2}


async def test_two_tabs_with_two_questions_do_not_mix(served: Served) -> None:
    first, second = await asyncio.gather(whole(served.web, "question=one"), whole(served.web, "question=two"))
    ids = [json.loads(event.data)["id"] for seen in (first, second) for event in seen if event.name == "answer"]
    assert len(set(ids)) == 2
    assert not {event.id for event in first} & {event.id for event in second}


async def test_resuming_by_parameter_gives_the_rest(served: Served) -> None:
    seen = await whole(served.web, "question=ada")
    rest = await whole(served.web, "resume=" + quote(seen[1].id))
    assert rest == seen[2:]
    assert await whole(served.web, "resume=" + quote(seen[-1].id)) == []


@pytest.mark.parametrize(
    ("last", "status", "kind"),
    [
        ("never-was-one:3", 410, "gone"),
        ("short:1", 400, "bad_input"),
        ("my-own-stream-1", 400, "bad_input"),
        ("my-own-stream-1:-1", 400, "bad_input"),
        ("my-own-stream-1:99999999999999999999", 400, "bad_input"),
        ("my-own-stream-1:١", 400, "bad_input"),
    ],
)
async def test_what_cannot_be_resumed_is_said(served: Served, last: str, status: int, kind: str) -> None:
    got = await served.web.get("/v1/stream?resume=" + quote(last))
    assert (got.status, got.kind) == (status, kind)


async def test_what_went_wrong_is_an_event_and_the_stream_ends(served: Served) -> None:
    for question, kind in (("fail", "source_unavailable"), ("bug", "bug")):
        seen = await whole(served.web, f"question={question}")
        assert [event.name for event in seen if event.name != "stage"] == ["problem", "done"]
        said = json.loads(next(event.data for event in seen if event.name == "problem"))
        assert said["error"]["kind"] == kind
        assert "ZeroDivision" not in said["error"]["message"]


async def test_a_long_question_is_said_to_run_and_can_be_left(served: Served) -> None:
    served.application.gate = asyncio.Event()
    line = await opened(served.web, "question=long")
    await line.reader.readuntil(b"\r\n\r\n")
    text = ""
    while "running" not in text:
        text += (await asyncio.wait_for(line.chunk(), 5)).decode()
    line.drop()
    served.application.gate.set()
    last = events_of(text)[-1].id
    rest = await whole(served.web, "resume=" + quote(last))
    assert [event.name for event in rest] == ["answer", "card", "done"]
    assert served.application.runs == {"long": 1}


# ------------------------------------------------------------------------------------------------------------ the buffer


class Second:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def nothing(emit: Emit) -> None:
    emit("done", b"{}")


async def forever(emit: Emit) -> None:
    await asyncio.Event().wait()


@pytest.fixture
def seconds() -> Second:
    return Second()


async def ended(stream: Stream) -> Stream:
    assert stream.task is not None
    await stream.task
    return stream


async def test_a_stream_is_kept_a_minute_after_its_end(seconds: Second) -> None:
    streams = Streams(seconds)
    stream = await ended(streams.open("me", "btc", nothing))
    seconds.now = 59
    assert streams.resume("me", f"{stream.id}:0") == (stream, 0)
    seconds.now = 61
    with pytest.raises(Refused, match="no longer kept"):
        streams.resume("me", f"{stream.id}:0")


async def test_another_persons_stream_is_not_there(seconds: Second) -> None:
    streams = Streams(seconds)
    stream = await ended(streams.open("me", "btc", nothing, "a-stream-id"))
    with pytest.raises(Refused):
        streams.resume("you", f"{stream.id}:0")
    assert streams.open("you", "btc", nothing, "a-stream-id") is not stream


async def test_an_answer_that_nobody_has_waits_a_little_and_is_then_asked_anew(seconds: Second) -> None:
    streams = Streams(seconds)
    stream = await ended(streams.open("me", "btc", nothing))
    seconds.now = 5
    assert streams.open("me", "btc", nothing) is stream
    seconds.now = 15
    assert streams.open("me", "btc", nothing) is not stream
    await streams.aclose()


async def test_what_is_kept_of_a_person_is_bounded(seconds: Second, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams_module, "MOST_BYTES", 1_000)

    async def large(emit: Emit) -> None:
        emit("answer", b"x" * 300)

    streams = Streams(seconds)
    made = [await ended(streams.open("me", f"question {n}", large)) for n in range(200)]
    kept = 0
    for stream in made:
        with contextlib.suppress(Refused):
            streams.resume("me", f"{stream.id}:0")
            kept += 1
    assert 0 < kept <= 4
    assert streams.resume("me", f"{made[-1].id}:0")[0] is made[-1]


async def test_only_so_many_questions_run_at_once(seconds: Second) -> None:
    streams = Streams(seconds)
    for n in range(streams_module.MOST_RUNNING):
        streams.open("me", f"question {n}", forever)
    with pytest.raises(Refused, match="Too many"):
        streams.open("me", "one more", forever)
    assert streams.open("you", "one more", forever)
    await streams.aclose()
    assert streams.n_running == 0


@pytest.mark.parametrize("data", ["", "one", "two\nlines", "\r\nthree\rkinds\nof break\n", "id: 7\nevent: done\n\n"])
async def test_no_data_can_end_its_event_or_begin_another(data: str) -> None:
    wire = Event(3, "card", data.encode()).wire("stream-id").decode()
    (seen,) = events_of(wire)
    assert (seen.id, seen.name) == ("stream-id:3", "card")
    assert seen.data == data.replace("\r\n", "\n").replace("\r", "\n")
