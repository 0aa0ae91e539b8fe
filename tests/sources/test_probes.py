"""What `doctor` asks of each source is answered by its simulated provider: a path that does not exist would say it is down."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from mobius.app.simulation import Sandbox
from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.server import SandboxServer
from mobius.sources import Definition, discover


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer.start(7, FrozenClock(), limited=False) as running:
        yield running


SPOKEN = [one for one in discover() if one.spec.module in Sandbox.speaks() and one.spec.login is None]
"""Those that want a session first refuse whoever has none."""


@pytest.mark.parametrize("definition", SPOKEN, ids=lambda one: one.spec.name)
def test_a_probe_is_answered(server: SandboxServer, definition: Definition) -> None:
    spec = definition.spec
    parts = urlsplit(server.base_url(spec.name) + spec.probe)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET" if spec.probe_body is None else "POST", target, body=spec.probe_body)
        reply = connection.getresponse()
        assert (reply.status, bool(reply.read())) == (200, True)
    finally:
        connection.close()
