"""The server as a program and as a process."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mobius.core.errors import BadParameter, SourceUnavailable
from mobius.sandbox.clock import BIRTH, FrozenClock
from mobius.sandbox.server import SandboxServer

from .conftest import SEED, Caller


def test_it_starts_at_once_and_leaves_nothing_behind() -> None:
    before = threading.active_count()
    began = time.monotonic()
    server = SandboxServer.start(SEED, FrozenClock())
    started_s = time.monotonic() - began
    assert Caller(server)("binance", "/api/v3/ping").json == {}
    server.stop()
    server.stop()
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=1)
    assert started_s < 0.5


def test_the_date_is_the_worlds(get: Caller) -> None:
    for source, path in (("binance", "/api/v3/ping"), ("coingecko", "/ping"), ("kraken", "/0/public/Time")):
        assert parsedate_to_datetime(get(source, path).headers["date"]) == BIRTH


def test_each_source_has_its_base_url(server: SandboxServer) -> None:
    assert server.base_url("coingecko") == f"http://127.0.0.1:{server.port}/coingecko/api/v3"
    assert set(server.base_urls) >= {"binance", "kraken", "coingecko", "alternative_me"}
    with pytest.raises(BadParameter, match="nobody"):
        server.base_url("nobody")


def test_a_taken_port_is_said(server: SandboxServer) -> None:
    with pytest.raises(SourceUnavailable, match=str(server.port)):
        SandboxServer.start(SEED, FrozenClock(), port=server.port)


@pytest.mark.parametrize(
    ("source", "path", "status"),
    [("binance", "/api/v3/nothing", 404), ("kraken", "/0/public/Nothing", 404), ("coingecko", "/nothing", 404),
     ("coingecko", "/coins//market_chart", 404), ("alternative_me", "/", 404)],
)  # fmt: skip
def test_an_unknown_path_is_the_providers_own_404(get: Caller, source: str, path: str, status: int) -> None:
    assert get(source, path).status == status


def test_an_unknown_provider_is_a_404(server: SandboxServer, get: Caller) -> None:
    assert get.url(server.origin + "/nobody/api/v5/public/time").status == 404


def test_only_reading_is_allowed(server: SandboxServer, get: Caller) -> None:
    assert get.url(server.base_url("binance") + "/api/v3/order", method="POST", body=b"{}").status == 405


def test_the_state_counts_requests(server: SandboxServer, get: Caller) -> None:
    before = get.url(server.origin + "/_sandbox/state").json["requests"]["kraken"]
    get("kraken", "/0/public/Time")
    state = get.url(server.origin + "/_sandbox/state").json
    assert (state["seed"], state["requests"]["kraken"]) == (SEED, before + 1)


def test_the_same_seed_and_instant_give_the_same_bytes(server: SandboxServer, get: Caller) -> None:
    paths: list[tuple[str, str, dict[str, str | int]]] = [
        ("binance", "/api/v3/ticker/24hr", {"symbol": "ETHUSDT"}),
        ("binance", "/api/v3/klines", {"symbol": "SOLUSDT", "interval": "15m"}),
        ("kraken", "/0/public/Ticker", {"pair": "XBTUSD,USDTUSD"}),
        ("coingecko", "/coins/markets", {"vs_currency": "usd", "sparkline": "true"}),
    ]
    with (
        SandboxServer.start(SEED, FrozenClock(), limited=False) as twin,
        SandboxServer.start(SEED + 1, FrozenClock(), limited=False) as stranger,
    ):
        for source, path, params in paths:
            answer = get(source, path, **params).body
            assert answer == Caller(twin)(source, path, **params).body
            assert answer != Caller(stranger)(source, path, **params).body


@contextmanager
def process(*options: str, stdin: int | None = subprocess.PIPE) -> Iterator[tuple[subprocess.Popen[bytes], Any]]:
    running = subprocess.Popen(
        [sys.executable, "-m", "mobius.sandbox", *options], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert running.stdout is not None
        yield running, msgspec.json.decode(running.stdout.readline())
    finally:
        running.kill()
        running.communicate()


def test_a_process_of_its_own_ends_on_a_signal(get: Caller, tmp_path: Path) -> None:
    with process("--seed", "3", "--speed", "60", "--folder", str(tmp_path)) as (running, line):
        assert get.url(line["base_urls"]["binance"] + "/api/v3/ping").status == 200
        assert (line["seed"], (tmp_path / "clock.json").exists()) == (3, True)
        running.send_signal(signal.SIGTERM)
        assert running.wait(5) == 0


def test_a_process_of_its_own_ends_with_its_parent() -> None:
    with process() as (running, line):
        assert line["seed"] == SEED
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait(5) == 0
        running.stdin = None


def test_a_process_that_cannot_start_says_why(server: SandboxServer) -> None:
    failed = subprocess.run(
        [sys.executable, "-m", "mobius.sandbox", "--port", str(server.port)],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert failed.returncode == 3
    assert str(server.port) in failed.stderr
    assert "Traceback" not in failed.stderr
