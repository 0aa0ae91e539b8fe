"""What is left of an amount when it is moved from one chain to another. Here: asking those who quote routes, and their costs.

The same asset arrives as leaves, so a cost is what is missing, in the asset itself, and needs no price; the network fee of the
chain of departure comes on top where it is told. Not here: chains side by side (chains).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from mobius.core.errors import NoData
from mobius.core.facts import Fact, Sourced, derive, echo
from mobius.core.needs import Source
from mobius.core.protocol_needs import RouteQuery, RouteRow
from mobius.core.protocol_views import RouteOption, RoutesView
from mobius.core.protocols import CHAINS
from mobius.core.sources import Need
from mobius.desk.failures import told
from mobius.desk.protocols import percent, ratio
from mobius.desk.rounds import ask

NEEDS: tuple[Need, ...] = ("route_quote",)
MINUTES_FROM_S = 120


async def live_routes(
    sources: Sequence[Source], asset: str, amount: Decimal, from_chain: str, to_chain: str, *, stated: bool
) -> RoutesView:
    """Every way that is quoted, what arrives most first. Raises NoData when nobody quotes one."""
    query = RouteQuery(asset=asset, amount=amount, from_chain=from_chain, to_chain=to_chain)
    heard = await ask(sources, {"route": ("route_quote", query)})
    sent = echo("route.amount", amount, asset, "amount", stated=stated)
    parts: list[Fact] = [sent]
    options = [
        _option(f"route.{sourced.source}.{number}", sourced, row, sent, parts)
        for sourced in heard.answers.get("route", ())
        for number, row in enumerate(sourced.value)
    ]
    if not options:
        said = told(heard.failures, sources)
        raise NoData(
            "routes",
            f"Nobody here quotes moving {asset} from {_name(from_chain)} to {_name(to_chain)}"
            f"{': ' + said if said else ''}.",
            hint="Routes are quoted for USDC, USDT, ETH and a few others, between the larger EVM chains.",
        )
    ranked = sorted(options, key=lambda one: (-(one.received.number() or 0.0), one.gas.value is None))
    return RoutesView(
        asset=asset, from_chain=from_chain, to_chain=to_chain, amount=sent, options=tuple(ranked), parts=tuple(parts),
        failures=heard.failures,
    )  # fmt: skip


def _name(chain: str) -> str:
    return CHAINS[chain].name if chain in CHAINS else chain


def _option(stem: str, sourced: Sourced[Any], row: RouteRow, amount: Fact, parts: list[Fact]) -> RouteOption:
    def leaf(what: str, value: Any, unit: str, field: str, reason: str = "the source does not tell it") -> Fact:
        return sourced.leaf(f"{stem}.{what}", value, unit, row.fields.get(field, field), reason=reason)

    received = leaf("received", row.received, amount.unit, "received")
    cost = derive(f"{stem}.cost", row.sent - row.received, amount.unit, (amount, received), "sent less received")
    share = ratio(f"{stem}.cost_ratio", cost, amount, "cost over what is sent")
    parts.append(share)
    return RouteOption(
        source=sourced.source,
        route=leaf("name", row.route, "text", "route"),
        received=received,
        cost=cost,
        cost_pct=percent(f"{stem}.cost_pct", share),
        gas=leaf("gas", row.gas_usd, "USD", "gas_usd"),
        duration=_readable(stem, leaf("duration", row.duration_s, "s", "duration_s"), parts),
    )


def _readable(stem: str, seconds: Fact, parts: list[Fact]) -> Fact:
    """Minutes where seconds are many."""
    told_s = seconds.number()
    if told_s is None or told_s < MINUTES_FROM_S:
        return seconds
    parts.append(seconds)
    return derive(f"{stem}.minutes", round(told_s / 60), "min", (seconds,), "seconds over 60")
