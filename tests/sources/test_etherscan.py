"""Etherscan: its envelope, what is empty and what is refused, rows, source in its three dresses, calls it passes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.chain_needs import BlockNumber, Call, Code, LogsQuery, PriorityFee, Reverted, RpcQuery
from mobius.core.errors import (
    BadParameter,
    MobiusError,
    NoData,
    NotConfigured,
    RateLimited,
    SourceChanged,
    SourceUnavailable,
)
from mobius.core.explorer_needs import (
    AccountHistoryQuery,
    BlockAtQuery,
    ContractOriginQuery,
    GasOracleQuery,
    NativeBalanceQuery,
    TokenSupplyQuery,
    TokenTransfersQuery,
    VerifiedSourceQuery,
    WithdrawalsQuery,
)
from mobius.sources import etherscan_form as form
from mobius.sources.chain import etherscan
from tests.sources.conftest import reply

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

WHO, TOKEN, HASH = "0x" + "ab" * 20, "0x" + "c0" * 20, "0x" + "5e" * 32
TX = {
    "blockNumber": "21000000", "timeStamp": "1793000000", "hash": HASH, "from": WHO, "to": TOKEN, "value": "5", "gas": "60000",
    "gasPrice": "7", "gasUsed": "50000", "isError": "0", "txreceipt_status": "1", "nonce": "3", "input": "0xff",
    "contractAddress": "",
}  # fmt: skip
MOVE = {
    "blockNumber": "21000000", "timeStamp": "1793000000", "hash": HASH, "from": WHO, "to": TOKEN, "value": "12",
    "tokenDecimal": "6", "tokenName": "A\u202e token", "tokenSymbol": "TKN" * 60,
    "contractAddress": TOKEN.upper().replace("0X", "0x"),
}  # fmt: skip


def ok(result: Any) -> bytes:
    return json.dumps({"status": "1", "message": "OK", "result": result}).encode()


def no(message: str, result: Any = None) -> bytes:
    return json.dumps({"status": "0", "message": message, "result": result}).encode()


async def test_an_accounts_transactions_are_read(provider: Providers) -> None:
    http = provider(
        ok([TX, TX | {"isError": "1"}, TX | {"txreceipt_status": "0"}, TX | {"to": "", "contractAddress": TOKEN}])
    )
    query = AccountHistoryQuery(chain="base", address=WHO, from_block=5, to_block=9, limit=10)
    got = await etherscan.account_history(query, http)
    first, failed, refused, made = got.value.rows
    assert (first.value_wei, first.gas_used, first.failed, first.data, first.field) == (
        5,
        50_000,
        False,
        b"\xff",
        "result[0]",
    )
    assert (failed.failed, refused.failed) == (True, True)
    assert (made.to, made.created) == (None, TOKEN)
    asked = http.asked[0][1]
    assert asked["chainid"] == "8453"
    assert (asked["action"], asked["startblock"], asked["endblock"], asked["sort"]) == ("txlist", "5", "9", "desc")
    assert "apikey" not in got.endpoint


@pytest.mark.parametrize(
    "message",
    ["No transactions found", "No internal transactions found", "No token transfers found", "No records found"],
)
async def test_an_account_without_any_is_an_empty_history(provider: Providers, message: str) -> None:
    query = AccountHistoryQuery(chain="ethereum", address=WHO, kind="internal")
    got = await etherscan.account_history(query, provider(no(message, [])))
    assert (got.value.rows, got.value.complete) == ((), True)


@pytest.mark.parametrize(
    ("message", "result", "kind"),
    [
        ("NOTOK", "Max calls per sec rate limit reached (3/sec)", RateLimited),
        ("NOTOK", "Too many invalid api key attempts, please try again later", RateLimited),
        ("NOTOK", "Invalid API Key (#err2)|abc-", SourceUnavailable),
        ("NOTOK", "Missing/Invalid API Key", SourceUnavailable),
        ("NOTOK", "Free API access is not supported for this chain. Please upgrade your api plan", NotConfigured),
        ("NOTOK", "You are using a deprecated V1 endpoint, switch to Etherscan API V2.", SourceChanged),
        ("NOTOK", "Missing or unsupported chainid parameter (required for v2 api)", NoData),
        ("NOTOK", "Contract source code not verified", NoData),
        ("chain not supported", None, NoData),
        ("NOTOK", "Query Timeout occured. Please select a smaller result dataset", SourceUnavailable),
        ("NOTOK", "", SourceUnavailable),
    ],
)
async def test_a_refusal_within_a_success_is_its_error(
    provider: Providers, message: str, result: Any, kind: type[MobiusError]
) -> None:
    with pytest.raises(kind) as caught:
        await etherscan.account_history(AccountHistoryQuery(chain="bsc", address=WHO), provider(no(message, result)))
    assert len(caught.value.message) < 200


def test_a_span_that_is_not_read_yet_says_so() -> None:
    body = b'{"status":"2","message":"Some internal transactions within this range have not yet been processed","result":[]}'
    assert form.outcome(body, "blockscout", "Blockscout").complete is False


async def test_transfers_keep_names_harmless_and_amounts_whole(provider: Providers) -> None:
    nft = {key: value for key, value in MOVE.items() if key not in ("value", "tokenDecimal")} | {
        "tokenID": "77",
        "tokenDecimal": "",
    }
    http = provider(ok([MOVE, nft]))
    rows = (await etherscan.token_transfers(TokenTransfersQuery(chain="ethereum", token=TOKEN), http)).value.rows
    assert (rows[0].amount, rows[0].decimals, rows[0].token, rows[0].name) == (12, 6, TOKEN, "A token")
    assert len(rows[0].symbol or "") == 80
    assert (rows[1].amount, rows[1].token_id, rows[1].decimals) == (None, "77", None)
    assert http.asked[0][1]["contractaddress"] == TOKEN
    assert "address" not in http.asked[0][1]


async def test_single_figures(provider: Providers) -> None:
    assert (
        await etherscan.native_balance(NativeBalanceQuery(chain="ethereum", address=WHO), provider(ok("9")))
    ).value.wei == 9
    supply = await etherscan.token_supply(TokenSupplyQuery(chain="ethereum", token=TOKEN), provider(ok("1" + "0" * 30)))
    assert supply.value.amount == 10**30
    at = datetime(2026, 10, 1, tzinfo=UTC)
    http = provider(ok("21000001"))
    assert (await etherscan.block_at(BlockAtQuery(chain="ethereum", at=at), http)).value.number == 21_000_001
    assert http.asked[0][1]["timestamp"] == str(int(at.timestamp()))
    oracle = {
        "LastBlock": "5",
        "SafeGasPrice": "0.4",
        "ProposeGasPrice": "0.5",
        "FastGasPrice": "0.9",
        "suggestBaseFee": "0.39",
    }
    got = (await etherscan.gas_oracle(GasOracleQuery(chain="ethereum"), provider(ok(oracle)))).value
    assert (got.safe_gwei, got.base_fee_gwei) == (Decimal("0.4"), Decimal("0.39"))


async def test_withdrawals_are_told_in_gwei_and_kept_in_wei(provider: Providers) -> None:
    row = {
        "withdrawalIndex": "1",
        "validatorIndex": "2",
        "amount": "16000000",
        "blockNumber": "3",
        "timestamp": "1793000000",
    }
    (got,) = (await etherscan.withdrawals(WithdrawalsQuery(chain="ethereum", address=WHO), provider(ok([row])))).value
    assert (got.wei, got.validator) == (16 * 10**15, 2)


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("contract A {}", {"Vault.sol": "contract A {}"}),
        ('{"a.sol":{"content":"A"},"b.sol":{"content":"B"}}', {"a.sol": "A", "b.sol": "B"}),
        ('{{"language":"Solidity","sources":{"a.sol":{"content":"A"}},"settings":{}}}', {"a.sol": "A"}),
    ],
)
async def test_source_comes_in_three_dresses(provider: Providers, code: str, files: dict[str, str]) -> None:
    row = {"SourceCode": code, "ABI": "[]", "ContractName": "Vault", "CompilerVersion": "v0.8.24", "Proxy": "1",
           "Implementation": WHO, "LicenseType": "MIT"}  # fmt: skip
    got = (await etherscan.verified_source(VerifiedSourceQuery(chain="base", address=TOKEN), provider(ok([row])))).value
    assert (got.files, got.name, got.language) == (files, "Vault", "Solidity")
    assert (got.proxy_kind, got.implementations, got.licence) == ("proxy", (WHO,), "MIT")


async def test_an_unpublished_contract_is_no_data(provider: Providers) -> None:
    row = {"SourceCode": "", "ABI": "Contract source code not verified", "ContractName": ""}
    with pytest.raises(NoData):
        await etherscan.verified_source(VerifiedSourceQuery(chain="base", address=TOKEN), provider(ok([row])))
    with pytest.raises(NoData):
        await etherscan.verified_source(
            VerifiedSourceQuery(chain="base", address=TOKEN, abi_only=True),
            provider(no("NOTOK", "Contract source code not verified")),
        )


async def test_who_made_a_contract(provider: Providers) -> None:
    row = {"contractAddress": TOKEN, "contractCreator": WHO, "txHash": HASH}
    got = (
        await etherscan.contract_origin(ContractOriginQuery(chain="ethereum", address=TOKEN), provider(ok([row])))
    ).value
    assert (got.creator, got.transaction) == (WHO, HASH)
    with pytest.raises(NoData):
        await etherscan.contract_origin(
            ContractOriginQuery(chain="ethereum", address=TOKEN), provider(no("No data found"))
        )


def _log(block: int) -> dict[str, Any]:
    return {
        "address": TOKEN,
        "topics": [HASH],
        "data": "0x",
        "blockNumber": hex(block),
        "logIndex": "0x",
        "transactionHash": HASH,
    }


async def test_events_cut_short_end_before_the_block_that_was_read_in_part(provider: Providers) -> None:
    query = LogsQuery(chain="ethereum", address=TOKEN, from_block=1, to_block=9_000, topics=(HASH, None, HASH))
    whole = await etherscan.logs(query, provider(ok([_log(5), _log(6)])))
    assert (len(whole.value.logs), whole.value.to_block) == (2, 9_000)
    http = provider(ok([_log(5)] * 400 + [_log(6)] * 600))
    cut = (await etherscan.logs(query, http)).value
    assert (len(cut.logs), cut.to_block) == (400, 5)
    assert {name: value for name, value in http.asked[0][1].items() if name.startswith("topic")} == {
        "topic0": HASH, "topic2": HASH, "topic0_2_opr": "and",
    }  # fmt: skip
    with pytest.raises(NoData):
        await etherscan.logs(query, provider(ok([_log(5)] * 1_000)))


async def test_calls_are_passed_on_to_a_node(provider: Providers) -> None:
    said = {"eth_blockNumber": "0x7", "eth_getCode": "0x60", "eth_call": "0x01"}
    http = provider(lambda _, given: json.dumps({"jsonrpc": "2.0", "id": 1, "result": said[given["action"]]}).encode())
    calls = (BlockNumber(), Code(TOKEN), Call(TOKEN, b"\xaa", 9))
    got = (await etherscan.rpc(RpcQuery(chain="ethereum", calls=calls), http)).value
    assert [row.value for row in got] == [7, b"\x60", b"\x01"]
    call = next(given for _, given in http.asked if given["action"] == "eth_call")
    assert (call["to"], call["data"], call["tag"]) == (TOKEN, "0xaa", "0x9")


async def test_a_revert_passed_on_is_a_value_and_a_refusal_an_error(provider: Providers) -> None:
    query = RpcQuery(chain="ethereum", calls=(Call(TOKEN, b""),))
    body = b'{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0x77"}}'
    (row,) = (await etherscan.rpc(query, provider(body))).value
    assert row.value == Reverted(message="execution reverted", data=b"\x77")
    with pytest.raises(NotConfigured):
        await etherscan.rpc(query, provider(no("NOTOK", "Free API access is not supported for this chain.")))
    with pytest.raises(NoData):
        await etherscan.rpc(RpcQuery(chain="ethereum", calls=(PriorityFee(),)), provider(b""))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"value": "1.5"}, "$.result[0].value"),
        ({"value": "-1"}, "$.result[0].value"),
        ({"from": "0x12"}, "$.result[0].from"),
        ({"hash": "x"}, "$.result[0].hash"),
        ({"timeStamp": "9" * 30}, "$.result[0].timeStamp"),
        ({"input": "0xf"}, "$.result[0].input"),
        ({"gasUsed": 5}, "$.result[0].gasUsed"),
        ({"blockNumber": None}, "$.result[0].blockNumber"),
    ],
)
async def test_a_broken_row_is_refused_with_its_place(provider: Providers, change: dict[str, Any], path: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        await etherscan.account_history(AccountHistoryQuery(chain="ethereum", address=WHO), provider(ok([TX | change])))
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(b"<html>", status=503), SourceUnavailable),
        (reply(b"", status=429), RateLimited),
        (b"<html>", SourceChanged),
        (b'{"status":"1","message":"OK","res', SourceUnavailable),
        (b'{"status":"7","message":"OK","result":[]}', SourceChanged),
    ],
)
async def test_replies_of_another_kind(provider: Providers, answer: Any, kind: type[MobiusError]) -> None:
    with pytest.raises(kind):
        await etherscan.account_history(AccountHistoryQuery(chain="ethereum", address=WHO), provider(answer))


async def test_what_cannot_be_asked_is_never_sent(provider: Providers) -> None:
    http = provider(b"")
    with pytest.raises(BadParameter):
        await etherscan.account_history(AccountHistoryQuery(chain="ethereum", address="0x1&module=x"), http)
    with pytest.raises(NoData):
        await etherscan.account_history(AccountHistoryQuery(chain="solana", address=WHO), http)
    assert http.asked == []


@given(st.text(max_size=30))
def test_no_text_in_place_of_a_number_is_a_crash(text: str) -> None:
    try:
        (row,) = form.parse_transactions(json.dumps([TX | {"value": text}]).encode(), "etherscan")
    except SourceChanged as error:
        assert error.path == "$.result[0].value"
    else:
        assert str(row.value_wei) == text.lstrip("0") or int(text) == row.value_wei
