"""Live prices for whoever watches. Here: one poller an asset set, shared, and a short queue a watcher. Not here: sockets.

Nothing is sent unless it changed. A watcher too slow to keep up loses the older messages, never the newest: each tells
the whole set.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from mobius.core.assets import ASSETS, find
from mobius.core.deadline import due
from mobius.core.desk import Desk
from mobius.core.errors import BadParameter, DeadlineExceeded, ErrorBody, ErrorReply, MobiusError, UnknownSymbol
from mobius.core.facts import Fact, unknown
from mobius.core.market_views import PriceView
from mobius.core.ports import Clock, Deadline
from mobius.core.words import render
from mobius.core.world import World
from mobius.frontends.web.problems import Refused

EVERY_S = 3.0
POLL_S = 4.0
"""Seconds the desk may take for one round of prices."""
MOST_ASSETS = 20
MOST_SETS = 16
MOST_WATCHERS = 64
QUEUE = 4
_ENCODER = msgspec.json.Encoder(decimal_format="number")

logger = logging.getLogger("mobius.web")


class Figure(Struct, frozen=True, kw_only=True):
    """A value and how it reads; None with the reason where it is unknown."""

    value: Any
    unit: str
    text: str
    reason: str | None = None


class WatchedPrice(Struct, frozen=True, kw_only=True):
    """One asset's consensus price, its change in a day, and where the price comes from.

    `now` is the world's instant at which the row was written and `age_s` the price's age then, in seconds.
    """

    asset: str
    name: str
    price: Figure
    change_24h: Figure
    source: str
    how: str | None
    as_of: datetime | None
    age_s: float | None
    now: datetime
    world: str
    simulated: bool


Rows: TypeAlias = tuple[WatchedPrice, ...] | ErrorReply
"""The whole watchlist, or the reason why there is none."""


@dataclass(slots=True, eq=False)
class Watcher:
    """One listener's queue."""

    queue: deque[bytes] = field(default_factory=lambda: deque(maxlen=QUEUE))
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, message: bytes) -> None:
        self.queue.append(message)
        self.news.set()

    async def messages(self) -> AsyncIterator[bytes]:
        while True:
            while self.queue:
                yield self.queue.popleft()
            self.news.clear()
            await self.news.wait()


@dataclass(slots=True, eq=False)
class _Poll:
    assets: tuple[str, ...]
    watchers: set[Watcher] = field(default_factory=set)
    last: Rows | None = None
    task: asyncio.Task[None] | None = None


@dataclass(slots=True)
class Watching:
    """Polls the desk for every set of assets that somebody watches."""

    desk: Desk
    clock: Clock
    world: World
    every_s: float = EVERY_S
    _polls: dict[tuple[str, ...], _Poll] = field(default_factory=dict)

    @asynccontextmanager
    async def watch(self, assets: Sequence[str]) -> AsyncIterator[Watcher]:
        """A watcher of those assets for as long as the block lasts; what is known already waits in its queue."""
        key = watched_assets(assets)
        if self.n_watchers >= MOST_WATCHERS or (key not in self._polls and len(self._polls) >= MOST_SETS):
            raise Refused("too_many", "Too many are watching.", hint="Close a tab, or watch the same assets.")
        poll = self._polls.setdefault(key, _Poll(key))
        watcher = Watcher()
        poll.watchers.add(watcher)
        if poll.last is not None:
            watcher.put(_ENCODER.encode(aged(poll.last, self.clock.now())))
        if poll.task is None:
            poll.task = asyncio.create_task(self._poll(poll))
        try:
            yield watcher
        finally:
            poll.watchers.discard(watcher)
            if not poll.watchers:
                self._polls.pop(key, None)
                poll.task.cancel()

    @property
    def n_watchers(self) -> int:
        return sum(len(poll.watchers) for poll in self._polls.values())

    async def aclose(self) -> None:
        tasks = [poll.task for poll in self._polls.values() if poll.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _poll(self, poll: _Poll) -> None:
        while True:
            message = await self._message(poll.assets)
            if poll.last is None or _essence(message) != _essence(poll.last):
                encoded = _ENCODER.encode(message)
                for watcher in poll.watchers:
                    watcher.put(encoded)
            poll.last = message
            await asyncio.sleep(self.every_s)

    async def _message(self, assets: tuple[str, ...]) -> Rows:
        try:
            with due(Deadline(self.clock.monotonic() + POLL_S)):
                async with asyncio.timeout(POLL_S):
                    views = await self.desk.prices(assets)
        except TimeoutError:
            return DeadlineExceeded("The sources did not answer in time.").reply()
        except MobiusError as failure:
            return failure.reply()
        except Exception:  # a poller's outermost loop: one bad round must not end the strip
            logger.exception("watch failed", extra={"assets": ",".join(assets)})
            return ErrorReply(ErrorBody(kind="bug", message="A bug kept the prices from being read."))
        now = self.clock.now()
        found = {view.asset: view for view in views}
        return tuple(self._row(asset, found.get(asset), now) for asset in assets)

    def _row(self, asset: str, view: PriceView | None, now: datetime) -> WatchedPrice:
        price = unknown(f"{asset.lower()}.price", "USD", "no source gave it") if view is None else view.price
        change = unknown(f"{asset.lower()}.change_24h", "pct", "no source gave it") if view is None else view.change_24h
        return WatchedPrice(
            asset=asset, name=ASSETS[asset].name, price=_figure(price, "price", now),
            change_24h=_figure(change, "signed", now), source=price.source, how=price.how, as_of=price.as_of,
            age_s=_age_s(price.as_of, now), now=now, world=self.world.name, simulated=self.world.simulated,
        )  # fmt: skip


def watched_assets(texts: Sequence[str]) -> tuple[str, ...]:
    """Canonical tickers in the order given; raises BadParameter and UnknownSymbol."""
    tickers: dict[str, None] = {}
    for text in texts:
        asset = ASSETS.get(text) or find(text)
        if asset is None:
            from mobius.language.near import near_assets

            raise UnknownSymbol(text[:40], near=near_assets(text[:40]))
        tickers[asset.ticker] = None
    if not 0 < len(tickers) <= MOST_ASSETS:
        raise BadParameter(f"A watchlist has 1 to {MOST_ASSETS} assets.", hint="Such as ?assets=BTC,ETH")
    return tuple(tickers)


def aged(message: Rows, now: datetime) -> Rows:
    """The same prices told at `now`."""
    if isinstance(message, ErrorReply):
        return message
    return tuple(msgspec.structs.replace(row, now=now, age_s=_age_s(row.as_of, now)) for row in message)


def _figure(fact: Fact, fmt: str, now: datetime) -> Figure:
    return Figure(value=fact.value, unit=fact.unit, text=render(fact, fmt, now), reason=fact.reason)


def _age_s(as_of: datetime | None, now: datetime) -> float | None:
    """Seconds since the instant a price describes; 0 when a clock has jumped back before it."""
    return None if as_of is None else round(max(0.0, (now - as_of).total_seconds()), 1)


def _essence(message: Rows) -> object:
    """What a watcher would see change; the age alone is no change."""
    if isinstance(message, ErrorReply):
        return message
    return [(row.asset, row.price, row.change_24h) for row in message]
