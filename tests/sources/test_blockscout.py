"""Blockscout: its own API, and the two others it speaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from mobius.core.chain_needs import BlockNumber, Call, Reverted, RpcQuery
from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.explorer_needs import (
    AccountHistoryQuery,
    BlockAtQuery,
    ContractOriginQuery,
    TokenHoldersQuery,
    TokenTransfersQuery,
    TransactionQuery,
    VerifiedSourceQuery,
    WithdrawalsQuery,
)
from mobius.sources.chain import blockscout
from tests.sources.conftest import reply

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

WHO, TOKEN, HASH = "0x" + "ab" * 20, "0x" + "c0" * 20, "0x" + "5e" * 32
WHEN = "2026-10-01T10:00:00.000000Z"


async def test_a_transaction_tells_all_it_cost(provider: Providers) -> None:
    row = {
        "hash": HASH, "from": {"hash": WHO}, "to": None, "value": "5", "block_number": 7, "timestamp": WHEN, "status": "error",
        "gas_price": None, "gas_limit": "9", "gas_used": "8", "fee": {"type": "actual", "value": "1234"}, "nonce": 2,
        "raw_input": "0xaa", "created_contract": {"hash": TOKEN}, "unheard": 1,
    }  # fmt: skip
    http = provider(json.dumps(row).encode())
    got = (await blockscout.transaction(TransactionQuery(chain="optimism", hash=HASH), http)).value
    assert (got.fee_wei, got.failed, got.created, got.to, got.gas_price_wei) == (1234, True, TOKEN, None, None)
    assert got.at == datetime(2026, 10, 1, 10, tzinfo=UTC)
    assert http.asked[0][0] == f"/10/api/v2/transactions/{HASH}"


async def test_withdrawals_are_those_within_the_blocks_asked_for(provider: Providers) -> None:
    rows = [{"index": n, "validator_index": 1, "amount": "16000000000000000", "block_number": n * 10, "timestamp": WHEN}
            for n in (3, 2, 1)]  # fmt: skip
    http = provider(json.dumps({"items": rows, "next_page_params": None}).encode())
    query = WithdrawalsQuery(chain="ethereum", address=WHO, from_block=15, to_block=25)
    (got,) = (await blockscout.withdrawals(query, http)).value
    assert (got.index, got.wei, got.field) == (2, 16 * 10**15, "items[1]")


async def test_transfers_and_holders_of_a_token_in_old_words_and_new(provider: Providers) -> None:
    move = {"from": {"hash": WHO, "name": "Exchange\u0007 wallet"}, "to": {"hash": TOKEN}, "block_number": 5, "timestamp": WHEN,
            "token": {"address_hash": TOKEN, "symbol": "TKN", "decimals": "6"}, "total": {"value": "10", "decimals": "6"},
            "transaction_hash": HASH}  # fmt: skip
    old = {**move, "token": {"address": TOKEN}, "total": None, "tx_hash": HASH}
    del old["transaction_hash"]
    http = provider(json.dumps({"items": [move, old]}).encode())
    new_row, old_row = (
        await blockscout.token_transfers(TokenTransfersQuery(chain="base", token=TOKEN), http)
    ).value.rows
    assert (new_row.amount, new_row.decimals, new_row.sender_label) == (10, 6, "Exchange wallet")
    assert (old_row.amount, old_row.token, old_row.transaction) == (None, TOKEN, HASH)

    holders = json.dumps(
        {"items": [{"address": {"hash": WHO, "is_contract": True, "name": None}, "value": "99"}]}
    ).encode()
    (holder,) = (await blockscout.token_holders(TokenHoldersQuery(chain="base", token=TOKEN), provider(holders))).value
    assert (holder.amount, holder.contract, holder.share_pct) == (99, True, None)


async def test_source_and_its_proxy(provider: Providers) -> None:
    row = {"name": "Vault", "is_verified": True, "is_fully_verified": False, "abi": [{"type": "function"}], "source_code": "A",
           "file_path": "a.sol", "additional_sources": [{"file_path": "b.sol", "source_code": "B"}], "language": "solidity",
           "compiler_version": "0.8.24", "proxy_type": "eip1967",
           "implementations": [{"address_hash": WHO, "name": "V"}]}  # fmt: skip
    query = VerifiedSourceQuery(chain="base", address=TOKEN)
    got = (await blockscout.verified_source(query, provider(json.dumps(row).encode()))).value
    assert (got.files, got.match, got.proxy_kind, got.implementations) == (
        {"a.sol": "A", "b.sol": "B"},
        "partial",
        "eip1967",
        (WHO,),
    )
    for body in (b'{"is_verified":false}', b'{"is_verified":true}', b'{"proxy_type":null}'):
        with pytest.raises(NoData):
            await blockscout.verified_source(query, provider(body))
    with pytest.raises(NoData):
        await blockscout.verified_source(query, provider(reply(b'{"message":"Not found"}', status=404)))


async def test_who_made_a_contract(provider: Providers) -> None:
    query = ContractOriginQuery(chain="base", address=TOKEN)
    body = json.dumps({"creator_address_hash": WHO, "creation_tx_hash": HASH}).encode()
    got = (await blockscout.contract_origin(query, provider(body))).value
    assert (got.creator, got.transaction) == (WHO, HASH)
    with pytest.raises(NoData):
        await blockscout.contract_origin(query, provider(b'{"creator_address_hash":null}'))


async def test_parts_of_transactions_that_are_not_read_yet_say_so(provider: Providers) -> None:
    body = (
        b'{"status":"2","message":"Internal transactions for this transaction have not been processed yet","result":[]}'
    )
    query = AccountHistoryQuery(chain="optimism", address=WHO, kind="internal")
    http = provider(body)
    assert (await blockscout.account_history(query, http)).value.complete is False
    assert http.asked[0][0] == "/10/api"


async def test_the_block_of_an_instant(provider: Providers) -> None:
    body = b'{"message":"OK","result":{"blockNumber":"57161744"},"status":"1"}'
    query = BlockAtQuery(chain="optimism", at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (await blockscout.block_at(query, provider(body))).value.number == 57_161_744


async def test_calls_go_by_its_node(provider: Providers) -> None:
    def node(path: str, given: Any) -> bytes:
        assert path == "/1/json-rpc"
        if json.loads(given["body"])["method"] == "eth_blockNumber":
            return b'{"jsonrpc":"2.0","id":0,"result":"0x5"}'
        return b'{"jsonrpc":"2.0","id":0,"error":{"code":3,"message":"execution reverted","data":"0x01"}}'

    query = RpcQuery(chain="ethereum", calls=(BlockNumber(), Call(TOKEN, b"")))
    got = (await blockscout.rpc(query, provider(node))).value
    assert [row.value for row in got] == [5, Reverted(message="execution reverted", data=b"\x01")]
    with pytest.raises(SourceUnavailable, match="Missed"):
        await blockscout.rpc(query, provider(b'{"jsonrpc":"2.0","error":"Missed `to` address","id":0}'))


@pytest.mark.parametrize("body", [b"<html>", b'{"items":{}}', b'{"items":[{"index":"x"}]}', b"[]", b"null"])
async def test_another_shape_is_refused(provider: Providers, body: bytes) -> None:
    with pytest.raises(SourceChanged):
        await blockscout.withdrawals(WithdrawalsQuery(chain="ethereum", address=WHO), provider(body))
