"""`ask` end to end: warm and cold in one process, as a process of its own, and how well the concurrent part overlaps.

    make bench

The simulated world is served by a process of its own over loopback, so that it shares no interpreter with what is measured.
Rivals in the same run: the same three requests by httpx and by aiohttp under `asyncio.gather`, and `import ccxt`.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.measure import line, machine, quantile
from mobius.app import open_app
from mobius.frontends.cli.opening import OpenRequest

QUESTIONS = (
    "what's BTC doing today?", "price of eth and sol", "eth/btc", "how many euros are 0.2 eth",
    "show me eth, daily, last 6 months",
    "how's the market", "RSI on SOL?", "what is impermanent loss", "what can you do", "gm", "btc?", "price of doge in eur",
    "is sol overbought", "chart btc 30d", "convert 1 btc to eth", "weather in Paris",
)  # fmt: skip
WARM_ROUNDS = 40
COLD_ROUNDS = 25
LATENCY_S = 0.1
"""Given to every provider for the overlap measure: the guide's sources answer in about this time."""
VENUES = ("binance", "kraken", "coingecko")


@contextmanager
def world() -> Iterator[dict[str, str]]:
    """The sandbox in its own process; yields base URLs by source."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mobius.sandbox", "--seed", "7", "--port", "0", "--unlimited"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield json.loads(process.stdout.readline())["base_urls"]
    finally:
        process.stdin.close()
        process.wait(10)


def slow_down(urls: dict[str, str], latency_s: float) -> None:
    origin = "/".join(urls["binance"].split("/")[:3])
    for name in VENUES:
        body = json.dumps({"provider": name, "faults": [{"kind": "latency", "latency_ms": latency_s * 1000}]}).encode()
        request = urllib.request.Request(
            f"{origin}/_sandbox/faults", data=body, method="POST", headers={"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request).read()


async def warm_and_cold() -> None:
    by_question: dict[str, list[float]] = {question: [] for question in QUESTIONS}
    cold: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        async with open_app(OpenRequest(world="live", home=Path(home))) as app:
            for question in QUESTIONS:
                await app.ask(question)
            for _ in range(WARM_ROUNDS):
                for question in QUESTIONS:
                    started = time.perf_counter()
                    await app.ask(question)
                    by_question[question].append((time.perf_counter() - started) * 1000)
    for number in range(COLD_ROUNDS):
        with tempfile.TemporaryDirectory() as home:
            async with open_app(OpenRequest(world="live", home=Path(home))) as app:
                question = QUESTIONS[number % len(QUESTIONS)]
                await app.ask("gm")  # the first question also makes the database
                started = time.perf_counter()
                await app.ask(question)
                cold.append((time.perf_counter() - started) * 1000)
    print("\nwarm, by question")
    for question, samples in by_question.items():
        print("  " + line(question, samples))
    print(line("warm ask, all questions", [sample for samples in by_question.values() for sample in samples]))
    print(line("cold ask (nothing cached, sources at once)", cold))


async def overlap(urls: dict[str, str]) -> None:
    """Ideal over actual time of the concurrent part, every source taking the same fixed time."""
    import aiohttp
    import httpx

    first: list[float] = []
    running: list[float] = []
    for samples, connected in ((first, False), (running, True)):
        with tempfile.TemporaryDirectory() as home:
            for number in range(13):
                forget(Path(home))
                async with open_app(OpenRequest(world="live", home=Path(home))) as app:
                    await app.ask("gm")
                    if connected:
                        probes = (
                            source.http.get(source.spec.probe) for source in app.sources if source.spec.name in VENUES
                        )
                        await asyncio.gather(*probes)
                    started = time.perf_counter()
                    await app.assistant.desk.prices(("BTC",))
                    if number:  # the first round of a home makes its files
                        samples.append(time.perf_counter() - started)
    targets = [
        urls["binance"] + '/api/v3/ticker/24hr?symbols=["BTCUSDT"]',
        urls["kraken"] + "/0/public/Ticker?pair=XBTUSD,USDTUSD",
        urls["coingecko"] + "/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&page=1",
    ]
    by_httpx: list[float] = []
    by_aiohttp: list[float] = []
    for _ in range(12):
        started = time.perf_counter()
        async with httpx.AsyncClient() as client:
            await asyncio.gather(*(client.get(url) for url in targets))
        by_httpx.append(time.perf_counter() - started)
        started = time.perf_counter()
        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(fetched(session, url) for url in targets))
        by_aiohttp.append(time.perf_counter() - started)
    alone: list[float] = []
    async with aiohttp.ClientSession() as session:
        for url in targets:
            await fetched(session, url)  # connected, and the provider's own work done once
        for _ in range(12):
            slowest = 0.0
            for url in targets:
                started = time.perf_counter()
                await fetched(session, url)
                slowest = max(slowest, time.perf_counter() - started)
            alone.append(slowest)
    ideal = quantile(alone, 0.5)
    print("\nparallel efficiency = ideal / actual, three sources at once, nothing cached (median of 12)")
    print(f"  {'ideal: the slowest of the three asked alone':<44} {ideal * 1000:7.1f} ms")
    contenders = {
        "möbius, first question of a process": first,
        "möbius, connected": running,
        "httpx gather, new client, bodies only": by_httpx,
        "aiohttp gather, new session, bodies only": by_aiohttp,
    }
    for name, samples in contenders.items():
        middle = quantile(samples, 0.5)
        print(f"  {name:<44} {middle * 1000:7.1f} ms   efficiency {ideal / middle:.3f}")


def forget(home: Path) -> None:
    """Empty the cache on disk."""
    file = home / "live" / "cache.sqlite"
    if file.is_file():
        with closing(sqlite3.connect(file)) as database:
            database.execute("DELETE FROM cache_v2")
            database.commit()


async def fetched(session: object, url: str) -> bytes:
    import aiohttp

    assert isinstance(session, aiohttp.ClientSession)
    async with session.get(url) as response:
        return await response.read()


def cpu_ms(*arguments: str, home: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env={**os.environ, "MOBIUS_HOME": home}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def processes() -> None:
    """CPU time of whole processes, in turn, round by round."""
    contenders = {
        "python -c pass": ("-c", "pass"),
        "mobius price btc, cached": ("-m", "mobius", "price", "btc"),
        "mobius ask 'btc?', cached": ("-m", "mobius", "ask", "btc?"),
        "mobius --help": ("-m", "mobius", "--help"),
        "import ccxt": ("-c", "import ccxt"),
    }
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    with tempfile.TemporaryDirectory() as home:
        cpu_ms(*contenders["mobius price btc, cached"], home=home)
        for _ in range(7):
            cpu_ms("-m", "mobius", "price", "btc", home=home)  # keeps the cache warm between slow rivals
            for name, arguments in contenders.items():
                samples[name].append(cpu_ms(*arguments, home=home))
    print("\nwhole processes, CPU time")
    for name, found in samples.items():
        print("  " + line(name, found))


def main() -> None:
    print(machine("msgspec", "pyreqwest", "numpy", "httpx", "aiohttp", "ccxt"))
    with world() as urls:
        for name, url in urls.items():
            os.environ[f"MOBIUS_{name.upper()}_URL"] = url
        asyncio.run(warm_and_cold())
        processes()
        slow_down(urls, LATENCY_S)
        asyncio.run(overlap(urls))


if __name__ == "__main__":
    main()
