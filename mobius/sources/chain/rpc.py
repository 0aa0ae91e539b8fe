"""Nodes that speak JSON-RPC: fees, calls, code, storage, blocks, events of EVM chains. Keyless public endpoints by default.

Here: one SPEC a chain, parse and fetch. Any endpoint can stand in: an own node, Alchemy, QuickNode or Infura is another
`MOBIUS_RPC_ETHEREUM_URL`. Each request asks `eth_chainId` as well, so that an endpoint of another chain is refused by name.
Public nodes give between 500 and 10,000 blocks of events at once, free plans as few as 10: spans are halved until they fit.
Not here: the envelope (`jsonrpc`), what fees come to (desk), indexed transfers (`alchemy` and others).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct

from mobius.core.chain_needs import (
    Call,
    DataFee,
    DataFeeQuery,
    EventLog,
    FeeHistory,
    FeeHistoryQuery,
    LogsFound,
    LogsQuery,
    MulticallQuery,
    MulticallResult,
    RpcAnswer,
    RpcQuery,
)
from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.gather import gather
from mobius.core.keeping import GAS, Policy
from mobius.core.ports import Http, Reply
from mobius.core.protocols import CHAINS
from mobius.core.sources import Limits, Need, Rights, SourceSpec
from mobius.sources import hexes, jsonrpc, multicall
from mobius.sources.jsonrpc import Answer, NoBatch, TooWide
from mobius.sources.reading import decode, expect_ok, sourced

PATH = ""
"""Nothing: a setting may end in a key."""
FIRST_SPAN = 2_000
"""Blocks of events asked for at first; halved where that is too wide, doubled where it was not."""
MOST_AT_ONCE = 100
"""Calls in one multicall: some nodes refuse bodies over 100 kB."""
GAS_PRICE_ORACLE = "0x420000000000000000000000000000000000000f"
GET_L1_FEE = bytes.fromhex("49948e0e")  # getL1Fee(bytes)
NODE_INTERFACE = "0x00000000000000000000000000000000000000c8"
L1_COMPONENT = bytes.fromhex("77d488a2")  # gasEstimateL1Component(address,bool,bytes)
OP_STACK = frozenset({"optimism", "base"})
_NOBODY = "0x0000000000000000000000000000000000000001"

_URLS = {
    "ethereum": "https://ethereum-rpc.publicnode.com",
    "polygon": "https://polygon-bor-rpc.publicnode.com",
    "arbitrum": "https://arbitrum-one-rpc.publicnode.com",
    "optimism": "https://optimism-rpc.publicnode.com",
    "base": "https://base-rpc.publicnode.com",
    "bsc": "https://bsc-rpc.publicnode.com",
    "avalanche": "https://avalanche-c-chain-rpc.publicnode.com",
}
_NEEDS: tuple[Need, ...] = ("rpc", "fee_history", "multicall", "logs")


def _spec(chain: str) -> SourceSpec:
    needs: tuple[Need, ...] = (*_NEEDS, "data_fee") if chain in OP_STACK or chain == "arbitrum" else _NEEDS
    return SourceSpec(
        name=f"rpc_{chain}",
        family="rpc",
        title=f"{CHAINS[chain].name} node",
        kind="chain",
        base_url=_URLS[chain],
        limits=Limits(per_minute=240, burst=10, concurrent=4, timeout_s=4.0),
        needs=needs,
        rights=Rights(attribution=f"Chain data: {CHAINS[chain].name}", may_share=True),
        chain=chain,
        probe_body=b'{"jsonrpc":"2.0","id":0,"method":"eth_chainId","params":[]}',
        refusals=(b'{"error"', b'{"jsonrpc":"2.0","error"', b'{"jsonrpc":"2.0","id":null,"error"',
                  b'{"jsonrpc":"2.0","id":0,"error"', b'[{"error"', b'[{"jsonrpc":"2.0","error"',
                  b'[{"jsonrpc":"2.0","id":0,"error"'),
    )  # fmt: skip


SPECS = tuple(_spec(chain) for chain in _URLS)


# ----------------------------------------------------------------------------------------------------------------- asking

Asked = tuple[str, list[Any]]


async def _ask(
    spec: SourceSpec, questions: Sequence[Asked], http: Http, keep: Policy
) -> tuple[list[tuple[Answer, str]], list[Reply]]:
    """The answers to `questions`, each with its place, from a node that says it is of the right chain."""
    whole: list[Asked] = [("eth_chainId", []), *questions]
    try:
        reply = await http.post(PATH, jsonrpc.questions(whole), keep=keep)
        found, replies = _answers(reply, len(whole), spec), [reply]
    except NoBatch:
        found, replies = await _one_by_one(spec, whole, http, keep)
    _expect_chain(spec, *found[0])
    return found[1:], replies


def _answers(reply: Reply, n: int, spec: SourceSpec) -> list[tuple[Answer, str]]:
    """What a reply holds; nodes also explain themselves in the bodies of statuses that are no success."""
    if not 200 <= reply.status < 300:
        if reply.status == 429 or reply.body.lstrip()[:1] not in (b"{", b"["):
            expect_ok(reply, spec.name)
        try:
            found = jsonrpc.answers(reply.body, n, spec.name)
            for answer, place in found:
                said = jsonrpc.fault(answer, spec.name, place)
                if said is not None:
                    raise jsonrpc.failure(said, spec.name)
        except SourceChanged:  # an explanation of another kind
            expect_ok(reply, spec.name)
            raise
        return found
    return jsonrpc.answers(reply.body, n, spec.name)


async def _one_by_one(
    spec: SourceSpec, questions: Sequence[Asked], http: Http, keep: Policy
) -> tuple[list[tuple[Answer, str]], list[Reply]]:
    jobs = {
        f"{n:04d}": partial(http.post, PATH, jsonrpc.questions([question]), keep=keep)
        for n, question in enumerate(questions)
    }
    got = await gather(jobs, limit=4)
    for error in got.failures.values():
        raise error
    replies = list(got.results.values())
    return [_answers(reply, 1, spec)[0] for reply in replies], replies


def _expect_chain(spec: SourceSpec, answer: Answer, place: str) -> None:
    said = jsonrpc.value("eth_chainId", answer, spec.name, place)
    expected = CHAINS[spec.chain or ""].chain_id
    if said != expected:
        raise SourceUnavailable(
            spec.name, f"The endpoint of {spec.title} is on chain {said!r}, not on {expected}.",
            hint=f"MOBIUS_{spec.name.upper()}_URL names the endpoint.",
        )  # fmt: skip


def _expect_own(spec: SourceSpec, chain: str) -> None:
    if chain != spec.chain:
        raise NoData(spec.name, f"{spec.title} knows nothing of {chain}.")


# ------------------------------------------------------------------------------------------------------------------ calls


async def rpc(spec: SourceSpec, query: RpcQuery, http: Http) -> Sourced[tuple[RpcAnswer, ...]]:
    """Typed answers in the order of the calls; a call that the contract refuses is an answer, `Reverted`."""
    _expect_own(spec, query.chain)
    questions = [jsonrpc.asked(call) for call in query.calls]
    found, replies = await _ask(spec, questions, http, GAS)
    rows = tuple(
        RpcAnswer(value=jsonrpc.value(method, answer, spec.name, place), field=hexes.shown(f"{place}.result"))
        for (method, _), (answer, place) in zip(questions, found, strict=True)
    )
    return sourced(rows, spec.name, f"/?method={','.join(dict.fromkeys(method for method, _ in questions))}", replies)


async def multicalls(spec: SourceSpec, query: MulticallQuery, http: Http) -> Sourced[tuple[MulticallResult, ...]]:
    """Results in the order of the calls, each with its own success."""
    _expect_own(spec, query.chain)
    parts = [query.calls[at : at + MOST_AT_ONCE] for at in range(0, len(query.calls), MOST_AT_ONCE)]
    questions = [
        jsonrpc.asked(Call(to=multicall.ADDRESS, data=multicall.encode(part), block=query.block)) for part in parts
    ]
    found, replies = await _ask(spec, questions, http, GAS)
    rows: list[MulticallResult] = []
    for part, (answer, place) in zip(parts, found, strict=True):
        data = jsonrpc.value("eth_call", answer, spec.name, place)
        if not isinstance(data, bytes) or not data:
            raise NoData(spec.name, f"{spec.title} could not make these calls together.")
        rows += multicall.decode(data, len(part), spec.name, f"{place}.result")
    return sourced(tuple(rows), spec.name, f"/?method=eth_call&to={multicall.ADDRESS}", replies)


# ------------------------------------------------------------------------------------------------------------------- fees


class _Fees(Struct, frozen=True, rename="camel"):
    oldest_block: str
    base_fee_per_gas: tuple[str, ...]
    gas_used_ratio: tuple[float, ...] = ()
    reward: tuple[tuple[str, ...], ...] | None = None


def parse_fees(body: bytes, query: FeeHistoryQuery, source: str, place: str) -> FeeHistory:
    """One `eth_feeHistory`: the last base fee is that of the block to come."""
    row = decode(body, _Fees, source, at=place)
    n_blocks = len(row.base_fee_per_gas) - 1
    if n_blocks < 1 or (row.reward is not None and len(row.reward) != n_blocks):
        raise SourceChanged(source, "not the fees of some blocks", path=place)
    inside = hexes.shown(place)
    rewards, fields = [], []
    for n, paid in enumerate(row.reward or ()):
        if len(paid) != len(query.percentiles):
            raise SourceChanged(source, "not a reward for each percentile", path=f"{place}.reward[{n}]")
        if n < len(row.gas_used_ratio) and row.gas_used_ratio[n] <= 0:
            continue  # an empty block: its rewards read 0 and nobody paid them
        rewards.append(tuple(hexes.quantity(one, source, f"{place}.reward[{n}][{k}]") for k, one in enumerate(paid)))
        fields.append(tuple(f"{inside}.reward[{n}][{k}]" for k in range(len(paid))))
    oldest = hexes.quantity(row.oldest_block, source, f"{place}.oldestBlock")
    return FeeHistory(
        chain=query.chain,
        block=oldest + n_blocks - 1,
        base_fee_wei=hexes.quantity(row.base_fee_per_gas[-1], source, f"{place}.baseFeePerGas[{n_blocks}]"),
        rewards_wei=tuple(rewards),
        reward_fields=tuple(fields),
        fields={"block": f"{inside}.oldestBlock", "base_fee_wei": f"{inside}.baseFeePerGas[{n_blocks}]"},
    )


async def fee_history(spec: SourceSpec, query: FeeHistoryQuery, http: Http) -> Sourced[FeeHistory]:
    """Base fee to come and what was paid above it; the node's own gas price beside them."""
    _expect_own(spec, query.chain)
    questions: list[Asked] = [
        ("eth_feeHistory", [hex(query.blocks), "latest", list(query.percentiles)]), ("eth_gasPrice", []),
    ]  # fmt: skip
    ((fees, at), (price, price_at)), replies = await _ask(spec, questions, http, GAS)
    said = jsonrpc.fault(fees, spec.name, at)
    if said is not None:
        raise jsonrpc.failure(said, spec.name)
    row = parse_fees(bytes(fees.result), query, spec.name, f"{at}.result")
    gas_price = None
    fields: Mapping[str, str] = row.fields
    if jsonrpc.fault(price, spec.name, price_at) is None:
        value = jsonrpc.value("eth_gasPrice", price, spec.name, price_at)
        gas_price = value if isinstance(value, int) else None
        fields = {**fields, "gas_price_wei": hexes.shown(f"{price_at}.result")}
    row = FeeHistory(
        chain=row.chain, block=row.block, base_fee_wei=row.base_fee_wei, rewards_wei=row.rewards_wei,
        reward_fields=row.reward_fields, gas_price_wei=gas_price, fields=fields,
    )  # fmt: skip
    return sourced(row, spec.name, "/?method=eth_feeHistory,eth_gasPrice", replies)


async def data_fee(spec: SourceSpec, query: DataFeeQuery, http: Http) -> Sourced[tuple[DataFee, ...]]:
    """What the rollup charges to publish each transaction now. Raises NoData where it tells none."""
    _expect_own(spec, query.chain)
    optimistic = query.chain in OP_STACK
    questions = [jsonrpc.asked(_fee_call(one, optimistic=optimistic)) for one in query.transactions]
    found, replies = await _ask(spec, questions, http, GAS)
    rows = []
    for answer, place in found:
        data = jsonrpc.value("eth_call", answer, spec.name, place)
        words = 1 if optimistic else 3
        if not isinstance(data, bytes) or len(data) < words * multicall.WORD:
            raise NoData(spec.name, f"{spec.title} does not tell what data costs.")
        inside = hexes.shown(f"{place}.result")
        first = int.from_bytes(data[: multicall.WORD], "big")
        second = int.from_bytes(data[multicall.WORD : 2 * multicall.WORD], "big")
        fee = first if optimistic else first * second
        if fee.bit_length() > 96:  # more than all ether there is
            raise SourceChanged(spec.name, "a number out of all bounds", path=f"$.{inside}")
        rows.append(DataFee(fee_wei=fee, field=inside if optimistic else f"{inside} (first word x second)"))
    return sourced(tuple(rows), spec.name, "/?method=eth_call", replies)


def _fee_call(transaction: bytes, *, optimistic: bool) -> Call:
    if optimistic:
        return Call(
            to=GAS_PRICE_ORACLE, data=GET_L1_FEE + multicall.word(multicall.WORD) + multicall.padded(transaction)
        )
    head = multicall.word(int(_NOBODY, 16)) + multicall.word(0) + multicall.word(3 * multicall.WORD)
    return Call(to=NODE_INTERFACE, data=L1_COMPONENT + head + multicall.padded(transaction))


# ------------------------------------------------------------------------------------------------------------------- logs


def parse_logs(body: bytes, source: str, place: str) -> tuple[EventLog, ...]:
    rows: tuple[Any, ...] = decode(body, hexes.WIRE["logs"], source, at=place)
    return tuple(hexes.log(row, source, f"{place}[{n}]") for n, row in enumerate(rows))


async def logs(spec: SourceSpec, query: LogsQuery, http: Http) -> Sourced[LogsFound]:
    """Events of a span of blocks, as far as `most_requests` reach; the span that was read is told with them."""
    _expect_own(spec, query.chain)
    rows: list[EventLog] = []
    replies: list[Reply] = []
    at, span = query.from_block, FIRST_SPAN
    for _ in range(query.most_requests):
        if at > query.to_block:
            break
        end = min(at + span - 1, query.to_block)
        try:
            found, asked = await _ask(spec, [("eth_getLogs", [_filter(query, at, end)])], http, GAS)
            ((answer, place),) = found
            said = jsonrpc.fault(answer, spec.name, place)
            if said is not None:
                raise jsonrpc.failure(said, spec.name)
        except TooWide:
            if end == at:
                raise
            span = max(1, (end - at + 1) // 2)
            continue
        rows += parse_logs(bytes(answer.result), spec.name, f"{place}.result")
        replies += asked
        at, span = end + 1, span * 2
    if not replies:
        raise NoData(spec.name, f"{spec.title} gave no events of these blocks.")
    value = LogsFound(logs=tuple(rows), from_block=query.from_block, to_block=at - 1)
    return sourced(value, spec.name, f"/?method=eth_getLogs&address={query.address}", replies)


def _filter(query: LogsQuery, start: int, end: int) -> dict[str, Any]:
    return {
        "address": hexes.asked_address(query.address), "fromBlock": hex(start), "toBlock": hex(end),
        "topics": list(query.topics),
    }  # fmt: skip


Fetch = Callable[[SourceSpec, Any, Http], Awaitable[Sourced[Any]]]
_FETCH: dict[Need, Fetch] = {
    "rpc": rpc, "fee_history": fee_history, "multicall": multicalls, "logs": logs, "data_fee": data_fee,
}  # fmt: skip


def offers(spec: SourceSpec) -> dict[Need, Callable[[Any, Http], Awaitable[Sourced[Any]]]]:
    """What the node of `spec` serves, bound to it."""
    return {need: partial(_FETCH[need], spec) for need in spec.needs}
