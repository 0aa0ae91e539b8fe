"""GeckoTerminal: token prices by network and address, text with many decimals."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.assets import ASSETS
from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.needs import ReferenceQuery
from mobius.core.ports import Reply
from mobius.sources.market.geckoterminal import CONTRACTS, reference

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

WSTETH = ReferenceQuery(assets=("wstETH",))
ADDRESS = CONTRACTS["wstETH"][1]


def said(prices: dict[str, str | None]) -> bytes:
    data = {"id": "x", "type": "simple_token_price", "attributes": {"token_prices": prices}}
    return json.dumps({"data": data}).encode()


async def test_prices_come_by_network_and_address(provider: Providers) -> None:
    def route(path: str, _params: object) -> bytes:
        network, _, addresses = path.removeprefix("/simple/networks/").partition("/token_price/")
        price = {"eth": "3500.5", "polygon_pos": "0.2"}[network]
        return said(dict.fromkeys(addresses.split(","), price))

    http = provider(route)
    got = await reference(ReferenceQuery(assets=("wstETH", "stETH", "WPOL", "BTC")), http)
    assert len(http.asked) == 2
    assert {row.asset: row.price for row in got.value} == {
        "wstETH": Decimal("3500.5"),
        "stETH": Decimal("3500.5"),
        "WPOL": Decimal("0.2"),
    }
    assert got.value[0].field.startswith("eth.data.attributes.token_prices.0x")


async def test_a_price_with_many_decimals_is_shortened(provider: Providers) -> None:
    (row,) = (await reference(WSTETH, provider(said({ADDRESS: "3500." + "1234567890" * 9})))).value
    assert row.price == Decimal("3500.12345678901234567890")


@pytest.mark.parametrize("body", [said({}), said({ADDRESS: None}), said({ADDRESS: ""}), said({ADDRESS: "0"}), b"{}"])
async def test_a_token_it_does_not_know_is_no_data(provider: Providers, body: bytes) -> None:
    with pytest.raises(NoData):
        await reference(WSTETH, provider(body))


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b'{"errors":[{"status":"429","title":"Rate Limited"}]}', 429, RateLimited),
        (b'{"errors":[{"status":"404"}]}', 404, NoData),
        (b"", 502, SourceUnavailable),
        (b"<html></html>", 200, SourceChanged),
        (said({ADDRESS: "a lot"}), 200, SourceChanged),
        (said({ADDRESS: "-3"}), 200, SourceChanged),
        (said({ADDRESS: "1e99"}), 200, SourceChanged),
        (b'{"data":[]}', 200, SourceChanged),
        (said({ADDRESS: "1"})[:50], 200, SourceUnavailable),
    ],
)
async def test_what_is_wrong_ends_in_its_error(
    provider: Providers, make_reply: Callable[..., Reply], body: bytes, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await reference(WSTETH, provider(make_reply(body, status=status)))


async def test_a_token_without_a_contract_here_is_not_asked_for(provider: Providers) -> None:
    silent = provider()
    with pytest.raises(NoData):
        await reference(ReferenceQuery(assets=("BTC", "LEO")), silent)
    assert silent.asked == []


def test_contracts_are_whole_and_of_registered_assets() -> None:
    for ticker, (network, address) in CONTRACTS.items():
        assert ticker in ASSETS
        assert network in {"eth", "polygon_pos"}
        assert len(address) == 42 and address == address.lower()
        int(address, 16)
    assert len(set(CONTRACTS.values())) == len(CONTRACTS)
