"""Indices, attention, development, official records, headlines."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = (
    "fear_greed", "filings", "fund_flows", "headlines", "pageviews", "positioning", "repository", "rules", "tone", "treasuries",
)  # fmt: skip
"""What the sources of this folder serve."""
