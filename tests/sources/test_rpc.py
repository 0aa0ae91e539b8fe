"""Nodes: questions and answers, one or many at once, what is refused, events in spans that fit, many calls in one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.core.chain_needs import (
    Balance,
    BlockBy,
    BlockNumber,
    Call,
    Code,
    DataFeeQuery,
    FeeHistoryQuery,
    GasEstimate,
    GasPrice,
    LogsQuery,
    MulticallQuery,
    PriorityFee,
    ReceiptBy,
    Reverted,
    RpcQuery,
    StorageAt,
    TransactionBy,
    TransactionCount,
)
from mobius.core.errors import BadParameter, MobiusError, NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.ports import Reply
from mobius.core.protocols import CHAINS
from mobius.language.keccak import keccak256
from mobius.sources import jsonrpc, multicall
from mobius.sources.chain import rpc
from mobius.sources.chain.rpc import SPECS, offers
from tests.sources.conftest import reply

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

ETHEREUM = next(spec for spec in SPECS if spec.chain == "ethereum")
BASE = next(spec for spec in SPECS if spec.chain == "base")
ARBITRUM = next(spec for spec in SPECS if spec.chain == "arbitrum")
HOLDER = "0x" + "ab" * 20
TOKEN = "0x" + "c0" * 20
HASH = "0x" + "5e" * 32
FEES = {
    "oldestBlock": "0x100", "baseFeePerGas": ["0x3b9aca00", "0x3b9aca01", "0x3b9aca02"], "gasUsedRatio": [0.5, 0.0],
    "reward": [["0x1", "0x2", "0x3"], ["0x0", "0x0", "0x0"]],
}  # fmt: skip
SELECTORS = {
    multicall.AGGREGATE3: "aggregate3((address,bool,bytes)[])",
    rpc.GET_L1_FEE: "getL1Fee(bytes)",
    rpc.L1_COMPONENT: "gasEstimateL1Component(address,bool,bytes)",
}


class Node:
    """Answers by method; a value is a result, an error is {"error": …}."""

    def __init__(self, chain_id: int = 1, *, batches: bool = True, **answers: Any) -> None:
        self.answers = {"eth_chainId": hex(chain_id)} | answers
        self.batches = batches
        self.methods: list[str] = []

    def __call__(self, path: str, given: dict[str, str]) -> bytes:
        asked = json.loads(given["body"])
        if isinstance(asked, list) and not self.batches:
            return b'{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"invalid request"}}'
        rows = [self.one(question) for question in (asked if isinstance(asked, list) else [asked])]
        return json.dumps(rows[::-1] if isinstance(asked, list) else rows[0]).encode()

    def one(self, question: Any) -> dict[str, Any]:
        self.methods.append(question["method"])
        answer = self.answers[question["method"]]
        answer = answer(question["params"]) if callable(answer) else answer
        body = answer if isinstance(answer, dict) and "error" in answer else {"result": answer}
        return {"jsonrpc": "2.0", "id": question["id"]} | body


def test_selectors_are_those_of_their_signatures() -> None:
    assert {keccak256(signature.encode())[:4]: signature for signature in SELECTORS.values()} == SELECTORS


def test_one_source_a_chain_named_after_it() -> None:
    assert {spec.name for spec in SPECS} == {f"rpc_{spec.chain}" for spec in SPECS}
    assert all(CHAINS[spec.chain or ""].chain_id for spec in SPECS)
    assert {spec.chain for spec in SPECS if "data_fee" in spec.needs} == {"optimism", "base", "arbitrum"}


async def test_typed_calls_come_back_in_order(provider: Providers) -> None:
    node = Node(
        eth_blockNumber="0x1234", eth_gasPrice="0x3b9aca00", eth_maxPriorityFeePerGas="0x0", eth_getBalance="0xde0b6b3a7640000",
        eth_getTransactionCount="0x9", eth_getCode="0x6001", eth_getStorageAt="0x" + "00" * 31 + "07", eth_call="0x",
        eth_estimateGas="0x5208",
    )  # fmt: skip
    calls = (
        BlockNumber(), GasPrice(), PriorityFee(), Balance(HOLDER), TransactionCount(HOLDER), Code(TOKEN, 17),
        StorageAt(TOKEN, 3), Call(TOKEN, b"\x01\x02"), GasEstimate(TOKEN, b"", HOLDER),
    )  # fmt: skip
    http = provider(node)
    got = await offers(ETHEREUM)["rpc"](RpcQuery(chain="ethereum", calls=calls), http)
    assert [answer.value for answer in got.value] == [
        0x1234, 10**9, 0, 10**18, 9, b"\x60\x01", bytes(31) + b"\x07", b"", 21_000,
    ]  # fmt: skip
    assert got.value[0].field == "[8].result"  # the batch came back in the opposite order
    assert got.source == "rpc_ethereum"
    asked = json.loads(http.asked[0][1]["body"])
    assert asked[6]["params"] == [TOKEN, "0x11"]
    assert asked[8]["params"] == [{"to": TOKEN, "data": "0x0102"}, "latest"]
    assert asked[9]["params"] == [{"from": HOLDER, "to": TOKEN, "data": "0x"}]


async def test_blocks_transactions_and_receipts_are_read(provider: Providers) -> None:
    log = {
        "address": TOKEN,
        "topics": [HASH],
        "data": "0x01",
        "blockNumber": "0x10",
        "transactionHash": HASH,
        "logIndex": "0x2",
    }
    node = Node(
        chain_id=8453,
        eth_getBlockByNumber={"number": "0x10", "hash": HASH, "timestamp": "0x6553f000", "gasUsed": "0x1", "gasLimit": "0x2",
                              "baseFeePerGas": "0x7", "transactions": [HASH]},
        eth_getTransactionByHash={"hash": HASH, "from": HOLDER, "to": None, "value": "0x5", "input": "0xff", "nonce": "0x1",
                                  "blockNumber": None, "gas": "0x5208", "gasPrice": "0x8"},
        eth_getTransactionReceipt={"transactionHash": HASH, "blockNumber": "0x10", "gasUsed": "0x5208", "status": "0x0",
                                   "effectiveGasPrice": "0x9", "l1Fee": "0x64", "contractAddress": None, "logs": [log]},
    )  # fmt: skip
    query = RpcQuery(chain="base", calls=(BlockBy(16), TransactionBy(HASH), ReceiptBy(HASH)))
    block, transaction, receipt = (answer.value for answer in (await offers(BASE)["rpc"](query, provider(node))).value)
    assert (block.number, block.base_fee_wei, block.n_transactions, block.at.year) == (16, 7, 1, 2023)
    assert (transaction.to, transaction.block, transaction.value_wei, transaction.data) == (None, None, 5, b"\xff")
    assert (receipt.failed, receipt.data_fee_wei, receipt.logs[0].index) == (True, 100, 2)


async def test_what_is_not_there_is_none(provider: Providers) -> None:
    query = RpcQuery(chain="ethereum", calls=(TransactionBy(HASH), ReceiptBy(HASH)))
    got = await offers(ETHEREUM)["rpc"](
        query, provider(Node(eth_getTransactionByHash=None, eth_getTransactionReceipt=None))
    )
    assert [answer.value for answer in got.value] == [None, None]


@pytest.mark.parametrize(
    ("error", "data"),
    [
        ({"code": 3, "message": "execution reverted: no", "data": "0x08c379a0"}, b"\x08\xc3\x79\xa0"),
        ({"code": -32000, "message": "execution reverted"}, b""),
        ({"code": -32015, "message": "VM execution error.", "data": "Reverted 0x01"}, None),
        ({"code": -32000, "message": "out of gas"}, b""),
    ],
)
async def test_a_revert_is_a_value_with_its_data(provider: Providers, error: Any, data: bytes | None) -> None:
    query = RpcQuery(chain="ethereum", calls=(Call(TOKEN, b""), BlockNumber()))
    http = provider(Node(eth_call={"error": error}, eth_blockNumber="0x1"))
    if data is None:  # a wrapper's words alone do not tell a refusal from a failure
        with pytest.raises(SourceUnavailable):
            await offers(ETHEREUM)["rpc"](query, http)
        return
    got = await offers(ETHEREUM)["rpc"](query, http)
    assert got.value[0].value == Reverted(message=error["message"], data=data)
    assert got.value[1].value == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": -32005, "message": "slow down"}, RateLimited),
        ({"code": 429, "message": "Your app has exceeded its compute units per second capacity"}, RateLimited),
        ({"code": -32601, "message": "the method eth_call does not exist/is not available"}, NoData),
        ({"code": -32000, "message": "header not found"}, SourceUnavailable),
        ({"code": 3, "message": "RPC Request failed."}, SourceUnavailable),
        ("Missed `to` address", SourceUnavailable),
    ],
)
async def test_errors_by_their_codes(provider: Providers, error: Any, kind: type[MobiusError]) -> None:
    query = RpcQuery(chain="ethereum", calls=(Call(TOKEN, b""),))
    with pytest.raises(kind):
        await offers(ETHEREUM)["rpc"](query, provider(Node(eth_call={"error": error})))


async def test_an_endpoint_of_another_chain_is_refused_by_name(provider: Providers) -> None:
    with pytest.raises(SourceUnavailable, match="Ethereum node is on chain 137, not on 1") as caught:
        await offers(ETHEREUM)["fee_history"](
            FeeHistoryQuery(chain="ethereum"), provider(Node(137, eth_feeHistory=FEES, eth_gasPrice="0x1"))
        )
    assert "MOBIUS_RPC_ETHEREUM_URL" in (caught.value.hint or "")


async def test_a_node_that_takes_no_lists_is_asked_one_by_one(provider: Providers) -> None:
    node = Node(batches=False, eth_blockNumber="0x7", eth_gasPrice="0x8")
    http = provider(node)
    got = await offers(ETHEREUM)["rpc"](RpcQuery(chain="ethereum", calls=(BlockNumber(), GasPrice())), http)
    assert [answer.value for answer in got.value] == [7, 8]
    assert len(http.asked) == 4


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(b"<html>", status=429), RateLimited),
        (reply(b'{"error":{"code":429,"message":"compute units per second"}}', status=429), RateLimited),
        (
            reply(b'{"jsonrpc":"2.0","error":{"code":-32701,"message":"Please specify an address"}}', status=403),
            SourceUnavailable,
        ),
        (reply(b'{"reason":"closed"}', status=401), SourceUnavailable),
        (reply(b"nothing here", status=404), NoData),
        (b"<html>", SourceChanged),
        (b'[{"id":0,"result":"0x1"}]', SourceChanged),
        (b'[{"id":0,"result":"0x1"},{"id":1}]', SourceChanged),
        (b'[{"id":0,"result":"0x1"},{"id":1,"result":12}]', SourceChanged),
        (b'[{"id":0,"result":"0x1"},{"id":1,"result":"0xzz"}]', SourceChanged),
        (b'[{"id":0,"result":"0x1"},{"id":1,"result":"0x' + b"f" * 65 + b'"}]', SourceChanged),
        (b'[{"id":0,"res', SourceUnavailable),
    ],
)
async def test_replies_that_are_no_answer(provider: Providers, answer: Reply | bytes, kind: type[MobiusError]) -> None:
    with pytest.raises(kind) as caught:
        await offers(ETHEREUM)["rpc"](RpcQuery(chain="ethereum", calls=(BlockNumber(),)), provider(answer))
    assert len(caught.value.message) < 300


@pytest.mark.parametrize("call", [Balance("vitalik.eth"), Code("0x12"), TransactionBy("0x12"), Call("../x", b"")])
async def test_what_is_no_address_is_never_asked(provider: Providers, call: Any) -> None:
    http = provider(b"")
    with pytest.raises(BadParameter):
        await offers(ETHEREUM)["rpc"](RpcQuery(chain="ethereum", calls=(call,)), http)
    assert http.asked == []


async def test_a_node_knows_its_own_chain_only(provider: Providers) -> None:
    with pytest.raises(NoData):
        await offers(ETHEREUM)["rpc"](RpcQuery(chain="base", calls=()), provider(b""))


# ------------------------------------------------------------------------------------------------------------------- fees


async def test_fees_are_of_the_block_to_come_without_empty_blocks(provider: Providers) -> None:
    http = provider(Node(eth_feeHistory=FEES, eth_gasPrice="0x3b9aca10"))
    got = (await offers(ETHEREUM)["fee_history"](FeeHistoryQuery(chain="ethereum", blocks=2), http)).value
    assert (got.block, got.base_fee_wei, got.gas_price_wei) == (0x101, 10**9 + 2, 10**9 + 16)
    assert got.rewards_wei == ((1, 2, 3),)
    assert got.reward_fields == (("[1].result.reward[0][0]", "[1].result.reward[0][1]", "[1].result.reward[0][2]"),)
    assert got.fields["base_fee_wei"] == "[1].result.baseFeePerGas[2]"
    assert json.loads(http.asked[0][1]["body"])[1]["params"] == ["0x2", "latest", [10, 50, 90]]


async def test_a_chain_without_rewards_still_tells_its_base_fee(provider: Providers) -> None:
    fees = {name: value for name, value in FEES.items() if name != "reward"}
    node = Node(eth_feeHistory=fees, eth_gasPrice={"error": {"code": -32601, "message": "no"}})
    got = (await offers(ETHEREUM)["fee_history"](FeeHistoryQuery(chain="ethereum"), provider(node))).value
    assert (got.rewards_wei, got.gas_price_wei) == ((), None)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"baseFeePerGas": []}, "$[1].result"),
        ({"reward": [["0x1"]]}, "$[1].result"),
        ({"reward": [["0x1"], ["0x1"]]}, "$[1].result.reward[0]"),
        ({"oldestBlock": "latest"}, "$[1].result.oldestBlock"),
        ({"baseFeePerGas": ["0x1", "0x1", "-5"]}, "$[1].result.baseFeePerGas[2]"),
    ],
)
async def test_fees_of_another_shape_are_refused_with_their_place(provider: Providers, change: Any, path: str) -> None:
    http = provider(Node(eth_feeHistory=FEES | change, eth_gasPrice="0x1"))
    with pytest.raises(SourceChanged) as caught:
        await offers(ETHEREUM)["fee_history"](FeeHistoryQuery(chain="ethereum"), http)
    assert caught.value.path.removeprefix("$[1]").removeprefix("$[2]") == path.removeprefix("$[1]")


async def test_a_rollup_tells_what_data_costs(provider: Providers) -> None:
    node = Node(8453, eth_call=lambda params: "0x" + multicall.word(len(params[0]["data"])).hex())
    http = provider(node)
    got = (
        await offers(BASE)["data_fee"](DataFeeQuery(chain="base", transactions=(b"\x01" * 40, b"\x02" * 70)), http)
    ).value
    short, long = json.loads(http.asked[0][1]["body"])[1:]
    assert short["params"][0]["to"] == rpc.GAS_PRICE_ORACLE
    assert short["params"][0]["data"].startswith("0x49948e0e" + multicall.word(32).hex() + multicall.word(40).hex())
    assert [row.fee_wei for row in got] == [len(short["params"][0]["data"]), len(long["params"][0]["data"])]

    answer = "0x" + (multicall.word(900) + multicall.word(20_000_000) + multicall.word(5)).hex()
    arbitrum = provider(Node(42_161, eth_call=answer))
    (row,) = (await offers(ARBITRUM)["data_fee"](DataFeeQuery(chain="arbitrum", transactions=(b"x",)), arbitrum)).value
    assert row.fee_wei == 900 * 20_000_000


@pytest.mark.parametrize("answer", ["0x", {"error": {"code": 3, "message": "execution reverted"}}])
async def test_a_rollup_that_tells_no_data_fee_is_no_data(provider: Providers, answer: Any) -> None:
    with pytest.raises(NoData):
        await offers(BASE)["data_fee"](
            DataFeeQuery(chain="base", transactions=(b"x",)), provider(Node(8453, eth_call=answer))
        )


# ------------------------------------------------------------------------------------------------------------------- logs


def _event(block: int) -> dict[str, Any]:
    return {
        "address": TOKEN, "topics": [HASH], "data": "0x", "blockNumber": hex(block), "transactionHash": HASH,
        "logIndex": "0x0", "blockHash": HASH,
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    ["exceed maximum block range: 50000", "query returned more than 10000 results", "Log response size exceeded",
     "You can make eth_getLogs requests with up to a 10 block range"],
)  # fmt: skip
async def test_spans_are_halved_until_they_fit_and_doubled_after(provider: Providers, words: str) -> None:
    spans: list[int] = []

    def answer(params: Any) -> Any:
        start, end = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
        spans.append(end - start + 1)
        return {"error": {"code": -32602, "message": words}} if end - start >= 700 else [_event(end)]

    query = LogsQuery(chain="ethereum", address=TOKEN, from_block=1, to_block=3_000, topics=(HASH, None))
    got = (await offers(ETHEREUM)["logs"](query, provider(Node(eth_getLogs=answer)))).value
    assert spans[:4] == [2_000, 1_000, 500, 1_000]
    assert (got.from_block, got.to_block) == (1, 3_000)
    assert [log.block for log in got.logs] == sorted({log.block for log in got.logs})
    assert got.logs[-1].block == 3_000


async def test_events_end_where_the_requests_do_and_say_so(provider: Providers) -> None:
    query = LogsQuery(chain="ethereum", address=TOKEN, from_block=1, to_block=100_000, most_requests=2)
    got = (await offers(ETHEREUM)["logs"](query, provider(Node(eth_getLogs=[])))).value
    assert (got.logs, got.to_block) == ((), 6_000)


async def test_one_block_that_is_too_much_is_told(provider: Providers) -> None:
    too_wide = {"error": {"code": -32005, "message": "query returned more than 10000 results"}}
    query = LogsQuery(chain="ethereum", address=TOKEN, from_block=5, to_block=5)
    with pytest.raises(SourceUnavailable, match="gives less at once"):
        await offers(ETHEREUM)["logs"](query, provider(Node(eth_getLogs=too_wide)))


# -------------------------------------------------------------------------------------------------------------- multicall


def _aggregated(results: list[tuple[bool, bytes]]) -> bytes:
    rows = [multicall.word(int(ok)) + multicall.word(64) + multicall.padded(data) for ok, data in results]
    at, heads = 32 * len(rows), []
    for row in rows:
        heads.append(multicall.word(at))
        at += len(row)
    return multicall.word(32) + multicall.word(len(rows)) + b"".join([*heads, *rows])


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=100)), max_size=8))
def test_results_of_many_calls_come_back_as_they_were(results: list[tuple[bool, bytes]]) -> None:
    read = multicall.decode(_aggregated(results), len(results), "rpc_ethereum", "$")
    assert [(one.success, one.data) for one in read] == results


@given(st.binary(max_size=300), st.integers(0, 4))
def test_bytes_that_are_no_results_are_refused(data: bytes, n: int) -> None:
    try:
        multicall.decode(data, n, "rpc_ethereum", "$")
    except SourceChanged as error:
        assert error.path.startswith("$")


async def test_many_calls_travel_as_one(provider: Providers) -> None:
    node = Node(eth_call="0x" + _aggregated([(True, b"\x01"), (False, b"")]).hex())
    http = provider(node)
    query = MulticallQuery(chain="ethereum", calls=(Call(TOKEN, b"\xaa"), Call(HOLDER, b"\xbb" * 33)), block=99)
    got = (await offers(ETHEREUM)["multicall"](query, http)).value
    assert [(one.success, one.data) for one in got] == [(True, b"\x01"), (False, b"")]
    message, block = json.loads(http.asked[0][1]["body"])[1]["params"]
    assert (message["to"], block) == (multicall.ADDRESS, "0x63")
    encoded = bytes.fromhex(message["data"][2:])
    assert encoded[:4] == multicall.AGGREGATE3
    assert (len(encoded) - 4) % 32 == 0
    assert bytes.fromhex(TOKEN[2:]) in encoded


async def test_a_chain_without_the_contract_has_no_multicall(provider: Providers) -> None:
    with pytest.raises(NoData):
        await offers(ETHEREUM)["multicall"](
            MulticallQuery(chain="ethereum", calls=(Call(TOKEN, b""),)), provider(Node(eth_call="0x"))
        )


def test_one_question_alone_is_no_list() -> None:
    assert json.loads(jsonrpc.questions([("eth_chainId", [])]))["method"] == "eth_chainId"
