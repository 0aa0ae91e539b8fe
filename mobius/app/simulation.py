"""The simulated world as this process uses it. Here: its server, started when first needed, and the pools to it.

Not here: the world itself (sandbox), the live pools (stacks).
"""

from __future__ import annotations

import asyncio
import pkgutil
from collections.abc import Mapping
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Clock, Reply
from mobius.core.sources import SourceSpec
from mobius.core.world import World
from mobius.net.engine import Engines
from mobius.net.latency import Latencies
from mobius.net.pool import Pool

if TYPE_CHECKING:
    from mobius.sandbox.server import SandboxServer

CONTACT = "someone@sandbox.example"
"""Who asks in a simulated world, where providers want to know."""
FIRST_DRAWN = "/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&page=1"
"""A page that needs the whole simulated market."""


class Sandbox:
    """The simulated world's server, started at the first request that no cache answered."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._server: SandboxServer | None = None
        self._starting = asyncio.Lock()

    @staticmethod
    def speaks() -> frozenset[str]:
        """Names of the sources the simulated world answers for, from its folder alone: nothing of it is loaded."""
        found = find_spec("mobius.sandbox.wire")
        places = found.submodule_search_locations if found is not None else None
        return frozenset(info.name for info in pkgutil.iter_modules(places))

    async def base_url(self, source: str) -> str:
        async with self._starting:
            if self._server is None:
                self._server = await asyncio.to_thread(self._start)
        return self._server.base_url(source)

    def _start(self) -> SandboxServer:
        """Start the server and have it draw its world: else the sources, racing, would all wait for that."""
        from http.client import HTTPConnection

        from mobius.sandbox.server import SandboxServer

        server = SandboxServer.start(self._world.seed, self._clock)
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
            connection.request("GET", urlsplit(server.base_url("coingecko")).path + FIRST_DRAWN)
            connection.getresponse().read()
        return server

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()


class SandboxPool:
    """The innermost wrapper in the sandbox: a pool to the simulated provider, and never to a real one."""

    def __init__(
        self, spec: SourceSpec, clock: Clock, sandbox: Sandbox, engines: Engines, latencies: Latencies
    ) -> None:
        self._engines = engines
        self._spec = spec
        self._clock = clock
        self._sandbox = sandbox
        self._latencies = latencies
        self._pool: Pool | None = None

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        return await (await self._opened()).get(path, params, keep=keep)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        return await (await self._opened()).post(path, body, keep=keep)

    async def _opened(self) -> Pool:
        if self._pool is None:
            base_url = await self._sandbox.base_url(self._spec.name)
            self._pool = Pool(
                self._spec, clock=self._clock, simulated=True, base_url=base_url, engines=self._engines,
                latencies=self._latencies, contact=CONTACT,
            )  # fmt: skip
        return self._pool

    async def aclose(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()
