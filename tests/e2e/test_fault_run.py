"""Every fault a provider can have, through the real stack over real sockets: the right error, bounded memory, nothing left.

The live world is pointed at the simulated providers, so that what is tested is the stack as it is composed. A request whose
question has ended may go on for the cache, and a socket that was given up stays open (pyreqwest), both until the source's
own time is over and no longer.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from mobius.app import App, open_app
from mobius.app.stacks import cap_usd
from mobius.core.deadline import due
from mobius.core.errors import (
    BadParameter,
    DeadlineExceeded,
    MobiusError,
    RateLimited,
    SourceChanged,
    SourceUnavailable,
)
from mobius.core.gather import gather
from mobius.core.needs import Source, SpotQuery
from mobius.core.ports import Deadline, Person
from mobius.core.sources import CostSpec
from mobius.frontends.cli.opening import OpenRequest
from mobius.net.fair import FairSlots
from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.faults import Fault
from mobius.sandbox.server import SandboxServer

BTC = SpotQuery(assets=("BTC",), quotes=("USD", "USDT"))
ETH = SpotQuery(assets=("ETH",), quotes=("USD", "USDT"))
VENUES = ("binance", "bybit", "coinbase", "kraken", "okx")
RUN: dict[str, tuple[Fault, type[MobiusError]]] = {
    "429": (Fault(kind="rate_limit", retry_after_s=30), RateLimited),
    "500": (Fault(kind="status", status=500), SourceUnavailable),
    "503": (Fault(kind="status", status=503), SourceUnavailable),
    "truncated JSON": (Fault(kind="truncate"), SourceUnavailable),
    "connection dropped in the body": (Fault(kind="drop"), SourceUnavailable),
    "connection reset": (Fault(kind="reset"), SourceUnavailable),
    "wrong content type": (Fault(kind="content_type"), SourceChanged),
    "garbage": (Fault(kind="garbage"), SourceChanged),
    "two gigabytes": (Fault(kind="endless"), SourceChanged),
    "slow drip": (Fault(kind="drip"), SourceUnavailable),
    "silence": (Fault(kind="hang"), SourceUnavailable),
}
SLOW = {"slow drip", "silence"}
"""These end at the source's own timeout, four seconds and more."""
NAMES = [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in RUN]
MEMORY_KB = 96 * 1024
"""Five sources at once may hold eight megabytes each, twice while the parts are joined, and what the libraries keep."""


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer.start(7, FrozenClock(), limited=False) as running:
        yield running


@pytest.fixture
async def app(server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    server.faults.clear()
    for name, url in server.base_urls.items():
        monkeypatch.setenv(f"MOBIUS_{name.upper()}_URL", url)
    async with open_app(OpenRequest(world="live", home=tmp_path)) as opened:
        yield opened
    server.faults.clear()


def venue(app: App, name: str) -> Source:
    return next(source for source in app.sources.offering("spot") if source.spec.name == name)


async def spot(source: Source) -> object:
    return await source.offers["spot"](BTC, source.http)


def sockets_to(port: int) -> int:
    """Connections of this process to a port of the loopback address, as the kernel tells."""
    open_inodes = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            open_inodes.add(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    table = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows = (row.split() for row in table)
    return sum(row[2] == f"0100007F:{port:04X}" and f"socket:[{row[9]}]" in open_inodes for row in rows)


async def until_ended(before: set[asyncio.Task[object]], *, within_s: float = 5.5) -> None:
    """Wait until no task is left that was not there before; a source's own time is at most five seconds here."""
    if left := asyncio.all_tasks() - before:
        await asyncio.wait(left, timeout=within_s)
    assert asyncio.all_tasks() - before == set()


async def until_closed(port: int, *, within_s: float) -> None:
    """Wait until no connection to the port is open any more."""
    async with asyncio.timeout(within_s):
        while sockets_to(port) > 0:  # noqa: ASYNC110 the kernel tells nobody
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("name", NAMES)
async def test_each_fault_is_its_own_error_within_bounded_memory_and_leaves_no_task(
    app: App, server: SandboxServer, name: str
) -> None:
    fault, error = RUN[name]
    sources = [venue(app, each) for each in VENUES]
    for each in sources:  # draws the world in this process, which takes more memory than any reply
        await each.offers["spot"](ETH, each.http)
    for source in VENUES:
        server.faults.set(source, fault)
    tasks, memory = asyncio.all_tasks(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    got = await gather({each.spec.name: lambda each=each: spot(each) for each in sources})  # type: ignore[misc]
    assert {source: type(failure) for source, failure in got.failures.items() if not isinstance(failure, error)} == {}
    assert sorted(got.failures) == sorted(VENUES)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < MEMORY_KB
    await until_ended(tasks)
    server.faults.clear()
    if name not in {"429"}:  # who was told to wait half a minute waits
        assert (await spot(venue(app, "kraken"))) is not None


async def test_a_name_that_cannot_be_resolved_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VENUES:
        monkeypatch.setenv(f"MOBIUS_{name.upper()}_URL", "http://no-such-provider.invalid")
    async with open_app(OpenRequest(world="live", home=tmp_path)) as app:
        for name in VENUES[:2]:
            with pytest.raises(SourceUnavailable) as caught:
                await spot(venue(app, name))
            assert caught.value.source == name


@pytest.mark.parametrize("name", [name for name in RUN if name != "429"])
async def test_an_answer_in_the_middle_of_it_arrives_by_its_deadline(
    app: App, server: SandboxServer, name: str
) -> None:
    await app.ask("gm")  # loads what the first question of a process loads
    assert app.sources.offering("spot")
    for source in server.base_urls:
        server.faults.set(source, RUN[name][0])
    loop = asyncio.get_running_loop()
    tasks, started_s = asyncio.all_tasks(), loop.time()
    answer = await app.call("price", {"assets": ["btc"]}, deadline_s=1.0)
    assert loop.time() - started_s < 1.0 + 1.5  # what a busy machine adds
    assert (answer.status, dict(answer.facts)) == ("no_data", {})
    await until_ended(tasks)


async def test_a_cancelled_question_leaves_no_task_and_its_sockets_close(app: App, server: SandboxServer) -> None:
    """Cancelled in the middle, with every source hanging; the deadline of the question bounds what the sockets may outlive."""
    for source in server.base_urls:
        server.faults.set(source, Fault(kind="hang"))
    before = asyncio.all_tasks()
    task = asyncio.create_task(app.call("price", {"assets": ["btc", "eth", "sol"]}, deadline_s=1.5))
    async with asyncio.timeout(5):
        while sockets_to(server.port) < 5:  # noqa: ASYNC110 the kernel tells nobody
            await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await until_ended(before)
    await until_closed(server.port, within_s=6)


async def test_a_gather_cancelled_in_the_middle_ends_every_job(app: App, server: SandboxServer) -> None:
    server.faults.set("okx", Fault(kind="hang"))
    before = asyncio.all_tasks()
    with due(Deadline(app.clock.monotonic() + 0.4)):
        jobs = {name: (lambda name=name: spot(venue(app, name))) for name in VENUES}
        got = await gather(jobs)
    assert sorted(got.results) == sorted(set(VENUES) - {"okx"})
    assert isinstance(got.failures["okx"], DeadlineExceeded)
    await until_ended(before)


async def test_closing_the_world_closes_its_sockets(
    server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults.clear()
    for name, url in server.base_urls.items():
        monkeypatch.setenv(f"MOBIUS_{name.upper()}_URL", url)
    async with open_app(OpenRequest(world="live", home=tmp_path)) as app:
        assert (await app.call("price", {"assets": ["btc"]})).status == "answered"
        assert sockets_to(server.port) > 0
    await until_closed(server.port, within_s=5)


async def test_a_changed_reply_is_remembered_past_the_end_of_the_process(
    app: App, server: SandboxServer, tmp_path: Path
) -> None:
    server.faults.set("kraken", Fault(kind="garbage"))
    with pytest.raises(SourceChanged) as caught:
        await spot(venue(app, "kraken"))
    health = venue(app, "kraken").health
    assert health is not None
    assert health().drift is not None
    async with open_app(OpenRequest(world="live", home=tmp_path)) as again:
        remembered = venue(again, "kraken").health
        assert remembered is not None
        drift = remembered().drift
    assert drift is not None
    assert (drift.need, drift.message, drift.place) == ("spot", caught.value.message, caught.value.path)


async def test_what_doctor_tells_of_a_source_follows_its_requests(app: App, server: SandboxServer) -> None:
    kraken = venue(app, "kraken")
    assert kraken.health is not None
    assert (kraken.health().n_timed, kraken.health().breaker, kraken.health().p50_ms) == (0, "closed", None)
    full = kraken.health().budget
    await spot(kraken)
    seen = kraken.health()
    assert (seen.budget < full, seen.n_timed > 0, seen.p95_ms) == (True, True, None)
    assert seen.p50_ms is not None
    assert 0 < seen.p50_ms < 2_000
    server.faults.set("kraken", Fault(kind="reset"))
    for _ in range(5):
        with pytest.raises(SourceUnavailable):
            await kraken.http.get("/0/public/Time")
    assert kraken.health().breaker == "open"


async def test_who_asks_reaches_the_queue_of_a_source(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    acquire = FairSlots.acquire

    async def noting(slots: FairSlots, person: str) -> None:
        asked.add(person)
        await acquire(slots, person)

    monkeypatch.setattr(FairSlots, "acquire", noting)
    await app.call("price", {"assets": ["btc"]}, person=Person("ada"))
    assert asked == {"ada"}


async def test_a_source_that_costs_money_is_off_without_a_cap_and_ends_at_it(
    server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults.clear()
    monkeypatch.setenv("MOBIUS_X_KEY", "k")
    monkeypatch.setenv("MOBIUS_X_URL", server.base_url("kraken"))  # any provider: what counts is the request
    async with open_app(OpenRequest(world="live", home=tmp_path)) as app:
        assert "x" in {spec.name for spec in app.sources.lacking("posts")}
    monkeypatch.setenv("MOBIUS_X_CAP_USD", "0.60")
    for most in (1, 1, 0):  # a quarter of a dollar each, over three processes
        async with open_app(OpenRequest(world="live", home=tmp_path)) as app:
            paid = next(source for source in app.sources.offering("posts") if source.spec.name == "x")
            if most:
                assert (await paid.http.get("/0/public/Time")).status == 200
                continue
            with pytest.raises(RateLimited, match="MOBIUS_X_CAP_USD"):
                await paid.http.get("/0/public/Time")
            assert paid.health is not None
            assert (paid.health().spent_usd, paid.health().cap_usd) == (Decimal("0.50"), Decimal("0.60"))


def test_a_cap_without_an_amount_of_dollars_is_said() -> None:
    cost = CostSpec(usd_per_request=0.1, cap_setting="MOBIUS_X_CAP_USD")
    assert [cap_usd(cost, text) for text in ("", "0", "5.50")] == [None, None, Decimal("5.50")]
    for text in ("much", "-1", "nan", "inf"):
        with pytest.raises(BadParameter, match="MOBIUS_X_CAP_USD"):
            cap_usd(cost, text)
