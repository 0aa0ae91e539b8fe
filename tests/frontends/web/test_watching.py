"""Live prices: one poller for all who watch the same, short queues, and nothing sent unless it changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import pytest_asyncio
import websockets
from websockets.asyncio.client import connect

from mobius.core.errors import BadParameter, NoData, UnknownSymbol
from mobius.core.facts import Fact, unknown
from mobius.core.market_views import PriceView
from mobius.core.world import LIVE
from mobius.frontends.web import watching as watching_module
from mobius.frontends.web.problems import Refused
from mobius.frontends.web.serving import serving
from mobius.frontends.web.watching import QUEUE, Watcher, Watching, watched_assets
from tests.frontends.cli.fake import NOW, FakeApplication, FakeClock
from tests.frontends.web.conftest import World
from tests.frontends.web.wire import Web

pytestmark = pytest.mark.asyncio(loop_scope="session")


class FakeDesk:
    """Prices that a test sets; counts how often it was asked."""

    def __init__(self) -> None:
        self.price: Decimal | None = Decimal(100)
        self.asked: list[tuple[str, ...]] = []
        self.error: Exception | None = None
        self.round = asyncio.Event()

    async def asked_again(self, n: int) -> None:
        """Wait until prices were asked for `n` times more."""
        for _ in range(n):
            self.round.clear()
            await asyncio.wait_for(self.round.wait(), 5)

    async def prices(self, assets: tuple[str, ...], quote: str = "USD", **_: Any) -> Any:
        self.asked.append(assets)
        self.round.set()
        if self.error is not None:
            raise self.error
        return tuple(view(asset, self.price) for asset in assets if asset != "DOGE")


def view(asset: str, price: Decimal | None) -> PriceView:
    def fact(name: str, value: Any, unit: str) -> Fact:
        key = f"{asset.lower()}.{name}"
        if value is None:
            return unknown(key, unit, "no source gave it")
        return Fact(id=key, value=value, unit=unit, source="kraken", path=f"kraken:/x#{name}", as_of=NOW)

    facts: dict[str, Any] = {
        name: fact(name, None, "USD") for name in ("high_24h", "low_24h", "volume_24h", "market_cap")
    }
    return PriceView(
        asset=asset, quote="USD", price=fact("price", price, "USD"), change_24h=fact("change_24h", Decimal("1.5"), "pct"),
        agreement=fact("agreement", Decimal(0), "pct"), venues=fact("venues", 2, "count"), **facts,
    )  # fmt: skip


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest_asyncio.fixture(loop_scope="session")
async def watching(desk: FakeDesk) -> AsyncIterator[Watching]:
    made = Watching(desk, FakeClock(), LIVE, every_s=0.001)  # type: ignore[arg-type]  # a desk that prices alone
    yield made
    await made.aclose()


async def news(watcher: Watcher) -> Any:
    async with asyncio.timeout(5):
        async for message in watcher.messages():
            return json.loads(message)


async def test_all_who_watch_the_same_share_one_poller(watching: Watching, desk: FakeDesk) -> None:
    async with watching.watch(["btc", "eth"]) as first, watching.watch(["BTC", "Ethereum"]) as second:
        one, two = await news(first), await news(second)
        assert [row["asset"] for row in one] == ["BTC", "ETH"]
        assert one == two
        assert set(desk.asked) == {("BTC", "ETH")}
        assert len(watching._polls) == 1
    assert len(watching._polls) == 0
    n_asked = len(desk.asked)
    await asyncio.sleep(0.02)
    assert len(desk.asked) <= n_asked + 1  # nobody watches: nobody is asked


async def test_nothing_is_sent_unless_it_changed(watching: Watching, desk: FakeDesk) -> None:
    async with watching.watch(["btc"]) as watcher:
        await news(watcher)
        await desk.asked_again(5)
        assert not watcher.queue
        desk.price = Decimal(101)
        assert (await news(watcher))[0]["price"]["value"] == 101


async def test_a_row_tells_the_figure_its_source_and_its_age(watching: Watching) -> None:
    async with watching.watch(["btc", "doge"]) as watcher:
        bitcoin, doge = await news(watcher)
    assert bitcoin["price"] == {"value": 100, "unit": "USD", "text": "$100.00", "reason": None}
    assert bitcoin["change_24h"]["text"] == "+1.5 %"
    assert (bitcoin["source"], bitcoin["as_of"], bitcoin["simulated"]) == ("kraken", "2026-07-28T10:00:00Z", False)
    assert bitcoin["age_s"] >= 0
    assert (doge["price"]["value"], doge["price"]["reason"]) == (None, "no source gave it")


async def test_a_late_watcher_hears_at_once_what_is_known_with_its_age_now(watching: Watching, desk: FakeDesk) -> None:
    async with watching.watch(["btc"]) as first:
        await news(first)
        n_asked = len(desk.asked)
        async with watching.watch(["btc"]) as second:
            assert second.queue
            assert (await news(second))[0]["asset"] == "BTC"
            assert len(desk.asked) <= n_asked + 1


async def test_a_watcher_who_does_not_keep_up_loses_the_oldest(watching: Watching, desk: FakeDesk) -> None:
    async with watching.watch(["btc"]) as watcher:
        for price in range(200, 220):
            desk.price = Decimal(price)
            await desk.asked_again(2)
        assert len(watcher.queue) == QUEUE
        assert [json.loads(message)[0]["price"]["value"] for message in watcher.queue] == [216, 217, 218, 219]


async def test_why_there_are_no_prices_is_said_once_and_they_come_again(watching: Watching, desk: FakeDesk) -> None:
    async with watching.watch(["btc"]) as watcher:
        await news(watcher)
        desk.error = NoData("market", "No source answers.")
        assert (await news(watcher))["error"]["kind"] == "no_data"
        desk.error = ZeroDivisionError("secret")
        said = await news(watcher)
        assert said["error"]["kind"] == "bug"
        assert "secret" not in said["error"]["message"]
        desk.error = None
        assert (await news(watcher))[0]["asset"] == "BTC"


async def test_a_clock_that_jumps_gives_no_negative_age(desk: FakeDesk) -> None:
    clock = FakeClock()
    watching = Watching(desk, clock, LIVE, every_s=0.001)  # type: ignore[arg-type]
    before = NOW - timedelta(days=1)
    clock.now = lambda: before  # type: ignore[method-assign]
    async with watching.watch(["btc"]) as watcher:
        assert (await news(watcher))[0]["age_s"] == 0
    await watching.aclose()


async def test_what_can_be_watched() -> None:
    assert watched_assets(["btc", "Bitcoin", "ETH"]) == ("BTC", "ETH")
    with pytest.raises(UnknownSymbol):
        watched_assets(["foocoin"])
    with pytest.raises(BadParameter):
        watched_assets([])


async def test_watchers_and_sets_are_bounded(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching_module, "MOST_SETS", 1)
    monkeypatch.setattr(watching_module, "MOST_WATCHERS", 2)
    async with watching.watch(["btc"]), watching.watch(["btc"]):
        with pytest.raises(Refused, match="Too many"):
            async with watching.watch(["btc"]):
                pass
    async with watching.watch(["btc"]):
        with pytest.raises(Refused, match="Too many"):
            async with watching.watch(["eth"]):
                pass


# ------------------------------------------------------------------------------------------------------------ the socket


@pytest_asyncio.fixture(loop_scope="session")
async def fake_web(desk: FakeDesk) -> AsyncIterator[Web]:
    async with serving(FakeApplication(desk=desk), port=0, every_s=0.001) as address:
        yield Web(address)


async def test_prices_come_over_a_websocket(world: World) -> None:
    address = world.web.address.replace("http", "ws") + "/v1/watch?assets=BTC,ETH"
    async with connect(address, origin=world.web.address) as socket:  # type: ignore[arg-type]
        rows = json.loads(await asyncio.wait_for(socket.recv(), 10))
        assert [row["asset"] for row in rows] == ["BTC", "ETH"]
        assert all(row["simulated"] and row["price"]["text"].startswith("$") for row in rows)


async def test_two_tabs_watch_and_one_leaving_leaves_the_other(fake_web: Web, desk: FakeDesk) -> None:
    address = f"ws://{fake_web.host}/v1/watch?assets=BTC"
    async with connect(address) as first:
        async with connect(address) as second:
            await asyncio.wait_for(second.recv(), 5)
        desk.price = Decimal(123)
        while json.loads(await asyncio.wait_for(first.recv(), 5))[0]["price"]["value"] != 123:
            pass


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("?assets=", 400), ("?assets=foocoin", 400), ("?colour=red", 400)]
)
async def test_what_cannot_be_watched_is_refused_before_it_opens(fake_web: Web, query: str, status: int) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await connect(f"ws://{fake_web.host}/v1/watch{query}")
    assert refused.value.response.status_code == status
    assert msgspec.json.decode(refused.value.response.body or b"{}").keys() >= {"error"}


async def test_who_talks_too_much_is_let_go(fake_web: Web) -> None:
    async with connect(f"ws://{fake_web.host}/v1/watch?assets=BTC") as socket:
        with pytest.raises(websockets.ConnectionClosed):
            for _ in range(200):
                await socket.send("hello")
            while True:
                await asyncio.wait_for(socket.recv(), 5)
        assert socket.close_code == 1008
