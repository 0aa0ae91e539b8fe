"""Etherscan V2: accounts, contracts, events, advice on fees of some sixty chains by one key; also calls of a node.

Here: SPEC and fetch; the form of its replies, which others speak too, stands in `etherscan_form`. The free plan covers
accounts of Ethereum, Polygon, Arbitrum and others, not of OP Mainnet, Base, BNB Chain and Avalanche; published source it covers
everywhere. It allows 3 requests a second and 100,000 a day with all keys together. Not here: order among sources (desk).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from mobius.core.chain_needs import LogsFound, LogsQuery, RpcAnswer, RpcQuery
from mobius.core.errors import NoData
from mobius.core.explorer_needs import (
    AccountHistory,
    AccountHistoryQuery,
    BlockAt,
    BlockAtQuery,
    ContractOrigin,
    ContractOriginQuery,
    GasOracle,
    GasOracleQuery,
    NativeBalance,
    NativeBalanceQuery,
    TokenSupply,
    TokenSupplyQuery,
    TokenTransfersQuery,
    TransferPage,
    VerifiedSource,
    VerifiedSourceQuery,
    Withdrawal,
    WithdrawalsQuery,
)
from mobius.core.facts import Sourced
from mobius.core.gather import gather
from mobius.core.keeping import CHAIN, DAILY, GAS, LISTING, SETTLED, Policy
from mobius.core.ports import Http, Reply
from mobius.core.protocols import CHAINS
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources import etherscan_form as form
from mobius.sources import hexes, jsonrpc
from mobius.sources.etherscan_form import Outcome
from mobius.sources.reading import endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="etherscan",
    title="Etherscan",
    kind="chain",
    base_url="https://api.etherscan.io",
    limits=Limits(per_minute=180, burst=3, concurrent=3, timeout_s=6.0),
    needs=("rpc", "logs", "gas_oracle", "native_balance", "account_history", "token_transfers", "token_supply", "withdrawals",
           "block_at", "verified_source", "contract_origin"),
    rights=Rights(attribution="Powered by Etherscan.io APIs"),
    key=KeySpec(
        setting="MOBIUS_ETHERSCAN_KEY", param="apikey", required=True,
        adds="account histories, published source and events of some sixty chains",
    ),
    probe="/v2/api?chainid=1&module=block&action=getblocknobytime&timestamp=1700000000&closest=before",
    refusals=form.REFUSALS,
)  # fmt: skip
API = "/v2/api"
MOST_ROWS = 1_000
"""Of events and of token transfers in one reply."""


def _id(chain: str) -> str:
    found = CHAINS.get(chain)
    if found is None or found.chain_id is None:
        raise NoData(SPEC.name, f"{SPEC.title} knows nothing of {chain}.")
    return str(found.chain_id)


async def _ask(
    chain: str, module: str, action: str, http: Http, keep: Policy, **more: str
) -> tuple[Outcome, Reply, str]:
    """One question: what came of it, the reply, and where it stands."""
    params = {"chainid": _id(chain), "module": module, "action": action, **more}
    reply = await http.get(API, params, keep=keep)
    if not (reply.status == 403 and reply.body.lstrip()[:1] == b"{"):
        expect_ok(reply, SPEC.name)
    return form.outcome(reply.body, SPEC.name, SPEC.title), reply, endpoint(API, params)


# -------------------------------------------------------------------------------------------------------------- accounts


def _span(first: int, last: int | None, *, newest_first: bool) -> dict[str, str]:
    end = {} if last is None else {"endblock": str(last)}
    return {"startblock": str(first), **end, "sort": "desc" if newest_first else "asc"}


async def account_history(query: AccountHistoryQuery, http: Http) -> Sourced[AccountHistory]:
    """Transactions of an account; an account without any is an empty history."""
    action = "txlist" if query.kind == "normal" else "txlistinternal"
    got, reply, where = await _ask(
        query.chain, "account", action, http, CHAIN, address=hexes.asked_address(query.address), page=str(query.page),
        offset=str(query.limit), **_span(query.from_block, query.to_block, newest_first=query.newest_first),
    )  # fmt: skip
    value = AccountHistory(rows=form.parse_transactions(got.result, SPEC.name), complete=got.complete)
    return sourced(value, SPEC.name, where, [reply])


async def token_transfers(query: TokenTransfersQuery, http: Http) -> Sourced[TransferPage]:
    """Transfers of a token, of an account, or of both together."""
    asked = {
        name: hexes.asked_address(given)
        for name, given in (("contractaddress", query.token), ("address", query.address))
        if given is not None
    }
    got, reply, where = await _ask(
        query.chain, "account", "tokentx", http, CHAIN, **asked, page="1", offset=str(min(query.limit, MOST_ROWS)),
        **_span(query.from_block, query.to_block, newest_first=query.newest_first),
    )  # fmt: skip
    value = TransferPage(rows=form.parse_transfers(got.result, SPEC.name), complete=got.complete)
    return sourced(value, SPEC.name, where, [reply])


async def withdrawals(query: WithdrawalsQuery, http: Http) -> Sourced[tuple[Withdrawal, ...]]:
    """What validators paid out to an address, newest first."""
    got, reply, where = await _ask(
        query.chain, "account", "txsBeaconWithdrawal", http, CHAIN, address=hexes.asked_address(query.address), page="1",
        offset=str(query.limit), **_span(query.from_block, query.to_block, newest_first=True),
    )  # fmt: skip
    return sourced(form.parse_withdrawals(got.result, SPEC.name), SPEC.name, where, [reply])


async def native_balance(query: NativeBalanceQuery, http: Http) -> Sourced[NativeBalance]:
    address = hexes.asked_address(query.address)
    got, reply, where = await _ask(query.chain, "account", "balance", http, CHAIN, address=address, tag="latest")
    return sourced(form.parse_balance(got.result, SPEC.name), SPEC.name, where, [reply])


# ------------------------------------------------------------------------------------------- contracts, tokens and blocks


async def verified_source(query: VerifiedSourceQuery, http: Http) -> Sourced[VerifiedSource]:
    """Published source. Raises NoData for a contract without."""
    address = hexes.asked_address(query.address)
    action = "getabi" if query.abi_only else "getsourcecode"
    got, reply, where = await _ask(query.chain, "contract", action, http, LISTING, address=address)
    parse = form.parse_abi if query.abi_only else form.parse_source
    return sourced(parse(got.result, SPEC.name, address), SPEC.name, where, [reply])


async def contract_origin(query: ContractOriginQuery, http: Http) -> Sourced[ContractOrigin]:
    """Who made a contract. Raises NoData for an address that is none."""
    address = hexes.asked_address(query.address)
    got, reply, where = await _ask(
        query.chain, "contract", "getcontractcreation", http, SETTLED, contractaddresses=address
    )
    found = [row for row in form.parse_origins(got.result, SPEC.name) if row.address == address]
    if not found:
        raise NoData(SPEC.name, f"{SPEC.title} does not know who made this contract.")
    return sourced(found[0], SPEC.name, where, [reply])


async def token_supply(query: TokenSupplyQuery, http: Http) -> Sourced[TokenSupply]:
    """All units there are, in base units."""
    token = hexes.asked_address(query.token)
    got, reply, where = await _ask(query.chain, "stats", "tokensupply", http, CHAIN, contractaddress=token)
    return sourced(form.parse_supply(got.result, SPEC.name), SPEC.name, where, [reply])


async def block_at(query: BlockAtQuery, http: Http) -> Sourced[BlockAt]:
    """The last block at or before an instant."""
    seconds = str(int(query.at.timestamp()))
    got, reply, where = await _ask(
        query.chain, "block", "getblocknobytime", http, DAILY, timestamp=seconds, closest="before"
    )
    return sourced(form.parse_block_at(got.result, SPEC.name), SPEC.name, where, [reply])


async def gas_oracle(query: GasOracleQuery, http: Http) -> Sourced[GasOracle]:
    got, reply, where = await _ask(query.chain, "gastracker", "gasoracle", http, GAS)
    return sourced(form.parse_gas_oracle(got.result, SPEC.name), SPEC.name, where, [reply])


async def logs(query: LogsQuery, http: Http) -> Sourced[LogsFound]:
    """Events, at most a thousand: where there were more, the span told ends before the last block that was read in part."""
    topics = {f"topic{n}": topic for n, topic in enumerate(query.topics) if topic is not None}
    joined = {
        f"topic{a}_{b}_opr": "and"
        for a in range(4)
        for b in range(a + 1, 4)
        if {f"topic{a}", f"topic{b}"} <= set(topics)
    }
    got, reply, where = await _ask(
        query.chain, "logs", "getLogs", http, CHAIN, address=hexes.asked_address(query.address),
        fromBlock=str(query.from_block), toBlock=str(query.to_block), page="1", offset=str(MOST_ROWS), **topics, **joined,
    )  # fmt: skip
    return sourced(found_logs(got.result, query), SPEC.name, where, [reply])


def found_logs(result: bytes, query: LogsQuery) -> LogsFound:
    """The events of a reply and the span it covers wholly."""
    rows = form.parse_logs(result, SPEC.name)
    if len(rows) < MOST_ROWS:
        return LogsFound(logs=rows, from_block=query.from_block, to_block=query.to_block)
    last = rows[-1].block
    whole = tuple(row for row in rows if row.block < last)
    if not whole:
        raise NoData(SPEC.name, f"{SPEC.title} gives only part of the events of one block.")
    return LogsFound(logs=whole, from_block=query.from_block, to_block=last - 1)


# ----------------------------------------------------------------------------------------------------------------- calls

_POSITIONS: Mapping[str, Sequence[str]] = {
    "eth_blockNumber": (), "eth_gasPrice": (), "eth_getCode": ("address", "tag"), "eth_getTransactionCount": ("address", "tag"),
    "eth_getStorageAt": ("address", "position", "tag"), "eth_getTransactionByHash": ("txhash",),
    "eth_getTransactionReceipt": ("txhash",), "eth_getBlockByNumber": ("tag", "boolean"),
}  # fmt: skip
"""What Etherscan calls the parameters of a node's methods."""


def proxied(method: str, params: list[Any]) -> dict[str, str]:
    """The parameters of one call. Raises NoData for a method that it does not pass on."""
    if method in ("eth_call", "eth_estimateGas"):
        tag = {"tag": str(params[1])} if len(params) > 1 else {}
        return {"to": params[0]["to"], "data": params[0]["data"], **tag}
    if method not in _POSITIONS:
        raise NoData(SPEC.name, f"{SPEC.title} does not pass {method} on.")
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in params]
    return dict(zip(_POSITIONS[method], texts, strict=True))


def parse_call(reply: Reply, method: str, place: str = "$") -> Any:
    """The typed value of a call; a refusal by Etherscan itself comes in its own envelope."""
    if b'"jsonrpc"' not in reply.body[:200] and reply.body.lstrip()[:1] == b"{":
        form.outcome(reply.body, SPEC.name, SPEC.title)
    ((answer, _),) = jsonrpc.answers(reply.body, 1, SPEC.name)
    return jsonrpc.value(method, answer, SPEC.name, place)


async def rpc(query: RpcQuery, http: Http) -> Sourced[tuple[RpcAnswer, ...]]:
    """Calls of a node, one request each; better asked of a node where there is one."""
    asked = [jsonrpc.asked(call) for call in query.calls]

    async def one(method: str, params: list[Any]) -> tuple[Reply, Any]:
        more = {"chainid": _id(query.chain), "module": "proxy", "action": method, **proxied(method, params)}
        reply = await http.get(API, more, keep=GAS)
        if reply.body.lstrip()[:1] != b"{":
            expect_ok(reply, SPEC.name)
        return reply, parse_call(reply, method)

    jobs = {f"{n:04d}": partial(one, method, params) for n, (method, params) in enumerate(asked)}
    got = await gather(jobs, limit=3)
    for error in got.failures.values():
        raise error
    rows = tuple(RpcAnswer(value=value, field="result") for _, value in got.results.values())
    where = f"{API}?chainid={_id(query.chain)}&module=proxy&action={','.join(dict.fromkeys(m for m, _ in asked))}"
    return sourced(rows, SPEC.name, where, [reply for reply, _ in got.results.values()])


OFFERS = {
    "rpc": rpc, "logs": logs, "gas_oracle": gas_oracle, "native_balance": native_balance, "account_history": account_history,
    "token_transfers": token_transfers, "token_supply": token_supply, "withdrawals": withdrawals, "block_at": block_at,
    "verified_source": verified_source, "contract_origin": contract_origin,
}  # fmt: skip
