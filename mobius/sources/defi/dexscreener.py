"""DexScreener: pools of decentralised exchanges that trade a token, on every chain it follows. Keyless.

Here: SPEC, rows, parse and fetch. A token whose contract we know is asked by its contract; others by their ticker, which anyone
may have given to a token of their own: then only pools with some depth are taken, and whoever shows them says so. Not here:
prices (market), fees of pools (uniswap).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData
from mobius.core.facts import Sourced
from mobius.core.keeping import OVERVIEW
from mobius.core.ports import Http
from mobius.core.protocol_needs import DexPool, DexPoolsQuery
from mobius.core.protocols import CHAINS
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.bridged import token_on
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, endpoint, epoch_s, expect_ok, sourced

SPEC = SourceSpec(
    name="dexscreener",
    title="DexScreener",
    kind="aggregator",
    base_url="https://api.dexscreener.com",
    limits=Limits(per_minute=240, burst=8, concurrent=3, timeout_s=4.0),
    needs=("dex_pools",),
    rights=Rights(attribution="Pools: DexScreener"),
    probe="/latest/dex/search?q=WETH",
)
TOKENS, SEARCH = "/tokens/v1/", "/latest/dex/search"
LEAST_LIQUIDITY = Decimal(10_000)
"""US dollars; a pool found by a ticker alone must hold this much."""


class _Token(Struct, frozen=True):
    symbol: str = ""
    address: str = ""


class _Liquidity(Struct, frozen=True):
    usd: Decimal | None = None


class _Volume(Struct, frozen=True):
    h24: Decimal | None = None


class _Pair(Struct, frozen=True):
    chainId: str  # noqa: N815
    dexId: str = ""  # noqa: N815
    pairAddress: str = ""  # noqa: N815
    baseToken: _Token = _Token()  # noqa: N815
    quoteToken: _Token = _Token()  # noqa: N815
    priceUsd: Decimal | None = None  # noqa: N815
    liquidity: _Liquidity | None = None
    volume: _Volume | None = None
    pairCreatedAt: int | None = None  # noqa: N815


class _Found(Struct, frozen=True):
    pairs: list[_Pair] | None = None


def parse_tokens(body: bytes, query: DexPoolsQuery, contract: str) -> tuple[DexPool, ...]:
    """Pools with a contract on either side, deepest first."""
    wanted = contract.lower()
    return _rows(
        decode(body, list[_Pair], SPEC.name), query, "",
        lambda pair: wanted in (pair.baseToken.address.lower(), pair.quoteToken.address.lower()),
    )  # fmt: skip


def parse_search(body: bytes, query: DexPoolsQuery) -> tuple[DexPool, ...]:
    """Pools of tokens that carry the ticker, deepest first; shallow ones are left out."""
    wanted = query.asset.upper()
    found = _rows(
        decode(body, _Found, SPEC.name).pairs or [], query, "pairs",
        lambda pair: wanted in (pair.baseToken.symbol.upper(), pair.quoteToken.symbol.upper()),
    )  # fmt: skip
    return tuple(row for row in found if row.liquidity_usd is not None and row.liquidity_usd >= LEAST_LIQUIDITY)


def _rows(
    pairs: list[_Pair], query: DexPoolsQuery, list_at: str, counts: Callable[[_Pair], bool]
) -> tuple[DexPool, ...]:  # fmt: skip
    rows = [_row(pair, f"{list_at}[{place}]") for place, pair in enumerate(pairs) if counts(pair)]
    return tuple(sorted(rows, key=lambda row: -(row.liquidity_usd or Decimal(0)))[: query.limit])


def _row(pair: _Pair, place: str) -> DexPool:
    read = Figures(SPEC.name, place, {})
    created = None
    if pair.pairCreatedAt is not None:
        seconds = epoch_s(pair.pairCreatedAt // 1000, SPEC.name, f"{place}.pairCreatedAt")
        created = datetime.fromtimestamp(seconds, tz=UTC)
    return DexPool(
        chain=pair.chainId if pair.chainId in CHAINS else None,
        dex=plain_text(pair.dexId, 40),
        pool=plain_text(pair.pairAddress, 80),
        base=plain_text(pair.baseToken.symbol, 20),
        quote=plain_text(pair.quoteToken.symbol, 20),
        price_usd=read.price("price_usd", pair.priceUsd, "priceUsd"),
        liquidity_usd=read.amount("liquidity_usd", pair.liquidity.usd if pair.liquidity else None, "liquidity.usd"),
        volume_24h_usd=read.amount("volume_24h_usd", pair.volume.h24 if pair.volume else None, "volume.h24"),
        created_at=created,
        fields=read.fields,
    )


async def dex_pools(query: DexPoolsQuery, http: Http) -> Sourced[tuple[DexPool, ...]]:
    """Pools with the token. Raises NoData when it follows none."""
    token = token_on("WETH" if query.asset == "ETH" else query.asset, "ethereum")
    if token is not None:
        path = f"{TOKENS}ethereum/{token.address}"
        reply = await http.get(path, keep=OVERVIEW)
        expect_ok(reply, SPEC.name)
        rows = parse_tokens(reply.body, query, token.address)
    else:
        params = {"q": query.asset}
        path = endpoint(SEARCH, params)
        reply = await http.get(SEARCH, params, keep=OVERVIEW)
        expect_ok(reply, SPEC.name)
        rows = parse_search(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} follows no pool of {query.asset}.")
    return sourced(rows, SPEC.name, path, [reply])


OFFERS = {"dex_pools": dex_pools}
