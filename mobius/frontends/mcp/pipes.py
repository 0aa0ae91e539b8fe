"""The two ends of a stdio connection. Here: stdin read so that Ctrl-C ends it, last answers before the end. Not here: serving.

The SDK reads stdin in a worker thread that cannot be cancelled, so that an interrupted process would wait for its client;
and at the end of stdin it drops what is still being answered, so that `printf ... | mobius mcp` would print nothing.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import ObjectReceiveStream, ObjectSendStream
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

LINE_MAX_BYTES = 16 * 1024 * 1024
LAST_ANSWERS_S = 10.0
"""How long answers under way at the end of stdin may still take."""
_CHUNK_BYTES = 65_536
_LINES_AHEAD = 64

Incoming = SessionMessage | Exception


class Lines:
    """Lines of a file descriptor as text, read by a daemon thread; one that is too long is given as an empty line."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(_LINES_AHEAD)
        threading.Thread(target=self._read, name="mcp stdin", daemon=True).start()

    def __aiter__(self) -> Lines:
        return self

    async def __anext__(self) -> str:
        line = await self._queue.get()
        if line is None:
            raise StopAsyncIteration
        return line

    def _read(self) -> None:
        """In the thread; waits where lines come faster than they are taken."""
        parts: list[bytes] = []
        size = 0
        try:
            while chunk := self._chunk():
                first, *others = chunk.split(b"\n")
                for piece, ends in [(first, bool(others)), *((each, True) for each in others[:-1])]:
                    size += len(piece)
                    parts = [*parts, piece] if size <= LINE_MAX_BYTES else []
                    if ends:
                        self._put(b"".join(parts).decode("utf-8", "replace"))
                        parts, size = [], 0
                if others:
                    parts, size = [others[-1]], len(others[-1])
            if size:
                self._put(b"".join(parts).decode("utf-8", "replace"))
            self._put(None)
        except RuntimeError:  # the loop is closed: nobody reads any more
            return

    def _chunk(self) -> bytes:
        try:
            return os.read(self._descriptor, _CHUNK_BYTES)
        except OSError:  # a terminal that hung up
            return b""

    def _put(self, line: str | None) -> None:
        asyncio.run_coroutine_threadsafe(self._queue.put(line), self._loop).result()


@asynccontextmanager
async def until_answered(
    incoming: ObjectReceiveStream[Incoming], outgoing: ObjectSendStream[SessionMessage]
) -> AsyncIterator[tuple[MemoryObjectReceiveStream[Incoming], MemoryObjectSendStream[SessionMessage]]]:
    """The same two streams, except that the incoming one ends only when every request that came has its response."""
    for_server, from_client = anyio.create_memory_object_stream[Incoming](0)
    from_server, for_client = anyio.create_memory_object_stream[SessionMessage](0)
    open_requests: set[str | int] = set()
    answered = asyncio.Event()

    async def bring_in() -> None:
        async with for_server, incoming:
            async for item in incoming:
                _note_request(item, open_requests)
                await for_server.send(item)
            with anyio.move_on_after(LAST_ANSWERS_S):
                while open_requests:
                    answered.clear()
                    await answered.wait()

    async def bring_out() -> None:
        async with outgoing, for_client:
            async for message in for_client:
                await outgoing.send(message)
                if isinstance(message.message, JSONRPCResponse | JSONRPCError) and message.message.id is not None:
                    open_requests.discard(message.message.id)
                    answered.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bring_in)
        tasks.start_soon(bring_out)
        yield from_client, from_server


def _note_request(item: Incoming, open_requests: set[str | int]) -> None:
    """Remember a request; one that its client cancels gets no response."""
    if isinstance(item, Exception):
        return
    match item.message:
        case JSONRPCRequest(id=request_id):
            open_requests.add(request_id)
        case JSONRPCNotification(method="notifications/cancelled", params={"requestId": request_id}):
            open_requests.discard(request_id)
        case _:
            pass
