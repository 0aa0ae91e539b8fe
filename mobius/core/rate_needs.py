"""What the desk asks of those who know rates: pools, lending markets, vaults, staking. One query and one row type a need.

Every rate is percent a year (`_pct`: 12.5 = 12.5 %), converted once, where the source is parsed; `fields` holds where in the
reply each value stands. Not here: prices and the market (needs), what is made of the rates (rate_views).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct


class YieldPoolsQuery(Struct, frozen=True, kw_only=True):
    """Pools that take any of `assets` (all pools when none is named), on `chains`, of `protocols` (our slugs)."""

    assets: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    """Or pools of just these symbols, in upper case: `STETH`."""
    least_tvl_usd: float = 0.0


class YieldPoolRow(Struct, frozen=True, kw_only=True):
    """One pool of an aggregator of yields. Rates are APY as the aggregator reckons them."""

    pool: str
    """The aggregator's own id."""
    project: str
    """The aggregator's slug of the protocol and its version: `aave-v3`."""
    protocol: str | None
    """Our slug, None where it is not registered."""
    chain: str | None
    """Our slug, None where it is not registered."""
    chain_name: str
    symbol: str
    assets: tuple[str, ...] = ()
    """Tickers of ours that it takes, of those asked for."""
    note: str = ""
    """What the aggregator adds to the name: a fee tier, a market."""
    tokens: tuple[str, ...] = ()
    """Addresses of what is put in, lower case."""
    tvl_usd: Decimal | None = None
    apy_pct: Decimal | None = None
    base_pct: Decimal | None = None
    reward_pct: Decimal | None = None
    mean_30d_pct: Decimal | None = None
    change_7d: Decimal | None = None
    """Points against a week before."""
    volume_1d_usd: Decimal | None = None
    single: bool = False
    """One token is put in and taken out."""
    il: bool = True
    """The worth of what is put in drifts apart: impermanent loss."""
    stable: bool = False
    """All of it is stablecoins."""
    outlier: bool = False
    """The aggregator itself takes its rate for one out of line."""
    fields: Mapping[str, str] = {}


class YieldChartQuery(Struct, frozen=True, kw_only=True):
    pool: str
    days: int = 90


class YieldDay(Struct, frozen=True, kw_only=True):
    """One day of a pool, as the aggregator kept it."""

    at: datetime
    tvl_usd: Decimal | None = None
    apy_pct: Decimal | None = None
    base_pct: Decimal | None = None
    reward_pct: Decimal | None = None
    fields: Mapping[str, str] = {}


class LendingMarketsQuery(Struct, frozen=True, kw_only=True):
    """Lending markets on `chains` (our slugs; all that are known when none is named). Every asset comes back."""

    chains: tuple[str, ...] = ()


class LendingMarketRow(Struct, frozen=True, kw_only=True):
    """One asset in one lending market of a protocol, as the protocol itself tells it."""

    protocol: str
    chain: str
    market: str
    """The protocol's own name of the market."""
    symbol: str
    asset: str | None
    """Our ticker, None where the symbol is not registered."""
    token: str
    """Address of the asset, lower case; empty where the reply does not tell it."""
    supply_pct: Decimal | None = None
    """APY, without rewards in other tokens."""
    borrow_pct: Decimal | None = None
    utilisation_pct: Decimal | None = None
    supplied: Decimal | None = None
    """In units of the asset."""
    borrowed: Decimal | None = None
    available_usd: Decimal | None = None
    max_ltv_pct: Decimal | None = None
    liquidation_pct: Decimal | None = None
    """Debt at this share of the collateral is liquidated."""
    collateral: bool | None = None
    open: bool = True
    """Neither frozen nor paused."""
    fields: Mapping[str, str] = {}


class VaultsQuery(Struct, frozen=True, kw_only=True):
    """Vaults on `chains`; every asset comes back, so that nobody learns which was asked about."""

    chains: tuple[str, ...] = ()


class VaultRow(Struct, frozen=True, kw_only=True):
    """One vault of a protocol, as the protocol itself tells it; rates are net of the vault's own fees."""

    protocol: str
    chain: str
    address: str
    """Lower case."""
    name: str
    symbol: str
    asset: str | None
    token: str
    net_pct: Decimal | None = None
    weekly_pct: Decimal | None = None
    monthly_pct: Decimal | None = None
    tvl_usd: Decimal | None = None
    fields: Mapping[str, str] = {}


class PoolRatesQuery(Struct, frozen=True, kw_only=True):
    """Pools of exchanges on `chains`, with what they earned."""

    chains: tuple[str, ...] = ("ethereum",)


class PoolRateRow(Struct, frozen=True, kw_only=True):
    """One pool of an exchange, as the exchange tells it: what fees earned, before impermanent loss."""

    protocol: str
    chain: str
    address: str
    """Lower case."""
    name: str
    symbols: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    tvl_usd: Decimal | None = None
    daily_pct: Decimal | None = None
    """Fees of the last day, percent a year."""
    weekly_pct: Decimal | None = None
    reward_low_pct: Decimal | None = None
    """Rewards without and with the greatest boost."""
    reward_high_pct: Decimal | None = None
    volume_1d_usd: Decimal | None = None
    kind: Literal["pool", "lending"] = "pool"
    """A lending vault's `daily_pct` is what lenders earn now."""
    borrow_pct: Decimal | None = None
    broken: bool = False
    """The exchange itself says that it does not work."""
    fields: Mapping[str, str] = {}


class StakingRateQuery(Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...] = ("ETH",)


class StakingRateRow(Struct, frozen=True, kw_only=True):
    """What a staking protocol pays, as it tells it, after its own fee."""

    protocol: str
    asset: str
    receipt: str
    """Ticker of what stands for the stake."""
    net_pct: Decimal | None = None
    """APR: rewards of a year on what was put in, not put in again."""
    days: int | None = None
    """The mean of how many days."""
    updated_at: datetime | None = None
    fields: Mapping[str, str] = {}
