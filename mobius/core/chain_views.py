"""What the desk tells of chains: fees. Here: frozen views of facts. Not here: how they come about (desk)."""

from __future__ import annotations

from msgspec import Struct

from mobius.core.facts import Fact
from mobius.core.notices import Notice, SourceFailure


class ActionCost(Struct, frozen=True, kw_only=True):
    """What one usual thing costs now, everything included that could be read."""

    action: str
    """`transfer`, `token_transfer` or `swap`."""
    native: Fact
    """In the coin that the chain's fees are paid in."""
    usd: Fact


class ChainFees(Struct, frozen=True, kw_only=True):
    """Fees of one EVM chain, gwei a unit of gas."""

    chain: str
    gas: str
    """Ticker of what fees are paid in."""
    base_fee: Fact
    """Of the next block."""
    priority_low: Fact
    priority: Fact
    """The median of what recent transactions paid above the base fee."""
    priority_high: Fact
    data_fee: Fact
    """Of a swap, in the native coin: what a rollup charges for data; without value where there is none or it is not known."""
    rollup: bool
    costs: tuple[ActionCost, ...]

    def cost(self, action: str) -> ActionCost | None:
        return next((one for one in self.costs if one.action == action), None)


class BitcoinFeesView(Struct, frozen=True, kw_only=True):
    """Bitcoin's fees, satoshis a virtual byte, by how soon; `transfer` is of one usual payment within half an hour."""

    fastest: Fact
    half_hour: Fact
    hour: Fact
    economy: Fact
    transfer: ActionCost


class GasView(Struct, frozen=True, kw_only=True):
    """Fees of several chains side by side. `parts` holds every ancestor of the other facts."""

    chains: tuple[ChainFees, ...]
    bitcoin: BitcoinFeesView | None = None
    unserved: tuple[str, ...] = ()
    """Chains asked for that no source here tells the fees of."""
    silent: tuple[str, ...] = ()
    """Chains whose source told nothing just now."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()
