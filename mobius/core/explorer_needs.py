"""What the desk asks of explorers, indexers and scanners of chains, and what comes back.

Here: one query and one row type a need, as in `core.chain_needs`, whose measures hold. Not here: nodes and fees
(`chain_needs`), any provider (sources.chain).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from mobius.core.chain_needs import ChainTransaction

# ------------------------------------------------------------------------------------------------------------- explorers


class AccountHistoryQuery(Struct, frozen=True, kw_only=True):
    """Transactions of an account, or the transfers of native value within them, oldest or newest first."""

    chain: str
    address: str
    kind: Literal["normal", "internal"] = "normal"
    from_block: int = 0
    to_block: int | None = None
    newest_first: bool = True
    page: int = 1
    limit: int = 100


class AccountHistory(Struct, frozen=True, kw_only=True):
    rows: tuple[ChainTransaction, ...]
    complete: bool = True
    """False where the explorer says that it has not read every block of the span yet."""


class TokenTransfersQuery(Struct, frozen=True, kw_only=True):
    """Transfers of `token`, of `address`, or of the one by the other."""

    chain: str
    token: str | None = None
    address: str | None = None
    from_block: int = 0
    to_block: int | None = None
    newest_first: bool = True
    limit: int = 100


class TokenTransfer(Struct, frozen=True, kw_only=True):
    """One transfer of a token. `amount` is in base units; `token_id` is set for a token of which there is one of each."""

    token: str
    symbol: str | None = None
    name: str | None = None
    decimals: int | None = None
    sender: str
    to: str
    amount: int | None = None
    token_id: str | None = None
    usd: Decimal | None = None
    transaction: str
    block: int | None = None
    at: datetime | None = None
    sender_label: str | None = None
    to_label: str | None = None
    field: str = ""


class TransferPage(Struct, frozen=True, kw_only=True):
    rows: tuple[TokenTransfer, ...]
    cursor: str | None = None
    """Where the next page begins; None on the last."""
    complete: bool = True


class TransactionQuery(Struct, frozen=True, kw_only=True):
    chain: str
    hash: str


class NativeBalanceQuery(Struct, frozen=True, kw_only=True):
    chain: str
    address: str


class NativeBalance(Struct, frozen=True, kw_only=True):
    wei: int
    field: str


class VerifiedSourceQuery(Struct, frozen=True, kw_only=True):
    chain: str
    address: str
    abi_only: bool = False
    """Whether the interface will do: a smaller reply at some providers."""


class VerifiedSource(Struct, frozen=True, kw_only=True):
    """Published source of a contract. `abi` is its JSON text; an unpublished one is NoData, not an empty row."""

    address: str
    name: str | None
    compiler: str | None = None
    language: str | None = None
    abi: str | None = None
    files: Mapping[str, str] = {}
    proxy_kind: str | None = None
    """As the provider names it; None where it says nothing of a proxy."""
    implementations: tuple[str, ...] = ()
    match: Literal["exact", "partial"] | None = None
    licence: str | None = None


class ContractOriginQuery(Struct, frozen=True, kw_only=True):
    chain: str
    address: str


class ContractOrigin(Struct, frozen=True, kw_only=True):
    """Who made a contract, and in which transaction."""

    address: str
    creator: str
    transaction: str | None
    block: int | None = None
    at: datetime | None = None
    field: str = ""


class BlockAtQuery(Struct, frozen=True, kw_only=True):
    """The last block at or before `at`."""

    chain: str
    at: datetime


class BlockAt(Struct, frozen=True, kw_only=True):
    number: int
    at: datetime | None = None
    field: str = ""


class GasOracleQuery(Struct, frozen=True, kw_only=True):
    chain: str


class GasOracle(Struct, frozen=True, kw_only=True):
    """An explorer's advice, gwei a unit of gas; a second opinion on a node's."""

    block: int
    safe_gwei: Decimal
    proposed_gwei: Decimal
    fast_gwei: Decimal
    base_fee_gwei: Decimal | None = None
    fields: Mapping[str, str] = {}


class TokenSupplyQuery(Struct, frozen=True, kw_only=True):
    chain: str
    token: str


class TokenSupply(Struct, frozen=True, kw_only=True):
    amount: int
    field: str


class WithdrawalsQuery(Struct, frozen=True, kw_only=True):
    """What validators paid out to an address."""

    chain: str
    address: str
    from_block: int = 0
    to_block: int | None = None
    limit: int = 100


class Withdrawal(Struct, frozen=True, kw_only=True):
    index: int
    validator: int
    wei: int
    block: int
    at: datetime
    field: str


# -------------------------------------------------------------------------------------------------------------- indexers


class TokenBalancesQuery(Struct, frozen=True, kw_only=True):
    chain: str
    address: str


class TokenBalance(Struct, frozen=True, kw_only=True):
    """What an account holds of a token. `token` is None for the native coin; `amount` is in base units."""

    token: str | None
    symbol: str | None = None
    name: str | None = None
    decimals: int | None = None
    amount: int
    price_usd: Decimal | None = None
    value_usd: Decimal | None = None
    spam: bool | None = None
    """None where the provider does not judge."""
    field: str = ""


class TokenHoldersQuery(Struct, frozen=True, kw_only=True):
    chain: str
    token: str
    limit: int = 100


class TokenHolder(Struct, frozen=True, kw_only=True):
    address: str
    amount: int
    share_pct: Decimal | None = None
    """Of the supply: 12.5 is 12.5 %."""
    label: str | None = None
    contract: bool | None = None
    field: str = ""


class TokenPriceQuery(Struct, frozen=True, kw_only=True):
    chain: str
    token: str


class TokenPrice(Struct, frozen=True, kw_only=True):
    """What a token trades at on chain, dollars."""

    price_usd: Decimal
    symbol: str | None = None
    change_24h_pct: Decimal | None = None
    liquidity_usd: Decimal | None = None
    spam: bool | None = None
    at: datetime | None = None
    fields: Mapping[str, str] = {}


class TokenPriceHistoryQuery(Struct, frozen=True, kw_only=True):
    """Prices of a token, or of `symbol` where no token is named, from one instant to another."""

    chain: str = "ethereum"
    token: str | None = None
    symbol: str | None = None
    start: datetime
    end: datetime
    interval: Literal["5m", "1h", "1d"] = "1h"


class TokenPricePoint(Struct, frozen=True, kw_only=True):
    price_usd: Decimal
    at: datetime
    field: str


class SqlQuery(Struct, frozen=True, kw_only=True):
    """A named question to a warehouse; its text is ours, only the parameters of its template can be filled."""

    template: Literal["large_transfers", "dex_volume"]
    chain: str
    since: datetime
    min_usd: int = 1_000_000
    limit: int = 100
    execution: str | None = None
    """One begun before, to ask again what it has come to; None begins one."""


class SqlRun(Struct, frozen=True, kw_only=True):
    """What an execution has come to; `rows` are set once it is finished. It goes by `execution` to be asked again."""

    execution: str
    state: Literal["pending", "running", "done", "partial"]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | int | float | bool | None, ...], ...] = ()
    cost_credits: Decimal | None = None


class SubgraphQuery(Struct, frozen=True, kw_only=True):
    """A GraphQL question of ours to one subgraph, or to one deployment of it (`Qm…`)."""

    subgraph: str
    query: str
    variables: Mapping[str, Any] = {}


class SubgraphReply(Struct, frozen=True, kw_only=True):
    """`data` is the JSON text of the reply's data, for the caller's own row type."""

    data: bytes
    block: int | None = None
    """The newest block indexed, where the question asked for `_meta`."""
    at: datetime | None = None
    indexing_errors: bool | None = None


# ------------------------------------------------------------------------------------------------------- second opinions


class TokenSecurityQuery(Struct, frozen=True, kw_only=True):
    chain: str
    token: str


class TokenSecurity(Struct, frozen=True, kw_only=True):
    """A scanner's findings by its own names. A flag that is None was not judged: unknown, never safe."""

    flags: Mapping[str, bool | None]
    buy_tax_pct: Decimal | None = None
    sell_tax_pct: Decimal | None = None
    holders: int | None = None
    owner: str | None = None
    creator: str | None = None
    creator_share_pct: Decimal | None = None
    partial: bool = False
    """Whether the scanner says that it has not finished."""
    fields: Mapping[str, str] = {}


class HoneypotQuery(Struct, frozen=True, kw_only=True):
    chain: str
    token: str


class HoneypotVerdict(Struct, frozen=True, kw_only=True):
    """What a simulated buy and sell came to. `honeypot` is None where the simulation failed: no verdict."""

    honeypot: bool | None
    reason: str | None = None
    risk: str | None = None
    buy_tax_pct: Decimal | None = None
    sell_tax_pct: Decimal | None = None
    transfer_tax_pct: Decimal | None = None
    holders: int | None = None
    open_source: bool | None = None
    proxy: bool | None = None
    fields: Mapping[str, str] = {}
