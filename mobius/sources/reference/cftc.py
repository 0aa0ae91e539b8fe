"""CFTC: the weekly Commitments of Traders in financial futures, by kind of holder. Keyless. Here: SPEC, rows, parse, fetch.

A report tells the end of a Tuesday and comes out on the Friday after. Numbers arrive as strings. Not here: open interest of
crypto's own exchanges (market).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import DAILY
from mobius.core.ports import Http
from mobius.core.record_needs import Positioning, PositioningQuery
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.quoted import quoted
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="cftc",
    title="CFTC",
    kind="official",
    base_url="https://publicreporting.cftc.gov",
    limits=Limits(per_minute=60, burst=4, concurrent=2, timeout_s=4.0),
    needs=("positioning",),
    rights=Rights(attribution="Commitments of Traders: CFTC (cftc.gov)", may_share=True),
    probe="/resource/gpe5-46if.json?$limit=1",
)
REPORT = "/resource/gpe5-46if.json"
NAMES: Mapping[str, str] = {"BTC": "BITCOIN", "ETH": "ETHER", "SOL": "SOL", "XRP": "XRP"}
"""What a contract's name holds, by asset."""
_SMALL = ("MICRO", "NANO", "PERP")
"""Words of contracts that are a part of the standard one."""
_MARKETS = 8
"""Contracts of one asset that may stand in a week's report."""


class _Report(Struct, frozen=True):
    market_and_exchange_names: str
    report_date_as_yyyy_mm_dd: str
    contract_market_name: str = ""
    contract_units: str = ""
    open_interest_all: str | None = None
    asset_mgr_positions_long: str | None = None
    asset_mgr_positions_short: str | None = None
    lev_money_positions_long: str | None = None
    lev_money_positions_short: str | None = None
    dealer_positions_long_all: str | None = None
    dealer_positions_short_all: str | None = None


_COUNTS = {
    "open_interest": "open_interest_all",
    "managers_long": "asset_mgr_positions_long",
    "managers_short": "asset_mgr_positions_short",
    "leveraged_long": "lev_money_positions_long",
    "leveraged_short": "lev_money_positions_short",
    "dealers_long": "dealer_positions_long_all",
    "dealers_short": "dealer_positions_short_all",
}


def parse_positioning(body: bytes, query: PositioningQuery) -> tuple[Positioning, ...]:
    """Reports on the asset's standard contract, newest first: of several contracts the one with most open interest."""
    rows = [_row(report, place) for place, report in enumerate(decode(body, tuple[_Report, ...], SPEC.name))]
    standard = [row for row in rows if not any(word in row.market.upper() for word in _SMALL)]
    if not standard:
        return ()
    newest = max(row.on for row in standard)
    market = max((row for row in standard if row.on == newest), key=lambda row: row.open_interest or 0).market
    by_day = {row.on: row for row in standard if row.market == market}
    return tuple(by_day[on] for on in sorted(by_day, reverse=True)[: query.weeks])


def _row(report: _Report, place: int) -> Positioning:
    read = Figures(SPEC.name, f"[{place}]")
    counts = {}
    for name, column in _COUNTS.items():
        value = read.amount(name, quoted(getattr(report, column)), column)
        if value is not None and value != value.to_integral_value():
            raise SourceChanged(SPEC.name, "not a whole number of contracts", path=f"$[{place}].{column}")
        counts[name] = None if value is None else int(value)
    try:
        on = date.fromisoformat(report.report_date_as_yyyy_mm_dd[:10])
    except ValueError as error:
        raise SourceChanged(SPEC.name, "not a day", path=f"$[{place}].report_date_as_yyyy_mm_dd") from error
    return Positioning(
        market=plain_text(report.market_and_exchange_names, 80), on=on, contract_size=plain_text(report.contract_units, 60),
        fields=read.fields, **counts,
    )  # fmt: skip


async def positioning(query: PositioningQuery, http: Http) -> Sourced[tuple[Positioning, ...]]:
    """Weekly reports, newest first. Raises NoData for an asset without a regulated future."""
    name = NAMES.get(query.asset)
    if name is None:
        raise NoData(SPEC.name, f"{SPEC.title} reports no futures of {query.asset}.")
    params = {
        "$where": f"contract_market_name like '%{name}%'", "$order": "report_date_as_yyyy_mm_dd DESC",
        "$limit": str(query.weeks * _MARKETS),
    }  # fmt: skip
    reply = await http.get(REPORT, params, keep=DAILY)
    expect_ok(reply, SPEC.name)
    rows = parse_positioning(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} reports no futures of {query.asset}.")
    return sourced(rows, SPEC.name, endpoint(REPORT, params), [reply])


OFFERS = {"positioning": positioning}
