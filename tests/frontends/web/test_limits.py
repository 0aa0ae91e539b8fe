"""Large, slow and many: what a request may bring, and that one that dawdles holds up nobody."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from mobius.frontends.web import bodies, engines
from mobius.frontends.web.asgi import Message, Scope
from mobius.frontends.web.bodies import Bounded
from mobius.frontends.web.serving import serving
from tests.frontends.cli.fake import FakeApplication
from tests.frontends.web.wire import Web

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEN_MB = 10_000_000
JSON = {"content-type": "application/json"}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hasty() -> AsyncIterator[Web]:
    """A server with little patience."""
    async with contextlib.AsyncExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:  # for as long as it is put together
            patch.setattr(engines, "HEADERS_S", 0.3)
            patch.setattr(Bounded.__init__, "__defaults__", (bodies.BODY_MAX_BYTES, 0.3))
            address = await stack.enter_async_context(serving(FakeApplication(), port=0))
        yield Web(address)


async def test_ten_megabytes_are_refused_before_they_are_read(hasty: Web) -> None:
    line = await hasty.line()
    await line.send(hasty.head("POST", "/v1/ask", {**JSON, "content-length": str(TEN_MB)}))
    got = await asyncio.wait_for(line.got(), 5)  # not one byte of the body was sent
    assert (got.status, got.kind) == (413, "too_large")
    line.drop()


async def test_ten_megabytes_without_a_length_are_refused_once_they_have_grown_too_large(hasty: Web) -> None:
    line = await hasty.line()
    await line.send(hasty.head("POST", "/v1/ask", {**JSON, "transfer-encoding": "chunked"}))
    answered = asyncio.create_task(line.got())
    sent = 0
    while sent < TEN_MB and not answered.done():
        await line.send(b"2710\r\n" + b" " * 10_000 + b"\r\n")
        sent += 10_000
        await asyncio.sleep(0.001)
    got = await asyncio.wait_for(answered, 5)
    assert (got.status, got.kind) == (413, "too_large")
    assert sent < TEN_MB
    line.drop()


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999999999"])
async def test_a_length_that_is_none_is_refused(hasty: Web, length: str) -> None:
    line = await hasty.line()
    await line.send(hasty.head("POST", "/v1/ask", {**JSON, "content-length": length}))
    assert (await asyncio.wait_for(line.got(), 5)).status in (400, 413)
    line.drop()


async def test_a_body_of_sixty_kilobytes_is_read(hasty: Web) -> None:
    body = b'{"question":"' + b"b" * 60_000 + b'"}'
    assert (await hasty.post("/v1/ask", body)).status == 200


async def test_a_body_that_does_not_come_is_given_up(hasty: Web) -> None:
    line = await hasty.line()
    await line.send(hasty.head("POST", "/v1/ask", {**JSON, "content-length": "100"}) + b"{")
    got = await asyncio.wait_for(line.got(), 5)
    assert (got.status, got.kind) == (408, "too_slow")
    line.drop()


async def test_a_head_that_does_not_come_is_given_up(hasty: Web) -> None:
    line = await hasty.line()
    await line.send(b"GET / HTTP/1.1\r\nhos")
    rest = await asyncio.wait_for(line.reader.read(), 5)
    assert not rest or b" 408 " in rest
    line.drop()


async def test_slow_clients_hold_up_nobody(hasty: Web) -> None:
    slow = [await hasty.line() for _ in range(150)]
    for number, line in enumerate(slow):
        head = hasty.head("POST", "/v1/ask", {**JSON, "content-length": "100"})
        await line.send(head + b"{" if number % 2 else head[:20])
    started = time.monotonic()
    got = await hasty.post("/v1/ask", {"question": "btc?"})
    assert got.status == 200
    assert time.monotonic() - started < 2
    for line in slow:
        line.drop()


async def test_long_addresses_and_many_headers_are_refused(hasty: Web) -> None:
    assert (await hasty.get("/?q=" + "b" * 20_000)).kind == "address_too_long"
    many = {f"x-{number}": "1" for number in range(200)}
    got = await hasty.ask("GET", "/healthz", headers=many)
    assert got.status == 431
    got = await hasty.ask("GET", "/healthz", headers={"x-large": "x" * 40_000})
    assert (got.status, got.kind) == (431, "headers_too_large")


@pytest.mark.parametrize(
    "junk",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\n",
    ],
)
async def test_what_is_no_http_ends_the_connection_and_nothing_else(hasty: Web, junk: bytes) -> None:
    line = await hasty.line()
    await line.send(junk)
    rest = await asyncio.wait_for(line.reader.read(), 5)
    assert rest == b"" or rest.startswith(b"HTTP/1.1 4") or b" 505 " in rest
    line.drop()
    assert (await hasty.get("/healthz")).status == 200


async def test_a_sender_who_goes_away_runs_nothing() -> None:
    ran = []

    async def inner(scope: Scope, receive: object, send: object) -> None:
        ran.append(scope)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    await Bounded(inner)({"type": "http", "headers": [(b"content-length", b"5")]}, receive, send)
    assert ran == []
