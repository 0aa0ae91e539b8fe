"""Hexadecimal as chains write it. Here: quantities, bytes, addresses, and blocks, transactions, receipts, logs of nodes.

Not here: the envelope they come in (`jsonrpc`), an explorer's own spelling of them (`etherscan_form`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from mobius.core.chain_needs import ChainBlock, ChainTransaction, EventLog, Receipt
from mobius.core.errors import BadParameter, SourceChanged
from mobius.sources.outside import plain_text

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_LAST_S = 253_402_300_799  # the end of the year 9999
_LONGEST_TEXT = 80


def quantity(text: str, source: str, place: str) -> int:
    """A number such as `0x1a`. Raises SourceChanged with its place.

    >>> quantity("0x1a", "x", "$")
    26
    """
    if not _QUANTITY.fullmatch(text):
        raise SourceChanged(source, "not a hexadecimal number", path=place)
    return int(text, 16)


def data(text: str, source: str, place: str) -> bytes:
    """Bytes such as `0x00ff`. Raises SourceChanged with their place."""
    if not _DATA.fullmatch(text):
        raise SourceChanged(source, "not hexadecimal bytes", path=place)
    return bytes.fromhex(text[2:])


def maybe_quantity(text: str | None, source: str, place: str) -> int | None:
    return None if text is None else quantity(text, source, place)


def address(text: str, source: str, place: str) -> str:
    """An address in lower case. Raises SourceChanged with its place."""
    if not _ADDRESS.fullmatch(text):
        raise SourceChanged(source, "not an address", path=place)
    return text.lower()


def maybe_address(text: str | None, source: str, place: str) -> str | None:
    return address(text, source, place) if text else None


def hash_of(text: str, source: str, place: str) -> str:
    if not _HASH.fullmatch(text):
        raise SourceChanged(source, "not a hash", path=place)
    return text.lower()


def asked_address(text: str) -> str:
    """An address of a query, before it becomes part of a path. Raises BadParameter."""
    if not _ADDRESS.fullmatch(text):
        raise BadParameter(
            f"{text[:60]!r} is no address of a contract or an account.", hint="It reads 0x and 40 digits."
        )
    return text.lower()


def asked_hash(text: str) -> str:
    """A transaction's hash of a query, before it becomes part of a path. Raises BadParameter."""
    if not _HASH.fullmatch(text):
        raise BadParameter(f"{text[:70]!r} is no hash of a transaction.", hint="It reads 0x and 64 digits.")
    return text.lower()


def shown(place: str) -> str:
    """A place as a fact's path shows it, without the root.

    >>> shown("$.result[0]"), shown("$[1].result")
    ('result[0]', '[1].result')
    """
    return place.removeprefix("$").removeprefix(".")


def instant_s(seconds: int, source: str, place: str) -> datetime:
    """Epoch seconds. Raises SourceChanged for what is no instant."""
    if not 0 <= seconds <= _LAST_S:
        raise SourceChanged(source, "not an instant", path=place)
    return datetime.fromtimestamp(seconds, tz=UTC)


def label(text: str | None) -> str | None:
    """A name that anyone could have chosen, made plain and at most 80 long; None for an empty one."""
    return plain_text(text, _LONGEST_TEXT) or None


# ------------------------------------------------------------------------------------------------------- rows of nodes


class _Log(Struct, frozen=True, rename="camel"):
    address: str
    topics: tuple[str, ...]
    data: str
    block_number: str
    transaction_hash: str
    log_index: str
    block_hash: str | None = None


class _Block(Struct, frozen=True, rename="camel"):
    number: str
    hash: str
    timestamp: str
    gas_used: str
    gas_limit: str
    base_fee_per_gas: str | None = None
    transactions: tuple[msgspec.Raw, ...] = ()


class _Transaction(Struct, frozen=True, rename="camel"):
    hash: str
    sender: str = msgspec.field(name="from")
    to: str | None = None
    value: str = "0x0"
    gas: str | None = None
    gas_price: str | None = None
    nonce: str | None = None
    input: str = "0x"
    block_number: str | None = None


class _Receipt(Struct, frozen=True, rename="camel"):
    transaction_hash: str
    block_number: str
    gas_used: str
    status: str | None = None
    effective_gas_price: str | None = None
    contract_address: str | None = None
    l1_fee: str | None = msgspec.field(name="l1Fee", default=None)
    logs: tuple[_Log, ...] = ()


WIRE: dict[str, type[Any]] = {
    "block": _Block,
    "transaction": _Transaction,
    "receipt": _Receipt,
    "logs": tuple[_Log, ...],
}
"""Wire types by what they hold, to decode a result with before it is read below."""


def log(row: _Log, source: str, place: str) -> EventLog:
    return EventLog(
        address=address(row.address, source, f"{place}.address"),
        topics=tuple(hash_of(topic, source, f"{place}.topics[{n}]") for n, topic in enumerate(row.topics)),
        data=data(row.data, source, f"{place}.data"),
        block=quantity(row.block_number, source, f"{place}.blockNumber"),
        block_hash=row.block_hash,
        transaction=hash_of(row.transaction_hash, source, f"{place}.transactionHash"),
        # Etherscan writes 0x for the first
        index=0 if row.log_index == "0x" else quantity(row.log_index, source, f"{place}.logIndex"),
        field=shown(place),
    )


def block(row: _Block, source: str, place: str) -> ChainBlock:
    return ChainBlock(
        number=quantity(row.number, source, f"{place}.number"),
        hash=hash_of(row.hash, source, f"{place}.hash"),
        at=instant_s(quantity(row.timestamp, source, f"{place}.timestamp"), source, f"{place}.timestamp"),
        gas_used=quantity(row.gas_used, source, f"{place}.gasUsed"),
        gas_limit=quantity(row.gas_limit, source, f"{place}.gasLimit"),
        base_fee_wei=maybe_quantity(row.base_fee_per_gas, source, f"{place}.baseFeePerGas"),
        n_transactions=len(row.transactions),
    )


def transaction(row: _Transaction, source: str, place: str) -> ChainTransaction:
    return ChainTransaction(
        hash=hash_of(row.hash, source, f"{place}.hash"),
        sender=address(row.sender, source, f"{place}.from"),
        to=maybe_address(row.to, source, f"{place}.to"),
        value_wei=quantity(row.value, source, f"{place}.value"),
        block=maybe_quantity(row.block_number, source, f"{place}.blockNumber"),
        gas_price_wei=maybe_quantity(row.gas_price, source, f"{place}.gasPrice"),
        gas_limit=maybe_quantity(row.gas, source, f"{place}.gas"),
        nonce=maybe_quantity(row.nonce, source, f"{place}.nonce"),
        data=data(row.input, source, f"{place}.input"),
        field=shown(place),
    )


def receipt(row: _Receipt, source: str, place: str) -> Receipt:
    status = maybe_quantity(row.status, source, f"{place}.status")
    return Receipt(
        transaction=hash_of(row.transaction_hash, source, f"{place}.transactionHash"),
        block=quantity(row.block_number, source, f"{place}.blockNumber"),
        failed=None if status is None else status == 0,
        gas_used=quantity(row.gas_used, source, f"{place}.gasUsed"),
        gas_price_wei=maybe_quantity(row.effective_gas_price, source, f"{place}.effectiveGasPrice"),
        data_fee_wei=maybe_quantity(row.l1_fee, source, f"{place}.l1Fee"),
        created=maybe_address(row.contract_address, source, f"{place}.contractAddress"),
        logs=tuple(log(one, source, f"{place}.logs[{n}]") for n, one in enumerate(row.logs)),
    )
