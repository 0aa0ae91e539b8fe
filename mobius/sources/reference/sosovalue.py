"""SoSoValue: daily flows of spot funds, by a free key with few calls. Here: SPEC, rows, parse, fetch. Not here: flows from a
file (store).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import FUND_FLOWS
from mobius.core.ports import Http
from mobius.core.record_needs import FundFlow, FundFlowsQuery
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="sosovalue",
    title="SoSoValue",
    kind="aggregator",
    base_url="https://api.sosovalue.xyz",
    limits=Limits(per_minute=1, burst=2, concurrent=1, timeout_s=4.0),
    needs=("fund_flows",),
    rights=Rights(attribution="Fund flows: SoSoValue (sosovalue.com)", keep_max_s=FUND_FLOWS.oldest_s()),
    key=KeySpec(
        setting="MOBIUS_SOSOVALUE_KEY",
        header="x-soso-api-key",
        required=True,
        adds="daily flows of spot bitcoin, ether and solana funds (about ten calls a month)",
    ),
    probe="/",
    refusals=(b'{"code":1', b'{"code":4', b'{"code":5', b'{"code":-'),
)
CHART = "/openapi/v2/etf/historicalInflowChart"
SERIES: Mapping[str, str] = {"BTC": "us-btc-spot", "ETH": "us-eth-spot", "SOL": "us-sol-spot"}


class _Day(Struct, frozen=True, rename="camel"):
    date: date
    total_net_inflow: Decimal | None = None


class _List(Struct, frozen=True):
    list: tuple[_Day, ...] = ()


class _Reply(Struct, frozen=True):
    code: int
    msg: str | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")


def parse_fund_flows(body: bytes, query: FundFlowsQuery) -> tuple[FundFlow, ...]:
    """The newest days, oldest first; a day without a figure is left out. Any code but 0 is a failure."""
    reply = decode(body, _Reply, SPEC.name)
    if reply.code != 0:
        said = plain_text(reply.msg, 100) or "no reason"
        if reply.code == 429 or "limit" in said.lower() or "too many" in said.lower():
            raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {said}", hint="Is MOBIUS_SOSOVALUE_KEY right?")
    stem, days = _days(bytes(reply.data))
    rows = []
    for n, day in enumerate(days):
        place = f"{stem}[{n}]"
        net = Figures(SPEC.name, place).signed("net_usd", day.total_net_inflow, "totalNetInflow")
        if net is not None:
            rows.append(FundFlow(on=day.date, net_usd=net, field=f"{place}.totalNetInflow"))
    return tuple(sorted(rows, key=lambda row: row.on)[-query.days :])


def _days(data: bytes) -> tuple[str, tuple[_Day, ...]]:
    """Its days and where they stand: a list, or a list within an object, as its editions differ."""
    if data.lstrip()[:1] == b"{":
        return "data.list", decode(data, _List, SPEC.name, at="$.data").list
    return "data", decode(data, tuple[_Day, ...] | None, SPEC.name, at="$.data") or ()  # type: ignore[arg-type]


async def fund_flows(query: FundFlowsQuery, http: Http) -> Sourced[tuple[FundFlow, ...]]:
    """Raises NoData for an asset without spot funds there."""
    series = SERIES.get(query.asset)
    if series is None:
        raise NoData(SPEC.name, f"{SPEC.title} knows no spot fund of {query.asset}.")
    reply = await http.post(CHART, msgspec.json.encode({"type": series}), keep=FUND_FLOWS)
    expect_ok(reply, SPEC.name)
    rows = parse_fund_flows(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} gave no day of fund flows.")
    return sourced(rows, SPEC.name, f"{CHART}?type={series}", [reply])


OFFERS = {"fund_flows": fund_flows}
