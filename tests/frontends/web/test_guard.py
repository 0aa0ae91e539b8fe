"""Who may ask: host names, other sites' pages, the token, the headers of every reply."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from mobius.frontends.web.guard import Access, host_name
from mobius.frontends.web.serving import serving
from tests.frontends.cli.fake import FakeApplication
from tests.frontends.web.wire import Web

pytestmark = pytest.mark.asyncio(loop_scope="session")

UPGRADE = {
    "connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def fake_web() -> AsyncIterator[Web]:
    async with serving(FakeApplication(), port=0, names=["mobius.lan"]) as address:
        yield Web(address)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def open_web() -> AsyncIterator[tuple[Web, str]]:
    """Bound to every interface; the token its address carries."""
    async with serving(FakeApplication(), host="0.0.0.0", port=0) as address:
        at, _, token = address.partition("/?token=")
        yield Web(f"http://127.0.0.1:{at.rpartition(':')[2]}"), token


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.7", "", "[::2]",
             "127.0.0.1@evil.example", "xn--mobius.lan", "169.254.169.254"],
)  # fmt: skip
async def test_a_name_that_was_rebound_to_this_machine_is_refused(fake_web: Web, host: str) -> None:
    got = await fake_web.get("/healthz", host=host)
    assert (got.status, got.kind) == (421, "wrong_host")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:80", "mobius.lan", "Mobius.LAN.:8765"]
)
async def test_our_own_names_are_answered(fake_web: Web, host: str) -> None:
    assert (await fake_web.get("/healthz", host=host)).status == 200


async def test_two_hosts_or_none_are_refused(fake_web: Web) -> None:
    for rows in ("Host: 127.0.0.1\r\nHost: evil.example\r\n", ""):
        line = await fake_web.line()
        await line.send(f"GET /healthz HTTP/1.1\r\n{rows}\r\n".encode())
        assert (await line.got()).status in (400, 421)
        line.drop()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "file://", "http://localhost.evil"]
)
async def test_a_post_from_another_origin_is_refused(fake_web: Web, origin: str) -> None:
    got = await fake_web.post("/v1/ask", {"question": "btc?"}, origin=origin)
    assert (got.status, got.kind) == (403, "denied")


async def test_a_post_from_our_own_page_or_a_program_is_answered(fake_web: Web) -> None:
    assert (await fake_web.post("/v1/ask", {"question": "btc?"}, origin=fake_web.address)).status == 200
    assert (await fake_web.post("/v1/ask", {"question": "btc?"})).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_other_sites_pages_load_nothing_here(fake_web: Web, site: str) -> None:
    for headers in (
        {"sec-fetch-site": site},
        {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ):
        for target in ("/", "/v1/tools/price?assets=btc", "/v1/stream?question=btc", "/static/page.js"):
            got = await fake_web.ask("GET", target, headers=headers)
            assert (got.status, got.kind) == (403, "denied"), (target, headers)
    link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert (await fake_web.ask("GET", "/", headers=link)).status == 200
    assert (await fake_web.ask("GET", "/v1/stream?question=btc", headers=link)).status == 403
    assert (await fake_web.ask("POST", "/v1/ask", body=b"{}", headers={"sec-fetch-site": site})).status == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_websocket_of_another_origin_is_refused(fake_web: Web, origin: str) -> None:
    got = await fake_web.ask("GET", "/v1/watch?assets=BTC", headers={**UPGRADE, "origin": origin})
    assert (got.status, got.kind) == (403, "denied")


async def test_every_reply_carries_the_security_headers_and_no_cors(fake_web: Web) -> None:
    for target in ("/", "/healthz", "/nothing", "/v1/stream", "/static/page.js", "/v1/tools/none"):
        got = await fake_web.get(target, origin="https://evil.example")
        policy = got.headers["content-security-policy"]
        assert "default-src 'none'" in policy or "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["referrer-policy"] == "no-referrer"
        assert got.headers["cross-origin-opener-policy"] == "same-origin"
        assert got.headers["cross-origin-resource-policy"] == "same-origin"
        assert not [name for name in got.headers if name.startswith("access-control")]
    preflight = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    got = await fake_web.ask("OPTIONS", "/v1/ask", headers=preflight)
    assert not [name for name in got.headers if name.startswith("access-control")]


async def test_beyond_this_machine_a_token_is_asked_for(open_web: tuple[Web, str]) -> None:
    web, token = open_web
    for target in ("/", "/v1/tools/price", "/static/page.js", "/metrics", "/openapi.json", "/?token=wrong", "/?token="):
        got = await web.get(target)
        assert (got.status, got.kind) == (401, "token_needed"), target
    assert (await web.ask("GET", "/v1/watch?assets=BTC", headers=UPGRADE)).kind == "token_needed"
    assert (await web.get("/healthz")).status == 200
    assert (await web.get("/", authorization=f"Bearer {token}")).status == 200
    assert (await web.get("/", authorization=f"Bearer {token}x")).status == 401
    assert (await web.get("/", authorization="Bearer \xff")).status == 401


async def test_the_address_with_its_token_leaves_a_cookie_and_no_token_behind(open_web: tuple[Web, str]) -> None:
    web, token = open_web
    got = await web.get(f"/?q=price+of+btc&token={token}")
    assert got.status == 303
    assert got.headers["location"] == "/?q=price+of+btc"
    cookie = got.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    pair = cookie.partition(";")[0]
    assert (await web.get("/", cookie=f"other=1; {pair}")).status == 200
    assert (await web.get("/", cookie=f"{pair}x")).status == 401
    got = await web.get(f"//evil.example/?token={token}")
    assert got.headers["location"] == "/evil.example/"


async def test_elsewhere_any_address_of_the_machine_is_a_host_and_a_strange_name_is_not(
    open_web: tuple[Web, str],
) -> None:
    web, _ = open_web
    assert (await web.get("/healthz", host="192.168.1.7:8765")).status == 200
    assert (await web.get("/healthz", host="evil.example")).status == 421


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("[::1]:8765", "::1"),
        ("LocalHost", "localhost"),
        ("a.b:1", "a.b"),
        ("a.b.", "a.b"),
        ("", ""),
        ("[", ""),
        ("::1", ""),
    ],
)
async def test_a_host_is_told_from_its_port(host: str, name: str) -> None:
    assert host_name(host) == name


async def test_names_are_compared_whole() -> None:
    access = Access(names=frozenset({"mobius.lan"}))
    assert access.answers_for("mobius.lan:80")
    assert not access.answers_for("mobius.lan.evil.example")
    assert not access.answers_for("1.2.3.4")
