"""Curve: what its pools earned and what its lending vaults pay, a chain at a time. Keyless.

Here: SPEC, rows, parse and fetch. Three lists of a chain: pools (what is in them, rewards in CRV), what fees earned (percent,
of a day and a week, before impermanent loss), lending vaults. A list that fails costs its own figures only. An envelope that
says `success: false` is a failure. Not here: gauges, the DAO, swaps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mobius.core.errors import MobiusError, NoData, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.gather import gather
from mobius.core.keeping import RATES
from mobius.core.ports import Http, Reply
from mobius.core.provider_names import CHAIN_NAMES
from mobius.core.rate_needs import PoolRateRow, PoolRatesQuery
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="curve",
    title="Curve",
    kind="protocol",
    base_url="https://api.curve.finance/v1",
    limits=Limits(per_minute=60, burst=6, concurrent=3, timeout_s=6.0, max_body_bytes=16 * 2**20),  # pools: over 3 MB
    needs=("pool_rates",),
    rights=Rights(attribution="Pools: Curve", may_share=True),
    probe="/getVolumes/polygon",
    refusals=(b'{"success":false', b'{"success": false'),
)
LONGEST_TEXT = 60


class _Coin(Struct, frozen=True):
    address: str = ""
    symbol: str | None = None


class _Pool(Struct, frozen=True, rename="camel"):
    address: str
    name: str = ""
    coins: tuple[_Coin, ...] = ()
    usd_total: Decimal | None = None
    gauge_crv_apy: tuple[Decimal | None, ...] | None = None
    is_broken: bool | None = None


class _Pools(Struct, frozen=True, rename="camel"):
    pool_data: tuple[_Pool, ...]


class _Fees(Struct, frozen=True, rename="camel"):
    address: str
    volume: Decimal | None = msgspec.field(name="volumeUSD", default=None)
    latest_daily_apy_pcnt: Decimal | None = None
    latest_weekly_apy_pcnt: Decimal | None = None


class _Volumes(Struct, frozen=True):
    pools: tuple[_Fees, ...]


class _VaultRates(Struct, frozen=True, rename="camel"):
    lend_apy_pcnt: Decimal | None = None
    borrow_apy_pcnt: Decimal | None = None


class _Vault(Struct, frozen=True, rename="camel"):
    address: str
    name: str = ""
    rates: _VaultRates | None = None
    usd_total: Decimal | None = None


class _Vaults(Struct, frozen=True, rename="camel"):
    lending_vault_data: tuple[_Vault, ...]


class _Fault(Struct, frozen=True):
    success: bool | None = None
    err: str | None = None


class _PoolsReply(Struct, frozen=True):
    data: _Pools | None = None


class _VolumesReply(Struct, frozen=True):
    data: _Volumes | None = None


class _VaultsReply(Struct, frozen=True):
    data: _Vaults | None = None


def _checked(body: bytes) -> None:
    """Raises for an envelope that says it failed."""
    envelope = decode(body, _Fault, SPEC.name)
    if envelope.success is False:
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {_plain(envelope.err or 'no reason')}")


def _plain(text: str) -> str:
    return plain_text(text, LONGEST_TEXT)


def parse_pools(body: bytes, chain: str) -> tuple[PoolRateRow, ...]:
    """Pools with what is in them and what CRV adds; fees stand in the other list."""
    _checked(body)
    data = decode(body, _PoolsReply, SPEC.name).data
    if data is None:
        raise SourceChanged(SPEC.name, "no list of pools", path="$.data")
    return tuple(_pool(n, pool, chain) for n, pool in enumerate(data.pool_data))


def _pool(number: int, pool: _Pool, chain: str) -> PoolRateRow:
    read = Figures(SPEC.name, f"data.poolData[{number}]", {})
    boost = pool.gauge_crv_apy or ()
    low, high = (boost[0], boost[-1]) if boost else (None, None)
    return PoolRateRow(
        protocol="curve",
        chain=chain,
        address=pool.address.lower(),
        name=_plain(pool.name),
        symbols=tuple(_plain(coin.symbol or "") for coin in pool.coins),
        tokens=tuple(coin.address.lower() for coin in pool.coins),
        tvl_usd=read.amount("tvl_usd", pool.usd_total, "usdTotal"),
        reward_low_pct=read.signed("reward_low_pct", low, "gaugeCrvApy[0]"),
        reward_high_pct=read.signed("reward_high_pct", high, "gaugeCrvApy[1]"),
        broken=bool(pool.is_broken),
        fields=read.fields,
    )


def parse_volumes(body: bytes) -> dict[str, PoolRateRow]:
    """What fees earned, by the pool's address."""
    _checked(body)
    data = decode(body, _VolumesReply, SPEC.name).data
    if data is None:
        raise SourceChanged(SPEC.name, "no list of volumes", path="$.data")
    rows = {}
    for number, one in enumerate(data.pools):
        read = Figures(SPEC.name, f"data.pools[{number}]", {})
        address = one.address.lower()
        rows[address] = PoolRateRow(
            protocol="curve", chain="", address=address, name="",
            daily_pct=read.signed("daily_pct", one.latest_daily_apy_pcnt, "latestDailyApyPcnt"),
            weekly_pct=read.signed("weekly_pct", one.latest_weekly_apy_pcnt, "latestWeeklyApyPcnt"),
            volume_1d_usd=read.amount("volume_1d_usd", one.volume, "volumeUSD"),
            fields=read.fields,
        )  # fmt: skip
    return rows


def parse_vaults(body: bytes, chain: str) -> tuple[PoolRateRow, ...]:
    """Lending vaults: what lenders earn and borrowers pay now."""
    _checked(body)
    data = decode(body, _VaultsReply, SPEC.name).data
    if data is None:
        raise SourceChanged(SPEC.name, "no list of vaults", path="$.data")
    rows = []
    for number, vault in enumerate(data.lending_vault_data):
        read = Figures(SPEC.name, f"data.lendingVaultData[{number}]", {})
        rates = vault.rates or _VaultRates()
        rows.append(
            PoolRateRow(
                protocol="curve", chain=chain, address=vault.address.lower(), name=_plain(vault.name), kind="lending",
                daily_pct=read.signed("daily_pct", rates.lend_apy_pcnt, "rates.lendApyPcnt"),
                borrow_pct=read.signed("borrow_pct", rates.borrow_apy_pcnt, "rates.borrowApyPcnt"),
                tvl_usd=read.amount("tvl_usd", vault.usd_total, "usdTotal"),
                fields=read.fields,
            )
        )  # fmt: skip
    return tuple(rows)


def joined(pools: Sequence[PoolRateRow], volumes: dict[str, PoolRateRow]) -> tuple[PoolRateRow, ...]:
    """Pools with what their fees earned; their fields then name the list a figure stands in."""
    rows = []
    for pool in pools:
        fees = volumes.get(pool.address)
        if fees is None:
            rows.append(pool)
            continue
        places = {name: f"getVolumes {place}" for name, place in fees.fields.items()}
        rows.append(
            replace(
                pool, daily_pct=fees.daily_pct, weekly_pct=fees.weekly_pct, volume_1d_usd=fees.volume_1d_usd,
                fields={**pool.fields, **places},
            )
        )  # fmt: skip
    return tuple(rows)


async def pool_rates(query: PoolRatesQuery, http: Http) -> Sourced[tuple[PoolRateRow, ...]]:
    """Pools and lending vaults of the chains asked about. Raises NoData where it has none, or the first list's failure."""
    names = {slug: CHAIN_NAMES[slug].curve for slug in query.chains if slug in CHAIN_NAMES}
    paths = {
        (slug, what): f"/{what}/{'all/' if what != 'getVolumes' else ''}{name}"
        for slug, name in names.items()
        if name is not None
        for what in ("getPools", "getVolumes", "getLendingVaults")
    }

    async def ask(path: str) -> Reply:
        reply = await http.get(path, keep=RATES)
        expect_ok(reply, SPEC.name)
        return reply

    got = await gather({path: partial(ask, path) for path in paths.values()}, limit=3)
    failed = list(got.failures.values())
    rows: list[PoolRateRow] = []
    for slug in names:
        bodies = {
            what: got.results[path].body
            for (chain, what), path in paths.items()
            if chain == slug and path in got.results
        }
        found, broken = await asyncio.to_thread(_of_chain, slug, bodies)  # some 3 MB take 15 ms
        rows += found
        failed += broken
    for error in failed:
        if not rows or not isinstance(error, MobiusError):
            raise error
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no pools on {', '.join(query.chains) or 'any chain'}.")
    return sourced(tuple(rows), SPEC.name, f"/getPools/all/{','.join(names)}", list(got.results.values()))


def _of_chain(chain: str, bodies: dict[str, bytes]) -> tuple[list[PoolRateRow], list[Exception]]:
    """The rows of one chain's lists, and what was wrong with those that cannot be read."""
    read: dict[str, Callable[[bytes], Any]] = {
        "getVolumes": parse_volumes,
        "getPools": partial(parse_pools, chain=chain),
        "getLendingVaults": partial(parse_vaults, chain=chain),
    }
    found: dict[str, Any] = {}
    broken: list[Exception] = []
    for what, body in bodies.items():
        try:
            found[what] = read[what](body)
        except MobiusError as error:
            broken.append(error)
    pools = joined(found.get("getPools", ()), found.get("getVolumes", {}))
    return [*pools, *found.get("getLendingVaults", ())], broken


OFFERS = {"pool_rates": pool_rates}
