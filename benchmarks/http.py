"""The HTTP API under load: the hot price route beside a raw ASGI application and FastAPI, and warm questions.

    .venv-bench/bin/python -m benchmarks.http

Every contender is a process of its own on the same server (Granian, one worker, in the process's own event loop) and gives
the same bytes. The rivals have their answer ready in memory: raw ASGI sends it as it is, FastAPI reads its query into a
pydantic model and writes the answer out of one. Ours keeps a reply for a second and otherwise runs the whole pipeline.
Rounds are interleaved and the medians of the rounds are told, so that a busy machine hits all alike. The sandbox serves
the providers from another process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.ask import QUESTIONS, world
from benchmarks.measure import line, machine, quantile
from mobius.frontends.web.binding import bind
from mobius.frontends.web.engines import running

TARGET = "/v1/tools/price?assets=BTC"
ROUNDS = 5
ROUND_S = 2.0
CONNECTIONS = 16
QUESTION_ROUNDS = 30


# --------------------------------------------------------------------------------------------------------------- servers


async def serve(contender: str, answer: bytes) -> None:
    """Serve one contender until standard input ends; its port is the first line on standard output."""
    serving = {"ours": ours, "raw": raw, "fastapi": fastapi}[contender]
    async with serving(answer) as port:
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def ours(_: bytes) -> AsyncIterator[int]:
    from mobius.app import open_app
    from mobius.frontends.cli.opening import OpenRequest
    from mobius.frontends.web.serving import serving

    with tempfile.TemporaryDirectory() as home:
        async with open_app(OpenRequest(world="live", home=Path(home))) as app, serving(app, port=0) as address:
            yield int(address.rpartition(":")[2])


@asynccontextmanager
async def raw(body: bytes) -> AsyncIterator[int]:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    bound = bind("127.0.0.1", 0)
    async with running(application, bound, "granian"):
        yield bound.getsockname()[1]


@asynccontextmanager
async def fastapi(body: bytes) -> AsyncIterator[int]:
    from benchmarks.http_fastapi import application

    bound = bind("127.0.0.1", 0)
    async with running(application(json.loads(body)), bound, "granian"):
        yield bound.getsockname()[1]


@contextmanager
def process(contender: str, answer_file: str) -> Iterator[int]:
    started = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.http", "--serve", contender, "--answer", answer_file],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdin is not None
    assert started.stdout is not None
    try:
        yield int(started.stdout.readline())
    finally:
        started.stdin.close()
        started.wait(15)


# ------------------------------------------------------------------------------------------------------------------ load


@dataclass
class Load:
    """Connections that each send the request again as soon as its reply is whole."""

    request: bytes
    until_s: float
    took_ms: list[float] = field(default_factory=list)
    n_wrong: int = 0


class Asking(asyncio.Protocol):
    def __init__(self, load: Load) -> None:
        self.load = load
        self.over = asyncio.get_running_loop().create_future()
        self.got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.got = b""
        self.asked_s = time.perf_counter()
        self.transport.write(self.load.request)

    def data_received(self, data: bytes) -> None:
        self.got += data
        end = self.got.find(b"\r\n\r\n")
        if end < 0:
            return
        at = self.got.find(b"content-length: ", 0, end) + 16
        if len(self.got) - end - 4 < int(self.got[at : self.got.find(b"\r", at)]):
            return
        now = time.perf_counter()
        self.load.took_ms.append((now - self.asked_s) * 1000)
        self.load.n_wrong += not self.got.startswith(b"HTTP/1.1 200")
        if now < self.load.until_s:
            self._ask()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.over.set_result(None)


async def round_of(port: int, method: str, target: str, body: bytes = b"") -> Load:
    head = f"{method} {target} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: application/json\r\n"
    if body:
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    load = Load(head.encode() + b"\r\n" + body, time.perf_counter() + ROUND_S)
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Asking(load), "127.0.0.1", port) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(protocol.over for _, protocol in made))
    assert not load.n_wrong, f"{load.n_wrong} replies of {target} were no answers"
    return load


async def one(port: int, method: str, target: str, body: bytes = b"") -> tuple[float, float, bytes]:
    """One request on a new connection: milliseconds as the client sees it, as the server says, and the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    head = f"{method} {target} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n"
    started = time.perf_counter()
    writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    told = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    headers = dict(row.split(": ", 1) for row in told.split("\r\n")[1:-2])
    got = await reader.readexactly(int(headers["content-length"]))
    took_ms = (time.perf_counter() - started) * 1000
    writer.close()
    assert " 200 " in told.split("\r\n")[0], got
    return took_ms, float(headers.get("server-timing", "app;dur=0").rpartition("=")[2]), got


async def throughput(ports: dict[str, int]) -> None:
    body = b'{"assets":["BTC"]}'
    jobs = {
        "raw ASGI, bytes ready": ("raw", "GET", TARGET, b""),
        "möbius, hot price route": ("ours", "GET", TARGET, b""),
        "FastAPI + pydantic, values ready": ("fastapi", "GET", TARGET, b""),
        "möbius, whole pipeline each time (POST)": ("ours", "POST", "/v1/tools/price", body),
    }
    rates: dict[str, list[float]] = {name: [] for name in jobs}
    took: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, (contender, method, target, sent) in jobs.items():
            started = time.perf_counter()
            load = await round_of(ports[contender], method, target, sent)
            rates[name].append(len(load.took_ms) / (time.perf_counter() - started))
            took[name] += load.took_ms
    print(f"\nrequests a second, {CONNECTIONS} connections, {ROUNDS} interleaved rounds of {ROUND_S:g} s, medians")
    middle = {name: quantile(found, 0.5) for name, found in rates.items()}
    base = middle["raw ASGI, bytes ready"]
    for name, found in rates.items():
        print(f"  {name:<42} {middle[name]:9,.0f}/s   {middle[name] / base:5.2f} of raw   "
              f"(rounds {min(found):,.0f} to {max(found):,.0f})   p50 {quantile(took[name], 0.5):6.2f} ms   "
              f"p95 {quantile(took[name], 0.95):6.2f} ms")  # fmt: skip
    ratio = [
        o / f for o, f in zip(rates["möbius, hot price route"], rates["FastAPI + pydantic, values ready"], strict=True)
    ]
    print(f"  hot price route over FastAPI: {quantile(ratio, 0.5):.2f} times (median of the rounds' ratios)")


async def questions(port: int) -> None:
    """Warm questions one after another: what the server says it took, and what the client waited."""
    server: list[float] = []
    client: list[float] = []
    bodies = [json.dumps({"question": question}).encode() for question in QUESTIONS]
    for body in bodies:
        await one(port, "POST", "/v1/ask", body)
    for _ in range(QUESTION_ROUNDS):
        for body in bodies:
            took_ms, server_ms, _ = await one(port, "POST", "/v1/ask", body)
            client.append(took_ms)
            server.append(server_ms)
    print(f"\nwarm questions over HTTP, {len(QUESTIONS)} different ones, each stored")
    print("  " + line("server time", server))
    print("  " + line("as the client waits (new connection each)", client))


async def measure(answer_file: str) -> None:
    with process("ours", answer_file) as own:
        _, _, body = await one(own, "GET", TARGET)
        await asyncio.to_thread(Path(answer_file).write_bytes, body)
        print(f"reply: {len(body):,} bytes of JSON")
        with process("raw", answer_file) as plain, process("fastapi", answer_file) as rival:
            await throughput({"ours": own, "raw": plain, "fastapi": rival})
        await questions(own)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--serve")
    parser.add_argument("--answer", default="")
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.serve, Path(given.answer).read_bytes()))
        return
    print(machine("granian", "litestar", "msgspec", "fastapi", "pydantic"))
    with world() as urls, tempfile.NamedTemporaryFile(suffix=".json") as kept:
        for name, url in urls.items():
            os.environ[f"MOBIUS_{name.upper()}_URL"] = url
        asyncio.run(measure(kept.name))


if __name__ == "__main__":
    main()
