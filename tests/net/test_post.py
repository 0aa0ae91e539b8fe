"""Questions that are posted: kept by what they ask, repeated and limited as others are, over a real socket."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from mobius.cache.memory import Memory
from mobius.cache.tiers import Tiered
from mobius.core.errors import SourceUnavailable
from mobius.core.keeping import Policy
from mobius.core.sources import SourceSpec
from mobius.core.world import LIVE, World
from mobius.net.breaker import Breaker
from mobius.net.cached import Cached
from mobius.net.engine import Engine, open_engine
from mobius.net.limit import Limited
from mobius.net.pool import Pool
from mobius.net.pool_aiohttp import AiohttpEngine
from mobius.net.retry import Retried
from tests.net.conftest import Hand, Script

ENGINES: dict[str, Callable[..., Engine]] = {"pyreqwest": open_engine, "aiohttp": AiohttpEngine}


@pytest.mark.parametrize("library", list(ENGINES))
async def test_a_body_reaches_the_server_as_json(spec: SourceSpec, clock: Hand, library: str) -> None:
    seen: list[tuple[str, str, bytes]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.method, request.content_type, await request.read()))
        return web.json_response({"asked": request.path})

    app = web.Application()
    app.router.add_post("/info", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    engine = ENGINES[library]("example", user_agent="mobius-test", proxy=None)
    pool = Pool(spec, clock=clock, simulated=True, base_url=f"http://127.0.0.1:{port}", engine=engine)
    try:
        reply = await pool.post("/info", b'{"type":"meta"}')
    finally:
        await pool.aclose()
        await runner.cleanup()
    assert seen == [("POST", "application/json", b'{"type":"meta"}')]
    assert (reply.status, json.loads(reply.body), reply.simulated) == (200, {"asked": "/info"}, True)


async def test_a_posted_question_is_kept_by_what_it_asks(
    spec: SourceSpec, clock: Hand, script: Callable[..., Script]
) -> None:
    inner = script(b'{"fine": true}')
    cached = Cached(inner, Tiered(Memory(clock.monotonic), None), spec, LIVE)
    first = await cached.post("/info", b"one", keep=Policy(kind="test", fresh_s=60))
    again = await cached.post("/info", b"one", keep=Policy(kind="test", fresh_s=60))
    other = await cached.post("/info", b"two", keep=Policy(kind="test", fresh_s=60))
    got = await cached.get("/info", keep=Policy(kind="test", fresh_s=60))
    assert [reply.tier for reply in (first, again, other, got)] == ["origin", "l1", "origin", "origin"]
    assert [given for _, given in inner.calls] == [{"posted": "one"}, {"posted": "two"}, {}]
    clock.seconds += 100
    assert (await cached.post("/info", b"one", keep=Policy(kind="test", fresh_s=60))).tier == "origin"
    assert (await cached.post("/info", b"one")).tier == "origin"


async def test_worlds_share_no_posted_answer(spec: SourceSpec, clock: Hand, script: Callable[..., Script]) -> None:
    tiers, inner = Tiered(Memory(clock.monotonic), None), script(b'{"fine": true}')
    for world in (LIVE, World("sandbox", "7")):
        assert (
            await Cached(inner, tiers, spec, world).post("/info", b"x", keep=Policy(kind="test", fresh_s=60))
        ).tier == "origin"


async def test_it_is_repeated_limited_and_broken_off_like_others(
    spec: SourceSpec, clock: Hand, script: Callable[..., Script]
) -> None:
    inner = script(503, b'{"fine": true}')
    http: Any = Limited(inner, spec, clock, sleep=clock.sleep)
    http = Retried(http, spec, clock, rng=random.Random(1), sleep=clock.sleep)
    assert (await http.post("/info", b"x")).status == 200
    assert len(inner.calls) == 2
    slow = Limited(script(b"{}"), spec, clock, sleep=clock.sleep)
    before = len(clock.slept)
    for _ in range(5):
        await slow.post("/info", b"x")
    assert len(clock.slept) > before
    breaker = Breaker(script(SourceUnavailable("example", "down")), spec, clock, failures=2)
    for _ in range(2):
        with pytest.raises(SourceUnavailable, match="down"):
            await breaker.post("/info", b"x")
    with pytest.raises(SourceUnavailable, match="left alone"):
        await asyncio.wait_for(breaker.post("/info", b"x"), 1)
