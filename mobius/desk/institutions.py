"""What funds, futures desks and treasuries do with one asset. Here: the fund flow, positioning, treasury and filing needs.

Fund flows come from a file before a paid service. Not here: reading files (store), headlines (news).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from msgspec.structs import replace

from mobius.core.answers import SeriesData
from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, column_digest, derive, unknown
from mobius.core.gather import gather
from mobius.core.imported import Imported, ImportedSeries
from mobius.core.instants import end_of_day, to_ms
from mobius.core.needs import Source
from mobius.core.notices import SourceFailure
from mobius.core.record_needs import (
    Filing,
    FilingsQuery,
    FundFlow,
    FundFlowsQuery,
    Positioning,
    PositioningQuery,
    Treasuries,
    TreasuriesQuery,
)
from mobius.core.record_views import (
    FilingView,
    FundFlowsView,
    HolderView,
    InstitutionsView,
    PositioningView,
    TreasuriesView,
)
from mobius.core.sources import Need
from mobius.desk.failures import failures_of, told, without_contact

FILING_DAYS = 30
FILINGS = 6
HOLDERS = 5
SHORT_DAYS, LONG_DAYS = 5, 20
GRACE_S = 3.0
TOTAL = "TOTAL"
_SOURCE = "imported"
_STALE = timedelta(days=10)
"""Weekends and holidays leave gaps; flows older than that are no news of this week."""


async def live_institutions(
    sources: Sequence[Source], imported: Imported | None, asset: str, *, now: datetime
) -> InstitutionsView:
    """Everything that is told; each part may be missing. Raises NoData when all are."""
    from_file = await _flows_of_files(imported, asset, None)
    queries: dict[Need, Any] = {
        "positioning": PositioningQuery(asset=asset),
        "treasuries": TreasuriesQuery(asset=asset),
        "filings": FilingsQuery(asset=asset, since=(now - timedelta(days=FILING_DAYS)).date(), until=now.date()),
    }
    stale = from_file is None or (from_file[0].day.as_of or now) < now - _STALE
    if stale:
        queries["fund_flows"] = FundFlowsQuery(asset=asset)
    jobs: dict[str, Callable[[], Awaitable[Any]]] = {
        f"{source.spec.name}:{need}": partial(source.offers[need], query, source.http)
        for need, query in queries.items()
        for source in sources
        if need in source.offers
    }
    got = await gather(jobs, limit=len(jobs) or 1, grace_s=GRACE_S)
    told_of = failures_of(got)
    failures, notices = without_contact(told_of, sources)
    parts: list[Fact] = []
    by_need = {
        need: [result for key, result in got.results.items() if key.endswith(f":{need}")] for need in queries
    }  # fmt: skip
    flows = from_file
    if by_need.get("fund_flows"):
        flows = _flows_told(by_need["fund_flows"][0], asset)
    view = InstitutionsView(
        asset=asset,
        flows=_kept(flows, parts),
        positioning=_positioning(by_need["positioning"][0], asset, parts) if by_need["positioning"] else None,
        treasuries=_treasuries(by_need["treasuries"][0], asset) if by_need["treasuries"] else None,
        filings=_filings(by_need["filings"], asset),
        flows_need_key=flows is None and not any("fund_flows" in source.offers for source in sources),
        parts=tuple(parts),
        notices=notices,
        failures=failures,
    )
    if view.flows is None and view.positioning is None and view.treasuries is None and not view.filings:
        raise _nothing(asset, told_of, sources)
    return view


async def past_institutions(imported: Imported | None, asset: str, at: datetime) -> InstitutionsView:
    """On a past day: the fund flows of files, of days that were over."""
    flows = await _flows_of_files(imported, asset, at)
    if flows is None:
        raise NoData("history", f"No fund flows of {asset} until {at:%Y-%m-%d} were imported.",
                     hint="`mobius data import FILE` brings them in.")  # fmt: skip
    parts: list[Fact] = []
    return InstitutionsView(asset=asset, flows=_kept(flows, parts), parts=tuple(parts))


def _nothing(asset: str, failures: Sequence[SourceFailure], sources: Sequence[Source]) -> NoData:
    said = told(failures, sources)
    return NoData(
        "institutions", f"Nothing is told of institutions and {asset}{f': {said}' if said else ''}.",
        hint="Fund flows need a key or a CSV (`mobius data import FILE`): `mobius doctor`.",
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- fund flows

Flows = tuple[FundFlowsView, tuple[Fact, ...]]
"""A view and the ancestors of its facts."""


def _kept(flows: Flows | None, parts: list[Fact]) -> FundFlowsView | None:
    if flows is None:
        return None
    parts += flows[1]
    return flows[0]


async def _flows_of_files(imported: Imported | None, asset: str, until: datetime | None) -> Flows | None:
    """All imported funds of the asset together; a total counts on the days of which no single fund is told."""
    if imported is None:
        return None
    infos = [info for info in await imported.names("fund_flows") if info.name.partition("/")[0] == asset]
    held = [await imported.series("fund_flows", info.name, until=until) for info in infos]
    funds = [series for series in held if series is not None]
    by_day: dict[date, dict[str, Decimal]] = {}
    for series in funds:
        for point in series.points:
            if point.value is not None:
                by_day.setdefault(point.day, {})[series.info.name] = point.value
    for values in by_day.values():
        if len(values) > 1:
            values.pop(f"{asset}/{TOTAL}", None)
    if not by_day:
        return None
    columns = [_column_of(series, asset) for series in funds]
    totals = {day: sum(values.values(), Decimal(0)) for day, values in sorted(by_day.items())}
    newest = max(totals)
    return _flows(asset, totals, columns, n_funds=len(by_day[newest]), n_held=len(funds))


def _column_of(series: ImportedSeries, asset: str) -> Fact:
    """One fact for all of a fund's days, with where they came from."""
    info, points = series.info, series.points
    fund = info.name.partition("/")[2]
    digest = column_digest(
        {
            "ts": [to_ms(end_of_day(point.day)) for point in points],
            "value": [None if point.value is None else float(point.value) for point in points],
        }
    )
    return Fact(
        id=f"{asset.lower()}.flows_{fund.lower()}", value=len(points), unit="count", source=_SOURCE,
        path=f"{_SOURCE}:{info.file}#{info.name}", as_of=end_of_day(points[-1].day), fetched_at=info.imported_at,
        tier="history", n=len(points), sha256=digest,
    )  # fmt: skip


def _flows_told(sourced: Sourced[tuple[FundFlow, ...]], asset: str) -> Flows | None:
    rows = sourced.value
    totals = {row.on: row.net_usd for row in rows}
    column = sourced.leaf(f"{asset.lower()}.flows_all", len(rows), "count", "data[*]", as_of=end_of_day(rows[-1].on))
    return _flows(asset, totals, [column], n_funds=None, n_held=None)


def _flows(
    asset: str, totals: dict[date, Decimal], columns: Sequence[Fact], *, n_funds: int | None, n_held: int | None
) -> Flows:
    stem, days = asset.lower(), list(totals)
    newest = end_of_day(days[-1])

    def of(name: str, n_days: int, how: str) -> Fact:
        if len(days) < n_days:
            return unknown(f"{stem}.{name}", "USD", f"fewer than {n_days} days are told")
        total = sum((totals[day] for day in days[-n_days:]), Decimal(0))
        return replace(derive(f"{stem}.{name}", total, "USD", columns, how), as_of=newest)

    def count(name: str, n: int | None, how: str) -> Fact:
        if n is None:
            return unknown(f"{stem}.{name}", "count", "the source tells all funds as one")
        return derive(f"{stem}.{name}", n, "count", columns, how)

    drawn = days[-LONG_DAYS:]
    times = tuple(to_ms(end_of_day(day) - timedelta(days=1)) for day in drawn)
    values = tuple(float(totals[day]) for day in drawn)
    series = SeriesData(name="net flow a day", unit="USD", ts=times, columns={"value": values})
    column = derive(f"{stem}.flows", len(drawn), "count", columns, "sum over funds, day by day")
    view = FundFlowsView(
        day=of("flow_day", 1, "sum over funds of the newest day"),
        five=of("flow_five", SHORT_DAYS, "sum of the last five days told"),
        twenty=of("flow_twenty", LONG_DAYS, "sum of the last twenty days told"),
        funds=count("flow_funds", n_funds, "funds with a figure for the newest day"),
        held=count("flow_funds_held", n_held, "funds with any day imported"),
        series=series,
        column=replace(column, n=len(drawn), sha256=column_digest({"ts": times, "value": values})),
    )
    return view, tuple(columns)


# --------------------------------------------------------------------------------------------------------- positioning


def _positioning(sourced: Sourced[tuple[Positioning, ...]], asset: str, parts: list[Fact]) -> PositioningView | None:
    newest = sourced.value[0]
    before = sourced.value[1] if len(sourced.value) > 1 else None
    stem = f"{asset.lower()}.cot"

    def leaf(row: Positioning, name: str, field: str) -> Fact:
        value: int | None = getattr(row, field)
        return sourced.leaf(f"{stem}.{name}", value, "count", row.fields.get(field, field), as_of=_noon(row.on))

    def net(row: Positioning, who: str, name: str) -> Fact:
        long, short = leaf(row, f"{name}_long", f"{who}_long"), leaf(row, f"{name}_short", f"{who}_short")
        parts.extend((long, short))
        if not isinstance(long.value, int) or not isinstance(short.value, int):
            return unknown(f"{stem}.{name}", "count", "not in the report")
        return derive(f"{stem}.{name}", long.value - short.value, "count", (long, short), "long less short contracts")

    def change(now: Fact, who: str, name: str) -> Fact:
        if before is None or not isinstance(now.value, int):
            return unknown(f"{stem}.{name}_change", "count", "no report before it is told")
        earlier = net(before, who, f"{name}_before")
        parts.append(earlier)
        if not isinstance(earlier.value, int):
            return unknown(f"{stem}.{name}_change", "count", "not in the report before")
        return derive(
            f"{stem}.{name}_change", now.value - earlier.value, "count", (now, earlier), "against the report before"
        )

    managers, leveraged = net(newest, "managers", "managers"), net(newest, "leveraged", "leveraged")
    if managers.value is None and leveraged.value is None:
        return None
    place = newest.fields.get("open_interest", "").rpartition(".")[0]
    return PositioningView(
        market=sourced.leaf(
            f"{stem}.market", newest.market, "text", f"{place}.market_and_exchange_names", as_of=_noon(newest.on)
        ),
        managers=managers,
        managers_change=change(managers, "managers", "managers"),
        leveraged=leveraged,
        leveraged_change=change(leveraged, "leveraged", "leveraged"),
        dealers=net(newest, "dealers", "dealers"),
        open_interest=leaf(newest, "open_interest", "open_interest"),
    )


def _noon(on: date) -> datetime:
    """A day as an instant within it, so that it reads as that day."""
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


# -------------------------------------------------------------------------------------------------- holdings, documents


def _treasuries(sourced: Sourced[Treasuries], asset: str) -> TreasuriesView:
    value, stem = sourced.value, f"{asset.lower()}.treasuries"

    def leaf(name: str, field: str, unit: str) -> Fact:
        return sourced.leaf(f"{stem}.{name}", getattr(value, field), unit, value.fields.get(field, field))

    largest = []
    for n, row in enumerate(value.rows[:HOLDERS], start=1):
        place = row.fields
        largest.append(
            HolderView(
                name=sourced.leaf(f"{stem}.{n}.name", row.name, "text", place.get("name", "name")),
                holdings=sourced.leaf(f"{stem}.{n}.holdings", row.holdings, asset, place.get("holdings", "holdings")),
                value=sourced.leaf(f"{stem}.{n}.value", row.value_usd, "USD", place.get("value_usd", "value_usd")),
            )
        )
    return TreasuriesView(
        holder="companies", holdings=leaf("holdings", "holdings", asset), value=leaf("value", "value_usd", "USD"),
        share=leaf("share", "share_pct", "pct"), largest=tuple(largest),
    )  # fmt: skip


def _filings(found: Sequence[Sourced[tuple[Filing, ...]]], asset: str) -> tuple[FilingView, ...]:
    """The newest documents of all, each once by its number."""
    by_number: dict[str, tuple[Filing, Sourced[tuple[Filing, ...]]]] = {}
    for sourced in found:
        for row in sourced.value:
            by_number.setdefault(row.number, (row, sourced))
    newest = sorted(by_number.values(), key=lambda pair: pair[0].filed_on, reverse=True)[:FILINGS]
    return tuple(_filing(f"{asset.lower()}.filing_{n}", *pair) for n, pair in enumerate(newest, start=1))


def _filing(stem: str, row: Filing, sourced: Sourced[tuple[Filing, ...]]) -> FilingView:
    place = row.field.rpartition(".")[0]
    at = _noon(row.filed_on)
    return FilingView(
        form=sourced.leaf(f"{stem}.form", row.form or None, "text", row.field, as_of=at),
        filer=sourced.leaf(f"{stem}.filer", row.filer, "text", place, as_of=at),
        address=sourced.leaf(f"{stem}.address", row.address, "text", place, as_of=at),
    )
