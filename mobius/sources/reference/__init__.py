"""Indices, attention, development, official records, headlines."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = ("fear_greed",)
"""What the sources of this folder serve."""
