"""DefiLlama's yield pools: what some seventeen thousand places pay, and the past of each. Keyless.

Here: SPEC, rows, parse and fetch. All pools come in one reply of some 10 MB, so that nobody learns which asset was asked
about; each reply is indexed once, in a thread of its own (about 55 ms), and only the rows that are asked for are read in
full. Rates are APY in percent. Not here: whether a rate can be believed (desk), rates by the protocols themselves.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http
from mobius.core.protocols import PROTOCOLS, find_protocol
from mobius.core.provider_names import CHAIN_OF_DEFILLAMA, DEFILLAMA_SLUGS
from mobius.core.rate_needs import YieldChartQuery, YieldDay, YieldPoolRow, YieldPoolsQuery
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="defillama_yields",
    title="DefiLlama yields",
    kind="aggregator",
    base_url="https://yields.llama.fi",
    limits=Limits(per_minute=60, burst=4, concurrent=2, timeout_s=8.0, max_body_bytes=48 * 2**20),
    needs=("yield_pools", "yield_chart"),
    rights=Rights(attribution="Yields: DefiLlama"),
    probe="/chart/747c1d2a-c668-4682-b9f9-296708a3dd90",  # Lido's pool: /pools is too large for a probe
    refusals=(b'{"status":"error"', b'{"message"'),
)
POOLS = "/pools"
CHART = "/chart/"
LONGEST_TEXT = 60
ISSUERS = ("aave-v3", "compound-v3", "sparklend", "fluid-lending", "aave-v2")
"""Lenders whose symbols are those of the token put in: what address an asset has on a chain is learnt from them."""
SAME = {"WETH": "ETH", "WBTC": "BTC", "WBNB": "BNB", "WAVAX": "AVAX", "WSOL": "SOL", "WPOL": "POL", "WMATIC": "POL",
        "USDC.E": "USDC", "USDT0": "USDT", "USDBC": "USDC", "CBBTC": "BTC"}  # fmt: skip
"""Symbols of wrappers that are changed into their asset at par, for free."""
_PARTS = re.compile(r"[-/+ ]")
_ID = re.compile(r"[0-9a-zA-Z-]{1,64}")


class _Envelope(Struct, frozen=True):
    status: str | None = None
    data: list[msgspec.Raw] | None = None
    message: str | None = None


class _Key(Struct, frozen=True, gc=False):
    """What a row is found by."""

    pool: str
    chain: str
    project: str
    symbol: str
    tvl_usd: float | None = msgspec.field(name="tvlUsd", default=None)
    """To leave out small ones before they are read in full."""
    exposure: str | None = None
    underlying_tokens: list[str | None] | None = msgspec.field(name="underlyingTokens", default=None)


class _Row(Struct, frozen=True, rename="camel"):
    tvl_usd: Decimal | None = None
    apy: Decimal | None = None
    apy_base: Decimal | None = None
    apy_reward: Decimal | None = None
    apy_mean_30d: Decimal | None = msgspec.field(name="apyMean30d", default=None)
    apy_pct_7d: Decimal | None = msgspec.field(name="apyPct7D", default=None)
    volume_usd_1d: Decimal | None = msgspec.field(name="volumeUsd1d", default=None)
    stablecoin: bool | None = None
    il_risk: str | None = None
    outlier: bool | None = None
    pool_meta: str | None = None


class _Index:
    """One reply, by what its rows are found by. `body` is kept to tell whether another reply is the same."""

    __slots__ = ("addresses", "body", "keys", "raws", "words")

    def __init__(self, body: bytes) -> None:
        envelope = decode(body, _Envelope, SPEC.name)
        if envelope.status not in (None, "success"):
            raise SourceUnavailable(
                SPEC.name, f"{SPEC.title} answered: {plain_text(envelope.message or 'no success', LONGEST_TEXT)}"
            )
        if envelope.data is None:
            raise SourceChanged(SPEC.name, "no list of pools", path="$.data")
        self.body = body
        self.raws = envelope.data
        self.keys: list[_Key] = []
        self.words: dict[str, list[int]] = {}
        self.addresses: dict[str, set[tuple[str, str]]] = {}
        for number, raw in enumerate(envelope.data):
            key = decode(raw, _Key, SPEC.name, at=f"$.data[{number}]")
            self.keys.append(key)
            for word in dict.fromkeys(_PARTS.split(key.symbol.upper())):
                self.words.setdefault(SAME.get(word, word), []).append(number)
            tokens = key.underlying_tokens
            if tokens and len(tokens) == 1 and key.project in ISSUERS and tokens[0] is not None:
                word = key.symbol.upper()
                self.addresses.setdefault(SAME.get(word, word), set()).add((key.chain, tokens[0].lower()))

    def numbers(self, query: YieldPoolsQuery) -> list[int]:
        """Rows that may fit, in the order of the reply."""
        if not query.assets and not query.symbols:
            return list(range(len(self.keys)))
        found = {number for asset in query.assets for number in self.words.get(asset.upper(), ())}
        found |= {number for symbol in query.symbols for number in self.words.get(symbol, ())}
        wanted = {place for asset in query.assets for place in self.addresses.get(asset.upper(), ())}
        if wanted:  # vaults and the like, whose symbol is their own
            found |= {
                number
                for number, key in enumerate(self.keys)
                if key.underlying_tokens
                and len(key.underlying_tokens) == 1
                and (key.chain, (key.underlying_tokens[0] or "").lower()) in wanted
            }
        return sorted(found)

    def assets(self, key: _Key, asked: Sequence[str]) -> tuple[str, ...]:
        words = {SAME.get(word, word) for word in _PARTS.split(key.symbol.upper())}
        tokens = {(key.chain, (token or "").lower()) for token in key.underlying_tokens or ()}
        single = len(tokens) == 1
        return tuple(
            asset
            for asset in asked
            if asset.upper() in words or (single and tokens & self.addresses.get(asset.upper(), set()))
        )


_last: list[_Index] = []
"""The reply that was indexed last, alone: the next question most often asks the same."""


def indexed(body: bytes) -> _Index:
    """The index of a reply, made anew only for another reply."""
    for index in _last:
        if index.body == body:
            return index
    index = _Index(body)
    _last[:] = [index]
    return index


def protocol_of(project: str) -> str | None:
    """Our slug of what DefiLlama calls a project.

    >>> protocol_of("aave-v3"), protocol_of("compound-v2"), protocol_of("no-such-farm")
    ('aave', 'compound', None)
    """
    known = _PROTOCOL_OF.get(project)
    if known is not None:
        return known
    found = find_protocol(project)
    return None if found is None else found.slug


_PROTOCOL_OF = {name: slug for slug, names in DEFILLAMA_SLUGS.items() for name in names} | {
    slug: slug for slug in PROTOCOLS if slug not in DEFILLAMA_SLUGS
}


def parse_pools(body: bytes, query: YieldPoolsQuery) -> tuple[YieldPoolRow, ...]:
    """The pools that `query` asks for, in the provider's order. A row without an id that a path can hold is left out."""
    index = indexed(body)
    rows = []
    for number in index.numbers(query):
        key = index.keys[number]
        chain, protocol = CHAIN_OF_DEFILLAMA.get(key.chain), protocol_of(key.project)
        if (query.chains and chain not in query.chains) or (query.protocols and protocol not in query.protocols):
            continue
        if query.symbols and not query.assets and key.symbol.upper() not in query.symbols:
            continue
        if _ID.fullmatch(key.pool) is None:
            continue
        if query.least_tvl_usd and not (key.tvl_usd or 0.0) >= query.least_tvl_usd:
            continue
        row = decode(index.raws[number], _Row, SPEC.name, at=f"$.data[{number}]")
        rows.append(_row(key, row, chain, protocol, index.assets(key, query.assets)))
    return tuple(rows)


def _row(key: _Key, row: _Row, chain: str | None, protocol: str | None, assets: tuple[str, ...]) -> YieldPoolRow:
    read = Figures(SPEC.name, f"data[pool={key.pool}]", {})
    tokens = tuple((token or "").lower() for token in key.underlying_tokens or ())
    return YieldPoolRow(
        pool=key.pool,
        project=plain_text(key.project, LONGEST_TEXT),
        protocol=protocol,
        chain=chain,
        chain_name=plain_text(key.chain, LONGEST_TEXT),
        symbol=plain_text(key.symbol, LONGEST_TEXT),
        assets=assets,
        note=plain_text(row.pool_meta or "", LONGEST_TEXT),
        tokens=tokens,
        tvl_usd=read.amount("tvl_usd", row.tvl_usd, "tvlUsd"),
        apy_pct=read.signed("apy_pct", row.apy, "apy"),
        base_pct=read.signed("base_pct", row.apy_base, "apyBase"),
        reward_pct=read.signed("reward_pct", row.apy_reward, "apyReward"),
        mean_30d_pct=read.signed("mean_30d_pct", row.apy_mean_30d, "apyMean30d"),
        change_7d=read.signed("change_7d", row.apy_pct_7d, "apyPct7D"),
        volume_1d_usd=read.amount("volume_1d_usd", row.volume_usd_1d, "volumeUsd1d"),
        single=key.exposure == "single",
        il=row.il_risk != "no",
        stable=bool(row.stablecoin),
        outlier=bool(row.outlier),
        fields=read.fields | {name: f"{read.place}.{name}" for name in ("project", "symbol", "chain", "poolMeta")},
    )


async def yield_pools(query: YieldPoolsQuery, http: Http) -> Sourced[tuple[YieldPoolRow, ...]]:
    """Pools that fit. Raises NoData when there is none."""
    reply = await http.get(POOLS, keep=RATES)
    expect_ok(reply, SPEC.name)
    rows = await asyncio.to_thread(parse_pools, reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} lists no pool of {_asked(query)}.")
    return sourced(rows, SPEC.name, POOLS, [reply])


def _asked(query: YieldPoolsQuery) -> str:
    what = ", ".join((*query.assets, *query.symbols)) or "any asset"
    names = [PROTOCOLS[slug].name if slug in PROTOCOLS else slug for slug in query.protocols]
    where = f" on {', '.join(query.chains)}" if query.chains else ""
    return what + (f" in {', '.join(names)}" if names else "") + where


# --------------------------------------------------------------------------------------------------------------- chart


class _Day(Struct, frozen=True, rename="camel"):
    timestamp: datetime
    tvl_usd: Decimal | None = None
    apy: Decimal | None = None
    apy_base: Decimal | None = None
    apy_reward: Decimal | None = None


class _Chart(Struct, frozen=True):
    status: str | None = None
    data: list[_Day] | None = None
    message: str | None = None


def parse_chart(body: bytes, query: YieldChartQuery) -> tuple[YieldDay, ...]:
    """The newest `query.days` days, oldest first."""
    chart = decode(body, _Chart, SPEC.name)
    if chart.status not in (None, "success"):
        raise SourceUnavailable(
            SPEC.name, f"{SPEC.title} answered: {plain_text(chart.message or 'no success', LONGEST_TEXT)}"
        )
    if not chart.data:
        raise NoData(SPEC.name, f"{SPEC.title} has no past of this pool.")
    first = max(0, len(chart.data) - query.days)
    return tuple(_day(first + n, day) for n, day in enumerate(chart.data[first:]))


def _day(number: int, day: _Day) -> YieldDay:
    read = Figures(SPEC.name, f"data[{number}]", {})
    if day.timestamp.tzinfo is None:
        day = msgspec.structs.replace(day, timestamp=day.timestamp.replace(tzinfo=UTC))
    return YieldDay(
        at=day.timestamp.astimezone(UTC),
        tvl_usd=read.amount("tvl_usd", day.tvl_usd, "tvlUsd"),
        apy_pct=read.signed("apy_pct", day.apy, "apy"),
        base_pct=read.signed("base_pct", day.apy_base, "apyBase"),
        reward_pct=read.signed("reward_pct", day.apy_reward, "apyReward"),
        fields=read.fields,
    )


async def yield_chart(query: YieldChartQuery, http: Http) -> Sourced[tuple[YieldDay, ...]]:
    """The past of one pool, a value a day. Raises NoData for a pool it does not have."""
    if _ID.fullmatch(query.pool) is None:
        raise NoData(SPEC.name, f"{query.pool[:40]!r} is no id of a pool.")
    path = CHART + query.pool
    reply = await http.get(path, keep=RATES)
    expect_ok(reply, SPEC.name)
    return sourced(parse_chart(reply.body, query), SPEC.name, path, [reply])


OFFERS = {"yield_pools": yield_pools, "yield_chart": yield_chart}
