"""How a data source describes itself. Here: SourceSpec, keys, limits, rights. Not here: any source (sources)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Need = Literal[
    "spot", "candles", "overview", "market_totals", "fear_greed", "fx", "reference", "perpetuals", "futures", "options",
    "volatility_index",
]  # fmt: skip
"""What a source can serve; the desk asks every source that offers a need."""


class KeySpec(Struct, frozen=True, kw_only=True):
    """Where a source's key comes from and how it travels."""

    setting: str
    """Environment variable and settings name, such as `MOBIUS_COINGECKO_KEY`."""
    header: str
    required: bool = False
    adds: str = ""
    """What a key gives that there is not without it, for `doctor`."""


class Limits(Struct, frozen=True, kw_only=True):
    per_minute: int
    burst: int = 5
    concurrent: int = 4
    timeout_s: float = 4.0


class Rights(Struct, frozen=True, kw_only=True):
    """What the provider asks of those who show its data."""

    attribution: str
    may_share: bool = False
    """Whether its values may stand in shared links and pictures."""
    keep_max_s: float = 86_400.0


class SourceSpec(Struct, frozen=True, kw_only=True):
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
    probe_body: bytes | None = None
    """What is posted there, where the source takes its questions so."""
    refusals: tuple[bytes, ...] = ()
    """How a body begins when HTTP 200 carries a refusal; such a reply is never kept in the cache."""
