"""The two paid services of fund flows: days in order, and codes that say no within success."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.keeping import FUND_FLOWS
from mobius.core.record_needs import FundFlowsQuery
from mobius.sources.reference import coinglass, sosovalue

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

BITCOIN = FundFlowsQuery(asset="BTC")


async def test_coinglass_tells_days_oldest_first(provider: Providers, written: Written) -> None:
    http = provider(written("coinglass_flows"))
    got = await coinglass.fund_flows(BITCOIN, http)
    assert (http.asked[0][0], http.kept) == ("/api/etf/bitcoin/flow-history", [FUND_FLOWS])
    assert [(row.on, row.net_usd, row.field) for row in got.value] == [
        (date(2026, 10, 30), Decimal(120_000_000), "data[1].flow_usd"),
        (date(2026, 11, 2), Decimal("-45000000.5"), "data[0].flow_usd"),
    ]


async def test_sosovalue_is_asked_by_post(provider: Providers, written: Written) -> None:
    http = provider(written("sosovalue_flows"))
    got = await sosovalue.fund_flows(BITCOIN, http)
    assert http.asked == [("/openapi/v2/etf/historicalInflowChart", {"body": '{"type":"us-btc-spot"}'})]
    assert [(row.on, row.net_usd) for row in got.value] == [
        (date(2026, 10, 29), Decimal(-5)), (date(2026, 10, 30), Decimal("88000000.25")),
    ]  # fmt: skip
    assert got.value[1].field == "data.list[0].totalNetInflow"


async def test_sosovalue_may_give_the_bare_list(provider: Providers) -> None:
    body = b'{"code": 0, "data": [{"date": "2026-10-30", "totalNetInflow": 1}]}'
    got = await sosovalue.fund_flows(BITCOIN, provider(body))
    assert got.value[0].field == "data[0].totalNetInflow"


@pytest.mark.parametrize("module", [coinglass, sosovalue], ids=["coinglass", "sosovalue"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"code": 40001, "msg": "key invalid"}', SourceUnavailable),
        (b'{"code": 40029, "msg": "Too Many Requests"}', RateLimited),
        (b'{"code": 0, "data": null}', NoData),
        (b'{"code": 0, "data": 7}', SourceChanged),
        (b"<html>", SourceChanged),
    ],
)
async def test_a_code_that_says_no_is_a_failure(
    provider: Providers, module: Any, body: bytes, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        await module.fund_flows(BITCOIN, provider(body))


@pytest.mark.parametrize("module", [coinglass, sosovalue], ids=["coinglass", "sosovalue"])
async def test_an_asset_without_funds_costs_no_request(provider: Providers, module: Any) -> None:
    with pytest.raises(NoData):
        await module.fund_flows(FundFlowsQuery(asset="DOGE"), provider())
    assert module.SPEC.key.required
