"""DeFi: protocols, pools, lending markets, stablecoins."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = ()
"""What the sources of this folder serve."""
