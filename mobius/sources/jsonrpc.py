"""JSON-RPC 2.0 to a node. Here: writing questions, reading one reply or a batch, errors by their codes, typed answers.

Not here: which node is asked (`chain/rpc`), hexadecimal (`hexes`), what an answer is for (desk).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from mobius.core.chain_needs import (
    Balance,
    Block,
    BlockBy,
    BlockNumber,
    Call,
    Code,
    GasEstimate,
    GasPrice,
    PriorityFee,
    ReceiptBy,
    Reverted,
    RpcValue,
    StorageAt,
    TransactionBy,
    TransactionCount,
)
from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceError, SourceUnavailable
from mobius.sources import hexes
from mobius.sources.reading import decode

_BUSY = frozenset({-32005, -32097, 429})
_UNKNOWN_METHOD = -32601
_NOT_IN_LISTS = frozenset({-32600, -32700})
_REFUSED_BY_CODE = 3
_REFUSED_WORDS = ("revert", "out of gas", "invalid opcode", "invalid jump", "stack underflow", "stack overflow")
_BUSY_WORDS = ("rate limit", "too many requests", "compute units per second", "request limit", "exceeded the quota")
_TOO_WIDE_WORDS = (
    "block range", "range is too", "range too", "too wide", "ranges over", "too many results", "more than 10000 results",
    "query returned more", "response size", "max results", "log response", "is limited to", "query timeout",
)  # fmt: skip


class TooWide(SourceUnavailable):
    """More blocks or events were asked for than the node gives at once: ask for fewer."""


class NoBatch(SourceUnavailable):
    """The node takes one question at a time."""


class Fault(Struct, frozen=True):
    """What a node says in place of a result; some write only a text."""

    message: str = ""
    code: int = 0
    data: msgspec.Raw = msgspec.Raw(b"null")


class Answer(Struct, frozen=True):
    """One reply: a result, which may be null, or an error."""

    id: msgspec.Raw = msgspec.Raw(b"null")
    result: msgspec.Raw = msgspec.Raw(b"")
    error: msgspec.Raw = msgspec.Raw(b"")


def questions(asked: Sequence[tuple[str, list[Any]]]) -> bytes:
    """A batch, numbered from 0; one question alone is no batch."""
    rows = [{"jsonrpc": "2.0", "id": n, "method": method, "params": params} for n, (method, params) in enumerate(asked)]
    return msgspec.json.encode(rows[0] if len(rows) == 1 else rows)


def answers(body: bytes, n: int, source: str) -> list[tuple[Answer, str]]:
    """The `n` answers of a reply in the order of their questions, each with its place.

    Raises what an error for the whole batch stands for, SourceChanged where an answer is missing.
    """
    if n == 1 and body.lstrip()[:1] != b"[":
        return [(decode(body, Answer, source), "$")]
    if body.lstrip()[:1] == b"{":
        said = fault(decode(body, Answer, source), source, "$")
        if said is None or said.code in _NOT_IN_LISTS or "batch" in said.message.lower():
            raise NoBatch(source, f"{source} takes one question at a time.")
        raise failure(said, source)
    rows = decode(body, list[Answer], source)
    found = {bytes(row.id): (row, f"$[{place}]") for place, row in enumerate(rows)}
    missing = [number for number in range(n) if str(number).encode() not in found]
    if missing:
        for row in rows:
            if bytes(row.error):  # some number no error, or refuse the whole batch in a list of one
                raise failure(fault(row, source, "$[0]"), source)
        raise SourceChanged(source, f"no answer to question {missing[0]}")
    return [found[str(number).encode()] for number in range(n)]


def fault(answer: Answer, source: str, place: str) -> Fault | None:
    """The error of an answer, None where it has a result. Raises SourceChanged for neither."""
    error = bytes(answer.error)
    if error and error != b"null":
        if error[:1] == b'"':
            return Fault(message=decode(error, str, source, at=f"{place}.error"))
        return decode(error, Fault, source, at=f"{place}.error")
    if not bytes(answer.result):
        raise SourceChanged(source, "neither result nor error", path=place)
    return None


def failure(said: Fault | None, source: str) -> SourceError:
    """The error of ours that a node's stands for."""
    if said is None:
        return SourceChanged(source, "an error without words", path="$.error")
    words = said.message.lower()
    what = hexes.label(said.message) or f"code {said.code}"
    if any(word in words for word in _TOO_WIDE_WORDS):
        return TooWide(source, f"{source} gives less at once: {what}")
    if said.code in _BUSY or any(word in words for word in _BUSY_WORDS):
        return RateLimited(source, f"{source} asks us to slow down.")
    if said.code == _UNKNOWN_METHOD or "method not found" in words or "does not exist/is not available" in words:
        return NoData(source, f"{source} does not know this question: {what}")
    return SourceUnavailable(source, f"{source} answered: {what}")


def reverted(said: Fault, source: str, place: str) -> Reverted | None:
    """The refusal of a call by the contract or the machine, None for any other error."""
    raw = bytes(said.data)
    given = decode(raw, str, source, at=f"{place}.error.data") if raw[:1] == b'"' else ""
    words = said.message.lower()
    if said.code != _REFUSED_BY_CODE and not any(word in words for word in _REFUSED_WORDS):
        return None
    if said.code == _REFUSED_BY_CODE and not given and "revert" not in words:
        return None  # a proxy before the node writes its own failures so
    given = given.removeprefix("Reverted ")
    return Reverted(
        message=hexes.label(said.message) or "reverted",
        data=hexes.data(given, source, f"{place}.error.data") if given.startswith("0x") else b"",
    )


# ------------------------------------------------------------------------------------------------------ typed questions


def _tag(block: Block) -> str:
    return block if isinstance(block, str) else hex(block)


def asked(call: Any) -> tuple[str, list[Any]]:
    """Method and parameters of one typed call."""
    match call:
        case BlockNumber():
            return "eth_blockNumber", []
        case GasPrice():
            return "eth_gasPrice", []
        case PriorityFee():
            return "eth_maxPriorityFeePerGas", []
        case Balance():
            return "eth_getBalance", [hexes.asked_address(call.address), _tag(call.block)]
        case TransactionCount():
            return "eth_getTransactionCount", [hexes.asked_address(call.address), _tag(call.block)]
        case Code():
            return "eth_getCode", [hexes.asked_address(call.address), _tag(call.block)]
        case StorageAt():
            return "eth_getStorageAt", [hexes.asked_address(call.address), hex(call.slot), _tag(call.block)]
        case Call():
            return "eth_call", [_message(call), _tag(call.block)]
        case GasEstimate():
            return "eth_estimateGas", [_message(call)]
        case BlockBy():
            return "eth_getBlockByNumber", [_tag(call.block), False]
        case TransactionBy():
            return "eth_getTransactionByHash", [hexes.asked_hash(call.hash)]
        case ReceiptBy():
            return "eth_getTransactionReceipt", [hexes.asked_hash(call.hash)]
    raise TypeError(f"no call: {type(call).__name__}")


def _message(call: Call | GasEstimate) -> dict[str, str]:
    sender = {} if call.sender is None else {"from": hexes.asked_address(call.sender)}
    return {**sender, "to": hexes.asked_address(call.to), "data": f"0x{call.data.hex()}"}


_QUANTITIES = frozenset(
    {"eth_blockNumber", "eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_getBalance", "eth_getTransactionCount",
     "eth_estimateGas", "eth_chainId"}
)  # fmt: skip
_DATA = frozenset({"eth_getCode", "eth_getStorageAt", "eth_call"})
_ROWS: dict[str, tuple[str, Callable[[Any, str, str], RpcValue]]] = {
    "eth_getBlockByNumber": ("block", hexes.block),
    "eth_getTransactionByHash": ("transaction", hexes.transaction),
    "eth_getTransactionReceipt": ("receipt", hexes.receipt),
}


def value(method: str, answer: Answer, source: str, place: str) -> RpcValue:
    """The typed value of one answer. Raises what its error stands for, unless that is a call's own refusal."""
    said = fault(answer, source, place)
    if said is not None:
        refused = reverted(said, source, place) if method in ("eth_call", "eth_estimateGas") else None
        if refused is None:
            raise failure(said, source)
        return refused
    return result(method, bytes(answer.result), source, f"{place}.result")


def result(method: str, body: bytes, source: str, place: str) -> RpcValue:
    """The typed value of a result; null is None, where there may be nothing."""
    if method in _ROWS:
        if body == b"null":
            return None
        kind, read = _ROWS[method]
        return read(decode(body, hexes.WIRE[kind], source, at=place), source, place)
    text = decode(body, str, source, at=place)
    if method in _QUANTITIES:
        return hexes.quantity(text, source, place)
    if method in _DATA:
        return hexes.data(text, source, place)
    raise TypeError(f"no reader for {method}")
