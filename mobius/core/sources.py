"""How a data source describes itself. Here: SourceSpec, keys, limits, rights. Not here: any source (sources)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Need = Literal["spot", "candles", "overview", "market_totals", "fear_greed", "fx"]
"""What a source can serve; the desk asks every source that offers a need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpec:
    """Where a source's key comes from and how it travels."""

    setting: str
    """Environment variable and settings name, such as `MOBIUS_COINGECKO_KEY`."""
    header: str
    required: bool = False
    adds: str = ""
    """What a key gives that there is not without it, for `doctor`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    per_minute: int
    burst: int = 5
    concurrent: int = 4
    timeout_s: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the provider asks of those who show its data."""

    attribution: str
    may_share: bool = False
    """Whether its values may stand in shared links and pictures."""
    keep_max_s: float = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    name: str
    """Module name under mobius/sources, and the `source` of its facts."""
    title: str
    kind: Literal["venue", "aggregator", "index"]
    base_url: str
    limits: Limits
    needs: tuple[Need, ...]
    rights: Rights
    key: KeySpec | None = None
    probe: str = "/"
    """A cheap path that `doctor` asks to see whether the source can be reached."""
    refusals: tuple[bytes, ...] = ()
    """How a body begins when HTTP 200 carries a refusal; such a reply is never kept in the cache."""
