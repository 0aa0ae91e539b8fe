"""Replies kept for a second: the same bytes for the same address, person and second, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mobius.core.ports import OWNER, Person
from mobius.frontends.web import hot as hot_module
from mobius.frontends.web.asgi import Message, Receive, Scope, Send
from mobius.frontends.web.hot import Hot

NOW = datetime(2026, 7, 28, tzinfo=UTC)


class Inner:
    """Numbers its replies."""

    def __init__(self) -> None:
        self.n = 0
        self.status = 200
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.n += 1
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"%d" % self.n + b" " * self.size})


class Clock:
    """The world's clock and the real seconds, each set by hand."""

    def __init__(self) -> None:
        self.world = NOW
        self.real = 100.0


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hot(inner: Inner, clock: Clock) -> Hot:
    return Hot(inner, lambda: clock.world, lambda: clock.real)


async def ask(
    hot: Hot, target: str = "/v1/tools/price?assets=btc", *, method: str = "GET", person: Person = OWNER
) -> int:
    path, _, query = target.partition("?")
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "person": person}
    await hot(scope, receive, send)
    if path.startswith("/v1/tools/") and method == "GET" and sent[0]["status"] == 200:
        assert dict(sent[0]["headers"])[b"age"] == b"0"
    return int(sent[1]["body"])


async def test_the_same_address_is_answered_once_a_second(hot: Hot, clock: Clock) -> None:
    assert [await ask(hot) for _ in range(3)] == [1, 1, 1]
    clock.real += 1.0
    assert await ask(hot) == 2


@pytest.mark.parametrize(
    "other",
    [
        lambda hot: ask(hot, "/v1/tools/price?assets=eth"),
        lambda hot: ask(hot, "/v1/tools/chart?assets=btc"),
        lambda hot: ask(hot, method="POST"),
        lambda hot: ask(hot, "/v1/answers/1"),
        lambda hot: ask(hot, person=Person("somebody else")),
    ],
)
async def test_anything_else_is_asked_for_itself(hot: Hot, other: Callable[[Hot], object]) -> None:
    await ask(hot)
    assert await other(hot) == 2  # type: ignore[misc]


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=1)])
async def test_a_reply_is_old_when_the_worlds_clock_says_so_and_when_it_jumps_back(
    hot: Hot, clock: Clock, jump: timedelta
) -> None:
    await ask(hot)
    clock.world += jump
    assert await ask(hot) == 2


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_what_failed_is_not_kept(hot: Hot, inner: Inner, status: int) -> None:
    inner.status = status
    assert [await ask(hot) for _ in range(2)] == [1, 2]


async def test_what_is_kept_is_bounded(hot: Hot, inner: Inner) -> None:
    for number in range(2 * hot_module.MOST_REPLIES):
        await ask(hot, f"/v1/tools/price?assets={number}")
    assert len(hot._kept) == hot_module.MOST_REPLIES
    inner.size = hot_module.MOST_BYTES // 5
    for number in range(10):
        await ask(hot, f"/v1/tools/chart?assets={number}")
    assert hot._bytes <= hot_module.MOST_BYTES
    assert hot._bytes == sum(len(kept.body) for kept in hot._kept.values())
    inner.size = hot_module.MOST_BYTES
    await ask(hot, "/v1/tools/market")
    assert await ask(hot, "/v1/tools/market") == inner.n
