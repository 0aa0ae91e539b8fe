"""Honeypot.is: what a simulated buy and sell of a token came to, as a second opinion. Keyless; Ethereum, BNB Chain and Base.

Here: SPEC, rows, parse and fetch. Taxes are percent, unlike GoPlus's. A simulation that failed is no verdict; a token without a
pool is not known there. A pass today may change tomorrow, as its makers say. Not here: a verdict of ours.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData
from mobius.core.explorer_needs import HoneypotQuery, HoneypotVerdict
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http
from mobius.core.protocols import CHAINS
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources import hexes
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="honeypot",
    title="Honeypot.is",
    kind="chain",
    base_url="https://api.honeypot.is",
    limits=Limits(per_minute=30, burst=3, concurrent=2, timeout_s=8.0),
    needs=("honeypot",),
    rights=Rights(attribution="Trade simulation: Honeypot.is"),
    probe="/v2/IsHoneypot?address=0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2&chainID=1",
)
IS_HONEYPOT = "/v2/IsHoneypot"
SERVED = frozenset({"ethereum", "bsc", "base"})


class _Token(Struct, frozen=True, rename="camel"):
    total_holders: int | None = None


class _Summary(Struct, frozen=True):
    risk: str | None = None


class _Result(Struct, frozen=True, rename="camel"):
    is_honeypot: bool | None = None
    honeypot_reason: str | None = None


class _Simulation(Struct, frozen=True, rename="camel"):
    buy_tax: Decimal | None = None
    sell_tax: Decimal | None = None
    transfer_tax: Decimal | None = None


class _Code(Struct, frozen=True, rename="camel"):
    open_source: bool | None = None
    is_proxy: bool | None = None


class _Reply(Struct, frozen=True, rename="camel"):
    simulation_success: bool
    token: _Token = _Token()
    summary: _Summary = _Summary()
    honeypot_result: _Result | None = None
    simulation_result: _Simulation | None = None
    contract_code: _Code | None = None
    simulation_error: str | None = None


def parse_verdict(body: bytes) -> HoneypotVerdict:
    """The verdict, None where the simulation failed."""
    row = decode(body, _Reply, SPEC.name)
    read = Figures(SPEC.name, "simulationResult", {})
    result, code = row.honeypot_result, row.contract_code
    taxes = row.simulation_result if row.simulation_success else None
    told = row.simulation_success and result is not None
    reason = row.simulation_error if not row.simulation_success else None if result is None else result.honeypot_reason
    return HoneypotVerdict(
        honeypot=result.is_honeypot if told and result is not None else None,
        reason=hexes.label(reason),
        risk=hexes.label(row.summary.risk) if row.simulation_success else None,
        buy_tax_pct=None if taxes is None else read.amount("buy_tax_pct", taxes.buy_tax, "buyTax"),
        sell_tax_pct=None if taxes is None else read.amount("sell_tax_pct", taxes.sell_tax, "sellTax"),
        transfer_tax_pct=None if taxes is None else read.amount("transfer_tax_pct", taxes.transfer_tax, "transferTax"),
        holders=row.token.total_holders,
        open_source=None if code is None else code.open_source,
        proxy=None if code is None else code.is_proxy,
        fields=read.fields | {"honeypot": "honeypotResult.isHoneypot", "risk": "summary.risk"},
    )


async def honeypot(query: HoneypotQuery, http: Http) -> Sourced[HoneypotVerdict]:
    """Raises NoData for a token without a pool, and for chains it does not serve."""
    if query.chain not in SERVED:
        raise NoData(SPEC.name, f"{SPEC.title} does not simulate on {query.chain}.")
    params = {"address": hexes.asked_address(query.token), "chainID": str(CHAINS[query.chain].chain_id)}
    reply = await http.get(IS_HONEYPOT, params, keep=RATES)
    if reply.status == 404:
        raise NoData(SPEC.name, f"{SPEC.title} knows no pool of this token.")
    expect_ok(reply, SPEC.name)
    return sourced(parse_verdict(reply.body), SPEC.name, endpoint(IS_HONEYPOT, params), [reply])


OFFERS = {"honeypot": honeypot}
