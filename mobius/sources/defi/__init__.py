"""DeFi: protocols, pools, lending markets, stablecoins."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = (
    "protocols", "protocol_history", "chain_tvl", "chain_history", "dex_volumes", "fees",
    "stablecoins", "stablecoin_history", "dex_pools", "route_quote",
    "yield_pools", "yield_chart", "lending_markets", "vaults", "staking_rate", "pool_rates",
)  # fmt: skip
"""What the sources of this folder serve."""
