"""The pool over real sockets, with each HTTP library: what it sends, what it refuses, what it leaves behind."""

from __future__ import annotations

import asyncio
import gzip
import os
import resource
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from mobius import __version__
from mobius.core.deadline import due
from mobius.core.errors import DeadlineExceeded, SourceChanged, SourceUnavailable
from mobius.core.ports import Deadline
from mobius.core.sources import SourceSpec
from mobius.net.engine import Engine, Engines, open_engine
from mobius.net.faults import ConnectionFault, TimedOut
from mobius.net.pool import Pool
from mobius.net.pool_aiohttp import AiohttpEngine

if TYPE_CHECKING:
    from tests.net.conftest import Answer, Hand, Server

PoolOf = Callable[..., Pool]
ENGINES: dict[str, Callable[..., Engine]] = {"pyreqwest": open_engine, "aiohttp": AiohttpEngine}


def plain(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n{headers}\r\n"
    return head.encode() + body


@pytest.fixture(params=list(ENGINES))
async def pool_of(
    request: pytest.FixtureRequest, server: Server, clock: Hand, spec: SourceSpec
) -> AsyncIterator[PoolOf]:
    pools: list[Pool] = []

    def build(
        *, spec: SourceSpec = spec, base_url: str = server.url, key: str | None = None, proxy: str | None = None,
        simulated: bool = False, max_body_bytes: int = 2**20,
    ) -> Pool:  # fmt: skip
        engine: Engine = ENGINES[request.param](
            "example", user_agent=f"mobius/{__version__}", proxy=proxy, max_body_bytes=max_body_bytes
        )
        pool = Pool(spec, clock=clock, simulated=simulated, base_url=base_url, key=key, engine=engine)
        pools.append(pool)
        return pool

    yield build
    for pool in pools:
        await pool.aclose()


async def test_a_reply_carries_both_instants_and_the_worlds_mark(pool_of: PoolOf, clock: Hand) -> None:
    reply = await pool_of(simulated=True).get("/spot", {"ids": "bitcoin,ethereum"})
    assert (reply.status, reply.body, reply.tier, reply.simulated) == (200, b'{"fine": true}', "origin", True)
    assert reply.at == clock.now()
    assert reply.date == datetime(2026, 11, 1, 11, 59, 58, tzinfo=UTC)
    assert reply.url.endswith("/spot?ids=bitcoin,ethereum")


async def test_what_a_server_says_cannot_unmark_a_simulated_world(pool_of: PoolOf, server: Server) -> None:
    async def lies(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(b'{"simulated": true}', headers="X-Simulated: true\r\n"))

    server.answer = lies
    assert (await pool_of().get("/")).simulated is False


async def test_without_a_date_header_the_reply_dates_from_its_arrival(
    pool_of: PoolOf, server: Server, clock: Hand
) -> None:
    async def undated(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(b"{}", headers="Date: yesterday, or so\r\n"))

    server.answer = undated
    assert (await pool_of().get("/")).date == clock.now()


async def test_the_key_travels_in_its_header_and_never_in_the_url(pool_of: PoolOf, server: Server) -> None:
    reply = await pool_of(key="CG-secret").get("/spot")
    head = server.heads[0].lower()
    assert "x-example-key: cg-secret" in head
    assert f"user-agent: mobius/{__version__}" in head
    assert "secret" not in reply.url
    assert "secret" not in head.splitlines()[0]


async def test_parameters_are_escaped(pool_of: PoolOf, server: Server) -> None:
    await pool_of().get("/t", {"symbols": '["BTCUSDT","ETHUSDT"]', "q": "a b&c=d"})
    assert (
        server.heads[0].splitlines()[0] == "GET /t?symbols=%5B%22BTCUSDT%22,%22ETHUSDT%22%5D&q=a%20b%26c%3Dd HTTP/1.1"
    )


async def test_connections_are_kept_alive(pool_of: PoolOf, server: Server) -> None:
    pool = pool_of()
    for _ in range(5):
        await pool.get("/")
    assert (len(server.heads), server.opened) == (5, 1)


async def test_compressed_replies_are_unpacked(pool_of: PoolOf, server: Server) -> None:
    async def packed(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(gzip.compress(b'{"fine": true}'), headers="Content-Encoding: gzip\r\n"))

    server.answer = packed
    assert (await pool_of().get("/")).body == b'{"fine": true}'


async def test_other_statuses_are_returned(pool_of: PoolOf, server: Server) -> None:
    async def refused(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(b'{"error": "coin not found"}', status="404 Not Found"))

    server.answer = refused
    assert (await pool_of().get("/")).status == 404


async def test_no_connection_is_a_connection_fault(pool_of: PoolOf) -> None:
    with pytest.raises(ConnectionFault) as caught:
        await pool_of(base_url="http://127.0.0.1:1", key="CG-secret").get("/spot", {"a": "b"})
    assert "secret" not in str(caught.value)
    assert caught.value.source == "example"


async def test_an_unknown_host_is_a_connection_fault(pool_of: PoolOf) -> None:
    with pytest.raises(ConnectionFault):
        await pool_of(base_url="http://no-such-host.invalid").get("/")


async def test_an_address_that_cannot_be_is_a_setting_to_mend(pool_of: PoolOf) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        await pool_of(base_url="http://[not an address").get("/")
    assert "base URL" in str(caught.value.hint)
    with pytest.raises(SourceUnavailable):
        await pool_of(key="two\nlines").get("/")


@pytest.mark.parametrize("part", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b"rubbish\r\n\r\n"])
async def test_a_reply_that_breaks_off_is_a_connection_fault(pool_of: PoolOf, server: Server, part: bytes) -> None:
    async def breaks(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(part)
        writer.close()

    server.answer = breaks
    with pytest.raises(ConnectionFault):
        await pool_of().get("/")


async def test_a_reset_connection_is_a_connection_fault(pool_of: PoolOf, server: Server) -> None:
    async def resets(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    server.answer = resets
    with pytest.raises(ConnectionFault):
        await pool_of().get("/")


async def hang(_head: str, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drip(_head: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("slow", [hang, drip], ids=["silence", "a slow drip"])
async def test_slowness_ends_at_the_sources_timeout_and_leaves_nothing_open(
    pool_of: PoolOf, server: Server, spec: SourceSpec, slow: Answer
) -> None:
    server.answer = slow
    quick = replace(spec, limits=replace(spec.limits, timeout_s=0.1))
    with pytest.raises(TimedOut):
        await pool_of(spec=quick).get("/")
    await server.settled()


async def test_the_questions_deadline_reaches_the_socket(pool_of: PoolOf, server: Server, clock: Hand) -> None:
    server.answer = hang
    with due(Deadline(clock.monotonic() + 0.1)), pytest.raises(DeadlineExceeded):
        await pool_of().get("/")
    await server.settled()


async def test_past_the_deadline_nothing_is_sent(pool_of: PoolOf, server: Server, clock: Hand) -> None:
    with due(Deadline(clock.monotonic())), pytest.raises(DeadlineExceeded):
        await pool_of().get("/")
    assert server.opened == 0


async def test_cancellation_leaves_no_task_and_no_socket_past_the_sources_timeout(
    pool_of: PoolOf, server: Server, spec: SourceSpec
) -> None:
    server.answer = hang
    pool = pool_of(spec=replace(spec, limits=replace(spec.limits, timeout_s=0.5)))
    tasks = [asyncio.create_task(pool.get("/")) for _ in range(5)]
    await server.until(lambda: len(server.heads) == 5)
    before = asyncio.all_tasks()
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(error, asyncio.CancelledError) for error in ended)
    await server.settled()
    assert asyncio.all_tasks() <= before - set(tasks)


async def test_cancellation_in_the_middle_of_a_reply_closes_the_socket_at_once(
    pool_of: PoolOf, server: Server, spec: SourceSpec
) -> None:
    server.answer = drip
    pool = pool_of(spec=replace(spec, limits=replace(spec.limits, timeout_s=600.0)))
    tasks = [asyncio.create_task(pool.get("/")) for _ in range(5)]
    await server.until(lambda: len(server.heads) == 5)
    await asyncio.sleep(0.1)  # the first bytes are there
    before = asyncio.all_tasks()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.settled()
    assert asyncio.all_tasks() <= before - set(tasks)


@pytest.mark.parametrize("framing", ["Content-Length: 2147483648", "Connection: close"], ids=["told", "not told"])
async def test_a_body_of_two_gigabytes_is_refused_in_bounded_memory(
    pool_of: PoolOf, server: Server, framing: str
) -> None:
    sent = 0

    async def pours(_head: str, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(f"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n".encode())
        block = b"x" * 65_536
        while sent < 2**31:
            writer.write(block)
            await writer.drain()
            sent += len(block)

    server.answer = pours
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourceChanged, match="larger than 1 MB"):
        await pool_of().get("/")
    await server.settled()
    assert sent < 64 * 2**20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 2**10  # kilobytes


async def test_a_reply_that_falls_silent_in_the_middle_is_given_up_before_its_time(
    pool_of: PoolOf, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def begins(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await asyncio.Event().wait()

    server.answer = begins
    for library in ("pool_pyreqwest", "pool_aiohttp"):
        monkeypatch.setattr(f"mobius.net.{library}.READ_S", 0.05)
    with pytest.raises(TimedOut, match="fell silent"):
        await pool_of().get("/")
    await server.settled()


@pytest.mark.parametrize("shared", [False, True])
async def test_each_source_has_its_own_most_bytes(server: Server, clock: Hand, spec: SourceSpec, shared: bool) -> None:
    async def answers(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(b"x" * 3_000_000))

    server.answer = answers
    engines = Engines(user_agent="mobius", proxy=None) if shared else None
    small = replace(spec, limits=replace(spec.limits, max_body_bytes=2**20))
    pools = [Pool(each, clock=clock, simulated=False, base_url=server.url, engines=engines) for each in (spec, small)]
    assert len((await pools[0].get("/")).body) == 3_000_000
    with pytest.raises(SourceChanged, match="larger than 1 MB"):
        await pools[1].get("/")
    for pool in pools:
        await pool.aclose()
    if engines is not None:
        await engines.aclose()


async def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(pool_of: PoolOf, server: Server) -> None:
    bomb = gzip.compress(bytes(64 * 2**20))

    async def bombs(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(bomb, headers="Content-Encoding: gzip\r\n"))

    server.answer = bombs
    with pytest.raises(SourceChanged):
        await pool_of().get("/")


async def test_redirects_are_followed_on_the_same_host_only(pool_of: PoolOf, server: Server) -> None:
    async def moves(head: str, writer: asyncio.StreamWriter) -> None:
        if head.startswith("GET /old "):
            writer.write(plain(b"", status="301 Moved", headers="Location: /new?a=b\r\n"))
        elif head.startswith("GET /new?a=b "):
            writer.write(plain(b'{"new": true}'))
        elif head.startswith("GET /circle "):
            writer.write(plain(b"", status="302 Found", headers="Location: /circle\r\n"))
        else:
            writer.write(
                plain(b"", status="302 Found", headers=f"Location: http://localhost:{server.port}/new?a=b\r\n")
            )

    server.answer = moves
    pool = pool_of(key="CG-secret")
    assert (await pool.get("/old")).body == b'{"new": true}'
    with pytest.raises(SourceUnavailable, match="another host"):
        await pool.get("/away")
    with pytest.raises(SourceUnavailable, match="circle"):
        await pool.get("/circle")
    assert not any("host: localhost" in head.lower() for head in server.heads)


async def test_a_proxy_is_used_when_the_settings_name_one(pool_of: PoolOf, server: Server) -> None:
    await pool_of(base_url="http://provider.invalid/v1", proxy=server.url).get("/spot")
    assert server.heads[0].startswith("GET http://provider.invalid/v1/spot HTTP/1.1")


async def test_the_environment_names_no_proxy(pool_of: PoolOf, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert (await pool_of().get("/")).status == 200


async def test_without_pyreqwest_aiohttp_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mobius.net.pool_pyreqwest", None)
    engine = open_engine("example", user_agent="mobius", proxy=None)
    assert isinstance(engine, AiohttpEngine)
    await engine.aclose()


async def test_a_pool_opens_its_own_engine_at_the_first_request(server: Server, clock: Hand, spec: SourceSpec) -> None:
    pool = Pool(spec, clock=clock, simulated=False, base_url=server.url)
    await pool.aclose()  # nothing was opened: nothing to close
    pool = Pool(spec, clock=clock, simulated=False, base_url=server.url)
    assert (await pool.get("/")).status == 200
    await pool.aclose()
    await server.settled()


def test_the_room_loads_no_http_library_before_the_first_request() -> None:
    code = (
        "import sys, pkgutil, importlib, mobius.net, mobius.cache, mobius.sources\n"
        "import mobius.net.pool, mobius.net.cached, mobius.net.retry, mobius.net.limit, mobius.net.breaker\n"
        "import mobius.net.trace, mobius.cache.tiers\n"
        "if hasattr(mobius.sources, 'discover'): mobius.sources.discover()\n"
        "heavy = {'numpy', 'aiohttp', 'pyreqwest', 'sqlite3', 'sqlalchemy', 'email', '_strptime', 'pandas'}\n"
        "sys.exit(','.join(heavy & set(sys.modules)) or None)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert (ended.returncode, ended.stderr) == (0, "")


async def test_pools_share_one_client_and_leave_closing_it_to_its_owner(
    server: Server, clock: Hand, spec: SourceSpec
) -> None:
    engines = Engines(user_agent="mobius", proxy=None)
    pools = [Pool(spec, clock=clock, simulated=False, base_url=server.url, engines=engines) for _ in range(2)]
    assert [(await pool.get("/x")).status for pool in pools] == [200, 200]
    assert server.opened == 1
    await pools[0].aclose()
    assert (await pools[1].get("/x")).status == 200
    await pools[1].aclose()
    await engines.aclose()
