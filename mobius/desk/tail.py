"""Exchanges beyond the main ones. Here: when they are asked, one exchange alone when a person names it. Not here: hearing
the main venues (hearing), the vote (price).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mobius.core.errors import MissingExtra, NoData
from mobius.core.facts import Sourced
from mobius.core.gather import gather
from mobius.core.needs import Source, SpotTicker, TailQuery
from mobius.core.notices import Notice, SourceFailure
from mobius.core.protocols import EXCHANGES
from mobius.desk.consensus import distance_pct
from mobius.desk.failures import failures_of
from mobius.desk.hearing import DOLLAR_GROUPS, Heard, bids_for, mid_of, reference_prices, tether_rate

BROADEST = ("ccxt_kucoin", "ccxt_gate", "ccxt_mexc", "ccxt_bitget")
"""Those that list most: asked for an asset that stands nowhere else."""
ANOTHER_TOKEN_PCT = Decimal(10)
"""Tickers are not unique: a book this far from what aggregators say of the asset is taken for another token's."""


class Widened(Struct, frozen=True):
    heard: Heard
    notices: tuple[Notice, ...] = ()


async def widen(
    sources: Sequence[Source], assets: tuple[str, ...], quote: str, heard: Heard, exchanges: tuple[str, ...]
) -> Widened:
    """What further exchanges say: those named in `exchanges` alone, or some for assets that nobody told about."""
    if exchanges:
        return await _named(sources, assets, quote, heard, exchanges)
    bare = tuple(asset for asset in assets if _stands_alone(asset, heard))
    tail = [source for source in sources if source.spec.name in BROADEST]
    if not bare or not tail:
        return Widened(heard)
    found, failures, missing = await _ask(tail, bare, quote)
    kept = {name: _of_this_asset(sourced, heard) for name, sourced in found.items()}
    kept = {name: sourced for name, sourced in kept.items() if sourced.value}
    notices = (Notice(kind="tail_missing", names={"hint": missing}),) if missing and not kept else ()
    return Widened(_joined(heard, kept, failures if kept else ()), notices)


def exchange_of(source: str) -> str:
    """The exchange's slug of a source: `ccxt_gate` speaks for `gate`."""
    return source.removeprefix("ccxt_")


async def _named(
    sources: Sequence[Source], assets: tuple[str, ...], quote: str, heard: Heard, exchanges: tuple[str, ...]
) -> Widened:
    """The books of these exchanges alone; the others keep only what tells the worth of a USDT."""
    plain = {exchange.replace("-", "") for exchange in exchanges}
    tail = [source for source in sources if "tail_spot" in source.offers and exchange_of(source.spec.name) in plain]
    found, failures, missing = await _ask(tail, assets, quote)
    heard = _joined(heard, found, failures)
    tickers: dict[str, Sourced[tuple[SpotTicker, ...]]] = {}
    for name, sourced in heard.tickers.items():
        rows = tuple(row for row in sourced.value if row.asset == "USDT" or exchange_of(name) in plain)
        if rows:
            tickers[name] = _with(sourced, rows)
    chosen = Heard(tickers, {}, tuple(f for f in heard.failures if exchange_of(f.source) in plain), heard.references)
    listed = {row.asset for name, s in tickers.items() if exchange_of(name) in plain for row in s.value}
    if not listed.intersection(assets):
        names = ", ".join(EXCHANGES[slug].name if slug in EXCHANGES else slug for slug in exchanges)
        why = f" {failures[0].message}" if failures else f" {missing}" if missing else ""
        raise NoData("market", f"{names} gave no price of {', '.join(assets)}.{why}",
                     hint="`mobius doctor` shows which exchanges are read.")  # fmt: skip
    return Widened(chosen)


async def _ask(
    tail: Sequence[Source], assets: tuple[str, ...], quote: str
) -> tuple[dict[str, Sourced[tuple[SpotTicker, ...]]], tuple[SourceFailure, ...], str]:
    """What they gave, who failed, and what is not installed that would be needed."""
    quotes = tuple(dict.fromkeys((*DOLLAR_GROUPS, quote)))
    jobs = {
        source.spec.name: partial(
            source.offers["tail_spot"],
            TailQuery(assets=assets, quotes=quotes, venue=source.spec.name),
            source.http,
        )
        for source in tail
    }
    if not jobs:
        return {}, (), ""
    got: Any = await gather(jobs, limit=len(jobs))
    missing = next((error.message for error in got.failures.values() if isinstance(error, MissingExtra)), "")
    if missing:
        return {}, (), missing
    return dict(got.results), failures_of(got), ""


def _stands_alone(asset: str, heard: Heard) -> bool:
    return not bids_for(asset, "USD", heard, tether_rate(heard))[0] and len(reference_prices(asset, heard)) < 2


def _of_this_asset(sourced: Sourced[tuple[SpotTicker, ...]], heard: Heard) -> Sourced[tuple[SpotTicker, ...]]:
    """Without books that must be another token's of the same ticker."""
    rows = tuple(row for row in sourced.value if not _stray(row, sourced, heard))
    return _with(sourced, rows)


def _stray(row: SpotTicker, sourced: Sourced[tuple[SpotTicker, ...]], heard: Heard) -> bool:
    said = [Decimal(str(fact.value)) for fact, _ in reference_prices(row.asset, heard)]
    mid = mid_of(row, sourced, "")
    if mid is None or row.quote not in DOLLAR_GROUPS or not said:
        return False
    return distance_pct(Decimal(str(mid[0].value)), said[0]) > ANOTHER_TOKEN_PCT


def _with(sourced: Sourced[Any], rows: tuple[SpotTicker, ...]) -> Sourced[tuple[SpotTicker, ...]]:
    return replace(sourced, value=rows)


def _joined(
    heard: Heard, found: dict[str, Sourced[tuple[SpotTicker, ...]]], failures: tuple[SourceFailure, ...]
) -> Heard:
    return Heard({**heard.tickers, **found}, heard.overviews, (*heard.failures, *failures), heard.references)
