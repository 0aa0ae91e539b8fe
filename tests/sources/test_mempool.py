"""Bitcoin's fees: satoshis a virtual byte, with the newest height where it is told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.chain_needs import BitcoinFeesQuery
from mobius.core.errors import RateLimited, SourceChanged, SourceUnavailable
from mobius.sources.chain.mempool import FEES, HEIGHT, bitcoin_fees, parse_fees
from tests.sources.conftest import reply

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

BODY = b'{"fastestFee":7,"halfHourFee":4.5,"hourFee":3,"economyFee":2,"minimumFee":1,"other":9}'


async def test_fees_and_the_height(provider: Providers) -> None:
    http = provider(lambda path, _: {FEES: BODY, HEIGHT: b"912345"}[path])
    got = await bitcoin_fees(BitcoinFeesQuery(), http)
    assert [got.value.fastest, got.value.half_hour, got.value.minimum] == [Decimal(7), Decimal("4.5"), Decimal(1)]
    assert (got.value.height, got.value.fields["half_hour"], got.endpoint) == (912_345, "halfHourFee", FEES)


@pytest.mark.parametrize("tip", [SourceUnavailable("mempool", "down"), reply(b"", status=404)])
async def test_fees_stand_without_the_height(provider: Providers, tip: object) -> None:
    http = provider(lambda path, _: BODY if path == FEES else tip)
    assert (await bitcoin_fees(BitcoinFeesQuery(), http)).value.height is None


async def test_fees_that_are_refused_are_no_fees(provider: Providers) -> None:
    with pytest.raises(RateLimited):
        await bitcoin_fees(BitcoinFeesQuery(), provider(lambda path, _: reply(b"slow down", status=429)))


@pytest.mark.parametrize("value", ["-1", "1000000", "null", '"5"', "{}"])
def test_what_is_no_fee_is_refused_with_its_place(value: str) -> None:
    body = BODY.replace(b"4.5", value.encode())
    if value == '"5"':
        assert parse_fees(body).half_hour == 5  # a number in quotes is still that number
        return
    with pytest.raises(SourceChanged) as caught:
        parse_fees(body)
    assert caught.value.path == "$.halfHourFee"
