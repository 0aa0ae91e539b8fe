"""CoinGlass: daily flows of spot funds, by a paid key. Here: SPEC, rows, parse, fetch. Not here: flows from a file (store)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import FUND_FLOWS
from mobius.core.ports import Http
from mobius.core.record_needs import FundFlow, FundFlowsQuery
from mobius.core.sources import KeySpec, Limits, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.quoted import instant_ms
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="coinglass",
    title="CoinGlass",
    kind="aggregator",
    base_url="https://open-api-v4.coinglass.com",
    limits=Limits(per_minute=30, burst=2, concurrent=1, timeout_s=4.0),
    needs=("fund_flows",),
    rights=Rights(attribution="Fund flows: CoinGlass (coinglass.com)", keep_max_s=FUND_FLOWS.oldest_s()),
    key=KeySpec(
        setting="MOBIUS_COINGLASS_KEY",
        header="CG-API-KEY",
        required=True,
        adds="daily flows of spot bitcoin and ether funds (a paid plan)",
    ),
    probe="/api/etf/bitcoin/flow-history",
    refusals=(b'{"code":"1', b'{"code":"3', b'{"code":"4', b'{"code":"5', b'{"code":4', b'{"code":5'),
)
PATHS: Mapping[str, str] = {"BTC": "/api/etf/bitcoin/flow-history", "ETH": "/api/etf/ethereum/flow-history"}


class _Day(Struct, frozen=True):
    timestamp: int
    flow_usd: Decimal | None = None


class _Reply(Struct, frozen=True):
    code: str | int
    msg: str | None = None
    data: tuple[_Day, ...] | None = None


def parse_fund_flows(body: bytes, query: FundFlowsQuery) -> tuple[FundFlow, ...]:
    """The newest days, oldest first; a day without a figure is left out. Any code but 0 is a failure."""
    reply = decode(body, _Reply, SPEC.name)
    if str(reply.code) != "0":
        said = plain_text(reply.msg, 100) or "no reason"
        if "limit" in said.lower() or "too many" in said.lower():
            raise RateLimited(SPEC.name, f"{SPEC.title} asks us to slow down.")
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {said}", hint="Is MOBIUS_COINGLASS_KEY right?")
    rows = []
    for n, day in enumerate(reply.data or ()):
        at = instant_ms(day.timestamp)
        if at is None:
            raise SourceChanged(SPEC.name, "not an instant", path=f"$.data[{n}].timestamp")
        net = Figures(SPEC.name, f"data[{n}]").signed("net_usd", day.flow_usd, "flow_usd")
        if net is not None:
            rows.append(FundFlow(on=at.date(), net_usd=net, field=f"data[{n}].flow_usd"))
    return tuple(sorted(rows, key=lambda row: row.on)[-query.days :])


async def fund_flows(query: FundFlowsQuery, http: Http) -> Sourced[tuple[FundFlow, ...]]:
    """Raises NoData for an asset without spot funds there."""
    path = PATHS.get(query.asset)
    if path is None:
        raise NoData(SPEC.name, f"{SPEC.title} knows no spot fund of {query.asset}.")
    reply = await http.get(path, keep=FUND_FLOWS)
    expect_ok(reply, SPEC.name)
    rows = parse_fund_flows(reply.body, query)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} gave no day of fund flows.")
    return sourced(rows, SPEC.name, path, [reply])


OFFERS = {"fund_flows": fund_flows}
