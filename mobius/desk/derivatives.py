"""Perpetuals, dated futures and options of an asset on one scale. Here: asking the venues, funding, open interest, basis.

Funding is a fraction per each venue's own interval; here it is percent in eight hours, and percent a year without compounding.
The headline is the median of the venues. Not here: what the smile says (smiles), trades between venues.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any

from msgspec import Struct

from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, derive, unknown
from mobius.core.gather import gather
from mobius.core.market_views import BasisView, DerivativesView, PerpetualView
from mobius.core.needs import (
    FutureRow,
    FuturesQuery,
    OptionRow,
    OptionsQuery,
    PerpetualRow,
    PerpetualsQuery,
    Source,
    VolatilityIndexPoint,
    VolatilityIndexQuery,
)
from mobius.core.notices import Notice, SourceFailure
from mobius.core.sources import Need
from mobius.desk.failures import failures_of, told
from mobius.desk.smiles import Smiles, smiles_of

GRACE_S = 1.5
"""How long the others may still take once the first has answered."""
KEPT_GRACE_S = 0.4
"""Likewise while all that answered came from the cache: who hangs must not hold up every question."""
HOURS = Decimal(8)
A_YEAR = Decimal(3 * 365)
LEAST_DAYS = 1.0
"""Nearer to expiry a basis is not put on a yearly scale: a cent would be a hundred percent."""
EXCHANGES = {"binance_futures": "binance"}
"""The exchange a source speaks for, where its name is another."""


class Heard(Struct, frozen=True, kw_only=True):
    """What the venues said of one asset."""

    perpetuals: tuple[tuple[Sourced[Any], PerpetualRow], ...]
    futures: tuple[tuple[Sourced[Any], FutureRow], ...]
    options: Sourced[tuple[OptionRow, ...]] | None
    index: Sourced[tuple[VolatilityIndexPoint, ...]] | None


async def live_derivatives(
    sources: Sequence[Source], assets: tuple[str, ...], exchanges: tuple[str, ...]
) -> tuple[DerivativesView, ...]:
    """A view for each asset that some venue has a contract on, in the order asked."""
    asked = [
        source for source in sources if not exchanges or EXCHANGES.get(source.spec.name, source.spec.name) in exchanges
    ]
    jobs = _jobs(asked, assets)
    if not jobs:
        known = sorted({EXCHANGES.get(s.spec.name, s.spec.name) for s in sources if "perpetuals" in s.offers})
        raise NoData("market", f"No derivatives of {', '.join(exchanges) or 'any venue'} are read here.",
                     hint=f"There are {', '.join(known)}." if known else None)  # fmt: skip
    got = await gather(jobs, limit=len(jobs), enough=bool, linger=_linger, grace_s=GRACE_S)
    failures = failures_of(got)
    views = [view for asset in assets if (view := _view(asset, _of(asset, got.results), failures)) is not None]
    if not views:
        names = ", ".join(assets)
        said = told(failures, sources)
        message = (
            f"No venue gave derivatives of {names}: {said}." if said else f"No venue lists derivatives of {names}."
        )
        raise NoData("market", message, hint="`mobius doctor` shows which sources answer.")
    return tuple(views)


def _linger(results: Mapping[str, Sourced[Any]]) -> float:
    return GRACE_S if any(sourced.tier == "origin" for sourced in results.values()) else KEPT_GRACE_S


def _jobs(sources: Sequence[Source], assets: tuple[str, ...]) -> dict[str, Any]:
    """By source, need and asset; the asset is left out where one request serves all."""
    queries: dict[Need, dict[str, Any]] = {
        "perpetuals": {"": PerpetualsQuery(assets=assets)},
        "futures": {"": FuturesQuery(assets=assets)},
        "options": {asset: OptionsQuery(asset=asset) for asset in assets},
        "volatility_index": {asset: VolatilityIndexQuery(asset=asset) for asset in assets},
    }
    return {
        f"{source.spec.name}:{need}:{asset}": (
            lambda source=source, need=need, query=query: source.offers[need](query, source.http)
        )
        for source in sources
        for need, by_asset in queries.items()
        if need in source.offers
        for asset, query in by_asset.items()
    }


def _of(asset: str, results: Mapping[str, Sourced[Any]]) -> Heard:
    """The part of every reply that is about `asset`."""
    rows: dict[str, list[Any]] = {"perpetuals": [], "futures": []}
    alone: dict[str, Sourced[Any]] = {}
    for name, sourced in results.items():
        _, need, about = name.split(":")
        if about == asset:
            alone.setdefault(need, sourced)
        elif need in rows:
            rows[need] += [(sourced, row) for row in sourced.value if row.asset == asset]
    return Heard(
        perpetuals=tuple(rows["perpetuals"]),
        futures=tuple(sorted(rows["futures"], key=lambda pair: pair[1].expires_at)),
        options=alone.get("options"),
        index=alone.get("volatility_index"),
    )


def _view(asset: str, heard: Heard, failures: tuple[SourceFailure, ...]) -> DerivativesView | None:
    if not (heard.perpetuals or heard.futures or heard.options or heard.index):
        return None
    stem = asset.lower()
    parts: list[Fact] = []
    read = [_perpetual(stem, sourced, row) for sourced, row in heard.perpetuals]
    perpetuals = tuple(view for view, _ in read)
    parts += [fact for _, prices in read for fact in prices]
    basis = tuple(_basis(stem, sourced, row, parts) for sourced, row in heard.futures)
    funding, year, venues, notices = _funding(stem, perpetuals)
    held, value = _open_interest(stem, asset, perpetuals, [fact for _, prices in read for fact in prices])
    smiles = smiles_of(stem, heard.options) if heard.options is not None else Smiles(put_call=_no_options(stem))
    index, change = _volatility_index(stem, heard.index, parts)
    return DerivativesView(
        asset=asset,
        funding_8h=funding,
        funding_year=year,
        venues=venues,
        open_interest=held,
        open_interest_value=value,
        volatility_index=index,
        volatility_change=change,
        put_call=smiles.put_call,
        perpetuals=perpetuals,
        basis=basis,
        expiries=smiles.expiries,
        parts=(*parts, *smiles.parts),
        notices=notices,
        failures=failures,
    )


def _no_options(stem: str) -> Fact:
    return unknown(f"{stem}.put_call", "ratio", "no venue gave options")


# ------------------------------------------------------------------------------------------------------------- funding


def _perpetual(stem: str, sourced: Sourced[Any], row: PerpetualRow) -> tuple[PerpetualView, tuple[Fact, Fact]]:
    """One venue's perpetual: its rate on both scales, its premium, what is open; and its mark and index prices."""
    name = f"{stem}.%s.{sourced.source}"

    def leaf(what: str, value: Decimal | None, unit: str, field: str, reason: str) -> Fact:
        place = row.fields.get(field, "fixed by the venue's contract")
        return sourced.leaf(name % what, value, unit, place, reason=reason, as_of=row.updated_at)

    rate = leaf("funding_rate", row.funding_rate, "ratio", "funding_rate", "the venue gave no funding rate")
    interval = leaf("funding_interval", row.interval_h, "h", "interval_h", "the venue did not tell its interval")
    per_8h = _scaled(name % "funding_8h", rate, interval)
    mark = leaf("mark", row.mark, row.quote, "mark", "the venue's mark price was not asked for")
    index = leaf("index", row.index, row.quote, "index", "the venue's index was not asked for")
    held = leaf("open_interest", row.open_interest, row.asset, "open_interest", "the venue gave no open interest")
    value = leaf("open_interest_value", row.open_interest_value, row.value_unit, "open_interest_value", "not given")
    parents: tuple[Fact, ...] = ()
    if held.value is None and value.value is not None and value.unit == row.quote and mark.value is not None:
        parents = (value, mark)
        held = derive(name % "open_interest", _div(value, mark), row.asset, parents, "open interest in money over mark")
    elif value.value is None and held.value is not None and mark.value is not None:
        parents = (held, mark)
        value = derive(name % "open_interest_value", _mul(held, mark), row.quote, parents, "open interest x mark")
    view = PerpetualView(
        source=sourced.source,
        symbol=row.symbol,
        rate=rate,
        interval=interval,
        per_8h=per_8h,
        per_year=_yearly(name % "funding_year", per_8h),
        next_at=row.next_funding_at,
        premium=_over(name % "premium", mark, index, "mark over index, less one"),
        open_interest=held,
        open_interest_value=value,
    )
    return view, (mark, index)


def _scaled(fact_id: str, rate: Fact, interval: Fact) -> Fact:
    """A fraction per interval as percent in eight hours."""
    if rate.value is None or interval.value is None or not _number(interval):
        why = rate.reason or interval.reason or "the interval is nothing"
        return derive(fact_id, None, "pct", (rate, interval), "rate x 100 x 8 / interval", reason=why)
    return derive(fact_id, _div(rate, interval) * 100 * HOURS, "pct", (rate, interval), "rate x 100 x 8 / interval")


def _yearly(fact_id: str, per_8h: Fact) -> Fact:
    value = _number(per_8h)
    how = "three payments a day for 365 days, without compounding"
    return derive(fact_id, None if value is None else value * A_YEAR, "pct", (per_8h,), how, reason=per_8h.reason)


def _funding(stem: str, perpetuals: Sequence[PerpetualView]) -> tuple[Fact, Fact, Fact, tuple[Notice, ...]]:
    """The median of the venues on both scales, how many they are, and what is to be told of them."""
    told = [view for view in perpetuals if view.per_8h.value is not None]
    if not told:
        why = "no venue gave a funding rate"
        return (unknown(f"{stem}.funding_8h", "pct", why), unknown(f"{stem}.funding_year", "pct", why),
                unknown(f"{stem}.funding_venues", "count", why), ())  # fmt: skip
    facts = [view.per_8h for view in told]
    middle = derive(
        f"{stem}.funding_8h", median(_known(fact) for fact in facts), "pct", facts, f"median of {len(facts)} venues"
    )
    venues = derive(f"{stem}.funding_venues", len(facts), "count", (middle,), "venues that gave a funding rate")
    notices: tuple[Notice, ...] = ()
    low, high = (pick(told, key=lambda view: _known(view.per_8h)) for pick in (min, max))
    if len(told) == 1:
        notices = (Notice(kind="one_funding", names={"source": told[0].source}),)
    elif _known(low.per_8h) < 0 < _known(high.per_8h):
        facts_of = {"low": low.per_8h, "high": high.per_8h}
        notices = (Notice(kind="funding_apart", facts=facts_of, names={"lower": low.source, "higher": high.source}),)
    return middle, _yearly(f"{stem}.funding_year", middle), venues, notices


# ------------------------------------------------------------------------------------------------------- open interest


def _open_interest(
    stem: str, asset: str, perpetuals: Sequence[PerpetualView], prices: Sequence[Fact]
) -> tuple[Fact, Fact]:
    """All venues' open interest in the asset, and in dollars by one price: an index in dollars, else one in USDT."""
    told = [view.open_interest for view in perpetuals if view.open_interest.value is not None]
    name = f"{stem}.open_interest"
    if not told:
        why = "no venue gave its open interest"
        return unknown(name, asset, why), unknown(f"{name}_value", "USD", why)
    total = derive(name, sum(map(_known, told), Decimal(0)), asset, told, f"perpetuals of {len(told)} venues together")
    known = sorted((fact for fact in prices if fact.value is not None), key=lambda fact: fact.unit != "USD")
    if not known:
        return total, unknown(f"{name}_value", "USD", "no venue gave a price of the perpetual")
    value = derive(f"{name}_value", _mul(total, known[0]), known[0].unit, (total, known[0]), "open interest x price")
    return total, value


# --------------------------------------------------------------------------------------------------------------- basis


def _basis(stem: str, sourced: Sourced[Any], row: FutureRow, parts: list[Fact]) -> BasisView:
    """One dated future over the price it settles to, in percent and percent a year."""
    name = f"{stem}.%s.{row.symbol.lower()}"

    def leaf(what: str, value: Any, unit: str, field: str) -> Fact:
        return sourced.leaf(name % what, value, unit, row.fields.get(field, field), as_of=row.updated_at)

    future, index = leaf("future", row.mark, row.quote, "mark"), leaf("settles_to", row.index, row.quote, "index")
    parts.append(index)
    expires = leaf("expires", f"{row.expires_at:%Y-%m-%d}", "text", row.symbol)
    left = (row.expires_at - sourced.as_of).total_seconds() / 86_400
    days = derive(name % "days", round(left, 4), "d", (expires,), "from the reply to the expiry")
    basis = _over(name % "basis", future, index, "future over index, less one")
    how = "basis x 365 / days, without compounding"
    value, why = _number(basis), basis.reason
    if value is not None and left < LEAST_DAYS:
        value, why = None, "less than a day to the expiry"
    yearly = None if value is None else value * 365 / Decimal(str(left))
    return BasisView(
        source=sourced.source,
        symbol=row.symbol,
        expires_at=row.expires_at,
        expires=expires,
        days=days,
        future=future,
        basis=basis,
        per_year=derive(name % "basis_year", yearly, "pct", (basis, days), how, reason=why if yearly is None else None),
    )


# ---------------------------------------------------------------------------------------------------- volatility index


def _volatility_index(
    stem: str, sourced: Sourced[tuple[VolatilityIndexPoint, ...]] | None, parts: list[Fact]
) -> tuple[Fact, Fact]:
    """The newest value, and its change in points against a day before."""
    name = f"{stem}.volatility_index"
    if sourced is None or not sourced.value:
        why = "no venue has a volatility index of it"
        return unknown(name, "pct", why), unknown(f"{name}_change", "points", why)
    newest = sourced.value[-1]
    now = sourced.leaf(name, newest.value, "pct", newest.field)
    before = next((p for p in reversed(sourced.value) if (newest.at - p.at).total_seconds() >= 86_400), None)
    if before is None:
        return now, unknown(f"{name}_change", "points", "no value of a day before")
    then = sourced.leaf(f"{name}_before", before.value, "pct", before.field, as_of=before.at)
    parts.append(then)
    return now, derive(f"{name}_change", newest.value - before.value, "points", (now, then), "against a day before")


# ---------------------------------------------------------------------------------------------------------------- sums


def _number(fact: Fact) -> Decimal | None:
    return None if fact.value is None else _known(fact)


def _known(fact: Fact) -> Decimal:
    return Decimal(str(fact.value))


def _mul(left: Fact, right: Fact) -> Decimal:
    return _known(left) * _known(right)


def _div(left: Fact, right: Fact) -> Decimal:
    return _known(left) / _known(right)


def _over(fact_id: str, upper: Fact, lower: Fact, how: str) -> Fact:
    """How far one price stands over another, in percent."""
    if upper.value is None or lower.value is None:
        why = upper.reason or lower.reason
        return derive(fact_id, None, "pct", (upper, lower), how, reason=why)
    return derive(fact_id, (_div(upper, lower) - 1) * 100, "pct", (upper, lower), how)
