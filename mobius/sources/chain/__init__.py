"""Chains: nodes, explorers, indexers, second opinions on contracts."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = ()
"""What the sources of this folder serve."""
