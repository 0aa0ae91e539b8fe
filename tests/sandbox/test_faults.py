"""Every fault reaches the client over a real socket, and only where it was asked for."""

from __future__ import annotations

import http.client
import time

import msgspec
import pytest

from mobius.core.errors import BadParameter
from mobius.sandbox.clock import FrozenClock
from mobius.sandbox.faults import Fault, Faults
from mobius.sandbox.server import SandboxServer

from .conftest import SEED, Caller

PING = "/api/v3/ping"


def test_a_status_hits_its_provider_and_no_other(server: SandboxServer, get: Caller) -> None:
    server.faults.set("binance", Fault(kind="status", status=503))
    assert get("binance", PING).status == 503
    assert get("kraken", "/0/public/Time").status == 200
    server.faults.set("binance")
    assert get("binance", PING).status == 200


def test_a_fault_can_be_for_one_route(server: SandboxServer, get: Caller) -> None:
    server.faults.set("binance", Fault(kind="status", status=500, route="/api/v3/klines"))
    assert get("binance", PING).status == 200
    assert get("binance", "/api/v3/klines", symbol="BTCUSDT", interval="1h").status == 500


def test_a_fault_ends_after_its_times(server: SandboxServer, get: Caller) -> None:
    server.faults.set("binance", Fault(kind="status", status=502, times=2))
    assert [get("binance", PING).status for _ in range(4)] == [502, 502, 200, 200]


def test_a_share_of_requests_is_hit_alike_for_the_same_seed() -> None:
    one, other = (Faults({"binance": (Fault(kind="status", share=0.3),)}, seed=5) for _ in range(2))
    struck = [bool(one.strike("binance", PING)) for _ in range(300)]
    assert struck == [bool(other.strike("binance", PING)) for _ in range(300)]
    assert 60 < sum(struck) < 120


def test_a_rate_limit_is_said_as_the_provider_says_it(server: SandboxServer, get: Caller) -> None:
    for name in ("binance", "coingecko", "kraken", "alternative_me"):
        server.faults.set(name, Fault(kind="rate_limit", retry_after_s=17))
    binance, gecko = get("binance", PING), get("coingecko", "/ping")
    assert (binance.status, binance.headers["retry-after"], binance.json["code"]) == (429, "17", -1003)
    assert (gecko.status, gecko.headers["retry-after"]) == (429, "17")
    assert gecko.json["status"]["error_code"] == 429
    kraken = get("kraken", "/0/public/Time")
    assert (kraken.status, kraken.json) == (200, {"error": ["EGeneral:Too many requests"]})
    assert get("alternative_me", "/fng/").status == 429


def test_a_truncated_body_is_no_json(server: SandboxServer, get: Caller) -> None:
    whole = get("coingecko", "/coins/list").body
    server.faults.set("coingecko", Fault(kind="truncate", share_of_body=0.5))
    cut = get("coingecko", "/coins/list")
    assert (cut.status, cut.body) == (200, whole[: len(whole) // 2])
    with pytest.raises(msgspec.DecodeError):
        _ = cut.json


def test_a_dropped_body_is_shorter_than_promised(server: SandboxServer, get: Caller) -> None:
    server.faults.set("coingecko", Fault(kind="drop", share_of_body=0.5))
    with pytest.raises(http.client.IncompleteRead):
        get("coingecko", "/coins/list")


def test_a_wrong_content_type_is_a_page_with_status_200(server: SandboxServer, get: Caller) -> None:
    server.faults.set("coingecko", Fault(kind="content_type"))
    page = get("coingecko", "/ping")
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")


def test_garbage_is_no_json_under_the_right_type(server: SandboxServer, get: Caller) -> None:
    server.faults.set("kraken", Fault(kind="garbage"))
    answer = get("kraken", "/0/public/Time")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises(msgspec.DecodeError):
        _ = answer.json


def test_a_reset_closes_the_connection(server: SandboxServer, get: Caller) -> None:
    server.faults.set("binance", Fault(kind="reset"))
    with pytest.raises(ConnectionError):
        get("binance", PING)
    assert get("kraken", "/0/public/Time").status == 200


def test_latency_holds_the_answer_back(server: SandboxServer, get: Caller) -> None:
    server.faults.set("binance", Fault(kind="latency", latency_ms=120))
    began = time.monotonic()
    assert get("binance", PING).status == 200
    assert time.monotonic() - began >= 0.12


def test_a_hang_holds_nobody_else_up_and_ends_with_the_server() -> None:
    with SandboxServer.start(SEED, FrozenClock(), faults=Faults({"binance": (Fault(kind="hang"),)})) as server:
        get = Caller(server)
        with pytest.raises(TimeoutError):
            get.url(server.base_url("binance") + PING, timeout_s=1.5)
        assert get("kraken", "/0/public/Time").status == 200
        began = time.monotonic()
    assert time.monotonic() - began < 2.0


def test_faults_can_be_posted_to_a_running_world(server: SandboxServer, get: Caller) -> None:
    order = {"provider": "kraken", "faults": [{"kind": "status", "status": 504}]}
    json_type = {"Content-Type": "application/json"}
    url = server.origin + "/_sandbox/faults"
    reply = get.url(url, method="POST", body=msgspec.json.encode(order), headers=json_type)
    assert reply.json["kraken"][0]["status"] == 504
    assert get("kraken", "/0/public/Time").status == 504
    assert get.url(url, method="DELETE").json["kraken"] == []
    assert get("kraken", "/0/public/Time").status == 200


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"provider":"kraken","faults":[{"kind":"flood"}]}', "application/json", 400),
        (b'{"provider":"nobody"}', "application/json", 400),
        (b'{"provider":"kraken","faults":[{"kind":"status","share":7}]}', "application/json", 400),
        (b"not json", "application/json", 400),
        (b'{"provider":"kraken"}', "text/plain", 415),
    ],
)
def test_a_bad_order_is_refused(
    server: SandboxServer, get: Caller, body: bytes, content_type: str, status: int
) -> None:
    reply = get.url(
        server.origin + "/_sandbox/faults", method="POST", body=body, headers={"Content-Type": content_type}
    )
    assert reply.status == status
    assert "error" in reply.json


@pytest.mark.parametrize("wrong", [{"share": 1.5}, {"status": 200}, {"latency_ms": -1.0}, {"share_of_body": 1.0}])
def test_an_impossible_fault_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadParameter):
        msgspec.convert({"kind": "status", **wrong}, type=Fault) if "status" not in wrong else Fault(
            kind="status", status=int(wrong["status"])
        )
