"""DefiLlama: locked value of protocols and chains, its history, volumes of exchanges, fees. Keyless; the data move hourly.

Here: SPEC, rows, parse and fetch. The list of all protocols is large and serves every question about any of them: it is read
once a reply, away from the event loop, and of a history only the days asked for. In `chainTvls` stand, beside chains, sums of
another kind (`borrowed`, `staking`, `Ethereum-borrowed`), which are told apart here. Not here: prices (defillama_coins), yields
(defillama_yields), stablecoins (defillama_stablecoins), what flowed (desk.flows).
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import TVL
from mobius.core.ports import Http, Reply
from mobius.core.protocol_needs import (
    ChainHistoryQuery,
    ChainTvlQuery,
    ChainTvlRow,
    DayValue,
    ProtocolHistory,
    ProtocolHistoryQuery,
    ProtocolRow,
    ProtocolsQuery,
    ProtocolTurnover,
    TokenDays,
    Turnover,
    TurnoverQuery,
)
from mobius.core.provider_names import CHAIN_NAMES, CHAIN_OF_DEFILLAMA, defillama_slugs
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, endpoint, epoch_s, expect_ok, sourced

T = TypeVar("T")

SPEC = SourceSpec(
    name="defillama",
    title="DefiLlama",
    kind="aggregator",
    base_url="https://api.llama.fi",
    limits=Limits(
        per_minute=300, burst=24, concurrent=8, timeout_s=8.0, max_body_bytes=64 * 2**20
    ),  # no stated limit: at most 5 a second is polite; a protocol's whole history may be tens of megabytes
    needs=("protocols", "protocol_history", "chain_tvl", "chain_history", "dex_volumes", "fees"),
    rights=Rights(attribution="Protocol data: DefiLlama", may_share=True),
    probe="/v2/chains",
)
PROTOCOLS, PROTOCOL, CHAINS, CHAIN_HISTORY = "/protocols", "/protocol/", "/v2/chains", "/v2/historicalChainTvl/"
DEXS, FEES = "/overview/dexs", "/overview/fees"
_TOTALS_ONLY = {"excludeTotalDataChart": "true", "excludeTotalDataChartBreakdown": "true"}
NOT_CHAINS = frozenset(
    "borrowed staking pool2 treasury vesting offers doublecounted liquidstaking dcAndLsOverlap OwnTokens".split()
)
"""Kinds of sums in `chainTvls`, alone or behind a chain's name; what is locked counts none of them."""
_LARGEST_POWER = 60
"""Of ten, either way: there are tokens with a great many units, and dust of few."""
_LARGE = 200_000
"""Bytes beyond which a document is read in another thread: about 5 ms."""


class _Protocol(Struct, frozen=True):
    name: str
    slug: str
    category: str | None = None
    tvl: Decimal | None = None
    change_1d: Decimal | None = None
    change_7d: Decimal | None = None
    mcap: Decimal | None = None
    chainTvls: msgspec.Raw = msgspec.Raw(b"{}")  # noqa: N815


class _Day(Struct, frozen=True):
    date: int
    totalLiquidityUSD: Decimal | None = None  # noqa: N815


class _TokenDay(Struct, frozen=True):
    date: int
    tokens: msgspec.Raw = msgspec.Raw(b"{}")


class _ChainHistory(Struct, frozen=True):
    tokens: list[_TokenDay] | None = None
    tokensInUsd: list[_TokenDay] | None = None  # noqa: N815


class _History(Struct, frozen=True):
    name: str = ""
    category: str | None = None
    tvl: list[_Day] = []
    chainTvls: dict[str, _ChainHistory] = {}  # noqa: N815


class _Chain(Struct, frozen=True):
    name: str
    tvl: Decimal


class _ChainDay(Struct, frozen=True):
    date: int
    tvl: Decimal


class _Turned(Struct, frozen=True):
    name: str = ""
    displayName: str | None = None  # noqa: N815
    slug: str | None = None
    total24h: Decimal | None = None
    total7d: Decimal | None = None
    total30d: Decimal | None = None


class _Overview(Struct, frozen=True):
    total24h: Decimal | None = None
    total7d: Decimal | None = None
    total30d: Decimal | None = None
    change_1d: Decimal | None = None
    protocols: list[_Turned] = []


def chain_kind(key: str) -> tuple[str, str]:
    """A key of `chainTvls` as the chain it is about and the kind of sum; the chain is empty for a sum over all.

    >>> chain_kind("Ethereum"), chain_kind("Ethereum-borrowed"), chain_kind("borrowed")
    (('Ethereum', ''), ('Ethereum', 'borrowed'), ('', 'borrowed'))
    """
    if key in NOT_CHAINS:
        return "", key
    chain, _, kind = key.rpartition("-")
    return (chain, kind) if chain and kind in NOT_CHAINS else (key, "")


def _our_chain(name: str) -> str:
    return CHAIN_OF_DEFILLAMA.get(name, plain_text(name, 40))


def slugged(name: str) -> str:
    """A slug as DefiLlama makes it of a name.

    >>> slugged("Aave V3")
    'aave-v3'
    """
    return "-".join(name.lower().replace("'", "").split())


# ------------------------------------------------------------------------------------------------------------ protocols


def parse_protocols(body: bytes, query: ProtocolsQuery) -> tuple[ProtocolRow, ...]:
    """The versions of each protocol asked for, in the order asked; what is not listed is absent."""
    return _picked(_listed(body), query)


def _listed(body: bytes) -> dict[str, tuple[int, _Protocol]]:
    rows = decode(body, list[_Protocol], SPEC.name)
    return {row.slug: (place, row) for place, row in enumerate(rows)}


def _picked(listed: Mapping[str, tuple[int, _Protocol]], query: ProtocolsQuery) -> tuple[ProtocolRow, ...]:
    return tuple(
        _row(protocol, *listed[slug])
        for protocol in query.protocols
        for slug in defillama_slugs(protocol)
        if slug in listed
    )


def _row(protocol: str, place: int, raw: _Protocol) -> ProtocolRow:
    read = Figures(SPEC.name, f"[{place}]", {})
    by_key = decode(bytes(raw.chainTvls), dict[str, Decimal | None], SPEC.name, at=f"$[{place}].chainTvls")
    chains: dict[str, Decimal] = {}
    for key, value in by_key.items():
        chain, kind = chain_kind(key)
        if chain and not kind and value is not None:
            held = read.amount(f"chains.{_our_chain(chain)}", value, f'chainTvls["{plain_text(key, 60)}"]')
            assert held is not None
            chains[_our_chain(chain)] = held
    return ProtocolRow(
        protocol=protocol,
        slug=raw.slug[:80],
        name=plain_text(raw.name, 60),
        category=plain_text(raw.category or "", 40),
        tvl_usd=read.amount("tvl_usd", raw.tvl, "tvl"),
        change_1d_pct=read.signed("change_1d_pct", raw.change_1d, "change_1d"),
        change_7d_pct=read.signed("change_7d_pct", raw.change_7d, "change_7d"),
        market_cap_usd=read.price("market_cap_usd", raw.mcap, "mcap"),
        borrowed_usd=read.amount("borrowed_usd", by_key.get("borrowed"), "chainTvls.borrowed"),
        chains=chains,
        fields=read.fields,
    )


_last_listed: list[tuple[tuple[object, ...], dict[str, tuple[int, _Protocol]]]] = []
"""The list read last, by the reply that it came in: one question after another asks the same."""


async def protocols(query: ProtocolsQuery, http: Http) -> Sourced[tuple[ProtocolRow, ...]]:
    """What is locked in each protocol, version by version. Raises NoData when it lists none of them."""
    reply = await http.get(PROTOCOLS, keep=TVL)
    expect_ok(reply, SPEC.name)
    mark = (reply.url, reply.at, len(reply.body), reply.body[:400])
    kept = next((listed for known, listed in _last_listed if known == mark), None)
    if kept is None:
        kept = await _away(len(reply.body), _listed, reply.body)
        _last_listed[:] = [(mark, kept)]
    rows = _picked(kept, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} does not list {', '.join(query.protocols)}.")
    return sourced(rows, SPEC.name, PROTOCOLS, [reply])


async def _away(size: int, function: Callable[..., T], *args: Any) -> T:
    """Run what reads a large document off the event loop."""
    return await asyncio.to_thread(function, *args) if size > _LARGE else function(*args)


# ------------------------------------------------------------------------------------------------------------- history


def parse_history(body: bytes, query: ProtocolHistoryQuery) -> ProtocolHistory:
    """The days from `query.start` on; deposits and loans apart, without staking and pools of the protocol's own token."""
    raw = decode(body, _History, SPEC.name)
    start_s = query.start.timestamp()
    deposits: list[tuple[str, _ChainHistory]] = []
    loans: list[tuple[str, _ChainHistory]] = []
    for key, chain in raw.chainTvls.items():
        name, kind = chain_kind(key)
        if name and kind in ("", "borrowed"):
            (loans if kind else deposits).append((key, chain))
    tvl = []
    for place, day in enumerate(raw.tvl):
        if day.date >= start_s and day.totalLiquidityUSD is not None:
            read = Figures(SPEC.name, f"tvl[{place}]", {})
            value = read.amount("tvl", day.totalLiquidityUSD, "totalLiquidityUSD")
            assert value is not None
            tvl.append((epoch_s(day.date, SPEC.name, f"tvl[{place}].date"), value))
    if not tvl and not deposits:
        raise NoData(SPEC.name, f"{SPEC.title} keeps no history of {query.slug}.")
    return ProtocolHistory(
        slug=query.slug, name=plain_text(raw.name, 60), category=plain_text(raw.category or "", 40),
        tvl_usd=tuple(sorted(tvl)), held=_token_days(deposits, start_s, "tokens"),
        borrowed=_token_days(loans, start_s, "borrowed tokens"),
    )  # fmt: skip


def _token_days(chains: Iterable[tuple[str, _ChainHistory]], start_s: float, what: str) -> TokenDays:
    """Chains together, by day and token; a chain that has no figure for a day has the one of the day before."""
    amounts: dict[str, dict[str, dict[int, Decimal]]] = {}
    values: dict[str, dict[str, dict[int, Decimal]]] = {}
    for key, chain in chains:
        _read_days(chain.tokens or [], start_s, f'chainTvls["{key}"].tokens', amounts.setdefault(key, {}))
        _read_days(chain.tokensInUsd or [], start_s, f'chainTvls["{key}"].tokensInUsd', values.setdefault(key, {}))
    days = sorted({day for chain in amounts.values() for column in chain.values() for day in column})
    return TokenDays(
        ts=tuple(days), amounts=_summed(amounts, days), values_usd=_summed(values, days),
        field=f"chainTvls[*].tokens ({what})", values_field=f"chainTvls[*].tokensInUsd ({what})",
    )  # fmt: skip


def _read_days(days: list[_TokenDay], start_s: float, place: str, into: dict[str, dict[int, Decimal]]) -> None:
    """Each token's figure by UTC day: DefiLlama stamps past days at midnight and the newest with its minute."""
    names: dict[str, str] = {}
    for number, day in enumerate(days):
        if day.date < start_s:
            continue
        at = f"{place}[{number}]"
        epoch_s(day.date, SPEC.name, f"{at}.date")
        tokens = decode(bytes(day.tokens), dict[str, Decimal | None], SPEC.name, at=f"$.{at}.tokens")
        midnight = day.date - day.date % 86_400
        for token, amount in tokens.items():
            if amount is None:
                continue
            if not amount.is_finite() or abs(amount.adjusted()) > _LARGEST_POWER:
                raise SourceChanged(SPEC.name, "a number out of all bounds", path=f"$.{at}.tokens")
            name = names.get(token) or names.setdefault(token, plain_text(token, 40))
            into.setdefault(name, {})[midnight] = amount


def _summed(
    chains: Mapping[str, Mapping[str, Mapping[int, Decimal]]], days: list[int]
) -> dict[str, tuple[Decimal | None, ...]]:
    """Columns over `days`. A token absent from a day on which its chain has others was not held: 0."""
    columns: dict[str, list[Decimal | None]] = {}
    for chain in chains.values():
        told = sorted({day for column in chain.values() for day in column})
        newest = [_newest(told, day) for day in days]
        for token, column in chain.items():
            total = columns.setdefault(token, [None] * len(days))
            for place, seen in enumerate(newest):
                if seen is not None:
                    total[place] = (total[place] or Decimal(0)) + column.get(seen, Decimal(0))
    return {token: tuple(column) for token, column in columns.items()}


def _newest(told: list[int], day: int) -> int | None:
    """The last day told up to `day`, at most two days before: a chain whose reading failed once is not empty."""
    place = bisect_right(told, day)
    return told[place - 1] if place and told[place - 1] >= day - 2 * 86_400 else None


async def protocol_history(query: ProtocolHistoryQuery, http: Http) -> Sourced[ProtocolHistory]:
    """One version's history. Raises NoData for a slug it does not know."""
    path = PROTOCOL + quote(query.slug, safe="")
    reply = await http.get(path, keep=TVL)
    if reply.status == 400 or (reply.status == 404 and b"not found" in reply.body[:200].lower()):
        raise NoData(SPEC.name, f"{SPEC.title} does not know {query.slug}.")
    expect_ok(reply, SPEC.name)
    return sourced(await _away(len(reply.body), parse_history, reply.body, query), SPEC.name, path, [reply])


# -------------------------------------------------------------------------------------------------------------- chains


def parse_chains(body: bytes) -> tuple[ChainTvlRow, ...]:
    """Every chain, largest first."""
    rows = []
    for place, raw in enumerate(decode(body, list[_Chain], SPEC.name)):
        read = Figures(SPEC.name, f"[{place}]", {})
        tvl = read.amount("tvl", raw.tvl, "tvl")
        assert tvl is not None
        rows.append(
            ChainTvlRow(
                chain=CHAIN_OF_DEFILLAMA.get(raw.name), name=plain_text(raw.name, 40), tvl_usd=tvl,
                field=read.fields["tvl"],
            )
        )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: -row.tvl_usd))


async def chain_tvl(query: ChainTvlQuery, http: Http) -> Sourced[tuple[ChainTvlRow, ...]]:
    """Locked value of every chain."""
    reply = await http.get(CHAINS, keep=TVL)
    expect_ok(reply, SPEC.name)
    rows = parse_chains(reply.body)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} lists no chain.")
    return sourced(rows, SPEC.name, CHAINS, [reply])


def parse_chain_history(body: bytes, query: ChainHistoryQuery) -> tuple[DayValue, ...]:
    """Days from `query.start` on, oldest first."""
    start_s = query.start.timestamp()
    days = []
    for place, raw in enumerate(decode(body, list[_ChainDay], SPEC.name)):
        if raw.date >= start_s:
            read = Figures(SPEC.name, f"[{place}]", {})
            value = read.amount("tvl", raw.tvl, "tvl")
            assert value is not None
            ts = epoch_s(raw.date, SPEC.name, f"[{place}].date")
            days.append(DayValue(ts=ts, value_usd=value, field=read.fields["tvl"]))
    return tuple(sorted(days, key=lambda day: day.ts))


def _name_of(chain: str) -> str:
    names = CHAIN_NAMES.get(chain)
    if names is None or names.defillama is None:
        raise NoData(SPEC.name, f"{SPEC.title} has no {chain}.")
    return names.defillama


async def chain_history(query: ChainHistoryQuery, http: Http) -> Sourced[tuple[DayValue, ...]]:
    """One chain's locked value by day. Liquid staking and what is counted twice are left out by DefiLlama."""
    path = CHAIN_HISTORY + quote(_name_of(query.chain))
    reply = await http.get(path, keep=TVL)
    if reply.status == 400:
        raise NoData(SPEC.name, f"{SPEC.title} keeps no history of {query.chain}.")
    expect_ok(reply, SPEC.name)
    days = parse_chain_history(reply.body, query)
    if not days:
        raise NoData(SPEC.name, f"{SPEC.title} has no days of {query.chain} since {query.start:%Y-%m-%d}.")
    return sourced(days, SPEC.name, path, [reply])


# ------------------------------------------------------------------------------------------------------------ turnover


def parse_turnover(body: bytes) -> Turnover:
    """Totals, and each protocol's by its slug (made of its name where the reply has none)."""
    raw = decode(body, _Overview, SPEC.name)
    read = Figures(SPEC.name, "", {})
    by_slug: dict[str, ProtocolTurnover] = {}
    for place, one in enumerate(raw.protocols):
        own = Figures(SPEC.name, f"protocols[{place}]", {})
        row = ProtocolTurnover(
            total_24h_usd=own.signed("total_24h_usd", one.total24h, "total24h"),
            total_7d_usd=own.signed("total_7d_usd", one.total7d, "total7d"),
            total_30d_usd=own.signed("total_30d_usd", one.total30d, "total30d"),
            fields=own.fields,
        )
        for slug in (one.slug, slugged(one.displayName or ""), slugged(one.name)):
            if slug:
                by_slug.setdefault(slug[:80], row)
    return Turnover(
        total_24h_usd=read.signed("total_24h_usd", raw.total24h, "total24h"),
        total_7d_usd=read.signed("total_7d_usd", raw.total7d, "total7d"),
        total_30d_usd=read.signed("total_30d_usd", raw.total30d, "total30d"),
        change_1d_pct=read.signed("change_1d_pct", raw.change_1d, "change_1d"),
        protocols=by_slug,
        fields=read.fields,
    )


async def _turnover(query: TurnoverQuery, http: Http, base: str, params: Mapping[str, str]) -> Sourced[Turnover]:
    path = base if query.chain is None else f"{base}/{quote(_name_of(query.chain))}"
    reply: Reply = await http.get(path, params, keep=TVL)
    if reply.status in (400, 404):
        raise NoData(SPEC.name, f"{SPEC.title} tells no turnover of {query.chain or 'anything'}.")
    expect_ok(reply, SPEC.name)
    turnover = await _away(len(reply.body), parse_turnover, reply.body)
    return sourced(turnover, SPEC.name, endpoint(path, params), [reply])


async def dex_volumes(query: TurnoverQuery, http: Http) -> Sourced[Turnover]:
    """What decentralised exchanges traded."""
    return await _turnover(query, http, DEXS, _TOTALS_ONLY)


async def fees(query: TurnoverQuery, http: Http) -> Sourced[Turnover]:
    """What users paid in fees, whoever got them."""
    return await _turnover(query, http, FEES, _TOTALS_ONLY | {"dataType": "dailyFees"})


OFFERS = {
    "protocols": protocols,
    "protocol_history": protocol_history,
    "chain_tvl": chain_tvl,
    "chain_history": chain_history,
    "dex_volumes": dex_volumes,
    "fees": fees,
}
