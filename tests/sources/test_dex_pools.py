"""Pools of exchanges: by contract or ticker, fee APR of whole days, refusals inside 200."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.protocol_needs import DexPoolsQuery
from mobius.sources.defi import dexscreener, uniswap
from tests.sources.conftest import reply

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]

USDC = DexPoolsQuery(asset="USDC")


async def test_a_known_token_is_asked_by_its_contract(provider: Providers, written: Written) -> None:
    http = provider(written("dexscreener_tokens"))
    got = await dexscreener.dex_pools(USDC, http)
    assert http.asked == [("/tokens/v1/ethereum/0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", {})]
    deepest, other, dust = got.value
    assert "curve" not in {row.dex for row in got.value}, "a token of that name is not that contract"
    assert (deepest.dex, deepest.chain, deepest.base, deepest.liquidity_usd) == (
        "aerodrome",
        "base",
        "WETH",
        Decimal(200_000_000),
    )
    assert (other.fields["liquidity_usd"], other.volume_24h_usd) == ("[0].liquidity.usd", Decimal(120_000_000))
    assert other.created_at == datetime(2021, 5, 5, 21, 42, 11, tzinfo=UTC)
    assert (dust.chain, dust.dex, dust.price_usd, dust.liquidity_usd) == (None, "dustswap", None, None)
    assert len(dust.quote) <= 20


async def test_a_ticker_finds_pools_with_depth_of_that_ticker(provider: Providers, written: Written) -> None:
    pairs = json.loads(written("dexscreener_tokens"))
    pairs[0]["baseToken"]["symbol"] = "brett"
    pairs[2]["quoteToken"]["symbol"] = "BRETTCOIN"
    http = provider(json.dumps({"pairs": pairs}).encode())
    got = await dexscreener.dex_pools(DexPoolsQuery(asset="BRETT"), http)
    assert http.asked == [("/latest/dex/search", {"q": "BRETT"})]
    assert [row.base for row in got.value] == ["brett"]
    assert got.value[0].fields["price_usd"] == "pairs[0].priceUsd"


@pytest.mark.parametrize("body", [b'{"pairs": null}', b"{}", b'{"pairs": []}'])
async def test_no_pool_is_no_data(provider: Providers, body: bytes) -> None:
    with pytest.raises(NoData):
        await dexscreener.dex_pools(DexPoolsQuery(asset="BRETT"), provider(body))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pairCreatedAt", -5),
        ("pairCreatedAt", 10**30),
        ("priceUsd", "-1"),
        ("liquidity", {"usd": "NaN"}),
        ("chainId", None),
    ],
)
def test_a_pool_out_of_bounds_is_refused(written: Written, field: str, value: object) -> None:
    pairs = json.loads(written("dexscreener_tokens"))
    pairs[0][field] = value
    with pytest.raises(SourceChanged):
        dexscreener.parse_tokens(json.dumps(pairs).encode(), USDC, pairs[0]["baseToken"]["address"])


async def test_uniswap_reckons_fees_of_whole_days(provider: Providers, written: Written) -> None:
    http = provider(lambda path, _: written("uniswap_pools") if "DiYP" in path else b'{"data": {"pools": []}}')
    got = await uniswap.dex_pools(USDC, http)
    assert {path for path, _ in http.asked} == {f"/subgraphs/id/{one}" for one in uniswap.SUBGRAPHS.values()}
    deep, hooked = got.value
    assert (deep.dex, deep.volume_24h_usd, deep.fees_24h_usd) == ("uniswap v4", Decimal(200_000_000), Decimal(100_000))
    assert deep.fee_apr_pct == Decimal(75_000) / 100_000_000 * 365 * 100
    assert (deep.hooks, hooked.hooks) == (None, "0x1234567890123456789012345678901234567890")
    assert (hooked.fee_apr_pct, hooked.volume_24h_usd) == (None, None)
    assert got.as_of == datetime.fromtimestamp(1793530000, tz=UTC), "the newest block dates it"


def test_only_pools_of_v4_are_asked_for_hooks() -> None:
    assert b"feeTier hooks" in uniswap.question("v4", "0xa", 5)
    assert b"hooks" not in uniswap.question("v3", "0xa", 5)


async def test_one_version_that_fails_costs_its_own_pools(provider: Providers, written: Written) -> None:
    failing = b'{"errors": [{"message": "bad indexers: x"}]}'
    http = provider(lambda path, _: written("uniswap_pools") if "5zvR" in path else failing)
    assert len((await uniswap.dex_pools(USDC, http)).value) == 2
    with pytest.raises(SourceUnavailable):
        await uniswap.dex_pools(USDC, provider(failing))
    with pytest.raises(SourceUnavailable, match="key"):
        await uniswap.dex_pools(USDC, provider(b'{"errors": [{"message": "auth error: API key not found"}]}'))
    with pytest.raises(RateLimited):
        await uniswap.dex_pools(USDC, provider(reply(b"", status=429)))
    with pytest.raises(NoData):
        await uniswap.dex_pools(DexPoolsQuery(asset="DOGE"), provider())
