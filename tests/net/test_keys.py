"""How keys travel, over real sockets: each in its own way, and none of them to be seen anywhere outside the pool."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from mobius.cache.memory import Memory
from mobius.cache.tiers import Tiered
from mobius.core.errors import SourceError
from mobius.core.keeping import Policy
from mobius.core.ports import Http
from mobius.core.sources import KeySpec, SourceSpec
from mobius.core.world import LIVE
from mobius.net.breaker import Breaker
from mobius.net.cached import Cached
from mobius.net.engine import Engine, open_engine
from mobius.net.limit import Limited
from mobius.net.pool import USER_AGENT, Pool
from mobius.net.pool_aiohttp import AiohttpEngine
from mobius.net.redact import shown_base
from mobius.net.retry import Retried
from mobius.net.trace import Traced
from tests.net.conftest import Hand, Server, plain
from tests.net.test_trace import Notes

SECRET = "S3cr3t/key+1"
PoolOf = Callable[..., Pool]
ENGINES: dict[str, Callable[..., Engine]] = {"pyreqwest": open_engine, "aiohttp": AiohttpEngine}


@pytest.fixture(params=list(ENGINES))
async def pool_of(
    request: pytest.FixtureRequest, server: Server, clock: Hand, spec: SourceSpec
) -> AsyncIterator[PoolOf]:
    pools: list[Pool] = []

    def build(spec: SourceSpec = spec, **given: str) -> Pool:
        engine = ENGINES[request.param]("example", user_agent=USER_AGENT, proxy=None)
        given = {"base_url": server.url, **given}
        pools.append(Pool(spec, clock=clock, simulated=False, engine=engine, **given))  # type: ignore[arg-type]
        return pools[-1]

    yield build
    for pool in pools:
        await pool.aclose()


async def test_a_prefix_stands_before_the_key_in_its_header(pool_of: PoolOf, spec: SourceSpec, server: Server) -> None:
    keyed = replace(spec, key=KeySpec(setting="MOBIUS_EXAMPLE_KEY", header="Authorization", prefix="Bearer "))
    await pool_of(keyed, key=SECRET).get("/spot")
    assert f"authorization: Bearer {SECRET}".lower() in server.heads[0].lower()


async def test_a_key_that_is_a_parameter_is_in_the_request_alone(
    pool_of: PoolOf, spec: SourceSpec, server: Server
) -> None:
    keyed = replace(spec, key=KeySpec(setting="MOBIUS_EXAMPLE_KEY", param="apikey"))
    pool = pool_of(keyed, key=SECRET)
    replies = [await pool.get("/api", {"module": "gas"}), await pool.get("/api")]
    sent = [parse_qs(urlsplit(head.split(" ")[1]).query) for head in server.heads]
    assert sent == [{"module": ["gas"], "apikey": [SECRET]}, {"apikey": [SECRET]}]
    assert [reply.url for reply in replies] == [f"{server.url}/api?module=gas", f"{server.url}/api"]


async def test_a_key_that_is_a_parameter_follows_a_redirect_on_the_same_host(
    pool_of: PoolOf, spec: SourceSpec, server: Server
) -> None:
    async def moves(head: str, writer: asyncio.StreamWriter) -> None:
        moved = plain(b"", status="301 Moved", headers="Location: /new?a=b\r\n")
        writer.write(moved if head.startswith("GET /old") else plain(b"{}"))

    server.answer = moves
    keyed = replace(spec, key=KeySpec(setting="MOBIUS_EXAMPLE_KEY", param="apikey"))
    assert (await pool_of(keyed, key="k1").get("/old")).status == 200
    assert server.heads[1].startswith("GET /new?a=b&apikey=k1 ")


async def test_headers_of_the_source_and_a_contact_are_sent(pool_of: PoolOf, spec: SourceSpec, server: Server) -> None:
    polite = replace(spec, headers={"X-Version": "2026-11"}, wants_contact=True)
    await pool_of(polite, contact="me@example.org").get("/")
    await pool_of(spec, contact="me@example.org").get("/")
    first, second = (head.lower() for head in server.heads)
    assert "x-version: 2026-11" in first
    assert f"user-agent: {USER_AGENT} (me@example.org)".lower() in first
    assert "me@example.org" not in second


async def test_an_address_from_the_settings_may_hold_a_key_and_shows_its_host_alone(
    pool_of: PoolOf, spec: SourceSpec, server: Server
) -> None:
    pool = pool_of(spec, base_url=f"{server.url}/v2/{SECRET}?dkey=other-secret")
    reply = await pool.get("/blocks", {"n": "1"})
    assert server.heads[0].startswith(f"GET /v2/{SECRET}/blocks?n=1&dkey=other-secret HTTP/1.1")
    assert reply.url == f"{server.url}/***/blocks?n=1"


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("https://me:pw@node.example.org:8545/v2/s3", "https://node.example.org:8545/***"),
        ("https://node.example.org", "https://node.example.org"),
        ("http://[::1", "***"),
    ],
)
def test_what_is_shown_of_an_address(base: str, shown: str) -> None:
    assert shown_base(base, "https://public.example.org") == shown


@pytest.mark.parametrize("how", ["header", "param", "path"])
@pytest.mark.parametrize("fails", [False, True])
async def test_no_key_is_in_a_log_a_span_an_error_a_reply_or_a_cache_key(
    spec: SourceSpec, server: Server, clock: Hand, how: str, fails: bool, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "s3cr3tkey"
    keys = {
        "header": KeySpec(setting="MOBIUS_EXAMPLE_KEY", header="x-key"),
        "param": KeySpec(setting="MOBIUS_EXAMPLE_KEY", param="apikey"),
        "path": None,
    }
    base = f"{server.url}/v2/{secret}" if how == "path" else server.url
    if fails:
        base = base.replace(str(server.port), "1")
    keyed, notes = replace(spec, key=keys[how]), Notes()
    pool = Pool(keyed, clock=clock, simulated=False, base_url=base, key=secret)
    http: Http = Retried(Limited(pool, keyed, clock), keyed, clock, rng=random.Random(1), sleep=clock.sleep)
    http = Traced(Breaker(http, keyed, clock), keyed, notes)
    cached = Cached(http, Tiered(Memory(clock.monotonic), None), keyed, LIVE)
    said = cached.key("/spot", {"a": "b"})
    with caplog.at_level(logging.DEBUG):
        try:
            reply = await cached.get("/spot", {"a": "b"}, keep=Policy(kind="test", fresh_s=60))
            said += repr(reply)
        except SourceError as error:
            said += "".join(traceback.format_exception(error)) + f"{error!r}{error.hint}"
    await pool.aclose()
    assert ("fine" in said) is not fails
    assert secret not in said + repr(notes.spans) + caplog.text
