"""Blockscout, recorded: its own API, Etherscan's form and JSON-RPC."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from mobius.sources.chain import blockscout
from tests.sources.chain_checks import check_call, check_envelope
from tests.sources.contracts import Interaction


def check(one: Interaction) -> None:
    path = urlsplit(one.url).path
    if path.endswith(("/json-rpc", "/eth-rpc")):
        check_call(one.body, one.raw(), one.asked()["method"], "blockscout")
    elif path.endswith("/withdrawals"):
        _check_withdrawals(one.body, one.raw())
    elif "/api/v2/transactions/" in path:
        _check_transaction(one.body, one.raw())
    else:
        check_envelope(one, "blockscout", "Blockscout")


def _check_withdrawals(body: bytes, raw: Any) -> None:
    found = blockscout.parse_withdrawals(body)
    assert [(row.index, row.validator, row.wei, row.block, row.at) for row in found] == [
        (
            one["index"],
            one["validator_index"],
            int(one["amount"]),
            one["block_number"],
            datetime.fromisoformat(one["timestamp"]),
        )
        for one in raw["items"]
    ]


def _check_transaction(body: bytes, raw: Any) -> None:
    row = blockscout.parse_transaction(body)
    assert (row.hash, row.sender) == (raw["hash"], raw["from"]["hash"].lower())
    assert row.to == (raw["to"]["hash"].lower() if raw["to"] else None)
    assert row.created == (raw["created_contract"]["hash"].lower() if raw["created_contract"] else None)
    assert (row.value_wei, row.block, row.nonce) == (int(raw["value"]), raw["block_number"], raw["nonce"])
    assert row.at == datetime.fromisoformat(raw["timestamp"])
    assert (row.gas_used, row.gas_limit) == (int(raw["gas_used"]), int(raw["gas_limit"]))
    assert row.gas_price_wei == (None if raw["gas_price"] is None else int(raw["gas_price"]))
    assert row.fee_wei == int(raw["fee"]["value"])
    assert row.failed == (raw["status"] != "ok")
    assert f"0x{row.data.hex()}" == raw["raw_input"].lower()
