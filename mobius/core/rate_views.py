"""What the desk says of rates: where an asset earns, and what staking it pays. Here: the views. Not here: how (desk).

Every rate is a fact in percent a year. `parts` of a view holds every ancestor of its other facts, down to the leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from mobius.core.facts import Fact
from mobius.core.notices import Notice, SourceFailure

Risk = Literal["conservative", "moderate", "aggressive"]


class Appetite(Struct, frozen=True, kw_only=True):
    """What a pool must be to be shown at a risk."""

    least_tvl_usd: float
    known_only: bool = False
    """Only protocols of our registry."""
    single_only: bool = False
    """Only one token in and out."""
    il: bool = False
    """Whether what is put in may drift apart."""
    rewards: bool = True
    """Whether rewards in other tokens count when venues are ranked."""
    record: bool = False
    """Whether a mean of 30 days is needed."""


APPETITES: Mapping[Risk, Appetite] = {
    "conservative": Appetite(least_tvl_usd=10_000_000, known_only=True, single_only=True, rewards=False, record=True),
    "moderate": Appetite(least_tvl_usd=5_000_000, known_only=True, rewards=False, record=True),
    "aggressive": Appetite(least_tvl_usd=250_000, il=True),
}
"""The words of `assistant/tools/yield.py` say these limits; a test holds them together."""

Flag = Literal["checked", "above_mean", "rewards", "pool", "unregistered", "young"]
"""Checked by the protocol's own figure · far above its own month · mostly rewards · a pool of several tokens · not in our
registry · without a mean of 30 days."""
Fault = Literal["outlier", "idle", "scale", "far_above"]
"""Why a pool is left out by name: the aggregator's own mark · pays nothing where others pay · a fraction taken for percent ·
far above its peers."""


class VenueView(Struct, frozen=True, kw_only=True):
    """One place where an asset earns. `apy` is what is shown: the protocol's own figure with rewards, else the aggregator's."""

    asset: str
    protocol: str | None
    chain: str | None
    version: str
    """`v3`, empty where the name has none that we write."""
    project: Fact
    chain_name: Fact
    symbol: Fact
    apy: Fact
    base: Fact
    reward: Fact
    mean_30d: Fact
    tvl: Fact
    in_use: Fact
    """How much of what was lent is borrowed, percent."""
    believed: float
    """What it is ranked by: the lower of its rate and its mean of 30 days."""
    flags: tuple[Flag, ...] = ()


class LeftOutView(Struct, frozen=True, kw_only=True):
    """A pool that is not shown, and why."""

    project: Fact
    protocol: str | None
    version: str
    apy: Fact
    fault: Fault


class YieldsView(Struct, frozen=True, kw_only=True):
    """Where one asset earns, the best that can be believed first. `asset` is empty where none was named."""

    asset: str
    venues: tuple[VenueView, ...]
    listed: Fact
    """How many pools the aggregator lists for it."""
    left_out: tuple[LeftOutView, ...] = ()
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()


class StakeView(Struct, frozen=True, kw_only=True):
    """One way to stake an asset and keep a token that stands for it."""

    protocol: str | None
    project: Fact
    receipt: Fact
    """Symbol of the token."""
    chain: str | None
    chain_name: Fact
    rate: Fact
    """After the protocol's fee, percent a year."""
    mean_30d: Fact
    tvl: Fact
    share: Fact
    """Of all that the listed ways hold together, percent."""
    own: bool = False
    """Whether the protocol itself tells the rate."""


class StakingView(Struct, frozen=True, kw_only=True):
    """What staking one asset pays, the largest way first."""

    asset: str
    stakes: tuple[StakeView, ...]
    typical: Fact
    """Their rates weighted by what they hold, percent a year."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()
