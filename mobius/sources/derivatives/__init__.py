"""Venues of derivatives alone: perpetuals, futures, options, and what an address holds there."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = ("perpetuals", "futures", "options", "volatility_index", "margin_account")
"""What the sources of this folder serve."""
