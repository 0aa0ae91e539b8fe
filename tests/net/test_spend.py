"""A cap a month: counted before asking, kept across restarts and processes, and never passed."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mobius.core.errors import RateLimited, SourceUnavailable
from mobius.core.health import Drift
from mobius.core.sources import CostSpec, SourceSpec
from mobius.net.ledger import Ledger
from mobius.net.spend import Capped

if TYPE_CHECKING:
    from tests.net.conftest import Hand, Script

    Scripts = Callable[..., Script]

NOVEMBER = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def paid(spec: SourceSpec) -> SourceSpec:
    """Half a cent a request."""
    return replace(spec, cost=CostSpec(usd_per_request=0.005, cap_setting="MOBIUS_EXAMPLE_CAP_USD"))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "sources.sqlite")


async def test_nothing_is_asked_beyond_the_cap(paid: SourceSpec, clock: Hand, script: Scripts, ledger: Ledger) -> None:
    inner = script(200)
    capped = Capped(inner, paid, clock, ledger, Decimal("0.012"))
    for _ in range(2):
        assert (await capped.get("/posts")).status == 200
    with pytest.raises(RateLimited, match=r"has cost \$0.01 this month.*MOBIUS_EXAMPLE_CAP_USD"):
        await capped.post("/posts", b"{}")
    assert len(inner.calls) == 2


async def test_a_request_that_fails_has_been_paid_for(
    paid: SourceSpec, clock: Hand, script: Scripts, ledger: Ledger
) -> None:
    capped = Capped(script(SourceUnavailable("example", "down")), paid, clock, ledger, Decimal("0.005"))
    with pytest.raises(SourceUnavailable):
        await capped.get("/posts")
    with pytest.raises(RateLimited):
        await capped.get("/posts")
    assert ledger.spent("example", clock.now()) == Decimal("0.005")


async def test_what_is_spent_survives_a_restart_and_ends_with_the_month(ledger: Ledger, tmp_path: Path) -> None:
    cap = Decimal("1")
    assert ledger.charge("example", Decimal("0.9"), cap, NOVEMBER) is None
    again = Ledger(tmp_path / "sources.sqlite")
    assert again.charge("example", Decimal("0.2"), cap, NOVEMBER) == Decimal("0.9")
    assert again.charge("other", Decimal("0.2"), cap, NOVEMBER) is None
    assert again.charge("example", Decimal("0.2"), cap, DECEMBER) is None
    assert [again.spent("example", at) for at in (NOVEMBER, DECEMBER)] == [Decimal("0.9"), Decimal("0.2")]


def test_two_at_once_cannot_both_spend_the_last_cent(ledger: Ledger, tmp_path: Path) -> None:
    ledger.charge("example", Decimal("0"), Decimal("1"), NOVEMBER)

    def spend(_: int) -> bool:
        own = Ledger(tmp_path / "sources.sqlite")
        return own.charge("example", Decimal("0.1"), Decimal("1"), NOVEMBER) is None

    with ThreadPoolExecutor(8) as threads:
        allowed = sum(threads.map(spend, range(40)))
    assert allowed == 10
    assert ledger.spent("example", NOVEMBER) == Decimal("1")


@given(st.lists(st.decimals("0.000001", "0.5", places=6), max_size=8), st.decimals("0", "1", places=2))
def test_no_order_of_charges_passes_the_cap(charges: list[Decimal], cap: Decimal) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "sources.sqlite")
        taken = sum((usd for usd in charges if ledger.charge("s", usd, cap, NOVEMBER) is None), Decimal(0))
        assert ledger.spent("s", NOVEMBER) == taken <= cap


async def test_a_ledger_that_cannot_be_used_counts_as_spent(
    paid: SourceSpec, clock: Hand, script: Scripts, tmp_path: Path
) -> None:
    (tmp_path / "broken.sqlite").write_bytes(b"no database" * 100)
    inner = script(200)
    for file in (tmp_path / "broken.sqlite", tmp_path / "nowhere" / "x.sqlite"):
        with pytest.raises(RateLimited, match="cannot be counted"):
            await Capped(inner, paid, clock, Ledger(file), Decimal("5")).get("/posts")
    assert inner.calls == []


def test_the_newest_drift_is_remembered_and_the_file_is_private(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.drift("example") is None
    for need in ("spot", "candles"):
        ledger.note_drift("example", Drift(need=need, at=NOVEMBER, place="$[0].open", message="x" * 900))
    kept = Ledger(tmp_path / "sources.sqlite").drift("example")
    assert kept is not None
    assert (kept.need, kept.at, kept.place, len(kept.message)) == ("candles", NOVEMBER, "$[0].open", 300)
    assert stat.S_IMODE((tmp_path / "sources.sqlite").stat().st_mode) == 0o600
