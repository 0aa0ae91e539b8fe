"""How a data source describes itself. Here: SourceSpec, keys, logins, limits, costs, rights. Not here: any source (sources)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Need = Literal[
    # market
    "spot", "candles", "overview", "market_totals", "fear_greed", "fx", "reference", "perpetuals", "futures", "options",
    "volatility_index", "tail_spot", "margin_account",
    # defi
    "yield_pools", "yield_chart", "lending_markets", "vaults", "staking_rate", "pool_rates", "protocols", "protocol_history",
    "chain_tvl", "chain_history", "dex_volumes", "fees", "stablecoins", "stablecoin_history", "dex_pools", "route_quote",
    "past_prices", "token_prices",
    # chain
    "rpc", "fee_history", "multicall", "logs", "data_fee", "bitcoin_fees", "gas_oracle", "native_balance", "account_history",
    "transaction", "withdrawals", "block_at", "verified_source", "contract_origin", "token_transfers", "token_holders",
    "token_balances", "token_supply", "token_price", "token_price_history", "token_security", "honeypot", "sql", "subgraph",
    # what people say and do
    "posts", "headlines", "tone", "pageviews", "repository", "filings", "rules", "positioning", "treasuries", "fund_flows",
]  # fmt: skip
"""What a source can serve; the desk asks every source that offers a need."""

Kind = Literal["venue", "aggregator", "index", "protocol", "chain", "social", "news", "official"]


class KeySpec(Struct, frozen=True, kw_only=True):
    """Where a source's key comes from and how it travels: in a header, as a query parameter, or as part of a login."""

    setting: str
    """Environment variable and settings name, such as `MOBIUS_COINGECKO_KEY`."""
    header: str = ""
    prefix: str = ""
    """What stands before the key in the header: `Bearer `."""
    param: str = ""
    """The query parameter, for providers that take no header."""
    required: bool = False
    adds: str = ""
    """What a key gives that there is not without it, for `doctor`."""


class LoginSpec(Struct, frozen=True, kw_only=True):
    """A session that is opened with the key (`id:secret`) and renewed when it ends; its token then travels as a bearer."""

    url: str
    style: Literal["client_credentials", "atproto"]
    """OAuth 2 client credentials with basic authentication, or AT Protocol's createSession."""


class CostSpec(Struct, frozen=True, kw_only=True):
    """What a provider charges by use; nothing is asked without a cap, and nothing beyond it."""

    usd_per_request: float
    """The most that one request can cost."""
    cap_setting: str
    """Setting that names the most to spend in a UTC month, in dollars; empty or 0 keeps the source off."""


class Limits(Struct, frozen=True, kw_only=True):
    per_minute: int
    burst: int = 5
    concurrent: int = 4
    timeout_s: float = 4.0
    max_body_bytes: int = 8 * 2**20


class Rights(Struct, frozen=True, kw_only=True):
    """What the provider asks of those who show its data."""

    attribution: str
    may_share: bool = False
    """Whether its values may stand in shared links and pictures."""
    keep_max_s: float = 86_400.0


class SourceSpec(Struct, frozen=True, kw_only=True):
    name: str
    """The `source` of its facts: the module's name under mobius/sources, or that and a suffix where one file serves several."""
    title: str
    kind: Kind
    base_url: str
    limits: Limits
    needs: tuple[Need, ...]
    rights: Rights
    key: KeySpec | None = None
    login: LoginSpec | None = None
    cost: CostSpec | None = None
    headers: Mapping[str, str] = {}
    """Sent with every request."""
    posts_once: bool = False
    """Whether what is posted costs or starts something each time: then it is never sent a second time by itself."""
    wants_contact: bool = False
    """Whether the provider wants a way to reach us in the User-Agent (`MOBIUS_CONTACT`)."""
    chain: str | None = None
    """Slug of the one chain it serves, where it serves one."""
    probe: str = "/"
    """A cheap path that `doctor` asks to see whether the source can be reached."""
    probe_body: bytes | None = None
    """What is posted there, where the source takes its questions so."""
    refusals: tuple[bytes, ...] = ()
    """How a body begins when HTTP 200 carries a refusal; such a reply is never kept in the cache."""
    missing: tuple[bytes, ...] = ()
    """How a body begins, with status 200, 400 or 422, that says there is no such pair or symbol; 404 needs no saying."""
    family: str = ""
    """The module's name, where it differs from `name`."""

    @property
    def module(self) -> str:
        return self.family or self.name
