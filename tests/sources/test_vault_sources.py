"""Curve, Yearn, Morpho and Lido: what each says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.rate_needs import PoolRatesQuery, StakingRateQuery, VaultsQuery
from mobius.sources.defi import curve, lido, morpho, yearn

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]
    Written = Callable[[str], bytes]


def curves(written: Written, **instead: bytes) -> Callable[[str, Mapping[str, str]], bytes | None]:
    """Curve's three lists of Ethereum, or others `instead`."""

    def route(path: str, _: Mapping[str, str]) -> bytes | None:
        what = path.split("/")[1]
        return instead.get(what, written(f"curve_{what}"))

    return route


async def test_curve_joins_pools_with_what_fees_earned(provider: Providers, written: Written) -> None:
    http = provider(curves(written))
    got = await curve.pool_rates(PoolRatesQuery(), http)
    assert sorted(path for path, _ in http.asked) == [
        "/getLendingVaults/all/ethereum", "/getPools/all/ethereum", "/getVolumes/ethereum",
    ]  # fmt: skip
    pool, broken, vault = got.value
    assert (pool.tvl_usd, pool.daily_pct, pool.weekly_pct) == (Decimal("160000.5"), Decimal("0.84"), Decimal("0.9"))
    assert (pool.reward_low_pct, pool.reward_high_pct) == (Decimal("1.25"), Decimal("3.125"))
    assert (pool.symbols, pool.volume_1d_usd, pool.broken) == (("USDC", "USDT"), Decimal("52000.75"), False)
    assert pool.fields["tvl_usd"] == "data.poolData[0].usdTotal"
    assert pool.fields["daily_pct"] == "getVolumes data.pools[0].latestDailyApyPcnt"
    assert (broken.broken, broken.daily_pct, broken.reward_low_pct) == (True, None, None)
    assert (vault.kind, vault.daily_pct, vault.borrow_pct) == ("lending", Decimal("5.12"), Decimal("7.25"))


async def test_a_list_of_curves_that_fails_costs_its_own_figures(provider: Providers, written: Written) -> None:
    failed = b'{"success":false,"err":"upstream"}'
    got = await curve.pool_rates(PoolRatesQuery(), provider(curves(written, getVolumes=failed)))
    assert got.value[0].tvl_usd is not None
    assert got.value[0].daily_pct is None
    assert [row.kind for row in got.value] == ["pool", "pool", "lending"]


async def test_curve_fails_inside_a_200(provider: Providers, written: Written) -> None:
    failed = b'{"success":false,"err":"upstream"}'
    with pytest.raises(SourceUnavailable, match="upstream"):
        await curve.pool_rates(
            PoolRatesQuery(), provider(curves(written, getPools=failed, getVolumes=failed, getLendingVaults=failed))
        )
    with pytest.raises(NoData):
        await curve.pool_rates(PoolRatesQuery(chains=("solana",)), provider())


async def test_yearn_tells_fractions_and_nothing_of_a_young_vault(provider: Providers, written: Written) -> None:
    http = provider(written("yearn_vaults"))
    got = await yearn.vaults(VaultsQuery(chains=("ethereum", "solana")), http)
    assert [path for path, _ in http.asked] == ["/api/gql"]
    assert "vaults(chainId:1, v3:true, yearn:true)" in json.loads(http.asked[0][1]["body"])["query"]
    known, young = got.value
    assert (known.asset, known.net_pct, known.monthly_pct) == ("USDC", Decimal("5.33"), Decimal("5.12"))
    assert (known.tvl_usd, known.address) == (Decimal("41200000.5"), "0xbe53a109b494e5c9f97b9cd39fe969be68bf6204")
    assert known.fields["net_pct"] == "data.vaults[0].apy.net x 100"
    assert (young.asset, young.net_pct, young.tvl_usd) == (None, None, None)


async def test_morpho_asks_the_chains_it_serves(provider: Providers, written: Written) -> None:
    http = provider(written("morpho_vaults"))
    got = await morpho.vaults(VaultsQuery(chains=("ethereum",)), http)
    assert json.loads(http.asked[0][1]["body"])["variables"] == {"c": [1]}
    (vault,) = got.value
    assert (vault.asset, vault.net_pct, vault.tvl_usd) == ("USDC", Decimal("5.12"), Decimal("161000000.75"))
    with pytest.raises(NoData):
        await morpho.vaults(VaultsQuery(chains=("bitcoin",)), provider())


@pytest.mark.parametrize("parse", [lambda body: yearn.parse_vaults(body, "ethereum"), morpho.parse_vaults])
def test_a_graphql_error_or_another_shape(parse: Callable[[bytes], object]) -> None:
    with pytest.raises(SourceUnavailable, match="complexity"):
        parse(b'{"errors":[{"message":"complexity"}]}')
    for body in (b"{}", b'{"data":null}', b'{"data":{"vaults":null}}', b'{"data":{"vaults":7}}', b"[]"):
        with pytest.raises(SourceChanged):
            parse(body)


async def test_lido_tells_the_mean_of_its_last_days(provider: Providers, written: Written) -> None:
    http = provider(written("lido_sma"))
    got = await lido.staking_rate(StakingRateQuery(), http)
    (row,) = got.value
    assert (row.receipt, row.net_pct, row.days) == ("stETH", Decimal("2.67"), 7)
    assert row.updated_at == datetime.fromtimestamp(1_793_400_000, tz=UTC)
    assert row.fields["net_pct"] == "data.smaApr"
    with pytest.raises(NoData, match="stakes ether"):
        await lido.staking_rate(StakingRateQuery(assets=("SOL",)), provider())


def test_lido_without_a_figure_is_unknown_and_without_data_broken() -> None:
    (row,) = lido.parse_staking(b'{"data":{"aprs":[]}}')
    assert (row.net_pct, row.days, row.updated_at) == (None, None, None)
    with pytest.raises(SourceChanged):
        lido.parse_staking(b'{"message":"not found"}')
