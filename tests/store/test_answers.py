"""The log of answers: sealed, each person's own, the newest kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mobius.core.errors import AccessDenied, BadParameter
from mobius.core.history import AnswerLog
from mobius.core.ids import new_id
from mobius.core.ports import Sealer
from mobius.security.keys import Key, Keyring
from mobius.security.sealer import AesGcmSealer
from mobius.store.answers import SealedAnswers
from mobius.store.rows import Rows

AT = datetime(2026, 1, 1, tzinfo=UTC)


def sealer(first: int = 0) -> Sealer:
    return AesGcmSealer(lambda: Keyring((Key(bytes(range(first, first + 32))),)))


def log(rows: Rows, *, world: str = "live", keep_newest: int = 10) -> AnswerLog:
    return SealedAnswers(rows, sealer(), world=world, keep_newest=keep_newest)


async def test_an_answer_is_found_by_its_id_and_by_its_start(any_rows: Rows) -> None:
    answers = log(any_rows)
    first, second = new_id(AT), new_id(AT + timedelta(days=1))
    await answers.keep(b"one", answer_id=first, person="owner", at=AT)
    await answers.keep(b"two", answer_id=second, person="owner", at=AT + timedelta(days=1))
    assert await answers.find(first, person="owner") == b"one"
    assert await answers.find(second[:23], person="owner") == b"two"
    assert await answers.find(second.upper()[:23], person="owner") == b"two"
    assert await answers.find("ffff", person="owner") is None


async def test_a_start_of_several_asks_for_more(any_rows: Rows) -> None:
    answers = log(any_rows)
    for answer_id in ("abc1", "abc2", "abc"):
        await answers.keep(answer_id.encode(), answer_id=answer_id, person="owner", at=AT)
    with pytest.raises(BadParameter, match="Several"):
        await answers.find("ab", person="owner")
    assert await answers.find("abc", person="owner") == b"abc"  # the whole id counts before a start


@pytest.mark.parametrize("text", ["", "%", "a%", "_", "a b", "x" * 80, "'; --", "\x00"])
async def test_what_is_no_id_finds_nothing(rows: Rows, text: str) -> None:
    answers = log(rows)
    await answers.keep(b"one", answer_id="a1", person="owner", at=AT)
    assert await answers.find(text, person="owner") is None


async def test_one_person_never_sees_the_other(any_rows: Rows) -> None:
    answers = log(any_rows)
    await answers.keep(b"mine", answer_id="a1", person="owner", at=AT)
    assert await answers.find("a1", person="eve") is None
    assert await answers.recent(5, person="eve") == ()
    await answers.keep(b"forged", answer_id="a1", person="eve", at=AT)
    assert await answers.find("a1", person="owner") == b"mine"


async def test_one_world_never_sees_the_other(any_rows: Rows) -> None:
    await log(any_rows, world="sandbox:7").keep(b"simulated", answer_id="a1", person="owner", at=AT)
    assert await log(any_rows).find("a1", person="owner") is None
    assert await log(any_rows).recent(5, person="owner") == ()


async def test_the_newest_come_first(any_rows: Rows) -> None:
    answers = log(any_rows)
    for n in (2, 0, 1):
        await answers.keep(b"%d" % n, answer_id=f"a{n}", person="owner", at=AT + timedelta(minutes=n))
    assert await answers.recent(2, person="owner") == (b"2", b"1")
    assert await answers.recent(0, person="owner") == ()
    assert await answers.recent(-1, person="owner") == ()


async def test_keeping_again_replaces(any_rows: Rows) -> None:
    answers = log(any_rows)
    await answers.keep(b"one", answer_id="a1", person="owner", at=AT)
    await answers.keep(b"two", answer_id="a1", person="owner", at=AT)
    assert await answers.recent(5, person="owner") == (b"two",)


async def test_only_the_newest_are_kept(any_rows: Rows) -> None:
    for n in range(8):
        # a new log each time prunes each time, as a new process does
        await log(any_rows, keep_newest=3).keep(
            b"%d" % n, answer_id=f"a{n}", person="owner", at=AT + timedelta(minutes=n)
        )
    await log(any_rows, keep_newest=3).keep(b"hers", answer_id="b", person="ann", at=AT)
    assert await log(any_rows).recent(9, person="owner") == (b"7", b"6", b"5")
    assert await log(any_rows).recent(9, person="ann") == (b"hers",)


async def test_nothing_readable_lies_on_the_disk(rows: Rows, database_file: Path) -> None:
    await log(rows).keep(b"I hold 12 BTC", answer_id="a1", person="owner", at=AT)
    await rows.close()
    on_disk = b"".join(file.read_bytes() for file in database_file.parent.glob("mobius.sqlite*"))
    assert b"12 BTC" not in on_disk
    assert b"a1" in on_disk


async def test_another_key_opens_nothing(rows: Rows) -> None:
    await log(rows).keep(b"one", answer_id="a1", person="owner", at=AT)
    with pytest.raises(AccessDenied):
        await SealedAnswers(rows, sealer(first=1), world="live").find("a1", person="owner")


async def test_a_row_moved_to_another_person_does_not_open(rows: Rows) -> None:
    await log(rows).keep(b"one", answer_id="a1", person="owner", at=AT)
    await rows.write(("UPDATE answers SET person = :person", {"person": "eve"}))
    with pytest.raises(AccessDenied):
        await log(rows).find("a1", person="eve")


async def test_many_at_once(rows: Rows) -> None:
    answers = log(rows, keep_newest=1000)
    await asyncio.gather(
        *(answers.keep(b"%d" % n, answer_id=f"a{n}", person="owner", at=AT + timedelta(seconds=n)) for n in range(60))
    )
    assert len(await answers.recent(100, person="owner")) == 60


async def test_bad_ids_and_sizes_are_refused(rows: Rows) -> None:
    with pytest.raises(BadParameter):
        await log(rows).keep(b"", answer_id="a b", person="owner", at=AT)
    with pytest.raises(BadParameter):
        log(rows, keep_newest=0)
