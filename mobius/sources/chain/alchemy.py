"""Alchemy: indexed transfers and holdings of tokens, chain by chain, and prices of tokens now and past. One key, as a bearer.

Here: a SPEC for each chain and one for prices, rows, parse and fetch. Plain calls of a node need none of this: an Alchemy URL
is a `MOBIUS_RPC_ETHEREUM_URL` like any other. A free key is metered in compute units. Not here: parts of transactions, NFTs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceUnavailable
from mobius.core.explorer_needs import (
    TokenBalance,
    TokenBalancesQuery,
    TokenPrice,
    TokenPriceHistoryQuery,
    TokenPricePoint,
    TokenPriceQuery,
    TokenTransfer,
    TokenTransfersQuery,
    TransferPage,
)
from mobius.core.facts import Sourced
from mobius.core.keeping import CHAIN, DAILY, QUOTE
from mobius.core.ports import Http, Reply
from mobius.core.protocols import CHAINS
from mobius.core.sources import KeySpec, Limits, Need, Rights, SourceSpec
from mobius.sources import hexes, jsonrpc
from mobius.sources.quoted import quoted
from mobius.sources.reading import Figures, decode, expect_ok, sourced

NETWORKS = {
    "ethereum": "eth-mainnet", "polygon": "polygon-mainnet", "arbitrum": "arb-mainnet", "optimism": "opt-mainnet",
    "base": "base-mainnet",
}  # fmt: skip
BY_ADDRESS, PAST = "/tokens/by-address", "/tokens/historical"
MOST_ROWS = 1_000
_KEY = KeySpec(
    setting="MOBIUS_ALCHEMY_KEY", header="Authorization", prefix="Bearer ", required=True,
    adds="indexed transfers and holdings of tokens, and their prices now and past",
)  # fmt: skip
_RIGHTS = Rights(attribution="On-chain data: Alchemy")
_PRICES = "alchemy_prices"


def _spec(chain: str) -> SourceSpec:
    return SourceSpec(
        name=f"alchemy_{chain}", family="alchemy", title=f"Alchemy on {CHAINS[chain].name}", kind="chain",
        base_url=f"https://{NETWORKS[chain]}.g.alchemy.com/v2",
        limits=Limits(per_minute=120, burst=5, concurrent=2, timeout_s=6.0), needs=("token_transfers", "token_balances"),
        rights=_RIGHTS, key=_KEY, chain=chain, probe_body=b'{"jsonrpc":"2.0","id":0,"method":"eth_chainId","params":[]}',
        refusals=(b'{"jsonrpc":"2.0","id":0,"error"', b'{"error"', b'{"jsonrpc":"2.0","error"'),
    )  # fmt: skip


SPECS = (
    *(_spec(chain) for chain in NETWORKS),
    SourceSpec(
        name=_PRICES, family="alchemy", title="Alchemy's prices", kind="aggregator",
        base_url="https://api.g.alchemy.com/prices/v1",
        limits=Limits(per_minute=120, burst=5, concurrent=2, timeout_s=6.0),
        needs=("token_price", "token_price_history"), rights=_RIGHTS, key=_KEY, probe="/tokens/by-symbol?symbols=ETH",
    ),
)  # fmt: skip


# -------------------------------------------------------------------------------------------------------- moved and held


class _Contract(Struct, frozen=True):
    value: str | None = None
    address: str | None = None
    decimal: str | None = None


class _Metadata(Struct, frozen=True, rename="camel"):
    block_timestamp: datetime | None = None


class _Transfer(Struct, frozen=True, rename="camel"):
    block_num: str
    hash: str
    sender: str = msgspec.field(name="from")
    to: str | None = None
    asset: str | None = None
    raw_contract: _Contract = _Contract()
    metadata: _Metadata = _Metadata()


class _Transfers(Struct, frozen=True, rename="camel"):
    transfers: tuple[_Transfer, ...]
    page_key: str | None = None


class _Balance(Struct, frozen=True, rename="camel"):
    contract_address: str
    token_balance: str | None = None


class _Balances(Struct, frozen=True, rename="camel"):
    token_balances: tuple[_Balance, ...]


def parse_transfers(body: bytes, source: str) -> TransferPage:
    """A page of ERC-20 transfers; the amount is the one in base units, not the rounded `value` beside it."""
    page = decode(_result(body, source), _Transfers, source, at="$.result")
    rows = tuple(_transfer(row, source, f"$.result.transfers[{n}]") for n, row in enumerate(page.transfers))
    return TransferPage(rows=rows, cursor=page.page_key)


def _transfer(row: _Transfer, source: str, place: str) -> TokenTransfer:
    raw = row.raw_contract
    return TokenTransfer(
        token=hexes.address(raw.address or "", source, f"{place}.rawContract.address"),
        symbol=hexes.label(row.asset),
        decimals=hexes.maybe_quantity(raw.decimal, source, f"{place}.rawContract.decimal"),
        sender=hexes.address(row.sender, source, f"{place}.from"),
        to=hexes.address(row.to or "", source, f"{place}.to"),
        amount=hexes.maybe_quantity(raw.value, source, f"{place}.rawContract.value"),
        transaction=hexes.hash_of(row.hash, source, f"{place}.hash"),
        block=hexes.quantity(row.block_num, source, f"{place}.blockNum"),
        at=row.metadata.block_timestamp,
        field=hexes.shown(place),
    )


def parse_balances(body: bytes, source: str) -> tuple[TokenBalance, ...]:
    """What an account holds; tokens it once held and holds no more are left out."""
    rows = decode(_result(body, source), _Balances, source, at="$.result").token_balances
    found = []
    for n, row in enumerate(rows):
        place = f"$.result.tokenBalances[{n}]"
        amount = hexes.maybe_quantity(row.token_balance, source, f"{place}.tokenBalance")
        if amount:
            token = hexes.address(row.contract_address, source, f"{place}.contractAddress")
            found.append(TokenBalance(token=token, amount=amount, field=hexes.shown(place)))
    return tuple(found)


def _result(body: bytes, source: str) -> bytes:
    ((answer, place),) = jsonrpc.answers(body, 1, source)
    said = jsonrpc.fault(answer, source, place)
    if said is not None:
        raise jsonrpc.failure(said, source)
    return bytes(answer.result)


async def _call(spec: SourceSpec, chain: str, method: str, params: list[Any], http: Http) -> Reply:
    if chain != spec.chain:
        raise NoData(spec.name, f"{spec.title} knows nothing of {chain}.")
    reply = await http.post("", jsonrpc.questions([(method, params)]), keep=CHAIN)
    if reply.status != 400:
        expect_ok(reply, spec.name)
    return reply


async def token_transfers(spec: SourceSpec, query: TokenTransfersQuery, http: Http) -> Sourced[TransferPage]:
    """Transfers of a token, or those that an account sent and received together, in the order asked for."""
    filters: dict[str, Any] = {
        "fromBlock": hex(query.from_block), "toBlock": "latest" if query.to_block is None else hex(query.to_block),
        "category": ["erc20"], "order": "desc" if query.newest_first else "asc", "withMetadata": True,
        "excludeZeroValue": True, "maxCount": hex(min(query.limit, MOST_ROWS)),
    }  # fmt: skip
    if query.token is not None:
        filters["contractAddresses"] = [hexes.asked_address(query.token)]
    asked = [filters]
    if query.address is not None:
        asked = [{**filters, side: hexes.asked_address(query.address)} for side in ("fromAddress", "toAddress")]
    replies = [await _call(spec, query.chain, "alchemy_getAssetTransfers", [one], http) for one in asked]
    pages = [parse_transfers(reply.body, spec.name) for reply in replies]
    rows = sorted(
        (row for page in pages for row in page.rows), key=lambda row: row.block or 0, reverse=query.newest_first
    )
    cursor = pages[0].cursor if len(pages) == 1 else None
    value = TransferPage(
        rows=tuple(rows[: query.limit]), cursor=cursor,
        complete=len(pages) == 1 or not any(page.cursor for page in pages),
    )  # fmt: skip
    return sourced(value, spec.name, "/?method=alchemy_getAssetTransfers", replies)


async def token_balances(spec: SourceSpec, query: TokenBalancesQuery, http: Http) -> Sourced[tuple[TokenBalance, ...]]:
    params = [hexes.asked_address(query.address), "erc20"]
    reply = await _call(spec, query.chain, "alchemy_getTokenBalances", params, http)
    return sourced(parse_balances(reply.body, spec.name), spec.name, "/?method=alchemy_getTokenBalances", [reply])


# ---------------------------------------------------------------------------------------------------------------- prices


class _Fault(Struct, frozen=True):
    message: str = ""


class _Price(Struct, frozen=True, rename="camel"):
    currency: str
    value: str
    last_updated_at: datetime | None = None


class _Priced(Struct, frozen=True):
    prices: tuple[_Price, ...] = ()
    symbol: str | None = None
    error: _Fault | None = None


class _Prices(Struct, frozen=True):
    data: tuple[_Priced, ...]


class _Point(Struct, frozen=True):
    value: str
    timestamp: datetime


class _Points(Struct, frozen=True):
    data: tuple[_Point, ...]
    currency: str = "usd"


class _Refusal(Struct, frozen=True):
    error: _Fault


def parse_price(body: bytes) -> TokenPrice:
    """The first token's price in dollars. Raises NoData for a token it does not know."""
    rows = decode(body, _Prices, _PRICES).data
    if not rows:
        raise NoData(_PRICES, "Alchemy knows no price of this token.")
    if rows[0].error is not None and not rows[0].prices:
        raise _refused(rows[0].error.message)
    for n, row in enumerate(rows[0].prices):
        if row.currency.lower() == "usd":
            read = Figures(_PRICES, f"data[0].prices[{n}]", {})
            price = read.price("price_usd", quoted(row.value), "value")
            if price is not None:
                symbol = hexes.label(rows[0].symbol)
                return TokenPrice(price_usd=price, symbol=symbol, at=row.last_updated_at, fields=read.fields)
    raise NoData(_PRICES, "Alchemy knows no price of this token in dollars.")


def parse_history(body: bytes) -> tuple[TokenPricePoint, ...]:
    """Prices in dollars, oldest first as it gives them."""
    reply = decode(body, _Points, _PRICES)
    if reply.currency.lower() != "usd":
        raise NoData(_PRICES, "Alchemy answered in another currency.")
    points = []
    for n, row in enumerate(reply.data):
        price = Figures(_PRICES, f"data[{n}]", {}).price("price", quoted(row.value), "value")
        if price is not None:
            points.append(TokenPricePoint(price_usd=price, at=row.timestamp, field=f"data[{n}].value"))
    return tuple(points)


def _refused(said: str) -> NoData | RateLimited | SourceUnavailable:
    words = said.lower()
    if "not found" in words or "no price" in words:
        return NoData(_PRICES, "Alchemy knows no price of this token.")
    if "compute units" in words or "rate" in words:
        return RateLimited(_PRICES, "Alchemy asks us to slow down.")
    return SourceUnavailable(_PRICES, f"Alchemy answered: {hexes.label(said) or 'a bad request'}")


def expect_prices(reply: Reply) -> None:
    """Raise the error that a refusal's words stand for; it comes with a status of 400."""
    if reply.status == 400 and reply.body.lstrip()[:1] == b"{":
        raise _refused(decode(reply.body, _Refusal, _PRICES).error.message)
    expect_ok(reply, _PRICES)


def _network(chain: str) -> str:
    if chain not in NETWORKS:
        raise NoData(_PRICES, f"Alchemy tells no prices of {chain}.")
    return NETWORKS[chain]


async def token_price(spec: SourceSpec, query: TokenPriceQuery, http: Http) -> Sourced[TokenPrice]:
    address = hexes.asked_address(query.token)
    body = msgspec.json.encode({"addresses": [{"network": _network(query.chain), "address": address}]})
    reply = await http.post(BY_ADDRESS, body, keep=QUOTE)
    expect_prices(reply)
    return sourced(parse_price(reply.body), spec.name, f"{BY_ADDRESS}?address={address}", [reply])


async def token_price_history(
    spec: SourceSpec, query: TokenPriceHistoryQuery, http: Http
) -> Sourced[tuple[TokenPricePoint, ...]]:
    """Prices between two instants, by contract or by symbol. Raises NoData where it knows none."""
    if query.token is not None:
        which = {"network": _network(query.chain), "address": hexes.asked_address(query.token)}
    else:
        which = {"symbol": query.symbol or ""}
    span = {"startTime": _written(query.start), "endTime": _written(query.end), "interval": query.interval}
    reply = await http.post(PAST, msgspec.json.encode({**which, **span}), keep=DAILY)
    expect_prices(reply)
    points = parse_history(reply.body)
    if not points:
        raise NoData(_PRICES, "Alchemy knows no price of this token in that time.")
    return sourced(points, spec.name, f"{PAST}?{which.get('address') or which.get('symbol')}", [reply])


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Fetch = Callable[[SourceSpec, Any, Http], Awaitable[Sourced[Any]]]
_FETCH: dict[Need, Fetch] = {
    "token_transfers": token_transfers, "token_balances": token_balances, "token_price": token_price,
    "token_price_history": token_price_history,
}  # fmt: skip


def offers(spec: SourceSpec) -> dict[Need, Callable[[Any, Http], Awaitable[Sourced[Any]]]]:
    """What the source of `spec` serves, bound to it."""
    return {need: partial(_FETCH[need], spec) for need in spec.needs}
