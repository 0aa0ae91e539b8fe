"""What the desk tells of protocols and chains. Here: frozen views of facts. Not here: how they come about (desk).

In each view `parts` holds every ancestor of the other facts, down to the leaves.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from mobius.core.answers import SeriesData
from mobius.core.facts import Fact
from mobius.core.notices import Notice, SourceFailure

# ------------------------------------------------------------------------------------------------------------- compare


class LendingSide(Struct, frozen=True, kw_only=True):
    """What one protocol pays and asks for one asset in its largest market on a chain; percent a year."""

    asset: str
    chain: str
    market: str
    supply: Fact
    borrow: Fact
    utilisation: Fact
    size: Fact
    """What is supplied, in US dollars or in the asset."""
    source: str


class PoolSide(Struct, frozen=True, kw_only=True):
    """One pool of an exchange with the asset asked about. Names of its tokens are outside text."""

    dex: Fact
    base: Fact
    quote: Fact
    chain: str | None
    liquidity: Fact
    volume_24h: Fact
    fee_apr: Fact
    """Before impermanent loss."""


class StakeSide(Struct, frozen=True, kw_only=True):
    """What staking an asset with one protocol pays, after its fee; percent a year."""

    asset: str
    rate: Fact


class IncidentView(Struct, frozen=True, kw_only=True):
    """One dated incident of our own list; the instant of both facts is its day."""

    what: Fact
    lost: Fact
    """About what was taken, US dollars of that day."""


class DailyValue(Struct, frozen=True, kw_only=True):
    """Locked value by day, 100 on the first, and the column fact of that series."""

    series: SeriesData
    column: Fact


class ProtocolSide(Struct, frozen=True, kw_only=True):
    """One protocol, all its versions together. Money in US dollars."""

    protocol: str
    name: str
    category: Fact
    versions: tuple[Fact, ...]
    """Names of what is counted."""
    tvl: Fact
    change_1d: Fact
    change_7d: Fact
    fees_24h: Fact
    fees_7d: Fact
    fees_30d: Fact
    borrowed: Fact
    market_cap: Fact
    cap_to_tvl: Fact
    chains: Fact
    """How many chains."""
    main_chain: str | None
    """Our slug of the chain that holds most."""
    main_share: Fact
    """Percent of the locked value that stands there."""
    lending: tuple[LendingSide, ...] = ()
    stake: StakeSide | None = None
    incidents: tuple[IncidentView, ...] = ()
    """The newest first; empty is not known, not none."""
    daily: DailyValue | None = None


class CompareView(Struct, frozen=True, kw_only=True):
    """Protocols side by side, in the order asked."""

    sides: tuple[ProtocolSide, ...]
    times: Fact
    """The largest locked value over the next."""
    rate_gap: Fact
    """Points between the best supply rate of the first asset and the next, on one chain; of staking where none lends."""
    pools: tuple[PoolSide, ...] = ()
    """The deepest pools of the exchanges among them with the first asset."""
    missing: tuple[str, ...] = ()
    """Protocols asked for that no source lists."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


# --------------------------------------------------------------------------------------------------------------- flows


class TokenFlowView(Struct, frozen=True, kw_only=True):
    """One token's part of a flow."""

    token: Fact
    amount: Fact
    """Units brought less units taken."""
    net: Fact
    """US dollars at the price of the window's start."""


class PeerView(Struct, frozen=True, kw_only=True):
    """One protocol of the same kind: its locked value, and the change of it in percent, prices included."""

    protocol: str
    name: str
    tvl: Fact
    change: Fact


class FlowView(Struct, frozen=True, kw_only=True):
    """Net flow of one protocol over a window, and the change of its locked value. Money in US dollars."""

    protocol: str
    name: str
    kind: Literal["staking", "lending", "exchange", "other"]
    days: Fact
    start: Fact
    """Locked value at the window's start; its instant is the start."""
    tvl: Fact
    tvl_change: Fact
    """Percent over the window."""
    net: Fact
    net_size: Fact
    """The same without its sign."""
    net_share: Fact
    """Percent of the deposits at the start."""
    earned: Fact
    """Growth that rewards or interest explain, left out of `net`."""
    fees_24h: Fact
    fees_7d: Fact
    tokens: tuple[TokenFlowView, ...] = ()
    """Largest first."""
    daily: SeriesData | None = None
    daily_column: Fact | None = None
    peers: tuple[PeerView, ...] = ()
    """Those of its kind that rose most over the same days, and itself in its place."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


# -------------------------------------------------------------------------------------------------------------- chains


Ranking = Literal["locked", "stablecoins", "cost", "bridge"]
"""By what chains are chosen where none is named: by size; for `cost` only those whose fees are told, for `bridge` only those
with a registered bridge."""


class BridgeHolding(Struct, frozen=True, kw_only=True):
    """What a chain's own bridge holds on Ethereum, of the assets that are counted."""

    total: Fact
    """US dollars."""
    most: str | None = None
    """Ticker of what it holds most of."""
    share: Fact
    """Percent of the total that this is."""


class ChainSide(Struct, frozen=True, kw_only=True):
    """One chain. Money in US dollars, changes in percent over `ChainsView.days`."""

    chain: str
    name: str
    tvl: Fact
    tvl_change: Fact
    stablecoins: Fact
    stablecoins_change: Fact
    fees_24h: Fact
    dex_24h: Fact
    dex_share: Fact
    """Percent of what exchanges on all chains traded."""
    bridge: BridgeHolding | None = None
    """None where no bridge of it is registered; so it is for Ethereum, where bridges stand."""
    sending: Fact | None = None
    """What sending a token costs, US dollars; None where no source tells the chain's fees."""
    swap: Fact | None = None


class ChainsView(Struct, frozen=True, kw_only=True):
    """Chains side by side, largest first."""

    sides: tuple[ChainSide, ...]
    days: Fact
    missing: tuple[str, ...] = ()
    """Chains asked for that no source counts."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class RouteOption(Struct, frozen=True, kw_only=True):
    """One way across, by one source."""

    source: str
    route: Fact
    received: Fact
    cost: Fact
    """What is lost on the way, in the asset."""
    cost_pct: Fact
    gas: Fact
    """Network fee on the chain of departure, in US dollars; it comes on top."""
    duration: Fact
    """In seconds, or in minutes where they are many."""


class RoutesView(Struct, frozen=True, kw_only=True):
    """Ways to move an amount of an asset from one chain to another, what arrives most first."""

    asset: str
    from_chain: str
    to_chain: str
    amount: Fact
    options: tuple[RouteOption, ...]
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()
