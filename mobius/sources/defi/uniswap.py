"""Uniswap's pools, by its subgraphs at The Graph: depth, volume and what fees earned. Needs The Graph's key.

Here: SPEC, rows, parse and fetch of the deepest v3 and v4 pools of a token on Ethereum. Fee APR is the mean of a week of daily
fees over what is locked, times 365, before impermanent loss. A v4 pool may run code of its own at each trade (`hooks`). How far
the subgraph is behind is told by its newest block, which dates the rows. Not here: other subgraphs (thegraph).
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from mobius.core.errors import MobiusError, NoData
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http, Reply
from mobius.core.protocol_needs import DexPool, DexPoolsQuery
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources.bridged import NATIVE, token_on
from mobius.sources.chain.thegraph import parse_reply
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="uniswap",
    title="Uniswap",
    kind="protocol",
    base_url="https://gateway.thegraph.com/api",
    limits=Limits(per_minute=120, burst=6, concurrent=3, timeout_s=8.0),
    needs=("dex_pools",),
    rights=Rights(attribution="Pools: Uniswap's subgraphs, by The Graph"),
    key=KeySpec(
        setting="MOBIUS_THEGRAPH_KEY", header="Authorization", prefix="Bearer ", required=True,
        adds="depth, volume and fees of Uniswap's pools",
    ),
    refusals=(b'{"errors"',),
)  # fmt: skip
SUBGRAPHS = {
    "v4": "DiYPVdygkfjDWhbxGSqAQxwBKmfKnkWQojqeM2rkLb3G",
    "v3": "5zvR82QoaXYFyDEKLZ9t6v9adgnptxYpKpSbxtgVENFV",
}
"""On Ethereum, by version."""
_POOLS = """query($token: String!, $n: Int!) {
  _meta { block { number timestamp } hasIndexingErrors }
  pools(first: $n, orderBy: totalValueLockedUSD, orderDirection: desc,
        where: {or: [{token0: $token}, {token1: $token}]}) {
    id feeTier %s token0 { symbol } token1 { symbol } totalValueLockedUSD
    poolDayData(first: 8, orderBy: date, orderDirection: desc) { date volumeUSD feesUSD tvlUSD }
  }
}"""
WEEK = 7


class _Token(Struct, frozen=True):
    symbol: str = ""


class _Day(Struct, frozen=True):
    date: int
    volumeUSD: Decimal | None = None  # noqa: N815
    feesUSD: Decimal | None = None  # noqa: N815


class _Pool(Struct, frozen=True):
    id: str
    token0: _Token
    token1: _Token
    hooks: str | None = None
    totalValueLockedUSD: Decimal | None = None  # noqa: N815
    poolDayData: list[_Day] = []  # noqa: N815


class _Data(Struct, frozen=True):
    pools: list[_Pool]


def question(version: str, token: str, limit: int) -> bytes:
    """What is posted; only v4 pools have hooks."""
    query = _POOLS % ("hooks" if version == "v4" else "")
    return msgspec.json.encode({"query": query, "variables": {"token": token, "n": limit}})


def parse_pools(body: bytes, version: str) -> tuple[tuple[DexPool, ...], datetime | None]:
    """The pools, and the instant that the subgraph has come to."""
    reply = parse_reply(body)
    pools = decode(reply.data, _Data, SPEC.name, at="$.data").pools
    return tuple(_row(pool, f"data.pools[{place}]", version) for place, pool in enumerate(pools)), reply.at


def _row(pool: _Pool, place: str, version: str) -> DexPool:
    read = Figures(SPEC.name, place, {})
    locked = read.amount("liquidity_usd", pool.totalValueLockedUSD, "totalValueLockedUSD")
    whole = pool.poolDayData[1 : WEEK + 1]  # the newest day is still running
    last = whole[0] if whole else None
    fees = [read.amount("fee_apr_pct", day.feesUSD, "poolDayData[*].feesUSD") for day in whole]
    told = [fee for fee in fees if fee is not None]
    apr = sum(told, Decimal(0)) / len(told) / locked * 365 * 100 if told and locked else None
    return DexPool(
        chain="ethereum",
        dex=f"uniswap {version}",
        pool=plain_text(pool.id, 80),
        base=plain_text(pool.token0.symbol, 20),
        quote=plain_text(pool.token1.symbol, 20),
        liquidity_usd=locked,
        volume_24h_usd=read.amount("volume_24h_usd", last.volumeUSD if last else None, "poolDayData[1].volumeUSD"),
        fees_24h_usd=read.amount("fees_24h_usd", last.feesUSD if last else None, "poolDayData[1].feesUSD"),
        fee_apr_pct=apr,
        hooks=plain_text(pool.hooks, 42) if pool.hooks and pool.hooks != NATIVE else None,
        fields=read.fields,
    )


async def dex_pools(query: DexPoolsQuery, http: Http) -> Sourced[tuple[DexPool, ...]]:
    """The deepest pools of both versions together; one version that fails costs its own pools."""
    token = token_on("WETH" if query.asset == "ETH" else query.asset, "ethereum")
    if token is None:
        raise NoData(SPEC.name, f"No contract of {query.asset} is known here.")

    async def one(version: str) -> tuple[tuple[DexPool, ...], datetime | None, Reply]:
        body = question(version, token.address.lower(), query.limit)
        reply = await http.post(f"/subgraphs/id/{SUBGRAPHS[version]}", body, keep=RATES)
        expect_ok(reply, SPEC.name)
        rows, at = parse_pools(reply.body, version)
        return rows, at, reply

    got = await asyncio.gather(*(one(version) for version in SUBGRAPHS), return_exceptions=True)
    for result in got:
        if isinstance(result, BaseException) and not isinstance(result, MobiusError):
            raise result
    answered = [result for result in got if not isinstance(result, BaseException)]
    if not answered:
        raise next(result for result in got if isinstance(result, MobiusError))
    rows = sorted(
        (row for found, _, _ in answered for row in found), key=lambda row: -(row.liquidity_usd or Decimal(0))
    )
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no pool of {query.asset}.")
    whole = sourced(tuple(rows[: query.limit]), SPEC.name, "/subgraphs/id/*", [reply for _, _, reply in answered])
    instants = [at for _, at, _ in answered if at is not None]
    return whole if not instants else msgspec.structs.replace(whole, as_of=min(whole.as_of, *instants))


OFFERS = {"dex_pools": dex_pools}
