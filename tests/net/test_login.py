"""Sessions over real sockets: opened once, kept until they end, renewed by one for all, and told to nobody."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from msgspec.structs import replace

from mobius.core.errors import RateLimited, SourceUnavailable
from mobius.core.sources import KeySpec, LoginSpec, SourceSpec
from mobius.net.pool import USER_AGENT, Pool
from tests.net.conftest import Hand


class Provider:
    """Opens sessions and answers those who have a valid one."""

    def __init__(self) -> None:
        self.logins: list[tuple[str, str, str]] = []
        self.agents: set[str] = set()
        self.asked = 0
        self.valid = ""
        self.lives_s = 3_600
        self.asked_for = asyncio.Event()
        self.accepts_none = False
        self.refuses: web.Response | None = None
        self.gate: asyncio.Event | None = None
        self.url = ""

    async def login(self, request: web.Request) -> web.Response:
        self.agents.add(request.headers["User-Agent"])
        self.logins.append(
            (request.headers.get("Authorization", ""), request.content_type, (await request.read()).decode())
        )
        self.asked_for.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.refuses is not None:
            return web.Response(status=self.refuses.status, headers=self.refuses.headers)
        self.valid = f"token{len(self.logins)}"
        if request.path == "/session":
            part = base64.urlsafe_b64encode(json.dumps({"iat": 1_000, "exp": 1_000 + self.lives_s}).encode())
            self.valid = f"h.{part.decode().rstrip('=')}.s{len(self.logins)}"
            return web.json_response({"did": "did:plc:x", "accessJwt": self.valid, "refreshJwt": "r"})
        return web.json_response({"access_token": self.valid, "token_type": "bearer", "expires_in": self.lives_s})

    async def posts(self, request: web.Request) -> web.Response:
        self.asked += 1
        self.agents.add(request.headers["User-Agent"])
        if self.accepts_none or request.headers.get("Authorization") != f"Bearer {self.valid}":
            if request.path == "/old":
                return web.json_response({"error": "ExpiredToken", "message": "Token has expired"}, status=400)
            return web.Response(status=401)
        return web.json_response({"posts": []})


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    one = Provider()
    app = web.Application()
    app.router.add_post("/token", one.login)
    app.router.add_post("/session", one.login)
    app.router.add_get("/posts", one.posts)
    app.router.add_get("/old", one.posts)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield one
    await runner.cleanup()


@pytest.fixture(params=["client_credentials", "atproto"])
async def pool(
    request: pytest.FixtureRequest, provider: Provider, spec: SourceSpec, clock: Hand
) -> AsyncIterator[Pool]:
    place = "/token" if request.param == "client_credentials" else "/session"
    with_login = replace(
        spec, login=LoginSpec(url=provider.url + place, style=request.param),
        key=KeySpec(setting="MOBIUS_EXAMPLE_KEY", required=True), wants_contact=True,
    )  # fmt: skip
    one = Pool(
        with_login, clock=clock, simulated=False, base_url=provider.url, key="me.example:app-pass-word",
        contact="me@example.org",
    )  # fmt: skip
    yield one
    await one.aclose()


async def test_one_session_serves_many_requests(pool: Pool, provider: Provider) -> None:
    assert [(await pool.get("/posts")).status for _ in range(3)] == [200, 200, 200]
    assert len(provider.logins) == 1
    assert provider.agents == {f"{USER_AGENT} (me@example.org)"}


async def test_each_style_opens_its_session_as_its_provider_wants(pool: Pool, provider: Provider) -> None:
    await pool.get("/posts")
    authorization, kind, body = provider.logins[0]
    if "json" in kind:
        assert (authorization, json.loads(body)) == ("", {"identifier": "me.example", "password": "app-pass-word"})
    else:
        basic = base64.b64encode(b"me.example:app-pass-word").decode()
        assert (authorization, body) == (f"Basic {basic}", "grant_type=client_credentials")
        assert kind == "application/x-www-form-urlencoded"


async def test_a_session_is_renewed_before_it_ends(pool: Pool, provider: Provider, clock: Hand) -> None:
    await pool.get("/posts")
    clock.seconds += 3_540
    await pool.get("/posts")
    assert len(provider.logins) == 1
    clock.seconds += 40
    await pool.get("/posts")
    assert (len(provider.logins), provider.asked) == (2, 3)


@pytest.mark.parametrize("path", ["/posts", "/old"])
async def test_a_refused_token_is_replaced_once(pool: Pool, provider: Provider, path: str) -> None:
    await pool.get("/posts")
    provider.valid = "ended early"
    assert (await pool.get(path)).status == 200
    assert len(provider.logins) == 2


async def test_a_token_that_is_never_accepted_is_not_asked_for_again_and_again(pool: Pool, provider: Provider) -> None:
    provider.accepts_none = True
    assert (await pool.get("/posts")).status == 401
    assert (len(provider.logins), provider.asked) == (2, 2)


async def test_ten_requests_open_one_session_among_them(pool: Pool, provider: Provider) -> None:
    provider.gate = asyncio.Event()
    tasks = [asyncio.create_task(pool.get("/posts")) for _ in range(10)]
    await provider.asked_for.wait()
    tasks[0].cancel()  # the one that was opening it goes; another one does it then
    await asyncio.gather(tasks[0], return_exceptions=True)
    provider.gate.set()
    replies = await asyncio.gather(*tasks[1:])
    assert {reply.status for reply in replies} == {200}
    assert len(provider.logins) == 2


async def test_a_refused_key_is_said_with_its_setting_and_without_itself(
    pool: Pool, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.refuses = web.Response(status=401)
    with caplog.at_level(logging.DEBUG), pytest.raises(SourceUnavailable) as caught:
        await pool.get("/posts")
    assert "MOBIUS_EXAMPLE_KEY" in str(caught.value.hint)
    assert "app-pass-word" not in f"{caught.value!r}{caught.value.hint}{caplog.text}"
    assert provider.asked == 0


async def test_a_login_that_is_limited_or_broken_is_that(pool: Pool, provider: Provider) -> None:
    provider.refuses = web.Response(status=429, headers={"Retry-After": "40"})
    with pytest.raises(RateLimited) as caught:
        await pool.get("/posts")
    assert caught.value.retry_after_s == 40
    provider.refuses = web.Response(status=502)
    with pytest.raises(SourceUnavailable, match="502"):
        await pool.get("/posts")


async def test_an_answer_that_is_no_session_is_said(pool: Pool, provider: Provider) -> None:
    provider.refuses = web.Response(status=200)
    with pytest.raises(SourceUnavailable, match="opened no session"):
        await pool.get("/posts")


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "a.e30.c", "..", "a.!!!.c"])
def test_a_token_without_readable_claims_is_believed_for_a_while(token: str) -> None:
    from mobius.net.login import UNTOLD_S, _life_s

    assert _life_s(token) == UNTOLD_S
