"""Asking ahead: what is remembered of questions, what is asked again in time, and what a process that stays leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from mobius.app import open_app
from mobius.app import warming as module
from mobius.app.warming import Warmer
from mobius.cache.disk import Disk
from mobius.cache.tiers import Tiered
from mobius.core.answers import Answer
from mobius.core.deadline import left_s
from mobius.core.errors import BadParameter, SourceUnavailable
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import OWNER, Person, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.core.tools import Context, Tool
from mobius.core.words import Draft, Writer
from mobius.core.world import LIVE
from mobius.frontends.cli.opening import OpenRequest
from mobius.net.cached import Cached

BOOK = Policy(kind="book", fresh_s=10, limit_s=30)
SPEC = SourceSpec(
    name="example", title="Example", kind="venue", base_url="http://127.0.0.1:1", needs=("spot",),
    limits=Limits(per_minute=60), rights=Rights(attribution="Example"),
)  # fmt: skip


class Hand:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


class Origin:
    """A source that answers at once, or not at all, and notes how long it was given."""

    def __init__(self, clock: Hand) -> None:
        self.clock, self.asked = clock, 0
        self.given_s: list[float] = []
        self.broken = False

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        self.asked += 1
        self.given_s.append(left_s(self.clock, 99.0))
        if self.broken:
            raise SourceUnavailable("example", "down")
        now = self.clock.now()
        return Reply(status=200, body=b"{}", url="http://x", at=now, date=now)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        raise AssertionError("nothing is posted here")


class Query(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ()
    amount: float | None = None
    text: str = ""


class House:
    """A warmer over one tool, one source and a file, in one hand-moved time."""

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = Hand()
        self.origin = Origin(self.clock)
        self.disk = Disk(file, lambda: self.clock.now().timestamp())
        self.cache = Tiered.opened(self.clock, None)
        self.http = Cached(self.origin, self.cache, SPEC, LIVE)
        self.as_of: list[datetime | None] = []

        async def run(query: Query, ctx: Context) -> Query:
            self.as_of.append(ctx.as_of)
            await self.http.get(f"/{'-'.join(query.assets)}", keep=BOOK)
            return query

        def words(_report: Query, _say: Writer) -> Draft:
            raise AssertionError("what is asked ahead is not worded")

        self.tool = Tool(
            name="price",
            intents=("price",),
            query=Query,
            report=Query,
            run=run,
            words=words,
            examples=("btc?",),
            summary="",
        )
        monkeypatch.setattr(module, "tools", lambda: {"price": self.tool})
        monkeypatch.setattr(module, "tool_for", {"price": self.tool}.get)
        nothing: Any = None
        tracer: Any = Spans()
        self.warmer = Warmer(
            desk=nothing, clock=self.clock, compute=nothing, tracer=tracer, world=LIVE, log=self.disk, budget=0.2
        )

    async def ask(self, person: Person = OWNER, **slots: Any) -> None:
        async def answer() -> Answer:
            await self.http.get(f"/{'-'.join(slots.get('assets', ()))}", keep=BOOK)
            return said(**slots)

        await self.warmer.listening(answer, person)

    async def pass_time(self, seconds: int) -> int:
        """Second by second, as the warmer's own ticks would; how many questions were asked ahead."""
        renewed = 0
        for _ in range(seconds):
            self.clock.seconds += 1
            renewed += await self.warmer.once()
        return renewed


class Spans:
    def span(self, name: str, **fields: str | int | float) -> Spans:
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def said(**slots: Any) -> Answer:
    return Answer(
        id="1",
        status="answered",
        question="",
        intent="price",
        slots=slots,
        world="live",
        headline=(),
        headline_plain="",
    )


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path / "cache.sqlite", monkeypatch)


async def test_what_is_asked_often_is_there_when_it_is_asked_again(house: House) -> None:
    for _ in range(20):
        await house.ask(assets=["BTC"])
        await house.pass_time(12)
    house.clock.seconds += 0
    renewed = await house.pass_time(45)
    assert renewed >= 1
    asked = house.origin.asked
    await house.ask(assets=["BTC"])
    assert house.origin.asked == asked
    assert set(house.as_of) == {None}


async def test_what_was_asked_once_is_not_asked_again_for_nobody(house: House) -> None:
    for _ in range(20):
        await house.ask(assets=["BTC"])
        await house.pass_time(12)
    await house.ask(assets=["ETH"])
    spent = house.origin.asked
    await house.pass_time(3_600 * 6)
    assert house.origin.asked - spent <= 40
    assert await house.pass_time(3_600) == 0


async def test_asking_ahead_has_its_own_deadline(house: House) -> None:
    for _ in range(20):
        await house.ask(assets=["BTC"])
        await house.pass_time(12)
    await house.pass_time(45)
    assert module.RENEWAL_S in house.origin.given_s


async def test_a_source_that_fails_ahead_is_no_harm(house: House) -> None:
    for _ in range(20):
        await house.ask(assets=["BTC"])
        await house.pass_time(12)
    house.origin.broken = True
    await house.pass_time(45)
    house.origin.broken = False
    await house.ask(assets=["BTC"])


async def test_of_a_question_its_public_arguments_are_remembered_and_nothing_of_who_asked(house: House) -> None:
    await house.ask(Person("telegram:4711"), assets=["BTC"], quote="")
    ((_, text),) = house.disk.remembered()
    assert "BTC" in text
    assert "4711" not in text
    await house.ask(assets=["BTC"], amount=250_000.0)
    assert len(house.disk.remembered()) == 1


@pytest.mark.parametrize("change", [{"status": "refused"}, {"status": "no_data"}, {"as_of": datetime(2026, 1, 1, tzinfo=UTC)},
                                    {"intent": "greeting"}])  # fmt: skip
async def test_what_was_not_answered_now_is_not_remembered(house: House, change: dict[str, Any]) -> None:
    from msgspec.structs import replace

    async def answer() -> Answer:
        await house.http.get("/BTC", keep=BOOK)
        return replace(said(assets=["BTC"]), **change)

    await house.warmer.listening(answer, OWNER)
    assert house.disk.remembered() == []


async def test_another_process_knows_what_was_asked(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(40):
        await house.ask(assets=["BTC"])
        house.clock.seconds += 12
    house.disk.remember(house.clock.now().timestamp(), '{"of": "another version"}')
    house.disk.close()
    later = House(tmp_path / "cache.sqlite", monkeypatch)
    later.clock.seconds = house.clock.seconds
    async with later.warmer.running():
        assert await later.pass_time(5) == 1
    assert later.origin.asked == 1


async def test_a_process_that_stays_asks_ahead_and_leaves_nothing_behind(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with open_app(OpenRequest(world="sandbox:7", home=tmp_path, stays=True)) as app:
        assert app.warmer is not None
        await app.ask("btc?")
        assert len(app.warmer._log.remembered()) == 1
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("how", ["short", "past", "off"])
async def test_a_command_the_past_and_who_does_not_want_it_have_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "off":
        monkeypatch.setenv("MOBIUS_WARMING", "off")
    as_of = datetime(2026, 1, 1, tzinfo=UTC) if how == "past" else None
    request = OpenRequest(world="sandbox:7", home=tmp_path, stays=how != "short", as_of=as_of)
    async with open_app(request) as app:
        assert app.warmer is None


async def test_a_setting_that_is_neither_on_nor_off_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOBIUS_WARMING", "perhaps")
    with pytest.raises(BadParameter):
        async with open_app(OpenRequest(world="sandbox:7", home=tmp_path)):
            pass
