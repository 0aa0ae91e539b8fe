"""A node of a simulated chain: JSON-RPC over POST, one question or a batch of them, quantities in 0x-hex.

Here: the methods a reader needs, errors by their codes. Not here: what contracts answer (chain_contracts), fees (gas), which
addresses there are (wire.rpc, wire.compound).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import msgspec
import numpy as np

from mobius.sandbox.chain_contracts import Reverted, call, code_at, ether_at
from mobius.sandbox.gas import PACES, Pace, base_fees_wei, height, sealed_s, tips_wei, used_shares
from mobius.sandbox.ledgers import LEDGER
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said

_MOST_BLOCKS = 1024
_MOST_ASKED = 100
_TAGS = ("latest", "pending", "safe", "finalized")


class _Refused(Exception):
    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.error: dict[str, Json] = {"code": code, "message": message}
        if data is not None:
            self.error["data"] = data


class _Node:
    """One chain at the instant of a request."""

    def __init__(self, pace: Pace, scene: Scene) -> None:
        self.pace = pace
        self.scene = scene
        self.head = height(pace, scene.now_ms)

    def block(self, given: object) -> int:
        """The height a parameter means; raises _Refused."""
        if given is None or given in _TAGS:
            return self.head
        if given == "earliest":
            return self.pace.first_block
        number = _quantity(given)
        if number > self.head:
            raise _Refused(-32000, "header not found")
        return max(number, self.pace.first_block)


def _chain_id(node: _Node, params: list[object]) -> Json:
    return hex(LEDGER[node.pace.chain].chain_id or 0)


def _net_version(node: _Node, params: list[object]) -> Json:
    return str(LEDGER[node.pace.chain].chain_id or 0)


def _client(node: _Node, params: list[object]) -> Json:
    return "sandbox/v1"


def _block_number(node: _Node, params: list[object]) -> Json:
    return hex(node.head)


def _gas_price(node: _Node, params: list[object]) -> Json:
    return hex(_base_fee(node) + _tip(node))


def _max_priority(node: _Node, params: list[object]) -> Json:
    return hex(_tip(node))


def _base_fee(node: _Node) -> int:
    return int(base_fees_wei(node.scene.world, node.pace, np.array([node.head]))[0])


def _tip(node: _Node) -> int:
    return tips_wei(node.scene.world, node.pace, np.array([node.head]), (50.0,))[0][0]


def _fee_history(node: _Node, params: list[object]) -> Json:
    count = _quantity(_param(params, 0))
    newest = node.block(_param(params, 1))
    shares = params[2] if len(params) > 2 and params[2] is not None else []
    if not isinstance(shares, list) or not all(isinstance(part, int | float) and 0 <= part <= 100 for part in shares):
        raise _Refused(-32602, "invalid reward percentiles")
    if sorted(shares) != shares:
        raise _Refused(-32602, "reward percentiles must be in ascending order")
    count = max(1, min(count, _MOST_BLOCKS, newest - node.pace.first_block))
    blocks = np.arange(newest - count + 1, newest + 2)
    world = node.scene.world
    fees = base_fees_wei(world, node.pace, blocks)
    found: dict[str, Json] = {
        "oldestBlock": hex(int(blocks[0])), "baseFeePerGas": [hex(fee) for fee in fees.tolist()],
        "gasUsedRatio": [round(share, 6) for share in used_shares(fees).tolist()],
    }  # fmt: skip
    if shares:
        rows = tips_wei(world, node.pace, blocks[:-1], tuple(float(part) for part in shares))
        found["reward"] = [[hex(tip) for tip in row] for row in rows]
    return found


def _get_block(node: _Node, params: list[object]) -> Json:
    try:
        number = node.block(_param(params, 0))
    except _Refused:
        if _quantity(_param(params, 0)) > node.head:
            return None
        raise
    pace = node.pace
    fees = base_fees_wei(node.scene.world, pace, np.array([number, number + 1]))
    used = int(pace.gas_limit * float(used_shares(fees)[0]))
    return {
        "number": hex(number), "hash": _hash(node, number), "parentHash": _hash(node, number - 1),
        "timestamp": hex(sealed_s(pace, number)), "baseFeePerGas": hex(int(fees[0])), "gasLimit": hex(pace.gas_limit),
        "gasUsed": hex(used), "miner": "0x" + "00" * 20, "extraData": "0x", "difficulty": "0x0", "nonce": "0x" + "00" * 8,
        "size": hex(60_000 + used // 1000), "transactions": [], "uncles": [],
    }  # fmt: skip


def _hash(node: _Node, number: int) -> str:
    text = f"{node.scene.world.seed}:{node.pace.chain}:{number}"
    return "0x" + hashlib.sha256(text.encode()).hexdigest()


def _balance(node: _Node, params: list[object]) -> Json:
    address = _address(_param(params, 0))
    number = node.block(params[1] if len(params) > 1 else None)
    return hex(ether_at(node.scene.world, node.pace, number, address))


def _code(node: _Node, params: list[object]) -> Json:
    return code_at(node.pace.chain, _address(_param(params, 0)))


def _storage(node: _Node, params: list[object]) -> Json:
    _address(_param(params, 0))
    return "0x" + "00" * 32


def _call(node: _Node, params: list[object]) -> Json:
    asked = _param(params, 0)
    if not isinstance(asked, dict):
        raise _Refused(
            -32602, "invalid argument 0: json: cannot unmarshal non-object into Go value of type ethapi.TransactionArgs"
        )
    data = asked.get("data", asked.get("input", "0x"))
    if not isinstance(data, str) or not data.startswith("0x"):
        raise _Refused(-32602, "invalid argument 0: hex string without 0x prefix")
    try:
        given = bytes.fromhex(data[2:])
    except ValueError:
        raise _Refused(-32602, "invalid argument 0: invalid hex string") from None
    number = node.block(params[1] if len(params) > 1 else None)
    try:
        answer = call(node.scene.world, node.pace, number, _address(asked.get("to")), given)
    except Reverted:
        raise _Refused(3, "execution reverted", "0x") from None
    return "0x" + answer.hex()


def _estimate(node: _Node, params: list[object]) -> Json:
    asked = _param(params, 0)
    if not isinstance(asked, dict):
        raise _Refused(-32602, "invalid argument 0")
    data = asked.get("data", asked.get("input", "0x"))
    return hex(21_000 + (len(data) // 2 - 1) * 12 + 30_000 if isinstance(data, str) and len(data) > 2 else 21_000)


_METHODS: Mapping[str, Callable[[_Node, list[object]], Json]] = {
    "eth_chainId": _chain_id, "net_version": _net_version, "web3_clientVersion": _client, "eth_blockNumber": _block_number,
    "eth_gasPrice": _gas_price, "eth_maxPriorityFeePerGas": _max_priority, "eth_feeHistory": _fee_history,
    "eth_getBlockByNumber": _get_block, "eth_getBalance": _balance, "eth_getCode": _code, "eth_getStorageAt": _storage,
    "eth_call": _call, "eth_estimateGas": _estimate,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ envelopes


def answer(chain: str) -> Callable[[Ask, Scene], Said]:
    """The handler of a node of `chain`."""

    def handle(ask: Ask, scene: Scene) -> Said:
        node = _Node(PACES[chain], scene)
        try:
            posted = msgspec.json.decode(ask.body)
        except (msgspec.MsgspecError, RecursionError):
            return said(_fault(None, {"code": -32700, "message": "parse error"}))
        if isinstance(posted, list):
            if not 0 < len(posted) <= _MOST_ASKED:
                return said(_fault(None, {"code": -32600, "message": "batch too large or empty"}))
            return said([_one(node, each) for each in posted])
        return said(_one(node, posted))

    return handle


def _one(node: _Node, asked: object) -> Json:
    if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
        return _fault(None, {"code": -32600, "message": "invalid request"})
    number, params = asked.get("id"), asked.get("params", [])
    method = _METHODS.get(asked["method"])
    if method is None:
        message = f"the method {asked['method'][:60]} does not exist/is not available"
        return _fault(number, {"code": -32601, "message": message})
    if not isinstance(params, list):
        return _fault(number, {"code": -32602, "message": "non-array args"})
    try:
        return {"jsonrpc": "2.0", "id": number, "result": method(node, params)}
    except _Refused as refused:
        return _fault(number, refused.error)


def _fault(number: Json, error: Json) -> Json:
    return {"jsonrpc": "2.0", "id": number, "error": error}


def _param(params: list[object], place: int) -> object:
    if place >= len(params):
        raise _Refused(-32602, f"missing value for required argument {place}")
    return params[place]


def _quantity(given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 2**63:
        return given
    if isinstance(given, str) and given.startswith("0x") and len(given) <= 18:
        try:
            return int(given, 16)
        except ValueError:
            pass
    raise _Refused(-32602, "invalid argument: hex string expected")


def _address(given: object) -> str:
    if not isinstance(given, str) or len(given) != 42 or not given.startswith("0x"):
        raise _Refused(-32602, "invalid argument 0: hex string has length other than 40, want 40 for common.Address")
    try:
        bytes.fromhex(given[2:])
    except ValueError:
        raise _Refused(-32602, "invalid argument 0: invalid hex string") from None
    return given.lower()


def _missing(ask: Ask, scene: Scene) -> Said:
    return Said(body=b"not found", status=404, content_type="text/plain")


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    error = _fault(None, {"code": -32005, "message": "request rate limited"})
    return said(error, status=429, headers={"Retry-After": str(spent.retry_after_s)})


def provider(name: str, chain: str) -> Provider:
    """A node of `chain` under the name of a source."""
    return Provider(
        name=name, prefix=f"/{name}", routes={}, posts={"": answer(chain), "/": answer(chain)}, missing=_missing,
        limited=_limited, limiters={"free": lambda: TokenBucket(300, 600)},
    )  # fmt: skip
