"""What the desk asks of nodes of chains, and what comes back: calls, events, fees.

Here: one query and one row type a need, as in `core.needs`. Amounts in base units are int, scaled ones Decimal; hashes and
addresses are 0x and lower-case hexadecimal. `chain` is a slug of `core.protocols`. Not here: explorers and
indexers (`explorer_needs`), any provider (sources.chain).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from msgspec import Struct

Block: TypeAlias = int | Literal["latest"]
"""A height, or the newest block; what is stored names a height."""

# --------------------------------------------------------------------------------------------------------- calls to nodes


class BlockNumber(Struct, frozen=True):
    """The newest height."""


class GasPrice(Struct, frozen=True):
    """What the node would offer for a unit of gas, wei."""


class PriorityFee(Struct, frozen=True):
    """What the node would offer above the base fee, wei."""


class Balance(Struct, frozen=True):
    """Native balance, wei."""

    address: str
    block: Block = "latest"


class TransactionCount(Struct, frozen=True):
    """How many transactions an account has sent."""

    address: str
    block: Block = "latest"


class Code(Struct, frozen=True):
    """Code at an address; empty for an ordinary account."""

    address: str
    block: Block = "latest"


class StorageAt(Struct, frozen=True):
    address: str
    slot: int
    block: Block = "latest"


class Call(Struct, frozen=True):
    """A call that changes nothing. Its answer is bytes, or `Reverted`."""

    to: str
    data: bytes
    block: Block = "latest"
    sender: str | None = None


class GasEstimate(Struct, frozen=True):
    """Gas units that a call would use."""

    to: str
    data: bytes
    sender: str | None = None


class BlockBy(Struct, frozen=True):
    block: Block = "latest"


class TransactionBy(Struct, frozen=True):
    hash: str


class ReceiptBy(Struct, frozen=True):
    hash: str


RpcCall: TypeAlias = (
    BlockNumber | GasPrice | PriorityFee | Balance | TransactionCount | Code | StorageAt | Call | GasEstimate | BlockBy
    | TransactionBy | ReceiptBy
)  # fmt: skip


class RpcQuery(Struct, frozen=True, kw_only=True):
    """Questions to a node of `chain`, answered together."""

    chain: str
    calls: tuple[Any, ...]  # of RpcCall; msgspec takes no union of structs without tags


class Reverted(Struct, frozen=True, kw_only=True):
    """A call that the contract, or the machine, refused: an answer, not a failure."""

    message: str
    data: bytes = b""


class EventLog(Struct, frozen=True, kw_only=True):
    address: str
    topics: tuple[str, ...]
    data: bytes
    block: int
    block_hash: str | None = None
    transaction: str
    index: int
    field: str = ""


class ChainBlock(Struct, frozen=True, kw_only=True):
    number: int
    hash: str
    at: datetime
    gas_used: int
    gas_limit: int
    base_fee_wei: int | None = None
    """None before the chain had one."""
    n_transactions: int = 0


class ChainTransaction(Struct, frozen=True, kw_only=True):
    """One transaction, or one transfer of native value within it; what its provider does not tell is None."""

    hash: str | None
    """None where one transaction's own parts were asked for."""
    sender: str | None
    to: str | None
    """None where it made a contract."""
    value_wei: int
    block: int | None = None
    """None while it waits."""
    at: datetime | None = None
    gas_price_wei: int | None = None
    gas_limit: int | None = None
    gas_used: int | None = None
    fee_wei: int | None = None
    """What it cost altogether, the data fee of a rollup included."""
    nonce: int | None = None
    failed: bool | None = None
    data: bytes = b""
    created: str | None = None
    kind: str = ""
    """Of a part: `call`, `create`, `delegatecall`."""
    field: str = ""


class Receipt(Struct, frozen=True, kw_only=True):
    transaction: str
    block: int
    failed: bool | None
    gas_used: int
    gas_price_wei: int | None = None
    data_fee_wei: int | None = None
    """What a rollup charged for its data, where the receipt tells it."""
    created: str | None = None
    logs: tuple[EventLog, ...] = ()


RpcValue: TypeAlias = int | bytes | Reverted | ChainBlock | ChainTransaction | Receipt | None


class RpcAnswer(Struct, frozen=True, kw_only=True):
    """One call's answer; `value` is an RpcValue, None where there is no such block, transaction or receipt."""

    value: Any
    field: str


class MulticallQuery(Struct, frozen=True, kw_only=True):
    """Many calls of contracts at one block, in few requests."""

    chain: str
    calls: tuple[Call, ...]
    block: Block = "latest"


class MulticallResult(Struct, frozen=True, kw_only=True):
    """One call's own success and bytes."""

    success: bool
    data: bytes
    field: str


class LogsQuery(Struct, frozen=True, kw_only=True):
    """Events of `address` from one height to another, both included; a topic of None is any."""

    chain: str
    address: str
    from_block: int
    to_block: int
    topics: tuple[str | None, ...] = ()
    most_requests: int = 40


class LogsFound(Struct, frozen=True, kw_only=True):
    """Events in order, and the span of blocks that was read: it may end before the one asked for."""

    logs: tuple[EventLog, ...]
    from_block: int
    to_block: int


class FeeHistoryQuery(Struct, frozen=True, kw_only=True):
    chain: str
    blocks: int = 4
    percentiles: tuple[int, ...] = (10, 50, 90)


class FeeHistory(Struct, frozen=True, kw_only=True):
    """What the newest blocks charged, wei a unit of gas."""

    chain: str
    block: int
    """The newest block counted."""
    base_fee_wei: int
    """Of the block after it."""
    rewards_wei: tuple[tuple[int, ...], ...] = ()
    """Above the base fee, by block and percentile; blocks without transactions are left out."""
    reward_fields: tuple[tuple[str, ...], ...] = ()
    gas_price_wei: int | None = None
    fields: Mapping[str, str] = {}


class DataFeeQuery(Struct, frozen=True, kw_only=True):
    """What a rollup charges to publish transactions of these bytes."""

    chain: str
    transactions: tuple[bytes, ...]


class DataFee(Struct, frozen=True, kw_only=True):
    fee_wei: int
    field: str


# --------------------------------------------------------------------------------------------------------------- bitcoin


class BitcoinFeesQuery(Struct, frozen=True, kw_only=True):
    pass


class BitcoinFees(Struct, frozen=True, kw_only=True):
    """Satoshis a virtual byte for a place in one of the next blocks."""

    fastest: Decimal
    half_hour: Decimal
    hour: Decimal
    economy: Decimal
    minimum: Decimal
    height: int | None = None
    fields: Mapping[str, str] = {}
