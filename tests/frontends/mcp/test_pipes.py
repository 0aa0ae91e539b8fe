"""The ends of the connection: lines from a pipe, and last answers before the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from mobius.frontends.mcp import pipes
from mobius.frontends.mcp.pipes import Lines, until_answered


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)


async def lines_of(pipe: tuple[int, int], *chunks: bytes) -> list[str]:
    reader, writer = pipe
    lines = Lines(reader)

    def write() -> None:
        for chunk in chunks:
            os.write(writer, chunk)
        os.close(writer)

    await asyncio.to_thread(write)
    return [line async for line in lines]


async def test_lines_are_put_together_from_chunks(pipe: tuple[int, int]) -> None:
    assert await lines_of(pipe, b"on", b"e\ntwo\n", b"\nthr", b"ee") == ["one", "two", "", "three"]


async def test_what_is_no_utf8_is_replaced(pipe: tuple[int, int]) -> None:
    assert await lines_of(pipe, b"\xff\xfe\n") == ["\ufffd\ufffd"]


async def test_a_line_that_is_too_long_is_dropped(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "LINE_MAX_BYTES", 10)
    assert await lines_of(pipe, b"a" * 8, b"b" * 8 + b"\nshort\n") == ["", "short"]


async def test_waiting_for_a_line_can_be_cancelled(pipe: tuple[int, int]) -> None:
    lines = Lines(pipe[0])
    with anyio.move_on_after(0.05) as scope:
        await anext(lines)
    assert scope.cancelled_caught
    os.close(pipe[1])
    assert [line async for line in lines] == []


def request(request_id: int) -> SessionMessage:
    return SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=request_id, method="ping"))


class Connection:
    """Both streams of a client, its messages sent before it closes."""

    def __init__(self, *messages: JSONRPCMessage) -> None:
        self._to_server, self.incoming = anyio.create_memory_object_stream[SessionMessage | Exception](
            len(messages) + 1
        )
        for message in messages:
            self._to_server.send_nowait(SessionMessage(message))
        self._to_server.close()
        self.outgoing, self.from_server = anyio.create_memory_object_stream[SessionMessage](8)

    def received(self) -> list[Any]:
        found = []
        while True:
            try:
                found.append(self.from_server.receive_nowait().message)
            except (anyio.WouldBlock, anyio.EndOfStream):
                self.from_server.close()
                return found


PING = JSONRPCRequest(jsonrpc="2.0", id=1, method="ping")
PONG = SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=1, result={}))


async def test_the_end_waits_for_the_answer_under_way() -> None:
    client = Connection(PING)
    async with until_answered(client.incoming, client.outgoing) as (requests, responses):
        assert isinstance(await requests.receive(), SessionMessage)
        with anyio.move_on_after(0.05) as scope:
            await requests.receive()
        assert scope.cancelled_caught  # not at its end, since one is open
        await responses.send(PONG)
        with pytest.raises(anyio.EndOfStream):
            await requests.receive()
        await responses.aclose()
        await requests.aclose()
    assert [message.id for message in client.received()] == [1]


async def test_a_cancelled_request_is_not_waited_for() -> None:
    cancel = JSONRPCNotification(jsonrpc="2.0", method="notifications/cancelled", params={"requestId": 1})
    client = Connection(PING, cancel)
    async with until_answered(client.incoming, client.outgoing) as (requests, responses):
        assert len([item async for item in requests]) == 2
        await responses.aclose()
        await requests.aclose()
    assert client.received() == []


async def test_an_answer_that_never_comes_does_not_hold_the_end_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "LAST_ANSWERS_S", 0.05)
    client = Connection(PING)
    async with until_answered(client.incoming, client.outgoing) as (requests, responses):
        assert len([item async for item in requests]) == 1
        await responses.aclose()
        await requests.aclose()
    assert client.received() == []
