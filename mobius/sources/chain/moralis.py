"""Moralis: prices, transfers, owners and holdings of tokens on EVM chains, and the block of an instant.

Here: SPEC, rows, parse and fetch. Amounts are base units in quotes; a percentage is percent. A free plan is metered in compute
units, some 40,000 a period. Not here: historical holders, which it ended in 2026; other chains than the EVM's.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.explorer_needs import (
    BlockAt,
    BlockAtQuery,
    TokenBalance,
    TokenBalancesQuery,
    TokenHolder,
    TokenHoldersQuery,
    TokenPrice,
    TokenPriceQuery,
    TokenTransfer,
    TokenTransfersQuery,
    TransferPage,
)
from mobius.core.facts import Sourced
from mobius.core.keeping import CHAIN, DAILY, QUOTE, Policy
from mobius.core.ports import Http, Reply
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources import hexes
from mobius.sources.etherscan_form import maybe_whole, whole
from mobius.sources.quoted import instant_ms, quoted
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="moralis",
    title="Moralis",
    kind="chain",
    base_url="https://deep-index.moralis.io/api/v2.2",
    limits=Limits(per_minute=60, burst=5, concurrent=2, timeout_s=6.0),
    needs=("token_price", "token_transfers", "token_balances", "token_holders", "block_at"),
    rights=Rights(attribution="On-chain data: Moralis"),
    key=KeySpec(
        setting="MOBIUS_MORALIS_KEY", header="X-API-Key", required=True,
        adds="holdings, owners and labelled transfers of tokens on EVM chains",
    ),
    probe="/web3/version",
)  # fmt: skip
CHAINS = {
    "ethereum": "eth", "polygon": "polygon", "bsc": "bsc", "arbitrum": "arbitrum", "optimism": "optimism", "base": "base",
    "avalanche": "avalanche", "gnosis": "gnosis", "linea": "linea", "fantom": "fantom", "cronos": "cronos",
}  # fmt: skip
MOST_ROWS = 100


class _Fault(Struct, frozen=True):
    message: str = ""


class _Price(Struct, frozen=True, rename="camel"):
    usd_price: Decimal | None = None
    token_symbol: str | None = None
    percent_change: str | None = msgspec.field(name="24hrPercentChange", default=None)
    pair_total_liquidity_usd: str | None = None
    possible_spam: bool | None = None
    block_timestamp: str | None = None


class _Transfer(Struct, frozen=True):
    transaction_hash: str
    address: str
    from_address: str
    to_address: str
    value: str
    block_timestamp: datetime | None = None
    block_number: str | None = None
    token_name: str | None = None
    token_symbol: str | None = None
    token_decimals: str | None = None
    from_address_label: str | None = None
    from_address_entity: str | None = None
    to_address_label: str | None = None
    to_address_entity: str | None = None


class _Transfers(Struct, frozen=True):
    result: tuple[_Transfer, ...]
    cursor: str | None = None


class _Balance(Struct, frozen=True):
    balance: str
    token_address: str | None = None
    symbol: str | None = None
    name: str | None = None
    decimals: int | None = None
    usd_price: Decimal | None = None
    usd_value: Decimal | None = None
    possible_spam: bool | None = None
    native_token: bool = False


class _Balances(Struct, frozen=True):
    result: tuple[_Balance, ...]


class _Owner(Struct, frozen=True):
    owner_address: str
    balance: str
    owner_address_label: str | None = None
    entity: str | None = None
    is_contract: bool | None = None
    percentage_relative_to_total_supply: Decimal | None = None


class _Owners(Struct, frozen=True):
    result: tuple[_Owner, ...]


class _Block(Struct, frozen=True):
    block: int
    block_timestamp: datetime | None = None


def parse_price(body: bytes) -> TokenPrice:
    row = decode(body, _Price, SPEC.name)
    read = Figures(SPEC.name, "", {})
    price = read.price("price_usd", row.usd_price, "usdPrice")
    if price is None:
        raise NoData(SPEC.name, f"{SPEC.title} knows no price of this token.")
    return TokenPrice(
        price_usd=price,
        symbol=hexes.label(row.token_symbol),
        change_24h_pct=read.signed("change_24h_pct", quoted(row.percent_change), "24hrPercentChange"),
        liquidity_usd=read.amount("liquidity_usd", quoted(row.pair_total_liquidity_usd), "pairTotalLiquidityUsd"),
        spam=row.possible_spam,
        at=instant_ms(row.block_timestamp),
        fields=read.fields,
    )


def parse_transfers(body: bytes) -> TransferPage:
    page = decode(body, _Transfers, SPEC.name)
    return TransferPage(
        rows=tuple(_transfer(row, f"$.result[{n}]") for n, row in enumerate(page.result)), cursor=page.cursor or None
    )


def _transfer(row: _Transfer, place: str) -> TokenTransfer:
    return TokenTransfer(
        token=hexes.address(row.address, SPEC.name, f"{place}.address"),
        symbol=hexes.label(row.token_symbol),
        name=hexes.label(row.token_name),
        decimals=maybe_whole(row.token_decimals, SPEC.name, f"{place}.token_decimals"),
        sender=hexes.address(row.from_address, SPEC.name, f"{place}.from_address"),
        to=hexes.address(row.to_address, SPEC.name, f"{place}.to_address"),
        amount=whole(row.value, SPEC.name, f"{place}.value"),
        transaction=hexes.hash_of(row.transaction_hash, SPEC.name, f"{place}.transaction_hash"),
        block=maybe_whole(row.block_number, SPEC.name, f"{place}.block_number"),
        at=row.block_timestamp,
        sender_label=hexes.label(row.from_address_label or row.from_address_entity),
        to_label=hexes.label(row.to_address_label or row.to_address_entity),
        field=hexes.shown(place),
    )


def parse_balances(body: bytes) -> tuple[TokenBalance, ...]:
    return tuple(_balance(row, f"result[{n}]") for n, row in enumerate(decode(body, _Balances, SPEC.name).result))


def _balance(row: _Balance, place: str) -> TokenBalance:
    read = Figures(SPEC.name, place, {})
    token = None if row.native_token else hexes.address(row.token_address or "", SPEC.name, f"$.{place}.token_address")
    return TokenBalance(
        token=token,
        symbol=hexes.label(row.symbol),
        name=hexes.label(row.name),
        decimals=row.decimals,
        amount=whole(row.balance, SPEC.name, f"$.{place}.balance"),
        price_usd=read.price("price_usd", row.usd_price, "usd_price"),
        value_usd=read.amount("value_usd", row.usd_value, "usd_value"),
        spam=row.possible_spam,
        field=place,
    )


def parse_holders(body: bytes) -> tuple[TokenHolder, ...]:
    return tuple(_holder(row, f"result[{n}]") for n, row in enumerate(decode(body, _Owners, SPEC.name).result))


def _holder(row: _Owner, place: str) -> TokenHolder:
    read = Figures(SPEC.name, place, {})
    return TokenHolder(
        address=hexes.address(row.owner_address, SPEC.name, f"$.{place}.owner_address"),
        amount=whole(row.balance, SPEC.name, f"$.{place}.balance"),
        share_pct=read.amount(
            "share_pct", row.percentage_relative_to_total_supply, "percentage_relative_to_total_supply"
        ),
        label=hexes.label(row.owner_address_label or row.entity),
        contract=row.is_contract,
        field=place,
    )


def parse_block_at(body: bytes) -> BlockAt:
    row = decode(body, _Block, SPEC.name)
    if row.block < 0:
        raise SourceChanged(SPEC.name, "not a height", path="$.block")
    return BlockAt(number=row.block, at=row.block_timestamp, field="block")


async def _ask(chain: str, path: str, http: Http, keep: Policy, **more: str) -> tuple[Reply, str]:
    if chain not in CHAINS:
        raise NoData(SPEC.name, f"{SPEC.title} does not serve {chain}.")
    params = {"chain": CHAINS[chain], **more}
    reply = await http.get(path, params, keep=keep)
    if reply.status == 400:
        said = decode(reply.body, _Fault, SPEC.name).message
        if "no pools" in said.lower() or "not found" in said.lower() or "insufficient liquidity" in said.lower():
            raise NoData(SPEC.name, f"{SPEC.title} knows nothing of this token.")
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {hexes.label(said) or 'a bad request'}")
    expect_ok(reply, SPEC.name)
    return reply, endpoint(path, params)


async def token_price(query: TokenPriceQuery, http: Http) -> Sourced[TokenPrice]:
    """What the deepest pool of a token pays. Raises NoData for one without."""
    path = f"/erc20/{hexes.asked_address(query.token)}/price"
    reply, where = await _ask(query.chain, path, http, QUOTE, include="percent_change")
    return sourced(parse_price(reply.body), SPEC.name, where, [reply])


async def token_transfers(query: TokenTransfersQuery, http: Http) -> Sourced[TransferPage]:
    """A page of transfers of an account, or of a token, labelled where the sides are known."""
    path = f"/erc20/{hexes.asked_address(query.token or '')}/transfers" if query.address is None else (
        f"/{hexes.asked_address(query.address)}/erc20/transfers"
    )  # fmt: skip
    more = {"limit": str(min(query.limit, MOST_ROWS)), "order": "DESC" if query.newest_first else "ASC"}
    if query.from_block:
        more["from_block"] = str(query.from_block)
    if query.to_block is not None:
        more["to_block"] = str(query.to_block)
    reply, where = await _ask(query.chain, path, http, CHAIN, **more)
    page = parse_transfers(reply.body)
    if query.address is not None and query.token is not None:
        token = hexes.asked_address(query.token)
        page = TransferPage(rows=tuple(row for row in page.rows if row.token == token), cursor=page.cursor)
    return sourced(page, SPEC.name, where, [reply])


async def token_balances(query: TokenBalancesQuery, http: Http) -> Sourced[tuple[TokenBalance, ...]]:
    reply, where = await _ask(query.chain, f"/wallets/{hexes.asked_address(query.address)}/tokens", http, CHAIN)
    return sourced(parse_balances(reply.body), SPEC.name, where, [reply])


async def token_holders(query: TokenHoldersQuery, http: Http) -> Sourced[tuple[TokenHolder, ...]]:
    path = f"/erc20/{hexes.asked_address(query.token)}/owners"
    reply, where = await _ask(query.chain, path, http, CHAIN, limit=str(min(query.limit, MOST_ROWS)), order="DESC")
    return sourced(parse_holders(reply.body), SPEC.name, where, [reply])


async def block_at(query: BlockAtQuery, http: Http) -> Sourced[BlockAt]:
    """The last block at or before an instant."""
    reply, where = await _ask(query.chain, "/dateToBlock", http, DAILY, date=str(int(query.at.timestamp())))
    return sourced(parse_block_at(reply.body), SPEC.name, where, [reply])


OFFERS = {
    "token_price": token_price, "token_transfers": token_transfers, "token_balances": token_balances,
    "token_holders": token_holders, "block_at": block_at,
}  # fmt: skip
