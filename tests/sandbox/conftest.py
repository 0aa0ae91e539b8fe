"""One world and one server for the whole folder; their state never changes, only their faults and clocks do."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
import pytest

from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.server import SandboxServer
from mobius.sandbox.world import SimulatedWorld

SEED = 7


@pytest.fixture(scope="session")
def world() -> SimulatedWorld:
    return SimulatedWorld(SEED)


@pytest.fixture(scope="session")
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def running(clock: FrozenClock) -> Iterator[SandboxServer]:
    with SandboxServer.start(SEED, clock, limited=False) as server:
        yield server


@pytest.fixture
def server(running: SandboxServer) -> Iterator[SandboxServer]:
    yield running
    running.faults.clear()


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Caller:
    """A plain HTTP client, to look at the wire with; one connection a request."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server

    def __call__(self, source: str, path: str, **params: str | int) -> Answer:
        return self.url(self.server.base_url(source) + path, params=params)

    def url(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 10.0,
        params: Mapping[str, str | int] | None = None,
    ) -> Answer:
        parts = urlsplit(url)
        assert parts.hostname is not None
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
        try:
            target = parts.path + (f"?{urlencode(params)}" if params else "")
            connection.request(method, target, body=body, headers=dict(headers or {}))
            reply = connection.getresponse()
            return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()


@pytest.fixture
def get(server: SandboxServer) -> Caller:
    return Caller(server)
