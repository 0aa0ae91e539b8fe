"""GoldRush (once Covalent): holdings, transfers and holders of tokens, the same way on some hundred chains.

Here: SPEC, rows, parse and fetch. Amounts are base units in quotes, dollars plain numbers; a failure may come with any status,
in an envelope. There is no feed of all transfers of a token: they go by account. Not here: order among sources (desk).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceUnavailable
from mobius.core.explorer_needs import (
    TokenBalance,
    TokenBalancesQuery,
    TokenHolder,
    TokenHoldersQuery,
    TokenTransfer,
    TokenTransfersQuery,
    TransferPage,
)
from mobius.core.facts import Sourced
from mobius.core.keeping import CHAIN
from mobius.core.ports import Http, Reply
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources import hexes
from mobius.sources.etherscan_form import maybe_whole, whole
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

T = TypeVar("T")

SPEC = SourceSpec(
    name="goldrush",
    title="GoldRush",
    kind="chain",
    base_url="https://api.covalenthq.com/v1",
    limits=Limits(per_minute=200, burst=4, concurrent=3, timeout_s=8.0),
    needs=("token_balances", "token_transfers", "token_holders"),
    rights=Rights(attribution="On-chain data: GoldRush"),
    key=KeySpec(
        setting="MOBIUS_GOLDRUSH_KEY", header="Authorization", prefix="Bearer ", required=True,
        adds="holdings, transfers and holders of tokens on some hundred chains",
    ),
    probe="/chains/",
    refusals=(b'{"data":null', b'{"error":true'),
)  # fmt: skip
CHAINS = {
    "ethereum": "eth-mainnet", "polygon": "matic-mainnet", "arbitrum": "arbitrum-mainnet", "optimism": "optimism-mainnet",
    "base": "base-mainnet", "bsc": "bsc-mainnet", "avalanche": "avalanche-mainnet", "gnosis": "gnosis-mainnet",
    "linea": "linea-mainnet", "scroll": "scroll-mainnet", "mantle": "mantle-mainnet",
}  # fmt: skip
MOST_ROWS = 100


class _Envelope(Struct, frozen=True):
    data: msgspec.Raw = msgspec.Raw(b"null")
    error: bool = False
    error_message: str | None = None
    error_code: int | str | None = None


class _Held(Struct, frozen=True):
    contract_address: str
    balance: str | None = None
    contract_decimals: int | None = None
    contract_name: str | None = None
    contract_ticker_symbol: str | None = None
    native_token: bool = False
    is_spam: bool | None = None
    quote_rate: Decimal | None = None
    quote: Decimal | None = None


class _Holdings(Struct, frozen=True):
    items: tuple[_Held, ...]
    quote_currency: str = "USD"


class _Move(Struct, frozen=True):
    from_address: str
    to_address: str
    contract_address: str
    delta: str | None = None
    contract_decimals: int | None = None
    contract_name: str | None = None
    contract_ticker_symbol: str | None = None
    delta_quote: Decimal | None = None


class _Moves(Struct, frozen=True):
    tx_hash: str
    block_height: int | None = None
    block_signed_at: datetime | None = None
    transfers: tuple[_Move, ...] | None = None


class _Pages(Struct, frozen=True):
    has_more: bool | None = None


class _Transfers(Struct, frozen=True):
    items: tuple[_Moves, ...]
    pagination: _Pages | None = None


class _Holder(Struct, frozen=True):
    address: str
    balance: str
    total_supply: str | None = None


class _Holders(Struct, frozen=True):
    items: tuple[_Holder, ...]


def data_of(reply: Reply, kind: type[T]) -> T:
    """The `data` of an envelope. Raises what its error stands for, whatever the status."""
    if reply.body.lstrip()[:1] != b"{":
        expect_ok(reply, SPEC.name)
    envelope = decode(reply.body, _Envelope, SPEC.name)
    if envelope.error or not 200 <= reply.status < 300:
        raise _failure(envelope, reply)
    return decode(bytes(envelope.data), kind, SPEC.name, at="$.data")


def _failure(envelope: _Envelope, reply: Reply) -> NoData | RateLimited | SourceUnavailable:
    code, said = str(envelope.error_code or reply.status), hexes.label(envelope.error_message) or "no reason"
    if code == "429":
        return RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
    if code == "402":
        return SourceUnavailable(SPEC.name, f"The credits of the {SPEC.title} key are used up.")
    if code in ("401", "403"):
        return SourceUnavailable(
            SPEC.name, f"{SPEC.title} does not take the key: {said}", hint="MOBIUS_GOLDRUSH_KEY holds it."
        )
    if code in ("404", "406", "501"):
        return NoData(SPEC.name, f"{SPEC.title} has nothing of this: {said}")
    return SourceUnavailable(SPEC.name, f"{SPEC.title} answered {code}: {said}")


def parse_balances(reply: Reply) -> tuple[TokenBalance, ...]:
    """What an account holds; dollars only where the reply is in them."""
    found = data_of(reply, _Holdings)
    dollars = found.quote_currency.upper() == "USD"
    return tuple(
        _balance(row, f"data.items[{n}]", dollars=dollars)
        for n, row in enumerate(found.items)
        if row.balance not in (None, "", "0")
    )


def _balance(row: _Held, place: str, *, dollars: bool) -> TokenBalance:
    read = Figures(SPEC.name, place, {})
    price, value = (row.quote_rate, row.quote) if dollars else (None, None)
    return TokenBalance(
        token=None
        if row.native_token
        else hexes.address(row.contract_address, SPEC.name, f"$.{place}.contract_address"),
        symbol=hexes.label(row.contract_ticker_symbol),
        name=hexes.label(row.contract_name),
        decimals=row.contract_decimals,
        amount=whole(row.balance or "", SPEC.name, f"$.{place}.balance"),
        price_usd=read.price("price_usd", price, "quote_rate"),
        value_usd=read.amount("value_usd", value, "quote"),
        spam=row.is_spam,
        field=place,
    )


def parse_transfers(reply: Reply) -> TransferPage:
    found = data_of(reply, _Transfers)
    rows = tuple(
        _transfer(moves, move, f"data.items[{n}].transfers[{k}]")
        for n, moves in enumerate(found.items)
        for k, move in enumerate(moves.transfers or ())
    )
    return TransferPage(rows=rows, complete=found.pagination is None or not found.pagination.has_more)


def _transfer(moves: _Moves, row: _Move, place: str) -> TokenTransfer:
    read = Figures(SPEC.name, place, {})
    return TokenTransfer(
        token=hexes.address(row.contract_address, SPEC.name, f"$.{place}.contract_address"),
        symbol=hexes.label(row.contract_ticker_symbol),
        name=hexes.label(row.contract_name),
        decimals=row.contract_decimals,
        sender=hexes.address(row.from_address, SPEC.name, f"$.{place}.from_address"),
        to=hexes.address(row.to_address, SPEC.name, f"$.{place}.to_address"),
        amount=maybe_whole(row.delta, SPEC.name, f"$.{place}.delta"),
        usd=read.amount("usd", row.delta_quote, "delta_quote"),
        transaction=hexes.hash_of(moves.tx_hash, SPEC.name, f"$.{place.rpartition('.')[0]}.tx_hash"),
        block=moves.block_height,
        at=moves.block_signed_at,
        field=place,
    )


def parse_holders(reply: Reply) -> tuple[TokenHolder, ...]:
    return tuple(_holder(row, f"data.items[{n}]") for n, row in enumerate(data_of(reply, _Holders).items))


def _holder(row: _Holder, place: str) -> TokenHolder:
    amount = whole(row.balance, SPEC.name, f"$.{place}.balance")
    supply = maybe_whole(row.total_supply, SPEC.name, f"$.{place}.total_supply")
    return TokenHolder(
        address=hexes.address(row.address, SPEC.name, f"$.{place}.address"), amount=amount,
        share_pct=Decimal(amount * 100) / supply if supply else None, field=place,
    )  # fmt: skip


def _chain(chain: str) -> str:
    if chain not in CHAINS:
        raise NoData(SPEC.name, f"{SPEC.title} does not serve {chain}.")
    return CHAINS[chain]


async def token_balances(query: TokenBalancesQuery, http: Http) -> Sourced[tuple[TokenBalance, ...]]:
    path = f"/{_chain(query.chain)}/address/{hexes.asked_address(query.address)}/balances_v2/"
    params = {"quote-currency": "USD", "no-spam": "false"}
    reply = await http.get(path, params, keep=CHAIN)
    return sourced(parse_balances(reply), SPEC.name, endpoint(path, params), [reply])


async def token_transfers(query: TokenTransfersQuery, http: Http) -> Sourced[TransferPage]:
    """Transfers of one token by one account. Raises NoData where either is missing: there is no feed of a whole token."""
    if query.address is None or query.token is None:
        raise NoData(SPEC.name, f"{SPEC.title} tells transfers of one token by one account only.")
    path = f"/{_chain(query.chain)}/address/{hexes.asked_address(query.address)}/transfers_v2/"
    params = {"contract-address": hexes.asked_address(query.token), "quote-currency": "USD",
              "page-size": str(min(query.limit, MOST_ROWS))}  # fmt: skip
    if query.from_block:
        params["starting-block"] = str(query.from_block)
    if query.to_block is not None:
        params["ending-block"] = str(query.to_block)
    reply = await http.get(path, params, keep=CHAIN)
    return sourced(parse_transfers(reply), SPEC.name, endpoint(path, params), [reply])


async def token_holders(query: TokenHoldersQuery, http: Http) -> Sourced[tuple[TokenHolder, ...]]:
    path = f"/{_chain(query.chain)}/tokens/{hexes.asked_address(query.token)}/token_holders_v2/"
    params = {"page-size": str(min(query.limit, MOST_ROWS))}
    reply = await http.get(path, params, keep=CHAIN)
    return sourced(parse_holders(reply), SPEC.name, endpoint(path, params), [reply])


OFFERS = {"token_balances": token_balances, "token_transfers": token_transfers, "token_holders": token_holders}
