"""LI.FI: what arrives when an amount is moved to another chain, by the best bridge it knows. Keyless, a low limit.

Here: SPEC, rows, parse and fetch of one quote. A quote needs an address to start from: it is a public placeholder, never one of
the person's. Not here: sending anything (nothing here can), who else quotes (across).
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData
from mobius.core.facts import Sourced
from mobius.core.keeping import QUOTE
from mobius.core.ports import Http
from mobius.core.protocol_needs import RouteQuery, RouteRow
from mobius.core.protocols import CHAINS
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.bridged import token_on
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="lifi",
    title="LI.FI",
    kind="aggregator",
    base_url="https://li.quest/v1",
    limits=Limits(per_minute=20, burst=4, concurrent=2, timeout_s=6.0),
    needs=("route_quote",),
    rights=Rights(attribution="Routes: LI.FI"),
    probe="/chains",
)
QUOTE_PATH = "/quote"
PLACEHOLDER = "0x000000000000000000000000000000000000dEaD"
"""An address that nobody holds the key of: a quote wants one."""


class _Token(Struct, frozen=True):
    decimals: int | None = None


class _Action(Struct, frozen=True):
    toToken: _Token = _Token()  # noqa: N815


class _Cost(Struct, frozen=True):
    amountUSD: Decimal | None = None  # noqa: N815
    included: bool = False


class _Estimate(Struct, frozen=True):
    toAmount: Decimal  # noqa: N815
    executionDuration: Decimal | None = None  # noqa: N815
    feeCosts: list[_Cost] | None = None  # noqa: N815
    gasCosts: list[_Cost] | None = None  # noqa: N815


class _Tool(Struct, frozen=True):
    name: str = ""


class _Quote(Struct, frozen=True):
    estimate: _Estimate
    tool: str = ""
    toolDetails: _Tool | None = None  # noqa: N815
    action: _Action = _Action()


def parse_quote(body: bytes, query: RouteQuery) -> RouteRow:
    """One route. What is paid on top is network fees and those bridge fees that are not taken out of the amount."""
    raw = decode(body, _Quote, SPEC.name)
    end = token_on(query.asset, query.to_chain)
    told = raw.action.toToken.decimals
    decimals = told if told is not None and 0 <= told <= 36 else end.decimals if end is not None else 18
    read = Figures(SPEC.name, "", {})
    arrived = read.amount("received", raw.estimate.toAmount, "estimate.toAmount")
    assert arrived is not None
    read.fields["gas_usd"] = "estimate.gasCosts[*].amountUSD"
    read.fields["route"] = "toolDetails.name" if raw.toolDetails is not None else "tool"
    name = raw.toolDetails.name if raw.toolDetails is not None else raw.tool
    return RouteRow(
        route=plain_text(name or raw.tool or "an unnamed bridge", 40),
        sent=query.amount,
        received=arrived.scaleb(-decimals),
        gas_usd=_on_top(raw.estimate),
        duration_s=read.amount("duration_s", raw.estimate.executionDuration, "estimate.executionDuration"),
        fields=read.fields,
    )


def _on_top(estimate: _Estimate) -> Decimal | None:
    """None where it tells no network fee, or one without its worth."""
    costs = [*(estimate.gasCosts or []), *(cost for cost in estimate.feeCosts or [] if not cost.included)]
    if not estimate.gasCosts:
        return None
    total = Decimal(0)
    for place, cost in enumerate(costs):
        worth = Figures(SPEC.name, "estimate", {}).amount("gas", cost.amountUSD, f"costs[{place}].amountUSD")
        if worth is None:
            return None
        total += worth
    return total


async def route_quote(query: RouteQuery, http: Http) -> Sourced[tuple[RouteRow, ...]]:
    """The route it finds best. Raises NoData for chains and tokens that we have no contract of, or it has no route for."""
    start, end = token_on(query.asset, query.from_chain), token_on(query.asset, query.to_chain)
    if start is None or end is None or query.from_chain == query.to_chain:
        raise NoData(SPEC.name, f"No route of {query.asset} is asked for between these chains.")
    params = {
        "fromChain": str(CHAINS[query.from_chain].chain_id), "toChain": str(CHAINS[query.to_chain].chain_id),
        "fromToken": start.address, "toToken": end.address,
        "fromAmount": f"{query.amount.scaleb(start.decimals):.0f}", "fromAddress": PLACEHOLDER,
    }  # fmt: skip
    reply = await http.get(QUOTE_PATH, params, keep=QUOTE)
    if reply.status in (400, 404, 422):
        raise NoData(SPEC.name, f"{SPEC.title} has no route for this.")
    expect_ok(reply, SPEC.name)
    return sourced((parse_quote(reply.body, query),), SPEC.name, endpoint(QUOTE_PATH, params), [reply])


OFFERS = {"route_quote": route_quote}
