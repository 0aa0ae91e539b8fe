"""Protocols of one kind beside one of them: whose locked value rose while it was left. Here: who they are, their changes.

A change of locked value has prices in it; flows of all of them would be a history each. Small ones are left out, whose change
says little. Not here: the flow of the one asked about (flows), protocols named by the question (protocols).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mobius.core.facts import Fact
from mobius.core.needs import Source
from mobius.core.protocol_needs import ProtocolsQuery
from mobius.core.protocol_views import PeerView
from mobius.core.protocols import PROTOCOLS
from mobius.core.sources import Need
from mobius.desk.protocols import change_of_sum, total
from mobius.desk.rounds import ask

NEED: Need = "protocols"
TOLD_DAYS = (1, 7)
"""The spans over which the source tells changes."""
LEAST_USD = 10_000_000
MOST_OTHERS = 3


async def peers_of(
    sources: Sequence[Source], protocol: str, days: int
) -> tuple[tuple[PeerView, ...], tuple[Fact, ...]]:  # fmt: skip
    """Those that rose most, and the one itself in its place, with the facts behind; nothing where no change is told."""
    if protocol not in PROTOCOLS or days not in TOLD_DAYS:
        return (), ()
    kind = PROTOCOLS[protocol].does
    names = tuple(slug for slug, one in PROTOCOLS.items() if one.does == kind)
    listed = (await ask(sources, {"peers": (NEED, ProtocolsQuery(protocols=names))})).first("peers")
    if listed is None:
        return (), ()
    field = f"change_{days}d_pct"
    parts: list[Fact] = []
    found = []
    for name in names:
        rows = [row for row in listed.value if row.protocol == name]
        if rows and sum((row.tvl_usd or Decimal(0) for row in rows), Decimal(0)) >= LEAST_USD:
            stems = [f"peer.{name}.{row.slug}" for row in rows]
            tvls = [
                listed.leaf(f"{stem}.tvl", row.tvl_usd, "USD", row.fields.get("tvl_usd", "tvl_usd"))
                for stem, row in zip(stems, rows, strict=True)
            ]
            changes = [
                listed.leaf(f"{stem}.change", getattr(row, field), "pct", row.fields.get(field, field))
                for stem, row in zip(stems, rows, strict=True)
            ]
            parts += tvls
            change = change_of_sum(f"peer.{name}.change", changes, tvls, parts)
            tvl = total(f"peer.{name}.tvl", tvls, "USD")
            found.append(PeerView(protocol=name, name=PROTOCOLS[name].name, tvl=tvl, change=change))
    ranked = sorted(
        (one for one in found if one.change.value is not None), key=lambda one: -(one.change.number() or 0.0)
    )
    others = [one for one in ranked if one.protocol != protocol][:MOST_OTHERS]
    shown = tuple(one for one in ranked if one in others or one.protocol == protocol)
    return (shown, tuple(parts)) if others else ((), ())
