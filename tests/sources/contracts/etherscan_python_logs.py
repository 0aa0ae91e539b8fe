"""Results of Etherscan's first version, recorded without their envelopes: `method`, `kwargs` and what came of it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from mobius.sources import etherscan_form as form
from mobius.sources import jsonrpc
from tests.sources.chain_checks import check_result, same_value
from tests.sources.contracts import Interaction, NotAsked

ACTIONS = {
    "get_normal_txs_by_address": "txlist",
    "get_normal_txs_by_address_paginated": "txlist",
    "get_internal_txs_by_address": "txlistinternal",
    "get_internal_txs_by_address_paginated": "txlistinternal",
    "get_internal_txs_by_block_range_paginated": "txlistinternal",
    "get_internal_txs_by_txhash": "txlistinternal",
    "get_erc20_token_transfer_events_by_address": "tokentx",
    "get_erc20_token_transfer_events_by_contract_address_paginated": "tokentx",
    "get_erc721_token_transfer_events_by_address": "tokentx",
    "get_erc721_token_transfer_events_by_address_and_contract_paginated": "tokentx",
    "get_erc721_token_transfer_events_by_contract_address_paginated": "tokentx",
    "get_eth_balance": "balance",
    "get_total_supply_by_contract_address": "tokensupply",
    "get_hist_erc20_token_total_supply_by_contract_address_and_block_no": "tokensupply",
    "get_hist_eth_balance_for_address_by_block_no": "balance",
    "get_contract_abi": "getabi",
}
CALLS = {
    "get_proxy_block_by_number": "eth_getBlockByNumber",
    "get_proxy_block_number": "eth_blockNumber",
    "get_proxy_call": "eth_call",
    "get_proxy_code_at": "eth_getCode",
    "get_proxy_gas_price": "eth_gasPrice",
    "get_proxy_storage_position_at": "eth_getStorageAt",
    "get_proxy_transaction_by_hash": "eth_getTransactionByHash",
    "get_proxy_transaction_count": "eth_getTransactionCount",
    "get_proxy_transaction_receipt": "eth_getTransactionReceipt",
}


def check(one: Interaction) -> None:
    line = json.loads(one.body)
    method, raw = line["method"], line["res"]
    result = msgspec.json.encode(raw)
    if method in ACTIONS:
        check_result(result, raw, ACTIONS[method], "etherscan")
    elif method in CALLS:
        same_value(jsonrpc.result(CALLS[method], result, "etherscan", "$"), raw, CALLS[method])
    elif method == "get_contract_source_code":
        _check_source(result, raw[0])
    elif method == "get_gas_oracle":
        oracle = form.parse_gas_oracle(result, "etherscan")
        assert [oracle.block, oracle.safe_gwei, oracle.proposed_gwei, oracle.fast_gwei] == [
            int(raw[name]) for name in ("LastBlock", "SafeGasPrice", "ProposeGasPrice", "FastGasPrice")
        ]
        assert oracle.base_fee_gwei is None
    else:
        raise NotAsked(f"{method}: an endpoint we have no use for, most of them of the paid plan")


def _check_source(result: bytes, raw: dict[str, Any]) -> None:
    source = form.parse_source(result, "etherscan", "0x")
    assert (source.name, source.abi) == (raw["ContractName"], raw["ABI"])
    assert source.files == {f"{raw['ContractName']}.sol": raw["SourceCode"]}
