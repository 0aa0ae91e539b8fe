"""The whole stack over real sockets and a real cache file: what one question costs, and what faults leave behind."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from mobius.cache.tiers import Tiered
from mobius.core.errors import RateLimited, SourceChanged, SourceError, SourceUnavailable
from mobius.core.gather import gather
from mobius.core.needs import SpotQuery
from mobius.core.ports import Http
from mobius.core.sources import SourceSpec
from mobius.core.world import World
from mobius.net.breaker import Breaker
from mobius.net.cached import Cached
from mobius.net.limit import Limited
from mobius.net.pool import Pool
from mobius.net.retry import Retried
from mobius.sources.market import binance

if TYPE_CHECKING:
    from tests.net.conftest import Answer, Hand, Server

TICKER = b'[{"symbol":"BTCUSDT","bidPrice":"67970.40","askPrice":"67970.42"}]'
BTC = SpotQuery(assets=("BTC",), quotes=("USDT",))


@dataclass
class Process:
    """What one process opens of a world."""

    http: Http
    cache: Tiered
    pool: Pool

    async def close(self) -> None:
        await self.cache.aclose()
        await self.pool.aclose()


def opened(server: Server, clock: Hand, file: Path, spec: SourceSpec = binance.SPEC) -> Process:
    cache = Tiered.opened(clock, file)
    pool = Pool(spec, clock=clock, simulated=True, base_url=server.url)
    http: Http = Limited(pool, spec, clock, sleep=clock.sleep)
    http = Breaker(Retried(http, spec, clock, rng=random.Random(5), sleep=clock.sleep), spec, clock)
    return Process(Cached(http, cache, spec, World("sandbox", "7")), cache, pool)


@pytest.fixture
async def process(server: Server, clock: Hand, tmp_path: Path) -> AsyncIterator[Process]:
    one = opened(server, clock, tmp_path / "cache.sqlite")
    yield one
    await one.close()


def giving(*replies: bytes) -> Answer:
    """Answers with the replies in turn, the last one for ever."""
    left = list(replies)

    async def answer(_head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(left[0] if len(left) == 1 else left.pop(0))

    return answer


def whole(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n{headers}\r\n"
    return head.encode() + body


async def test_fifty_questions_at_once_are_one_request_and_the_next_process_asks_nothing(
    process: Process, server: Server, clock: Hand, tmp_path: Path
) -> None:
    server.answer = giving(whole(TICKER))
    answers = await asyncio.gather(*(binance.spot(BTC, process.http) for _ in range(50)))
    assert len(server.heads) == 1
    assert {answer.tier for answer in answers} == {"origin"}
    assert all(answer.simulated for answer in answers)
    assert (await binance.spot(BTC, process.http)).tier == "l1"
    await process.cache.aclose()
    clock.seconds += 5
    second = opened(server, clock, tmp_path / "cache.sqlite")
    again = await binance.spot(BTC, second.http)
    assert (again.tier, again.simulated, again.fetched_at) == ("l3", True, answers[0].fetched_at)
    assert len(server.heads) == 1
    await second.close()


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (whole(TICKER[:-9]), SourceUnavailable),
        (whole(b"<html>Just a moment...</html>"), SourceChanged),
        (whole(b"", status="503 Service Unavailable"), SourceUnavailable),
        (whole(b"", status="429 Too Many Requests", headers="Retry-After: 60\r\n"), RateLimited),
        (whole(b"", status="451 Unavailable For Legal Reasons"), SourceUnavailable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n" + b"x" * 300_000, SourceChanged),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", SourceUnavailable),
    ],
    ids=["broken off", "html", "503", "429", "451", "ten gigabytes", "broken gzip"],
)
async def test_a_fault_is_its_own_error_is_not_kept_and_is_over_with_the_next_good_reply(
    process: Process, server: Server, clock: Hand, bad: bytes, error: type[SourceError]
) -> None:
    server.answer = giving(bad)
    with pytest.raises(error) as caught:
        await binance.spot(BTC, process.http)
    assert caught.value.source == "binance"
    clock.seconds += 120
    server.answer = giving(whole(TICKER))
    assert (await binance.spot(BTC, process.http)).tier == "origin"


async def test_a_passing_fault_costs_a_retry_and_nobody_sees_it(process: Process, server: Server) -> None:
    busy = whole(b"", status="503 Service Unavailable")
    server.answer = giving(busy, whole(b"", status="429 Slow", headers="Retry-After: 1\r\n"), whole(TICKER))
    assert len((await binance.spot(BTC, process.http)).value) == 1
    assert len(server.heads) == 3


async def test_a_hanging_source_costs_only_itself_and_leaves_nothing(
    process: Process, server: Server, clock: Hand, tmp_path: Path
) -> None:
    async def answer(head: str, writer: asyncio.StreamWriter) -> None:
        if "ETHUSDT" in head:
            await asyncio.Event().wait()
        writer.write(whole(TICKER))

    server.answer = answer
    brief = replace(binance.SPEC, limits=replace(binance.SPEC.limits, timeout_s=0.5))
    slow = opened(server, clock, tmp_path / "other.sqlite", brief)
    got = await gather(
        {
            "good": lambda: binance.spot(BTC, process.http),
            "hangs": lambda: binance.spot(SpotQuery(assets=("ETH",), quotes=("USDT",)), slow.http),
        },
        timeout_s=0.2,
    )
    assert list(got.results) == ["good"]
    assert list(got.failures) == ["hangs"]
    await slow.close()
    await process.close()
    await server.settled()
    await server.stop()
    assert asyncio.all_tasks() == {asyncio.current_task()}
