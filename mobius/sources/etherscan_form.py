"""Replies in the form that Etherscan made common, which Blockscout and Routescan speak as well.

Here: the envelope, its failures and its empty successes; rows of transactions, transfers, events, source. Numbers stand in
quotes, "" where there is none. Not here: which explorer is asked (`chain/etherscan`, `chain/blockscout`).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from mobius.core.chain_needs import ChainTransaction, EventLog
from mobius.core.errors import MobiusError, NoData, NotConfigured, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.explorer_needs import (
    BlockAt,
    ContractOrigin,
    GasOracle,
    NativeBalance,
    TokenSupply,
    TokenTransfer,
    VerifiedSource,
    Withdrawal,
)
from mobius.sources import hexes
from mobius.sources.quoted import quoted
from mobius.sources.reading import Figures, decode

REFUSALS = (b'{"status":"0","message":"NOTOK"', b'{"message":"NOTOK"')
"""How a refusal begins: such a reply is never kept."""
_WEI_PER_GWEI = 10**9
_LONGEST_NUMBER = 78
_LARGEST_SOURCE = 4 * 2**20


class _Envelope(Struct, frozen=True):
    status: str = ""
    message: str | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")


class Outcome(Struct, frozen=True):
    """The `result` of a success, as JSON text; `complete` is False where the explorer has not read all blocks yet."""

    result: bytes
    complete: bool = True


def outcome(body: bytes, source: str, title: str) -> Outcome:
    """What an envelope holds: `[]` for an empty success. Raises what its failure stands for."""
    envelope = decode(body, _Envelope, source)
    message, result = envelope.message or "", bytes(envelope.result)
    if envelope.status == "1":
        return Outcome(result)
    if envelope.status == "2":  # Blockscout: part of the span has not been processed
        return Outcome(result, complete=False)
    if envelope.status == "0" and message.startswith("No ") and message.endswith(" found"):
        return Outcome(b"[]" if result == b"null" else result)
    if envelope.status not in ("0", ""):
        raise SourceChanged(source, "an unknown status", path="$.status")
    said = decode(result, str, source, at="$.result") if result[:1] == b'"' else ""
    raise _failure(f"{message} {said}", source, title)


def _failure(said: str, source: str, title: str) -> MobiusError:
    words = said.lower()
    what = hexes.label(said.strip().removeprefix("NOTOK ").strip()) or "no reason"
    if "rate limit" in words or "too many" in words:
        return RateLimited(source, f"{title} asks us to slow down.")
    if "not supported for this chain" in words or "upgrade your api plan" in words:
        return NotConfigured(
            f"{title}'s free plan does not cover this chain.", hint="A paid plan or another explorer does."
        )
    if "api key" in words or "apikey" in words:
        return SourceUnavailable(source, f"{title} does not take the key.", hint="`mobius doctor` names the setting.")
    if "deprecated v1" in words:
        return SourceChanged(source, "the address is of a version that has ended")
    if "chainid" in words or "chain not supported" in words or "not verified" in words or "not found" in words:
        return NoData(source, f"{title} has nothing of this: {what}")
    return SourceUnavailable(source, f"{title} answered: {what}")


def whole(text: str, source: str, place: str) -> int:
    """A whole number in quotes. Raises SourceChanged with its place."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise SourceChanged(source, "not a whole number", path=place)
    return int(text)


def maybe_whole(text: str | None, source: str, place: str) -> int | None:
    return whole(text, source, place) if text else None


def _instant(text: str | None, source: str, place: str) -> datetime | None:
    seconds = maybe_whole(text, source, place)
    return None if seconds is None else hexes.instant_s(seconds, source, place)


# --------------------------------------------------------------------------------------------------------- transactions


class _Transaction(Struct, frozen=True, rename="camel"):
    """One row of `txlist` or `txlistinternal`; Blockscout names the hash of the latter `transactionHash`."""

    block_number: str
    time_stamp: str
    sender: str = msgspec.field(name="from")
    to: str | None = ""
    value: str = "0"
    hash: str | None = None
    transaction_hash: str | None = None
    gas: str | None = None
    gas_price: str | None = None
    gas_used: str | None = None
    nonce: str | None = None
    input: str | None = None
    is_error: str | None = None
    txreceipt_status: str | None = msgspec.field(name="txreceipt_status", default=None)
    contract_address: str | None = None
    type: str | None = None
    call_type: str | None = None


def parse_transactions(result: bytes, source: str) -> tuple[ChainTransaction, ...]:
    """Rows in the explorer's order. What a genesis block gave has no sender and no hash."""
    rows = decode(result, tuple[_Transaction, ...], source, at="$.result")
    return tuple(_transaction(row, source, f"$.result[{n}]") for n, row in enumerate(rows))


def _transaction(row: _Transaction, source: str, place: str) -> ChainTransaction:
    hashed = row.hash or row.transaction_hash
    failed = {"0": False, "1": True}.get(row.is_error or "")
    given = row.input if row.input and row.input.startswith("0x") else "0x"  # "deprecated" in some replies
    return ChainTransaction(
        hash=None if not hashed or hashed.startswith("GENESIS") else hexes.hash_of(hashed, source, f"{place}.hash"),
        sender=None if row.sender in ("", "GENESIS") else hexes.address(row.sender, source, f"{place}.from"),
        to=hexes.maybe_address(row.to, source, f"{place}.to"),
        value_wei=whole(row.value, source, f"{place}.value"),
        block=whole(row.block_number, source, f"{place}.blockNumber"),
        at=_instant(row.time_stamp, source, f"{place}.timeStamp"),
        gas_price_wei=maybe_whole(row.gas_price, source, f"{place}.gasPrice"),
        gas_limit=maybe_whole(row.gas, source, f"{place}.gas"),
        gas_used=maybe_whole(row.gas_used, source, f"{place}.gasUsed"),
        nonce=maybe_whole(row.nonce, source, f"{place}.nonce"),
        failed=True if row.txreceipt_status == "0" else failed,
        data=hexes.data(given, source, f"{place}.input"),
        created=hexes.maybe_address(row.contract_address, source, f"{place}.contractAddress"),
        kind=row.call_type or row.type or "",
        field=hexes.shown(place),
    )


class _Transfer(Struct, frozen=True, rename="camel"):
    block_number: str
    time_stamp: str
    hash: str
    sender: str = msgspec.field(name="from")
    to: str
    contract_address: str
    value: str | None = None
    token_id: str | None = msgspec.field(name="tokenID", default=None)
    token_name: str | None = None
    token_symbol: str | None = None
    token_decimal: str | None = None


def parse_transfers(result: bytes, source: str) -> tuple[TokenTransfer, ...]:
    """Rows of `tokentx` or `tokennfttx`; names are what the token calls itself."""
    rows = decode(result, tuple[_Transfer, ...], source, at="$.result")
    return tuple(_transfer(row, source, f"$.result[{n}]") for n, row in enumerate(rows))


def _transfer(row: _Transfer, source: str, place: str) -> TokenTransfer:
    return TokenTransfer(
        token=hexes.address(row.contract_address, source, f"{place}.contractAddress"),
        symbol=hexes.label(row.token_symbol),
        name=hexes.label(row.token_name),
        decimals=maybe_whole(row.token_decimal, source, f"{place}.tokenDecimal"),
        sender=hexes.address(row.sender, source, f"{place}.from"),
        to=hexes.address(row.to, source, f"{place}.to"),
        amount=maybe_whole(row.value, source, f"{place}.value"),
        token_id=row.token_id or None,
        transaction=hexes.hash_of(row.hash, source, f"{place}.hash"),
        block=whole(row.block_number, source, f"{place}.blockNumber"),
        at=_instant(row.time_stamp, source, f"{place}.timeStamp"),
        field=hexes.shown(place),
    )


class _Withdrawal(Struct, frozen=True, rename="camel"):
    withdrawal_index: str
    validator_index: str
    amount: str
    """Gwei."""
    block_number: str
    timestamp: str


def parse_withdrawals(result: bytes, source: str) -> tuple[Withdrawal, ...]:
    rows = decode(result, tuple[_Withdrawal, ...], source, at="$.result")
    return tuple(_withdrawal(row, source, f"$.result[{n}]") for n, row in enumerate(rows))


def _withdrawal(row: _Withdrawal, source: str, place: str) -> Withdrawal:
    seconds = whole(row.timestamp, source, f"{place}.timestamp")
    return Withdrawal(
        index=whole(row.withdrawal_index, source, f"{place}.withdrawalIndex"),
        validator=whole(row.validator_index, source, f"{place}.validatorIndex"),
        wei=whole(row.amount, source, f"{place}.amount") * _WEI_PER_GWEI,
        block=whole(row.block_number, source, f"{place}.blockNumber"),
        at=hexes.instant_s(seconds, source, f"{place}.timestamp"),
        field=hexes.shown(place),
    )


def parse_logs(result: bytes, source: str) -> tuple[EventLog, ...]:
    """Rows of `getLogs`; numbers are hexadecimal here."""
    rows: tuple[Any, ...] = decode(result, hexes.WIRE["logs"], source, at="$.result")
    return tuple(hexes.log(row, source, f"$.result[{n}]") for n, row in enumerate(rows))


# ------------------------------------------------------------------------------------------------------- single figures


def parse_balance(result: bytes, source: str) -> NativeBalance:
    return NativeBalance(wei=whole(decode(result, str, source, at="$.result"), source, "$.result"), field="result")


def parse_supply(result: bytes, source: str) -> TokenSupply:
    return TokenSupply(amount=whole(decode(result, str, source, at="$.result"), source, "$.result"), field="result")


class _BlockNumber(Struct, frozen=True, rename="camel"):
    block_number: str


def parse_block_at(result: bytes, source: str) -> BlockAt:
    """A height in quotes, or within an object at Blockscout."""
    if result[:1] == b"{":
        row = decode(result, _BlockNumber, source, at="$.result")
        number = whole(row.block_number, source, "$.result.blockNumber")
        return BlockAt(number=number, field="result.blockNumber")
    return BlockAt(number=whole(decode(result, str, source, at="$.result"), source, "$.result"), field="result")


class _Oracle(Struct, frozen=True, rename="pascal"):
    last_block: str
    safe_gas_price: str
    propose_gas_price: str
    fast_gas_price: str
    suggest_base_fee: str | None = msgspec.field(name="suggestBaseFee", default=None)


def parse_gas_oracle(result: bytes, source: str) -> GasOracle:
    row = decode(result, _Oracle, source, at="$.result")
    read = Figures(source, "result", {})

    def gwei(name: str, text: str | None, at: str) -> Decimal:
        value = read.amount(name, quoted(text), at)
        if value is None:
            raise SourceChanged(source, "a price is missing", path=f"$.result.{at}")
        return value

    return GasOracle(
        block=whole(row.last_block, source, "$.result.LastBlock"),
        safe_gwei=gwei("safe_gwei", row.safe_gas_price, "SafeGasPrice"),
        proposed_gwei=gwei("proposed_gwei", row.propose_gas_price, "ProposeGasPrice"),
        fast_gwei=gwei("fast_gwei", row.fast_gas_price, "FastGasPrice"),
        base_fee_gwei=read.amount("base_fee_gwei", quoted(row.suggest_base_fee), "suggestBaseFee"),
        fields=read.fields,
    )


# ------------------------------------------------------------------------------------------------------------- contracts


class _Origin(Struct, frozen=True, rename="camel"):
    contract_address: str
    contract_creator: str
    tx_hash: str
    block_number: str | None = None
    timestamp: str | None = None


def parse_origins(result: bytes, source: str) -> tuple[ContractOrigin, ...]:
    rows = decode(result, tuple[_Origin, ...], source, at="$.result")
    return tuple(_origin(row, source, f"$.result[{n}]") for n, row in enumerate(rows))


def _origin(row: _Origin, source: str, place: str) -> ContractOrigin:
    made_in = row.tx_hash if not row.tx_hash.startswith("GENESIS") else None
    return ContractOrigin(
        address=hexes.address(row.contract_address, source, f"{place}.contractAddress"),
        creator=hexes.address(row.contract_creator, source, f"{place}.contractCreator"),
        transaction=None if made_in is None else hexes.hash_of(made_in, source, f"{place}.txHash"),
        block=maybe_whole(row.block_number, source, f"{place}.blockNumber"),
        at=_instant(row.timestamp, source, f"{place}.timestamp"),
        field=hexes.shown(place),
    )


def parse_abi(result: bytes, source: str, address: str) -> VerifiedSource:
    """The interface alone. Raises NoData where none is published."""
    text = decode(result, str, source, at="$.result")
    return VerifiedSource(address=address, name=None, abi=_abi(text, source, "$.result"))


def _abi(text: str, source: str, place: str) -> str:
    if text.startswith("Contract source code not verified"):
        raise NoData(source, "The source of this contract is not published there.")
    decode(text.encode(), list[msgspec.Raw], source, at=place)
    return text


class _Source(Struct, frozen=True, rename="pascal"):
    source_code: str
    abi: str = msgspec.field(name="ABI")
    contract_name: str = ""
    compiler_version: str = ""
    proxy: str = ""
    implementation: str = ""
    license_type: str = ""


class _File(Struct, frozen=True):
    content: str = ""


class _Standard(Struct, frozen=True):
    language: str | None = None
    sources: dict[str, _File] = {}


def parse_source(result: bytes, source: str, address: str) -> VerifiedSource:
    """The published source, in one file or many. Raises NoData where none is published."""
    rows = decode(result, tuple[_Source, ...], source, at="$.result")
    if not rows:
        raise NoData(source, "The source of this contract is not published there.")
    row, place = rows[0], "$.result[0]"
    abi = _abi(row.abi, source, f"{place}.ABI")
    vyper = row.compiler_version.lower().startswith("vyper")
    language, files = _files(row, source, f"{place}.SourceCode", vyper=vyper)
    return VerifiedSource(
        address=address,
        name=hexes.label(row.contract_name),
        compiler=hexes.label(row.compiler_version),
        language=language,
        abi=abi,
        files=files,
        proxy_kind="proxy" if row.proxy == "1" else None,
        implementations=tuple(
            hexes.address(one, source, f"{place}.Implementation") for one in row.implementation.split(",") if one
        ),
        licence=hexes.label(row.license_type),
    )


def _files(row: _Source, source: str, place: str, *, vyper: bool) -> tuple[str, dict[str, str]]:
    """Language and files: plain text, an object of files, or standard JSON within a second pair of braces."""
    text = row.source_code.strip()
    plain = "Vyper" if vyper else "Solidity"
    if len(text) > _LARGEST_SOURCE:
        raise SourceChanged(source, "more source than any contract has", path=place)
    if text.startswith("{{"):
        standard = decode(text[1:-1].encode(), _Standard, source, at=place)
        return standard.language or plain, {name: file.content for name, file in standard.sources.items()}
    if text.startswith("{"):
        files = decode(text.encode(), dict[str, _File], source, at=place)
        return plain, {name: file.content for name, file in files.items()}
    return plain, {f"{row.contract_name or 'contract'}.{'vy' if vyper else 'sol'}": row.source_code}
