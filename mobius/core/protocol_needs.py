"""What the desk asks about protocols and chains, and the rows that come back. Here: locked value, its history, volumes, fees,
stablecoins, pools of exchanges, routes between chains, past prices. Not here: rates to earn (rate_needs), prices (needs).

Rows keep `fields`: for each value its place in the reply, so that a fact can name the provider's raw field.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct


class ProtocolsQuery(Struct, frozen=True, kw_only=True):
    """Protocols by our slugs; each may be several at the source, one a version."""

    protocols: tuple[str, ...]


class ProtocolRow(Struct, frozen=True, kw_only=True):
    """One version of a protocol as the source counts it. Changes in percent; money in US dollars."""

    protocol: str
    """Our slug."""
    slug: str
    """The source's."""
    name: str
    category: str
    tvl_usd: Decimal | None = None
    change_1d_pct: Decimal | None = None
    change_7d_pct: Decimal | None = None
    market_cap_usd: Decimal | None = None
    borrowed_usd: Decimal | None = None
    """Lent out, which the locked value leaves out; None where the source tells none."""
    chains: Mapping[str, Decimal] = {}
    """Locked value by chain: our slug, or the source's name of a chain that we have no slug for."""
    fields: Mapping[str, str] = {}


class ProtocolHistoryQuery(Struct, frozen=True, kw_only=True):
    """Daily history of one version of a protocol from `start` on."""

    slug: str
    """The source's."""
    start: datetime


class TokenDays(Struct, frozen=True, kw_only=True):
    """What a protocol held of each token on each day: columns over `ts`, None on a day without a figure."""

    ts: tuple[int, ...]
    """Epoch seconds, oldest first."""
    amounts: Mapping[str, tuple[Decimal | None, ...]] = {}
    """Units by the source's name of the token, all chains together."""
    values_usd: Mapping[str, tuple[Decimal | None, ...]] = {}
    field: str
    """Where the amounts stand."""
    values_field: str


class ProtocolHistory(Struct, frozen=True, kw_only=True):
    """Locked value by day, and the tokens behind it: deposited, and lent out where the source keeps that apart."""

    slug: str
    name: str
    category: str
    tvl_usd: tuple[tuple[int, Decimal], ...] = ()
    """Epoch seconds and value, oldest first."""
    tvl_field: str = "tvl"
    held: TokenDays
    borrowed: TokenDays


class ChainTvlQuery(Struct, frozen=True, kw_only=True):
    """Every chain's locked value of now."""


class ChainTvlRow(Struct, frozen=True, kw_only=True):
    """One chain. `chain` is our slug, None for a chain that we have none for."""

    chain: str | None
    name: str
    tvl_usd: Decimal
    field: str


class ChainHistoryQuery(Struct, frozen=True, kw_only=True):
    """One chain's locked value by day from `start` on; `chain` is our slug."""

    chain: str
    start: datetime


class DayValue(Struct, frozen=True, kw_only=True):
    """One day of a series in US dollars."""

    ts: int
    """Epoch seconds."""
    value_usd: Decimal
    field: str


class TurnoverQuery(Struct, frozen=True, kw_only=True):
    """Volume of decentralised exchanges, or fees paid: of everything, or of one chain (our slug)."""

    chain: str | None = None


class ProtocolTurnover(Struct, frozen=True, kw_only=True):
    total_24h_usd: Decimal | None = None
    total_7d_usd: Decimal | None = None
    total_30d_usd: Decimal | None = None
    fields: Mapping[str, str] = {}


class Turnover(Struct, frozen=True, kw_only=True):
    """Totals in US dollars, and the same of each protocol by the source's slug."""

    total_24h_usd: Decimal | None = None
    total_7d_usd: Decimal | None = None
    total_30d_usd: Decimal | None = None
    change_1d_pct: Decimal | None = None
    protocols: Mapping[str, ProtocolTurnover] = {}
    fields: Mapping[str, str] = {}


class StablecoinsQuery(Struct, frozen=True, kw_only=True):
    """Every stablecoin pegged to the dollar, by chain."""


class StablecoinSupply(Struct, frozen=True, kw_only=True):
    """One chain's dollar stablecoins together: units, which are near dollars. Earlier figures where the source tells them."""

    chain: str | None
    name: str
    supply: Decimal
    supply_week_ago: Decimal | None = None
    supply_month_ago: Decimal | None = None
    field: str
    coins: int = 0
    """How many coins the sum is of."""


class StablecoinHistoryQuery(Struct, frozen=True, kw_only=True):
    """Dollar stablecoins of one chain by day from `start` on; `chain` is our slug."""

    chain: str
    start: datetime


class DexPoolsQuery(Struct, frozen=True, kw_only=True):
    """Pools that trade `asset`, the deepest first."""

    asset: str
    limit: int = 10


class DexPool(Struct, frozen=True, kw_only=True):
    """One pool of a decentralised exchange. Names of tokens are the source's, and anyone may have chosen them."""

    chain: str | None
    """Our slug, None for a chain that we have none for."""
    dex: str
    pool: str
    base: str
    quote: str
    price_usd: Decimal | None = None
    liquidity_usd: Decimal | None = None
    volume_24h_usd: Decimal | None = None
    fees_24h_usd: Decimal | None = None
    fee_apr_pct: Decimal | None = None
    """Mean daily fees of the days told, over liquidity, times 365: before impermanent loss."""
    hooks: str | None = None
    """Address of code that runs at every trade, where there is one."""
    created_at: datetime | None = None
    fields: Mapping[str, str] = {}


class RouteQuery(Struct, frozen=True, kw_only=True):
    """What is left of `amount` of `asset` when it is moved from one chain to another (our slugs)."""

    asset: str
    amount: Decimal
    from_chain: str
    to_chain: str


class RouteRow(Struct, frozen=True, kw_only=True):
    """One way across. Amounts in the asset; `gas_usd` comes on top, None where the source leaves it out."""

    route: str
    """The bridge, by the source's name."""
    sent: Decimal
    received: Decimal
    gas_usd: Decimal | None = None
    duration_s: Decimal | None = None
    kind: Literal["bridge", "swap"] = "bridge"
    fields: Mapping[str, str] = {}


class PastPricesQuery(Struct, frozen=True, kw_only=True):
    """US dollar prices of `assets` (canonical) at some instants."""

    assets: tuple[str, ...]
    instants: tuple[datetime, ...]


class PastPrice(Struct, frozen=True, kw_only=True):
    """One price; `at` is the instant the source gives it for, near the one asked."""

    asset: str
    asked: datetime
    at: datetime
    price_usd: Decimal
    confidence: Decimal | None = None
    field: str


class TokenPricesQuery(Struct, frozen=True, kw_only=True):
    """US dollar prices of tokens by where their contract stands: our slug of the chain, and the address."""

    tokens: tuple[tuple[str, str], ...]


class TokenPrice(Struct, frozen=True, kw_only=True):
    """One token's price; `symbol` is what its contract calls itself, which anyone may choose."""

    chain: str
    address: str
    symbol: str
    price_usd: Decimal
    decimals: int | None = None
    confidence: Decimal | None = None
    updated_at: datetime | None = None
    field: str
