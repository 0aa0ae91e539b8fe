"""Quotes of routes: what arrives, what comes on top, what is too small, what nobody carries."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import MobiusError, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.protocol_needs import RouteQuery
from mobius.core.protocols import CHAINS
from mobius.language.keccak import checksummed
from mobius.sources.bridged import TOKENS, token_on
from mobius.sources.defi import across, lifi

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

MOVE = RouteQuery(asset="USDC", amount=Decimal(10_000), from_chain="ethereum", to_chain="base")


def test_contracts_are_written_with_their_checksums() -> None:
    for (asset, chain), token in TOKENS.items():
        assert checksummed(token.address), (asset, chain)
        assert token.address != token.address.lower() or chain in ("base", "optimism", "unichain", "polygon"), asset
        assert CHAINS[chain].chain_id is not None


async def test_lifi_tells_what_arrives_and_what_comes_on_top(provider: Providers, written: Written) -> None:
    http = provider(written("lifi_quote"))
    (row,) = (await lifi.route_quote(MOVE, http)).value
    path, params = http.asked[0]
    assert path == "/quote"
    assert (params["fromChain"], params["toChain"], params["fromAmount"]) == ("1", "8453", "10000000000")
    assert params["fromAddress"] == lifi.PLACEHOLDER
    assert (row.route, row.sent, row.received, row.duration_s) == (
        "Stargate V2",
        MOVE.amount,
        Decimal("9994.5"),
        Decimal(187),
    )
    assert row.gas_usd == Decimal("0.70"), "network fee and the bridge fee that is not taken out"
    assert row.fields["received"] == "estimate.toAmount"


async def test_across_takes_its_fee_out_of_the_amount(provider: Providers, written: Written) -> None:
    http = provider(written("across_fees"))
    (row,) = (await across.route_quote(MOVE, http)).value
    assert http.asked[0][1]["amount"] == "10000000000"
    assert (row.route, row.received, row.duration_s) == ("Across", Decimal("9999.38"), Decimal(4))
    assert row.gas_usd is None, "it tells no network fee: unknown, not 0"


async def test_ether_is_asked_as_what_each_carries(provider: Providers, written: Written) -> None:
    query = RouteQuery(asset="ETH", amount=Decimal("1.5"), from_chain="base", to_chain="arbitrum")
    http = provider(written("across_fees"))
    await across.route_quote(query, http)
    assert http.asked[0][1]["inputToken"] == "0x4200000000000000000000000000000000000006"
    body = json.loads(written("lifi_quote"))
    body["action"]["toToken"]["decimals"] = 18
    body["estimate"]["toAmount"] = "1499000000000000000"
    second = provider(json.dumps(body).encode())
    (row,) = (await lifi.route_quote(query, second)).value
    assert second.asked[0][1]["fromToken"] == "0x" + "0" * 40
    assert row.received == Decimal("1.499")


@pytest.mark.parametrize("module", [lifi, across])
@pytest.mark.parametrize(
    "query",
    [
        RouteQuery(asset="DOGE", amount=Decimal(1), from_chain="ethereum", to_chain="base"),
        RouteQuery(asset="USDC", amount=Decimal(1), from_chain="bitcoin", to_chain="base"),
        RouteQuery(asset="USDC", amount=Decimal(1), from_chain="base", to_chain="base"),
    ],
)
async def test_what_is_not_carried_is_not_asked(module: object, query: RouteQuery, provider: Providers) -> None:
    http = provider()
    with pytest.raises(NoData):
        await module.route_quote(query, http)  # type: ignore[attr-defined]
    assert http.asked == []


async def test_refusals(provider: Providers, make_reply: Callable[..., object]) -> None:
    for module in (lifi, across):
        with pytest.raises(NoData):
            await module.route_quote(MOVE, provider(make_reply(b'{"message": "no route"}', status=404)))
        with pytest.raises(RateLimited):
            await module.route_quote(MOVE, provider(make_reply(b"", status=429)))
        with pytest.raises(SourceUnavailable):
            await module.route_quote(MOVE, provider(make_reply(b"", status=502)))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"isAmountTooLow": True}, NoData),
        ({"totalRelayFee": {}}, SourceChanged),
        ({"totalRelayFee": {"total": "99999999999"}}, NoData),
        ({"estimatedFillTimeSec": -1}, SourceChanged),
    ],
)
def test_a_quote_that_is_none(written: Written, change: dict[str, object], error: type[MobiusError]) -> None:
    body = json.dumps(json.loads(written("across_fees")) | change).encode()
    token = token_on("USDC", "base")
    assert token is not None
    with pytest.raises(error):
        across.parse_fees(body, MOVE, token)


@pytest.mark.parametrize("worth", [None, "-1", "1e60"])
def test_a_network_fee_without_its_worth_is_unknown_or_refused(written: Written, worth: str | None) -> None:
    body = json.loads(written("lifi_quote"))
    body["estimate"]["gasCosts"][0]["amountUSD"] = worth
    if worth is None:
        assert lifi.parse_quote(json.dumps(body).encode(), MOVE).gas_usd is None
        return
    with pytest.raises(SourceChanged):
        lifi.parse_quote(json.dumps(body).encode(), MOVE)
