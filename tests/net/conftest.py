"""A server that does exactly what a test tells it, on a real loopback socket, and a clock moved by hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Reply
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec

Answer = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
Step = int | bytes | Exception | Reply | Callable[[], Awaitable[Reply]]


class Hand:
    """A clock moved by hand; `sleep` moves it and notes how long."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(seconds=self.seconds - 1_000.0)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


class Wall:
    """Time as it passes."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class Server:
    """Answers each request by `answer(head, writer)`; keeps the heads it saw and counts open connections."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.open = 0
        self.opened = 0
        self.answer: Answer = ok
        self.port = 0
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until every connection has been closed by the other side."""
        await self.until(lambda: self.open == 0)

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until what connections and requests there are is as it should be."""
        async with asyncio.timeout(5):
            while not met():
                self._changed.clear()
                await self._changed.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.open += 1
        self.opened += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.heads.append(head)
                self._changed.set()
                answering = asyncio.ensure_future(self.answer(head, writer))
                gone = asyncio.ensure_future(reader.read(1))  # nothing more may come: b"" is the end
                try:
                    await asyncio.wait({answering, gone}, return_when=asyncio.FIRST_COMPLETED)
                    if not answering.done():
                        return
                    await answering
                finally:
                    for part in (answering, gone):
                        part.cancel()
                    await asyncio.gather(answering, gone, return_exceptions=True)
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if not writer.is_closing():  # nobody reads on: what is still to be sent is dropped
                writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self.open -= 1
            self._changed.set()
            self._tasks.discard(task)


def plain(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    """A whole HTTP/1.1 reply."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n{headers}\r\n"
    return head.encode() + body


async def ok(_head: str, writer: asyncio.StreamWriter) -> None:
    writer.write(plain(b'{"fine": true}', headers="Date: Sun, 01 Nov 2026 11:59:58 GMT\r\n"))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    one = Server()
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
def clock() -> Hand:
    return Hand()


class Script:
    """An Http that answers from a list: a status, a reply's body, an error, or a function; the last one for ever."""

    def __init__(self, clock: Hand, *steps: Step) -> None:
        self._clock = clock
        self._steps = list(steps)
        self.calls: list[tuple[str, dict[str, str]]] = []

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        return await self._answer(path, dict(params or {}))

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        return await self._answer(path, {"posted": body.decode()})

    async def _answer(self, path: str, given: dict[str, str]) -> Reply:
        self.calls.append((path, given))
        step = self._steps[0] if len(self._steps) == 1 else self._steps.pop(0)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, int):
            return self.reply(status=step)
        if isinstance(step, bytes):
            return self.reply(body=step)
        return step if isinstance(step, Reply) else await step()

    def reply(
        self, *, status: int = 200, body: bytes = b'{"fine": true}', headers: dict[str, str] | None = None
    ) -> Reply:
        now = self._clock.now()
        return Reply(status=status, body=body, url="http://x/", at=now, date=now, headers=headers or {})


@pytest.fixture
def spec() -> SourceSpec:
    """A minute's budget of 60 requests, three at once in a burst, two at a time, two seconds each."""
    return SourceSpec(
        name="example", title="Example", kind="venue", base_url="http://127.0.0.1:1", needs=("spot",),
        limits=Limits(per_minute=60, burst=3, concurrent=2, timeout_s=2.0),
        rights=Rights(attribution="Example", keep_max_s=3_600), refusals=(b'{"error":["E',),
        key=KeySpec(setting="MOBIUS_EXAMPLE_KEY", header="x-example-key"),
    )  # fmt: skip


@pytest.fixture
def script(clock: Hand) -> Callable[..., Script]:
    return lambda *steps: Script(clock, *steps)
