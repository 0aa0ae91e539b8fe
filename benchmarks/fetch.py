"""Fetching from fifty sources at once, through the whole stack over loopback, rivals beside it; one of them hanging; the tail.

    make bench

The sources answer after 50 to 150 ms from a process of their own. "Efficiency" is the slowest source's own time, as a rival
measures it alone on an open connection, over the time until all fifty are in: 1 would be perfect overlap.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import line, machine, quantile
from mobius.app.application import WallClock
from mobius.cache.tiers import Tiered
from mobius.core.deadline import due
from mobius.core.gather import gather
from mobius.core.keeping import QUOTE
from mobius.core.ports import Deadline, Http
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.core.world import LIVE
from mobius.net.breaker import Breaker
from mobius.net.cached import Cached
from mobius.net.engine import Engines
from mobius.net.hedge import Hedged
from mobius.net.latency import Latencies
from mobius.net.limit import Limited
from mobius.net.pool import USER_AGENT, Pool
from mobius.net.retry import Retried
from mobius.net.trace import Traced
from mobius.observe.spans import SpanTracer

N_SOURCES = 50
ROUNDS = 15
DEADLINE_S = 1.0
FASTEST_S, SLOWEST_S = 0.05, 0.15
TARGET = 0.85
BODY = json.dumps({"symbol": "BTCUSDT", "bids": [["67970.40", "0.5"]] * 20}).encode()


def delay_s(number: int) -> float:
    """What source `number` takes: spread evenly between the fastest and the slowest."""
    return FASTEST_S + (SLOWEST_S - FASTEST_S) * number / (N_SOURCES - 1)


# ------------------------------------------------------------------------------------------------------------ the server


def serve() -> None:
    """The sources, in this process, until its input ends. Path: /<number>, /hang, /tail/<number of the request>."""
    from aiohttp import web

    async def source(request: web.Request) -> web.Response:
        await asyncio.sleep(delay_s(int(request.match_info["number"])))
        return web.Response(body=BODY, content_type="application/json")

    async def hang(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    rng = random.Random(7)

    async def tail(_: web.Request) -> web.Response:
        await asyncio.sleep(1.0 if rng.random() < 0.03 else rng.uniform(0.03, 0.06))
        return web.Response(body=BODY, content_type="application/json")

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/hang", hang)
        app.router.add_get("/tail", tail)
        app.router.add_get("/{number}", source)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=256).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()

    asyncio.run(run())


@contextmanager
def server() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fetch", "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait(10)


# ------------------------------------------------------------------------------------------------------------- the stack


class Stack:
    """One source with every wrapper a live source has, in the order of `app/stacks.py`."""

    def __init__(self, name: str, base_url: str, engines: Engines, cache: Tiered, *, hedging: bool = True) -> None:
        clock = WallClock()
        spec = SourceSpec(
            name=name, title=name, kind="venue", base_url=base_url, needs=("spot",),
            limits=Limits(per_minute=60_000, burst=1_000, concurrent=8), rights=Rights(attribution=name),
        )  # fmt: skip
        latencies = Latencies()
        self.pool = Pool(spec, clock=clock, simulated=False, engines=engines, latencies=latencies)
        limited = Limited(self.pool, spec, clock)
        self.hedged = Hedged(limited, clock, latencies, may=lambda: hedging and breaker.state == "closed")
        breaker = Breaker(Retried(self.hedged, spec, clock, rng=random.Random(1)), spec, clock)
        self.http: Http = Cached(Traced(breaker, spec, SpanTracer(clock.monotonic)), cache, spec, LIVE)


@contextmanager
def stacks(origin: str) -> Iterator[tuple[list[Stack], Callable[[], Awaitable[None]]]]:
    engines = Engines(user_agent=USER_AGENT, proxy=None)
    with tempfile.TemporaryDirectory() as folder:
        cache = Tiered.opened(WallClock(), Path(folder) / "cache.sqlite")
        made = [Stack(f"source{number}", origin, engines, cache) for number in range(N_SOURCES)]

        async def close() -> None:
            for stack in made:
                await stack.pool.aclose()
            await engines.aclose()
            await cache.aclose()

        yield made, close


async def ours(made: list[Stack], number_of_round: int) -> int:
    """All fifty, kept in the cache under a path of this round; how many came back."""
    jobs: dict[str, Callable[[], Awaitable[Any]]] = {
        f"source{number}": lambda number=number, stack=stack: stack.http.get(  # type: ignore[misc]
            f"/{number}", {"round": str(number_of_round)}, keep=QUOTE
        )
        for number, stack in enumerate(made)
    }
    with due(Deadline(time.monotonic() + 5.0)):
        return len((await gather(jobs, limit=N_SOURCES)).results)


async def timed(run: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await run()
    return (time.perf_counter() - began) * 1000


# ------------------------------------------------------------------------------------------------------------ measuring


async def overlap(origin: str) -> None:
    import aiohttp
    import httpx

    samples: dict[str, list[float]] = {"ideal": [], "ours": [], "aiohttp": [], "httpx": []}
    with stacks(origin) as (made, close):
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
            httpx.AsyncClient(limits=httpx.Limits(max_connections=None, max_keepalive_connections=None)) as client,
        ):

            async def one(number: int) -> bytes:
                async with session.get(f"{origin}/{number}") as reply:
                    return await reply.read()

            async def by_aiohttp() -> object:
                return await asyncio.gather(*(one(number) for number in range(N_SOURCES)))

            async def by_httpx() -> object:
                return await asyncio.gather(*(client.get(f"{origin}/{number}") for number in range(N_SOURCES)))

            first = await timed(lambda: ours(made, -1))
            await by_aiohttp()
            await by_httpx()
            for number in range(ROUNDS):  # interleaved, so that a busy machine troubles all alike
                samples["ideal"].append(await timed(lambda: one(N_SOURCES - 1)))
                samples["ours"].append(await timed(lambda number=number: ours(made, number)))  # type: ignore[misc]
                samples["aiohttp"].append(await timed(by_aiohttp))
                samples["httpx"].append(await timed(by_httpx))
        await close()
    ideal = quantile(samples["ideal"], 0.5)
    names = {"ideal": "slowest source alone (aiohttp)", "ours": "the stack", "aiohttp": "aiohttp gather, bodies only",
             "httpx": "httpx gather, bodies only"}  # fmt: skip
    for name, took in samples.items():
        print(line(names[name], took), f"  efficiency {ideal / quantile(took, 0.5):.3f}")
    print(f"first round of a process, connections and library included: {first:.0f} ms, {ideal / first:.3f}")
    reached = ideal / quantile(samples["ours"], 0.5)
    print(f"target {TARGET}: {'reached' if reached >= TARGET else 'SHORT'} at {reached:.3f}")


async def hanging(origin: str) -> None:
    """One of fifty never answers: the other forty-nine are there, and the answer at the deadline."""
    took, came = [], []
    with stacks(origin) as (made, close):
        await ours(made, -1)
        for number in range(5):
            jobs: dict[str, Callable[[], Awaitable[Any]]] = {
                f"source{at}": lambda at=at, stack=stack: stack.http.get("/hang" if at == 7 else f"/{at}")  # type: ignore[misc]
                for at, stack in enumerate(made)
            }
            began = time.perf_counter()
            with due(Deadline(time.monotonic() + DEADLINE_S)):
                got = await gather(jobs, limit=N_SOURCES)
            took.append((time.perf_counter() - began) * 1000)
            came.append(len(got.results))
            assert list(got.failures) == ["source7"], (number, got.failures)
        await close()
    print(line(f"one hanging, deadline {DEADLINE_S:g} s", took), f"  came back: {min(came)} of {N_SOURCES}")


async def tail(origin: str) -> None:
    """Three requests in a hundred take a second, the others 30 to 60 ms: with and without second requests."""
    engines = Engines(user_agent=USER_AGENT, proxy=None)
    cache = Tiered.opened(WallClock(), None)
    for hedging in (False, True):
        stack = Stack("tail", origin, engines, cache, hedging=hedging)
        took = [await timed(lambda: stack.http.get("/tail")) for _ in range(400)]  # noqa: B023
        extra = stack.hedged.hedged / stack.hedged.sent
        print(
            line("second requests " + ("on" if hedging else "off"), took), f"  p99 {quantile(took, 0.99):.0f} ms, "
            f"extra requests {extra:.1%}"
        )  # fmt: skip
        await stack.pool.aclose()
    await engines.aclose()
    await cache.aclose()


async def overhead(origin: str) -> None:
    """What the stack adds to one request that takes no time to answer: against the bare pool, in CPU-bound terms."""
    engines = Engines(user_agent=USER_AGENT, proxy=None)
    stack = Stack("source0", origin, engines, Tiered.opened(WallClock(), None))
    samples: dict[str, list[float]] = {"pool alone": [], "whole stack": []}
    for _ in range(40):
        samples["pool alone"].append(await timed(lambda: stack.pool.get("/0")) - FASTEST_S * 1000)
        samples["whole stack"].append(await timed(lambda: stack.http.get("/0")) - FASTEST_S * 1000)
    for name, took in samples.items():
        print(line(f"one request beyond its 50 ms, {name}", took))
    await stack.pool.aclose()
    await engines.aclose()


async def main() -> None:
    print(machine("pyreqwest", "aiohttp", "httpx"))
    with server() as origin:
        await overlap(origin)
        await hanging(origin)
        await tail(origin)
        await overhead(origin)


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    else:
        asyncio.run(main())
