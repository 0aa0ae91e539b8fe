"""The deadline reaches tasks started inside the question and nothing outside it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from mobius.core.deadline import current, due, left_s
from mobius.core.ports import Deadline


class Fixed:
    def now(self) -> datetime:
        return datetime(2026, 11, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 100.0


async def test_tasks_inherit_the_deadline_of_their_question() -> None:
    async def inside() -> Deadline | None:
        return current()

    with due(Deadline(105.0)):
        assert await asyncio.create_task(inside()) == Deadline(105.0)
    assert await asyncio.create_task(inside()) is None


def test_time_left_is_never_more_than_asked_and_never_negative() -> None:
    assert left_s(Fixed(), 4.0) == 4.0
    with due(Deadline(101.5)):
        assert left_s(Fixed(), 4.0) == 1.5
        assert left_s(Fixed(), 1.0) == 1.0
    with due(Deadline(99.0)):
        assert left_s(Fixed(), 4.0) == 0.0


def test_an_inner_deadline_cannot_be_later_than_the_outer() -> None:
    with due(Deadline(10.0)), due(Deadline(20.0)):
        assert current() == Deadline(10.0)
    with due(Deadline(20.0)), due(Deadline(10.0)):
        assert current() == Deadline(10.0)
    assert current() is None
