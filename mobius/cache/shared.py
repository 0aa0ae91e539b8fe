"""L2: the cache that processes and machines share, Redis or Valkey. Here: `Shared`, its leases, the log of invalidations.

Nothing here blocks or raises: an operation has 50 ms, whatever fails is a miss counted in `faults`, and a server that failed
is left alone for two seconds before it is tried again. Invalidations are entries of a stream, so that a process that was
away reads what it missed before it reads a value; a value carries the last entry its writer knew ("stamp"), and one that an
entry after that takes is dead, wherever it lies. Not here: the order of the tiers (tiers).
"""

from __future__ import annotations

import asyncio
import struct
import time
import uuid
from collections.abc import Awaitable, Callable
from math import inf
from typing import Any

import msgspec
from msgspec import Struct

from mobius.cache.kept import EVERYTHING, Cut, Kept
from mobius.core.errors import BadParameter, MissingExtra
from mobius.core.keeping import Policy

Stamp = tuple[int, int]

LAYOUT = b"m1"
"""Version of a value's header; a value of another is a miss."""
OPERATION_S = 0.05
DOWN_S = 2.0
MOST_LATE = 2
"""Operations in a row that may be late before the server counts as down; a refused connection counts at once."""
LEASE_S = 5.0
"""The longest one process keeps others from fetching what it fetches; also what a process that dies costs them."""
WAIT_S = 2.5
"""How long another process's fetch is waited for before asking oneself."""
POLL_S = 0.01
MOST_CONNECTIONS = 32
MOST_CUTS = 1_000
SKEW_S = 2.0
"""How far the clocks of two machines may be apart."""
_LONGEST_S = 1e9
"""Beyond, a value is kept until the server wants its room."""
_PREFIX = "mobius:"
_CUTS = "mobius:cuts"
_HEADER = struct.Struct("<2s?dddQQB")  # layout, missing, stored, fresh until, expires, stamp, length of the kind
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_BEGINNING: Stamp = (0, 0)


class Told(Struct, frozen=True):
    """An invalidation as it travels: what it takes, and who said so."""

    cut: Cut
    teller: str


class Shared:
    """Bytes by key in the server at `url`. `now_s` is the world's wall time, in epoch seconds.

    `cut` is called with each invalidation that another process made. `noted` and `note` keep the last one heard of over a
    restart, for a tier that survives it too.
    """

    def __init__(
        self,
        url: str,
        now_s: Callable[[], float],
        *,
        cut: Callable[[Cut], None],
        noted: Callable[[str], str | None] = lambda _name: None,
        note: Callable[[str, str], None] = lambda _name, _text: None,
        real_s: Callable[[], float] = time.monotonic,
    ) -> None:
        check(url)
        self._url = url
        self._now_s = now_s
        self._real_s = real_s
        self._cut = cut
        self._noted, self._note = noted, note
        self._me = uuid.uuid4().hex
        self._pool: Any = None  # a redis.asyncio.ConnectionPool
        self._free: list[Any] = []
        """Connections not in use, kept here: the pool's own ways would take a fifth of a read's time."""
        self._listener: asyncio.Task[None] | None = None
        self._synced = False
        self._syncing = asyncio.Lock()
        self._slots = asyncio.Semaphore(MOST_CONNECTIONS)
        self._down_until_s = 0.0
        self._late = 0
        self._cuts: list[tuple[Stamp, Cut]] = []
        self._unsent: list[Cut] = []
        self._newest = _BEGINNING
        """The last invalidation in `_cuts`, our own included, which we hear of again only later."""
        self._seen: Stamp | None = None
        self.faults = 0

    @property
    def down(self) -> bool:
        return self._real_s() < self._down_until_s

    @property
    def stamp(self) -> Stamp:
        """The last invalidation known; take it before a value is fetched."""
        return self._seen or _BEGINNING

    async def get(self, key: str) -> Kept | None:
        """The value with its times; None for none, for a dead one, and when the server cannot be asked."""
        if self.down or not (self._synced or await self._sync()):
            return None
        got = await self._ask(("GET", _PREFIX + key))
        return None if got is None else self._read(key, got[0])

    async def put(self, key: str, kept: Kept, stamp: Stamp, lease: str | None = None) -> None:
        """Keep a value that was fetched when `stamp` was the last invalidation known, and give the lease back."""
        if self.down or not self._synced:
            return
        if kept.left_s <= 0:
            await self.release(key, lease)
            return
        now_s = self._now_s()
        kind = kept.kind.encode()[:255]
        head = _HEADER.pack(
            LAYOUT, kept.missing, now_s - kept.age_s, now_s + kept.fresh_left_s, now_s + kept.left_s, *stamp, len(kind)
        )
        put: tuple[Any, ...] = ("SET", _PREFIX + key, head + kind + kept.value)
        if kept.left_s < _LONGEST_S:
            put += ("PX", max(1, int(kept.left_s * 1000)))
        await self._ask(put, *([] if lease is None else [_releasing(key, lease)]))

    async def lead(self, key: str, policy: Policy, ahead_s: float) -> str | Kept | None:
        """The lease to fetch `key`, or what another process fetched meanwhile, or None: then fetch without a lease."""
        if self.down or not (self._synced or await self._sync()):
            return None
        token, until_s = uuid.uuid4().hex, self._real_s() + WAIT_S
        while True:
            lease = ("SET", _lease(key), token, "NX", "PX", int(LEASE_S * 1000))
            got = await self._ask(lease, ("GET", _PREFIX + key))
            if got is None:
                return None
            led, value = got
            kept = self._read(key, value)
            if kept is not None and kept.state(policy, ahead_s) == "fresh":
                if led:
                    await self.release(key, token)
                return kept
            if led:
                return token
            if self._real_s() >= until_s:
                return None
            await asyncio.sleep(POLL_S)

    async def release(self, key: str, lease: str | None) -> None:
        """Give a lease back, unless it has passed to another meanwhile."""
        if lease is not None and not self.down and self._synced:
            await self._ask(_releasing(key, lease))

    async def tell(self, cut: Cut) -> None:
        """Let every process know of an invalidation; one that cannot be told now is told when the server is back."""
        self._unsent.append(cut)
        if not self.down and (self._synced or await self._sync()):
            await self._send()

    async def aclose(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None
        await self._lost()
        self._down_until_s = inf
        if self._pool is not None:
            await self._quietly(self._pool.aclose())

    # --------------------------------------------------------------------------------------------------- invalidations

    async def _sync(self) -> bool:
        """Connect and hear what was invalidated while we were away; before that no value is read."""
        async with self._syncing:
            if self._synced or self.down:
                return self._synced
            if self._pool is None:
                self._pool = _pool(self._url)
            if self._seen is None:
                self._seen = _stamp(self._noted("cuts") or "0-0")
            got = await self._ask(("XRANGE", _CUTS, "-", "+"))
            if got is None:
                return False
            log = [(_stamp(number.decode()), fields) for number, fields in got[0]]
            if self._seen != _BEGINNING and self._seen not in (stamp for stamp, _ in log):
                self._cut(EVERYTHING)  # the log was lost, or cut off behind us: anything may be dead
            self._cuts.clear()
            for stamp, fields in log:
                self._hear(stamp, fields)
            self._synced = True
            await self._send()
            if self._listener is not None:
                self._listener.cancel()
                await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = asyncio.create_task(self._listen())
            return self._synced

    async def _send(self) -> None:
        while self._unsent:
            told = msgspec.json.encode(Told(self._unsent[0], self._me))
            got = await self._ask(("XADD", _CUTS, "MAXLEN", MOST_CUTS, "*", "told", told))
            if got is None:
                return
            self._remember(_stamp(got[0].decode()), self._unsent.pop(0))

    async def _listen(self) -> None:
        """Hear of invalidations as they are made, until the connection breaks; then the next use connects again."""
        connection = None
        try:
            connection = await self._pool.get_connection()
            while True:
                await connection.send_command("XREAD", "BLOCK", 0, "STREAMS", _CUTS, _text(self.stamp))
                for _, entries in await connection.read_response():
                    for number, fields in entries:
                        self._hear(_stamp(number.decode()), fields)
        except _faults():
            self.faults += 1
        finally:
            if self._listener is asyncio.current_task():
                self._synced = False
            await self._broken(connection)

    def _hear(self, stamp: Stamp, fields: list[bytes]) -> None:
        """Remember an invalidation, and carry it out unless that was done: it is our own, or from before we were away."""
        try:
            told = msgspec.json.decode(fields[1], type=Told)
        except msgspec.MsgspecError:  # of another version, perhaps: it may mean anything
            told = Told(EVERYTHING, "")
        self._remember(stamp, told.cut)
        if stamp > self.stamp:
            self._seen = stamp
            self._note("cuts", _text(stamp))
            if told.teller != self._me:
                self._cut(told.cut)

    def _remember(self, stamp: Stamp, cut: Cut) -> None:
        self._cuts.append((stamp, cut))
        del self._cuts[:-MOST_CUTS]
        self._newest = max(self._newest, stamp)

    # --------------------------------------------------------------------------------------------------------- reading

    def _read(self, key: str, body: Any) -> Kept | None:
        if not isinstance(body, bytes) or len(body) < _HEADER.size or body[:2] != LAYOUT:
            return None
        _, missing, stored_s, fresh_s, expires_s, stamp_ms, stamp_n, length = _HEADER.unpack_from(body)
        start = _HEADER.size + length
        kind = body[_HEADER.size : start].decode(errors="replace")
        now_s = self._now_s()
        if now_s < stored_s - SKEW_S or now_s >= expires_s or self._dead(key, kind, (stamp_ms, stamp_n)):
            return None
        return Kept(
            value=body[start:], kind=kind, missing=missing, age_s=max(0.0, now_s - stored_s),
            fresh_left_s=fresh_s - now_s, left_s=expires_s - now_s,
        )  # fmt: skip

    def _dead(self, key: str, kind: str, stamp: Stamp) -> bool:
        if stamp >= self._newest:
            return False
        if len(self._cuts) >= MOST_CUTS and stamp < self._cuts[0][0]:  # older than what is remembered
            return True
        return any(at > stamp and cut.takes(key, kind) for at, cut in reversed(self._cuts))

    # ---------------------------------------------------------------------------------------------------------- asking

    async def _ask(self, *commands: tuple[Any, ...]) -> list[Any] | None:
        """The replies, from one trip; None when the server cannot be asked, which is then left alone for a while."""
        connection = None
        try:
            async with self._slots, asyncio.timeout(OPERATION_S):
                if self.down:  # since we began to wait for a turn
                    return None
                connection = self._free.pop() if self._free else await self._pool.get_connection()
                await connection.send_packed_command(connection.pack_commands(commands))
                replies = [await connection.read_response() for _ in commands]
        except TimeoutError:
            self.faults += 1
            self._late += 1
            await self._broken(connection)
            if self._late >= MOST_LATE:
                await self._lost()
            return None
        except _faults():
            self.faults += 1
            await self._broken(connection)
            await self._lost()
            return None
        except asyncio.CancelledError:  # what it asked for may still arrive there: nobody may read it as theirs
            await self._broken(connection)
            raise
        self._late = 0
        self._free.append(connection)
        return replies

    async def _broken(self, connection: Any) -> None:
        if connection is not None:
            await self._quietly(connection.disconnect())
            await self._quietly(self._pool.release(connection))

    async def _lost(self) -> None:
        """Leave the server alone for a while; connections to one that is gone are of no use."""
        self._down_until_s = self._real_s() + DOWN_S
        self._synced = False
        self._late = 0
        free, self._free = self._free, []
        for connection in free:
            await self._broken(connection)

    async def _quietly(self, closing: Awaitable[Any]) -> None:
        try:
            async with asyncio.timeout(OPERATION_S):
                await closing
        except TimeoutError:
            self.faults += 1
        except _faults():
            self.faults += 1


def check(url: str) -> None:
    """Whether there can be a second tier at `url`. Raises BadParameter or MissingExtra."""
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise BadParameter(
            "MOBIUS_REDIS_URL names no Redis.",
            hint="It begins with redis://, rediss:// or unix://, with a host or a path.",
        )
    from importlib.util import find_spec

    if find_spec("redis") is None:
        raise MissingExtra("A second cache tier needs the extra redis.", hint='pip install "mobius[redis]"')


def _pool(url: str) -> Any:
    from redis.asyncio import ConnectionPool
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    return ConnectionPool.from_url(url, protocol=2, retry=Retry(NoBackoff(), 0), socket_timeout=None)


def _faults() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return (RedisError, OSError)


def _lease(key: str) -> str:
    return f"mobius:lease:{key}"


def _releasing(key: str, lease: str) -> tuple[Any, ...]:
    return ("EVAL", _RELEASE, 1, _lease(key), lease)


def _stamp(text: str) -> Stamp:
    left, _, right = text.partition("-")
    return int(left), int(right or 0)


def _text(stamp: Stamp) -> str:
    return f"{stamp[0]}-{stamp[1]}"
