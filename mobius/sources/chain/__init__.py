"""Chains: nodes, explorers, indexers, second opinions on contracts."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = ("rpc", "fee_history", "multicall", "logs", "data_fee", "bitcoin_fees")
"""What the sources of this folder serve."""
