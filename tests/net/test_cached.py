"""Which replies are kept, under which key, and what a kept one says of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from mobius.cache.tiers import Compute, Tiered
from mobius.core.errors import SourceUnavailable
from mobius.core.facts import Tier
from mobius.core.keeping import Policy, watching
from mobius.core.ports import Reply
from mobius.core.sources import SourceSpec
from mobius.core.world import LIVE, World
from mobius.net import cached
from mobius.net.cached import Cached

if TYPE_CHECKING:
    from tests.net.conftest import Hand, Script

    Scripts = Callable[..., Script]


LISTED = Policy(kind="book", fresh_s=10, limit_s=30, missing_s=600)


async def test_a_kept_reply_says_its_tier_and_keeps_both_instants(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    inner = script(b'{"usd": 1}')
    http = Cached(inner, Tiered.opened(clock, None), spec, LIVE)
    first = await http.get("/spot", {"ids": "a"}, keep=Policy(kind="test", fresh_s=60))
    clock.seconds += 30
    second = await http.get("/spot", {"ids": "a"}, keep=Policy(kind="test", fresh_s=60))
    assert (first.tier, second.tier) == ("origin", "l1")
    assert (second.body, second.at, second.date, second.url) == (first.body, first.at, first.date, first.url)
    assert len(inner.calls) == 1


async def test_the_mark_of_a_simulated_world_is_kept(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    marked = replace(script(200).reply(), simulated=True)
    http = Cached(script(marked), Tiered.opened(clock, None), spec, World("sandbox", "7"))
    assert [(await http.get("/", keep=Policy(kind="test", fresh_s=60))).simulated for _ in range(2)] == [True, True]


async def test_without_a_policy_nothing_is_kept(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    inner = script(200)
    http = Cached(inner, Tiered.opened(clock, None), spec, LIVE)
    await http.get("/")
    await http.get("/", keep=Policy(kind="test", fresh_s=60))
    await http.get("/")
    assert len(inner.calls) == 3


async def test_rights_bound_how_long_a_reply_is_kept(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    inner = script(200)
    http = Cached(inner, Tiered.opened(clock, None), spec, LIVE)
    await http.get("/", keep=Policy(kind="test", fresh_s=1e9))
    clock.seconds += 3_600
    assert (await http.get("/", keep=Policy(kind="test", fresh_s=1e9))).tier == "origin"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, b'{"error": "coin not found"}', "application/json"),
        (200, b"", "application/json"),
        (200, b'{"usd": 1', "application/json"),
        (200, b'{"usd": 1} trailing', "application/json"),
        (200, b"<html>Just a moment...</html>", "text/html"),
        (200, b"<html>Just a moment...</html>", ""),
        (200, b"upstream error", "application/json"),
        (200, b'{"error":["EService:Unavailable"]}', "application/json"),
    ],
)
async def test_what_is_no_whole_good_reply_is_passed_on_and_not_kept(
    spec: SourceSpec, clock: Hand, script: Scripts, status: int, body: bytes, kind: str
) -> None:
    reply = script(200).reply(status=status, body=body, headers={"content-type": kind})
    inner = script(reply)
    http = Cached(inner, Tiered.opened(clock, None), spec, LIVE)
    for _ in range(2):
        got = await http.get("/", keep=Policy(kind="test", fresh_s=60))
        assert (got.status, got.body) == (status, body)
    assert len(inner.calls) == 2


@pytest.mark.parametrize(
    ("body", "kind"), [(b"[]", ""), (b"<rss/>", "application/rss+xml"), (b"a,b\n1,2", "text/csv"), (b"{}", "text/html")]
)
async def test_whole_replies_are_kept(spec: SourceSpec, clock: Hand, script: Scripts, body: bytes, kind: str) -> None:
    inner = script(script(200).reply(body=body, headers={"content-type": kind}))
    http = Cached(inner, Tiered.opened(clock, None), spec, LIVE)
    for _ in range(2):
        await http.get("/", keep=Policy(kind="test", fresh_s=60))
    assert len(inner.calls) == 1


async def test_errors_reach_every_waiter_and_are_not_kept(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    inner = script(SourceUnavailable("example", "down"), 200)
    http = Cached(inner, Tiered.opened(clock, None), spec, LIVE)
    ended = await asyncio.gather(
        *(http.get("/", keep=Policy(kind="test", fresh_s=60)) for _ in range(5)), return_exceptions=True
    )
    assert all(isinstance(error, SourceUnavailable) for error in ended)
    assert len(inner.calls) == 1
    assert (await http.get("/", keep=Policy(kind="test", fresh_s=60))).status == 200


def test_a_key_names_world_codec_source_path_and_sorted_parameters(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    cache = Tiered.opened(clock, None)
    live = Cached(script(200), cache, spec, LIVE)
    assert live.key("/p", {"b": "2", "a": "1"}) == live.key("/p", {"a": "1", "b": "2"}) == "live|r3|example|/p?a=1&b=2"
    worlds = [LIVE, World("sandbox", "7"), World("sandbox", "8"), World("tape", "abcdef")]
    names = [replace(spec, name=name) for name in ("example", "other")]
    keys = {
        Cached(script(200), cache, one, world).key(path, params)
        for world in worlds
        for one in names
        for path in ("/p", "/q")
        for params in (None, {"a": "1"}, {"a": "1&b=2"}, {"a": "1", "b": "2"})
    }
    assert len(keys) == len(worlds) * 2 * 2 * 4


async def test_two_worlds_never_share_a_reply(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    cache = Tiered.opened(clock, None)
    live = Cached(script(b'{"live": 1}'), cache, spec, LIVE)
    sandbox = Cached(script(b'{"sandbox": 1}'), cache, spec, World("sandbox", "7"))
    for _ in range(2):
        assert (await live.get("/", keep=Policy(kind="test", fresh_s=60))).body == b'{"live": 1}'
        assert (await sandbox.get("/", keep=Policy(kind="test", fresh_s=60))).body == b'{"sandbox": 1}'


async def test_another_codec_misses(
    spec: SourceSpec, clock: Hand, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Tiered.opened(clock, None)
    await Cached(script(b'{"old": 1}'), cache, spec, LIVE).get("/", keep=Policy(kind="test", fresh_s=60))
    monkeypatch.setattr(cached, "CODEC", "r4")
    assert (
        await Cached(script(b'{"new": 1}'), cache, spec, LIVE).get("/", keep=Policy(kind="test", fresh_s=60))
    ).body == b'{"new": 1}'


async def test_a_damaged_entry_is_as_good_as_none(spec: SourceSpec, clock: Hand, script: Scripts) -> None:
    class Damaged:
        async def get(self, key: str, policy: Policy, compute: Compute) -> tuple[bytes, Tier]:
            made = await compute()
            assert isinstance(made, bytes)
            return made[:-3], "l3"

        async def renew(self, key: str, policy: Policy, compute: Compute, ahead_s: float) -> tuple[bytes, Tier]:
            return await self.get(key, policy, compute)

    reply: Reply = await Cached(script(b'{"fine": 1}'), Damaged(), spec, LIVE).get(
        "/", keep=Policy(kind="test", fresh_s=60)
    )
    assert (reply.body, reply.tier) == (b'{"fine": 1}', "origin")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'{"message":"NotFound"}'),
        (404, b""),
        (400, b'{"code":-1121,"msg":"Invalid symbol."}'),
        (200, b'{"code":-1121,"msg":"Invalid symbol."}'),
    ],
)
async def test_that_there_is_no_such_thing_is_asked_once(
    spec: SourceSpec, clock: Hand, script: Scripts, status: int, body: bytes
) -> None:
    inner = script(script(200).reply(status=status, body=body))
    http = Cached(inner, Tiered.opened(clock, None), replace(spec, missing=(b'{"code":-1121',)), LIVE)
    for _ in range(3):
        got = await http.get("/p", keep=LISTED)
        assert (got.status, got.body) == (status, body)
        clock.seconds += 100
    assert len(inner.calls) == 1
    clock.seconds += 600
    await http.get("/p", keep=LISTED)
    assert len(inner.calls) == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"code":-1102,"msg":"A parameter was not sent."}'),
        (404, b"<html>nothing here</html>"),
        (401, b'{"code":-1121}'),
        (403, b'{"code":-1121}'),
        (451, b'{"code":-1121}'),
        (200, b'{"error":["EService:Unavailable"]}'),
    ],
)
async def test_other_refusals_are_asked_about_again(
    spec: SourceSpec, clock: Hand, script: Scripts, status: int, body: bytes
) -> None:
    inner = script(script(200).reply(status=status, body=body))
    http = Cached(inner, Tiered.opened(clock, None), replace(spec, missing=(b'{"code":-1121',)), LIVE)
    for _ in range(2):
        assert (await http.get("/p", keep=LISTED)).status == status
    assert len(inner.calls) == 2


async def test_a_price_past_its_time_is_given_with_its_true_age_and_fetched_behind(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    cache = Tiered.opened(clock, None)
    http = Cached(script(b'{"usd": 1}', b'{"usd": 2}'), cache, spec, LIVE)
    first = await http.get("/p", keep=LISTED)
    clock.seconds += 20
    old = await http.get("/p", keep=LISTED)
    assert (old.body, old.at, old.date, old.tier) == (first.body, first.at, first.date, "l1")
    while (new := await http.get("/p", keep=LISTED)).body == old.body:  # noqa: ASYNC110 - fetched by a task of the cache
        await asyncio.sleep(0)
    assert (new.at - old.at).total_seconds() == 20
    await cache.aclose()


async def test_the_rights_bound_how_long_a_price_past_its_time_is_given(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    rights = replace(spec.rights, keep_max_s=15)
    http = Cached(script(200), Tiered.opened(clock, None), replace(spec, rights=rights), LIVE)
    await http.get("/p", keep=LISTED)
    clock.seconds += 16
    assert (await http.get("/p", keep=LISTED)).tier == "origin"


async def test_a_watch_sees_what_is_asked_and_can_renew_it_ahead(
    spec: SourceSpec, clock: Hand, script: Scripts
) -> None:
    inner = script(200)
    http = Cached(inner, Tiered.opened(clock, None), spec, LIVE)
    await http.get("/p", keep=LISTED)
    clock.seconds += 8
    with watching() as seen:
        await asyncio.create_task(asyncio.wait_for(http.get("/p", keep=LISTED), 5))
    with watching(ahead_s=3.0) as ahead:
        await http.get("/p", keep=LISTED)
        await http.get("/p", keep=LISTED)
    assert (seen.asked, seen.fetched, seen.fresh_s, seen.limit_s) == ({"example": 1}, {}, 10.0, 30.0)
    assert (ahead.asked, ahead.fetched) == ({"example": 2}, {"example": 1})
    clock.seconds += 8
    assert (await http.get("/p", keep=LISTED)).tier == "l1"
    assert len(inner.calls) == 2
