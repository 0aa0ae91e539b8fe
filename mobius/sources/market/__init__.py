"""Markets: exchanges and aggregators of prices."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = (
    "spot", "candles", "overview", "market_totals", "fx", "reference", "past_prices", "token_prices", "tail_spot", "perpetuals",
)  # fmt: skip
"""What the sources of this folder serve."""
