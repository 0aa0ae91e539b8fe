"""Bars come from the first source that has them; one that hangs does not hold them up."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from mobius.core.candles import Candles
from mobius.core.errors import NoData, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.needs import Source
from mobius.desk import candles
from mobius.desk.candles import live_candles
from tests.desk.fakes import source, sourced


def bars(n: int, close: float) -> Candles:
    line = np.full(n, close)
    ts = np.arange(n, dtype=np.int64) * 3_600_000
    return Candles(ts_ms=ts, open=line, high=line, low=line, close=line, volume=line, interval_s=3_600)


def giving(name: str, outcome: Any, asked: list[str]) -> Source:
    async def fetch(query: Any, http: Any) -> Sourced[Any]:
        asked.append(name)
        if outcome is None:
            await asyncio.Event().wait()
        if isinstance(outcome, Exception):
            raise outcome
        return sourced(outcome, name)

    return source(name, {"candles": fetch})


async def closes(*sources: Source, n_bars: int = 3) -> Any:
    return await live_candles(sources, "BTC", "EUR", interval_s=3_600, n_bars=n_bars)


async def test_the_first_source_is_asked_alone() -> None:
    asked: list[str] = []
    view = await closes(giving("a", bars(3, 1.0), asked), giving("b", bars(3, 2.0), asked))
    assert (view.source, asked, view.failures) == ("a", ["a"], ())


async def test_one_that_fails_is_named_and_the_next_is_asked_at_once() -> None:
    asked: list[str] = []
    view = await closes(giving("a", SourceUnavailable("a", "down"), asked), giving("b", bars(3, 2.0), asked))
    assert (view.source, [failure.source for failure in view.failures]) == ("b", ["a"])


async def test_one_that_hangs_is_passed_over_and_leaves_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candles, "PATIENCE_S", 0.01)
    asked: list[str] = []
    before = asyncio.all_tasks()
    view = await closes(giving("a", None, asked), giving("b", bars(3, 2.0), asked))
    assert (view.source, [(f.source, f.kind) for f in view.failures]) == ("b", [("a", "slow")])
    assert asyncio.all_tasks() == before


async def test_the_longest_of_too_short_series_is_given_and_none_at_all_is_no_data() -> None:
    asked: list[str] = []
    view = await closes(giving("a", bars(1, 1.0), asked), giving("b", bars(2, 2.0), asked))
    assert (view.source, [notice.kind for notice in view.notices]) == ("b", ["fewer_bars"])
    with pytest.raises(NoData):
        await closes(giving("a", NoData("a", "none"), asked))
