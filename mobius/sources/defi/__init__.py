"""DeFi: protocols, pools, lending markets, stablecoins."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = (
    "protocols", "protocol_history", "chain_tvl", "chain_history", "dex_volumes", "fees",
    "stablecoins", "stablecoin_history",
)  # fmt: skip
"""What the sources of this folder serve."""
