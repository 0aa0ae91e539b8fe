"""Who holds an asset: totals, holders by size, and refusals within success."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.record_needs import TreasuriesQuery
from mobius.sources.reference.coingecko_treasuries import parse_treasuries, treasuries

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

BITCOIN = TreasuriesQuery(asset="BTC")


async def test_holders_come_by_size_with_their_places(provider: Providers, written: Written) -> None:
    http = provider(written("coingecko_treasuries"))
    got = await treasuries(BITCOIN, http)
    assert http.asked == [("/companies/public_treasury/bitcoin", {})]
    value = got.value
    assert (value.holdings, value.share_pct) == (Decimal("900000.5"), Decimal("4.5"))
    largest, small = value.rows
    assert (largest.name, largest.holdings) == ("Example Holdings", Decimal("600000.5"))
    assert largest.fields["holdings"] == "companies[1].total_holdings"
    assert small.symbol == "SML.CA"


@pytest.mark.parametrize(
    "body",
    [b'{"status":{"error_code":10005,"error_message":"x"}}', b'{"error":{"status":{"error_code":429}}}'],
)
async def test_a_refusal_within_success_is_a_failure(provider: Providers, body: bytes) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        await treasuries(BITCOIN, provider(body))
    assert "MOBIUS_COINGECKO_KEY" in (caught.value.hint or "")


def test_a_share_over_a_whole_is_refused() -> None:
    with pytest.raises(SourceChanged, match="market_cap_dominance"):
        parse_treasuries(b'{"market_cap_dominance": 101}', BITCOIN)


async def test_nobody_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData):
        await treasuries(BITCOIN, provider(b'{"companies": []}'))
    with pytest.raises(NoData):
        await treasuries(TreasuriesQuery(asset="EUR"), provider())
