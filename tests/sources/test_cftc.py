"""The weekly report on futures: strings, several contracts of one asset, and a Tuesday."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, SourceChanged
from mobius.core.record_needs import PositioningQuery
from mobius.sources.reference.cftc import parse_positioning, positioning

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

BITCOIN = PositioningQuery(asset="BTC")


async def test_the_standard_contract_is_told_newest_first(provider: Providers, written: Written) -> None:
    http = provider(written("cftc_bitcoin"))
    got = await positioning(BITCOIN, http)
    assert http.asked[0][1]["$where"] == "contract_market_name like '%BITCOIN%'"
    newest, before = got.value
    assert (newest.on, before.on) == (date(2026, 10, 27), date(2026, 10, 20))
    assert (newest.managers_long, newest.managers_short, newest.leveraged_short) == (9400, 2100, 12500)
    assert newest.market.startswith("BITCOIN - "), "the micro contract has more contracts, and is another"
    assert newest.fields["leveraged_short"] == "[2].lev_money_positions_short"
    assert (before.dealers_long, before.contract_size) == (None, "(5 BITCOINS)")


@pytest.mark.parametrize("value", ["-5", "1.5", "n/a", "1e40", "٣"])
def test_what_is_no_count_is_refused_with_its_place(value: str) -> None:
    row = {"market_and_exchange_names": "BITCOIN - X", "report_date_as_yyyy_mm_dd": "2026-10-27T00:00:00.000",
           "asset_mgr_positions_long": value}  # fmt: skip
    with pytest.raises(SourceChanged) as caught:
        parse_positioning(json.dumps([row]).encode(), BITCOIN)
    assert caught.value.path.endswith("[0].asset_mgr_positions_long")


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(SourceChanged) as caught:
        parse_positioning(b'[{"market_and_exchange_names": "BITCOIN", "report_date_as_yyyy_mm_dd": "soon"}]', BITCOIN)
    assert caught.value.path == "$[0].report_date_as_yyyy_mm_dd"


async def test_nothing_reported_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData):
        await positioning(BITCOIN, provider(b"[]"))
    with pytest.raises(NoData):
        await positioning(PositioningQuery(asset="DOGE"), provider())


async def test_an_error_in_place_of_rows_is_said(provider: Providers) -> None:
    with pytest.raises(SourceChanged):
        await positioning(BITCOIN, provider(b'{"error": true, "message": "Invalid SoQL query"}'))
