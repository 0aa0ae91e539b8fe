"""Markets: exchanges and aggregators of prices."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = (
    "spot", "candles", "overview", "market_totals", "fx", "reference", "tail_spot", "perpetuals", "futures", "options",
    "volatility_index", "margin_account", "past_prices",
)  # fmt: skip
"""What the sources of this folder serve."""
