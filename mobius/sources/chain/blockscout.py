"""Blockscout: accounts, transactions, holders, published source of more than a hundred chains by one free key.

Here: SPEC, rows, parse and fetch. It speaks three ways: its own API (`/{chain id}/api/v2/…`, read tolerantly: version 12
renamed fields), Etherscan's form (`/{chain id}/api?module=…`), and JSON-RPC. Amounts of its own API are base units in quotes.
A free key allows 5 requests a second and some 5,000 a day. Not here: Etherscan's form itself (`etherscan_form`).
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from mobius.core.chain_needs import ChainTransaction, RpcAnswer, RpcQuery
from mobius.core.errors import NoData, SourceChanged
from mobius.core.explorer_needs import (
    AccountHistory,
    AccountHistoryQuery,
    BlockAt,
    BlockAtQuery,
    ContractOrigin,
    ContractOriginQuery,
    TokenHolder,
    TokenHoldersQuery,
    TokenTransfer,
    TokenTransfersQuery,
    TransactionQuery,
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
from mobius.sources.reading import decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="blockscout",
    title="Blockscout",
    kind="chain",
    base_url="https://api.blockscout.com",
    limits=Limits(per_minute=240, burst=5, concurrent=4, timeout_s=6.0),
    needs=("rpc", "account_history", "transaction", "token_transfers", "token_holders", "withdrawals", "block_at",
           "verified_source", "contract_origin"),
    rights=Rights(attribution="Explorer data: Blockscout"),
    key=KeySpec(
        setting="MOBIUS_BLOCKSCOUT_KEY", param="apikey", required=True,
        adds="account histories and published source where Etherscan's free plan has none: OP Mainnet, Base, Gnosis",
    ),
    probe="/1/api/v2/stats",
    refusals=form.REFUSALS,
)  # fmt: skip


class _Party(Struct, frozen=True):
    hash: str
    name: str | None = None
    is_contract: bool | None = None


class _Fee(Struct, frozen=True):
    value: str | None = None


class _Transaction(Struct, frozen=True):
    hash: str
    sender: _Party = msgspec.field(name="from")
    to: _Party | None = None
    value: str = "0"
    block_number: int | None = None
    block: int | None = None
    timestamp: datetime | None = None
    gas_price: str | None = None
    gas_limit: str | None = None
    gas_used: str | None = None
    fee: _Fee | None = None
    nonce: int | None = None
    status: str | None = None
    raw_input: str = "0x"
    created_contract: _Party | None = None


class _Withdrawal(Struct, frozen=True):
    index: int
    validator_index: int
    amount: str
    """Wei."""
    block_number: int
    timestamp: datetime


class _Withdrawals(Struct, frozen=True):
    items: tuple[_Withdrawal, ...]


class _Token(Struct, frozen=True):
    address: str | None = None
    address_hash: str | None = None
    symbol: str | None = None
    name: str | None = None
    decimals: str | None = None


class _Total(Struct, frozen=True):
    value: str | None = None
    decimals: str | None = None
    token_id: str | None = None


class _Transfer(Struct, frozen=True):
    sender: _Party = msgspec.field(name="from")
    to: _Party
    token: _Token
    total: _Total | None = None
    transaction_hash: str | None = None
    tx_hash: str | None = None
    block_number: int | None = None
    timestamp: datetime | None = None


class _Transfers(Struct, frozen=True):
    items: tuple[_Transfer, ...]


class _Holding(Struct, frozen=True):
    address: _Party
    value: str


class _Holders(Struct, frozen=True):
    items: tuple[_Holding, ...]


class _Address(Struct, frozen=True):
    creator_address_hash: str | None = None
    creation_transaction_hash: str | None = None
    creation_tx_hash: str | None = None


class _OtherFile(Struct, frozen=True):
    file_path: str
    source_code: str = ""


class _Implementation(Struct, frozen=True):
    address: str | None = None
    address_hash: str | None = None


class _Contract(Struct, frozen=True):
    name: str | None = None
    is_verified: bool | None = None
    is_fully_verified: bool | None = None
    abi: msgspec.Raw = msgspec.Raw(b"null")
    source_code: str | None = None
    file_path: str | None = None
    additional_sources: tuple[_OtherFile, ...] = ()
    compiler_version: str | None = None
    language: str | None = None
    proxy_type: str | None = None
    implementations: tuple[_Implementation, ...] = ()
    license_type: str | None = None


def _id(chain: str) -> int:
    found = CHAINS.get(chain)
    if found is None or found.chain_id is None:
        raise NoData(SPEC.name, f"{SPEC.title} knows nothing of {chain}.")
    return found.chain_id


def _maybe(text: str | None, place: str) -> int | None:
    return form.maybe_whole(text, SPEC.name, place)


# ----------------------------------------------------------------------------------------------------------- its own API


def parse_transaction(body: bytes) -> ChainTransaction:
    row = decode(body, _Transaction, SPEC.name)
    return ChainTransaction(
        hash=hexes.hash_of(row.hash, SPEC.name, "$.hash"),
        sender=hexes.address(row.sender.hash, SPEC.name, "$.from.hash"),
        to=None if row.to is None else hexes.address(row.to.hash, SPEC.name, "$.to.hash"),
        value_wei=form.whole(row.value, SPEC.name, "$.value"),
        block=row.block_number if row.block_number is not None else row.block,
        at=row.timestamp,
        gas_price_wei=_maybe(row.gas_price, "$.gas_price"),
        gas_limit=_maybe(row.gas_limit, "$.gas_limit"),
        gas_used=_maybe(row.gas_used, "$.gas_used"),
        fee_wei=None if row.fee is None else _maybe(row.fee.value, "$.fee.value"),
        nonce=row.nonce,
        failed={"ok": False, "error": True}.get(row.status or ""),
        data=hexes.data(row.raw_input, SPEC.name, "$.raw_input"),
        created=None
        if row.created_contract is None
        else hexes.address(row.created_contract.hash, SPEC.name, "$.created_contract"),
    )


def parse_withdrawals(body: bytes) -> tuple[Withdrawal, ...]:
    rows = decode(body, _Withdrawals, SPEC.name).items
    return tuple(
        Withdrawal(
            index=row.index, validator=row.validator_index, wei=form.whole(row.amount, SPEC.name, f"$.items[{n}].amount"),
            block=row.block_number, at=row.timestamp, field=f"items[{n}]",
        )
        for n, row in enumerate(rows)
    )  # fmt: skip


def parse_transfers(body: bytes) -> tuple[TokenTransfer, ...]:
    return tuple(_transfer(row, f"$.items[{n}]") for n, row in enumerate(decode(body, _Transfers, SPEC.name).items))


def _transfer(row: _Transfer, place: str) -> TokenTransfer:
    total = row.total or _Total()
    return TokenTransfer(
        token=hexes.address(
            row.token.address_hash or row.token.address or "", SPEC.name, f"{place}.token.address_hash"
        ),
        symbol=hexes.label(row.token.symbol),
        name=hexes.label(row.token.name),
        decimals=_maybe(total.decimals or row.token.decimals, f"{place}.total.decimals"),
        sender=hexes.address(row.sender.hash, SPEC.name, f"{place}.from.hash"),
        to=hexes.address(row.to.hash, SPEC.name, f"{place}.to.hash"),
        amount=_maybe(total.value, f"{place}.total.value"),
        token_id=total.token_id,
        transaction=hexes.hash_of(row.transaction_hash or row.tx_hash or "", SPEC.name, f"{place}.transaction_hash"),
        block=row.block_number,
        at=row.timestamp,
        sender_label=hexes.label(row.sender.name),
        to_label=hexes.label(row.to.name),
        field=hexes.shown(place),
    )


def parse_holders(body: bytes) -> tuple[TokenHolder, ...]:
    """Largest first, as the explorer gives them."""
    return tuple(
        TokenHolder(
            address=hexes.address(row.address.hash, SPEC.name, f"$.items[{n}].address.hash"),
            amount=form.whole(row.value, SPEC.name, f"$.items[{n}].value"),
            label=hexes.label(row.address.name), contract=row.address.is_contract, field=f"items[{n}]",
        )
        for n, row in enumerate(decode(body, _Holders, SPEC.name).items)
    )  # fmt: skip


def parse_origin(body: bytes, address: str) -> ContractOrigin:
    row = decode(body, _Address, SPEC.name)
    if not row.creator_address_hash:
        raise NoData(SPEC.name, f"{SPEC.title} does not know who made this contract.")
    made_in = row.creation_transaction_hash or row.creation_tx_hash
    return ContractOrigin(
        address=address,
        creator=hexes.address(row.creator_address_hash, SPEC.name, "$.creator_address_hash"),
        transaction=None if not made_in else hexes.hash_of(made_in, SPEC.name, "$.creation_transaction_hash"),
        field="creator_address_hash",
    )


def parse_source(body: bytes, address: str) -> VerifiedSource:
    """Published source. Raises NoData where none is; `exact` is a full match of the metadata as well."""
    row = decode(body, _Contract, SPEC.name)
    abi = bytes(row.abi)
    if not row.is_verified or abi == b"null":
        raise NoData(SPEC.name, "The source of this contract is not published there.")
    if abi[:1] != b"[":
        raise SourceChanged(SPEC.name, "not an interface", path="$.abi")
    files = {one.file_path: one.source_code for one in row.additional_sources}
    if row.source_code:
        files[row.file_path or f"{row.name or 'contract'}.sol"] = row.source_code
    exact = row.is_fully_verified
    return VerifiedSource(
        address=address,
        name=hexes.label(row.name),
        compiler=hexes.label(row.compiler_version),
        language=hexes.label(row.language),
        abi=abi.decode(),
        files=files,
        proxy_kind=hexes.label(row.proxy_type),
        implementations=tuple(
            hexes.address(one.address_hash or one.address or "", SPEC.name, f"$.implementations[{n}].address_hash")
            for n, one in enumerate(row.implementations)
        ),
        match=None if exact is None else "exact" if exact else "partial",
        licence=hexes.label(row.license_type),
    )


async def _own(chain: str, path: str, http: Http, keep: Policy, **params: str) -> tuple[Reply, str]:
    where = f"/{_id(chain)}/api/v2{path}"
    reply = await http.get(where, params or None, keep=keep)
    expect_ok(reply, SPEC.name)
    return reply, endpoint(where, params)


async def transaction(query: TransactionQuery, http: Http) -> Sourced[ChainTransaction]:
    """One transaction with what it cost altogether, the data fee of a rollup included."""
    reply, where = await _own(query.chain, f"/transactions/{hexes.asked_hash(query.hash)}", http, CHAIN)
    return sourced(parse_transaction(reply.body), SPEC.name, where, [reply])


async def withdrawals(query: WithdrawalsQuery, http: Http) -> Sourced[tuple[Withdrawal, ...]]:
    """The newest page of what validators paid out to an address, within the blocks asked for."""
    reply, where = await _own(query.chain, f"/addresses/{hexes.asked_address(query.address)}/withdrawals", http, CHAIN)
    rows = tuple(
        row
        for row in parse_withdrawals(reply.body)
        if row.block >= query.from_block and (query.to_block is None or row.block <= query.to_block)
    )
    return sourced(rows[: query.limit], SPEC.name, where, [reply])


async def token_holders(query: TokenHoldersQuery, http: Http) -> Sourced[tuple[TokenHolder, ...]]:
    reply, where = await _own(query.chain, f"/tokens/{hexes.asked_address(query.token)}/holders", http, CHAIN)
    return sourced(parse_holders(reply.body)[: query.limit], SPEC.name, where, [reply])


async def contract_origin(query: ContractOriginQuery, http: Http) -> Sourced[ContractOrigin]:
    address = hexes.asked_address(query.address)
    reply, where = await _own(query.chain, f"/addresses/{address}", http, SETTLED)
    return sourced(parse_origin(reply.body, address), SPEC.name, where, [reply])


async def verified_source(query: VerifiedSourceQuery, http: Http) -> Sourced[VerifiedSource]:
    address = hexes.asked_address(query.address)
    reply, where = await _own(query.chain, f"/smart-contracts/{address}", http, LISTING)
    return sourced(parse_source(reply.body, address), SPEC.name, where, [reply])


# ------------------------------------------------------------------------------------------------------ Etherscan's form


async def _formed(
    chain: str, module: str, action: str, http: Http, keep: Policy, **more: str
) -> tuple[Outcome, Reply, str]:
    path, params = f"/{_id(chain)}/api", {"module": module, "action": action, **more}
    reply = await http.get(path, params, keep=keep)
    expect_ok(reply, SPEC.name)
    return form.outcome(reply.body, SPEC.name, SPEC.title), reply, endpoint(path, params)


def _span(first: int, last: int | None, *, newest_first: bool) -> dict[str, str]:
    end = {} if last is None else {"endblock": str(last)}
    return {"startblock": str(first), **end, "sort": "desc" if newest_first else "asc"}


async def account_history(query: AccountHistoryQuery, http: Http) -> Sourced[AccountHistory]:
    """Transactions of an account; parts of a transaction may be told to be incomplete."""
    got, reply, where = await _formed(
        query.chain, "account", "txlist" if query.kind == "normal" else "txlistinternal", http, CHAIN,
        address=hexes.asked_address(query.address), page=str(query.page), offset=str(query.limit),
        **_span(query.from_block, query.to_block, newest_first=query.newest_first),
    )  # fmt: skip
    value = AccountHistory(rows=form.parse_transactions(got.result, SPEC.name), complete=got.complete)
    return sourced(value, SPEC.name, where, [reply])


async def token_transfers(query: TokenTransfersQuery, http: Http) -> Sourced[TransferPage]:
    """Transfers of an account, or the newest page of a token's."""
    if query.address is None:
        token = hexes.asked_address(query.token or "")
        reply, where = await _own(query.chain, f"/tokens/{token}/transfers", http, CHAIN)
        return sourced(TransferPage(rows=parse_transfers(reply.body)[: query.limit]), SPEC.name, where, [reply])
    token_asked = {} if query.token is None else {"contractaddress": hexes.asked_address(query.token)}
    got, reply, where = await _formed(
        query.chain, "account", "tokentx", http, CHAIN, address=hexes.asked_address(query.address), **token_asked, page="1",
        offset=str(query.limit), **_span(query.from_block, query.to_block, newest_first=query.newest_first),
    )  # fmt: skip
    value = TransferPage(rows=form.parse_transfers(got.result, SPEC.name), complete=got.complete)
    return sourced(value, SPEC.name, where, [reply])


async def block_at(query: BlockAtQuery, http: Http) -> Sourced[BlockAt]:
    """The last block at or before an instant."""
    seconds = str(int(query.at.timestamp()))
    got, reply, where = await _formed(
        query.chain, "block", "getblocknobytime", http, DAILY, timestamp=seconds, closest="before"
    )
    return sourced(form.parse_block_at(got.result, SPEC.name), SPEC.name, where, [reply])


# ----------------------------------------------------------------------------------------------------------------- calls


async def rpc(query: RpcQuery, http: Http) -> Sourced[tuple[RpcAnswer, ...]]:
    """Calls of a node, one request each; better asked of a node where there is one."""
    path = f"/{_id(query.chain)}/json-rpc"
    asked = [jsonrpc.asked(call) for call in query.calls]

    async def one(method: str, params: list[Any]) -> tuple[Reply, Any]:
        reply = await http.post(path, jsonrpc.questions([(method, params)]), keep=GAS)
        if reply.body.lstrip()[:1] != b"{":
            expect_ok(reply, SPEC.name)
        ((answer, place),) = jsonrpc.answers(reply.body, 1, SPEC.name)
        return reply, jsonrpc.value(method, answer, SPEC.name, place)

    jobs = {f"{n:04d}": partial(one, method, params) for n, (method, params) in enumerate(asked)}
    got = await gather(jobs, limit=3)
    for error in got.failures.values():
        raise error
    rows = tuple(RpcAnswer(value=value, field="result") for _, value in got.results.values())
    where = f"{path}?method={','.join(dict.fromkeys(method for method, _ in asked))}"
    return sourced(rows, SPEC.name, where, [reply for reply, _ in got.results.values()])


OFFERS = {
    "rpc": rpc, "account_history": account_history, "transaction": transaction, "token_transfers": token_transfers,
    "token_holders": token_holders, "withdrawals": withdrawals, "block_at": block_at, "verified_source": verified_source,
    "contract_origin": contract_origin,
}  # fmt: skip
