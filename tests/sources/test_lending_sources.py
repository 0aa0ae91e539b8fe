"""Aave by its GraphQL and Compound by its contracts: lending rates told by the protocols themselves."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.rate_needs import LendingMarketsQuery
from mobius.language.keccak import keccak256
from mobius.sources.defi import compound
from mobius.sources.defi.aave import lending_markets, parse_markets
from mobius.sources.defi.compound import COMETS, apy_pct, parse_words

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]


# ---------------------------------------------------------------------------------------------------------------- aave


async def test_aave_tells_fractions_that_become_percent(provider: Providers, written: Written) -> None:
    http = provider(written("aave_markets"))
    got = await lending_markets(LendingMarketsQuery(chains=("ethereum",)), http)
    path, asked = http.asked[0]
    assert path == "/graphql"
    assert json.loads(asked["body"])["variables"] == {"c": [1]}
    usdc, weth, new = got.value
    assert (usdc.supply_pct, usdc.borrow_pct, usdc.utilisation_pct) == (
        Decimal("4.29"),
        Decimal("5.61"),
        Decimal("84.42"),
    )
    assert usdc.fields["supply_pct"] == "data.markets[0].supplyReserves[0].supplyInfo.apy.value x 100"
    assert (usdc.asset, usdc.token, usdc.max_ltv_pct) == (
        "USDC",
        "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
        Decimal(75),
    )
    assert (usdc.available_usd, usdc.collateral, usdc.open) == (Decimal("612000000.25"), True, True)
    assert (weth.asset, weth.liquidation_pct) == ("WETH", Decimal(83))
    assert (new.asset, new.open, new.borrow_pct, new.utilisation_pct) == (None, False, None, None)


def test_a_graphql_error_is_a_failure() -> None:
    with pytest.raises(SourceUnavailable, match="rate limited"):
        parse_markets(b'{"errors":[{"message":"rate limited"}],"data":null}')
    with pytest.raises(SourceChanged) as caught:
        parse_markets(b'{"data":{}}')
    assert caught.value.path == "$.data.markets"


@pytest.mark.parametrize("value", ["-0.1", "1e99", "NaN", "3 %", "9" * 400])
def test_a_rate_no_market_has_is_refused_with_its_place(written: Written, value: str) -> None:
    document = json.loads(written("aave_markets"))
    document["data"]["markets"][0]["supplyReserves"][1]["supplyInfo"]["apy"]["value"] = value
    with pytest.raises(SourceChanged) as caught:
        parse_markets(json.dumps(document).encode())
    assert caught.value.path.startswith("$.data.markets[0].supplyReserves[1].supplyInfo.apy.value")


async def test_aave_has_no_market_off_the_evm(provider: Providers) -> None:
    with pytest.raises(NoData, match="solana"):
        await lending_markets(LendingMarketsQuery(chains=("solana",)), provider())


def test_recorded_fractions_become_percent(shared_data: Path) -> None:
    """Real daily rates of Aave v3, as fractions, through the wire shape of its GraphQL."""
    file = shared_data / "defi" / "lending_apy_history.csv"
    if not file.is_file():
        pytest.skip("the recorded rates are not here")
    with file.open() as lines:
        days = [row for row in csv.DictReader(lines) if row["protocol"] == "AAVEV3"]
    reserves = [
        {"underlyingToken": {"symbol": day["asset"], "address": day["asset_address"], "decimals": 6},
         "supplyInfo": {"apy": {"value": day["apy"]}}}
        for day in days
    ]  # fmt: skip
    market = {"name": "AaveV3Ethereum", "chain": {"chainId": 1, "name": "Ethereum"}, "supplyReserves": reserves}
    rows = parse_markets(json.dumps({"data": {"markets": [market]}}).encode())
    assert len(rows) == len(days) > 100
    for row, day in zip(rows, days, strict=True):
        assert row.supply_pct == Decimal(day["apy"]) * 100
        assert (row.asset, row.token) == (day["asset"], day["asset_address"].lower())
        assert Decimal("0.5") < (row.supply_pct or 0) < 40


# ------------------------------------------------------------------------------------------------------------ compound

SELECTORS = {
    compound.GET_UTILIZATION: "getUtilization()",
    compound.TOTAL_SUPPLY: "totalSupply()",
    compound.TOTAL_BORROW: "totalBorrow()",
    compound.GET_SUPPLY_RATE: "getSupplyRate(uint256)",
    compound.GET_BORROW_RATE: "getBorrowRate(uint256)",
}


@pytest.mark.parametrize(("selector", "signature"), SELECTORS.items())
def test_selectors_are_those_of_their_signatures(selector: str, signature: str) -> None:
    assert selector == "0x" + keccak256(signature.encode())[:4].hex()


def node(answers: dict[str, int], *, shuffled: bool = False) -> Callable[[str, Any], bytes]:
    """A node that answers calls by the selector and, for rates, remembers at which use it was asked."""

    def route(path: str, given: Any) -> bytes:
        batch = json.loads(given["body"])
        replies = []
        for call in batch:
            assert call["method"] == "eth_call"
            assert call["params"][1] == "latest"
            data = call["params"][0]["data"]
            if len(data) > 10:
                assert int(data[10:], 16) == answers[compound.GET_UTILIZATION]
            replies.append({"jsonrpc": "2.0", "id": call["id"], "result": f"0x{answers[data[:10]]:064x}"})
        return json.dumps(replies[::-1] if shuffled else replies).encode()

    return route


STATE = {
    compound.GET_UTILIZATION: 842_000_000_000_000_000,
    compound.TOTAL_SUPPLY: 410_000_000_500_000,
    compound.TOTAL_BORROW: 345_220_000_000_000,
    compound.GET_SUPPLY_RATE: 1_200_000_000,
    compound.GET_BORROW_RATE: 1_700_000_000,
}


@pytest.mark.parametrize("shuffled", [False, True])
async def test_compound_is_read_from_its_contracts(provider: Providers, shuffled: bool) -> None:
    http = provider(node(STATE, shuffled=shuffled))
    got = await compound.lending_markets(LendingMarketsQuery(), http, chain="arbitrum")
    (row,) = got.value
    assert got.source == "compound_arbitrum"
    assert [path for path, _ in http.asked] == ["/", "/"]
    assert (row.protocol, row.chain, row.asset, row.market) == ("compound", "arbitrum", "USDC", "cUSDCv3")
    assert row.supply_pct is not None
    assert row.borrow_pct is not None
    assert float(row.supply_pct) == pytest.approx(((1 + 1.2e-9) ** 31_536_000 - 1) * 100, rel=1e-6)
    assert row.borrow_pct > row.supply_pct
    assert (row.utilisation_pct, row.supplied) == (Decimal("84.2"), Decimal("410000000.5"))
    assert "getSupplyRate" in row.fields["supply_pct"]


async def test_every_market_of_a_chain_is_read(provider: Providers) -> None:
    got = await compound.lending_markets(
        LendingMarketsQuery(chains=("ethereum",)), provider(node(STATE)), chain="ethereum"
    )
    assert [row.asset for row in got.value] == ["USDC", "ETH"]
    assert len(COMETS["ethereum"]) == 2
    with pytest.raises(NoData):
        await compound.lending_markets(LendingMarketsQuery(chains=("base",)), provider(), chain="ethereum")


def test_a_rate_of_nothing_is_nothing_and_not_unknown() -> None:
    assert apy_pct(0) == 0


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"limit exceeded"}}', RateLimited),
        (b'[{"id":0,"error":{"code":-32000,"message":"execution reverted"}}]', SourceUnavailable),
        (b'[{"id":0,"result":"0x"}]', NoData),
        (b'[{"id":0,"result":"0x12"}]', SourceChanged),
        (b'[{"id":0,"result":"0x' + b"zz" * 32 + b'"}]', SourceChanged),
        (b'[{"id":5,"result":"0x' + b"00" * 32 + b'"}]', SourceChanged),
        (b"[]", SourceChanged),
        (b"<html>busy</html>", SourceChanged),
        (b'[{"id":0,"result":"0x00', SourceUnavailable),
    ],
)
def test_what_a_node_says_instead(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_words(body, 1, "compound_ethereum")


async def test_a_rate_out_of_all_bounds_is_refused(provider: Providers) -> None:
    with pytest.raises(SourceChanged, match="out of all bounds"):
        await compound.lending_markets(
            LendingMarketsQuery(), provider(node(STATE | {compound.GET_SUPPLY_RATE: 2**255})), chain="polygon"
        )


def test_each_chain_is_a_source_of_its_own() -> None:
    assert [spec.name for spec in compound.SPECS] == [f"compound_{chain}" for chain in COMETS]
    assert {spec.module for spec in compound.SPECS} == {"compound"}
