"""Beginning and ending: the port, the address, open connections, signals, the other server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
import websockets
from websockets.asyncio.client import connect

from mobius.core.answers import Answer
from mobius.core.errors import BadParameter
from mobius.core.ports import Person
from mobius.frontends.web.binding import bind
from mobius.frontends.web.engines import Engine
from mobius.frontends.web.serving import serving
from tests.frontends.cli.fake import FakeApplication
from tests.frontends.web.test_watching import FakeDesk
from tests.frontends.web.wire import Web, events_of


@pytest.mark.parametrize("engine", ["granian", "uvicorn"])
async def test_a_world_is_served_by_either_server(engine: Engine) -> None:
    async with serving(FakeApplication(desk=FakeDesk()), port=0, engine=engine, every_s=0.01) as address:
        web = Web(address)
        assert (await web.get("/healthz")).json() == {"status": "ok"}
        assert (await web.post("/v1/ask", {"question": "btc?"})).json()["headline_plain"]
        assert (await web.post("/v1/ask", b"x" * 100_000)).kind == "too_large"
        assert (await web.get("/healthz", host="evil.example")).status == 421
        assert events_of((await web.get("/v1/stream?question=btc")).text)[-1].name == "done"
        async with connect(f"ws://{web.host}/v1/watch?assets=BTC") as ws:
            assert json.loads(await ws.recv())[0]["asset"] == "BTC"


async def test_a_taken_port_is_no_error_and_the_next_free_one_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with serving(FakeApplication(), port=port) as first, serving(FakeApplication(), port=port) as second:
            ports = [Web(address).port for address in (first, second)]
            assert port not in ports
            assert len(set(ports)) == 2
            for address in (first, second):
                assert (await Web(address).get("/healthz")).status == 200


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", 0), ("no such host", 0), ("127.0.0.1", 70_000), ("127.0.0.1", -1)]
)
def test_what_cannot_be_bound_is_said(host: str, port: int) -> None:
    with pytest.raises(BadParameter):
        bind(host, port)


async def test_loopback_has_no_token_and_elsewhere_the_address_carries_one() -> None:
    async with serving(FakeApplication(), host="localhost", port=0) as address:
        assert address.startswith("http://127.0.0.1:")
        assert "token" not in address
    async with serving(FakeApplication(), host="0.0.0.0", port=0) as address:
        assert len(address.partition("/?token=")[2]) >= 32


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_ipv6_is_served_where_there_is_any() -> None:
    try:
        bind("::1", 0).close()
    except BadParameter:
        pytest.skip("no IPv6 loopback here")
    async with serving(FakeApplication(), host="::1", port=0) as address:
        assert address.startswith("http://[::1]:")
        reader, writer = await asyncio.open_connection("::1", Web(address).port)
        writer.write(f"GET /healthz HTTP/1.1\r\nhost: {address[7:]}\r\n\r\n".encode())
        assert b" 200 " in await reader.readline()
        writer.close()


class Thinking(FakeApplication):
    """Never comes to an answer."""

    async def ask(
        self, question: str, *, person: Person, as_of: datetime | None = None, deadline_s: float | None = None
    ) -> Answer:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.parametrize("engine", ["granian", "uvicorn"])
async def test_open_streams_and_sockets_do_not_hold_up_the_end(engine: Engine) -> None:
    async with serving(Thinking(desk=FakeDesk()), port=0, engine=engine) as address:
        web = Web(address)
        stream = await web.line()
        await stream.send(web.head("GET", "/v1/stream?question=btc"))
        await stream.reader.readuntil(b"understanding")
        asking = await web.line()
        body = b'{"question":"btc"}'
        head = {"content-type": "application/json", "content-length": str(len(body))}
        await asking.send(web.head("POST", "/v1/ask", head) + body)
        idle, half = await web.line(), await web.line()
        await half.send(b"GET / HTT")
        ws = await connect(f"ws://{web.host}/v1/watch?assets=BTC")
        await ws.recv()
        ending = time.monotonic()
    assert time.monotonic() - ending < 7
    with pytest.raises(websockets.ConnectionClosed):
        while True:
            await asyncio.wait_for(ws.recv(), 5)
    with pytest.raises(OSError):
        await web.line()
    for line in (stream, asking, idle, half):
        line.drop()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_where_it_is_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MOBIUS_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "mobius", "serve", "--sandbox", "--port", "0", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**clean, "MOBIUS_HOME": str(tmp_path)},
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.readline()
    assert said.startswith("SIMULATED")
    address = said.partition("http://")[2].split(". ")[0]
    with socket.create_connection((address.split(":")[0], int(address.rpartition(":")[2]))) as line:
        line.sendall(f"GET /v1/stream?question=btc HTTP/1.1\r\nhost: {address}\r\n\r\n".encode())
        assert b" 200 " in line.recv(1000)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert json.loads(out)["address"] == f"http://{address}"
    assert "Traceback" not in err
