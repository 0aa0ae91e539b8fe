"""Replies that broke their shape: noted once a minute, whatever the disk does, and passed on as they are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mobius.app.record import AGAIN_S, Record
from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.ports import Http
from mobius.net.ledger import Ledger
from mobius.sources.market.binance import SPEC
from tests.net.conftest import Hand, Script


async def changed(_query: Any, _http: Http) -> Sourced[Any]:
    raise SourceChanged("example", "open is no number", path="$[0].open")


async def nothing(_query: Any, _http: Http) -> Sourced[Any]:
    raise NoData("example", "no such asset")


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    written: list[str] = []
    monkeypatch.setattr(Ledger, "note_drift", lambda _self, source, drift: written.append(f"{source} {drift.place}"))
    return written


async def test_a_changed_reply_is_noted_once_a_minute_and_raised_each_time(tmp_path: Path, noted: list[str]) -> None:
    clock = Hand()
    fetch = Record(tmp_path / "sources.sqlite", clock).watched(SPEC, "spot", changed)
    for _ in range(3):
        with pytest.raises(SourceChanged, match="open is no number"):
            await fetch(None, Script(clock, 200))
    assert noted == ["binance $[0].open"]
    clock.seconds += AGAIN_S + 1
    with pytest.raises(SourceChanged):
        await fetch(None, Script(clock, 200))
    assert len(noted) == 2


async def test_other_errors_are_no_change_of_shape(tmp_path: Path, noted: list[str]) -> None:
    fetch = Record(tmp_path / "sources.sqlite", Hand()).watched(SPEC, "spot", nothing)
    with pytest.raises(NoData):
        await fetch(None, Script(Hand(), 200))
    assert noted == []


async def test_a_disk_that_refuses_costs_the_note_alone(tmp_path: Path) -> None:
    record = Record(tmp_path / "nowhere" / "sources.sqlite", Hand())
    with pytest.raises(SourceChanged):
        await record.watched(SPEC, "spot", changed)(None, Script(Hand(), 200))
    assert record.drift("example") is None


def test_nothing_is_written_before_there_is_something_to_remember(tmp_path: Path) -> None:
    record = Record(tmp_path / "sources.sqlite", Hand())
    assert (record.drift("example"), record.spent("example")) == (None, Decimal(0))
    assert list(tmp_path.iterdir()) == []
