"""The whole market: parts that may be missing by themselves, sectors, dollar stablecoins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mobius.core.errors import NoData, SourceUnavailable
from mobius.core.facts import Sourced, facts_in
from mobius.core.needs import OverviewRow, Source
from mobius.core.protocol_needs import StablecoinSupply
from mobius.desk.market import live_market
from tests.desk.fakes import row, source, sourced


def told(need: Any, value: Any, name: str = "told") -> Source:
    async def fetch(query: Any, http: Any) -> Sourced[Any]:
        if isinstance(value, Exception):
            raise value
        return sourced(value, name)

    return source(name, {need: fetch}, "aggregator")


def asset(ticker: str, cap: str, change: str) -> OverviewRow:
    return row(ticker, "1", market_cap=Decimal(cap), change_24h_pct=Decimal(change), volume_24h=Decimal("1e9"))


def supply(chain: str, now: str, before: str | None) -> StablecoinSupply:
    return StablecoinSupply(
        chain=chain, name=chain, supply=Decimal(now), supply_week_ago=None if before is None else Decimal(before),
        field=f"[{chain}].supply",
    )  # fmt: skip


async def test_a_sector_moves_with_its_market_value() -> None:
    rows = (asset("DOGE", "110", "10"), asset("SHIB", "100", "0"), asset("PEPE", "90", "-10"), asset("ETH", "5", "99"))
    view = await live_market([told("overview", rows)], top=100, quote="USD")
    (meme,) = view.sectors
    assert (meme.name, meme.n.value) == ("meme", 3)
    assert meme.change_24h.number() == pytest.approx(0.0)
    facts = {fact.id: fact for fact in facts_in(view)}
    assert all(parent in facts for fact in facts.values() for parent in fact.derived_from)


async def test_dollar_stablecoins_are_summed_and_compared_where_both_are_told() -> None:
    rows = (supply("ethereum", "110", "100"), supply("base", "50", None))
    view = await live_market([told("stablecoins", rows)], top=100, quote="USD")
    assert view.stablecoins is not None
    assert view.stablecoins_week is not None
    assert view.stablecoins.value == Decimal(160)
    assert view.stablecoins_week.number() == pytest.approx(10.0)


async def test_without_a_week_ago_the_change_is_unknown_and_not_nothing() -> None:
    view = await live_market([told("stablecoins", (supply("base", "50", None),))], top=100, quote="USD")
    assert view.stablecoins_week is not None
    assert view.stablecoins_week.value is None
    assert view.stablecoins_week.reason


async def test_a_silent_part_costs_itself_alone() -> None:
    silent = told("stablecoins", SourceUnavailable("llama", "llama did not answer"), "llama")
    view = await live_market([told("overview", (asset("BTC", "1", "1"),)), silent], top=100, quote="USD")
    assert view.stablecoins is None
    assert [failure.source for failure in view.failures] == ["llama:stablecoins"]
    with pytest.raises(NoData):
        await live_market([silent], top=100, quote="USD")
