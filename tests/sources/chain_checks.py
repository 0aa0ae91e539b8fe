"""Checks of recorded replies of nodes and explorers, shared by services that speak alike.

Here: value by value against the raw document. Not here: any service (contracts).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mobius.core.chain_needs import ChainBlock, ChainTransaction, EventLog, Receipt, Reverted
from mobius.core.errors import MobiusError, NoData, NotConfigured, SourceUnavailable
from mobius.core.explorer_needs import TokenTransfer
from mobius.sources import etherscan_form as form
from mobius.sources import jsonrpc
from mobius.sources.outside import plain_text
from tests.sources.contracts import Interaction, NotAsked

READ = {"eth_blockNumber", "eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_getBalance", "eth_getTransactionCount",
        "eth_estimateGas", "eth_chainId", "eth_getCode", "eth_getStorageAt", "eth_call", "eth_getBlockByNumber",
        "eth_getTransactionByHash", "eth_getTransactionReceipt"}  # fmt: skip


def parameters(one: Interaction) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(one.url).query))


def number(text: str | None) -> int | None:
    return None if text is None else int(text, 16)


def seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())


# ----------------------------------------------------------------------------------------------------------------- nodes


def check_call(body: bytes, raw: Mapping[str, Any], method: str, source: str) -> None:
    """One JSON-RPC reply to `method`: the typed value is that of the document, or its error ours."""
    if method not in READ:
        raise NotAsked(f"{method}: which software a node runs is never asked")
    ((answer, place),) = jsonrpc.answers(body, 1, source)
    error = raw.get("error")
    if error is not None:
        check_error(answer, place, error, method, source)
        return
    same_value(jsonrpc.value(method, answer, source, place), raw["result"], method)


def check_error(answer: jsonrpc.Answer, place: str, error: Any, method: str, source: str) -> None:
    try:
        value = jsonrpc.value(method, answer, source, place)
    except MobiusError as caught:
        assert isinstance(error, str) or "revert" not in error["message"]
        assert isinstance(caught, SourceUnavailable | NoData)
        return
    assert isinstance(value, Reverted)
    assert f"0x{value.data.hex()}" == (error.get("data") or "0x").lower()


def same_value(value: Any, raw: Any, method: str) -> None:
    if raw is None:
        assert value is None
    elif isinstance(value, bytes):
        assert f"0x{value.hex()}" == raw.lower()
    elif isinstance(value, int):
        assert value == int(raw, 16)
    elif isinstance(value, ChainBlock):
        same_block(value, raw)
    elif isinstance(value, ChainTransaction):
        same_transaction(value, raw)
    else:
        assert isinstance(value, Receipt)
        same_receipt(value, raw)


def same_block(block: ChainBlock, raw: Mapping[str, Any]) -> None:
    assert (block.number, block.hash, seconds(block.at)) == (
        number(raw["number"]),
        raw["hash"],
        number(raw["timestamp"]),
    )
    assert (block.gas_used, block.gas_limit) == (number(raw["gasUsed"]), number(raw["gasLimit"]))
    assert block.base_fee_wei == number(raw.get("baseFeePerGas"))
    assert block.n_transactions == len(raw["transactions"])


def same_transaction(row: ChainTransaction, raw: Mapping[str, Any]) -> None:
    assert (row.hash, row.sender, row.to) == (
        raw["hash"],
        raw["from"].lower(),
        raw["to"].lower() if raw["to"] else None,
    )
    assert (row.value_wei, row.block, row.nonce) == (
        number(raw["value"]),
        number(raw["blockNumber"]),
        number(raw["nonce"]),
    )
    assert (row.gas_price_wei, row.gas_limit) == (number(raw.get("gasPrice")), number(raw["gas"]))
    assert f"0x{row.data.hex()}" == raw["input"].lower()


def same_receipt(row: Receipt, raw: Mapping[str, Any]) -> None:
    assert (row.transaction, row.block, row.gas_used) == (
        raw["transactionHash"], number(raw["blockNumber"]), number(raw["gasUsed"]),
    )  # fmt: skip
    assert row.failed == (None if raw.get("status") is None else raw["status"] == "0x0")
    assert (row.gas_price_wei, row.data_fee_wei) == (number(raw.get("effectiveGasPrice")), number(raw.get("l1Fee")))
    assert row.created == (raw["contractAddress"].lower() if raw["contractAddress"] else None)
    assert len(row.logs) == len(raw["logs"])
    for log, one in zip(row.logs, raw["logs"], strict=True):
        same_log(log, one)


def same_log(log: EventLog, raw: Mapping[str, Any]) -> None:
    assert (log.address, list(log.topics), f"0x{log.data.hex()}") == (
        raw["address"].lower(),
        raw["topics"],
        raw["data"].lower(),
    )
    assert (log.block, log.transaction) == (int(raw["blockNumber"], 16), raw["transactionHash"])
    assert log.index == (0 if raw["logIndex"] == "0x" else int(raw["logIndex"], 16))


# ------------------------------------------------------------------------------------------------------------- explorers


def check_envelope(one: Interaction, source: str, title: str) -> None:
    """One reply in Etherscan's form: the value of each row is that of the document, or its refusal an error of ours."""
    asked = parameters(one)
    module, action = asked["module"], asked["action"]
    raw = one.raw()
    if module == "proxy" and "jsonrpc" in raw:
        check_call(one.body, raw, action, source)
        return
    unused = {"getblockreward", "getminedblocks"}
    if action in unused:
        raise NotAsked(f"{action}: what a miner earned by a block is no question of ours")
    if raw["status"] == "0" and raw["message"] not in EMPTY:
        try:
            form.outcome(one.body, source, title)
        except (NotConfigured, NoData, SourceUnavailable):
            return
        raise AssertionError(f"a refusal was taken for an answer: {raw['message']} {raw['result']}")
    got = form.outcome(one.body, source, title)
    assert got.complete == (raw["status"] != "2")
    check_result(got.result, [] if raw["result"] is None else raw["result"], action, source)


EMPTY = {"No transactions found", "No internal transactions found", "No token transfers found", "No data found",
         "No records found"}  # fmt: skip


def check_result(result: bytes, raw: Any, action: str, source: str) -> None:
    assert json.loads(result) == raw
    if action in ("txlist", "txlistinternal"):
        found = form.parse_transactions(result, source)
        assert len(found) == len(raw)
        for row, one in zip(found, raw, strict=True):
            same_listed(row, one)
    elif action == "tokentx":
        moved = form.parse_transfers(result, source)
        assert len(moved) == len(raw)
        for transfer, one in zip(moved, raw, strict=True):
            same_transfer(transfer, one)
    elif action == "txsBeaconWithdrawal":
        for paid, one in zip(form.parse_withdrawals(result, source), raw, strict=True):
            assert (paid.index, paid.validator, paid.wei, paid.block, seconds(paid.at)) == (
                int(one["withdrawalIndex"]), int(one["validatorIndex"]), int(one["amount"]) * 10**9, int(one["blockNumber"]),
                int(one["timestamp"]),
            )  # fmt: skip
    elif action == "getLogs":
        for log, one in zip(form.parse_logs(result, source), raw, strict=True):
            same_log(log, one)
    elif action == "getblocknobytime":
        assert form.parse_block_at(result, source).number == int(raw["blockNumber"] if isinstance(raw, dict) else raw)
    elif action == "balance":
        assert form.parse_balance(result, source).wei == int(raw)
    elif action == "tokensupply":
        assert form.parse_supply(result, source).amount == int(raw)
    elif action == "getabi":
        assert form.parse_abi(result, source, "0x").abi == raw
    elif action == "getcontractcreation":
        for origin, one in zip(form.parse_origins(result, source), raw, strict=True):
            assert (origin.address, origin.creator) == (one["contractAddress"].lower(), one["contractCreator"].lower())
            assert origin.transaction == (None if one["txHash"].startswith("GENESIS") else one["txHash"])
    else:
        raise AssertionError(f"no check for {action}")


def same_listed(row: ChainTransaction, raw: Mapping[str, Any]) -> None:
    hashed = raw.get("hash") or raw.get("transactionHash")
    genesis = raw["from"] == "GENESIS"
    assert row.hash == (None if not hashed or genesis else hashed)
    assert row.sender == (None if genesis else raw["from"].lower())
    assert (row.to or "", row.created or "") == ((raw["to"] or "").lower(), (raw.get("contractAddress") or "").lower())
    assert (row.value_wei, row.block, seconds(row.at)) == (
        int(raw["value"]),
        int(raw["blockNumber"]),
        int(raw["timeStamp"]),
    )
    for ours, theirs in (
        ("gas_price_wei", "gasPrice"),
        ("gas_limit", "gas"),
        ("gas_used", "gasUsed"),
        ("nonce", "nonce"),
    ):
        assert getattr(row, ours) == (int(raw[theirs]) if raw.get(theirs) else None), theirs
    failed = None if "isError" not in raw else raw["isError"] == "1" or raw.get("txreceipt_status") == "0"
    assert row.failed == failed
    given = raw.get("input") or "0x"
    assert f"0x{row.data.hex()}" == (given.lower() if given.startswith("0x") else "0x")


def same_transfer(row: TokenTransfer, raw: Mapping[str, Any]) -> None:
    assert (row.token, row.sender, row.to) == (raw["contractAddress"].lower(), raw["from"].lower(), raw["to"].lower())
    assert (row.transaction, row.block, row.at) == (
        raw["hash"], int(raw["blockNumber"]), datetime.fromtimestamp(int(raw["timeStamp"]), tz=UTC),
    )  # fmt: skip
    assert row.amount == (int(raw["value"]) if raw.get("value") else None)
    assert row.decimals == (int(raw["tokenDecimal"]) if raw.get("tokenDecimal") else None)
    assert row.token_id == (raw.get("tokenID") or None)
    assert row.symbol == (plain_text(raw["tokenSymbol"], 80) or None)
