"""What a venue's options say: volatility at the money and of 25-delta puts and calls for some expiries, puts for each call.

Here: choosing expiries, facts of the points read off each smile. Not here: the reading itself (analytics.options), who is asked
(derivatives).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from mobius.analytics.options import YEAR_S, Point, Quoted, smile
from mobius.core.facts import Fact, Sourced, column_digest, derive, unknown
from mobius.core.market_views import ExpiryView
from mobius.core.needs import OptionRow

TENORS_D = (7.0, 30.0, 60.0, 90.0, 180.0, 270.0)
"""Days to expiry that are looked for; the listed expiry nearest to each is told."""
LEAST_DAYS = 1.0
_UNREACHED = "the quoted options do not reach so far"


class Smiles(Struct, frozen=True, kw_only=True):
    expiries: tuple[ExpiryView, ...] = ()
    put_call: Fact
    parts: tuple[Fact, ...] = ()


def smiles_of(stem: str, sourced: Sourced[tuple[OptionRow, ...]]) -> Smiles:
    """Points of the expiries nearest to the tenors, each fact with the quotes it was read from."""
    by_expiry: dict[datetime, list[OptionRow]] = {}
    for row in sourced.value:
        by_expiry.setdefault(row.expires_at, []).append(row)
    parts: list[Fact] = []
    views = tuple(
        _expiry(stem, sourced, expires_at, by_expiry[expires_at], parts)
        for expires_at in chosen(tuple(by_expiry), sourced.as_of)
    )
    put_call, column = _put_call(stem, sourced)
    if column is not None:
        parts.append(column)
    return Smiles(expiries=views, put_call=put_call, parts=tuple(parts))


def chosen(expiries: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """The listed expiry nearest to each tenor, soonest first; those within a day are left out."""
    days = {expiry: (expiry - now).total_seconds() / 86_400 for expiry in expiries}
    listed = [expiry for expiry, left in days.items() if left >= LEAST_DAYS]
    near = {min(listed, key=lambda expiry: abs(days[expiry] - tenor)) for tenor in TENORS_D} if listed else set()
    return tuple(sorted(near))


def _expiry(
    stem: str, sourced: Sourced[Any], expires_at: datetime, rows: Sequence[OptionRow], parts: list[Fact]
) -> ExpiryView:
    name = f"{stem}.%s.{expires_at:%Y-%m-%d}"
    years = (expires_at - sourced.as_of).total_seconds() / YEAR_S
    priced = next((row for row in rows if row.forward is not None), None)
    expires = sourced.leaf(name % "options_expire", f"{expires_at:%Y-%m-%d}", "text", rows[0].symbol)
    days = derive(name % "options_days", round(years * 365, 4), "d", (expires,), "from the reply to the expiry")
    points: dict[str, Fact] = {}
    if priced is not None and priced.forward is not None:
        forward = _leaf(sourced, name % "options_future", priced, "forward", "USD")
        parts.append(forward)
        quotes = [
            Quoted(strike=float(row.strike), kind=row.kind, vol=float(row.iv_pct) / 100, row=n)
            for n, row in enumerate(rows)
            if row.iv_pct is not None
        ]
        read = smile(quotes, forward=float(priced.forward), years=years)
        points = {
            "atm": _point(stem, name % "atm_vol", sourced, rows, read.atm, forward, "log strike, at the future", parts),
            "put_25": _point(stem, name % "put_25_vol", sourced, rows, read.put_25, forward, "delta, at -0.25", parts),
            "call_25": _point(
                stem, name % "call_25_vol", sourced, rows, read.call_25, forward, "delta, at 0.25", parts
            ),
        }
    atm, put, call = (
        points.get(which) or unknown(name % f"{which}_vol", "pct", "the options come without the price of their future")
        for which in ("atm", "put_25", "call_25")
    )
    return ExpiryView(
        source=sourced.source, expires_at=expires_at, expires=expires, days=days, atm=atm, put_25=put, call_25=call,
        skew=_skew(name % "skew_25", put, call),
    )  # fmt: skip


def _point(
    stem: str,
    fact_id: str,
    sourced: Sourced[Any],
    rows: Sequence[OptionRow],
    point: Point | None,
    forward: Fact,
    along: Literal["log strike, at the future", "delta, at -0.25", "delta, at 0.25"],
    parts: list[Fact],
) -> Fact:
    """A volatility read between two quotes, with those quotes; unknown where they do not reach so far."""
    if point is None:
        return unknown(fact_id, "pct", _UNREACHED)
    quotes = [_leaf(sourced, f"{stem}.iv.{rows[n].symbol.lower()}", rows[n], "iv_pct", "pct") for n in point.rows]
    parts += [quote for quote in quotes if quote.id not in {part.id for part in parts}]
    how = f"volatility between two quotes, linear in {along}"
    return derive(fact_id, round(Decimal(str(point.vol * 100)), 4), "pct", (*quotes, forward), how)


def _skew(fact_id: str, put: Fact, call: Fact) -> Fact:
    how = "volatility of the 25-delta put less that of the 25-delta call"
    if put.value is None or call.value is None:
        return derive(fact_id, None, "points", (put, call), how, reason=put.reason or call.reason)
    return derive(fact_id, Decimal(str(put.value)) - Decimal(str(call.value)), "points", (put, call), how)


def _leaf(sourced: Sourced[Any], fact_id: str, row: OptionRow, field: Literal["iv_pct", "forward"], unit: str) -> Fact:
    return sourced.leaf(fact_id, getattr(row, field), unit, f"{row.place}.{row.fields.get(field, field)}")


def _put_call(stem: str, sourced: Sourced[tuple[OptionRow, ...]]) -> tuple[Fact, Fact | None]:
    """Open puts over open calls, of every listed option; the column fact is the whole list."""
    held = {kind: sum((r.open_interest for r in sourced.value if r.kind == kind and r.open_interest is not None), Decimal(0))
            for kind in ("put", "call")}  # fmt: skip
    if not held["call"]:
        return unknown(f"{stem}.put_call", "ratio", "no call is open, or the venue does not tell"), None
    open_ = [None if row.open_interest is None else float(row.open_interest) for row in sourced.value]
    column = Fact(
        id=f"{stem}.options", value=len(open_), unit="count", n=len(open_), sha256=column_digest({"open_interest": open_}),
        source=sourced.source, path=f"{sourced.source}:{sourced.endpoint}#result[*].open_interest", as_of=sourced.as_of,
        fetched_at=sourced.fetched_at, tier=sourced.tier, simulated=sourced.simulated,
    )  # fmt: skip
    ratio = round(held["put"] / held["call"], 2)
    return derive(f"{stem}.put_call", ratio, "ratio", (column,), "open puts over open calls, all expiries"), column
